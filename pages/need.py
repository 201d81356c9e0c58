"""Need: which governorates need most, how sure that is, who is also far from help, and what should come first."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.model import Scope
from geo.registry import Registry
from i18n import Translator
from jobs.need_asked import NeedPage
from layers import markup
from pages.parts import gaps_work, load, need_controls, need_drawn, need_map, need_saved, need_work, shell
from pages.parts.gaps_words import best_served

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
    if asked.missing is None:
        answer.html(f"<p class='jw-answer'>{markup.safe(tr('needs.choose_first'))}</p>")
        need_controls.method(registry, None, tr)
        _values(registry, asked, tr)
        return
    need_controls.method(registry, need_work.need(registry, asked.index), tr)
    {"rank": _ranking, "access": _access, "priority": _priority}[asked.view](registry, asked, answer, tr)


def _ranking(registry: Registry, asked: NeedPage, answer: DeltaGenerator, tr: Translator) -> None:
    """Show the scores on the map, the ranking with its doubt, and what the doubt comes from."""
    drawn = need_drawn.ranking(registry, asked.index, tr)
    answer.html(drawn.answer)
    need_map.show(registry, asked.country, drawn.layer, tr)
    st.html(drawn.parts["ranking"])
    need_saved.downloads(asked, tr)
    if "changes" in drawn.parts:
        st.html(drawn.parts["changes"])
        left, right = st.columns(2)
        left.html(drawn.parts["shares"])
        right.html(drawn.parts["weights"])
    _values(registry, asked, tr)
    need_saved.index_versions(registry, need_work.need(registry, asked.index), asked, tr)


def _values(registry: Registry, asked: NeedPage, tr: Translator) -> None:
    """Show the values behind the index."""
    st.html(need_drawn.values(registry, asked.index, tr))


def _access(registry: Registry, asked: NeedPage, answer: DeltaGenerator, tr: Translator) -> None:
    """Show need and minutes together, how equal the minutes are, and where far places lie together."""
    answer.html(need_drawn.ranking(registry, asked.index, tr).answer)
    ledger = gaps_work.watched(registry, gaps_work.ledger_job(asked.ledger), tr)
    if ledger is None:
        return
    roads = load.roads().state
    drawn, both = need_drawn.access(registry, asked, roads, tr), need_work.access(registry, asked, roads)
    if not both.places:
        st.info(tr("needs.people_unknown", group=registry.term_label("target_group", asked.group, tr.lang)))
    elif not both.reached:
        _offer_another(registry, asked, tr)
    left, right = st.columns([3, 2])
    with left:
        need_map.show(registry, asked.country, drawn.layer, tr)
    right.html(drawn.parts["square"])
    st.html(drawn.parts["both"])
    need_saved.downloads(asked, tr)
    if both.reached:  # where nobody gets anywhere, equal is not what that is
        st.html(drawn.parts["metrics"])
    st.subheader(tr("needs.near_each_other"), anchor=False)
    st.html(drawn.parts["clusters"])


def _offer_another(registry: Registry, asked: NeedPage, tr: Translator) -> None:
    """Say that no open site gives the service near anybody, and offer the service that most sites give."""
    st.info(tr("needs.nobody_near", service=registry.term_label("service", asked.service, tr.lang)))
    other, count = best_served(registry, asked.country, asked.service)
    if other:
        words = tr("gaps.other_service", service=registry.term_label("service", other, tr.lang), sites=tr.plural("explore.sites", count))
        st.button(words, on_click=need_controls.put, args=(replace(asked, service=other),), key="needs_do_other")


def _priority(registry: Registry, asked: NeedPage, answer: DeltaGenerator, tr: Translator) -> None:
    """Show both lists side by side, what they are made of, and what would take a governorate off the top."""
    need_controls.decide(registry, asked, tr)
    if not asked.ledgers:
        st.info(tr("needs.nothing_weighs"))
        return
    for one in asked.ledgers.values():
        if gaps_work.watched(registry, gaps_work.ledger_job(one), tr) is None:
            return
    if gaps_work.watched(registry, need_work.priority_job(registry, asked), tr) is None:
        return
    drawn = need_drawn.priority(registry, asked, load.roads().state, tr)
    answer.html(drawn.answer)
    left, right = st.columns(2)
    left.html(drawn.parts["priority"])
    right.html(drawn.parts["per_1000"])
    need_saved.downloads(asked, tr)
    st.html(drawn.parts["parts"])
    st.html(drawn.parts["ways"])
    need_saved.decisions(registry, asked, tr)


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
