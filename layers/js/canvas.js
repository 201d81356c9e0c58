// A Leaflet layer that draws on one canvas a little larger than the window, so that a short pan shows no bare edge.
(function () {
  "use strict";
  const MARGIN = 0.15;

  jiwar.CanvasLayer = L.Layer.extend({
    initialize: function (pane) {
      this._paneName = pane;
    },
    onAdd: function () {
      this._canvas = L.DomUtil.create("canvas", "leaflet-layer leaflet-zoom-animated jw-canvas", this.getPane(this._paneName));
      this._canvas.setAttribute("aria-hidden", "true");
      this._paint();
    },
    onRemove: function () {
      cancelAnimationFrame(this._frame);
      this._frame = null;
      this._canvas.remove();
    },
    getEvents: function () {
      return { moveend: this._paint, resize: this._paint, zoom: this._follow, zoomanim: this._animate };
    },
    // Ask for a new drawing at the next frame; `then` runs once it stands.
    redraw: function (then) {
      if (then) (this._after = this._after || []).push(then);
      if (this._frame) return;
      this._frame = requestAnimationFrame(() => {
        this._frame = null;
        if (this._map) this._paint();
        for (const call of this._after || []) call();
        this._after = null;
      });
    },
    _paint: function () {
      const map = this._map;
      const size = map.getSize();
      const pad = size.multiplyBy(MARGIN)._round();
      const ratio = window.devicePixelRatio || 1;
      const corner = map.containerPointToLayerPoint([-pad.x, -pad.y]);
      const width = size.x + 2 * pad.x;
      const height = size.y + 2 * pad.y;
      this._zoom = map.getZoom();
      this._corner = map.layerPointToLatLng(corner);
      L.DomUtil.setPosition(this._canvas, corner);
      this._canvas.width = Math.round(width * ratio);
      this._canvas.height = Math.round(height * ratio);
      this._canvas.style.width = width + "px";
      this._canvas.style.height = height + "px";
      const context = this._canvas.getContext("2d");
      context.scale(ratio, ratio);
      const origin = map.getPixelOrigin().add(corner);
      this.draw(context, { width, height, pad, origin, zoom: this._zoom, world: 256 * 2 ** this._zoom, ratio });
    },
    _follow: function () {
      const map = this._map;
      L.DomUtil.setTransform(this._canvas, map.latLngToLayerPoint(this._corner), map.getZoomScale(map.getZoom(), this._zoom));
    },
    _animate: function (event) {
      const at = this._map._latLngToNewLayerPoint(this._corner, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, at, this._map.getZoomScale(event.zoom, this._zoom));
    },
  });

  jiwar.swap = (rings) => rings.map((polygon) => polygon.map((ring) => ring.map(([lon, lat]) => [lat, lon])));
})();
