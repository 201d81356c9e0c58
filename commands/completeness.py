"""``cli.py completeness``: how many there are in all, told from two lists of the same things."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.common import Lang, give, one_line, told, words, write_whole


def completeness(
    lists: Annotated[
        Path | None, typer.Option("--lists", help="CSV with the columns list (two names), id and, where there are any, area and service.")
    ] = None,
    first: Annotated[int | None, typer.Option("--first", min=0, help="Instead of a file: how many the first list has.")] = None,
    second: Annotated[int | None, typer.Option("--second", min=0, help="How many the second list has.")] = None,
    both: Annotated[int | None, typer.Option("--both", min=0, help="How many are on both.")] = None,
    level: Annotated[float, typer.Option("--level", help="Of the interval: 0.9 goes from 5 to 95 %.")] = 0.9,
    out: Annotated[str, typer.Option("--out", help="The file to write; - writes to standard output.")] = "-",
    lang: Lang = "",
) -> None:
    """Estimate by Chapman's capture and recapture how many there are in all, and how complete each list is; where lists share a source there are more."""
    from dataclasses import asdict

    from geo.errors import InputError
    from jobs.completeness import completeness as of_counts
    from jobs.completeness import completeness_of_lists

    with told(words(lang)):
        counts = [count for count in (first, second, both) if count is not None]
        if lists is not None and not counts:
            table, summary = completeness_of_lists(lists, level=level)
            give(out, table, summary)
            return
        if lists is not None or first is None or second is None or both is None:
            raise InputError("completeness.lists_or_counts")
        found = one_line(asdict(of_counts(first, second, both, level=level)) | {"level": level})
        if out != "-":
            write_whole(Path(out), f"{found}\n".encode())
        print(found)
