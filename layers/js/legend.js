// The legend: what the colours, the hatching and the marks mean, from when and from whom.
(function () {
  "use strict";
  // What must stay free at the left and top and at the right and bottom, in pixels, so that an open legend lies on nothing.
  jiwar.besideLegend = function (map, config, margin) {
    const container = map.getContainer();
    const box = container.querySelector(".jw-legend");
    const beside = box && box.open && container.clientWidth >= 2 * box.offsetWidth ? box.offsetWidth + 10 + margin : margin;
    return config.corners.legend.endsWith("left") ? [[beside, margin], [margin, margin]] : [[margin, margin], [beside, margin]];
  };

  jiwar.legend = function (map, config, mark) {
    const { el } = jiwar;
    const words = config.words;
    const need = el("div", { class: "jw-need" });
    const check = el("div", { class: "jw-check" });
    check.hidden = true;
    const fields = el("div", {});
    const count = el("p", { class: "jw-count", role: "status" });
    const title = el("span", {}, words.legend);
    const box = el("details", { class: "jw-panel jw-legend", dir: config.dir, lang: config.lang }, el("summary", {}, title), need, check, count, marks());
    check.append(el("p", { class: "jw-heading" }, words.by_check), el("ul", {}, ...config.bands.map((one, i) => row(sample(0, config.sectors.length + 1 + i), one.label))));
    box.open = map.getContainer().clientWidth >= 640;

    const Control = L.Control.extend({
      onAdd: function () {
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        return box;
      },
    });
    new Control({ position: config.corners.legend }).addTo(map);

    function sample(style, sector) {
      const copy = document.createElement("canvas");
      const drawn = mark(style, sector, 2);
      copy.width = drawn.width;
      copy.height = drawn.height;
      copy.getContext("2d").drawImage(drawn, 0, 0);
      copy.setAttribute("aria-hidden", "true");
      copy.className = "jw-mark";
      return copy;
    }

    function row(swatch, text) {
      return el("li", {}, swatch, el("span", {}, text));
    }

    function marks() {
      const grey = config.sectors.length;
      const { HOLLOW, DASHED } = jiwar.marks;
      const shapes = el("ul", {},
        row(sample(0, grey), words.provider), row(sample(1, grey), words.centre), row(sample(2, grey), words.planning),
        row(sample(HOLLOW, grey), words.unverified), row(sample(DASHED, grey), words.planned),
        row(el("span", { class: "jw-cluster", "aria-hidden": true }, "12"), words.cluster));
      const colours = el("ul", {}, ...config.sectors.map((one, i) => row(sample(0, i), one.label)), row(sample(0, grey), words.other));
      const part = el("details", { class: "jw-marks" }, el("summary", {}, words.marks), el("p", { class: "jw-heading" }, words.shapes), shapes, fields);
      fields.append(el("p", { class: "jw-heading" }, words.colours), colours);
      return part;
    }

    function swatch(colour) {
      const box = el("span", { class: "jw-swatch", "aria-hidden": true });
      const fill = el("i", {});
      if (colour) {
        fill.style.background = jiwar.colour(colour, config.colours.other);
        fill.style.opacity = config.colours.needOpacity;
      } else fill.className = "jw-hatched";
      box.append(fill);
      return box;
    }

    return {
      set: function (command) {
        const legend = command.legend;
        check.hidden = command.marks !== "check";
        fields.hidden = !check.hidden;
        title.textContent = command.need ? legend.title : words.legend;
        if (!command.need) return need.replaceChildren();
        const classes = el("ul", {}, ...legend.labels.map((label, i) => row(swatch(legend.colours[i]), label)), row(swatch(null), words.no_data));
        const facts = [legend.unit, legend.year].filter(Boolean).join(" · ");
        const about = [legend.status, legend.source && words.source + ": " + legend.source].filter(Boolean);
        need.replaceChildren(el("p", { class: "jw-unit", dir: "auto" }, facts), classes, ...about.map((line) => el("p", { class: "jw-about", dir: "auto" }, line)));
      },
      count: function (shown, unplaced) {
        const text = jiwar.fill(words.on_map, { n: jiwar.number(shown) });
        // A stand-alone file has no table beside the map to point to.
        const others = config.inline ? words.unplaced_in_file : words.unplaced;
        const rest = unplaced ? " " + jiwar.fill(others, { n: jiwar.number(unplaced) }) : "";
        if (count.textContent !== text + rest) count.textContent = text + rest;
      },
    };
  };
})();
