"""Gaps: who has no place for a service within the minutes that they can travel, who has one, and for whom nobody knows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from geo.model import Scope
from geo.registry import Registry
from i18n import Translator
from jobs.gaps import WITHOUT, rows_of, totals
from jobs.gaps_account import sites_here
from jobs.gaps_asked import FARTHEST, GapsAsked
from jobs.gaps_chance import ChanceAsked
from jobs.gaps_compare import compare
from jobs.gaps_reach import Reach, ReachAsked
from jobs.gaps_words import minutes_worth
from jobs.ledger import Ledger
from layers import gaps_answer, gaps_markup, markup
from layers.gaps import MEASURES
from layers.gaps_markup import LedgerRow
from pages.parts import gaps_controls, gaps_map, gaps_views, gaps_words, gaps_work, load, shell, show_map
from pages.parts.gaps_controls import put

TITLE = "gaps.menu"
SLUG = "gaps"
ICON = ":material/balance:"
FORMATS = ("csv", "xlsx", "gpkg")
R = TypeVar("R")
_WIDER = (15, 30, 45, 60, 90, FARTHEST)


def shown(_scope: Scope) -> bool:
    """Everybody finds it in the menu."""
    return True


def render(tr: Translator) -> None:
    """Draw the page. The ledger is the public's, whoever reads it: a screen, a print or a file tells nothing of what is kept (docs/decisions/0033)."""
    registry = load.registry()
    gaps_controls.read_address(registry)
    picked = show_map.clicked(gaps_map.KEY)
    if picked and picked.event == "area":
        gaps_controls.toggle_area(registry, picked.id)
    shell.language_switch(tr)
    st.title(tr("gaps.title"), anchor=False)
    answer = st.empty()
    state = load.roads().state  # it may say that what is loaded is damaged: under the title, in the reader's language
    asked, measure = gaps_controls.show(registry, state, tr)
    shell.write_address(tr, gaps_controls.address(asked, measure))
    busy, said = st.container(), st.container()  # what comes and goes has a place of its own: whatever moves the map loads it anew
    with busy:
        ledger = gaps_work.watched(registry, gaps_work.ledger_job(asked.ledger), tr, state)
        if ledger is None:
            return
        other = gaps_work.watched(registry, gaps_work.ledger_job(asked.other.ledger), tr, state) if asked.other else None
        chance = (
            gaps_work.watched(registry, gaps_work.chance_job(ChanceAsked.of(asked), ledger), tr, state) if measure == gaps_controls.CHANCE else None
        )
        reach = gaps_work.watched(registry, gaps_work.reach_job(ReachAsked.of(asked)), tr, state) if asked.sites else None
    plain = MEASURES[0] if measure == gaps_controls.CHANCE else measure

    def keep(name: str, make: Callable[[], R]) -> R:
        return gaps_work.kept(registry, (name, state, asked, measure, tr.lang, other is None, chance is None), make)

    compared = keep("compared", lambda: compare(registry, ledger, other, asked)) if other is not None else None
    place = gaps_words.place(registry, asked, tr)
    rows = keep("rows", lambda: rows_of(ledger, registry, asked))
    found = keep("totals", lambda: totals(rows))
    answer.html(keep("answer", lambda: gaps_answer.answer(place, found, asked.limit, tr, _largest(registry, rows, asked, tr))))
    worth = minutes_worth(ledger, asked)
    for name in gaps_controls.lost_days(asked):
        said.html(gaps_answer.lost_day(name, tr))
    if worth != "roads":
        said.html(f"<p class='jw-note'>{markup.safe(tr('gaps.estimate_note' if worth == 'estimate' else 'gaps.partly_note'))}</p>")
    if found["need"] and not any(found[part] for part in ("served", "full", "excluded", "unknown")):
        with said:
            _show_way_out(registry, ledger, asked, tr)
    left, right = st.columns([2, 1])
    with left:
        about = keep("about", lambda: gaps_words.about_need(registry, ledger, asked, tr))
        view = keep("view", lambda: gaps_views.view_of(registry, ledger, asked, plain, about, tr, compared=compared, chance=chance))
        gaps_map.show(registry, state, asked, measure, view, gaps_views.reach_layer(reach, asked, tr), tr)
        _say_of_reach(registry, reach, asked, tr)
    right.html(keep("bars", lambda: _bars(registry, ledger, asked, tr)))
    if asked.area:
        st.subheader(tr("gaps.why"), anchor=False)
        because = gaps_work.watched(registry, gaps_work.why_job(asked, ledger), tr, state)
        if because is not None:
            st.html(keep("why", lambda: gaps_words.why(registry, because[0], asked, tr) + gaps_views.way_table(registry, because[1], place, tr)))
    else:
        st.html(f"<p class='jw-note'>{markup.safe(tr('gaps.why_hint'))}</p>")
    total = LedgerRow(tr("gaps.total", place=place), pd.Series(found))

    def proof() -> str:
        parts = [gaps_markup.ledger_table(_lines(registry, rows, asked, tr), total, tr("gaps.table"), tr), _what_is_missing(rows, tr)]
        if compared is not None:
            parts.append(gaps_views.difference_table(registry, compared, place, tr))
        if chance is not None:
            parts.append(gaps_views.chance_table(registry, chance, asked, tr))
        parts += [_downloads(asked, tr, chances=chance is not None), gaps_words.curve(registry, ledger, asked, tr)]
        return gaps_markup.proof([*parts, gaps_words.inputs(registry, ledger, asked, tr)])

    st.html(keep("proof", proof))


