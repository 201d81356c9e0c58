"""Small files made on the spot, and a registry of the shipped packs, for the tests of the importer."""

from __future__ import annotations

import datetime as dt
import functools
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import xlsxwriter

from data.packs import load_packs
from geo import model
from geo.registry import Registry
from tests.make import frame

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"


@functools.cache
def pack_registry() -> Registry:
    """The areas, localities and terms of the three packs, without sites."""
    packs = load_packs()
    names = {
        str(entity): rows.pivot_table(index="entity_id", columns="lang", values="text", aggfunc="first").reindex(columns=list(model.LANGUAGES))
        for entity, rows in packs.names.groupby("entity")
    }
    empty = pd.DataFrame(columns=list(model.LANGUAGES), dtype="string")
    return Registry(
        today=dt.date(2026, 12, 1),
        version="packs", areas=packs.areas, localities=packs.localities, terms=packs.terms, sources=packs.sources, indicators=packs.indicators,
        values=packs.values, organisations=frame(model.ORGANISATIONS, []), sites=frame(model.SITES, []), names={"organisation": empty, "site": empty, **names},
    )  # fmt: skip


def csv_bytes(*rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    return "\n".join(",".join(row) for row in rows).encode(encoding)


def feature(lon: object, lat: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [lon, lat]}}


def geojson_bytes(*features: dict[str, object], **members: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members}).encode()


def xlsx_bytes(rows: Sequence[Sequence[object]], *, at: tuple[int, int] = (0, 0)) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                sheet.write(at[0] + i, at[1] + j, value)
    return out.getvalue()
