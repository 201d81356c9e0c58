"""Sources: where every figure and record comes from, under which terms, and what it does not mean."""

from __future__ import annotations

import streamlit as st

from i18n import Translator
from layers import cards
from pages.parts import load, shell

TITLE = "sources.menu"
SLUG = "sources"
ICON = ":material/menu_book:"


def render(tr: Translator) -> None:
    """Draw the page."""
    shell.write_address(tr, {})
    registry = load.registry()
    shell.language_switch(tr)
    st.title(tr("sources.title"), anchor=False)
    st.markdown(tr("sources.intro"))
    for key in ("boundaries", "two_countries", "blank", "protected"):
        st.markdown(f"- {tr(f'sources.note_{key}')}")
    st.html(cards.source_table(registry, tr))
    st.html(cards.indicator_table(registry, tr))


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
