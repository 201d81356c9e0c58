"""How complete two lists of the same things are: counts or files in, an estimate of how many there are in all out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from data.plain_tables import Field, read_table
from geo.capture import FEWEST_SHARED, LEVEL, chapman
from geo.errors import BadCell, InputError, SchemaError

LISTS = (Field("list", "id"), Field("id", "id"), Field("area", "text", required=False), Field("service", "text", required=False))
BY = ("area", "service")
TWO = 2


@dataclass(frozen=True, slots=True)
class Completeness:
    """What two lists tell of each other.

    Parameters
    ----------
    first, second, both, listed : how many are on each, on both, and on either.
    estimate, standard_error, low, high : how many there are in all; at least so many where the lists share a source. None where one list is
        empty: it tells nothing about the other.
    complete_first, complete_second, complete_listed : share of the estimate that each list and both together have.
    complete_listed_low, complete_listed_high : the last one at the ends of the interval.
    few_shared : fewer are on both than an estimate can be trusted with.
    """

    first: int
    second: int
    both: int
    listed: int
    estimate: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    complete_first: float | None
    complete_second: float | None
    complete_listed: float | None
    complete_listed_low: float | None
    complete_listed_high: float | None
    few_shared: bool


def completeness(first: int, second: int, both: int, *, level: float = LEVEL) -> Completeness:
    """Return what the lengths of two lists and of what they share tell.

    Raises
    ------
    InputError : ``completeness.counts``: no two lists can have these numbers; ``completeness.level``.
    """
    if not 0 < level < 1:
        raise InputError("completeness.level")
    if not 0 <= both <= min(first, second):
        raise InputError("completeness.counts", first=first, second=second, both=both)
    listed, few = first + second - both, both < FEWEST_SHARED
    if not first or not second:
        return Completeness(first, second, both, listed, None, None, None, None, None, None, None, None, None, few)
    found = chapman(first, second, both, level=level)
    shares = (first / found.total, second / found.total, listed / found.total, listed / found.high, listed / found.low)
    return Completeness(first, second, both, listed, found.total, found.error, found.low, found.high, *shares, few)


def completeness_of_lists(path: Path, *, level: float = LEVEL) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return what a file of two lists tells, for each area and service where it has them; and for all together.

    Parameters
    ----------
    path : CSV with list (two names), id and, where there are any, area and service; an id that stands twice in a list, area and service counts once.
    level : as in ``completeness``.

    Returns
    -------
    Columns area and service (those that the file has) and the fields of ``Completeness``, in the order of the file; and the account: the
    lists' names, all together by distinct ids, how many rows stand twice, and ids that the two lists put in different places.

    Raises
    ------
    InputError : ``completeness.two_lists``; SchemaError as ``read_table``, and for rows of a third list.
    """
    table = read_table(path, LISTS)
    names = list(dict.fromkeys(table["list"]))
    if len(names) < TWO:
        raise InputError("completeness.two_lists", file=path.name)
    third = table.index[~table["list"].isin(names[:TWO])]
    if len(third):
        raise SchemaError(
            [BadCell(int(row), "list", str(table.loc[row, "list"])[:120], "completeness.third_list", {"file": path.name}) for row in third]
        )
    by = [name for name in BY if name in table]
    single = table.drop_duplicates(["list", "id", *by])
    groups = single.groupby(by, sort=False) if by else [((), single)]
    rows = [dict(zip(by, key, strict=True)) | asdict(_of(part, names, level)) for key, part in groups]
    summary = {
        "first_list": names[0], "second_list": names[1], "level": level, "all": asdict(_of(single, names, level)),
        "repeated_rows": len(table) - len(single), "placed_differently": _placed_differently(single, names, by),
        "ignored_columns": table.attrs["ignored"],
    }  # fmt: skip
    return pd.DataFrame(rows), summary


def _of(part: pd.DataFrame, names: list[str], level: float) -> Completeness:
    first, second = (set(part.loc[part["list"] == name, "id"]) for name in names)
    return completeness(len(first), len(second), len(first & second), level=level)


def _placed_differently(single: pd.DataFrame, names: list[str], by: list[str]) -> int:
    """Return how many ids are on both lists and share no area and service there; they look like two different things in the table."""
    if not by:
        return 0
    places = [single[single["list"] == name].groupby("id")[by].agg(list).apply(lambda row: set(zip(*row, strict=True)), axis=1) for name in names]
    shared = places[0].index.intersection(places[1].index)
    return sum(not places[0][one] & places[1][one] for one in shared)
