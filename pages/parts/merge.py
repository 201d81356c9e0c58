"""Sites that may be the same one, and the form in which a reviewer lets one stand for another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlencode

import streamlit as st

from data.site_edits import SiteView
from data.site_edits import merge as merge_sites
from geo.duplicates import Candidate
from geo.errors import AppError
from geo.registry import Registry
from i18n import Translator
from jobs.duplicates import finder, reason_words
from pages.parts import identity, load, notice
from pages.parts.notice import Done

ID = re.compile(r"[\w-]{1,64}", re.ASCII)
"""How ids of sites and proposals are written; what is written otherwise is none."""
MOST = 3
"""Candidates that are shown."""
OTHER = ""
STAYS = ("other", "this")
PAGE = "site"


def candidate_lines(found: Sequence[Candidate], registry: Registry, tr: Translator) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return each candidate's name, the path of its page, and what speaks for it in words."""
    return [
        (registry.label("site", one.site_id, tr.lang), f"/site?{urlencode({'id': one.site_id, 'lang': tr.lang})}", _why(one, tr)) for one in found
    ]


def read_id(text: str) -> str:
    """Return the id in what somebody pasted: the id itself, or the address of a site's page; empty where it is neither."""
    text = text.strip()
    found = parse_qs(text.partition("?")[2]).get("id", [""])[0] if "?" in text else text
    return found if ID.fullmatch(found) else ""


def show(view: SiteView, registry: Registry, tr: Translator) -> None:
    """Draw the form; what it did is told by the page at the next run.

    Parameters
    ----------
    view : the site whose page it is.
    registry : as the reviewer may see it.
    tr : words.
    """
    found = finder(registry).candidates(view.site_id, top=MOST) if view.site_id in registry.sites.index else []
    about = {one.site_id: " · ".join((registry.label("site", one.site_id, tr.lang), *_why(one, tr))) for one in found}
    own = f"merge_{view.site_id}"
    st.write(tr("site.merge_help"))
    options = [*about, OTHER]
    if st.selectbox(tr("site.merge_with"), options, format_func=lambda code: about.get(code, tr("site.merge_other")), key=f"{own}_with") == OTHER:
        st.text_input(tr("site.merge_id"), key=f"{own}_id", max_chars=300)
    st.radio(tr("site.merge_stays"), STAYS, format_func=lambda code: tr(f"site.merge_stays_{code}"), key=f"{own}_stays")
    loser, winner = _chosen(view.site_id)
    if {loser, winner} <= set(registry.sites.index):
        names = {"gone": registry.label("site", loser, tr.lang), "kept": registry.label("site", winner, tr.lang)}
        st.text(tr("site.merge_effect", **names))
    st.text_input(tr("site.reason"), key=f"{own}_reason", max_chars=500)
    st.button(tr("site.merge_do"), key=f"{own}_do", on_click=_merge, args=(view.site_id,))


def _chosen(site_id: str) -> tuple[str, str]:
    """Return which site leads to which, as the form says at this moment."""
    state, own = st.session_state, f"merge_{site_id}"
    other = state.get(f"{own}_with") or read_id(str(state.get(f"{own}_id") or ""))
    return (site_id, other) if state.get(f"{own}_stays") == STAYS[0] else (other, site_id)


def _merge(site_id: str) -> None:
    loser, winner = _chosen(site_id)
    try:
        merge_sites(load.store(), identity.scope(), loser, winner, reason=str(st.session_state.get(f"merge_{site_id}_reason") or ""))
    except AppError as error:
        notice.keep(PAGE, error)
    else:
        notice.keep(PAGE, Done("site.merged"))


def _why(one: Candidate, tr: Translator) -> tuple[str, ...]:
    distance = tr("duplicates.no_distance") if one.metres is None else tr("duplicates.metres", metres=tr.number(one.metres))
    return (distance, reason_words(one.reasons, tr))
