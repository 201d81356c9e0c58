// The marks of sites: shape says what it is, dashes that it is planned; colour its sector, and hollow that nobody checked it; or, on
// demand, colour and filling together how long ago it was checked.
(function () {
  "use strict";
  const HOLLOW = 4;
  const DASHED = 8;
  const SIZE = 18;

  function outline(context, shape) {
    const c = SIZE / 2;
    context.beginPath();
    if (shape === 0) context.arc(c, c, 5.5, 0, 2 * Math.PI);
    else if (shape === 1) context.roundRect(c - 5.2, c - 5.2, 10.4, 10.4, 2.6);
    else {
      context.moveTo(c, c - 7);
      context.lineTo(c + 7, c);
      context.lineTo(c, c + 7);
      context.lineTo(c - 7, c);
      context.closePath();
    }
  }

  // What the last check fills a mark with: all of it within 12 months, half within 24, a cross beyond, nothing where there was none.
  const FILLS = [
    (context) => context.fillRect(0, 0, SIZE, SIZE),
    (context) => context.fillRect(0, SIZE / 2, SIZE, SIZE),
    (context, colour) => {
      const [from, to] = [SIZE / 2 - 5, SIZE / 2 + 5];
      context.beginPath();
      context.moveTo(from, from);
      context.lineTo(to, to);
      context.moveTo(from, to);
      context.lineTo(to, from);
      context.strokeStyle = colour;
      context.lineWidth = 2.6;
      context.stroke();
    },
    () => {},
  ];

  function drawCheck(context, shape, fill, colour, dashed) {
    context.fillStyle = "#ffffff";
    context.fill();
    context.save();
    context.clip();
    context.fillStyle = colour;
    fill(context, colour);
    context.restore();
    outline(context, shape);
    if (dashed) context.setLineDash([3, 2.2]);
    context.strokeStyle = "#333333";
    context.lineWidth = 1.3;
    context.stroke();
  }

  // One drawing per look, made at first use and copied from then on. Colours from `firstBand` on are those of the last check.
  jiwar.marks = function (colours, firstBand) {
    const made = new Map();
    return function (style, sector, ratio) {
      const key = style * 4096 + sector * 16 + Math.round(ratio * 4);
      if (made.has(key)) return made.get(key);
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = Math.ceil(SIZE * ratio);
      canvas.style.width = canvas.style.height = SIZE + "px";
      const context = canvas.getContext("2d");
      context.scale(ratio, ratio);
      const shape = style & 3;
      const colour = colours[sector] || colours[firstBand - 1];
      const open = shape === 2 || (style & HOLLOW) > 0;
      const dashed = (style & DASHED) > 0;
      outline(context, shape);
      context.lineJoin = "round";
      context.strokeStyle = "rgba(255,255,255,.95)";
      context.lineWidth = 5;
      context.stroke();
      made.set(key, canvas);
      if (sector >= firstBand) {
        drawCheck(context, shape, FILLS[sector - firstBand], colour, dashed);
        return canvas;
      }
      context.fillStyle = open || dashed ? "#ffffff" : colour;
      context.fill();
      if (open || dashed) {
        // A dark line under the coloured one keeps yellow visible on white.
        if (dashed) context.setLineDash([3, 2.2]);
        context.strokeStyle = "#333333";
        context.lineWidth = 3.4;
        context.stroke();
        context.strokeStyle = colour;
        context.lineWidth = 2;
        context.stroke();
        if (dashed && !open) {
          context.fillStyle = colour;
          context.beginPath();
          context.arc(SIZE / 2, SIZE / 2, 2.2, 0, 2 * Math.PI);
          context.fill();
        }
      } else {
        context.strokeStyle = "#333333";
        context.lineWidth = 1;
        context.stroke();
      }
      return canvas;
    };
  };
  jiwar.marks.size = SIZE;
  jiwar.marks.HOLLOW = HOLLOW;
  jiwar.marks.DASHED = DASHED;
})();
