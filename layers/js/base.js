// Sea and land: everything below the data, drawn from one small file instead of tiles.
(function () {
  "use strict";
  jiwar.base = function (map, config) {
    map.createPane("jw-land").style.zIndex = 210;
    map.getContainer().style.background = config.colours.beyond;
    const renderer = L.svg({ pane: "jw-land", padding: 0.5 });
    return {
      load: function (payload) {
        // The land is cut at the edge of what was loaded. Beyond it the map is of a colour between land and sea: unknown, and no coast.
        const frame = L.latLngBounds([]);
        for (const country of payload.land) for (const polygon of jiwar.swap(country.rings)) frame.extend(L.latLngBounds(polygon[0]));
        if (frame.isValid())
          L.rectangle(frame, { pane: "jw-land", renderer, interactive: false, stroke: false, fillColor: config.colours.sea, fillOpacity: 1 }).addTo(map);
        for (const country of payload.land)
          L.polygon(jiwar.swap(country.rings), {
            pane: "jw-land", renderer, interactive: false, color: config.colours.coast, weight: 0.8,
            fillColor: config.colours.land, fillOpacity: 1, smoothFactor: 0.5,
          }).addTo(map);
      },
    };
  };
})();
