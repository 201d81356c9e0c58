"""Golden worlds and invented ones for the tests of access, capacity and the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from geo.minutes import Minutes

GOLDENS = Path(__file__).parents[3] / "shared" / "goldens" / "goldens.json"


def golden(key: str) -> dict[str, Any]:
    """Return golden numbers; skip where the folder is absent."""
    if not GOLDENS.exists():
        pytest.skip("golden numbers are not here")
    found: dict[str, Any] = json.loads(GOLDENS.read_text("utf-8"))[key]
    return found


@dataclass(frozen=True)
class World:
    """Points with people, sites with places and the minutes between them; None is no route."""

    people: dict[str, float]
    places: dict[str, float]
    table: dict[tuple[str, str], float]

    @property
    def population(self) -> pd.Series:
        return pd.Series(self.people, dtype=float)

    @property
    def supply(self) -> pd.Series:
        return pd.Series(self.places, dtype=float)

    @property
    def frame(self) -> pd.DataFrame:
        return pd.DataFrame([(p, s, t) for (p, s), t in self.table.items()], columns=["point_id", "site_id", "minutes"])

    @property
    def minutes(self) -> Minutes:
        return Minutes.from_frame(self.frame, self.population.index, self.supply.index)


def world(people: list[float], places: list[float], matrix: list[list[float | None]]) -> World:
    """Return a world of points p0, p1, ... and sites s0, s1, ..."""
    points, sites = [f"p{i}" for i in range(len(people))], [f"s{j}" for j in range(len(places))]
    table = {(p, s): float(t) for p, row in zip(points, matrix, strict=True) for s, t in zip(sites, row, strict=True) if t is not None}
    return World(dict(zip(points, people, strict=True)), dict(zip(sites, places, strict=True)), table)


def bh5() -> World:
    g = golden("bh5")
    return world(g["pop"], g["supply"], g["minutes"])


def hospital() -> World:
    g = golden("pysal_hospital")
    return world(g["pop"], g["doc"], g["scenario0_minutes"])


@st.composite
def worlds(draw: st.DrawFn, *, points: int = 6, sites: int = 4, whole: bool = True) -> World:
    """Draw a small world with pairs that are missing, points without people and sites without places."""
    n, m = draw(st.integers(1, points)), draw(st.integers(1, sites))
    count = st.integers(0, 40).map(float) if whole else st.floats(0, 1000).map(lambda v: round(v, 3))
    time = st.one_of(st.none(), st.sampled_from([0.0, 10.0, 20.0, 30.0, 60.0]), st.integers(0, 700).map(lambda v: v / 10))
    return world(
        draw(st.lists(count, min_size=n, max_size=n)),
        draw(st.lists(count, min_size=m, max_size=m)),
        draw(st.lists(st.lists(time, min_size=m, max_size=m), min_size=n, max_size=n)),
    )
