// Governorates: boundaries, need classes, hatching for "no data", the selection, and which area a point lies in.
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";

  function hatching(renderer) {
    const pattern = document.createElementNS(SVG, "pattern");
    for (const [name, value] of Object.entries({ id: "jw-hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }))
      pattern.setAttribute(name, value);
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", "M0 0V7");
    line.setAttribute("stroke", "#8f8f88");
    line.setAttribute("stroke-width", "1.6");
    pattern.append(line);
    const definitions = document.createElementNS(SVG, "defs");
    definitions.append(pattern);
    renderer._container.prepend(definitions);
  }

  function inside(rings, lon, lat) {
    let odd = false;
    for (const ring of rings)
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [xi, yi] = ring[i];
        const [xj, yj] = ring[j];
        if (yi > lat !== yj > lat && lon < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) odd = !odd;
      }
    return odd;
  }

  jiwar.areas = function (map, config) {
    map.createPane("jw-areas").style.zIndex = 350;
    const renderer = L.svg({ pane: "jw-areas", padding: 0.5 });
    const known = new Map();
    let shown = [];
    let command = null;
    let needOn = true;

    function style(area) {
      const look = { color: config.colours.boundary, weight: 1.4, fill: false, fillOpacity: 0 };
      const need = needOn && command.need;
      if (need && area.id in need.classes) {
        const colour = jiwar.colour(command.legend.colours[need.classes[area.id]], config.colours.other);
        Object.assign(look, { fill: true, fillColor: colour, fillOpacity: config.colours.needOpacity });
      } else if (need) Object.assign(look, { fill: true, fillColor: "url(#jw-hatch)", fillOpacity: 1 });
      if (command.selected.includes(area.id)) Object.assign(look, { color: config.colours.accent, weight: 3.2 });
      return look;
    }

    function refresh() {
      if (!command) return;
      const wanted = command.countries;
      shown = [...known.values()].filter((area) => !wanted.length || wanted.includes(area.country));
      for (const area of known.values()) if (!shown.includes(area)) area.layer.remove();
      for (const area of shown) {
        area.layer.addTo(map);
        area.layer.setStyle(style(area));
      }
      for (const area of shown) if (command.selected.includes(area.id)) area.layer.bringToFront();
    }

    return {
      load: function (payload) {
        for (const area of payload.areas) {
          const layer = L.polygon(jiwar.swap(area.rings), { pane: "jw-areas", renderer, interactive: false, smoothFactor: 0.6 });
          const holds = (lon, lat) => area.rings.some((rings) => inside(rings, lon, lat));
          known.set(area.id, {
            ...area, layer, holds, bounds: layer.getBounds(), mercator: jiwar.mercator(...area.at),
            inside: (x, y) => holds(...jiwar.degrees(x, y)),
          });
        }
        map.addLayer(renderer);
        hatching(renderer);
        refresh();
      },
      set: function (next) {
        command = next;
        refresh();
      },
      showNeed: function (on) {
        needOn = on;
        refresh();
      },
      shown: () => shown,
      at: (point) => shown.filter((area) => area.bounds.contains(point) && area.holds(point.lng, point.lat)),
      // What the map says about an area when someone points at it: its class in words, or that there is no data.
      words: function (area) {
        if (!needOn || !command.need) return "";
        const index = command.need.classes[area.id];
        return index === undefined ? config.words.no_data : command.legend.labels[index] + " " + command.legend.unit;
      },
      bounds: function () {
        const all = L.latLngBounds([]);
        for (const area of shown) all.extend(area.bounds);
        return all.isValid() ? all : null;
      },
    };
  };
})();
