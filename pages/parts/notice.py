"""What the last button did, told for a while: a run that nobody asked for, such as a map's own, must not wipe it away unread."""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from geo.errors import AppError

SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the key of the words, and the site that it was done to; empty where none is to be looked at."""

    words: str
    site_id: str = ""


def keep(page: str, said: Done | AppError) -> None:
    """Keep what the last button of a page did in place of what the one before it did."""
    st.session_state[f"{page}_notice"] = (time.monotonic(), said)


def current(page: str) -> Done | AppError | None:
    """Return what the last button of a page did, if that was just now."""
    at, said = st.session_state.get(f"{page}_notice", (0.0, None))
    return said if said is not None and time.monotonic() - at < SECONDS else None
