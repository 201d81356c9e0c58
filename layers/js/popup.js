// Popups: the card of a site, a list to choose from, and the short label beside the pointer.
(function () {
  "use strict";
  const LISTED = 200;

  jiwar.popups = function (map, config, fetchCard) {
    const { el } = jiwar;
    const words = config.words;
    let asked = 0;

    let last = null;

    const room = ({ x, y }) => ({ maxWidth: Math.min(340, x - 60), minWidth: Math.min(230, x - 60), maxHeight: Math.max(140, Math.min(360, y - 110)) });
    map.on("resize", () => {
      if (!last || !last.isOpen()) return;
      Object.assign(last.options, room(map.getSize()));
      last.update();
    });

    function open(latLng, content, offset) {
      const [autoPanPaddingTopLeft, autoPanPaddingBottomRight] = jiwar.besideLegend(map, config, 12);
      const popup = L.popup({ ...room(map.getSize()), offset: [0, offset || -2], autoPanPaddingTopLeft, autoPanPaddingBottomRight, className: "jw-popup" });
      last = popup;
      popup.setLatLng(latLng).setContent(content).openOn(map);
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", words.close);
      close.setAttribute("title", words.close);
      return popup;
    }

    const frame = (...children) => el("div", { class: "jw-card", dir: config.dir, lang: config.lang }, ...children);

    function value(row) {
      const text = row.ltr ? el("bdi", { dir: "ltr" }, row.value) : el("span", { dir: "auto" }, row.value);
      if (!row.href || !/^(tel:\+?\d+$|https?:\/\/)/i.test(row.href)) return text;
      return el("a", { href: row.href, target: row.href.startsWith("tel:") ? null : "_blank", rel: "noopener noreferrer" }, text);
    }

    function card(found) {
      const list = el("dl", {});
      for (const row of found.rows) list.append(el("dt", {}, row.label), el("dd", { "data-key": row.key }, value(row)));
      const tags = el("p", { class: "jw-tags" }, ...found.tags.map((tag) => el("span", {}, tag)));
      const note = found.note ? el("p", { class: "jw-note" }, found.note) : null;
      // Pages of ours only, in a tab of their own: the map stays as it is.
      const ours = (found.links || []).filter((link) => /^\/[a-z]+\?/.test(link.href));
      const links = ours.length ? el("p", { class: "jw-links" }, ...ours.map((link) => el("a", { href: link.href, target: "_blank", rel: "noopener" }, link.text))) : null;
      return frame(el("h2", { dir: "auto", tabindex: -1 }, found.title), tags, list, note, links);
    }

    function showSite(latLng, id, { focus } = {}) {
      const turn = ++asked;
      const popup = open(latLng, frame(el("p", { role: "status" }, words.loading)), -6);
      return fetchCard(id).then(
        (found) => {
          if (turn !== asked || !popup.isOpen()) return;
          popup.setContent(card(found));
          if (focus) popup.getElement().querySelector("h2").focus({ preventScroll: true });
        },
        () => {
          if (turn === asked && popup.isOpen()) popup.setContent(frame(el("p", { role: "alert" }, words.load_failed)));
        },
      );
    }

    // Rows to choose from: [{text, mark, choose}].
    function showList(latLng, title, rows) {
      asked++;
      const list = el("ul", { class: "jw-list" });
      for (const row of rows.slice(0, LISTED)) {
        const button = el("button", { type: "button", on: { click: () => row.choose() } }, row.mark || null, el("span", { dir: "auto" }, row.text));
        list.append(el("li", {}, button));
      }
      const more = rows.length > LISTED ? el("p", { class: "jw-note" }, jiwar.fill(words.more, { n: jiwar.number(rows.length - LISTED) })) : null;
      open(latLng, frame(el("h2", {}, title), list, more));
    }

    const tip = L.tooltip({ direction: "top", offset: [0, -8], className: "jw-tip", opacity: 1 });
    return {
      showSite,
      showList,
      tip: function (latLng, lines) {
        tip.setContent(el("div", { dir: config.dir, lang: config.lang }, ...lines.filter(Boolean).map((line) => el("div", { dir: "auto" }, line))));
        tip.setLatLng(latLng).addTo(map);
      },
      hideTip: () => tip.remove(),
    };
  };
})();
