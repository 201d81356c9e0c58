"""Need: which governorates need most, how sure that is, who is also far from help, and what should come first."""

from __future__ import annotations

import streamlit as st

from geo.model import Scope
from geo.registry import Registry
from i18n import Translator
from jobs.need import Need
from jobs.need_asked import NeedPage
from layers import markup, need_page_markup
from layers.need_page import both_layer, cuts_note, score_layer
from layers.need_page_markup import RankRow
from pages.parts import gaps_work, load, need_controls, need_map, need_saved, need_words, need_work, shell

TITLE = "needs.menu"
SLUG = "need"
ICON = ":material/leaderboard:"


def shown(_scope: Scope) -> bool:
    """Everybody finds it in the menu."""
    return True


def render(tr: Translator) -> None:
    """Draw the page, made from the public's registry, whoever reads it (docs/decisions/0033)."""
    registry = load.registry()
    need_controls.read_address(registry)
    shell.language_switch(tr)
    st.title(tr("needs.title"), anchor=False)
    answer = st.empty()
    asked = need_controls.show(registry, tr)
    shell.write_address(tr, need_controls.address(asked))
    found = need_work.need(registry, asked.index)
    if asked.missing is None:
        answer.html(f"<p class='jw-answer'>{markup.safe(tr('needs.choose_first'))}</p>")
        need_controls.method(registry, None, tr)
        st.html(need_words.cells(registry, found, tr))
        return
    answer.html(need_words.answer(registry, found, tr))
    need_controls.method(registry, found, tr)
    if asked.view == "access":
        _access(registry, asked, found, tr)
    elif asked.view == "priority":
        _priority(registry, asked, answer, tr)
    else:
        _ranking(registry, asked, found, tr)


def _ranking(registry: Registry, asked: NeedPage, found: Need, tr: Translator) -> None:
    """Show the scores on the map, the ranking with its doubt, and what the doubt comes from."""
    legend = need_work.about(registry, found, need_words.statuses(found, tr))
    need_map.show(registry, asked.country, *score_layer(found.table["score"], legend, tr), tr)
    ordered = found.table.sort_values("rank", na_position="last", kind="stable")
    rows = [RankRow(registry.label("area", str(area), tr.lang), row) for area, row in ordered.iterrows()]
    st.html(need_page_markup.ranking(rows, tr("needs.ranking", place=registry.label("area", asked.country, tr.lang)), tr))
    st.html(f"<p class='jw-note'>{markup.safe(tr('needs.about_doubt', draws=tr.number(found.draws), seed=found.seed))}</p>")
    need_saved.downloads(asked, tr)
    changes = need_work.changes(registry, asked.index)
    if changes:
        st.html(need_words.single(registry, changes, tr))
        left, right = st.columns(2)
        left.html(need_words.shares(need_work.shares(registry, asked.index), tr))
        right.html(need_words.weights(registry, need_work.weight_rows(registry, asked.index), tr))
    st.html(need_words.cells(registry, found, tr))
    need_saved.index_versions(registry, found, asked, tr)


def _access(registry: Registry, asked: NeedPage, found: Need, tr: Translator) -> None:
    """Show need and minutes together, how equal the minutes are, and where far places lie together."""
    if gaps_work.watched(registry, gaps_work.ledger_job(asked.ledger), tr) is None:
        return
    both = need_work.access(registry, asked, load.roads().state)
    words = [*need_words.statuses(found, tr), tr("gaps.status_minutes")]
    left, right = st.columns([3, 2])
    with left:
        need_map.show(registry, asked.country, *both_layer(both.table, need_work.about(registry, found, words), tr), tr)
    names: dict[int, list[str]] = {}
    for area, number in both.table["class"].dropna().items():
        names.setdefault(int(number), []).append(registry.label("area", str(area), tr.lang))
    right.html(need_page_markup.square(names, tr) + f"<p class='jw-note'>{markup.safe(cuts_note(tr))}</p>")
    st.html(need_words.both(registry, both, tr))
    need_saved.downloads(asked, tr)
    st.html(need_words.metrics(both, asked, tr))
    st.subheader(tr("needs.near_each_other"), anchor=False)
    st.html(need_words.clusters(registry, both, len(both.table), tr))


def _priority(registry: Registry, asked: NeedPage, answer: st.delta_generator.DeltaGenerator, tr: Translator) -> None:
    """Show both lists side by side, what they are made of, and what would take a governorate off the top."""
    need_controls.decide(registry, asked, tr)
    if not asked.ledgers:
        st.info(tr("needs.nothing_weighs"))
        return
    for one in asked.ledgers.values():
        if gaps_work.watched(registry, gaps_work.ledger_job(one), tr) is None:
            return
    found = need_work.priority(registry, asked, load.roads().state)
    answer.html(need_words.priority_answer(registry, found, asked.country, tr))
    left, right = st.columns(2)
    left.html(need_words.priority_list(registry, found, "priority", tr))
    right.html(need_words.priority_list(registry, found, "per_1000", tr))
    need_saved.downloads(asked, tr)
    gaps = found.found.contributions("gap").dropna(how="all")
    ordered = gaps.loc[gaps.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    bars = [(registry.label("area", str(area), tr.lang), {str(gap): float(value) for gap, value in row.items()}) for area, row in ordered.iterrows()]
    st.html(need_page_markup.contributions(bars, tr("needs.parts.gap"), tr))
    for by in ("service", "group"):
        if found.found.contributions(by).shape[1] > 1:
            st.html(need_words.parts(registry, found, by, tr))
    st.html(need_words.ways_out(registry, found, tr))
    need_saved.decisions(registry, asked, tr)


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
