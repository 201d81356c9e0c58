// Sites as marks and clusters on one canvas; finds what lies under a point.
(function () {
  "use strict";
  const CELL = 64;
  const APART = 13.5; // from this zoom on only sites at the very same point share a mark

  const Sites = jiwar.CanvasLayer.extend({
    initialize: function (config, mark) {
      jiwar.CanvasLayer.prototype.initialize.call(this, "jw-sites");
      this._config = config;
      this._mark = mark;
      this._data = null;
      this._mask = null;
      this._groups = [];
      this._byCheck = false;
    },
    // Style and colour of a mark: of its sector, or of the band of its last check, which are the colours after them.
    look: function (i) {
      const { styles, sectors, bands } = this._data;
      return [styles[i], this._byCheck ? this._config.sectors.length + 1 + bands[i] : sectors[i]];
    },
    draw: function (context, view) {
      if (this._data && this._mask) this._drawAll(context, view);
      this.fire("jw-drawn");
    },
    _drawAll: function (context, view) {
      this._groups = view.zoom < APART ? this._clusters(view) : this._stacks(view);
      // Nearer to the reader is drawn later, so that overlaps look the same at every drawing.
      this._groups.sort((a, b) => a.y - b.y || a.first - b.first);
      Object.assign(context, { textAlign: "center", textBaseline: "middle" });
      for (const group of this._groups) {
        if (group.count === 1) this._drawMark(context, group, view.ratio);
        else this._drawCount(context, group);
      }
      this._shift = view.pad;
    },
    _drawMark: function (context, group, ratio) {
      const half = jiwar.marks.size / 2;
      const image = this._mark(...this.look(group.first), ratio);
      context.drawImage(image, group.x - half, group.y - half, 2 * half, 2 * half);
      group.radius = half - 1;
    },
    _drawCount: function (context, group) {
      const text = jiwar.number(group.count);
      group.radius = Math.max(12 + Math.min(10, Math.log2(group.count)), 4.2 * text.length + 3);
      context.beginPath();
      context.arc(group.x, group.y, group.radius, 0, 2 * Math.PI);
      context.fillStyle = "rgba(11,92,138,.92)";
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = "#ffffff";
      context.stroke();
      context.font = "600 12px " + this._config.fonts;
      context.fillStyle = "#ffffff";
      context.fillText(text, group.x, group.y + 0.5);
    },
    // Sites in cells of a grid that is fixed to the world, so that a pan changes no cluster; near neighbours join.
    _clusters: function (view) {
      const { x, y, n } = this._data;
      const mask = this._mask;
      const left = Math.floor(view.origin.x / CELL) - 1;
      const top = Math.floor(view.origin.y / CELL) - 1;
      const columns = Math.ceil(view.width / CELL) + 3;
      const rows = Math.ceil(view.height / CELL) + 3;
      const cells = new Array(columns * rows);
      for (let i = 0; i < n; i++) {
        if (!mask[i]) continue;
        const wx = x[i] * view.world;
        const wy = y[i] * view.world;
        const column = Math.floor(wx / CELL) - left;
        const row = Math.floor(wy / CELL) - top;
        if (!(column >= 0 && row >= 0 && column < columns && row < rows)) continue;
        const k = row * columns + column;
        const cell = cells[k] || (cells[k] = { k, count: 0, sx: 0, sy: 0, first: i, west: wx, east: wx, north: wy, south: wy });
        join(cell, { count: 1, sx: wx, sy: wy, first: i, west: wx, east: wx, north: wy, south: wy });
      }
      const order = cells.filter(Boolean).sort((a, b) => b.count - a.count || a.k - b.k);
      const gone = new Set();
      for (const cell of order) {
        if (gone.has(cell.k)) continue;
        for (const step of [-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1]) {
          const other = cells[cell.k + step];
          if (!other || other === cell || gone.has(other.k) || other.count > cell.count) continue;
          if (Math.hypot(cell.sx / cell.count - other.sx / other.count, cell.sy / cell.count - other.sy / other.count) > 0.55 * CELL) continue;
          join(cell, other);
          gone.add(other.k);
        }
      }
      return order.filter((cell) => !gone.has(cell.k)).map((cell) => place(cell, view));
    },
    _stacks: function (view) {
      const { x, y, n } = this._data;
      const found = new Map();
      for (let i = 0; i < n; i++) {
        if (!this._mask[i]) continue;
        const wx = x[i] * view.world;
        const wy = y[i] * view.world;
        const px = wx - view.origin.x;
        const py = wy - view.origin.y;
        if (!(px > -20 && py > -20 && px < view.width + 20 && py < view.height + 20)) continue;
        const one = { count: 1, sx: wx, sy: wy, first: i, west: wx, east: wx, north: wy, south: wy };
        const key = x[i] + " " + y[i];
        if (found.has(key)) join(found.get(key), one);
        else found.set(key, one);
      }
      return [...found.values()].map((group) => place(group, view));
    },
  });

  function join(into, other) {
    into.count += other.count;
    into.sx += other.sx;
    into.sy += other.sy;
    into.first = Math.min(into.first, other.first);
    into.west = Math.min(into.west, other.west);
    into.east = Math.max(into.east, other.east);
    into.north = Math.min(into.north, other.north);
    into.south = Math.max(into.south, other.south);
  }

  function place(group, view) {
    group.x = group.sx / group.count - view.origin.x;
    group.y = group.sy / group.count - view.origin.y;
    group.world = view.world;
    return group;
  }

  jiwar.sites = function (map, config, mark) {
    map.createPane("jw-sites").style.zIndex = 420;
    map.getPane("jw-sites").style.pointerEvents = "none";
    const layer = new Sites(config, mark).addTo(map);
    const unproject = (group, wx, wy) => map.unproject(L.point(wx, wy).multiplyBy((256 * 2 ** map.getZoom()) / group.world));
    return {
      layer,
      data: () => layer._data,
      load: function (data) {
        layer._data = data;
      },
      look: (i) => layer.look(i),
      show: function (mask, byCheck, then) {
        layer._mask = mask;
        layer._byCheck = byCheck;
        if (layer._map) layer.redraw(then);
        else requestAnimationFrame(then);
      },
      // Boxes of the clusters on the canvas, which names keep clear of.
      clusters: () => (layer._map ? layer._groups.filter((g) => g.count > 1).map((g) => [g.x - g.radius, g.y - g.radius, g.x + g.radius, g.y + g.radius]) : []),
      // The mark or cluster under a point of the container, with `slack` pixels to spare for fingers.
      at: function (point, slack) {
        if (!layer._map || !layer._shift) return null;
        let best = null;
        let least = Infinity;
        for (const group of layer._groups) {
          const away = Math.hypot(group.x - layer._shift.x - point.x, group.y - layer._shift.y - point.y) - group.radius;
          if (away <= slack && away <= least) [best, least] = [group, away];
        }
        return best;
      },
      latLng: (group) => unproject(group, group.sx / group.count, group.sy / group.count),
      bounds: (group) => L.latLngBounds(unproject(group, group.west, group.south), unproject(group, group.east, group.north)),
      // Zooming cannot part sites that stand less than a tenth of a metre from each other.
      stacked: (group) => Math.max(group.east - group.west, group.south - group.north) / group.world < 5e-9,
      members: function (group) {
        const { x, y, n } = layer._data;
        const found = [];
        const ends = [group.west, group.east, group.north, group.south].map((value) => value / group.world);
        const near = 1e-12;
        for (let i = 0; i < n; i++)
          if (layer._mask[i] && x[i] >= ends[0] - near && x[i] <= ends[1] + near && y[i] >= ends[2] - near && y[i] <= ends[3] + near) found.push(i);
        return found;
      },
    };
  };
})();
