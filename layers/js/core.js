// The map's own scripts share one name, window.jiwar. Words and data become text nodes here, never HTML.
(function () {
  "use strict";
  const jiwar = (window.jiwar = window.jiwar || {});

  // Build an element: attributes by name, `on` for listeners, children as elements or plain text.
  jiwar.el = function (tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) if (child !== null && child !== undefined) node.append(child);
    return node;
  };

  jiwar.number = (value) => Number(value).toLocaleString("en-US");
  jiwar.fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  jiwar.colour = (value, fallback) => (/^#[0-9a-f]{6}$/i.test(value) ? value : fallback);
  jiwar.calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Longitude and latitude to Web Mercator, the world being the unit square.
  jiwar.mercator = function (lon, lat) {
    const s = Math.sin((lat * Math.PI) / 180);
    return [lon / 360 + 0.5, 0.5 - (0.25 * Math.log((1 + s) / (1 - s))) / Math.PI];
  };

  jiwar.degrees = (x, y) => [(x - 0.5) * 360, 90 - (360 * Math.atan(Math.exp((y - 0.5) * 2 * Math.PI))) / Math.PI];

  // Bytes of a sites payload (see layers/payload.py) to columns; positions already projected, NaN where there is no mark.
  jiwar.readSites = function (buffer) {
    const size = new DataView(buffer).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
    const n = head.n;
    let at = 4 + size;
    const places = new Int32Array(buffer, at, 2 * n);
    at += 8 * n;
    const styles = new Uint8Array(buffer, at, n);
    const sectors = new Uint8Array(buffer, at + n, n);
    const bands = new Uint8Array(buffer, at + 2 * n, n);
    at += 3 * n;
    const names = new Uint8Array(buffer, at, head.names);
    const ids = new Uint8Array(buffer, at + head.names, head.ids);
    const x = new Float64Array(n).fill(NaN);
    const y = new Float64Array(n).fill(NaN);
    for (let i = 0; i < n; i++) {
      if (places[2 * i] === -2147483648) continue;
      [x[i], y[i]] = jiwar.mercator(places[2 * i] / 1e6, places[2 * i + 1] / 1e6);
    }
    // Decoded at first use: a map that nobody points at needs no names.
    const lines = (bytes) => {
      let found = null;
      return () => (found = found || new TextDecoder().decode(bytes).split("\n"));
    };
    const latLng = (i) => L.latLng(places[2 * i + 1] / 1e6, places[2 * i] / 1e6);
    return { version: head.version, n, x, y, styles, sectors, bands, names: lines(names), ids: lines(ids), latLng };
  };

  jiwar.bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

  // Bitset of layers/payload.py to one byte a site.
  jiwar.readMask = function (base64, n) {
    const packed = jiwar.bytes(base64);
    if (packed.length !== Math.ceil(n / 8)) return null;
    const mask = new Uint8Array(n);
    for (let i = 0; i < n; i++) mask[i] = (packed[i >> 3] >> (i & 7)) & 1;
    return mask;
  };
})();
