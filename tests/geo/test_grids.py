"""Points of population grids: nobody is lost at a border, few points stand for many cells, and governorates keep their official sums."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.packs import Packs, load_packs
from geo import model
from geo.demand import demand_points
from geo.errors import InputError
from geo.grids import Grid, grid_points
from tests.geo.test_demand import governorates, newest

NOWHERE = pd.DataFrame({"lon": [], "lat": [], "out": []})


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs()


def grid_of(seed: int, rows: int = 20, columns: int = 30) -> Grid:
    rng = np.random.default_rng(seed)
    values = rng.gamma(0.3, 20, (rows, columns)).astype("float32")
    values[rng.random(values.shape) < 0.2] = np.nan
    return Grid(values, "EPSG:4326", 35.0, 32.0, 0.02, 0.02)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(35.1, 35.5), st.integers(1, 40))
def test_two_halves_have_all_people_of_a_grid_and_few_points(seed: int, border: float, most: int) -> None:
    grid = grid_of(seed)
    areas = gpd.GeoSeries({"A": shapely.box(34, 31, border, 33), "B": shapely.box(border, 31, 37, 33)})
    points = grid_points(grid, areas, NOWHERE, most)
    assert points["weight"].sum() == pytest.approx(float(np.nansum(grid.values.astype(float))), rel=1e-6)
    assert points.groupby("area_id").size().max() <= most
    assert (points["weight"] > 0).all()
    column = (border - 35.0) / 0.02
    whole, part = int(column), column % 1
    own = np.nan_to_num(grid.values.astype(float))
    assert points.loc[points["area_id"] == "A", "weight"].sum() == pytest.approx(own[:, :whole].sum() + part * own[:, whole].sum(), rel=1e-4)
    middle = np.average(points["lat"], weights=points["weight"])
    assert middle == pytest.approx(np.average(32.0 - 0.02 * (np.arange(20) + 0.5), weights=own.sum(axis=1)), abs=1e-6)


@pytest.mark.parametrize("country", model.COUNTRIES)
def test_each_pack_sums_to_its_official_figures_with_a_grid_too(packs: Packs, country: str) -> None:
    own = governorates(packs)[governorates(packs)["country"] == country]
    west, south, east, north = own.total_bounds
    rng = np.random.default_rng(7)
    cell = 0.02
    values = rng.gamma(0.3, 20, (int((north - south) / cell) + 1, int((east - west) / cell) + 1)).astype("float32")
    cells = grid_points(Grid(values, "EPSG:4326", west, north, cell, cell), own.geometry, NOWHERE, 50)
    official = newest(packs)
    points = demand_points(own, packs.localities, official, grid=cells)
    assert set(points["basis"]) == {"grid"}
    assert points.index.is_unique
    assert points.groupby("area_id")["people"].sum().to_dict() == {area: round(official[area]) for area in own.index}


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=30), st.integers(0, 10_000_000))
def test_any_weights_sum_to_the_official_figure_to_one_person(weights: list[float], official: int) -> None:
    areas = pd.DataFrame({"country": "PS", "lon": 35.5, "lat": 31.5}, index=pd.Index(["A", "B"], name="area_id"))
    localities = pd.DataFrame({"area_id": ["A", "B"], "country": "PS", "lon": 35.0, "lat": 32.0, "population": 10.0, "flag": ""}, index=["a", "b"])
    cells = pd.DataFrame({"area_id": "A", "lon": 35.1, "lat": 31.9, "weight": weights})
    points = demand_points(areas, localities, pd.Series({"A": float(official), "B": 7.0}), grid=cells)
    assert points[points["area_id"] == "A"]["people"].sum() == official
    assert points[points["area_id"] == "A"]["basis"].unique().tolist() == ["grid"]
    assert points.index.is_unique
    assert points.index[0] == "A 31.9000, 35.1000"
    assert points[points["area_id"] == "B"].index.tolist() == ["b"]  # a governorate that the grid does not have keeps its localities


def test_cells_at_a_place_that_is_no_demand_point_are_left_out_and_counted() -> None:
    values = np.ones((1, 10), dtype="float32")
    grid = Grid(values, "EPSG:4326", 35.0, 32.0, 0.01, 0.01)
    apart = pd.DataFrame({"lon": [35.024, 35.05], "lat": [31.995, 31.995], "out": [True, False]})
    areas = gpd.GeoSeries({"A": shapely.box(34, 31, 37, 33)})
    points = grid_points(grid, areas, apart, 100)
    # Cells of 943 m: the first four are within 2 km of the place and nearer to it than to the other one.
    assert points.attrs["left_out"] == 10 - len(points)
    assert points.attrs["people"] == 10
    assert points["lon"].round(3).tolist() == [35.045, 35.055, 35.065, 35.075, 35.085, 35.095]


def test_a_grid_of_nobody_or_of_less_than_nobody_is_refused() -> None:
    areas = gpd.GeoSeries({"A": shapely.box(34, 31, 37, 33)})
    for value, code in ((0.0, "grids.nobody"), (np.nan, "grids.nobody"), (-1.0, "grids.negative"), (np.inf, "grids.negative")):
        with pytest.raises(InputError) as raised:
            grid_points(Grid(np.full((2, 2), value, dtype="float32"), "EPSG:4326", 35.0, 32.0, 0.01, 0.01), areas, NOWHERE)
        assert raised.value.code == code
