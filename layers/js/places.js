// A small map of one or two places: the land, the governorates' outlines, and a mark with its words at each place.
(function () {
  "use strict";
  const TOWNS = 15;

  function outlines(map, payload, config) {
    const style = { interactive: false, color: config.colours.boundary, weight: 1.2, fill: false };
    for (const area of payload.areas) L.polygon(jiwar.swap(area.rings), style).addTo(map);
  }

  // The mark and its words are one element, so that a reader who cannot see the map hears where it stands and what it is.
  function spot(map, place, colours) {
    const mark = jiwar.el("i", { class: "jw-spot-" + place.role, "aria-hidden": "true" });
    const words = jiwar.el("span", { dir: "auto" }, place.words);
    const icon = L.divIcon({ className: "jw-spot", html: jiwar.el("div", { style: "--spot:" + colours.accent }, mark, words), iconSize: null });
    L.marker([place.lat, place.lon], { icon, keyboard: false, interactive: false, zIndexOffset: place.role === "proposed" ? 100 : 0 }).addTo(map);
  }

  // The largest towns around, so that the marks stand somewhere that a reader knows.
  function towns(map, payload) {
    const around = map.getBounds().pad(0.5);
    const near = payload.places.filter(([lon, lat]) => around.contains([lat, lon])).slice(0, TOWNS);
    for (const [lon, lat, , name] of near) {
      const icon = L.divIcon({ className: "jw-town", html: jiwar.el("span", { dir: "auto" }, name), iconSize: null });
      L.marker([lat, lon], { icon, keyboard: false, interactive: false, zIndexOffset: -1000 }).addTo(map);
    }
  }

  jiwar.mountPlaces = function (map, config) {
    const container = map.getContainer();
    container.classList.add("jw-map");
    container.setAttribute("lang", config.lang);
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", config.words.map);
    const base = jiwar.base(map, config);
    L.control.zoom({ position: config.corners.zoom, zoomInTitle: config.words.zoom_in, zoomOutTitle: config.words.zoom_out }).addTo(map);
    L.control.scale({ position: config.corners.scale, imperial: false }).addTo(map);
    map.attributionControl.addAttribution(config.attribution);
    const at = config.places.map((place) => [place.lat, place.lon]);
    const look = () => (at.length ? map.fitBounds(L.latLngBounds(at), { padding: [60, 60], maxZoom: config.zoom, animate: false }) : null);
    look();
    map.on("resize", look);
    for (const name of ["pointerdown", "wheel", "keydown"]) container.addEventListener(name, () => map.off("resize", look), { capture: true, passive: true });
    if (window.ResizeObserver) new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);
    if (at.length > 1) L.polyline(at, { color: config.colours.accent, weight: 2, dashArray: "2 7", interactive: false }).addTo(map);
    for (const place of config.places) spot(map, place, config.colours);
    jiwar.map = map;
    const get = (url) => fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status + " " + url))));
    Promise.all([get(config.urls.base), get(config.urls.areas)]).then(
      ([land, areas]) => {
        base.load(land);
        outlines(map, areas, config);
        towns(map, land);
        jiwar.painted = config.version;
      },
      () => container.append(jiwar.el("p", { class: "jw-message", role: "status" }, config.words.load_failed)),
    );
  };
})();
