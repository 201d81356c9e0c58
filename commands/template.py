"""``cli.py template``: the form in which a partner corrects and adds many sites."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.common import Lang, told, words, write_whole


def template(
    organisation: Annotated[str, typer.Option(help="Whose sites stand in the form: id of the organisation, as in an export.")],
    out: Annotated[Path, typer.Option("--out", help="The workbook to write (XLSX).")],
    lang: Lang = "",
) -> None:
    """Write the workbook in which a partner corrects and adds many sites; it comes back on the Contribute page."""
    from data.own_sites import own_sites
    from data.snapshot import read_registry
    from jobs.bulk import make_template
    from jobs.opening import open_store
    from settings import Settings

    tr = words(lang)
    with told(tr):
        store = open_store(Settings.from_env())
        write_whole(out, make_template(store, read_registry(store), organisation, tr))
        print(tr("bulk.written", sites=tr.number(len(own_sites(store, organisation))), file=str(out)))
