"""What surrounds every page: language, direction, fonts and colours, the training mark and the language switch."""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st

from i18n import LANGUAGES, NATIVE_NAMES, Translator, from_browser, translator
from layers import markup

LANGUAGE_KEY = "language"


def choose_language() -> Translator:
    """Return the words of the language in the URL; without one, of the last choice or of the browser."""
    wanted = st.query_params.get("lang")
    if wanted in LANGUAGES and wanted != st.session_state.get("language_in_url"):
        st.session_state[LANGUAGE_KEY] = wanted
    elif LANGUAGE_KEY not in st.session_state:
        st.session_state[LANGUAGE_KEY] = from_browser(st.context.locale)
    language = str(st.session_state[LANGUAGE_KEY])
    if st.query_params.get("lang") != language:
        st.query_params["lang"] = language
    st.session_state["language_in_url"] = language
    return translator(language)


def language_switch(tr: Translator) -> None:
    """Show the languages at the end of the top bar, each in its own name."""
    with st.container(key="language_switch"):
        st.segmented_control(
            tr("app.language"), LANGUAGES, format_func=lambda lang: NATIVE_NAMES[lang], key=LANGUAGE_KEY, required=True,
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip


@functools.cache
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def dress(tr: Translator, *, training: bool) -> None:
    """Turn the page to the language's direction and put on the style; mark a training page across."""
    st.html(f"<style>{_style()}</style>")
    script = f"document.documentElement.lang='{tr.lang}';document.documentElement.dir='{tr.direction}';"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
    if training:
        st.html(markup.watermark(tr("app.training")))
        st.warning(tr("app.training_note"))
