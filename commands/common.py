"""What all commands share: the language of the words, how an error is told, and how a file is written."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from geo.errors import BadCell
    from i18n import Translator

BAD_INPUT = 2
CELLS_TOLD = 20
"""Bad cells that are told one by one; more are counted."""
Lang = Annotated[str, typer.Option("--lang", help="Language of the words: ar, he or en. It is taken from the environment when it is not given.")]


def words(lang: str) -> Translator:
    """Return the words of ``lang``; of the environment's language, or English, where it is empty."""
    from i18n import LANGUAGES, translator

    wanted = lang or (os.environ.get("LC_ALL") or os.environ.get("LANG") or "en").split("_")[0].lower()
    return translator(wanted if wanted in LANGUAGES else "en")


def printable(text: str) -> str:
    """Return text without the signs that would move a terminal's cursor, name its window or ring its bell; lines and tabs stay."""
    return "".join("\ufffd" if unicodedata.category(sign) == "Cc" and sign not in "\n\t" else sign for sign in text)


@contextmanager
def told(tr: Translator) -> Iterator[None]:
    """Print an AppError in words, with what to do about it and the cells it lists, and leave with 2."""
    from geo.errors import AppError, SchemaError

    try:
        yield
    except AppError as error:
        fix = f"fix.{error.code}"
        print(printable(f"{tr(f'error.{error.code}', **error.params)} {tr(fix, **error.params) if tr.has(fix) else ''}".rstrip()), file=sys.stderr)
        if isinstance(error, SchemaError):
            for cell in error.cells[:CELLS_TOLD]:
                print(printable(f"  {_cell_words(cell, tr)}"), file=sys.stderr)
            if len(error.cells) > CELLS_TOLD:
                print(f"  {tr('access.more_cells', count=len(error.cells) - CELLS_TOLD)}", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from error


def day_of(text: str) -> dt.date:
    """Return the day that ``--date`` names, today where it is empty; InputError ``travel.bad_date`` where it is none."""
    import datetime as dt

    from data import clock
    from geo.errors import InputError

    try:
        return dt.date.fromisoformat(text) if text else clock.today()
    except ValueError as error:
        raise InputError("travel.bad_date", value=text[:40]) from error


def _cell_words(cell: BadCell, tr: Translator) -> str:
    file, what = cell.params.get("file", ""), tr(f"error.{cell.code}", **cell.params)
    if cell.column:
        return tr("access.cell", file=file, row=cell.row, column=cell.column, value=cell.value, what=what).strip()
    return tr("access.row", file=file, row=cell.row, what=what).strip()


def write_whole(path: Path, body: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    InputError : ``cli.cannot_write``: the folder or the disk does not allow it.
    """
    from geo.errors import InputError

    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(body)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # the folder itself may not be there
            part.unlink()
        raise InputError("cli.cannot_write", file=str(path), reason=error.strerror or "") from error


def give(out: str, table: pd.DataFrame, summary: dict[str, object]) -> None:
    """Write a table as CSV and print its summary as one line of JSON; where the table goes to standard output, the summary goes to standard error.

    Parameters
    ----------
    out : a file, or ``-`` for standard output.
    """
    from data.plain_tables import write_table

    if out == "-":
        print(write_table(table).decode(), end="")
        print(one_line(summary), file=sys.stderr)
        return
    write_whole(Path(out), write_table(table))
    print(one_line(summary | {"out": out}))


def one_line(found: dict[str, object]) -> str:
    """Return JSON on one line; numbers without end or value have no place in it."""
    return json.dumps(found, ensure_ascii=False, allow_nan=False)
