"""How far the services of a governorate are, and whom they leave without a place: the figures of the gap ledger."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geo.ledger import PARTS
from geo.profile import Figure, ProfileColumn, ProfileTable, Section
from geo.registry import Registry
from geo.welfare import kolm_pollak
from i18n import Translator
from jobs.gaps import WITHOUT, coverage
from jobs.gaps_asked import FARTHEST
from jobs.gaps_words import minutes_lines, minutes_worth
from jobs.profile_inputs import ProfileInputs
from jobs.profile_people import row_of
from jobs.profile_sites import told_sites
from layers.profile_text import figure_text

MEASURES = ("p50", "p90", "maybe", "within", "equal")
REASONS = ("out_of_reach", "full", "excluded", "unknown")
TOP = 3
_UNITS = {"p50": "minutes", "p90": "minutes", "maybe": "minutes", "within": "share", "equal": "minutes"}


def access_section(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Section:
    """Return for the services with most sites how far people are from the nearest open site.

    Figures ``access.<service>.<measure>``: ``p50`` and ``p90``, minutes within which 50 and 90 of 100 people in need have an open site;
    ``maybe``, minutes within which half have one that is open or of which nobody knows whether it is; ``within``, their share within the limit; ``equal``, the Kolm-Pollak equal-equivalent minutes. Minutes beyond
    ``jobs.gaps_asked.FARTHEST`` are not told: then the value is None, the note says so, and ``low`` of ``p50``, ``p90`` and ``maybe`` is that bound.
    """
    figures: list[Figure] = []
    rows = []
    for service in inputs.access:
        own = _access(registry, inputs, area_id, service, tr)
        sites = told_sites(registry, area_id, service)
        figures.extend(own)
        rows.append((
            registry.term_label("service", service, tr.lang), *(_told(figure, tr) for figure in own), len(sites), int(sites["checked"].sum()),
            int(sites["capacity_known"].sum()), tr(f"need.status.{own[0].status}") if own[0].status else None,
        ))  # fmt: skip
    units = [("service", "text"), *_UNITS.items(), ("sites", "count"), ("checked", "count"), ("capacity_known", "count"), ("status", "text")]
    columns = tuple(ProfileColumn(key, _head(key, inputs, tr), unit) for key, unit in units)
    sources = tuple(dict.fromkeys(source for figure in figures for source in figure.source_ids))
    table = ProfileTable("access", tr("profile.table.access"), columns, tuple(rows), source_ids=sources)
    lines = [tr("profile.no_service", country=registry.label("area", inputs.country, tr.lang))]
    if inputs.access:
        asked = inputs.asked(inputs.access[0])
        lines = [tr("profile.access_choice"), *minutes_lines(inputs.ledgers[asked.service], asked, tr)]
        beyond = sorted({figure.note for figure in figures if figure.note})
        lines.extend(beyond)
    return Section("access", tr("profile.section.access"), tuple(figures), (table,) if rows else (), tuple(lines))


def _told(figure: Figure, tr: Translator) -> str | float | None:
    """Return the cell of a figure: a number, the words for minutes beyond the bound, or None where it is not known."""
    return figure_text(figure, tr) if figure.value is None and figure.low is not None else figure.value


def _head(key: str, inputs: ProfileInputs, tr: Translator) -> str:
    if key == "within":
        return tr("profile.column.within", within=tr.plural("gaps.minutes", inputs.asked("").limit))
    return tr(f"profile.column.{key}")


def _access(registry: Registry, inputs: ProfileInputs, area_id: str, service: str, tr: Translator) -> tuple[Figure, ...]:
    asked = inputs.asked(service)
    points = inputs.ledgers[service].points
    here = points[(points["area_id"] == area_id) & points["need"].notna()]
    need, minutes = here["need"].to_numpy(dtype=float), here["open_minutes"].to_numpy(dtype=float)
    values: dict[str, float | None] = dict.fromkeys(MEASURES)
    low, note = None, ""
    if need.sum() > 0:
        share = coverage(here, [asked.limit])
        values = {
            "p50": _finite(people_within(minutes, need, 0.5)), "p90": _finite(people_within(minutes, need, 0.9)),
            "maybe": _finite(people_within(here["placed_minutes"].to_numpy(dtype=float), need, 0.5)),
            "within": int(share["open"].iloc[0]) / int(share["need"].iloc[0]), "equal": None,
        }  # fmt: skip
        if np.isfinite(minutes[need > 0]).all():
            near = need > 0
            values["equal"] = kolm_pollak(pd.Series(minutes[near]), pd.Series(need[near]))
        low, note = float(FARTHEST), tr("profile.beyond", within=tr.plural("gaps.minutes", FARTHEST))
    year, status, sources = _worth(registry, inputs, area_id, service)
    out = []
    for measure in MEASURES:
        value = values[measure]
        unsaid = value is None and low is not None
        far = unsaid and measure != "equal"  # those who live beyond make it longer, but nobody can say that it is beyond, too
        label = tr("profile.of_service", service=registry.term_label("service", service, tr.lang), what=_head(measure, inputs, tr))
        known = value is not None or unsaid
        out.append(Figure(
            f"access.{service}.{measure}", label, value, _UNITS[measure], low if far else None, None, year if known else None, status if known else "",
            sources if known else (), note if unsaid else "",
        ))  # fmt: skip
    return tuple(out)


def people_within(minutes: np.ndarray, people: np.ndarray, share: float) -> float:
    """Return the minutes within which a share of the people live; infinite where fewer have a way, NaN where there is nobody."""
    order = np.argsort(minutes, kind="stable")
    upto = np.cumsum(people[order])
    return float(minutes[order][np.searchsorted(upto, upto[-1] * share)]) if len(upto) and upto[-1] > 0 else math.nan


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _worth(registry: Registry, inputs: ProfileInputs, area_id: str, service: str) -> tuple[int | None, str, tuple[str, ...]]:
    """Return year, status and sources of what the ledger of a service says here: an estimate where its people or its ways are one."""
    people, ledger = row_of(inputs.people, area_id), inputs.ledgers[service]
    if pd.isna(people["value"]):
        return None, "", ()
    estimate = people["status"] == "estimate" or minutes_worth(ledger, inputs.asked(service)) != "roads"
    sources = sorted(registry.sites["source_id"].reindex(ledger.sites.index).dropna().unique())
    return int(people["year"]), "estimate" if estimate else "derived", (str(people["source_id"]), *map(str, sources))


def gaps_section(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Section:
    """Return the services that most people have no place for, each with its main reason, and the ledger of all services.

    The gap of a service is need that is not known to be served. Services are ranked by those who have no place (full, out of reach,
    excluded), then by those of whom nobody knows; equals stand in the order of the taxonomy. The reason is the largest of ``REASONS``.

    Figures ``gaps.<service>.without`` and ``gaps.<service>.unknown``, in people; tables ``top_gaps`` and ``ledger``.
    """
    rows = {service: row_of(ledger.areas, area_id) for service, ledger in inputs.ledgers.items()}
    labels = {service: registry.term_label("service", service, tr.lang) for service in rows}
    figures, ranked = [], []
    for service, row in rows.items():
        worth = _worth(registry, inputs, area_id, service)
        known = pd.notna(row["need"])
        lost = {"without": sum(int(row[part]) for part in WITHOUT), "unknown": int(row["unknown"])} if known else {"without": None, "unknown": None}
        figures += [
            Figure(f"gaps.{service}.{part}", tr("profile.of_service", service=labels[service], what=tr(f"profile.figure.gaps.{part}")), value, "people", None,
                   None, worth[0] if known else None, worth[1] if known else "", worth[2] if known else ())
            for part, value in lost.items()
        ]  # fmt: skip
        if known and (lost["without"] or lost["unknown"]):
            ranked.append((-(lost["without"] or 0), -(lost["unknown"] or 0), service))
    ranked.sort(key=lambda entry: entry[:2])
    top = tuple(
        (labels[service], _cell(rows[service]["need"]), -without, -unknown, tr(f"profile.reason.{main_reason(rows[service])}"))
        for without, unknown, service in ranked[:TOP]
    )
    units = (("service", "text"), ("need", "people"), ("without", "people"), ("unknown", "people"), ("reason", "text"))
    sources = tuple(dict.fromkeys(source for figure in figures for source in figure.source_ids))
    tables = [
        ProfileTable(
            "top_gaps", tr("profile.table.top_gaps"), tuple(ProfileColumn(key, tr(f"profile.column.{key}"), unit) for key, unit in units), top,
            source_ids=sources,
        )
    ]  # fmt: skip
    whole = tuple((labels[service], *(_cell(row[name]) for name in ("need", *PARTS))) for service, row in rows.items())
    heads = (ProfileColumn("service", tr("profile.column.service"), "text"), ProfileColumn("need", tr("gaps.need"), "people"))
    columns = (*heads, *(ProfileColumn(part, tr(f"gaps.part.{part}"), "people") for part in PARTS))
    tables.append(ProfileTable("ledger", tr("profile.table.ledger"), columns, whole, source_ids=sources))
    return Section("gaps", tr("profile.section.gaps"), tuple(figures), tuple(tables), tuple(_lines(registry, inputs, area_id, bool(top), rows, tr)))


def main_reason(row: Mapping[str, Any]) -> str:
    """Return the part of ``REASONS`` with the most people; of equals the first."""
    return max(REASONS, key=lambda part: int(row[part]))


def _cell(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _lines(registry: Registry, inputs: ProfileInputs, area_id: str, some: bool, rows: Mapping[str, object], tr: Translator) -> Sequence[str]:
    unlisted = len(registry.codes("service")) - len(rows)
    lines = [tr("profile.gaps_rule", within=tr.plural("gaps.minutes", inputs.asked("").limit))]
    if pd.isna(row_of(inputs.people, area_id)["value"]):
        lines = [tr("profile.gaps_need_unknown")]
    elif not some and rows:
        lines = [tr("profile.gaps_none")]
    return [*lines, tr.plural("profile.services_unlisted", unlisted, country=registry.label("area", inputs.country, tr.lang))] if unlisted else lines
