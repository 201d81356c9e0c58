"""Access, capacity and equity from files: what the commands read, compute and tell."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd

from data.plain_tables import Field, read_table
from geo.access import coverage_curve, nearest
from geo.allocation import serve_best
from geo.capacity import Served, serve_in_order
from geo.decay import Decay, parse_decay
from geo.equity import all_metrics
from geo.errors import InputError
from geo.measures import Measure, find_measure, measure
from geo.minutes import Minutes

CURVE = (5, 10, 15, 20, 30, 45, 60, 90, 120)
"""Minutes at which the coverage curve is told."""
_POINTS = (Field("point_id", "id", unique=True), Field("population"))
_PAIRS = (Field("point_id", "id"), Field("site_id", "id"), Field("minutes", infinite=True))


def measure_access(
    points: Path, sites: Path, minutes: Path, method: str, *, limit: float | None, decay: str, tau: float, pysal_compat: bool
) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return a measure for every point of a file, and what is to be told about it.

    Parameters
    ----------
    points : CSV with point_id, population.
    sites : CSV with site_id, supply.
    minutes : CSV with point_id, site_id, minutes; a pair that is missing has no route.
    method, limit, decay, tau, pysal_compat : as in ``geo.measures.measure``; an empty ``decay`` is the measure's own.

    Returns
    -------
    Columns point_id, value in the order of ``points``; and the summary.

    Raises
    ------
    InputError, SchemaError : an option or a file cannot be used.
    """
    found = find_measure(method)
    function = parse_decay(decay) if decay else found.decay
    reach = found.limit if limit is None else limit
    people, supply = read_table(points, _POINTS), read_table(sites, (Field("site_id", "id", unique=True), Field("supply")))
    pairs = read_table(minutes, _PAIRS)
    population, places = _by_id(people, "point_id", "population"), _by_id(supply, "site_id", "supply")
    matrix = Minutes.from_frame(pairs, population.index, places.index, file=minutes.name)
    values = measure(method, population, places, matrix, limit=reach, decay=function, tau=tau, pysal_compat=pysal_compat)
    near = matrix.within(reach)
    routed = np.isfinite(nearest(matrix).reindex(population.index))
    summary: dict[str, object] = {
        "method": method, "unit": found.unit, "limit": plain(reach), "decay": str(function) if found.decay else None,
        "effective_limit": plain(min(reach, function.end) if found.decay and function else reach), "points": len(population),
        "sites": len(places), "pairs": len(matrix), "pairs_within_limit": len(near), "population": plain(population.sum()),
        "supply": plain(places.sum()), "points_without_route": int((~routed).sum()), "people_without_route": plain(population[~routed].sum()),
        **_supply_used(found, function, values, population, places, near), **_by_people(values, population), "ignored_columns": _ignored(people, supply, pairs),
    }  # fmt: skip
    if method in {"nearest", "coverage"}:
        limits = sorted({*CURVE, reach})
        shares = coverage_curve(population, matrix, limits)
        summary["coverage"] = plain(shares.loc[reach])
        summary["coverage_curve"] = {f"{at:g}": plain(share) for at, share in zip(limits, shares, strict=True)}
    if method == "raam":
        summary["tau"] = plain(tau)
    return pd.DataFrame({"point_id": values.index, "value": values.to_numpy()}), summary


