// A map of governorates by class alone: for figures that belong to no site.
(function () {
  "use strict";
  const { el } = jiwar;

  jiwar.mountAreas = function (map, config) {
    const words = config.words;
    const frame = jiwar.frame(map, config);
    const base = jiwar.base(map, config);
    const areas = jiwar.areas(map, config);
    const labels = jiwar.labels(map, config, areas, { clusters: () => [], layer: L.layerGroup() });
    const popups = jiwar.popups(map, config, null);
    const classes = el("div", { class: "jw-need" });
    const title = jiwar.legendBox(map, config, classes);
    const controls = jiwar.controls(map, config, {
      home,
      layers: [
        { text: words.layer_need, show: areas.showNeed },
        { text: words.layer_labels, show: frame.toggle(labels.layer) },
      ],
      tiles: frame.tiles,
    });
    let command = null;
    let fitted = null;
    let ready = false;

    function home() {
      const bounds = areas.bounds();
      if (bounds) frame.look(() => frame.fit(bounds, {}));
    }

    function apply() {
      if (!command || !ready) return;
      areas.set(command);
      labels.set(command);
      labels.layer.redraw();
      title.textContent = command.legend.title || words.legend;
      jiwar.writeClasses(classes, config, command.legend);
      controls.watermark(command.watermark);
      const wanted = JSON.stringify(command.countries);
      if (wanted !== fitted) home();
      fitted = wanted;
      requestAnimationFrame(() => (jiwar.painted = command.token));
    }

    map.on("click", (event) => {
      popups.hideTip();
      frame.clickAreas(event, areas, popups);
    });
    map.on("mousemove", (event) => {
      const found = areas.at(event.latlng);
      frame.container.style.cursor = found.length ? "pointer" : "";
      if (found.length && map.getZoom() < 12) popups.tip(event.latlng, [found[0].name, (command && command.tips[found[0].id]) || areas.words(found[0])]);
      else popups.hideTip();
    });
    map.on("mouseout movestart", popups.hideTip);

    jiwar.map = map;
    jiwar.setAreas = function (next) {
      command = { ...next, need: { classes: next.classes } };
      apply();
    };
    if (jiwar.waitingAreas) jiwar.setAreas(jiwar.waitingAreas);
    frame.load(controls, [() => jiwar.json(config.urls.base), () => jiwar.json(config.urls.areas)], (land, outlines) => {
      base.load(land);
      areas.load(outlines);
      labels.load(land);
      ready = true;
      apply();
    });
  };

  // A command may come before the map: it waits.
  jiwar.setAreas = (command) => (jiwar.waitingAreas = command);
})();
