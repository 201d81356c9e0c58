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
    const need = el("div", { class: "jw-need" });
    const heading = el("p", { class: "jw-heading" });
    const marks = el("ul", { style: COLUMNS });
    const title = jiwar.legendBox(map, config, need, el("div", { class: "jw-check" }, heading, marks, el("p", { class: "jw-about" }, words.sizes)));

    function sample(mark) {
      const canvas = el("canvas", { class: "jw-mark", width: 36, height: 36, "aria-hidden": "true" });
      const context = canvas.getContext("2d");
      context.scale(2, 2);
      drawMark(context, mark.shape, 9, 9, 6, jiwar.colour(mark.colour, config.colours.other));
      return canvas;
    }

    function edge(colour, dashed) {
      const line = el("span", { class: "jw-swatch", "aria-hidden": true });
      Object.assign(line.style, { border: (dashed ? "2px dashed " : "2.5px solid ") + jiwar.colour(colour, config.colours.accent) });
      return line;
    }

    return {
      set: function (command) {
        title.textContent = command.legend.title;
        jiwar.writeClasses(need, config, command.legend, COLUMNS);
        heading.textContent = command.marks_title;
        marks.replaceChildren(...command.marks.map((mark) => jiwar.row(sample(mark), mark.label)));
        const band = (label, i) => jiwar.row(edge(command.reach.colours[i], command.reach.dashed), label);
        if (command.reach.url) need.append(el("p", { class: "jw-heading" }, command.reach.title), el("ul", { style: COLUMNS }, ...command.reach.labels.map(band)));
      },
    };
  }

  jiwar.mountGaps = function (map, config) {
    const words = config.words;
    const frame = jiwar.frame(map, config);
    const base = jiwar.base(map, config);
    const areas = jiwar.areas(map, config);
    map.createPane("jw-sites").style.zIndex = 370;
    map.getPane("jw-sites").style.pointerEvents = "none";
    const reach = jiwar.reachLayer(map, config);
    const points = new Points(config).addTo(map);
    const labels = jiwar.labels(map, config, areas, { clusters: () => [], layer: points });
    const popups = jiwar.popups(map, config, null);
    const legend = legendPanel(map, config);
    const controls = jiwar.controls(map, config, {
      home,
      layers: [
        { text: words.layer_need, show: areas.showNeed },
        { text: words.layer_sites, show: frame.toggle(points) },
        { text: words.layer_reach, show: frame.toggle(reach.layer) },
        { text: words.layer_labels, show: frame.toggle(labels.layer) },
      ],
      tiles: frame.tiles,
    });
    let command = null;
    let fitted = null;

    function home() {
      const bounds = areas.bounds();
      if (bounds) frame.look(() => frame.fit(bounds, { maxZoom: 14 }));
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
          frame.look(() => frame.fit([[south, west], [north, east]], { maxZoom: 10 }));
        } else home();
      }
      fitted = wanted;
      reach.set(command.reach);
      Object.assign(points, { _marks: command.marks, _states: command.states, _sizes: command.sizes });
      const done = () => (jiwar.painted = command.token);
      if (points._map) points.redraw(done);
      else requestAnimationFrame(done);
    }

    map.on("click", (event) => {
      popups.hideTip();
      frame.clickAreas(event, areas, popups);
    });
    map.on("mousemove", (event) => {
      const place = points.at(event.containerPoint);
      const found = place ? [] : areas.at(event.latlng);
      frame.container.style.cursor = found.length ? "pointer" : "";
      const site = reach.at(event.containerPoint);
      if (site) popups.tip(site.latLng, [site.name]);
      else if (place) popups.tip(points._points[place.i].latLng, [points._points[place.i].name, command.marks[place.state].label]);
      else if (found.length && map.getZoom() < 12) popups.tip(event.latlng, [found[0].name, areas.words(found[0])]);
      else popups.hideTip();
    });
    map.on("mouseout movestart", popups.hideTip);

    jiwar.map = map;
    jiwar.setGaps = function (next) {
      command = { ...next, need: { classes: next.classes } };
      apply();
    };
    if (jiwar.waitingGaps) jiwar.setGaps(jiwar.waitingGaps);
    const wanted = ["base", "areas", "points"].map((name) => () => jiwar.json(config.urls[name]));
    frame.load(controls, wanted, (land, outlines, packed) => {
      base.load(land);
      areas.load(outlines);
      labels.load(land);
      points._points = packed.points.map(([lon, lat, name]) => ({ at: jiwar.mercator(lon, lat), latLng: L.latLng(lat, lon), name }));
      apply();
    });
  };

  // A command may come before the map: it waits.
  jiwar.setGaps = (command) => (jiwar.waitingGaps = command);
})();
