"""The profile of a governorate as a snapshot kept it: its figures and gap ledger again, in words of any language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from geo.errors import InputError
from geo.ledger import PARTS
from geo.profile import Figure, Profile, ProfileColumn, ProfileTable, Section
from geo.registry import Registry
from i18n import Translator
from jobs.gaps import WITHOUT
from jobs.profile_access import MEASURES, TOP, main_reason
from jobs.profile_past import Snapshot
from layers.profile_text import figure_text

SECTIONS = ("people", "need", "access", "gaps", "sites", "quality")


def kept_registry(registry: Registry, snapshot: Snapshot) -> Registry:
    """Return the registry as a brief of a snapshot may use it: names, shapes and sources on the snapshot's day, and no site, because none was kept."""
    version = snapshot.kept.edition.rsplit(".", 1)[0]
    return replace(registry, version=version, sites=registry.sites.iloc[:0], today=dt.date.fromisoformat(snapshot.day), training=snapshot.training)


def kept_profile(registry: Registry, snapshot: Snapshot, area_id: str, tr: Translator) -> Profile:
    """Return the profile that a snapshot holds of a governorate: figures and ledger as they were; sites and who does what were not kept.

    Parameters
    ----------
    registry : of now, for names.
    snapshot : from ``jobs.snapshots.open_snapshot``.
    area_id : the governorate.
    tr : words.

    Raises
    ------
    InputError : ``brief.not_in_snapshot``.
    """
    own = snapshot.figures[snapshot.figures["area_id"] == area_id]
    if own.empty or area_id not in registry.governorates.index:
        raise InputError("brief.not_in_snapshot", value=area_id[:40], name=snapshot.kept.name)
    figures: dict[str, list[Figure]] = {}
    for row in own.to_dict("records"):
        figures.setdefault(str(row["section"]), []).append(_figure(row, registry, tr))
    tables = {
        "people": _groups(figures.get("people", []), tr), "need": _indicators(figures.get("need", []), tr),
        "access": _access(figures.get("access", []), registry, tr), "gaps": _gaps(snapshot, area_id, figures.get("gaps", []), registry, tr),
    }  # fmt: skip
    sections = tuple(
        Section(key, tr(f"profile.section.{key}"), tuple(figures.get(key, ())), tuple(table for table in tables.get(key, ()) if table.rows))
        for key in SECTIONS
        if figures.get(key) or any(table.rows for table in tables.get(key, ()))
    )
    country = str(registry.governorates["country"][area_id])
    kept = snapshot.kept
    method = {
        "name": kept.name, "version": str(kept.version), "day": tr.date(dt.date.fromisoformat(snapshot.day)), "edition": kept.edition, "digest": kept.sha256,
        "left_out": tr("brief.kept.not_kept"),
    }  # fmt: skip
    return Profile(
        area_id, country, registry.label("area", area_id, tr.lang), registry.label("area", country, tr.lang), tr.lang, kept.edition, sections,
        tuple((tr(f"brief.kept.{key}"), value) for key, value in method.items()),
    )  # fmt: skip


def _figure(row: Mapping[Any, Any], registry: Registry, tr: Translator) -> Figure:
    key = str(row["figure"])
    year = row["year"]
    sources = str(row["sources"] or "").split()
    return Figure(
        key, _label(key, registry, tr), _number(row["value"]), str(row["unit"]), _number(row["low"]), _number(row["high"]),
        None if pd.isna(year) else int(year), str(row["status"] or ""), tuple(sources),
    )  # fmt: skip


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _label(key: str, registry: Registry, tr: Translator) -> str:
    """Return the words for a figure; its key where there are none any more."""
    section, *rest = key.split(".")
    if section in ("access", "gaps") and len(rest) > 1:
        words = (
            "brief.kept.within"
            if rest[-1] == "within"
            else f"profile.column.{rest[-1]}"
            if section == "access"
            else f"profile.figure.gaps.{rest[-1]}"
        )
        return tr("profile.of_service", service=registry.term_label("service", rest[0], tr.lang), what=tr(words) if tr.has(words) else rest[-1])
    if rest[:1] == ["group"]:
        return registry.term_label("target_group", rest[-1], tr.lang)
    if rest[:1] == ["indicator"]:
        return registry.label("indicator", rest[-1], tr.lang)
    return tr(f"profile.figure.{key}") if tr.has(f"profile.figure.{key}") else key


