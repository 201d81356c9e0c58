"""What all commands share: the language of the words, and how an error is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from i18n import Translator

BAD_INPUT = 2
Lang = Annotated[str, typer.Option("--lang", help="Language of the words: ar, he or en. It is taken from the environment when it is not given.")]


def words(lang: str) -> Translator:
    """Return the words of ``lang``; of the environment's language, or English, where it is empty."""
    from i18n import LANGUAGES, translator

    wanted = lang or (os.environ.get("LC_ALL") or os.environ.get("LANG") or "en").split("_")[0].lower()
    return translator(wanted if wanted in LANGUAGES else "en")


@contextmanager
def told(tr: Translator) -> Iterator[None]:
    """Print an AppError in words, with what to do about it, and leave with 2."""
    from geo.errors import AppError

    try:
        yield
    except AppError as error:
        fix = f"fix.{error.code}"
        print(tr(f"error.{error.code}", **error.params), tr(fix, **error.params) if tr.has(fix) else "", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from error
