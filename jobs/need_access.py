"""Need beside access: how many minutes the people of each governorate have, how equally, and where the far places lie together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.autocorrelation import FEWEST_UNITS, Moran, moran, nearest_weights
from geo.bivariate import bivariate_classes, weighted_quantile
from geo.equity import all_metrics
from geo.registry import Registry
from jobs.gaps_asked import FARTHEST
from jobs.ledger import Ledger
from jobs.need import Need

METRICS = (
    "mean", "kolm_pollak_ede", "beyond", "gini", "theil", "theil_between", "theil_within", "hoover", "palma", "concentration_index", "atkinson_0.5",
)  # fmt: skip
"""What is told of the minutes, in the order of the page."""
SEED = 1


@dataclass(frozen=True, eq=False)
class NeedAccess:
    """Need and minutes of a country.

    Parameters
    ----------
    table : index ``area_id``: score, ``median`` and ``p90`` minutes to the nearest site that may serve, also one of which nobody knows whether it
        works, ``open_median`` to the nearest one that is known to be open (infinite beyond ``FARTHEST``, NaN where the people are not known),
        ``people`` and ``class``, from ``geo.bivariate.bivariate_classes``. Sites that are known only by their governorate are in none of them.
    metrics : one of ``METRICS`` to its value; None where it cannot be told.
    reached : people who get to such a site within ``FARTHEST``.
    beyond : people for whom every such site is farther than ``FARTHEST``; they count as that.
    moran : of the minutes of populated places; None where there are too few of them, or all are equally far.
    places : how many populated places have known people.
    """

    table: pd.DataFrame
    metrics: dict[str, float | None]
    reached: int
    beyond: int
    moran: Moran | None
    places: int


def need_access(registry: Registry, need: Need, ledger: Ledger, limit: float) -> NeedAccess:
    """Return need and access of a country together.

    Parameters
    ----------
    registry : as both were made from.
    need : of the country.
    ledger : from ``jobs.gaps.reach_ledger``: its points have ``placed_minutes`` and ``open_minutes``.
    limit : minutes; ``beyond`` of the metrics is the share of people who are farther than that.
    """
    points = ledger.points[(ledger.points["country"] == need.country) & (ledger.points["need"].fillna(0) > 0)]
    minutes, certain, people = (points[name].astype(float) for name in ("placed_minutes", "open_minutes", "need"))
    table = pd.DataFrame({"score": need.table["score"]})
    mine = {area: some.index for area, some in points.groupby("area_id")}
    for name, column, share in (("median", minutes, 0.5), ("p90", minutes, 0.9), ("open_median", certain, 0.5)):
        table[name] = pd.Series({area: weighted_quantile(column[at], people[at], share) for area, at in mine.items()}, dtype=float).reindex(
            table.index
        )
    table["people"] = people.groupby(points["area_id"]).sum().reindex(table.index)
    table["class"] = bivariate_classes(table["score"], table["median"])
    capped = minutes.clip(upper=FARTHEST)
    worse_off = -points["area_id"].map(need.table["score"]).astype(float)
    told = all_metrics(capped, people, worse_off, points["area_id"], aversions=(0.5,)) if len(points) else {}
    told["beyond"] = float(people[minutes > limit].sum() / people.sum()) if len(points) else None
    metrics = {name: None if told.get(name) is None else float(str(told[name])) for name in METRICS}
    far = np.isinf(minutes)
    return NeedAccess(table, metrics, int(people[~far].sum()), int(people[far].sum()), clusters(registry, points, capped), len(points))


def clusters(registry: Registry, points: pd.DataFrame, minutes: pd.Series) -> Moran | None:
    """Return where far places lie together, neighbours being those of the same region; None where no cluster could be told."""
    if len(points) < FEWEST_UNITS or minutes.nunique() < 2:
        return None
    region = points["area_id"].map(registry.areas["parent_id"]).astype(str)
    weights = nearest_weights(points["lon"].to_numpy(dtype=float), points["lat"].to_numpy(dtype=float), region.to_numpy())
    return moran(minutes, weights, seed=SEED)
