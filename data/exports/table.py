"""The one table of sites behind the page's table and every export."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from geo.model import LANGUAGES
from geo.registry import Registry

Words = Callable[[str], str]
"""Key to words in one language, for example ``i18n.Translator``."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of the table; its name is stable, its heading in words is ``export.column.<name>``.

    Parameters
    ----------
    name : machine name, the same in every language and format.
    dtype : what is in it; a missing text is empty, a missing number NaN or NA, a missing date None.
    hxl : hashtag of the Humanitarian Exchange Language.
    width : width in a workbook, in characters.
    """

    name: str
    dtype: Literal["text", "float", "int", "date"] = "text"
    hxl: str = ""
    width: int = 18


COLUMNS = (
    TableColumn("site_id", hxl="#loc+site+code", width=14),
    TableColumn("name", hxl="#loc+site+name", width=36),
    TableColumn("name_ar", hxl="#loc+site+name+i_ar", width=30),
    TableColumn("name_he", hxl="#loc+site+name+i_he", width=30),
    TableColumn("name_en", hxl="#loc+site+name+i_en", width=30),
    TableColumn("kind", hxl="#loc+site+type+code"),
    TableColumn("kind_label", hxl="#loc+site+type+name"),
    TableColumn("organisation_id", hxl="#org+code", width=14),
    TableColumn("organisation", hxl="#org+name", width=30),
    TableColumn("country", hxl="#country+code", width=9),
    TableColumn("area_id", hxl="#adm1+code", width=10),
    TableColumn("area", hxl="#adm1+name"),
    TableColumn("locality_id", hxl="#loc+town+code", width=12),
    TableColumn("locality", hxl="#loc+town+name"),
    TableColumn("lon", "float", hxl="#geo+lon", width=11),
    TableColumn("lat", "float", hxl="#geo+lat", width=11),
    TableColumn("position_kind", hxl="#geo+precision+code", width=14),
    TableColumn("position_label", hxl="#geo+precision+name"),
    TableColumn("sensitivity", "int", hxl="#geo+sensitivity", width=10),
    TableColumn("status", hxl="#status+code", width=12),
    TableColumn("status_label", hxl="#status+name"),
    TableColumn("sector", hxl="#sector+code", width=12),
    TableColumn("sector_label", hxl="#sector+name"),
    TableColumn("services", hxl="#activity+code", width=30),
    TableColumn("services_label", hxl="#activity+name", width=40),
    TableColumn("target_groups", hxl="#beneficiary+type+code", width=20),
    TableColumn("target_groups_label", hxl="#beneficiary+type+name", width=30),
    TableColumn("address", hxl="#contact+address", width=30),
    TableColumn("phone", hxl="#contact+phone"),
    TableColumn("email", hxl="#contact+email", width=24),
    TableColumn("website", hxl="#contact+url", width=24),
    TableColumn("hours", hxl="#date+hours", width=20),
    TableColumn("verification", hxl="#status+verification+code", width=12),
    TableColumn("verification_label", hxl="#status+verification+name"),
    TableColumn("verified_on", "date", hxl="#date+verified", width=12),
    TableColumn("source_date", "date", hxl="#date+source", width=12),
    TableColumn("flags", hxl="#meta+flags"),
    TableColumn("note", hxl="#description", width=40),
    TableColumn("external_id", hxl="#loc+site+code+external", width=14),
    TableColumn("source_id", hxl="#meta+source+code"),
    TableColumn("source", hxl="#meta+source+name", width=36),
    TableColumn("source_year", "int", hxl="#date+year+source", width=8),
    TableColumn("source_status", hxl="#meta+source+status", width=10),
    TableColumn("source_licence", hxl="#meta+license", width=20),
)
CODE_SEPARATOR = ";"
LABEL_SEPARATOR = "; "
_PLACES = 7
"""Decimals of a degree, about a centimetre: as many as a workbook and a digest keep."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_built: WeakKeyDictionary[Registry, dict[tuple[str, Words], pd.DataFrame]] = WeakKeyDictionary()


def site_table(registry: Registry, mask: np.ndarray, *, lang: str, words: Words) -> pd.DataFrame:
    """Return the table of the chosen sites.

    Parameters
    ----------
    registry : the registry of one revision.
    mask : one truth value a site, in the order of ``registry.sites``.
    lang : language of the names.
    words : words of the same language for the few fixed codes, such as working states; keys ``export.<column>.<code>``.

    Returns
    -------
    One row a chosen site, in the registry's order, sites without a position included; columns as in ``COLUMNS``;
    the index is the site's place in ``registry.sites``, from 0.
    """
    return all_sites(registry, lang=lang, words=words).iloc[np.flatnonzero(mask)]


