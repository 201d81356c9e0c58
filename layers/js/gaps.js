// The map of the gap ledger: governorates by share, and each place where people live by the state of most of them.
(function () {
  "use strict";
  const { el } = jiwar;

  // Shape says the same as colour: circle, square, triangle, diamond, a hollow dashed circle for what nobody knows, a circle with a dark line
  // around it where the colours are steps from light to dark, and a small dot for what is not worth a look.
  const HOLLOW = 4;
  const DOT = 6;
  const COLUMNS = "columns:2;column-gap:.8rem";
  function outline(context, shape, x, y, r) {
    context.beginPath();
    if (shape === 0 || shape >= HOLLOW) context.arc(x, y, r, 0, 2 * Math.PI);
    else if (shape === 1) context.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
    else {
      const corners = shape === 2 ? [[0, -1.15], [1.05, 0.8], [-1.05, 0.8]] : [[0, -1.25], [1.05, 0], [0, 1.25], [-1.05, 0]];
      for (const [right, down] of corners) context.lineTo(x + right * r, y + down * r);
      context.closePath();
    }
  }

  function drawMark(context, shape, x, y, size, colour) {
    const r = shape === DOT ? size * 0.5 : size;
    outline(context, shape, x, y, r);
    context.setLineDash([]);
    context.fillStyle = shape === HOLLOW ? "rgba(255,255,255,.85)" : colour;
    context.fill();
    context.strokeStyle = shape >= HOLLOW && shape !== DOT ? "#4a4a45" : "#ffffff";
    context.lineWidth = shape === HOLLOW ? 1.5 : Math.min(1.2, 0.25 * r);
    if (shape === HOLLOW) context.setLineDash([2.5, 2]);
    context.stroke();
    context.setLineDash([]);
  }

  const Points = jiwar.CanvasLayer.extend({
    initialize: function (config) {
      jiwar.CanvasLayer.prototype.initialize.call(this, "jw-sites");
      Object.assign(this, { _config: config, _points: [], _marks: [], _states: "", _sizes: "", _drawn: [] });
    },
    draw: function (context, view) {
      this._drawn = [];
      const zoom = Math.max(0, Math.min(2, (view.zoom - 7) / 3));
      this._points.forEach((point, i) => {
        const state = Number(this._states[i]);
        if (!(state >= 0) || !this._marks[state]) return;
        const x = point.at[0] * view.world - view.origin.x;
        const y = point.at[1] * view.world - view.origin.y;
        if (!(x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20)) return;
        this._drawn.push({ i, state, x, y, radius: Math.max(1.4, 0.75 * 1.32 ** Number(this._sizes[i]) * (0.75 + 0.5 * zoom)) });
      });
      // Large places first, so that no small one hides under them.
      this._drawn.sort((a, b) => b.radius - a.radius || a.i - b.i);
      for (const one of this._drawn) {
        const mark = this._marks[one.state];
        drawMark(context, mark.shape, one.x, one.y, one.radius, jiwar.colour(mark.colour, this._config.colours.other));
      }
      this._shift = view.pad;
      this.fire("jw-drawn");
    },
    at: function (point) {
      if (!this._map || !this._shift) return null;
      const over = (one) => Math.hypot(one.x - this._shift.x - point.x, one.y - this._shift.y - point.y) <= one.radius + 2;
      return this._drawn.filter(over).pop() || null;
    },
  });

  function legendPanel(map, config) {
    const words = config.words;
    const title = el("span", {}, words.legend);
    const need = el("div", { class: "jw-need" });
    const heading = el("p", { class: "jw-heading" });
    const marks = el("ul", { style: COLUMNS });
    const places = el("div", { class: "jw-check" }, heading, marks, el("p", { class: "jw-about" }, words.sizes));
    const box = el("details", { class: "jw-panel jw-legend", dir: config.dir, lang: config.lang }, el("summary", {}, title), need, places);
    box.open = map.getContainer().clientWidth >= 640;
    const Control = L.Control.extend({
      onAdd: function () {
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        return box;
      },
    });
    new Control({ position: config.corners.legend }).addTo(map);

    function sample(mark) {
      const canvas = el("canvas", { class: "jw-mark", width: 36, height: 36, "aria-hidden": "true" });
      const context = canvas.getContext("2d");
      context.scale(2, 2);
      drawMark(context, mark.shape, 9, 9, 6, jiwar.colour(mark.colour, config.colours.other));
      return canvas;
    }

    function swatch(colour) {
      const fill = el("i", {});
      if (colour) Object.assign(fill.style, { background: jiwar.colour(colour, config.colours.other), opacity: config.colours.needOpacity });
      else fill.className = "jw-hatched";
      return el("span", { class: "jw-swatch", "aria-hidden": true }, fill);
    }

    function edge(colour, dashed) {
      const line = el("span", { class: "jw-swatch", "aria-hidden": true });
      Object.assign(line.style, { border: (dashed ? "2px dashed " : "2.5px solid ") + jiwar.colour(colour, config.colours.accent) });
      return line;
    }

    return {
      set: function (command) {
        const legend = command.legend;
        title.textContent = legend.title;
        const row = (colour, text) => el("li", {}, swatch(colour), el("span", {}, text));
        const classes = el("ul", { style: COLUMNS }, ...legend.labels.map((label, i) => row(legend.colours[i], label)));
        const hatched = el("ul", {}, row(null, words.no_data));
        const facts = [legend.unit, legend.year].filter(Boolean).join(" · ");
        const about = [[legend.status, legend.source && words.source + ": " + legend.source].filter(Boolean).join(" · ")];
        need.replaceChildren(el("p", { class: "jw-unit", dir: "auto" }, facts), classes, hatched, ...about.map((line) => el("p", { class: "jw-about", dir: "auto" }, line)));
        heading.textContent = command.marks_title;
        marks.replaceChildren(...command.marks.map((mark) => el("li", {}, sample(mark), el("span", {}, mark.label))));
        const band = (label, i) => el("li", {}, edge(command.reach.colours[i], command.reach.dashed), el("span", {}, label));
        if (command.reach.url) need.append(el("p", { class: "jw-heading" }, command.reach.title), el("ul", { style: COLUMNS }, ...command.reach.labels.map(band)));
      },
    };
  }

  jiwar.mountGaps = function (map, config) {
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
    map.createPane("jw-sites").style.zIndex = 370;
    map.getPane("jw-sites").style.pointerEvents = "none";
    const reach = jiwar.reachLayer(map, config);
    const points = new Points(config).addTo(map);
    const labels = jiwar.labels(map, config, areas, { clusters: () => [], layer: points });
    const popups = jiwar.popups(map, config, null);
    const legend = legendPanel(map, config);
    const toggle = (layer) => (on) => (on ? layer.addTo(map) : layer.remove());
    const controls = jiwar.controls(map, config, {
      home,
      layers: [
        { text: words.layer_need, show: areas.showNeed },
        { text: words.layer_sites, show: toggle(points) },
        { text: words.layer_reach, show: toggle(reach.layer) },
        { text: words.layer_labels, show: toggle(labels.layer) },
      ],
      tiles: config.tiles ? toggle(L.tileLayer(config.tiles.url, { pane: "jw-land", attribution: config.tiles.attribution, maxZoom: 18 })) : null,
    });
    let command = null;
    let fitted = null;
    let look = null;

    function go(to) {
      look = to;
      to();
    }
    for (const name of ["pointerdown", "wheel", "keydown"]) container.addEventListener(name, () => (look = null), { capture: true, passive: true });
    map.on("resize", () => look && look());

    function fit(bounds, maxZoom) {
      const [paddingTopLeft, paddingBottomRight] = jiwar.besideLegend(map, config, 12);
      map.fitBounds(bounds, { paddingTopLeft, paddingBottomRight, maxZoom, animate: false });
    }

    function home() {
      const bounds = areas.bounds();
      if (bounds) go(() => fit(bounds, 14));
    }

    function apply() {
      if (!command || !points._points.length) return;
      areas.set(command);
      labels.set(command);
      legend.set(command);
      controls.watermark(command.watermark);
      const wanted = JSON.stringify([command.fit, command.countries]);
      if (wanted !== fitted) {
        if (command.fit) {
          const [west, south, east, north] = command.fit;
          go(() => fit([[south, west], [north, east]], 10));
        } else home();
      }
      fitted = wanted;
      reach.set(command.reach);
      Object.assign(points, { _marks: command.marks, _states: command.states, _sizes: command.sizes });
      const done = () => (jiwar.painted = command.token);
      if (points._map) points.redraw(done);
      else requestAnimationFrame(done);
    }

    const get = (url) => fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status + " " + url))));
    function load() {
      controls.message(words.loading);
      Promise.all([get(config.urls.base), get(config.urls.areas), get(config.urls.points)]).then(
        ([land, outlines, packed]) => {
          controls.message("");
          base.load(land);
          areas.load(outlines);
          labels.load(land);
          points._points = packed.points.map(([lon, lat, name]) => ({ at: jiwar.mercator(lon, lat), latLng: L.latLng(lat, lon), name }));
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
      const place = points.at(event.containerPoint);
      const found = place ? [] : areas.at(event.latlng);
      container.style.cursor = found.length ? "pointer" : "";
      const site = reach.at(event.containerPoint);
      if (site) popups.tip(site.latLng, [site.name]);
      else if (place) popups.tip(points._points[place.i].latLng, [points._points[place.i].name, command.marks[place.state].label]);
      else if (found.length && map.getZoom() < 12) popups.tip(event.latlng, [found[0].name, areas.words(found[0])]);
      else popups.hideTip();
    });
    map.on("mouseout movestart", popups.hideTip);
    if (window.ResizeObserver) new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);

    jiwar.map = map;
    jiwar.setGaps = function (next) {
      command = { ...next, need: { classes: next.classes } };
      apply();
    };
    if (jiwar.waitingGaps) jiwar.setGaps(jiwar.waitingGaps);
    load();
  };

  // A command may come before the map: it waits.
  jiwar.setGaps = (command) => (jiwar.waitingGaps = command);
})();
