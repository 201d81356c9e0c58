"""Registries and base maps for the tests of the layers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from geo.registry import Registry
from tests.make import make_registry
from tests.xss import PAYLOADS

SQUARE = [[[34.0, 31.0], [37.0, 31.0], [37.0, 34.0], [34.0, 34.0], [34.0, 31.0]]]
BASEMAP: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name_en": "Land", "name_ar": "أرض", "name_he": "אדמה"},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        }
    ],
}


def hostile_registry() -> Registry:
    """Return a registry in which every text that a partner or a file can set is a payload, and all sites stand at one point."""
    registry = make_registry(2 * len(PAYLOADS))
    count = len(registry.sites)
    payloads = [PAYLOADS[i % len(PAYLOADS)] for i in range(count)]
    sites = registry.sites.copy()
    for column in ("address", "phone", "email", "website", "hours", "note"):
        sites[column] = payloads
    sites["organisation_id"] = [f"org-{i}" for i in range(count)]
    sites["lon"], sites["lat"], sites["position_kind"] = 35.2, 31.7, "exact"
    names = dict(registry.names)

    def labels(ids: pd.Index, texts: list[str]) -> pd.DataFrame:
        return pd.DataFrame(dict.fromkeys(("ar", "he", "en"), texts), index=ids, dtype="string")

    names["site"] = labels(sites.index, payloads)
    names["organisation"] = labels(pd.Index([f"org-{i}" for i in range(count)]), payloads)
    for entity in ("area", "locality", "term"):
        ids = registry.names[entity].index
        names[entity] = labels(ids, [PAYLOADS[(i + 5) % len(PAYLOADS)] for i in range(len(ids))])
    sources = registry.sources.copy()
    sources["title"] = PAYLOADS[0]
    return replace(registry, sites=sites, names=names, sources=sources)