def serve_people(points: Path, sites: Path, minutes: Path, *, limit: float, optimal: bool) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return who is served at every point of a file, and what is to be told about it.

    Parameters
    ----------
    points, minutes : as in ``measure_access``.
    sites : CSV with site_id, capacity and, if they are not served in the file's order, order: the lowest first.
    limit : minutes, inside.
    optimal : the best that any order could reach, instead of the order.

    Returns
    -------
    Columns point_id, served in the order of ``points``; and the summary with the unused capacity of each site, null where a
    site has no limit.
    """
    people, pairs = read_table(points, _POINTS), read_table(minutes, _PAIRS)
    room = read_table(sites, (
        Field("site_id", "id", unique=True), Field("capacity", infinite=True, empty="access.capacity_missing"),
        Field("order", "any_number", required=False),
    ))  # fmt: skip
    population, capacity = _by_id(people, "point_id", "population"), _by_id(room, "site_id", "capacity")
    matrix = Minutes.from_frame(pairs, population.index, capacity.index, file=minutes.name)
    turn = room["site_id"] if "order" not in room else room.sort_values("order", kind="stable")["site_id"]
    served = ordered = serve_in_order(population, capacity, matrix, limit=limit, order=list(turn))
    if optimal:
        served = serve_best(population, capacity, matrix, limit=limit)
    summary = {
        "mode": "optimal" if optimal else "in_order", "limit": plain(limit), "points": len(population), "sites": len(capacity),
        **_capacity_sums(population, capacity, matrix, limit, served),
        "unused": {str(site): plain(value) for site, value in served.unused.reindex(capacity.index).items()},
        **({"served_in_order": plain(ordered.total), "gain_over_order": plain(served.total - ordered.total)} if optimal else {}),
        "ignored_columns": _ignored(people, room, pairs),
    }  # fmt: skip
    values = served.people.reindex(population.index)
    return pd.DataFrame({"point_id": values.index, "served": values.to_numpy()}), summary


def measure_equity(
    values: Path, *, eps: float, line: float | None, bounds: tuple[float, float] | None, cuts: tuple[float, float] | None
) -> dict[str, object]:
    """Return all measures of inequality of a file.

    Parameters
    ----------
    values : CSV with unit, value, population and, where there are any, ranking (may be empty) and group.
    eps, line, bounds, cuts : as in ``geo.equity.all_metrics``.
    """
    table = read_table(values, (
        Field("unit", "id", unique=True), Field("value"), Field("population"),
        Field("ranking", "any_number", required=False, empty=""), Field("group", "text", required=False),
    ))  # fmt: skip
    value, population = _by_id(table, "unit", "value"), _by_id(table, "unit", "population")
    ranking = _by_id(table, "unit", "ranking") if "ranking" in table else None
    groups = table.set_index("unit")["group"] if "group" in table else None
    found = all_metrics(value, population, ranking, groups, eps=eps, line=line, bounds=bounds, cuts=cuts)
    return found | {"ignored_columns": _ignored(table)}


def two_numbers(text: str) -> tuple[float, float] | None:
    """Read ``0,1``; None where there is nothing.

    Raises
    ------
    InputError : ``access.pair_of_numbers``.
    """
    if not text:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError("access.pair_of_numbers", value=text[:80]) from error
    if not (math.isfinite(low) and math.isfinite(high)):
        raise InputError("access.pair_of_numbers", value=text[:80])
    return low, high


def plain(value: object) -> float | None:
    """Return a number as JSON can write it: None for what is infinite or missing."""
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def _by_id(table: pd.DataFrame, key: str, name: str) -> pd.Series:
    return table.set_index(key)[name]


def _capacity_sums(population: pd.Series, capacity: pd.Series, matrix: Minutes, limit: float, served: Served) -> dict[str, object]:
    total = population.sum()
    reached = population[(nearest(matrix).reindex(population.index) <= limit) & np.isfinite(nearest(matrix).reindex(population.index))].sum()
    return {
        "population": plain(total), "capacity": plain(capacity.sum()), "in_reach": plain(reached), "served": plain(served.total),
        "share_in_reach": plain(reached / total) if total > 0 else None, "share_served": plain(served.total / total) if total > 0 else None,
    }  # fmt: skip


def _supply_used(
    found: Measure, decay: Decay | None, values: pd.Series, population: pd.Series, places: pd.Series, near: Minutes
) -> dict[str, object]:
    """Return the supply at sites that somebody can use, and how much of it the values give out; nothing for a measure without competition."""
    if decay is None or not found.competes:
        return {}
    people, supply = near.at_points(population, "population"), near.at_sites(places, "supply")
    used = near.over_points(people[near.point] * decay.weights(near.minutes)) > 0
    given = {"supply": values.sum(), "supply_per_person": (values * population).sum()}
    return {
        "supply_in_reach": plain(supply[used].sum()), "sites_without_people": int((~used).sum()),
        **({"supply_given": plain(given[found.unit])} if found.unit in given else {}),
    }  # fmt: skip


def _by_people(values: pd.Series, population: pd.Series) -> dict[str, object]:
    """Return mean and percentiles over people. The mean leaves out who has no finite value; percentiles do not."""
    order = np.argsort(values.to_numpy(), kind="stable")
    ordered, upto = values.to_numpy()[order], np.cumsum(population.to_numpy()[order])
    finite = np.isfinite(values) & (population > 0)
    told: dict[str, object] = {"mean": plain(np.average(values[finite], weights=population[finite])) if finite.any() else None}
    for percent in (10, 50, 90):
        place = int(np.searchsorted(upto, upto[-1] * percent / 100)) if len(upto) and upto[-1] > 0 else -1
        told[f"p{percent}"] = plain(ordered[place]) if place >= 0 else None
    return told


def _ignored(*tables: pd.DataFrame) -> list[str]:
    return [name for table in tables for name in table.attrs["ignored"]]
