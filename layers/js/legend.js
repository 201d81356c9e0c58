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
    const { el, row } = jiwar;
    const words = config.words;
    const need = el("div", { class: "jw-need" });
    const check = el("div", { class: "jw-check" });
    check.hidden = true;
    const fields = el("div", {});
    const count = el("p", { class: "jw-count", role: "status" });
    const title = jiwar.legendBox(map, config, need, check, count, marks());
    check.append(el("p", { class: "jw-heading" }, words.by_check), el("ul", {}, ...config.bands.map((one, i) => row(sample(0, config.sectors.length + 1 + i), one.label))));

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

    return {
      set: function (command) {
        const legend = command.legend;
        check.hidden = command.marks !== "check";
        fields.hidden = !check.hidden;
        title.textContent = command.need ? legend.title : words.legend;
        if (!command.need) return need.replaceChildren();
        jiwar.writeClasses(need, config, legend);
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
