"""What the map of the Gaps page shows, and the tables that prove it: shares, differences of two days, chances, areas of reach, obstacles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pandas as pd

from geo.ledger import PARTS
from geo.obstacles import KINDS
from geo.registry import Registry
from i18n import Translator
from jobs.gaps import rows_of
from jobs.gaps_asked import GapsAsked
from jobs.gaps_chance import SPREAD, Chance
from jobs.gaps_compare import Comparison
from jobs.gaps_export import chance_note
from jobs.gaps_reach import Reach
from jobs.gaps_way import Barrier, PlaceWay
from jobs.gaps_words import listed, side_words
from jobs.ledger import Ledger
from layers import gaps_markup, gaps_views
from layers.explore import Legend
from layers.gaps import Mark, ReachLayer, part_marks, point_signs, point_sizes, share_layer
from layers.gaps_markup import percent
from layers.gaps_views import signed
from layers.markup import safe
from pages.parts.gaps_words import minutes_text

_MAP_BARRIERS = ("checkpoint", "border_control")


@dataclass(frozen=True, slots=True)
class View:
    """What governorates and places look like; see ``layers.gaps.GapsCommand``."""

    classes: dict[str, int]
    legend: Legend
    states: str
    sizes: str
    marks: tuple[Mark, ...]
    marks_title: str


def view_of(
    registry: Registry,
    ledger: Ledger,
    asked: GapsAsked,
    measure: str,
    about: Legend,
    tr: Translator,
    *,
    compared: Comparison | None,
    chance: Chance | None,
) -> View:
    """Return what the map shows: chances where they were asked for, else the difference where two days are compared, else the shares.

    Neighbouring governorates stay to compare with; the marks are those of the choice.
    """
    shown = (ledger.points["area_id" if asked.area else "country"] == (asked.area or asked.country)).to_numpy(dtype=bool)
    whole = GapsAsked(country=asked.country)
    if chance is not None:
        classes, legend = gaps_views.chance_layer(chance.areas, about, tr)
        states = gaps_views.chance_signs(chance.points, ledger.points.index, shown)
        return View(classes, legend, states, point_sizes(ledger.points), gaps_views.chance_marks(tr), tr("gaps.states_of", measure=legend.title))
    if compared is not None:
        before, after = (rows_of(one, registry, whole) for one in (compared.before, compared.after))
        classes, legend = gaps_views.difference_layer(before, after, measure, about, tr)
        states = gaps_views.difference_signs(compared.before.points, compared.after.points, shown, measure)
        marks = gaps_views.difference_marks(measure, tr)
        return View(classes, legend, states, point_sizes(ledger.points), marks, tr("gaps.states_of", measure=tr(f"gaps.measure.{measure}")))
    classes, legend = share_layer(rows_of(ledger, registry, whole), measure, about, tr)
    return View(classes, legend, *point_signs(ledger.points, shown), part_marks(tr), tr("gaps.states"))


def reach_layer(reach: Reach | None, asked: GapsAsked, tr: Translator) -> ReachLayer:
    """Return the areas of reach as the map takes them."""
    if reach is None or not reach.sites:
        return ReachLayer()
    limits = sorted(asked.limits)
    title = tr("gaps.reach_title" if reach.worth == "roads" else "gaps.reach_title_estimate", mode=tr(f"travel.mode.{asked.mode}"))
    labels = tuple(tr.plural("gaps.minutes", minutes) for minutes in limits)
    return ReachLayer(reach_path(asked, tr), title, labels, gaps_views.REACH_COLOURS[: len(limits)], reach.worth != "roads")


def reach_path(asked: GapsAsked, tr: Translator) -> str:
    """Return from where the areas are fetched."""
    plain = GapsAsked()
    query = replace(asked, group=plain.group, capacity=plain.capacity, compare_regime="", compare_mobility="", area="").to_query() | {
        "lang": [tr.lang]
    }
    return f"/data/reach.geojson?{urlencode(query, doseq=True)}"


def reach_notes(registry: Registry, reach: Reach, tr: Translator) -> list[str]:
    """Say what the areas of reach are worth, and of which sites there is none."""
    lines = [tr(f"gaps.reach_note.{reach.worth}")] if reach.sites else []
    if reach.left_out:
        lines.append(tr("gaps.reach_left_out", sites=listed((registry.label("site", site, tr.lang) for site in reach.left_out), tr)))
    return lines


def difference_table(registry: Registry, compared: Comparison, place: str, tr: Translator) -> str:
    """Return the differences in whole people; each row sums to 0."""
    rows = [[registry.label("area", str(area_id), tr.lang), *_changes(values, tr)] for area_id, values in compared.rows.iterrows()]
    rows.append([tr("gaps.total", place=place), *_changes(pd.Series(compared.totals), tr)])
    heads = [tr("gaps.area"), tr("gaps.need"), *(tr(f"gaps.part.{part}") for part in PARTS)]
    first, second = side_words(compared, tr)
    return gaps_markup.plain_table(tr("gaps.change_table", first=first, second=second), heads, rows)


def _changes(values: pd.Series, tr: Translator) -> list[str]:
    if pd.isna(values["need"]):
        return [tr("gaps.not_known")] * (1 + len(PARTS))
    return [tr.number(int(values["need"])), *(signed(int(values[part]), tr) for part in PARTS)]


def chance_table(registry: Registry, chance: Chance, asked: GapsAsked, tr: Translator) -> str:
    """Return the chances of the governorates that are asked for."""
    rows = []
    for area_id, row in chance.areas.iterrows():
        if asked.area and area_id != asked.area:
            continue
        texts = [tr("gaps.not_known")] * (1 + len(SPREAD))
        if not math.isnan(row["probability"]):
            texts = [percent(float(row["probability"])), *(minutes_text_far(float(row[name]), tr) for name in SPREAD)]
        off = tr("gaps.not_known") if math.isnan(row["need"]) else tr.number(int(row["off"]))
        rows.append([registry.label("area", str(area_id), tr.lang), *texts, off])
    heads = [tr("gaps.area"), tr("gaps.chance_mean"), *(tr(f"gaps.chance_{name}") for name in SPREAD), tr("gaps.part.unknown")]
    within = tr.plural("gaps.minutes", asked.limit)
    note = chance_note(chance, tr)
    return gaps_markup.plain_table(tr("gaps.chance_table", within=within), heads, rows) + f"<p class='jw-note'>{safe(note)}</p>"


def minutes_text_far(value: float, tr: Translator) -> str:
    """Write minutes as whole ones, up, as far as draws look."""
    from geo.obstacles_place import HORIZON

    return tr("gaps.beyond", n=round(HORIZON)) if math.isinf(value) else tr.plural("gaps.minutes", math.ceil(value))


def way_table(registry: Registry, ways: Sequence[PlaceWay], place: str, tr: Translator) -> str:
    """Return what stands between the places where most people have no site and the nearest one; empty where no way is known."""
    rows = []
    for way in ways:
        name = registry.label("locality" if way.point_id in registry.localities.index else "area", way.point_id, tr.lang)
        site = registry.label("site", way.site_id, tr.lang) if way.site_id else tr("gaps.none_near")
        whole = [minutes_text(way.free, tr), minutes_text(way.minutes, tr), site]
        told = [(barrier_words(one, tr), _cost(one, tr), one.source or tr("gaps.not_stated")) for one in way.barriers]
        for i, (obstacle, cost, source) in enumerate(told or [(tr("gaps.way_none"), "", "")]):
            rows.append([name if i == 0 else "", obstacle, cost, *(whole if i == 0 else ("", "", "")), source])
    if not rows:
        return ""
    heads = [tr(f"gaps.way_{column}") for column in ("place", "obstacle", "cost", "free", "minutes", "site", "source")]
    table = gaps_markup.plain_table(tr("gaps.way_table", place=place), heads, rows)
    return f"{table}<p class='jw-note'>{safe(tr('gaps.way_note'))}</p>"


def barrier_words(one: Barrier, tr: Translator) -> str:
    """Return what an obstacle is, and whether it stands on the way round."""
    known = one.kind in KINDS or one.kind in _MAP_BARRIERS
    words = tr(f"gaps.obstacle.{one.kind if known else 'other'}")
    return tr("gaps.way_around", obstacle=words) if one.around else words


def _cost(one: Barrier, tr: Translator) -> str:
    if one.barred:
        return tr("gaps.way_barred")
    return tr("gaps.way_closed") if math.isinf(one.minutes) else tr.plural("gaps.minutes", math.ceil(one.minutes))
