"""How surely people come to an open site within a limit: chance over seeded days, by place and by governorate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.roads.scenarios import on_scenario
from geo.obstacles import REGIMES, Day
from geo.obstacles_place import DRAWS, chances, cut_network
from geo.registry import Registry
from jobs.gaps_asked import GapsAsked
from jobs.gaps_why import FEWEST_TOLD, half_within
from jobs.ledger import Ledger
from jobs.roads import Roads
from jobs.ways import piece_of

SEED = 0
SPREAD = ("p10", "p50", "p90")
"""Minutes that one day of ten, half of the days, and nine days of ten stay within."""


@dataclass(frozen=True, slots=True)
class ChanceAsked:
    """What is asked for; as in ``GapsAsked``, without a kind of day: chance takes its place.

    ``scenario`` is the name of one whose changes hold on every day drawn; empty for none.
    """

    country: str
    service: str
    group: str
    limit: int
    mode: str
    mobility: str
    hour: int
    scenario: str = ""

    @classmethod
    def of(cls, asked: GapsAsked) -> ChanceAsked:
        """Return what somebody asks for who asks this of the page."""
        return cls(asked.country, asked.service, asked.group, asked.limit, asked.mode, asked.mobility, asked.hour, asked.scenario)


@dataclass(frozen=True, eq=False)
class Chance:
    """What chance does to the way to the nearest open site that admits the group.

    Parameters
    ----------
    points : index ``point_id``, the points of the country in the ledger's order; area_id, lon, lat, need (NA where it is not known),
        ``probability`` (0-1) and ``SPREAD`` (minutes, infinite beyond the horizon); NaN for a point off the roads: nobody knows.
    areas : index ``area_id``; ``need``, ``off`` (people off the roads), ``probability``, the mean over people, and ``SPREAD``, each the
        minutes within which half of the people stay; NaN where nobody is known.
    draws, seed : of the chance.
    """

    points: pd.DataFrame
    areas: pd.DataFrame
    draws: int = DRAWS
    seed: int = SEED


def country_chance(registry: Registry, ledger: Ledger, asked: ChanceAsked, roads: Roads, step: Callable[[str, float], None]) -> Chance | None:
    """Return the chances of a country; None where no roads are loaded for it.

    The numbers are those of ``cli.py chances`` on the same points and sites. As in the ledger, in Palestine only places of one region are
    paired, so that each region is a run of its own with the same draws.

    Parameters
    ----------
    ledger : of the same service and group: its people and its sites.
    step : is told what is being done, and which share of it; what it raises ends the work.

    Raises
    ------
    InputError : what ``Roads.of`` and ``Day.checked`` say.
    """
    here = roads.of(asked.country)
    if here is None:
        return None
    day = on_scenario(roads.data_dir, Day(asked.scenario or REGIMES[0], asked.mobility, asked.hour)).checked(list(here.obstacles))
    points = ledger.points.loc[ledger.points["country"] == asked.country, ["area_id", "lon", "lat", "need"]]
    sites = ledger.sites[ledger.sites["admits"] & (ledger.sites["state"] == "open") & ledger.sites["lon"].notna()]
    sites = sites[sites["area_id"].map(registry.areas["country"]) == asked.country]
    of_point, of_site = (frame["area_id"].map(lambda area: piece_of(registry, str(area))).to_numpy(dtype=object) for frame in (points, sites))
    net = cut_network(here.graph, asked.mode, day.mobility, here.placed)
    table = np.full((len(points), 1 + len(SPREAD)), np.nan)
    pieces = list(dict.fromkeys(of_point))
    for run, piece in enumerate(pieces):
        rows = np.flatnonzero(of_point == piece)
        at_points, at_sites = (
            here.snapped(asked.mode, *(frame[column].to_numpy(dtype=float)[which] for column in ("lon", "lat")))
            for frame, which in ((points, rows), (sites, np.flatnonzero(of_site == piece)))
        )
        if len(at_sites) and at_sites.off.all():
            continue  # there are sites, but how one comes to them nobody knows
        likely, spread = chances(
            net, here.placed, day, at_points, at_sites, asked.limit, seed=SEED,
            drawn=lambda done, run=run: step("chance", (run + done / DRAWS) / len(pieces)),  # type: ignore[misc]
        )  # fmt: skip
        table[rows] = np.where(at_points.off[:, None], np.nan, np.column_stack([likely, spread]))
    points = points.join(pd.DataFrame(table, index=points.index, columns=["probability", *SPREAD]))
    return Chance(points, _by_area(points, list(registry.governorates.index[registry.governorates["country"] == asked.country])))


def told_points(chance: Chance) -> pd.DataFrame:
    """Return the points that are named: those with at least ``FEWEST_TOLD`` people in need (docs/decisions/0033)."""
    found: pd.DataFrame = chance.points[(chance.points["need"] >= FEWEST_TOLD).fillna(value=False).astype(bool)]
    return found


def _by_area(points: pd.DataFrame, areas: list[str]) -> pd.DataFrame:
    rows = {}
    for area in areas:
        some = points[(points["area_id"] == area) & points["need"].notna()]
        need = some["need"].to_numpy(dtype=float)
        known = some["probability"].notna().to_numpy(dtype=bool)
        people = need[known]
        mean, *halves = [np.nan] * (1 + len(SPREAD))
        if people.sum() > 0:
            mean = float((some["probability"].to_numpy(dtype=float)[known] * people).sum() / people.sum())
            halves = [half_within(some[name].to_numpy(dtype=float)[known], people) for name in SPREAD]
        rows[area] = [need.sum() if len(some) else np.nan, need[~known].sum(), mean, *halves]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["need", "off", "probability", *SPREAD], dtype=float).rename_axis("area_id")
