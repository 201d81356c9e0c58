// Areas from which chosen sites are reached, on the map of the gap ledger.
(function () {
  "use strict";

  // Areas around chosen sites, the longest limit lowest, and the sites themselves; they come from an address of ours.
  jiwar.reachLayer = function (map, config) {
    map.createPane("jw-reach").style.zIndex = 360;
    map.getPane("jw-reach").style.pointerEvents = "none";
    const group = L.layerGroup().addTo(map);
    const renderer = L.svg({ pane: "jw-reach", padding: 0.5 });
    let shown = "";
    let spots = [];

    function polygons(shape) {
      if (shape.type === "Polygon") return [shape.coordinates];
      if (shape.type === "MultiPolygon") return shape.coordinates;
      return (shape.geometries || []).flatMap(polygons);
    }

    function draw(features, reach) {
      group.clearLayers();
      spots = [];
      const areas = features.filter((one) => "minutes" in one.properties);
      areas.forEach((one, i) => {
        const colour = jiwar.colour(reach.colours[areas.length - 1 - i], config.colours.accent);
        const look = { pane: "jw-reach", renderer, interactive: false, color: colour, weight: 2.4, dashArray: reach.dashed ? "6 5" : null, fillColor: colour, fillOpacity: 0.12 };
        for (const rings of polygons(one.geometry)) L.polygon(jiwar.swap([rings])[0], look).addTo(group);
      });
      for (const one of features) {
        if (!("site_id" in one.properties)) continue;
        const latLng = L.latLng(one.geometry.coordinates[1], one.geometry.coordinates[0]);
        L.circleMarker(latLng, { pane: "jw-reach", renderer, interactive: false, radius: 6.5, color: config.colours.accent, weight: 3, fillColor: "#ffffff", fillOpacity: 1 }).addTo(group);
        spots.push({ latLng, name: one.properties.name });
      }
    }

    return {
      layer: group,
      set: function (reach) {
        if (reach.url === shown) return;
        shown = reach.url;
        if (!/^\/(?!\/)[\w./-]*data\/reach\.geojson\?/.test(shown)) {
          draw([], reach);
          jiwar.reached = "";
          return;
        }
        const wanted = shown;
        fetch(wanted).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status + " " + wanted)))).then(
          (found) => {
            if (wanted !== shown) return;
            draw(found.features, reach);
            jiwar.reached = wanted;
          },
          () => {
            if (wanted === shown) shown = "";
          },
        );
      },
      at: (point) => (map.hasLayer(group) ? spots.find((one) => map.latLngToContainerPoint(one.latLng).distanceTo(point) <= 9) : null),
    };
  };
})();
