"""The form for many sites at once: its columns, its lists of choices, and the cells of a site, for writing it and for reading it back."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from data.ingest.mapping import Mapping as FieldMapping
from geo.model import ACCESSIBILITY, SENSITIVITY, SITE_STATUS
from geo.registry import Registry
from geo.submissions import PROTECTED

SHEET = "sites"
SITE_ID, SITE_VERSION = "site_id", "site_version"
KEPT = "kept"
"""Stands in the cells of a site for what is not written down because the site is protected."""
LEAST_SERVICES, LEAST_GROUPS = 5, 3
ANSWERS = ("yes", "no")
_NUMBERED = re.compile(r"^(service|capacity|group)_(\d{1,2})$")
_FIELDS = {
    "name_ar": "names", "name_he": "names", "name_en": "names", "kind": "kind", "status": "status", "area": "place", "locality": "place",
    "lon": "place", "lat": "place", "address": "address", "sensitivity": "sensitivity", "verified_on": "verified_on", "phone": "phone",
    "email": "email", "website": "website", "hours": "hours", "note": "note", **dict.fromkeys(ACCESSIBILITY, "accessibility"),
}  # fmt: skip
_NUMBERED_FIELDS = {"service": "services", "capacity": "capacities", "group": "target_groups"}
_LISTS = {"kind": "kind", "status": "status", "area": "area", "sensitivity": "sensitivity", **dict.fromkeys(ACCESSIBILITY, "answer")}
_NUMBERED_LISTS = {"service": "service", "group": "target_group"}
_MANY = {"services": "service", "capacities": "capacity", "target_groups": "group"}

Cells = dict[str, str | float | dt.date]


class Language(Protocol):
    """The words of one language, for example ``i18n.Translator``."""

    @property
    def lang(self) -> str:
        """One of ``geo.model.LANGUAGES``."""

    def __call__(self, key: str, /, **params: object) -> str:
        """Return the words for ``key`` with ``params`` filled in."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What the drop-downs of one language offer.

    Parameters
    ----------
    labels : list (``kind``, ``status``, ``area``, ``service``, ``target_group``, ``sensitivity``, ``answer``) to its codes in order, each
        with its word; within a list no word is there twice.
    localities : locality id to its governorate and its word, in the order of the governorates; words differ within a governorate.
    kept : the word that stands for what is kept on file.
    """

    labels: Mapping[str, Mapping[str, str]]
    localities: Mapping[str, tuple[str, str]]
    kept: str

    def word(self, column: str, value: str | float | dt.date) -> str | float | dt.date:
        """Return what is shown in a cell of ``column`` for a code; anything that is no code of its list as it is."""
        if value == KEPT:
            return self.kept
        if column == "locality" and value in self.localities:
            return self.localities[str(value)][1]
        return self.labels.get(list_of(column), {}).get(ANSWERS[0] if value == column else str(value), value)


def columns(services: int = LEAST_SERVICES, groups: int = LEAST_GROUPS) -> tuple[str, ...]:
    """Return the codes of the form's columns in order.

    Parameters
    ----------
    services, groups : how many services, each with its capacity, and how many target groups a site can have in it.
    """
    pairs = (f"{name}_{n}" for n in range(1, services + 1) for name in ("service", "capacity"))
    return (
        SITE_ID, "name_ar", "name_he", "name_en", "kind", "status", "area", "locality", "lon", "lat", "address", *pairs,
        *(f"group_{n}" for n in range(1, groups + 1)), *ACCESSIBILITY, "sensitivity", "verified_on", "phone", "email", "website", "hours", "note",
        SITE_VERSION,
    )  # fmt: skip


def field_of(column: str) -> str:
    """Return the field of a site's record that a column is part of; empty for the id, the version and what is no column of the form."""
    numbered = _NUMBERED.match(column)
    return _NUMBERED_FIELDS[numbered[1]] if numbered else _FIELDS.get(column, "")


def list_of(column: str) -> str:
    """Return the list that a column's words are of; empty where it has none."""
    numbered = _NUMBERED.match(column)
    return _NUMBERED_LISTS.get(numbered[1], "") if numbered else _LISTS.get(column, "")


def heading(column: str, words: Language) -> str:
    """Return the heading of a column in the reader's language."""
    numbered = _NUMBERED.match(column)
    if numbered:
        return words(f"bulk.column.{numbered[1]}", number=int(numbered[2]))
    return words(f"bulk.column.{column}")


