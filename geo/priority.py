"""The priority list: who lacks what, weighed as the group decided, with exact contributions and what would take a place off the top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.index_rank import tiers

GAPS = ("full", "out_of_reach", "excluded", "unknown")
"""Parts of the ledger that are not served; what nobody knows is one of them, and never no gap."""
BY_CAPACITY = ("full", "out_of_reach", "unknown")
"""Gaps that a place more can close; who is not admitted stays so."""
BETA = 0.5
CONCENTRATION = 50.0
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Weights:
    """What a group decided.

    Parameters
    ----------
    services : code to u, 0 or more.
    groups : code to w, 0 or more.
    beta : how much need counts: 0 not at all; at 1 a place 5 points of need above the middle counts half as much again.

    Raises
    ------
    InputError : ``priority.weight``: a weight below 0, all of them 0, or none.
    """

    services: tuple[tuple[str, float], ...]
    groups: tuple[tuple[str, float], ...] = (("all", 1.0),)
    beta: float = BETA

    def __post_init__(self) -> None:
        """Refuse what cannot be weighed with."""
        for name, some in (("service", self.services), ("group", self.groups)):
            values = [weight for _, weight in some]
            if not all(np.isfinite(value) and value >= 0 for value in values) or sum(values) <= 0 or len(dict(some)) < len(some):
                raise InputError("priority.weight", name=name)
        if not (np.isfinite(self.beta) and 0 <= self.beta <= 2):
            raise InputError("priority.beta")


@dataclass(frozen=True, eq=False)
class Priority:
    """The priority list.

    Parameters
    ----------
    table : index ``area_id``: ``factor`` (v), ``priority`` (D, persons), ``per_1000``, ``rank`` and ``rank_per_1000`` (1 = most), ``rank_p05``,
        ``rank_p95`` and ``tier`` of the absolute list. NA where a gap of the area is not known.
    parts : columns area_id, service, group, gap, people and ``weighed`` (people u w v); those of an area sum to its ``priority``.
    weights : they were made with.
    """

    table: pd.DataFrame
    parts: pd.DataFrame
    weights: Weights

    def contributions(self, by: str) -> pd.DataFrame:
        """Return areas x what they are split ``by`` (service, group or gap); rows sum to ``priority``."""
        found = self.parts.groupby(["area_id", by], sort=False)["weighed"].sum().unstack(by)  # noqa: PD010
        return found.reindex(self.table.index).where(self.table["priority"].notna())


def need_factor(need: pd.Series, beta: float) -> pd.Series:
    """Return v = 1 + beta (need - median) / 10 for each area, 0 or more; 1, as if in the middle, where the need is not known."""
    middle = need.median()
    return (1 + beta * (need - middle) / 10).clip(lower=0).fillna(1.0).rename("factor")


def make_priority(unmet: pd.DataFrame, need: pd.Series, population: pd.Series, weights: Weights, *, seed: int = 1, draws: int = DRAWS) -> Priority:
    """Return the list.

    Parameters
    ----------
    unmet : columns area_id, service, group and ``GAPS``, whole people, NA where they are not known; one row for each area, service and group.
    need : score of 0-10 by ``area_id``; NaN where there is none. Its index is the areas of the list.
    population : people by ``area_id``.
    weights : of the group; rows of other services and groups count nothing.
    seed, draws : of the tiers: weights are drawn around the chosen ones, and beta from 0 to twice itself.

    Returns
    -------
    D_i = sum_s u_s sum_g w_g unmet_isg v_i: it is a sum, so that contributions are exact.
    """
    u, w = dict(weights.services), dict(weights.groups)
    some = unmet[unmet["service"].isin(list(u)) & unmet["group"].isin(list(w)) & unmet["area_id"].isin(need.index)]
    factor = need_factor(need, weights.beta)
    parts = some.melt(["area_id", "service", "group"], list(GAPS), "gap", "people")
    per_person = parts["service"].map(u) * parts["group"].map(w) * parts["area_id"].map(factor)
    parts["weighed"] = parts["people"].astype(float) * per_person.astype(float)
    there = [(s, g) for s in u for g in w]
    people = some.set_index(["service", "group", "area_id"])[list(GAPS)].astype(float).sum(axis=1, skipna=False)
    cube = np.stack([people.reindex([(s, g, area) for area in need.index]).to_numpy(dtype=float) for s, g in there], axis=-1)
    each = np.array([u[s] * w[g] for s, g in there])
    cube = np.where(each > 0, cube, 0.0)
    total = (cube @ each) * factor.to_numpy()
    table = pd.DataFrame(
        {"factor": factor, "priority": total, "per_1000": 1000 * total / population.reindex(need.index).where(lambda p: p > 0)}, index=need.index
    )
    for name, column in (("rank", "priority"), ("rank_per_1000", "per_1000")):
        table[name] = table[column].rank(ascending=False, method="min").astype("Int64")
    low, high = _interval(cube, need, weights, seed, draws)
    table["rank_p05"], table["rank_p95"] = (
        pd.Series(ends, index=need.index).where(table["priority"].notna()).astype("Int64") for ends in (low, high)
    )
    table["tier"] = tiers(table["rank_p05"], table["rank_p95"])
    return Priority(table, parts, weights)


def _interval(cube: np.ndarray, need: pd.Series, weights: Weights, seed: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ranks that 5 and 95 % of the draws did not exceed; cube: areas x pairs of service and group."""
    chance = np.random.default_rng(seed)
    u, w = (_drawn(chance, np.array([value for _, value in some]), draws) for some in (weights.services, weights.groups))
    pairs = (u[:, :, None] * w[:, None, :]).reshape(draws, -1)
    apart = ((need - need.median()) / 10).fillna(0.0).to_numpy(dtype=float)
    factor = np.maximum(1 + chance.uniform(0, 2 * weights.beta, draws)[:, None] * apart, 0)
    drawn = pd.DataFrame((pairs @ cube.T) * factor)
    ranks = drawn.rank(axis=1, ascending=False, method="min")
    low, high = (ranks.quantile(share, interpolation="higher").to_numpy() for share in (0.05, 0.95))
    return low, high


