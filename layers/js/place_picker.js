// A map to say where a place is: a click, a drag of the pin, or Enter at the middle sends the point; commands set it.
(function () {
  "use strict";
  const NEAR = 14;
  const PIN = "M12 0C5.4 0 0 5.3 0 11.8 0 20.6 12 32 12 32s12-11.4 12-20.2C24 5.3 18.6 0 12 0z";

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function pin(colour) {
    const drop = svg("path", { d: PIN, fill: colour, stroke: "#fff", "stroke-width": 1.5 });
    const picture = svg("svg", { width: 30, height: 40, viewBox: "-1 -1 26 34", "aria-hidden": "true" }, drop, svg("circle", { cx: 12, cy: 12, r: 4.5, fill: "#fff" }));
    return L.divIcon({ className: "", html: picture, iconSize: [30, 40], iconAnchor: [15, 39] });
  }

  // Shows where Enter would put the point, while the map has the keyboard.
  function crosshair(container) {
    const bar = (width, height) => jiwar.el("i", { style: `position:absolute;inset-inline-start:${-width / 2}px;inset-block-start:${-height / 2}px;inline-size:${width}px;block-size:${height}px;background:#222` });
    const cross = jiwar.el("div", { "aria-hidden": "true", style: "position:absolute;inset-inline-start:50%;inset-block-start:50%;z-index:900;pointer-events:none" }, bar(26, 2), bar(2, 26));
    cross.hidden = true;
    container.append(cross);
    container.addEventListener("focus", () => (cross.hidden = !container.matches(":focus-visible")));
    container.addEventListener("blur", () => (cross.hidden = true));
  }

  jiwar.mountPicker = function (map, config) {
    const container = map.getContainer();
    container.classList.add("jw-map");
    const focus = container.focus.bind(container);
    container.focus = () => focus({ preventScroll: true });
    for (const [name, value] of [["lang", config.lang], ["role", "application"], ["aria-label", config.words.pick]]) container.setAttribute(name, value);
    container.style.cursor = "crosshair";
    const state = { command: null, gone: null, ready: false, look: null };
    const base = jiwar.base(map, config);
    const areas = jiwar.areas(map, config);
    const labels = jiwar.labels(map, config, areas, { clusters: () => [], layer: L.layerGroup() });
    const tiles = config.tiles && L.tileLayer(config.tiles.url, { pane: "jw-land", attribution: config.tiles.attribution, maxZoom: 18 });
    const controls = jiwar.controls(map, config, {
      home,
      layers: [{ text: config.words.layer_labels, show: (on) => (on ? labels.layer.addTo(map) : labels.layer.remove()) }],
      tiles: tiles ? (on) => (on ? tiles.addTo(map) : tiles.remove()) : null,
    });
    crosshair(container);
    const marker = L.marker([0, 0], { icon: pin(config.colours.accent), draggable: true, autoPan: true, keyboard: false, title: config.words.pick });

    function choose(at) {
      const point = at.wrap();
      marker.setLatLng(point).addTo(map);
      if (window.Streamlit && window.Streamlit.setComponentValue)
        window.Streamlit.setComponentValue({ event: "place", lon: Number(point.lng.toFixed(6)), lat: Number(point.lat.toFixed(6)), n: Date.now() });
    }

    function home() {
      const bounds = areas.bounds();
      if (bounds) look(() => map.fitBounds(bounds, { padding: [12, 12], animate: false }));
    }

    // Go to a view, and there again when the window changes before the reader has moved the map.
    function look(go) {
      state.look = go;
      go();
    }
    for (const name of ["pointerdown", "wheel", "keydown"]) container.addEventListener(name, () => (state.look = null), { capture: true, passive: true });
    map.on("resize", () => state.look && state.look());

    function move(command) {
      if (command.go === state.gone) return;
      state.gone = command.go;
      if (command.point) look(() => map.setView([command.point[1], command.point[0]], Math.max(command.zoom || NEAR, 8), { animate: false }));
      else if (command.fit) look(() => map.fitBounds([[command.fit[1], command.fit[0]], [command.fit[3], command.fit[2]]], { padding: [20, 20], animate: false }));
      else home();
    }

    function apply() {
      const command = state.command;
      if (!command || !state.ready) return;
      areas.set({ countries: command.countries, need: null, legend: {}, selected: command.selected });
      labels.set({ selected: command.selected });
      controls.watermark(command.watermark);
      if (command.point) marker.setLatLng([command.point[1], command.point[0]]).addTo(map);
      else marker.remove();
      move(command);
      labels.layer.redraw();
      jiwar.picked = command.point;
      jiwar.painted = command.token;
    }

    function load() {
      controls.message(config.words.loading);
      const get = (url) => fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status + " " + url))));
      Promise.all([get(config.urls.base), get(config.urls.areas)]).then(
        ([land, outlines]) => {
          controls.message("");
          base.load(land);
          areas.load(outlines);
          labels.load(land);
          state.ready = true;
          apply();
        },
        () => controls.message(config.words.load_failed, load),
      );
    }

    map.on("click", (event) => choose(event.latlng));
    marker.on("dragend", () => choose(marker.getLatLng()));
    container.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== container) return;
      event.preventDefault();
      choose(map.getCenter());
    });
    if (window.ResizeObserver) new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);
    jiwar.map = map;
    jiwar.setPlace = function (command) {
      state.command = command;
      apply();
    };
    if (jiwar.waitingPlace) jiwar.setPlace(jiwar.waitingPlace);
    load();
  };

  // A command may come before the map: it waits.
  jiwar.setPlace = (command) => (jiwar.waitingPlace = command);
})();