def _sources(figures: Sequence[Figure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for figure in figures for source in figure.source_ids))


def _columns(units: Sequence[tuple[str, str]], tr: Translator) -> tuple[ProfileColumn, ...]:
    return tuple(ProfileColumn(key, tr("brief.kept.within") if key == "within" else tr(f"profile.column.{key}"), unit) for key, unit in units)


def _groups(figures: Sequence[Figure], tr: Translator) -> tuple[ProfileTable, ...]:
    known = [figure for figure in figures if figure.key.startswith("people.group.") and figure.value is not None]
    rows = tuple((figure.label, figure.value, *_worth(figure, tr)) for figure in known)
    columns = _columns((("group", "text"), ("people", "people"), ("year", "text"), ("status", "text")), tr)
    return (ProfileTable("groups", tr("profile.table.groups"), columns, rows, (), _sources(known)),)


def _indicators(figures: Sequence[Figure], tr: Translator) -> tuple[ProfileTable, ...]:
    own = [figure for figure in figures if figure.key.startswith("need.indicator.")]
    rows = tuple((figure.label, figure_text(figure, tr), *_worth(figure, tr)) for figure in own)
    columns = _columns((("indicator", "text"), ("value", "text"), ("year", "text"), ("status", "text")), tr)
    return (ProfileTable("indicators", tr("profile.table.indicators"), columns, rows, (), _sources(own)),)


def _worth(figure: Figure, tr: Translator) -> tuple[str | None, str | None]:
    return str(figure.year) if figure.year else None, tr(f"need.status.{figure.status}") if figure.status else None


def _access(figures: Sequence[Figure], registry: Registry, tr: Translator) -> tuple[ProfileTable, ...]:
    own = {figure.key: figure for figure in figures}
    services = dict.fromkeys(key.split(".")[1] for key in own)
    rows = tuple(
        (registry.term_label("service", service, tr.lang), *(_told(own.get(f"access.{service}.{measure}"), tr) for measure in MEASURES))
        for service in services
    )
    columns = _columns((("service", "text"), *((measure, "text") for measure in MEASURES)), tr)
    return (ProfileTable("access", tr("profile.table.access"), columns, rows, (), _sources(figures)),)


def _told(figure: Figure | None, tr: Translator) -> str | None:
    return None if figure is None else figure_text(figure, tr)


def _gaps(snapshot: Snapshot, area_id: str, figures: Sequence[Figure], registry: Registry, tr: Translator) -> tuple[ProfileTable, ...]:
    ledger = snapshot.ledger[(snapshot.ledger["area_id"] == area_id)]
    rows, ranked = [], []
    for row in ledger.to_dict("records"):
        counts = {name: None if pd.isna(row[name]) else int(row[name]) for name in ("need", *PARTS)}
        label = registry.term_label("service", str(row["service"]), tr.lang)
        rows.append((label, *counts.values()))
        known = {name: count for name, count in counts.items() if count is not None}
        if len(known) == len(counts):
            without = sum(known[part] for part in WITHOUT)
            if without or known["unknown"]:
                reason = tr(f"profile.reason.{main_reason(known)}")
                ranked.append((label, known["need"], without, known["unknown"], reason))
    ranked.sort(key=lambda row: (-row[2], -row[3]))
    units = (("service", "text"), ("need", "people"), ("without", "people"), ("unknown", "people"), ("reason", "text"))
    heads = (*_columns((("service", "text"),), tr), ProfileColumn("need", tr("gaps.need"), "people"))
    columns = (*heads, *(ProfileColumn(part, tr(f"gaps.part.{part}"), "people") for part in PARTS))
    sources = _sources(figures)
    return (
        ProfileTable("top_gaps", tr("profile.table.top_gaps"), _columns(units, tr), tuple(ranked[:TOP]), (), sources),
        ProfileTable("ledger", tr("profile.table.ledger"), columns, tuple(rows), (), sources),
    )
