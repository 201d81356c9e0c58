"""The sections of a profile on the page, made once for each edition and language, and several governorates side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from geo.memo import kept_with_registry
from geo.profile import Figure, Profile, ProfileTable, Section
from geo.registry import Registry
from i18n import Translator
from jobs.briefs import FORMATS
from jobs.profile import shown_figures
from jobs.profile_words import source_titles
from layers import profile_markup
from layers.gaps_markup import roughly
from layers.profile_text import figure_text

BESIDE = ("need.indicator.", "gaps.")
"""Figures that are too many to compare side by side; the tables and the maps of other pages do that."""
FOLDED = ("ledger", "freshness", "positions", "indicators")
"""Tables that stand folded away: they prove what the others say."""

MOST_CHANGES = 12
"""Changed figures that stand in sight; the rest is folded away."""


def answer(profile: Profile, tr: Translator) -> str:
    """Return the answer in one line: people, rank with its interval, and what most people lack."""
    people, rank, top = profile.figure("people.population"), profile.figure("need.rank"), profile.table("top_gaps").rows
    said = [tr("profile.no_people") if people.value is None else figure_text(people, tr)]
    if rank.value is not None:
        said.append(tr("profile.answer_rank", rank=figure_text(rank, tr), of=rank.note))
    if top and top[0][2]:
        said.append(tr("profile.answer_gap", service=top[0][0], people=tr("profile.people_roughly", n=roughly(int(top[0][2]), tr))))
    return profile_markup.answer(profile.name, tr("profile.comma").join(said))


def section(registry: Registry, profile: Profile, key: str, tr: Translator) -> None:
    """Draw a section: heading, figures, tables that are not folded away, and notes."""
    found = next(one for one in profile.sections if one.key == key)
    st.subheader(found.label, anchor=False)
    st.html(_section(registry, _Hashed(found), tr))


def folded(registry: Registry, profile: Profile, tr: Translator) -> None:
    """Draw the tables that prove the others, and how everything was computed."""
    with st.expander(tr("profile.more")):
        titles = titles_of(registry)
        for one in profile.sections:
            for table in one.tables:
                if table.key in FOLDED or _is_long(table):
                    st.html(profile_markup.table(table, titles, tr))
        st.html(profile_markup.notes([f"{name}: {value}" for name, value in profile.method]))


def brief_links(profile: Profile, tr: Translator, **query: object) -> list[tuple[str, str]]:
    """Return the words and addresses of a governorate's briefs, one for each format; ``snapshot``: those of a snapshot."""
    asked = urlencode({"lang": tr.lang, **query})
    return [(tr(f"profile.brief.{extension}"), f"/brief/{profile.area_id}.{extension}?{asked}") for extension in FORMATS]


def _is_long(table: ProfileTable) -> bool:
    return table.key == "change" and len(table.rows) > MOST_CHANGES


class _Hashed:
    """A section as a key of what is remembered: profiles are made once, so that the same section is the same object."""

    __slots__ = ("section",)

    def __init__(self, found: Section) -> None:
        self.section = found

    def __hash__(self) -> int:
        return id(self.section)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and other.section is self.section


@kept_with_registry
def _section(registry: Registry, found: _Hashed, tr: Translator) -> str:
    titles, own = titles_of(registry), found.section
    figures = shown_figures(own)
    parts = [profile_markup.facts(figures, titles, tr)] if figures else []
    for table in own.tables:
        if table.key not in FOLDED:
            parts.append(profile_markup.table(replace(table, rows=table.rows[:MOST_CHANGES]) if _is_long(table) else table, titles, tr))
            parts += [profile_markup.notes([tr("profile.more_changes", n=tr.number(len(table.rows) - MOST_CHANGES))])] if _is_long(table) else []
    return "".join(parts) + profile_markup.notes(own.lines)


@kept_with_registry
def titles_of(registry: Registry) -> dict[str, str]:
    """Return the titles of all sources by id."""
    return source_titles(registry)


def beside(registry: Registry, profiles: Sequence[Profile], tr: Translator) -> None:
    """Draw the figures of several governorates side by side, section by section."""
    st.subheader(tr("profile.beside_title"), anchor=False)
    titles = titles_of(registry)
    body = ""
    for at, section_ in enumerate(profiles[0].sections):
        found = [{figure.key: figure for figure in profile.sections[at].figures} for profile in profiles]
        rows: list[tuple[str, list[Figure]]] = []
        for key in dict.fromkeys(key for own in found for key in own):
            some = next(own[key] for own in found if key in own)
            figures = [own.get(key, Figure(key, some.label, None, some.unit)) for own in found]
            if not key.startswith(BESIDE) and any(figure.value is not None for figure in figures):
                rows.append((some.label, figures))
        if rows:
            body += profile_markup.side_by_side(section_.label, [profile.name for profile in profiles], rows, titles, tr)
    st.html(body)