def _drawn(chance: np.random.Generator, weights: np.ndarray, draws: int) -> np.ndarray:
    out = np.zeros((draws, len(weights)))
    there = weights > 0
    shares = weights[there] / weights.sum()
    out[:, there] = chance.dirichlet(CONCENTRATION * shares, size=draws) * weights.sum()
    return out


@dataclass(frozen=True, slots=True)
class WayOut:
    """The smallest capacity that takes an area out of the top tier.

    Parameters
    ----------
    area_id : which.
    places : service, group and places there, those that weigh most first; empty where no capacity does it.
    below : the area that it would then stand after.
    """

    area_id: str
    places: tuple[tuple[str, str, int], ...]
    below: str

    @property
    def total(self) -> int:
        """All places."""
        return sum(count for _, _, count in self.places)


def way_out(found: Priority, area_id: str) -> WayOut | None:
    """Return the fewest places more that bring an area of the top tier below the first area of the next one.

    Returns
    -------
    None where the area is not in the top tier, or where there is no other tier: nobody can be told apart then. ``places`` is empty
    where even every place that can help would not do.
    """
    table = found.table
    first, next_one = (table.index[(table["tier"] == tier).fillna(value=False)] for tier in (1, 2))
    if area_id not in first or next_one.empty:
        return None
    second = table["priority"].loc[next_one].astype(float)
    below, least = str(second.idxmax()), float(second.max())
    over = float(table["priority"][area_id]) - least
    mine = found.parts[(found.parts["area_id"] == area_id) & found.parts["gap"].isin(BY_CAPACITY)]
    able = mine.groupby(["service", "group"], sort=False)[["people", "weighed"]].sum().astype(float)
    able = able[able["weighed"] > 0]
    able["each"] = able["weighed"] / able["people"]
    places: list[tuple[str, str, int]] = []
    ordered = able.sort_values("each", ascending=False, kind="stable").reset_index()
    for service, group, people, each in zip(*(ordered[name] for name in ("service", "group", "people", "each")), strict=True):
        taken = min(max(int(np.floor(over / each + 1e-9)) + 1, 0), int(people))
        places.append((str(service), str(group), taken))
        over -= taken * each
        if over < -1e-9:
            return WayOut(area_id, tuple(places), below)
    return WayOut(area_id, (), below)


def as_weights(services: Mapping[str, float], groups: Mapping[str, float] | None = None, beta: float = BETA) -> Weights:
    """Return weights from mappings; without groups everybody counts."""
    return Weights(tuple(services.items()), tuple((groups or {"all": 1.0}).items()), beta)