def is_template(headers: Collection[str]) -> bool:
    """Say whether a table with these headers is the form, in whatever language it was filled in."""
    return SITE_ID in headers and SITE_VERSION in headers


def mapping_of(headers: Iterable[str]) -> FieldMapping:
    """Return the mapping of the form's columns; what is no column of it is left out."""
    found: dict[str, list[str]] = {}
    for header in headers:
        field = field_of(header)
        name = "external_id" if header == SITE_ID else field if field in {*_MANY, "accessibility"} else header if field else ""
        if name:
            found.setdefault(name, []).append(header)
    for name in found.keys() & _MANY.keys():
        found[name].sort(key=lambda header: int(header.rpartition("_")[2]))
    return FieldMapping({name: tuple(own) for name, own in found.items()})


def read_lists(registry: Registry, words: Language) -> Lists:
    """Return the choices of one language: the registry's terms and places, working states and sensitivities."""
    lang = words.lang
    areas = _distinct({str(area): registry.label("area", str(area), lang) for area in registry.governorates.index})
    labels = {
        **{taxonomy: _distinct({code: registry.term_label(taxonomy, code, lang) for code in registry.codes(taxonomy)})
           for taxonomy in ("kind", "service", "target_group")},
        "status": {code: words(f"export.status.{code}") for code in SITE_STATUS},
        "area": dict(sorted(areas.items(), key=lambda item: (str(registry.areas.at[item[0], "country"]), item[1]))),
        "sensitivity": {str(level): words(f"bulk.sensitivity.{name}") for name, level in SENSITIVITY.items()},
        "answer": {code: words(f"bulk.answer.{code}") for code in ANSWERS},
    }  # fmt: skip
    inside: dict[str, dict[str, str]] = {area: {} for area in labels["area"]}
    for locality_id, area in registry.localities["area_id"].items():
        if area in inside:
            inside[area][str(locality_id)] = registry.label("locality", str(locality_id), lang)
    localities = {
        locality: (area, label) for area, found in inside.items() for locality, label in sorted(_distinct(found).items(), key=lambda item: item[1])
    }
    return Lists(labels, localities, words("bulk.kept"))


def is_kept(record: Mapping[str, Any], field: str) -> bool:
    """Say whether a field of a site is not written into the form: a protected field of a sensitive site."""
    return field in PROTECTED and (record.get(field) is None or int(record.get("sensitivity") or 0) > 0)


def site_cells(record: Mapping[str, Any]) -> Cells:
    """Return the filled cells of a site: column to code, text, number or day.

    Parameters
    ----------
    record : a site's record with ``site_id`` and ``version``. A place that is its locality's has no coordinates of its own; the column of a
        feature holds the feature's own code.
    """
    place = record.get("place") or {}
    exact = place.get("position_kind") == "exact"
    cells: dict[str, Any] = {
        SITE_ID: record["site_id"], SITE_VERSION: record["version"], "kind": record.get("kind"), "status": record.get("status"),
        "area": place.get("area_id"), "locality": place.get("locality_id"), "lon": place.get("lon") if exact else None,
        "lat": place.get("lat") if exact else None, "sensitivity": str(int(record.get("sensitivity") or 0)), "verified_on": _day(record.get("verified_on")),
    }  # fmt: skip
    cells |= {f"name_{lang}": name for lang, name in (record.get("names") or {}).items()}
    cells |= {name: record.get(name) for name in ("address", "phone", "email", "website", "hours", "note")}
    capacities = record.get("capacities") or {}
    for n, code in enumerate(record.get("services") or (), start=1):
        cells |= {f"service_{n}": code, f"capacity_{n}": capacities.get(code)}
    cells |= {f"group_{n}": code for n, code in enumerate(record.get("target_groups") or (), start=1)}
    cells |= {code: code for code in record.get("accessibility") or ()}
    cells |= {column: KEPT for column in _FIELDS if is_kept(record, _FIELDS[column])}
    return {column: cell for column, cell in cells.items() if cell is not None and cell != ""}


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def _distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels of which none is there twice: those that were carry their code."""
    counted = Counter(labels.values())
    return {code: label if counted[label] == 1 else f"{label} ({code})" for code, label in labels.items()}
