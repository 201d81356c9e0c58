"""Reading of a pack's registry: the sites that its source documents name, as rows ready for import."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import pandas as pd

from geo.errors import BadCell, SchemaError
from geo.model import LANGUAGES


def registry_records(raw: pd.DataFrame, terms: pd.DataFrame, *, country: str, file: str = "registry.csv") -> list[dict[str, object]]:
    """Return the rows of a registry file with the fields of ``model.INCOMING`` and their ``source_id``.

    Parameters
    ----------
    raw : text, as from ``tables.read_text``.
    terms : ``model.TERMS``; the sensitivity of a site is at least that of its kind and of each of its services.
    country : pack of the file.
    file : name of the file, for the errors.

    Raises
    ------
    SchemaError : a code, a day or a number cannot be used; all of them are listed.
    """
    sensitivity: dict[str, int] = {str(term): int(value) for term, value in terms["sensitivity"].items()}
    records, bad = [], []
    for row, cells in raw.iterrows():
        number = int(str(row))
        own = {str(name): str(text).strip() for name, text in cells.items()}
        coded = [("kind", own["kind"])]
        coded += [("service", code) for code in own["services"].split()]
        coded += [("target_group", code) for code in own["target_groups"].split()]
        unknown = [(taxonomy, code) for taxonomy, code in coded if f"{taxonomy}:{code}" not in sensitivity]
        bad += [BadCell(number, taxonomy, code, "packs.term", {"file": file}) for taxonomy, code in unknown]
        try:
            record = _record(own, country)
            record["sensitivity"] = max(int(own["sensitivity"] or 0), *(sensitivity.get(f"{taxonomy}:{code}", 0) for taxonomy, code in coded))
        except ValueError as error:
            bad.append(BadCell(number, "", str(error)[:120], "packs.number", {"file": file}))
            continue
        records.append({"row": number, **record})
    if bad:
        raise SchemaError(bad)
    return records


def _record(own: Mapping[str, str], country: str) -> dict[str, object]:
    plain = (
        "external_id",
        "source_id",
        "kind",
        "status",
        "area_id",
        "locality_id",
        "position_kind",
        "verification",
        "address",
        "phone",
        "email",
        "note",
    )
    return {
        **{name: own[name] for name in (*plain, "website", "hours")},
        "country": country,
        "names": {lang: own[f"name_{lang}"] for lang in LANGUAGES if own[f"name_{lang}"]},
        "organisation": {lang: own[f"organisation_{lang}"] for lang in LANGUAGES if own[f"organisation_{lang}"]},
        "lon": float(own["lon"]) if own["lon"] else math.nan,
        "lat": float(own["lat"]) if own["lat"] else math.nan,
        "verified_on": _day(own["as_of"]),
        "services": tuple(own["services"].split()),
        "target_groups": tuple(own["target_groups"].split()),
    }


def _day(text: str) -> dt.date | None:
    """Read a day; a bare year means its first day, nothing means that the source has no date."""
    if not text:
        return None
    return dt.date.fromisoformat(f"{text}-01-01" if len(text) == len("2016") else text)
