"""The sites of a governorate by state, who does what where, and how good the data behind the figures are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.demand import services_counted
from geo.capture import FEWEST_SHARED, chapman
from geo.freshness import BANDS
from geo.model import POSITION_KINDS, SITE_STATUS
from geo.profile import Figure, ProfileColumn, ProfileTable, Section
from geo.registry import Registry
from i18n import Translator
from jobs.profile_inputs import ProfileInputs

MOST_ORGANISATIONS = 12
"""Organisations with a column of their own; the sites of all others are added up in one."""
NOT_STATED, OTHERS = "none", "others"


def sites_here(registry: Registry, area_id: str) -> pd.DataFrame:
    """Return the public sites of a governorate, index ``site_id``, with ``band``, how fresh the last check is.

    Protected sites, which are known by their governorate only, are left out of every count (docs/decisions/0026, 0033).
    """
    here = (registry.sites["area_id"] == area_id).to_numpy(dtype=bool) & ~registry.protected
    found: pd.DataFrame = registry.sites[here].assign(band=[BANDS[band] for band in registry.bands[here]])
    return found


def told_sites(registry: Registry, area_id: str, service: str) -> pd.DataFrame:
    """Return the public sites of a governorate that count for a service: columns ``checked`` (within a year) and ``capacity_known``."""
    sites, wanted = sites_here(registry, area_id), services_counted(service)
    given = [[code for code in row if code in wanted] for row in sites["services"]]
    known = [bool(codes) and all(code in stated for code in codes) for codes, stated in zip(given, sites["capacities"], strict=True)]
    table = pd.DataFrame({"checked": sites["band"] == "fresh", "capacity_known": np.array(known, dtype=bool)}, index=sites.index)
    found: pd.DataFrame = table[np.array([bool(codes) for codes in given], dtype=bool)]
    return found


def sites_section(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Section:
    """Return how many sites there are, in which state, and how many services they give; a state without sites is 0."""
    sites = sites_here(registry, area_id)
    year, sources = _origin(registry, inputs, sites)
    figures = [
        _count(name, value, year, sources, tr)
        for name, value in (
            ("sites", len(sites)),
            ("working", int((sites["status"] == "active").sum())),
            ("services", _given(sites)),
            ("organisations", sites["organisation_id"].replace("", pd.NA).nunique()),
        )
    ]
    figures.append(_protected(inputs, area_id, year, sources, tr))
    states = [(state, sites[sites["status"] == state]) for state in SITE_STATUS]
    rows = tuple((tr(f"export.status.{state}"), len(some), _given(some)) for state, some in states)
    columns = _columns((("state", "text"), ("sites", "count"), ("services", "count")), tr)
    table = ProfileTable("sites_by_state", tr("profile.table.sites_by_state"), columns, rows, ("sites", "services"), sources)
    return Section("sites", tr("profile.section.sites"), tuple(figures), (table,), (tr("profile.without_protected"),))


def work_section(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Section:
    """Return the matrix service x organisation: sites of the governorate that give the service; a cell where there is none is 0.

    Rows are the services that a site of the country gives. Columns are the organisations with most sites here, at most
    ``MOST_ORGANISATIONS``; then all others, and the sites of which no organisation is stated.
    """
    sites = sites_here(registry, area_id)
    owner = sites["organisation_id"].fillna("").astype(str)
    counts = owner[owner != ""].value_counts()
    ranked = sorted(counts.index, key=lambda code: (-counts[code], code))
    own, rest = ranked[:MOST_ORGANISATIONS], set(ranked[MOST_ORGANISATIONS:])
    column = [NOT_STATED if code == "" else OTHERS if code in rest else f"org:{code}" for code in owner]
    keys = [*(f"org:{code}" for code in own), *([OTHERS] if rest else []), *([NOT_STATED] if (owner == "").any() else [])]
    labels = {OTHERS: tr("profile.other_organisations"), NOT_STATED: tr("profile.organisation_not_stated")}
    labels |= {f"org:{code}": _organisation(registry, code, tr) for code in own}
    services = [code for code in registry.codes("service") if code in inputs.given]
    place, at = {code: i for i, code in enumerate(services)}, {key: i for i, key in enumerate(keys)}
    matrix = np.zeros((len(services), len(keys)), dtype=int)
    for key, given in zip(column, sites["services"], strict=True):
        for code in given:
            matrix[place[code], at[key]] += 1
    rows: tuple[tuple[str | int, ...], ...] = tuple(
        (registry.term_label("service", code, tr.lang), int(matrix[i].sum()), *(int(value) for value in matrix[i])) for i, code in enumerate(services)
    )
    columns = (*_columns((("service", "text"), ("sites", "count")), tr), *(ProfileColumn(key, labels[key], "count") for key in keys))
    sources = _origin(registry, inputs, sites)[1]
    table = ProfileTable("who_does_what", tr("profile.table.who_does_what"), columns, rows, ("sites", *keys), sources)
    lines = (tr("profile.without_protected"),) if rows else (tr("profile.no_service", country=registry.label("area", inputs.country, tr.lang)),)
    return Section("work", tr("profile.section.work"), (), (table,) if rows else (), lines)


def quality_section(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Section:
    """Return how much of the data is fresh, complete and placed; shares of no sites are not known."""
    sites = sites_here(registry, area_id)
    year, sources = _origin(registry, inputs, sites)
    services = sum(len(given) for given in sites["services"])
    stated = sum(sum(code in known for code in given) for given, known in zip(sites["services"], sites["capacities"], strict=True))
    owned = int((sites["organisation_id"].fillna("") != "").sum())
    shares = {
        "fresh": (int((sites["band"] == "fresh").sum()), len(sites)), "never_checked": (int((sites["band"] == "never").sum()), len(sites)),
        "capacity_known": (stated, services), "placed": (int(sites["lon"].notna().sum()), len(sites)), "organisation_known": (owned, len(sites)),
    }  # fmt: skip
    figures = [
        Figure(f"quality.{name}", tr(f"profile.figure.quality.{name}"), part / whole if whole else None, "share", None, None, year if whole else None,
               "derived" if whole else "", sources if whole else (), tr("profile.of_all", n=tr.number(part), all=tr.number(whole)) if whole else "")
        for name, (part, whole) in shares.items()
    ]  # fmt: skip
    bands = tuple((tr(f"freshness.band.{band}"), int((sites["band"] == band).sum())) for band in BANDS)
    kinds = tuple((tr(f"export.position_kind.{kind}"), int((sites["position_kind"] == kind).sum())) for kind in POSITION_KINDS)
    tables = (
        ProfileTable(
            "freshness", tr("profile.table.freshness"), _columns((("last_check", "text"), ("sites", "count")), tr), bands, ("sites",), sources
        ),
        ProfileTable(
            "positions", tr("profile.table.positions"), _columns((("position", "text"), ("sites", "count")), tr), kinds, ("sites",), sources
        ),
    )
    lists = sites["source_id"].nunique()
    lines = (tr("profile.one_list"),) if lists == 1 else (tr.plural("profile.lists", lists),) if lists else (tr("profile.no_site_here"),)
    figures += _likely(inputs, area_id, year, sources, tr)
    return Section("quality", tr("profile.section.quality"), tuple(figures), tables, lines)


def _likely(inputs: ProfileInputs, area_id: str, year: int | None, sources: tuple[str, ...], tr: Translator) -> list[Figure]:
    """Return how many sites there are likely to be in all, where two lists allow to tell."""
    found = inputs.overlaps.get(area_id)
    if found is None:
        return []
    label, said = (
        tr("profile.figure.quality.likely"),
        {"first": tr.number(found.first), "second": tr.number(found.second), "both": tr.number(found.both)},
    )
    if found.both < FEWEST_SHARED:
        return [Figure("quality.likely", label, None, "count", note=tr("profile.likely_unknown", **said))]
    total = chapman(found.first, found.second, found.both)
    return [Figure("quality.likely", label, total.total, "count", total.low, total.high, year, "estimate", sources, tr("profile.likely", **said))]


def _protected(inputs: ProfileInputs, area_id: str, year: int | None, sources: tuple[str, ...], tr: Translator) -> Figure:
    """Return how many protected sites there are, held back where the number is small (docs/decisions/0026)."""
    label, kept = tr("profile.figure.sites.protected"), inputs.protected.to_dict()[area_id]
    if pd.isna(kept):
        return Figure("sites.protected", label, None, "count", source_ids=sources, note=tr("profile.protected_held_back"))
    return Figure("sites.protected", label, float(kept), "count", None, None, year, "derived", sources)


def _given(sites: pd.DataFrame) -> int:
    return sum(len(given) for given in sites["services"])


def _origin(registry: Registry, inputs: ProfileInputs, sites: pd.DataFrame) -> tuple[int | None, tuple[str, ...]]:
    """Return the newest year and the ids of the lists that the sites come from; where there are no sites, the lists of the country."""
    listed = sites["source_id"] if len(sites) else registry.sites["source_id"][registry.in_country(inputs.country)]
    sources = tuple(sorted(str(code) for code in listed.dropna().unique()))
    years = registry.sources["year"].reindex(list(sources)).dropna()
    return (int(years.max()) if len(years) else None), sources


def _count(name: str, value: int, year: int | None, sources: tuple[str, ...], tr: Translator) -> Figure:
    return Figure(f"sites.{name}", tr(f"profile.figure.sites.{name}"), float(value), "count", None, None, year, "derived", sources)


def _columns(units: Sequence[tuple[str, str]], tr: Translator) -> tuple[ProfileColumn, ...]:
    return tuple(ProfileColumn(key, tr(f"profile.column.{key}"), unit) for key, unit in units)


def _organisation(registry: Registry, code: str, tr: Translator) -> str:
    """Return the name of an organisation; that it has none is said, and its id is no name."""
    name = registry.label("organisation", code, tr.lang)
    return tr("profile.organisation_unnamed") if name == code else name
