"""Profile: all that is known of a governorate on one page, and up to four of them side by side."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from data.packs import basemap
from geo.memo import kept_with_registry
from geo.model import Scope
from geo.profile import Profile
from geo.registry import Registry
from i18n import Translator
from layers import markup
from layers.brief_map import brief_map
from layers.profile_map import picture
from pages.parts import load, profile_controls, profile_show, profile_work, shell

TITLE = "profile.menu"
SLUG = "profile"
ICON = ":material/article:"


def shown(_scope: Scope) -> bool:
    """Everybody finds it in the menu."""
    return True


def render(tr: Translator) -> None:
    """Draw the page, made from the public's registry, whoever reads it (docs/decisions/0033)."""
    registry = load.registry()
    profile_controls.read_address(registry)
    shell.language_switch(tr)
    st.title(tr("profile.title"), anchor=False)
    answer = st.empty()
    asked = profile_controls.show(registry, tr)
    shell.write_address(tr, asked.to_query())
    if profile_work.inputs(registry, asked.country, tr) is None:
        return
    profiles = [profile_work.profile(registry, asked.country, area_id, tr) for area_id in (asked.area, *asked.beside)]
    own = profiles[0]
    answer.html(profile_show.answer(own, tr))
    if len(profiles) > 1:
        profile_show.beside(registry, profiles, tr)
        st.header(own.name, anchor=False)
    left, right = st.columns([1.1, 1])
    with left:
        for key in ("people", "gaps"):
            profile_show.section(registry, own, key, tr)
    with right:
        st.html(_map(registry, own.area_id, tr))
        profile_show.section(registry, own, "need", tr)
    profile_show.section(registry, own, "access", tr)
    _pair(registry, own, ("sites", "quality"), tr)
    profile_show.section(registry, own, "work", tr)
    _pair(registry, own, ("change", "decisions"), tr)
    profile_show.folded(registry, own, tr)
    _briefs(own, tr)


def _pair(registry: Registry, own: Profile, keys: tuple[str, str], tr: Translator) -> None:
    """Draw two sections beside each other."""
    for place, key in zip(st.columns(2), keys, strict=True):
        with place:
            profile_show.section(registry, own, key, tr)


@kept_with_registry
def _map(registry: Registry, area_id: str, tr: Translator) -> str:
    """Return the governorate with its places and sites, and where it lies: the map of its brief."""
    name = registry.label("area", area_id, tr.lang)
    svg = brief_map(registry, area_id, tr, _land())
    source = str(registry.sources["title"].get(registry.governorates["source_id"][area_id], ""))
    return picture(svg, tr("profile.map", place=name), tr("profile.map", place=name), below=tr("profile.map_note", source=source))


@cache
def _land() -> dict[str, Any]:
    return basemap()


def _briefs(profile: Profile, tr: Translator) -> None:
    """Draw the links to the briefs, which have the same figures."""
    st.html(markup.downloads(tr("profile.briefs", place=profile.name), profile_show.brief_links(profile, tr)))


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
