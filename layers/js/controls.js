// What stands around the map: zoom, whole view, layers, scale, messages and the watermark, mirrored for right-to-left.
(function () {
  "use strict";
  const { el } = jiwar;

  const Scale = L.Control.Scale.extend({
    _updateMetric: function (metres) {
      const round = this._getRoundNum(metres);
      const text = round < 1000 ? jiwar.fill(this.options.words.metres, { n: round }) : jiwar.fill(this.options.words.kilometres, { n: round / 1000 });
      this._mScale.style.width = Math.round(this.options.maxWidth * (round / metres)) + "px";
      this._mScale.dir = "auto";
      this._mScale.textContent = text;
    },
  });

  jiwar.controls = function (map, config, { home, layers, tiles }) {
    const words = config.words;
    L.control.zoom({ position: config.corners.zoom, zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    const whole = el("a", { href: "#", role: "button", title: words.home, "aria-label": words.home }, "⤢");
    whole.addEventListener("click", (event) => {
      event.preventDefault();
      home();
    });
    jiwar.panel(map, config.corners.zoom, el("div", { class: "leaflet-bar jw-home" }, whole));
    map.attributionControl.setPosition(config.corners.scale);
    new Scale({ position: config.corners.scale, imperial: false, words }).addTo(map);
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.getContainer().dir = config.dir;
    // Leaflet takes attributions as HTML: plain words go through an element, which escapes them.
    map.attributionControl.addAttribution(el("span", {}, config.attribution).innerHTML);

    const list = el("ul", {});
    const box = el("details", { class: "jw-panel jw-layers", dir: config.dir, lang: config.lang }, el("summary", {}, words.layers), list);
    const entry = (text, on, change) => {
      const input = el("input", { type: "checkbox", checked: on });
      input.addEventListener("change", () => change(input.checked));
      list.append(el("li", {}, el("label", {}, input, el("span", {}, text))));
    };
    for (const layer of layers) entry(layer.text, true, layer.show);
    if (tiles) entry(words.tiles, false, tiles);
    jiwar.panel(map, config.corners.layers, box);

    const container = map.getContainer();
    const message = el("div", { class: "jw-message", role: "status", dir: config.dir, lang: config.lang });
    message.hidden = true;
    const mark = el("div", { class: "jw-watermark", dir: config.dir, lang: config.lang });
    container.append(message, mark);
    return {
      // Tell something over the map; with `retry`, a button to try again. Empty words take it away.
      message: function (text, retry) {
        message.hidden = !text;
        message.replaceChildren(text || "");
        if (retry) message.append(el("button", { type: "button", on: { click: retry } }, words.retry));
      },
      watermark: function (text) {
        if (mark.dataset.text === text) return;
        mark.dataset.text = text;
        mark.replaceChildren(...(text ? Array.from({ length: 6 }, () => el("span", {}, text)) : []));
      },
    };
  };
})();
