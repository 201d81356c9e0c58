/* A semantic table from plain data: every text goes in as textContent. Keyboard: Tab to headings and rows, Enter to use them. */
export default function (component) {
  const { parentElement, setTriggerValue } = component;
  const data = JSON.parse(new TextDecoder().decode(component.data));
  const root = parentElement.querySelector(".jw-table");
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const make = (tag, attributes = {}, text = null) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== null) element.textContent = text;
    return element;
  };
  const button = (text, focus, act, attributes = {}) => {
    const element = make("button", { type: "button", "data-focus": focus, ...attributes }, text);
    element.addEventListener("click", act);
    return element;
  };

  root.replaceChildren();
  root.dir = data.dir;
  const scroll = make("div", { class: "jw-table-scroll", tabindex: "0", role: "region", "aria-label": data.words.caption });
  const table = make("table");
  table.append(make("caption", {}, data.words.caption));
  const heads = make("tr");
  for (const column of data.columns) {
    const sorted = column.name === data.sort;
    const head = make("th", { scope: "col", "aria-sort": sorted ? (data.descending ? "descending" : "ascending") : "none" });
    head.append(button(column.title + (sorted ? (data.descending ? " ↓" : " ↑") : ""), "sort-" + column.name, () => setTriggerValue("sort", column.name)));
    heads.append(head);
  }
  if (data.links.length) heads.append(make("th", { scope: "col", class: "jw-plain" }, data.words.links));
  const thead = make("thead");
  thead.append(heads);
  const body = make("tbody");
  data.rows.forEach((cells, i) => {
    const row = make("tr");
    cells.forEach((text, j) => {
      const cell = make(j === 0 ? "th" : "td", j === 0 ? { scope: "row" } : { dir: "auto" });
      if (j === 0) cell.append(button(text, "open-" + data.ids[i], () => setTriggerValue("open", data.ids[i]), { title: data.words.show, dir: "auto" }));
      else cell.append(make("span", { class: "jw-clamp", title: text }, text));
      row.append(cell);
    });
    if (data.links.length) {
      const cell = make("td", { class: "jw-row-links" });
      for (const link of data.links[i]) if (/^\/[a-z]+\?/.test(link.href)) cell.append(make("a", { href: link.href, target: "_self" }, link.text));
      row.append(cell);
    }
    row.addEventListener("click", (event) => { if (!event.target.closest("button, a")) setTriggerValue("open", data.ids[i]); });
    body.append(row);
  });
  table.append(thead, body);
  scroll.append(table);
  if (!data.rows.length) scroll.append(make("p", { class: "jw-empty" }, data.words.empty));
  root.append(scroll);

  const foot = make("div", { class: "jw-table-foot" });
  const go = (page) => () => setTriggerValue("page", String(page));
  const previous = button(data.words.previous, "previous", go(data.page - 1));
  const next = button(data.words.next, "next", go(data.page + 1));
  previous.disabled = data.page <= 0;
  next.disabled = data.page >= data.pages - 1;
  foot.append(previous, make("span", { "aria-live": "polite" }, data.words.place), next);
  root.append(foot);
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
