"""What the Need page says: the answer in one line, what stands behind the scores, and what makes the ranks unsure."""

from __future__ import annotations

import pandas as pd

from geo.index_shares import CHOICES, Change
from geo.registry import Registry
from i18n import Translator
from jobs.gaps_words import source_titles
from jobs.need import Need
from jobs.need_access import METRICS, NeedAccess
from jobs.need_asked import NeedPage
from layers import markup
from layers.gaps_markup import percent
from layers.markup import BarRow
from layers.need_page import minutes_words
from layers.need_page_markup import plain_table

NAMED = 5
"""Governorates that a sentence names."""
_CLUSTERS = ("high_high", "low_low", "high_low", "low_high")
_PLACES = 8


def statuses(found: Need, tr: Translator) -> list[str]:
    """Return what the values are worth, in words."""
    return [tr(f"need.status.{code}") for code in dict.fromkeys(found.cells["status"].dropna())]


def names_of(registry: Registry, areas: list[str], tr: Translator) -> str:
    """Return the names of areas in a row; of many the first ones, and how many more there are."""
    names = [registry.label("area", area, tr.lang) for area in areas[:NAMED]]
    more = tr("needs.and_more", n=len(areas) - NAMED) if len(areas) > NAMED else ""
    return tr("needs.comma").join(names) + more


def answer(registry: Registry, found: Need, tr: Translator) -> str:
    """Return the answer in one line."""
    top = found.table[(found.table["tier"] == 1).fillna(value=False)].sort_values("rank")
    place = registry.label("area", found.country, tr.lang)
    ranked = int(found.table["rank"].notna().sum())
    if top.empty:
        words = tr("needs.answer_none")
    elif len(top) == ranked > 1:
        words = tr("needs.answer_one_tier", first=names_of(registry, [str(area) for area in top.index[:3]], tr), n=ranked)
    elif len(top) == 1:
        words = tr("needs.answer_one", names=names_of(registry, [str(top.index[0])], tr))
    else:
        words = tr("needs.answer", names=names_of(registry, [str(area) for area in top.index], tr))
    return f"<p class='jw-answer'><strong>{markup.safe(place)}</strong>: {markup.safe(words)}</p>"


def cells(registry: Registry, found: Need, tr: Translator) -> str:
    """Return the values behind the index: an empty cell where one is not known."""
    columns = list(found.cells.index.unique("indicator_id"))
    rows = []
    for area in found.table.index:
        row = [registry.label("area", str(area), tr.lang)]
        for name in columns:
            cell = found.cells.loc[[(area, name)]].iloc[0]
            known = pd.notna(cell["value"])
            row.append(tr("needs.cell", value=_number(float(cell["value"]), tr), year=int(cell["year"])) if known else tr("needs.not_known"))
        rows.append(row)
    heads = [tr("gaps.area"), *(f"{registry.label('indicator', name, tr.lang)} ({_unit(found, name, tr)})" for name in columns)]
    sources = source_titles(registry, list(dict.fromkeys(found.cells["source_id"].dropna())))
    return plain_table(tr("needs.values"), heads, rows, note=tr("needs.values_note", source=sources, status=", ".join(statuses(found, tr))))


def _number(value: float, tr: Translator) -> str:
    return tr.number(value) if abs(value) >= 1000 else f"{value:g}"


def _unit(found: Need, name: str, tr: Translator) -> str:
    units = found.cells.xs(name, level="indicator_id")["unit"].dropna().unique()
    return tr(f"packs.unit.{units[0]}") if len(units) and tr.has(f"packs.unit.{units[0]}") else str(units[0]) if len(units) else ""


def weights(registry: Registry, rows: pd.DataFrame, tr: Translator) -> str:
    """Return the weight of each indicator, and how closely it goes with the index."""
    table = [
        [
            registry.label("indicator", str(name), tr.lang),
            percent(float(row["share"])),
            tr("needs.not_known") if pd.isna(row["effective"]) else f"{row['effective']:.2f}",
        ]
        for name, row in rows.iterrows()
    ]
    return plain_table(
        tr("needs.weights"), [tr("needs.indicator"), tr("needs.weight"), tr("needs.effective")], table, note=tr("needs.effective_note")
    )


