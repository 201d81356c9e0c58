"""``cli.py moran``: whether units near each other are alike, and where clusters are that are no chance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.common import Lang, give, told, words


def moran(
    values: Annotated[
        Path,
        typer.Option("--values", help="CSV with the columns unit, value and, to set it against what is around, other; an empty value is unknown."),
    ],
    neighbours: Annotated[
        Path, typer.Option("--neighbours", help="CSV with the columns unit, neighbour and, if wanted, weight; a row holds one way.")
    ],
    out: Annotated[str, typer.Option("--out", help="The file to write; - writes to standard output.")] = "-",
    permutations: Annotated[int, typer.Option(min=99, max=99_999, help="How often values are dealt out again to tell what is chance.")] = 999,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same result.")] = 1,
    false_share: Annotated[float, typer.Option("--false-share", min=0, max=1, help="Share of the clusters that may be chance.")] = 0.05,
    lang: Lang = "",
) -> None:
    """Write Moran's I of each unit with its chance and kind of cluster, from 30 units on; Moran's I of all is in the account, one line of JSON.

    With a column other it is bivariate: the unit's value beside what its neighbours have of the other, such as need here and minutes around.
    """
    from jobs.clusters import ClustersAsked, clusters_table

    with told(words(lang)):
        table, summary = clusters_table(ClustersAsked(values, neighbours, permutations, seed, false_share))
        give(out, table, summary)
