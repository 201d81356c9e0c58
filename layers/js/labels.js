// Names of countries, areas and places: the most important first, and none over another.
(function () {
  "use strict";
  // Smallest number of people whose place is named, by zoom.
  const PEOPLE = [[7, 1500000], [8, 400000], [9, 100000], [10, 25000], [11, 8000], [12, 2000]];
  const people = (zoom) => (PEOPLE.find(([limit]) => zoom < limit + 0.5) || [0, 0])[1];

  const Labels = jiwar.CanvasLayer.extend({
    initialize: function (config) {
      jiwar.CanvasLayer.prototype.initialize.call(this, "jw-labels");
      this._config = config;
      this._countries = [];
      this._places = [];
      this._areas = () => [];
      this._obstacles = () => [];
      this._selected = [];
    },
    getEvents: function () {
      return {
        ...jiwar.CanvasLayer.prototype.getEvents.call(this),
        moveend: () => this._sites._map || this._paint(),
        resize: () => this._sites._map || this._paint(),
      };
    },
    draw: function (context, view) {
      const taken = this._obstacles();
      const write = (x, y, text, look) => {
        context.font = look.font;
        const half = context.measureText(text).width / 2 + 4;
        const top = look.dot ? y - 17 : y - look.size / 2 - 3;
        const box = [x - half, top, x + half, look.dot ? y + 4 : y + look.size / 2 + 3];
        if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return false;
        taken.push(box);
        context.strokeStyle = "rgba(255,255,255,.88)";
        context.lineWidth = 3;
        context.strokeText(text, x, look.dot ? y - 9 : y);
        context.fillStyle = look.colour;
        context.fillText(text, x, look.dot ? y - 9 : y);
        if (look.dot) {
          context.beginPath();
          context.arc(x, y, 1.8, 0, 2 * Math.PI);
          context.fill();
        }
        return true;
      };
      // The name of an area may step aside within it; that of a point stands at the point or not at all.
      const put = (at, text, look) => {
        const x = at[0] * view.world - view.origin.x;
        const y = at[1] * view.world - view.origin.y;
        if (x < -60 || y < -20 || x > view.width + 60 || y > view.height + 20) return;
        const steps = look.dot ? [[0, 0]] : [[0, 0], [0, 20], [0, -20], [34, 0], [-34, 0], [0, 36], [0, -36]];
        const stays = ([right, down]) => !look.inside || look.inside(at[0] + right / view.world, at[1] + down / view.world);
        steps.filter(stays).some(([right, down]) => write(x + right, y + down, text, look));
      };
      Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
      context.direction = this._config.dir;
      const fonts = this._config.fonts;
      const area = { font: "600 12.5px " + fonts, size: 13, colour: "#4a4436" };
      const named = (one) => put(one.mercator, one.name, { ...area, inside: one.inside, colour: this._selected.includes(one.id) ? this._config.colours.accent : area.colour });
      if (view.zoom < 7.5) for (const c of this._countries) put(c.at, c.name, { font: "600 14px " + fonts, size: 14, colour: "#77776f" });
      const areas = view.zoom >= 7 && view.zoom < 12 ? this._areas() : [];
      for (const one of areas) if (this._selected.includes(one.id)) named(one);
      for (const one of areas) if (!this._selected.includes(one.id)) named(one);
      const least = people(view.zoom);
      const place = { font: "12px " + fonts, size: 12, colour: this._config.colours.label, dot: true };
      for (const one of this._places) {
        if (one.people < least) break;
        put(one.at, one.name, place);
      }
    },
  });

  jiwar.labels = function (map, config, areas, sites) {
    map.createPane("jw-labels").style.zIndex = 380;
    map.getPane("jw-labels").style.pointerEvents = "none";
    const layer = new Labels(config).addTo(map);
    layer._obstacles = sites.clusters;
    // Names keep clear of clusters: with the sites on the map they are written after each drawing of these.
    layer._sites = sites.layer;
    sites.layer.on("jw-drawn", () => layer._map && layer._paint());
    sites.layer.on("remove", () => layer._map && layer.redraw());
    // The fonts come from this server; what was drawn before they arrived is drawn again.
    if (document.fonts && document.fonts.addEventListener) document.fonts.addEventListener("loadingdone", () => layer._map && layer.redraw());
    return {
      layer,
      load: function (payload) {
        layer._countries = payload.land.filter((one) => one.name).map((one) => ({ name: one.name, at: jiwar.mercator(...one.at) }));
        layer._places = payload.places.map(([lon, lat, count, name]) => ({ name, people: count, at: jiwar.mercator(lon, lat) }));
        if (layer._map) layer.redraw();
      },
      set: function (command) {
        layer._selected = command.selected;
        layer._areas = () => areas.shown();
      },
    };
  };
})();
