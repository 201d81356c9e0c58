"""The parts of the Need page as they are drawn, made once for each thing that is asked for: a rerun only hands them out."""

from __future__ import annotations

from dataclasses import dataclass

from geo.memo import kept_with_registry
from geo.registry import Registry
from i18n import Translator
from jobs.need import NeedAsked
from jobs.need_asked import NeedPage
from layers import markup, need_page_markup
from layers.explore import Legend
from layers.need_page import both_layer, cuts_note, score_layer
from layers.need_page_markup import RankRow
from pages.parts import need_priority, need_words, need_work


@dataclass(frozen=True, eq=False)
class Drawn:
    """A view.

    Parameters
    ----------
    answer : the answer in one line.
    parts : name to HTML.
    layer : classes, legend and tips of its map; None for a view without one.
    """

    answer: str
    parts: dict[str, str]
    layer: tuple[dict[str, int], Legend, dict[str, str]] | None = None


@kept_with_registry
def values(registry: Registry, asked: NeedAsked, tr: Translator) -> str:
    """Return the values behind the index."""
    return need_words.cells(registry, need_work.need(registry, asked), tr)


@kept_with_registry
def ranking(registry: Registry, asked: NeedAsked, tr: Translator) -> Drawn:
    """Return the ranking with its doubt, and what the doubt comes from."""
    found = need_work.need(registry, asked)
    about = need_work.about(registry, found, [tr("needs.status_score", status=tr("needs.comma").join(need_words.statuses(found, tr)))])
    ordered = found.table.sort_values("rank", na_position="last", kind="stable")
    rows = [RankRow(registry.label("area", str(area), tr.lang), row) for area, row in ordered.iterrows()]
    note = f"<p class='jw-note'>{markup.safe(tr('needs.about_doubt', draws=tr.number(found.draws), seed=found.seed))}</p>"
    parts = {"ranking": need_page_markup.ranking(rows, tr("needs.ranking", place=registry.label("area", asked.country, tr.lang)), tr) + note}
    changes = need_work.changes(registry, asked)
    if changes:
        parts["changes"] = need_words.single(registry, changes, tr)
        parts["shares"] = need_words.shares(need_work.shares(registry, asked), tr)
        parts["weights"] = need_words.weights(registry, need_work.weight_rows(registry, asked), tr)
    return Drawn(need_words.answer(registry, found, tr), parts, score_layer(found.table["score"], about, tr))


@kept_with_registry
def access(registry: Registry, asked: NeedPage, roads: str, tr: Translator) -> Drawn:
    """Return need and minutes together, how equal the minutes are, and where far places lie together."""
    found, both = need_work.need(registry, asked.index), need_work.access(registry, asked, roads)
    about = need_work.about(
        registry, found, [tr("needs.status_score", status=tr("needs.comma").join(need_words.statuses(found, tr))), tr("gaps.status_minutes")]
    )
    names: dict[int, list[str]] = {}
    for area, number in both.table["class"].dropna().items():
        names.setdefault(int(number), []).append(registry.label("area", str(area), tr.lang))
    parts = {
        "square": need_page_markup.square(names, tr) + f"<p class='jw-note'>{markup.safe(cuts_note(tr))}</p>",
        "both": need_words.both(registry, both, tr), "metrics": need_words.metrics(both, asked, tr),
        "clusters": need_words.clusters(registry, both, len(both.table), tr),
    }  # fmt: skip
    return Drawn(need_words.answer(registry, found, tr), parts, both_layer(both.table, about, tr))


@kept_with_registry
def priority(registry: Registry, asked: NeedPage, roads: str, tr: Translator) -> Drawn:
    """Return both lists, what they are made of, and what would take a governorate off the top."""
    found = need_work.priority(registry, asked, roads)
    gaps = found.found.contributions("gap").dropna(how="all")
    ordered = gaps.loc[gaps.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    bars = [(registry.label("area", str(area), tr.lang), {str(gap): float(value) for gap, value in row.items()}) for area, row in ordered.iterrows()]
    split = [need_priority.parts(registry, found, by, tr) for by in ("service", "group") if found.found.contributions(by).shape[1] > 1]
    parts = {
        "priority": need_priority.one_list(registry, found, "priority", tr), "per_1000": need_priority.one_list(registry, found, "per_1000", tr),
        "parts": need_page_markup.contributions(bars, tr("needs.parts.gap"), tr) + "".join(split), "ways": need_priority.ways_out(registry, found, tr),
    }  # fmt: skip
    return Drawn(need_priority.answer(registry, found, asked.country, tr), parts)
