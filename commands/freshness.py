"""``cli.py freshness``: how much of the registry was checked lately, governorate by governorate."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.common import Lang, printable, told, words


def freshness(
    governorate: Annotated[
        list[str] | None, typer.Option(help="Only this governorate, by its code, e.g. PS0150. May be given more than once.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line instead of the table.")] = False,
    lang: Lang = "",
) -> None:
    """List for each governorate its sites, the share checked within 12 months, and how many were checked long ago or never."""
    from data.snapshot import read_registry
    from geo.errors import InputError
    from jobs.freshness import freshness_table, freshness_text
    from jobs.opening import open_store
    from settings import Settings

    tr = words(lang)
    with told(tr):
        registry = read_registry(open_store(Settings.from_env()))
        for code in governorate or ():
            if code not in registry.governorates.index:
                raise InputError("cli.unknown_code", option="governorate", value=code)
        table = freshness_table(registry, governorate or ())
        if as_json:
            print(table.reset_index().to_json(orient="records", lines=True, force_ascii=False), end="")
        else:
            print(printable(freshness_text(registry, table, tr)))
