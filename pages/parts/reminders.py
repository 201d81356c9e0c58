"""What a reader should check again: the own sites whose last check is long ago, or never was, each with a way to confirm it."""

from __future__ import annotations

import streamlit as st

from geo.checks import Due, due_for_check
from geo.memo import kept_with_registry
from geo.model import Scope
from geo.registry import Registry
from i18n import Translator
from layers.freshness import due_list

LISTED = 10


def show(registry: Registry, scope: Scope, tr: Translator) -> None:
    """Draw the list of what is due for a check; nothing where nothing is, and nothing for the public.

    Parameters
    ----------
    registry : the registry as ``scope`` may see it.
    scope : whose sites: a partner's organisation, a planner's governorates, all of them for the ministry.
    tr : words.
    """
    words = due_list(registry, _due(registry, scope), tr, most=LISTED)
    if words:
        st.html(words)


@kept_with_registry
def _due(registry: Registry, scope: Scope) -> list[Due]:
    return due_for_check(registry, scope, registry.today)
