// What every map shares: its place on the page, where it looks, the box of its legend, its data, and what a click on a governorate tells the page.
(function () {
  "use strict";
  const { el } = jiwar;

  jiwar.send = function (value) {
    if (window.Streamlit && window.Streamlit.setComponentValue) window.Streamlit.setComponentValue(value);
  };

  jiwar.fetched = async function (url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(answer.status + " " + url);
    return answer;
  };
  jiwar.json = async (url) => (await jiwar.fetched(url)).json();

  // Something in a corner of the map, under which the map does not move.
  jiwar.panel = function (map, position, content) {
    const Control = L.Control.extend({
      onAdd: function () {
        L.DomEvent.disableClickPropagation(content);
        L.DomEvent.disableScrollPropagation(content);
        return content;
      },
    });
    return new Control({ position }).addTo(map);
  };

  // The box of a legend, open where there is room; returns its title.
  jiwar.legendBox = function (map, config, ...parts) {
    const title = el("span", {}, config.words.legend);
    const box = el("details", { class: "jw-panel jw-legend", dir: config.dir, lang: config.lang }, el("summary", {}, title), ...parts);
    box.open = map.getContainer().clientWidth >= 640;
    jiwar.panel(map, config.corners.legend, box);
    return title;
  };

  jiwar.row = (sign, text) => el("li", {}, sign, el("span", {}, text));

  // Write what the colours of governorates mean, from when and from whom; `columns` saves room where a legend has more to tell.
  jiwar.writeClasses = function (into, config, legend, columns) {
    const words = config.words;
    const swatch = (colour) => {
      const fill = el("i", {});
      if (colour) Object.assign(fill.style, { background: jiwar.colour(colour, config.colours.other), opacity: config.colours.needOpacity });
      else fill.className = "jw-hatched";
      return el("span", { class: "jw-swatch", "aria-hidden": true }, fill);
    };
    const classes = legend.labels.map((label, i) => jiwar.row(swatch(legend.colours[i]), label));
    const none = jiwar.row(swatch(null), words.no_data);
    const facts = [legend.unit, legend.year].filter(Boolean).join(" · ");
    const about = [legend.status, legend.source && words.source + ": " + legend.source].filter(Boolean);
    into.replaceChildren(
      el("p", { class: "jw-unit", dir: "auto" }, facts),
      ...(columns ? [el("ul", { style: columns }, ...classes), el("ul", {}, none)] : [el("ul", {}, ...classes, none)]),
      ...(columns ? [about.join(" · ")] : about).map((line) => el("p", { class: "jw-about", dir: "auto" }, line)));
  };

  jiwar.frame = function (map, config) {
    const words = config.words;
    const container = map.getContainer();
    container.classList.add("jw-map");
    // Leaflet focuses the map at every press; the page must not scroll under the pointer between press and release.
    const focus = container.focus.bind(container);
    container.focus = () => focus({ preventScroll: true });
    container.setAttribute("lang", config.lang);
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", words.map);
    if (window.ResizeObserver) new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);

    // Go to a view, and go there again when the window changes before the reader has moved the map: a frame often
    // gets its real size only after the first command.
    let going = null;
    for (const name of ["pointerdown", "wheel", "keydown"]) container.addEventListener(name, () => (going = null), { capture: true, passive: true });
    map.on("resize", () => going && going(false));
    function look(go, animate = false) {
      going = go;
      go(animate);
    }

    const toggle = (layer) => (on) => (on ? layer.addTo(map) : layer.remove());
    let lastSent = 0;
    function chooseArea(id) {
      // A double click zooms; it must not choose the area and let go of it again.
      if (Date.now() - lastSent < 400) return;
      lastSent = Date.now();
      map.closePopup();
      jiwar.send({ event: "area", id, n: lastSent });
    }

    return {
      container,
      look,
      toggle,
      tiles: config.tiles ? toggle(L.tileLayer(config.tiles.url, { pane: "jw-land", attribution: config.tiles.attribution, maxZoom: 18 })) : null,
      // Show bounds beside an open legend.
      fit: function (bounds, { margin = 12, ...options }) {
        const [paddingTopLeft, paddingBottomRight] = jiwar.besideLegend(map, config, margin);
        map.fitBounds(bounds, { paddingTopLeft, paddingBottomRight, animate: false, ...options });
      },
      // Fetch what `jobs` ask for and hand it on; where that fails, offer to try again.
      load: function load(controls, jobs, done) {
        controls.message(words.loading);
        Promise.all(jobs.map((job) => job())).then(
          (answers) => {
            controls.message("");
            done(...answers);
          },
          () => controls.message(words.load_failed, () => load(controls, jobs, done)),
        );
      },
      clickAreas: function (event, areas, popups) {
        const found = areas.at(event.latlng);
        if (found.length === 1) chooseArea(found[0].id);
        if (found.length > 1) popups.showList(event.latlng, words.overlap, found.map((one) => ({ text: one.name, choose: () => chooseArea(one.id) })));
      },
    };
  };
})();
