"""One site: what is known of it, where that comes from, what changed when and why; for reviewers, taking it back and merging it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from data.history import timeline as timeline_of
from data.site_edits import SiteView, exact_place, read_site
from geo.errors import AppError, InputError
from geo.model import Scope
from geo.permissions import may
from geo.registry import FALLBACK, Registry
from i18n import Translator
from jobs.record_words import field_name, value_lines
from layers import revision_markup
from layers.freshness import last_check
from layers.markup import safe
from layers.revision_markup import Fact
from layers.site_card import site_card
from pages.parts import errors, identity, load, merge, notice, shell, small_map, timeline

TITLE = "site.menu"
SLUG = "site"
ICON = ":material/home_pin:"
_BESIDES_THE_CARD = ("capacities", "accessibility", "sensitivity")
"""Fields that a card on the map has no room for."""


def shown(_scope: Scope) -> bool:
    """Say that the menu never lists the page: it is reached from a site."""
    return False


def render(tr: Translator) -> None:
    """Draw the page of the site that the address names."""
    scope = identity.scope()
    asked = str(st.query_params.get("id") or "")
    site_id = asked if merge.ID.fullmatch(asked) else ""
    own = st.query_params.get("own") == "1"
    shell.write_address(tr, {"id": [site_id] if site_id else [], "own": ["1"] if own else []})
    shell.language_switch(tr)
    view, led = _find(scope, site_id, own=own)
    if view is None:
        st.title(tr("site.menu"), anchor=False)
        st.info(tr("site.unknown"))
        return
    registry = load.registry(scope)
    st.html(f"<h1><bdi>{safe(_name(view, tr))}</bdi></h1>")
    _tell_what_was_done(tr)
    if led:
        words, link = tr("site.led_here"), f"/{SLUG}?{urlencode({'id': site_id, 'own': 1, 'lang': tr.lang})}"
        st.html(f"<p class='jw-note'>{safe(words)} <a href='{safe(link)}' target='_self'>{safe(tr('site.own_history'))}</a></p>")
    elif view.merged_into:
        st.info(tr("site.merged_note"))
    _details(view, registry, tr)
    if view.may_open:
        _exact(view, registry, tr)
    _history(view, scope, registry, tr)


def _find(scope: Scope, site_id: str, *, own: bool) -> tuple[SiteView | None, bool]:
    """Return the site that an id leads to, and whether it is another one; None alike for one that is not there and one not to be known of."""
    try:
        view = read_site(load.store(), scope, site_id)
        if view.merged_into and not own:
            return read_site(load.store(), scope, view.merged_into), True
    except InputError:
        return None, False
    return view, False


def _name(view: SiteView, tr: Translator) -> str:
    names: dict[str, str] = view.record["names"] or {}
    return next((names[lang] for lang in FALLBACK[tr.lang] if names.get(lang)), view.site_id)


def _tell_what_was_done(tr: Translator) -> None:
    """Show what came of the last button."""
    said = notice.current(merge.PAGE)
    if isinstance(said, AppError):
        if said.code == "history.no_site":
            st.error(tr("site.unknown"))
        else:
            errors.show(said, tr)
    elif said is not None:
        st.success(tr(said.words))


def _details(view: SiteView, registry: Registry, tr: Translator) -> None:
    """Draw what everybody may know of the site, and its mark where it has one."""
    rows = []
    if view.site_id in registry.sites.index:
        card = site_card(registry, view.site_id, tr)
        rows = [Fact(row["label"], (row["value"],), row.get("href", ""), bool(row.get("ltr"))) for row in card["rows"]]
        rows.insert(0, Fact(tr("site.last_check"), (last_check(registry, view.site_id, tr),)))
        if view.locked:
            rows.append(Fact(tr("site.list"), (tr("review.locked_note"),)))
        facts, beside = st.columns([3, 2])
        with beside:
            rough = str(registry.sites.at[view.site_id, "position_kind"]) != "exact"
            small_map.show(registry, small_map.public_spot(registry, view.site_id, tr("site.here")), tr, key="site_map", rough=rough)
            if card["note"]:
                st.caption(card["note"])
    else:
        facts = st.container()
    rows += [Fact(field_name(name, tr), value_lines(name, view.record[name], registry, tr)) for name in _BESIDES_THE_CARD if view.record[name]]
    with facts:
        st.html(revision_markup.facts(tr("site.details"), rows))


def _exact(view: SiteView, registry: Registry, tr: Translator) -> None:
    """Draw the form that opens what is kept of the site: once, for this reader, and logged."""
    with st.expander(tr("site.exact")), st.form("exact", clear_on_submit=True, border=False):
        st.write(tr("site.exact_help"))
        purpose = st.text_input(tr("site.exact_purpose"), max_chars=200)
        if st.form_submit_button(tr("site.exact_open")):
            if not purpose.strip():
                st.error(tr("error.review.reason_missing"))
                return
            found: dict[str, Any] = exact_place(load.store(), identity.scope(), view.site_id, purpose=purpose.strip())
            st.warning(tr("site.exact_logged"))
            rows = [Fact(field_name(name, tr), value_lines(name, value, registry, tr)) for name, value in found.items()]
            st.html(revision_markup.facts(tr("site.exact"), rows))


def _history(view: SiteView, scope: Scope, registry: Registry, tr: Translator) -> None:
    """Draw what changed, and for reviewers what they can do about it."""
    events = timeline_of(load.store(), view.site_id, scope)
    with st.expander(tr("site.as_it_stood")):
        timeline.as_it_stood(events, registry, tr)
    if scope.user_id and may(scope, "review", area_id=view.area_id, country=view.country):
        with st.expander(tr("site.revert")):
            timeline.take_back(events, view, registry, tr)
        if not view.merged_into:
            with st.expander(tr("site.merge")):
                merge.show(view, registry, tr)
    st.subheader(tr("site.timeline"), anchor=False)
    timeline.show(events, scope, registry, tr)


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