def single(registry: Registry, changes: list[Change], tr: Translator) -> str:
    """Return which single weight or indicator would change the top three."""
    rows = []
    for one in changes:
        label = registry.label("indicator", one.indicator, tr.lang)
        if one.without is None:
            rows.append([label, percent(one.share), tr("needs.change_alone"), tr("needs.change_alone")])
            continue
        moved = [
            tr("needs.change_below", share=percent(one.lower)) if one.lower is not None else "",
            tr("needs.change_above", share=percent(one.higher)) if one.higher is not None else "",
        ]
        words = tr("needs.or").join(text for text in moved if text) or tr("needs.change_never")
        names = names_of(registry, sorted(one.without), tr) if one.alters else ""
        rows.append([label, percent(one.share), words, tr("needs.change_without", names=names) if one.alters else tr("needs.change_same")])
    heads = [tr("needs.indicator"), tr("needs.weight"), tr("needs.change_weight"), tr("needs.change_indicator")]
    return plain_table(tr("needs.changes"), heads, rows)


def shares(found: pd.Series, tr: Translator) -> str:
    """Return which choice makes the ranks unsure, as bars."""
    if found.isna().all():
        return f"<p class='jw-note'>{markup.safe(tr('needs.shares_none'))}</p>"
    ordered = found.loc[list(CHOICES)].sort_values(ascending=False)
    rows = [BarRow(tr(f"needs.choice.{name}"), float(value), percent(float(value))) for name, value in ordered.items()]
    note = f"<p class='jw-note'>{markup.safe(tr('needs.shares_note'))}</p>"
    return markup.bars(rows, tr("needs.shares"), [tr("needs.choice"), tr("needs.share")]) + note


def both(registry: Registry, found: NeedAccess, tr: Translator) -> str:
    """Return need and minutes of each governorate."""
    rows = []
    for area, row in found.table.sort_values("score", ascending=False, na_position="last").iterrows():
        score = tr("needs.not_known") if pd.isna(row["score"]) else f"{row['score']:.1f}"
        people = tr("needs.not_known") if pd.isna(row["people"]) else tr.number(float(row["people"]))
        rows.append(
            [
                registry.label("area", str(area), tr.lang),
                score,
                minutes_words(float(row["median"]), tr),
                minutes_words(float(row["p90"]), tr),
                minutes_words(float(row["open_median"]), tr),
                people,
            ]
        )
    return plain_table(
        tr("needs.both"), [tr(f"needs.both_head.{name}") for name in ("area", "score", "median", "p90", "open_median", "people")], rows
    )


def metrics(found: NeedAccess, asked: NeedPage, tr: Translator) -> str:
    """Return how equal the minutes are, each measure with a plain sentence."""
    rows = []
    for name in METRICS:
        value = found.metrics[name]
        shown = tr("needs.not_known") if value is None else _metric(name, value, tr)
        rows.append([tr(f"needs.metric.{name}", limit=asked.limit), shown, tr(f"needs.metric_why.{name}", limit=asked.limit)])
    note = tr.plural("needs.metrics_note", found.beyond)
    return plain_table(tr("needs.metrics"), [tr("needs.measure"), tr("needs.value"), tr("needs.says")], rows, note=note)


def _metric(name: str, value: float, tr: Translator) -> str:
    if name in ("mean", "kolm_pollak_ede"):
        return tr.plural("gaps.minutes", round(value))
    return percent(value) if name == "beyond" else f"{round(value, 3) + 0.0:.3f}"


def clusters(registry: Registry, found: NeedAccess, areas: int, tr: Translator) -> str:
    """Return where far places lie together, or why that cannot be told."""
    lines = [tr.plural("needs.moran_few", areas)]
    if found.moran is None:
        return _lines([*lines, tr.plural("needs.moran_none", found.places)])
    lines.append(
        tr(
            "needs.moran",
            value=f"{found.moran.value:.3f}",
            expected=f"{found.moran.expected:.3f}",
            p=f"{found.moran.p:.3f}",
            n=tr.number(found.places),
        )
    )
    local = found.moran.local
    rows = []
    for kind in _CLUSTERS:
        here = local[local["kind"] == kind].sort_values("value", ascending=False)
        names = tr("needs.comma").join(_place(registry, str(point), tr) for point in here.index[:_PLACES])
        rows.append(
            [tr(f"needs.cluster.{kind}"), tr.number(len(here)), names + (tr("needs.and_more", n=len(here) - _PLACES) if len(here) > _PLACES else "")]
        )
    heads = [tr("needs.cluster"), tr("needs.places"), tr("needs.place_names")]
    return _lines(lines) + plain_table(tr("needs.clusters"), heads, rows, note=tr("needs.moran_note"))


def _place(registry: Registry, point: str, tr: Translator) -> str:
    return registry.label("locality" if point in registry.localities.index else "area", point, tr.lang)


def _lines(lines: list[str]) -> str:
    return "".join(f"<p class='jw-note'>{markup.safe(line)}</p>" for line in lines)
