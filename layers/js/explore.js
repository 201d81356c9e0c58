// The whole map: puts the layers together, fetches their data once, and follows the commands that a page sends.
(function () {
  "use strict";

  // Where the data comes from: addresses on this server, or blocks inside the document of a stand-alone map.
  function source(config) {
    if (config.inline) {
      const block = (name) => JSON.parse(document.getElementById(name).textContent);
      const cards = block("jw-cards");
      return {
        sites: async () => jiwar.bytes(block("jw-sites")).buffer,
        areas: async () => block("jw-areas"),
        base: async () => block("jw-base"),
        card: async (id) => cards[id],
      };
    }
    const urls = config.urls;
    return {
      sites: () => jiwar.fetched(urls.sites).then((answer) => answer.arrayBuffer()),
      areas: () => jiwar.json(urls.areas),
      base: () => jiwar.json(urls.base),
      card: (id) => jiwar.json(urls.site.replace("{id}", encodeURIComponent(id))),
    };
  }

  jiwar.mount = function (map, config) {
    const words = config.words;
    const frame = jiwar.frame(map, config);
    const data = source(config);
    const colours = [...config.sectors.map((one) => one.colour), config.colours.other, ...config.bands.map((one) => one.colour)];
    const mark = jiwar.marks(colours, config.sectors.length + 1);
    const base = jiwar.base(map, config);
    const areas = jiwar.areas(map, config);
    const sites = jiwar.sites(map, config, mark);
    const labels = jiwar.labels(map, config, areas, sites);
    const popups = jiwar.popups(map, config, data.card);
    const legend = jiwar.legend(map, config, mark);
    const state = { command: null, fit: null, fly: null, opened: null, ready: false };

    const controls = jiwar.controls(map, config, {
      home,
      layers: [
        { text: words.layer_need, show: areas.showNeed },
        { text: words.layer_sites, show: frame.toggle(sites.layer) },
        { text: words.layer_labels, show: frame.toggle(labels.layer) },
      ],
      tiles: frame.tiles,
    });
    const look = (go) => frame.look(go, state.ready && !jiwar.calm());

    function home() {
      const bounds = areas.bounds();
      if (bounds) look((animate) => frame.fit(bounds, { animate }));
    }

    function move(command) {
      const fit = JSON.stringify(command.fit);
      const fly = JSON.stringify([command.fly, command.visit]);
      if (command.fly && fly !== state.fly) look(() => map.setView([command.fly[1], command.fly[0]], command.fly[2], { animate: false }));
      else if (fit !== state.fit || !state.ready) {
        if (command.fit) {
          const [west, south, east, north] = command.fit;
          look((animate) => frame.fit([[south, west], [north, east]], { margin: 24, maxZoom: 14, animate }));
        } else home();
      }
      Object.assign(state, { fit, fly });
    }

    // Once for a site and a flight to it: the same command again leaves the reader's popups alone.
    function openSite(command) {
      const asked = JSON.stringify([command.open_site, command.fly, command.visit]);
      if (asked === state.opened) return;
      state.opened = asked;
      const i = command.open_site ? sites.data().ids().indexOf(command.open_site) : -1;
      if (i >= 0 && Number.isFinite(sites.data().x[i])) popups.showSite(sites.data().latLng(i), command.open_site);
    }

    // Draw what the last command asks for. Until the data has come there is nothing to do: the last command waits.
    function apply() {
      const command = state.command;
      if (!command || !sites.data()) return;
      const mask = jiwar.readMask(command.sites, sites.data().n);
      if (!mask) return controls.message(words.stale);
      controls.message("");
      areas.set(command);
      labels.set(command);
      legend.set(command);
      controls.watermark(command.watermark);
      let shown = 0;
      let unplaced = 0;
      for (let i = 0; i < mask.length; i++) if (mask[i]) Number.isNaN(sites.data().x[i]) ? unplaced++ : shown++;
      legend.count(shown, unplaced);
      move(command);
      openSite(command);
      state.ready = true;
      sites.show(mask, command.marks === "check", () => {
        jiwar.painted = command.token;
        jiwar.shown = shown;
      });
    }

    function listSites(group) {
      const all = sites.members(group);
      const names = sites.data().names();
      const rows = all.map((i) => {
        const drawn = mark(...sites.look(i), 2);
        const image = jiwar.el("img", { src: drawn.toDataURL(), width: 18, height: 18, alt: "" });
        const id = sites.data().ids()[i];
        return { text: names[i], mark: image, choose: () => popups.showSite(sites.data().latLng(i), id, { focus: true }) };
      });
      popups.showList(sites.data().latLng(all[0]), jiwar.fill(words.here, { n: jiwar.number(all.length) }), rows);
    }

    map.on("click", (event) => {
      const touch = event.originalEvent.pointerType === "touch";
      const group = sites.at(event.containerPoint, touch ? 12 : 3);
      popups.hideTip();
      if (!group) return config.inline || frame.clickAreas(event, areas, popups);
      if (group.count === 1) return popups.showSite(sites.data().latLng(group.first), sites.data().ids()[group.first]);
      if (sites.stacked(group)) return listSites(group);
      map.fitBounds(sites.bounds(group), { padding: [50, 50], maxZoom: 18, animate: !jiwar.calm() });
    });
    map.on("mousemove", (event) => {
      const group = sites.at(event.containerPoint, 2);
      const found = group ? [] : areas.at(event.latlng);
      frame.container.style.cursor = group || (found.length && !config.inline) ? "pointer" : "";
      if (group && group.count === 1) popups.tip(sites.latLng(group), [sites.data().names()[group.first]]);
      else if (found.length && map.getZoom() < 12) popups.tip(event.latlng, [found[0].name, areas.words(found[0])]);
      else popups.hideTip();
    });
    map.on("mouseout movestart", popups.hideTip);

    jiwar.map = map;
    jiwar.set = function (command) {
      state.command = command;
      apply();
    };
    if (jiwar.waiting) jiwar.set(jiwar.waiting);
    frame.load(controls, [data.base, data.areas, data.sites], (land, outlines, packed) => {
      base.load(land);
      areas.load(outlines);
      labels.load(land);
      sites.load(jiwar.readSites(packed));
      apply();
    });
  };

  // A command may come before the map: it waits.
  jiwar.set = (command) => (jiwar.waiting = command);
})();
