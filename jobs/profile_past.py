"""What was kept of a country: its snapshots, read as tables again, and its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from data.kept import Kept, KeptRecords
from geo.ledger import PARTS
from geo.profile import FIGURE_COLUMNS

LEDGER_COLUMNS = ("area_id", "service", "group", "need", *PARTS)
COUNTED = ("area_id", "organisation_id", "sector", "service", "status", "sites", "target_groups", "newest_check")
"""Columns of who does what, without words."""
SNAPSHOT, DECISION = "snapshot", "decision"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The figures of some governorates as they were on a day; nobody changes it.

    Parameters
    ----------
    kept : name, place, edition, who and when.
    day : of the data, as YYYY-MM-DD.
    figures : from ``geo.profile.figures_table``.
    ledger : the rows of the gap ledgers behind them: ``LEDGER_COLUMNS``, Int64, NA where the need is not known.
    training : the sites are invented.
    profiles : governorate to language to its profile, as ``jobs.profile_plain.profile_of`` reads it; none in snapshots of before.
    work : who does what, ``COUNTED``; ``organisations`` has the names, by language.
    """

    kept: Kept
    day: str
    figures: pd.DataFrame
    ledger: pd.DataFrame
    training: bool
    profiles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    work: pd.DataFrame = field(default_factory=pd.DataFrame)
    organisations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Past:
    """What was kept of a country.

    Parameters
    ----------
    snapshots : the country's code, or a governorate's id, to the newest snapshot of all of it.
    decisions : the newest version of each decision of the country and its governorates, the newest first.
    """

    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    decisions: tuple[Kept, ...] = ()

    def last(self, country: str, area_id: str) -> Snapshot | None:
        """Return the newest snapshot that holds a governorate; None where there is none."""
        found = [self.snapshots[place] for place in (country, area_id) if place in self.snapshots]
        return max(found, key=lambda one: one.kept.record_id, default=None)


def past_of(records: KeptRecords, country: str) -> Past:
    """Return what was kept of a country."""
    newest: dict[str, int] = {}
    for kept in records.all(SNAPSHOT, country):
        newest.setdefault(kept.area_id, kept.record_id)
    decisions: dict[tuple[str, str], Kept] = {}
    for kept in records.all(DECISION, country):
        decisions.setdefault((kept.area_id, kept.name), kept)
    return Past({place: read_snapshot(records, record_id) for place, record_id in newest.items()}, tuple(decisions.values()))


def read_snapshot(records: KeptRecords, record_id: int) -> Snapshot:
    """Return a snapshot that was kept.

    Raises
    ------
    InputError : ``kept.no_record``. StoreError : ``kept.broken``. KeyError : the record is no snapshot.
    """
    kept, body = records.get(record_id)
    if kept.kind != SNAPSHOT:
        raise KeyError(kept.kind)
    figures = _frame(body["figures"], FIGURE_COLUMNS).astype({"value": float, "low": float, "high": float, "year": "Int64"})
    counts = dict.fromkeys(("need", *PARTS), "Int64")
    return Snapshot(
        kept, str(body["day"]), figures, _frame(body["ledger"], LEDGER_COLUMNS).astype(counts), bool(body["training"]), body.get("profiles", {}),
        _frame(body.get("work", []), COUNTED).astype({"sites": int}), body.get("organisations", {}),
    )  # fmt: skip


def plain_rows(table: pd.DataFrame) -> list[list[Any]]:
    """Return the rows of a table as JSON can hold them: None for what is missing."""
    columns = [[None if pd.isna(value) else getattr(value, "item", lambda v=value: v)() for value in table[name]] for name in table]
    return [list(row) for row in zip(*columns, strict=True)]


def _frame(rows: list[list[Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))
