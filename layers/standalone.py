"""A map in one HTML file that opens from a disk without any network: the same layers, with their data inside."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geo.registry import Registry
from i18n import Translator
from layers import browser, markup
from layers.explore import MapCommand, command_values, map_config
from layers.payload import areas_payload, base_payload, bitset, pack_sites, unpack_sites
from layers.site_card import site_card

_START = """
(function(){
  var block=function(id){return JSON.parse(document.getElementById(id).textContent)};
  var map=L.map('map',{maxZoom:18,minZoom:5,zoomSnap:0.5,zoomControl:false}).setView([33,36.5],7);
  window.jiwar.mount(map,block('jw-config'));
  window.jiwar.set(block('jw-command'));
})();
"""


def standalone_map(
    registry: Registry, mask: np.ndarray, cmd: MapCommand, tr: Translator, *, basemap: Mapping[str, Any], title: str, notes: Sequence[str] = (),
    below: str = "", style: str = "",
) -> str:  # fmt: skip
    """Return the HTML of a map that needs nothing from outside.

    Parameters
    ----------
    registry : public data.
    mask : sites to put in; the others are not in the file at all.
    cmd : need, legend, countries, selection, view and watermark; its ``sites`` are replaced by all those of ``mask``.
    tr : language of the file.
    basemap : GeoJSON of the land of the region.
    title : heading over the map and title of the window.
    notes : lines under the map: sources, date, filter; plain text.
    below, style : markup of ours between the map and the notes, and its style.

    Notes
    -----
    Training data is marked even where ``cmd`` has no watermark. A card is written for every site in ``mask``, so the file
    grows by about one kilobyte a site.
    """
    packed = pack_sites(registry, tr.lang, mask)
    ids = unpack_sites(packed).ids
    values = command_values(cmd)
    values["sites"] = bitset(np.ones(len(ids), dtype=bool))
    if registry.training and not values["watermark"]:
        values["watermark"] = tr("map.training")
    data = {
        "jw-config": _json({**map_config(tr), "inline": True}),
        "jw-command": _json(values),
        "jw-sites": _json(base64.b64encode(packed).decode("ascii")),
        "jw-areas": areas_payload(registry, tr.lang).decode(),
        "jw-base": base_payload(registry, basemap, tr.lang).decode(),
        "jw-cards": _json({site_id: site_card(registry, site_id, tr) for site_id in ids}),
    }
    library = browser.third_party()
    return markup.document(
        title=title,
        heading=title,
        lang=tr.lang,
        direction=tr.direction,
        styles=[library[browser.LEAFLET_CSS].body.decode(), browser.standalone_style(), style],
        data=data,
        scripts=[library[browser.LEAFLET_JS].body.decode(), browser.own_script().body.decode(), _START],
        notes=[*notes, tr("map.standalone_note")],
        below=below,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
