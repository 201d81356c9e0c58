"""The shell around the pages: language, direction, navigation. Run by ``app.py`` for every session."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import streamlit as st
from streamlit.navigation.page import StreamlitPage

import pages
from geo.model import Scope
from i18n import Translator
from pages.parts import errors, identity, load, shell

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
    first = start or pages.ALL[0].SLUG
    scope = identity.scope()
    st.navigation([_page(page, tr, scope, default=first == page.SLUG) for page in pages.ALL], position="top").run()


def _page(page: ModuleType, tr: Translator, scope: Scope, *, default: bool) -> StreamlitPage:
    def render() -> None:
        errors.guarded(page.render, tr)

    listed = default or page.shown(scope)
    waiting = page.waiting(scope) if hasattr(page, "waiting") else 0
    title = tr("app.menu_waiting", title=tr(page.TITLE), n=waiting) if waiting else tr(page.TITLE)
    return st.Page(render, title=title, url_path=page.SLUG, icon=page.ICON, default=default, visibility="visible" if listed else "hidden")


if __name__ == "__main__":
    main()
