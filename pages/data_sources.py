"""Sources: where every figure and record comes from, under which terms, and what it does not mean."""

from __future__ import annotations

import streamlit as st

from geo.model import Scope
from i18n import Translator
from layers import cards
from pages.parts import identity, load, shell

TITLE = "sources.menu"
SLUG = "sources"
ICON = ":material/menu_book:"
DISCLAIMERS = ("boundaries", "jerusalem", "golan", "gaza_counts", "settlements", "inferred")
"""What the packs warn of, keys ``packs.disclaimer.*``."""


def shown(_scope: Scope) -> bool:
    """Everybody finds it in the menu."""
    return True


def render(tr: Translator) -> None:
    """Draw the page."""
    shell.write_address(tr, {})
    registry = load.registry(identity.scope())
    shell.language_switch(tr)
    st.title(tr("sources.title"), anchor=False)
    st.markdown(tr("sources.intro"))
    notes = [tr(f"packs.disclaimer.{key}") for key in DISCLAIMERS] + [tr(f"sources.note_{key}") for key in ("blank", "protected")]
    st.markdown("\n".join(f"- {note}" for note in notes))
    st.html(cards.source_table(registry, tr))
    st.html(cards.indicator_table(registry, tr))


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
