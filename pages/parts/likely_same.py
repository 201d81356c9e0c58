"""Sites that may be the one that somebody is writing about: shown while they write, and never in their way."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.duplicates import Candidate
from geo.model import Scope
from geo.registry import Registry
from i18n import Translator
from jobs.duplicates import finder, reason_words
from layers.entries import likely_same
from pages.parts.draft import Draft

AT_LEAST = 45
"""Lowest score that is worth showing: below it are places that share a common word."""
TOP = 3


def show(registry: Registry, draft: Draft, scope: Scope, tr: Translator) -> None:
    """Draw up to three sites that may be the same one; nothing where there are none."""
    found = candidates(registry, draft)
    if found:
        st.html(likely_same(registry, [(one, reason_words(one.reasons, tr)) for one in found], scope, tr))


def candidates(registry: Registry, draft: Draft) -> list[Candidate]:
    """Return the likeliest sites for the answers so far, without the one that is being corrected; none before it has a name."""
    answers = draft.answers
    if not any(answers["names"].values()):
        return []
    place: dict[str, Any] = answers["place"] or {}
    row = {"names": {lang: text for lang, text in answers["names"].items() if text}, "kind": answers["kind"], "phone": answers["phone"],
           **{name: place.get(name) for name in ("area_id", "locality_id", "lon", "lat", "position_kind")}}  # fmt: skip
    if draft.organisation_id in registry.names["organisation"].index:
        row["organisation"] = registry.names["organisation"].loc[draft.organisation_id].dropna().to_dict()
    found = finder(registry).candidates(row, top=TOP + 1, at_least=AT_LEAST)
    return [one for one in found if one.site_id != draft.site_id][:TOP]