def _bars(registry: Registry, ledger: Ledger, asked: GapsAsked, tr: Translator) -> str:
    """Return all governorates of the country as bars."""
    whole = rows_of(ledger, registry, GapsAsked(country=asked.country))
    caption = tr("gaps.bars", place=registry.label("area", asked.country, tr.lang))
    return gaps_markup.stacked_bars(_lines(registry, whole, asked, tr), caption, tr)


def _lines(registry: Registry, rows: pd.DataFrame, asked: GapsAsked, tr: Translator) -> list[LedgerRow]:
    """Return the governorates, each with a link that chooses it, or lets go of it."""
    out = []
    for area_id, values in rows.iterrows():
        chosen = area_id == asked.area
        query = asked.to_query() | {"area": [] if chosen else [str(area_id)], "lang": [tr.lang]}
        out.append(LedgerRow(registry.label("area", str(area_id), tr.lang), values, f"?{urlencode(query, doseq=True)}", chosen))
    return out


def _largest(registry: Registry, rows: pd.DataFrame, asked: GapsAsked, tr: Translator) -> LedgerRow | None:
    """Return the governorate with the most people without a place; None where only one is asked for."""
    known = rows.dropna()
    if asked.area or len(known) < 2:
        return None
    lost = known[list(WITHOUT)].sum(axis=1).astype("int64")
    return _lines(registry, known.loc[[lost.idxmax()]], asked, tr)[0]


def _say_of_reach(registry: Registry, reach: Reach | None, asked: GapsAsked, tr: Translator) -> None:
    """Say under the map what the areas around chosen sites are worth, and offer them as a file."""
    if reach is None:
        return
    for line in gaps_views.reach_notes(registry, reach, tr):
        st.html(f"<p class='jw-note'>{markup.safe(line)}</p>")
    if reach.sites:
        st.html(markup.downloads("", [(tr("gaps.reach_download"), gaps_views.reach_path(asked, tr))]))


def _what_is_missing(rows: pd.DataFrame, tr: Translator) -> str:
    """Say of how many governorates the need is not known: they are in no sum."""
    missing = int(rows["need"].isna().sum())
    return f"<p class='jw-note'>{markup.safe(tr.plural('gaps.missing', missing))}</p>" if missing else ""


def _downloads(asked: GapsAsked, tr: Translator, *, chances: bool) -> str:
    """Return links to the files of what is shown; where chances are, they are in the workbook and the GeoPackage, and a CSV of their own."""
    query = urlencode(replace(asked, sites=()).to_query() | {"lang": tr.lang} | ({"measure": "chance"} if chances else {}), doseq=True)
    files = [(tr(f"explore.format_{name}"), f"/data/ledger.{name}?{query}") for name in FORMATS]
    return markup.downloads(tr("gaps.download"), [*files, (tr("gaps.download_chances"), f"/data/chances.csv?{query}")] if chances else files)


def _show_way_out(registry: Registry, ledger: Ledger, asked: GapsAsked, tr: Translator) -> None:
    """Say why nobody has a place, and offer the nearest useful step."""
    lang = tr.lang
    service, name = registry.term_label("service", asked.service, lang), gaps_words.place(registry, asked, tr)
    points = gaps_words.points_here(ledger, asked)
    nearest = float(points.loc[points["need"].fillna(0) > 0, "maybe_minutes"].min())
    if math.isfinite(nearest) and nearest > asked.limit:
        wider = next(limit for limit in _WIDER if limit >= nearest)
        minutes = tr.plural("gaps.minutes", math.ceil(nearest))
        st.info(tr("gaps.empty_far", service=service, place=name, within=tr.plural("gaps.minutes", asked.limit), nearest=minutes))
        words = tr("gaps.widen", within=tr.plural("gaps.minutes", wider))
        st.button(words, on_click=put, args=(replace(asked, limit=wider),), key="gaps_way_out")
        return
    st.info(tr("gaps.empty_none" if sites_here(registry, ledger, asked).empty else "gaps.empty_closed", service=service, place=name))
    with st.container(horizontal=True, vertical_alignment="center"):
        other, count = gaps_words.best_served(registry, asked.country, asked.service)
        if other:
            words = tr("gaps.other_service", service=registry.term_label("service", other, lang), sites=tr.plural("explore.sites", count))
            st.button(words, on_click=put, args=(replace(asked, service=other),), key="gaps_way_out")
        st.link_button(tr("gaps.add_site"), f"/contribute?{urlencode({'lang': lang})}", type="tertiary", icon=":material/add_location_alt:")


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
