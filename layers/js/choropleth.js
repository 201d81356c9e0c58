// A map of governorates by class alone: for figures that belong to no site.
(function () {
  "use strict";
  const { el } = jiwar;

  function legendPanel(map, config) {
    const words = config.words;
    const title = el("span", {}, words.legend);
    const need = el("div", { class: "jw-need" });
    const box = el("details", { class: "jw-panel jw-legend", dir: config.dir, lang: config.lang }, el("summary", {}, title), need);
    box.open = map.getContainer().clientWidth >= 640;
    const Control = L.Control.extend({
      onAdd: function () {
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        return box;
      },
    });
    new Control({ position: config.corners.legend }).addTo(map);

    function swatch(colour) {
      const fill = el("i", {});
      if (colour) Object.assign(fill.style, { background: jiwar.colour(colour, config.colours.other), opacity: config.colours.needOpacity });
      else fill.className = "jw-hatched";
      return el("span", { class: "jw-swatch", "aria-hidden": true }, fill);
    }

    return {
      set: function ({ legend }) {
        title.textContent = legend.title || words.legend;
        const row = (colour, text) => el("li", {}, swatch(colour), el("span", {}, text));
        const classes = el("ul", {}, ...legend.labels.map((label, i) => row(legend.colours[i], label)), row(null, words.no_data));
        const facts = [legend.unit, legend.year].filter(Boolean).join(" · ");
        const about = [legend.status, legend.source && words.source + ": " + legend.source].filter(Boolean);
        need.replaceChildren(el("p", { class: "jw-unit", dir: "auto" }, facts), classes, ...about.map((line) => el("p", { class: "jw-about", dir: "auto" }, line)));
      },
    };
  }

  jiwar.mountAreas = function (map, config) {
    const words = config.words;
    const container = map.getContainer();
    container.classList.add("jw-map");
    // Leaflet focuses the map at every press; the page must not scroll under the pointer between press and release.
    const focus = container.focus.bind(container);
    container.focus = () => focus({ preventScroll: true });
    container.setAttribute("lang", config.lang);
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", words.map);
    const base = jiwar.base(map, config);
    const areas = jiwar.areas(map, config);
    const nothing = L.layerGroup();
    const labels = jiwar.labels(map, config, areas, { clusters: () => [], layer: nothing });
    const popups = jiwar.popups(map, config, null);
    const legend = legendPanel(map, config);
    const toggle = (layer) => (on) => (on ? layer.addTo(map) : layer.remove());
    const controls = jiwar.controls(map, config, {
      home,
      layers: [
        { text: words.layer_need, show: areas.showNeed },
        { text: words.layer_labels, show: toggle(labels.layer) },
      ],
      tiles: config.tiles ? toggle(L.tileLayer(config.tiles.url, { pane: "jw-land", attribution: config.tiles.attribution, maxZoom: 18 })) : null,
    });
    let command = null;
    let fitted = null;
    let look = null;
    let ready = false;

    for (const name of ["pointerdown", "wheel", "keydown"]) container.addEventListener(name, () => (look = null), { capture: true, passive: true });
    map.on("resize", () => look && look());

    function home() {
      const bounds = areas.bounds();
      if (!bounds) return;
      look = () => {
        const [paddingTopLeft, paddingBottomRight] = jiwar.besideLegend(map, config, 12);
        map.fitBounds(bounds, { paddingTopLeft, paddingBottomRight, animate: false });
      };
      look();
    }

    function apply() {
      if (!command || !ready) return;
      areas.set(command);
      labels.set(command);
      labels.layer.redraw();
      legend.set(command);
      controls.watermark(command.watermark);
      const wanted = JSON.stringify(command.countries);
      if (wanted !== fitted) home();
      fitted = wanted;
      requestAnimationFrame(() => (jiwar.painted = command.token));
    }

    const get = (url) => fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status + " " + url))));
    function load() {
      controls.message(words.loading);
      Promise.all([get(config.urls.base), get(config.urls.areas)]).then(
        ([land, outlines]) => {
          controls.message("");
          base.load(land);
          areas.load(outlines);
          labels.load(land);
          ready = true;
          apply();
        },
        () => controls.message(words.load_failed, load),
      );
    }

    let lastSent = 0;
    function chooseArea(id) {
      // A double click zooms; it must not choose the area and let go of it again.
      if (Date.now() - lastSent < 400) return;
      lastSent = Date.now();
      map.closePopup();
      if (window.Streamlit && window.Streamlit.setComponentValue) window.Streamlit.setComponentValue({ event: "area", id, n: lastSent });
    }

    map.on("click", (event) => {
      popups.hideTip();
      const found = areas.at(event.latlng);
      if (found.length === 1) chooseArea(found[0].id);
      if (found.length > 1) popups.showList(event.latlng, words.overlap, found.map((one) => ({ text: one.name, choose: () => chooseArea(one.id) })));
    });
    map.on("mousemove", (event) => {
      const found = areas.at(event.latlng);
      container.style.cursor = found.length ? "pointer" : "";
      if (found.length && map.getZoom() < 12) popups.tip(event.latlng, [found[0].name, (command && command.tips[found[0].id]) || areas.words(found[0])]);
      else popups.hideTip();
    });
    map.on("mouseout movestart", popups.hideTip);
    if (window.ResizeObserver) new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);

    jiwar.map = map;
    jiwar.setAreas = function (next) {
      command = { ...next, need: { classes: next.classes } };
      apply();
    };
    if (jiwar.waitingAreas) jiwar.setAreas(jiwar.waitingAreas);
    load();
  };

  // A command may come before the map: it waits.
  jiwar.setAreas = (command) => (jiwar.waitingAreas = command);
})();
