"""A snapshot opened, two compared, and the form that keeps a new one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import pandas as pd
import streamlit as st

from data.kept import LONGEST_NAME, Kept
from geo.errors import AppError
from geo.memo import kept_with_registry
from geo.model import Scope
from geo.permissions import may
from geo.profile import Profile
from geo.registry import Registry
from i18n import Translator
from jobs.briefs_kept import kept_profile
from jobs.profile import shown_figures
from jobs.profile_past import Snapshot
from jobs.profile_words import day_text
from jobs.snapshots import differences, differences_of, keep_snapshot
from layers import markup, profile_markup
from layers.gaps_markup import plain_table
from layers.profile_map import difference_legend, difference_svg, picture
from layers.profile_text import number_text, value_text
from pages.parts import notice, profile_work
from pages.parts.profile_show import FOLDED, brief_links, titles_of


@dataclass(frozen=True, eq=False)
class Labels:
    """Words for the keys of figures; a key that has none now stands for itself. Made once, so that what is drawn with it is remembered."""

    words: Mapping[str, str]

    def __call__(self, key: str) -> str:
        """Return the words."""
        return self.words.get(key, key)


@kept_with_registry
def listed(registry: Registry, found: tuple[Kept, ...], tr: Translator) -> str:
    """Return the list of snapshots, every version, the newest first."""
    heads = [tr(f"profile.column.{name}") for name in ("name", "version", "place", "day")]
    rows = [[kept.name, tr.number(kept.version), registry.label("area", kept.area_id, tr.lang), tr.date(kept.created_at.date())] for kept in found]
    return plain_table(tr("snapshots.list"), heads, rows)


def labels(registry: Registry, country: str, area_id: str, tr: Translator) -> Labels:
    """Return the words for the figures of a country as its profiles have them now."""
    return _labels(registry, _Made(profile_work.profile(registry, country, area_id, tr)))


@dataclass(frozen=True, eq=False)
class _Made:
    profile: Profile

    def __hash__(self) -> int:
        return id(self.profile)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Made) and other.profile is self.profile


@kept_with_registry
def _labels(_registry: Registry, made: _Made) -> Labels:
    return Labels({figure.key: figure.label for section in made.profile.sections for figure in section.figures})


@kept_with_registry
def opened(registry: Registry, found: Snapshot, area_id: str, tr: Translator) -> str:
    """Return the profile of a governorate as the snapshot has it, read only, with links to its briefs."""
    titles = titles_of(registry)
    said = tr(
        "snapshots.as_of", day=day_text(found.day, tr), edition=f"\u2066{found.kept.edition}\u2069", sha=f"\u2066{found.kept.sha256[:12]}\u2069"
    )
    out = profile_markup.notes([said, tr("snapshots.read_only")])
    try:
        profile = kept_profile(registry, found, area_id, tr)
    except AppError as error:
        return out + profile_markup.notes([tr(f"error.{error.code}", **error.params)])
    out += markup.downloads(tr("profile.briefs", place=profile.name), brief_links(profile, tr, snapshot=found.kept.record_id))
    for section in profile.sections:
        figures = shown_figures(section)
        out += profile_markup.over(section.label) + (profile_markup.facts(figures, titles, tr) if figures else "")
        out += "".join(profile_markup.table(table, titles, tr) for table in section.tables if table.key not in FOLDED)
    return out


@dataclass(frozen=True, eq=False)
class Compared:
    """Two tables of figures with their names and what differs; made once, so that what is drawn of it is remembered.

    Parameters
    ----------
    snapshot : that was opened.
    after : the later figures.
    table : from ``jobs.snapshots.differences`` of both.
    names : of both.
    """

    snapshot: Snapshot
    after: pd.DataFrame
    table: pd.DataFrame
    names: tuple[str, str]

    @classmethod
    def of(cls, snapshot: Snapshot, after: pd.DataFrame, name: str) -> Compared:
        """Compare; InputError ``snapshots.no_shared``."""
        return cls(snapshot, after, differences(snapshot.figures, after), (snapshot.kept.name, name))

    @cached_property
    def areas(self) -> list[str]:
        """Governorates that the snapshot holds, in its order."""
        return list(dict.fromkeys(self.snapshot.figures["area_id"]))

    @cached_property
    def figures(self) -> list[str]:
        """Figures that are known now, those that differ first."""
        changed = set(self.table["figure"])
        return sorted(dict.fromkeys(self.after.loc[self.after["value"].notna(), "figure"]), key=lambda key: key not in changed)


def compared(registry: Registry, found: Compared, figure: str, area_id: str, words: Labels, tr: Translator) -> None:
    """Draw the difference of one figure as a map and a table, and all figures of one governorate that differ.

    Parameters
    ----------
    registry : has the shapes.
    found : what is compared.
    figure : key of the one on the map.
    area_id : the governorate.
    words : labels.
    tr : words.
    """
    drawn, by_area = _one_figure(registry, found, figure, words(figure), tr)
    left, right = st.columns([1, 1.4])
    with left:
        st.html(drawn)
    with right:
        st.html(by_area)
    if len(found.table):
        st.html(_all(registry, found, area_id, words, tr))


@kept_with_registry
def answer(_registry: Registry, found: Compared, tr: Translator) -> str:
    """Return the answer in one line: how much is not as it was."""
    said = tr.plural("snapshots.differences", len(found.table)) if len(found.table) else tr("snapshots.nothing")
    return profile_markup.answer(found.snapshot.kept.name, said)


@kept_with_registry
def _one_figure(registry: Registry, found: Compared, figure: str, label: str, tr: Translator) -> tuple[str, str]:
    """Return the map of the difference of a figure, and the table of its values."""
    before, after, names = found.snapshot.figures, found.after, found.names
    unit = str(after.loc[after["figure"] == figure, "unit"].iloc[0])
    values = {str(code): float(value) for code, value in differences_of(found.table, before, after, figure).items()}
    svg = difference_svg(registry.governorates.geometry.reindex(list(values)), values, label, tr)
    sides = before[before["figure"] == figure], after[after["figure"] == figure]
    below = " ".join([tr("snapshots.map_note", before=names[0], after=names[1]), *map(partial(_worth, tr), names, sides)])
    old, new = (dict(zip(one["area_id"], one["value"], strict=True)) for one in sides)
    rows = [
        [registry.label("area", code, tr.lang), _text(old.get(code), unit, tr), _text(new.get(code), unit, tr), _signed(values[code], unit, tr)]
        for code in values
    ]
    heads = [tr("gaps.area"), *names, tr("snapshots.difference")]
    drawn = picture(svg, tr("snapshots.map", figure=label), label, difference_legend(values, unit, tr), below)
    cited = " ".join(str(codes) for one in sides for codes in one["sources"].dropna()).split()
    return drawn + profile_markup.sources(cited, titles_of(registry), tr), plain_table(label, heads, rows)


def _worth(tr: Translator, name: str, rows: pd.DataFrame) -> str:
    """Say from when the values of one side are, and what they are worth."""
    known = rows[rows["value"].notna()]
    years = sorted({int(year) for year in known["year"].dropna()})
    span = [f"\u2066{years[0]}-{years[-1]}\u2069" if len(years) > 1 else str(years[0])] if years else []
    worth = " · ".join([*span, *(tr(f"need.status.{code}") for code in dict.fromkeys(known["status"].dropna()) if code)])
    return tr("snapshots.map_worth", name=name, worth=worth or tr("profile.not_known"))


@kept_with_registry
def _all(registry: Registry, found: Compared, area_id: str, words: Labels, tr: Translator) -> str:
    """Return all figures of a governorate that differ."""
    table, place = found.table[found.table["area_id"] == area_id], registry.label("area", area_id, tr.lang)
    if table.empty:
        return profile_markup.notes([tr("snapshots.none_here", place=place)])
    rows = [
        [
            words(str(row["figure"])),
            *(_text(row[name], str(row["unit"]), tr) for name in ("before", "after")), _signed(float(row["difference"]), str(row["unit"]), tr),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    return plain_table(tr("snapshots.all", place=place), [tr("profile.column.figure"), *found.names, tr("snapshots.difference")], rows)


def _text(value: float | None, unit: str, tr: Translator) -> str:
    return value_text(None if value is None or math.isnan(value) else value, unit, tr)


def _signed(value: float, unit: str, tr: Translator) -> str:
    """Write a difference with its sign before it, in every language."""
    if math.isnan(value):
        return tr("profile.not_known")
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"\u2066{sign}{number_text(abs(value), unit, tr)}\u2069"


def keep(registry: Registry, country: str, scope: Scope, tr: Translator) -> None:
    """Draw the form that keeps the present figures, for whoever may plan in the country or in governorates of it."""
    here = registry.governorates
    places = [country, *here.index[here["country"] == country]]
    mine = [place for place in places if may(scope, "plan", area_id=str(place), country=country)]
    if not mine:
        st.html(profile_markup.notes([tr("snapshots.who_keeps")]))
        return
    with st.form("snapshots_keep", border=True):
        st.text_input(tr("snapshots.name"), key="snapshots_name", max_chars=LONGEST_NAME, placeholder=tr("snapshots.name_hint"))
        st.selectbox(tr("snapshots.place"), mine, key="snapshots_place", format_func=lambda code: registry.label("area", code, tr.lang))
        asked = st.form_submit_button(tr("snapshots.keep"))
    st.html(profile_markup.notes([tr("snapshots.public_note")]))
    if asked:
        _keep(registry, country, scope, tr)
        st.rerun()


def _keep(registry: Registry, country: str, scope: Scope, tr: Translator) -> None:
    """Keep what was asked for, with a progress bar: three languages of a country take seconds."""
    place, bar = str(st.session_state["snapshots_place"]), st.progress(0.0, tr("snapshots.keeping"))

    def told(share: float) -> None:
        bar.progress(share, tr("snapshots.keeping"))

    try:
        keep_snapshot(
            profile_work.records(), scope, registry, profile_work.ready(registry, country), str(st.session_state["snapshots_name"]),
            "" if place == country else place, told,
        )  # fmt: skip
    except AppError as error:
        notice.keep("snapshots", error)
        return
    notice.keep("snapshots", notice.Done("snapshots.kept"))
