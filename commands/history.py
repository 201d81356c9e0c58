"""``cli.py history``, ``cli.py revert`` and ``cli.py merge``: what changed at a site, taking it back, and letting one stand for another."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from commands.common import Lang, printable, told, words
from commands.review import As, opened

Site = Annotated[str, typer.Argument(help="Id of the site, as in the first column of an export.")]
Why = Annotated[str, typer.Option(help="Why; kept in the history.")]


def history(
    site: Annotated[str, typer.Argument(help="Id of the site, as in the first column of an export; left out with --as-of.")] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help="Print the whole registry as it stood on this day (YYYY-MM-DD), one JSON object a line.")
    ] = "",
    login: As = "",
    lang: Lang = "",
) -> None:
    """Tell what changed at a site, when, through whom, why and from which source; or how the registry stood on a day."""
    from jobs.history import history_text, registry_as_of

    tr = words(lang)
    with told(tr):
        office = opened(login)
        if as_of:
            for found in registry_as_of(office.store, as_of):
                print(json.dumps(found, ensure_ascii=False, sort_keys=True))
        else:
            print(printable(history_text(office.store, office.registry(), site, tr, names=office.names(), scope=office.scope)))


def revert(
    site: Site,
    to: Annotated[int, typer.Option("--to", help="Number of the version, as `history` lists it.")],
    reason: Why,
    login: As = "",
    lang: Lang = "",
) -> None:
    """Write a site as it stood at an earlier version, as a new version; this undoes a merge too."""
    from data.site_edits import read_site
    from data.site_edits import revert as take_back

    tr = words(lang)
    with told(tr):
        office = opened(login)
        seen = read_site(office.store, office.scope, site).version
        take_back(office.store, office.scope, site, to_version=to, seen_version=seen, reason=reason)
        print(tr("site.reverted"))


def merge(
    loser: Annotated[str, typer.Argument(help="Id of the site that is no longer listed by itself; its address leads to the other one.")],
    winner: Annotated[str, typer.Argument(help="Id of the site that stays.")],
    reason: Why,
    login: As = "",
    lang: Lang = "",
) -> None:
    """Let one site stand for another that is the same; both keep their history, and `revert` undoes it."""
    from data.site_edits import merge as merge_sites

    tr = words(lang)
    with told(tr):
        office = opened(login)
        merge_sites(office.store, office.scope, loser, winner, reason=reason)
        print(tr("site.merged"))
