"""The shell around the pages: language, direction, navigation. Run by ``app.py`` for every session."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import streamlit as st
from streamlit.navigation.page import StreamlitPage

import pages
from i18n import Translator
from pages.parts import errors, load, shell

ICON = Path(__file__).parent / "pages" / "parts" / "icon.svg"


def main(start: str = "") -> None:
    """Draw the page that the address names.

    Parameters
    ----------
    start : short name of the page to begin with, for a page file that was run by itself.
    """
    st.set_page_config(page_title="Jiwar · جوار · ג׳יוואר", page_icon=str(ICON), layout="wide", initial_sidebar_state="collapsed")
    tr = shell.choose_language()
    training = load.settings().workspace == "training"
    shell.dress(tr, training=training)
    known = {page.SLUG: _page(page, tr) for page in pages.ALL}
    current = st.navigation(list(known.values()), position="top")
    first = known[pages.ALL[0].SLUG]
    page = known[start] if start in known and current is first else current
    page.run()


def _page(page: ModuleType, tr: Translator) -> StreamlitPage:
    def render() -> None:
        errors.guarded(page.render, tr)

    return st.Page(render, title=tr(page.TITLE), url_path=page.SLUG, icon=page.ICON, default=page is pages.ALL[0])


if __name__ == "__main__":
    main()
