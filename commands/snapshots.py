"""``cli.py snapshots``: keep the figures of a country under a name, list, open and compare what was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Lang, one_line, printable, told, words
from commands.profile import inputs_of, opened
from commands.review import As
from commands.review import opened as office_of

if TYPE_CHECKING:
    import pandas as pd

snapshots = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Keep figures under a name, and compare them later.")
Number = Annotated[int, typer.Argument(help="Number of the snapshot, as `snapshots list` prints it.")]
Json = Annotated[bool, typer.Option("--json", help="Print one line of JSON instead of words.")]


@snapshots.command()
def add(
    name: Annotated[str, typer.Argument(help="Name of the snapshot, e.g. that of the meeting; the same name again is its next version.")],
    country: Annotated[str, typer.Option(help="The country: PS, SY or IL.")],
    governorate: Annotated[str, typer.Option(help="Only this governorate, by its code; without it all of the country.")] = "",
    login: As = "",
    lang: Lang = "",
) -> None:
    """Keep the figures of a country, or of one governorate, as they are now."""
    from data.kept import KeptRecords
    from jobs.profile_words import snapshot_line
    from jobs.snapshots import keep_snapshot

    tr = words(lang)
    with told(tr):
        scope = office_of(login).scope
        store, registry = opened()
        kept = keep_snapshot(KeptRecords(store), scope, registry, inputs_of(store, registry, country), name, governorate)
        print(printable(snapshot_line(kept, registry, tr)))


@snapshots.command(name="list")
def list_(country: Annotated[str, typer.Option(help="Only this country: PS, SY or IL.")] = "", lang: Lang = "") -> None:
    """List what was kept, every version, the newest first."""
    from data.kept import KeptRecords
    from jobs.profile_words import snapshots_text
    from jobs.snapshots import snapshots as listed

    tr = words(lang)
    with told(tr):
        store, registry = opened()
        print(printable(snapshots_text(listed(KeptRecords(store), country), registry, tr)))


@snapshots.command()
def show(number: Number, *, as_json: Json = False, lang: Lang = "") -> None:
    """Tell what a snapshot holds: its day and edition and every figure, as it was kept."""
    from data.kept import KeptRecords
    from data.plain_tables import write_table
    from jobs.profile_past import plain_rows
    from jobs.profile_words import day_text, snapshot_line
    from jobs.snapshots import open_snapshot

    tr = words(lang)
    with told(tr):
        store, registry = opened()
        found = open_snapshot(KeptRecords(store), number)
        if as_json:
            columns = {"figures": list(found.figures.columns), "ledger": list(found.ledger.columns)}
            print(one_line({
                "record": number, "name": found.kept.name, "version": found.kept.version, "area_id": found.kept.area_id, "edition": found.kept.edition,
                "day": found.day, "sha256": found.kept.sha256, "columns": columns, "figures": plain_rows(found.figures),
                "ledger": plain_rows(found.ledger),
            }))  # fmt: skip
            return
        print(printable(snapshot_line(found.kept, registry, tr)))
        print(tr("snapshots.data_of", day=day_text(found.day, tr), sha=found.kept.sha256))
        print(write_table(found.figures).decode(), end="")


@snapshots.command()
def compare(
    before: Number,
    after: Annotated[int, typer.Argument(help="Number of the later snapshot; without it, the data as they are now.")] = 0,
    *,
    as_json: Json = False,
    lang: Lang = "",
) -> None:
    """List the figures that differ between two snapshots, or between one and now."""
    from data.kept import KeptRecords
    from jobs.profile_past import plain_rows
    from jobs.profile_words import differences_text
    from jobs.snapshots import differences, figures_now, open_snapshot

    tr = words(lang)
    with told(tr):
        store, registry = opened()
        records = KeptRecords(store)
        old = open_snapshot(records, before)
        own = "" if old.kept.area_id == old.kept.country else old.kept.area_id
        new: pd.DataFrame = (
            open_snapshot(records, after).figures if after else figures_now(registry, inputs_of(store, registry, old.kept.country), own)
        )
        if as_json:
            table = differences(old.figures, new)
            print(one_line({"columns": list(table.columns), "rows": plain_rows(table)}))
        else:
            print(printable(differences_text(old.figures, new, registry, tr)))
