"""The pages' edge: what goes wrong is told in the reader's language, and what nobody foresaw is logged under a short id."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

import streamlit as st

from geo.errors import AppError
from i18n import Translator

LOG = logging.getLogger("jiwar")


def guarded(render: Callable[[Translator], None], tr: Translator) -> None:
    """Run a page; show an AppError as its words and its fix, anything else as an id that stands in the log too."""
    try:
        render(tr)
    except AppError as error:
        show(error, tr)
    except Exception:  # the outermost edge: the reader gets an id, the log gets the trace
        reference = secrets.token_hex(3)
        LOG.exception("unforeseen error %s", reference)
        st.error(tr("error.unforeseen", id=reference))


def show(error: AppError, tr: Translator) -> None:
    """Show an error and, where there is one, what to do about it."""
    words = tr(f"error.{error.code}", **error.params)
    fix = f"fix.{error.code}"
    st.error(f"{words} {tr(fix, **error.params)}" if tr.has(fix) else words)
