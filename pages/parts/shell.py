"""What surrounds every page: language, direction, fonts and colours, the training mark and the language switch."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from i18n import LANGUAGES, NATIVE_NAMES, Translator, from_browser, translator
from layers import markup
from pages.parts import identity

LANGUAGE_KEY = "language"
_ONE_STEP = """
if (!window.jiwarHistory) {
  window.jiwarHistory = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const next = new URL(url ?? "", location.href);
    const bare = next.pathname === location.pathname && !new URLSearchParams(location.search).has("lang");
    return bare ? history.replaceState(state, title, url) : push(state, title, url);
  };
}
"""
"""A first visit's bare address is completed, not followed by another: Back must lead out of the page."""


def choose_language() -> Translator:
    """Return the words of the language in the URL; without one, of the last choice or of the browser."""
    wanted = st.query_params.get("lang")
    if wanted in LANGUAGES and wanted != st.session_state.get("language_in_url"):
        st.session_state[LANGUAGE_KEY] = wanted
    elif LANGUAGE_KEY not in st.session_state:
        st.session_state[LANGUAGE_KEY] = from_browser(st.context.locale)
    st.session_state["language_in_url"] = wanted
    return translator(str(st.session_state[LANGUAGE_KEY]))


def write_address(tr: Translator, values: Mapping[str, Sequence[str]]) -> None:
    """Put the language and a page's own values into the address, all at once: one step for the browser's Back."""
    wanted = {"lang": [tr.lang], **{key: list(value) for key, value in values.items() if value}}
    if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
        st.query_params.from_dict(wanted)
    st.session_state["language_in_url"] = tr.lang


def language_switch(tr: Translator) -> None:
    """Show the languages at the end of the top bar, each in its own name, and who is signed in."""
    with st.container(key="language_switch"):
        st.segmented_control(
            tr("app.language"), LANGUAGES, format_func=lambda lang: NATIVE_NAMES[lang], key=LANGUAGE_KEY, required=True,
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        identity.show(tr)


@functools.cache
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def dress(tr: Translator, *, training: bool) -> None:
    """Turn the page to the language's direction and put on the style; mark a training page across."""
    more = f":root {{ --jw-more: '{tr('app.menu_more')}'; }}"  # the style's word for the pages that found no room in the menu
    st.html(f"<style>{_style()}{more}</style>")
    script = f"document.documentElement.lang='{tr.lang}';document.documentElement.dir='{tr.direction}';{_ONE_STEP}"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
    if training:
        st.html(markup.watermark(tr("app.training")))
        st.warning(tr("app.training_note"))
