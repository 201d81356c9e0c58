"""The fields of the form: widgets that keep what was typed over a change of step or language, and what is wrong at each field."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from geo.registry import Registry
from i18n import Translator
from pages.parts.draft import Draft

PREFIX = "contribute_w_"
"""Keys of the form's widgets."""
AREA_PARAMS = ("area", "other")


def forget() -> None:
    """Let go of what the widgets hold, before another form is drawn."""
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]


def text(name: str, label: str, value: str, *, most: int, hint: str = "", live: bool | str = False, placeholder: str = "") -> str:
    """Draw a line of text and return what it says.

    Parameters
    ----------
    hint : plain text under it.
    most : most signs.
    live : tell while somebody types, after such a pause.
    """
    key = PREFIX + name
    if key not in st.session_state:  # said once only: a value that is said again would undo what is being typed
        st.session_state[key] = value
    found = st.text_input(label, key=key, max_chars=most, live=live, placeholder=placeholder)
    if hint:
        st.caption(hint)
    return str(found or "")


def choose(
    name: str, label: str, options: Sequence[str], value: str, words: Callable[[str], str], *, placeholder: str = "", disabled: bool = False
) -> str:
    """Draw a choice of one and return its code; empty where nothing is chosen."""
    key = PREFIX + name
    held = st.session_state.get(key, value)
    st.session_state[key] = held if held in options else None  # said again, so that the browser shows it in the present language
    found = st.selectbox(label, options, key=key, format_func=words, placeholder=placeholder or None, disabled=disabled)
    return str(found or "")


def choose_many(name: str, label: str, options: Sequence[str], value: Sequence[str], words: Callable[[str], str], placeholder: str) -> list[str]:
    """Draw a choice of several and return their codes in order."""
    key = PREFIX + name
    st.session_state[key] = [code for code in st.session_state.get(key, value) if code in options]
    return sorted(st.multiselect(label, options, key=key, format_func=words, placeholder=placeholder, select_all=False))


def number(name: str, label: str, value: float | None) -> float | None:
    """Draw a number from 0 up that may stay empty, and return it."""
    key = PREFIX + name
    if key not in st.session_state:
        st.session_state[key] = None if value is None else float(value)
    found = st.number_input(label, min_value=0.0, max_value=1_000_000.0, step=1.0, format="%.10g", key=key, value=None)
    return None if found is None else float(found)


def fault(registry: Registry, draft: Draft, name: str, tr: Translator) -> None:
    """Draw what was wrong with a field at the last try, and what to do about it."""
    found = draft.faults.get(name)
    if found is None:
        return
    params = {key: registry.label("area", str(value), tr.lang) if key in AREA_PARAMS and value else value for key, value in found.params.items()}
    words = [tr(f"{part}.{found.code}", **params) for part in ("error", "fix") if tr.has(f"{part}.{found.code}")]
    with st.container(key=f"contribute_fault_{name}"):
        st.error(" ".join(_plain(one) for one in words))


def _plain(words: str) -> str:
    """Return text as Markdown that shows nothing but the text."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-.!|~$:^=&" else sign for sign in words)