def all_sites(registry: Registry, *, lang: str, words: Words) -> pd.DataFrame:
    """Return the table of all sites, made once for a registry and language: shared, nobody changes it.

    Parameters
    ----------
    registry, lang, words : as for ``site_table``; give the same ``words`` each time, because the table is kept by it.

    Returns
    -------
    As ``site_table``. A page takes the rows that it shows with ``.iloc``, which costs nothing.
    """
    tables = _built.setdefault(registry, {})
    if (lang, words) not in tables:
        tables[lang, words] = _build(registry, lang, words)
    return tables[lang, words]


def _build(registry: Registry, lang: str, words: Words) -> pd.DataFrame:
    sites = registry.sites
    site_id = pd.Series(sites.index, index=sites.index)
    names = registry.names["site"].reindex(sites.index)
    sources = registry.sources
    checked = (sites["verification"] == "verified").tolist()
    days = [_day(day) for day in sites["verified_on"]]
    columns: dict[str, object] = {
        "site_id": site_id,
        "name": _named(registry, "site", lang, site_id),
        **{f"name_{language}": names[language] for language in LANGUAGES},
        "kind": sites["kind"],
        "kind_label": _termed(registry, "kind", lang, sites["kind"]),
        "organisation_id": sites["organisation_id"],
        "organisation": _named(registry, "organisation", lang, sites["organisation_id"]),
        "country": sites["country"],
        "area_id": sites["area_id"],
        "area": _named(registry, "area", lang, sites["area_id"]),
        "locality_id": sites["locality_id"],
        "locality": _named(registry, "locality", lang, sites["locality_id"]),
        "lon": sites["lon"],
        "lat": sites["lat"],
        "position_kind": sites["position_kind"],
        "position_label": _worded(words, "position_kind", sites["position_kind"]),
        "sensitivity": sites["sensitivity"],
        "status": sites["status"],
        "status_label": _worded(words, "status", sites["status"]),
        "sector": sites["sector"],
        "sector_label": _termed(registry, "sector", lang, sites["sector"]),
        "services": sites["services"].map(CODE_SEPARATOR.join),
        "services_label": _listed(registry, "service", lang, sites["services"]),
        "target_groups": sites["target_groups"].map(CODE_SEPARATOR.join),
        "target_groups_label": _listed(registry, "target_group", lang, sites["target_groups"]),
        **{name: sites[name] for name in ("address", "phone", "email", "website", "hours", "verification")},
        "verification_label": _worded(words, "verification", sites["verification"]),
        "verified_on": [day if done else None for day, done in zip(days, checked, strict=True)],
        "source_date": [None if done else day for day, done in zip(days, checked, strict=True)],
        "flags": sites["flags"].map(CODE_SEPARATOR.join),
        **{name: sites[name] for name in ("note", "external_id", "source_id")},
        "source": sites["source_id"].map(sources["title"]),
        "source_year": sites["source_id"].map(sources["year"]),
        "source_status": sites["source_id"].map(sources["status"]),
        "source_licence": sites["source_id"].map(sources["licence"]),
    }
    return pd.DataFrame({column.name: _typed(columns[column.name], column.dtype) for column in COLUMNS})


def _typed(values: object, dtype: str) -> pd.Series:
    """Return values as a column; texts as plain objects, because taking fifty rows of those is ten times as fast as of pandas' own."""
    cells = list(values)  # type: ignore[call-overload]
    if dtype == "float":
        return pd.Series(cells, dtype=float).round(_PLACES)
    if dtype == "int":
        return pd.Series([None if pd.isna(cell) else int(cell) for cell in cells], dtype="Int64")
    if dtype == "date":
        return pd.Series(cells, dtype=object)
    return pd.Series([clean(cell) if isinstance(cell, str) else "" for cell in cells], dtype=object)


def clean(text: str) -> str:
    """Return ``text`` with line ends as LF, and with a mark in place of characters that no XML and no UTF-8 can hold."""
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _day(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return None if pd.isna(value) else value.date()
    return value if isinstance(value, dt.date) else None


def _named(registry: Registry, entity: str, lang: str, ids: pd.Series) -> list[object]:
    labels = {key: text for key, text in registry.labels(entity, lang).items() if isinstance(text, str)}
    return [labels.get(key, key) for key in ids]


def _termed(registry: Registry, taxonomy: str, lang: str, codes: pd.Series) -> list[str]:
    labels = {code: registry.term_label(taxonomy, code, lang) for code in codes.dropna().unique() if code}
    return [labels.get(code, "") for code in codes]


def _listed(registry: Registry, taxonomy: str, lang: str, codes: pd.Series) -> list[str]:
    labels = {code: registry.term_label(taxonomy, code, lang) for some in codes for code in some}
    return [LABEL_SEPARATOR.join(labels[code] for code in some) for some in codes]


def _worded(words: Words, column: str, codes: pd.Series) -> list[str]:
    labels = {code: words(f"export.{column}.{code}") for code in codes.dropna().unique() if code}
    return [labels.get(code, "") for code in codes]
