"""``cli.py index``: a composite index of need with the doubt of its ranks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from commands.common import Lang, give, told, words

index = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@index.command(name="index")
def index_command(
    values: Annotated[
        Path | None, typer.Option("--values", help="CSV with the columns unit, indicator and value; what is not there is unknown.")
    ] = None,
    tree: Annotated[
        Path | None,
        typer.Option("--tree", help="CSV with the columns id, parent, kind (indicator or aggregate), direction (1 or -1) and weight, and if wanted "
                                    "goalpost_min, goalpost_max and denominator."),
    ] = None,
    missing: Annotated[
        Literal["mean", "drop", "keep"] | None,
        typer.Option(help="What becomes of missing values: put in the mean of the group, leave the unit out, or keep the gap. It must be chosen."),
    ] = None,
    out: Annotated[str, typer.Option("--out", help="The file to write; - writes to standard output, as does leaving it out.")] = "-",
    saved: Annotated[
        int | None, typer.Option("--saved", help="Number of a ranking that was kept: it is made again from what was kept with it, and must come out the same.")
    ] = None,
    groups: Annotated[Path | None, typer.Option("--groups", help="CSV with the columns unit and group, for --missing mean.")] = None,
    min_available: Annotated[float, typer.Option(min=0, max=1, help="Share of the indicators that a unit must have to be in the index.")] = 0.66,
    treat: Annotated[Literal["none", "coinr"], typer.Option(help="Draw in outliers by COINr's rule, or leave them.")] = "none",
    normalise: Annotated[Literal["minmax", "goalposts", "z", "rank"], typer.Option(help="How indicators come on one scale.")] = "minmax",
    scale: Annotated[str, typer.Option("--range", help="Lowest and highest score, parted by a comma.")] = "0,100",
    aggregate: Annotated[Literal["arithmetic", "geometric", "inform"], typer.Option(help="How scores come together.")] = "arithmetic",
    draws: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many times the index is made again with other weights and methods.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same result.")] = 1,
    lang: Lang = "",
) -> None:  # fmt: skip
    """Make a composite index and write unit, node, score, rank and the interval of the rank; a summary is printed as one line of JSON."""
    from geo.errors import InputError
    from geo.need import IndexMethod
    from jobs.indexing import IndexAsked, index_table

    with told(words(lang)):
        if saved is not None:
            if any(given is not None for given in (values, tree, missing)):
                raise InputError("needs.files_or_saved")
            _again(saved, out)
            return
        if values is None or tree is None or missing is None:
            raise InputError("needs.files_or_saved")
        try:
            low, high = (float(end) for end in scale.split(","))
        except ValueError as error:
            raise InputError("index.scale") from error
        method = IndexMethod(missing, min_available, treat, normalise, aggregate, (low, high))
        table, summary = index_table(IndexAsked(values, tree, groups, method, draws, seed))
        give(out, table, summary)


def _again(record: int, out: str) -> None:
    """Make a kept ranking again and write its table."""
    from data.kept import KeptRecords
    from geo.errors import InputError
    from jobs.need_saved import again, need_rows
    from jobs.opening import open_store
    from settings import Settings

    kept, body = KeptRecords(open_store(Settings.from_env())).get(record)
    if kept.kind != "index" or "results" not in body:
        raise InputError("needs.not_index", record=record)
    need = again(body)
    told_of = {
        "saved": kept.record_id, "name": kept.name, "version": kept.version, "sha256": kept.sha256, "edition": kept.edition, "country": need.country,
        "missing": need.method.missing, "seed": need.seed, "draws": need.draws, "same": True,
    }  # fmt: skip
    give(out, need_rows(need.table), told_of)
