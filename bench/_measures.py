"""Measures of access on the same pairs, points in areas, and what has no peer."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bench._run import Told, clock

if TYPE_CHECKING:
    from geo.minutes import Minutes

PAIRS_A_POINT = 100
STEPS = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))
LIMIT = 30.0
AREAS = 300
Invented = tuple[pd.DataFrame, pd.Series, pd.Series]


def invented(size: int, seed: int = 1) -> Invented:
    """Return pairs, people and places: each point has ``PAIRS_A_POINT`` sites within an hour."""
    rng = np.random.default_rng(seed)
    points, sites = max(size // PAIRS_A_POINT, 1), max(size // 1_000, PAIRS_A_POINT)
    people = pd.Series(rng.integers(0, 5_000, points).astype(float), index=_ids([f"p{i:07d}" for i in range(points)]))
    places = pd.Series(rng.integers(10, 4_000, sites).astype(float), index=_ids([f"s{j:06d}" for j in range(sites)]))
    first = rng.integers(0, sites, points)
    site = np.sort((first[:, None] + np.arange(PAIRS_A_POINT)[None, :]) % sites, axis=1)
    minutes = np.round(rng.uniform(0, 60, site.size), 2)
    pairs = pd.DataFrame({"point": np.repeat(np.arange(points), PAIRS_A_POINT), "site": site.ravel(), "minutes": minutes})
    return pairs, people, places


def _ids(names: list[str]) -> pd.Index:
    """Return ids as Jiwar's reader of tables gives them."""
    return pd.Index(names, dtype=object)


def build_pairs(folder: Path, size: int) -> None:
    """Write invented pairs, once, so that the memory that inventing takes is nobody's."""
    path = folder / f"pairs-{size}.npz"
    if not path.exists():
        pairs, people, places = invented(size)
        np.savez(
            path, point=pairs["point"].to_numpy(), site=pairs["site"].to_numpy(), minutes=pairs["minutes"].to_numpy(), people=people.to_numpy(),
            places=places.to_numpy(), point_ids=people.index.to_numpy(dtype=str), site_ids=places.index.to_numpy(dtype=str),
        )  # fmt: skip


def read_pairs(folder: Path, size: int) -> Invented:
    """Return what ``build_pairs`` wrote."""
    build_pairs(folder, size)
    with np.load(folder / f"pairs-{size}.npz") as kept:
        people, places = (pd.Series(kept[name], index=_ids(kept[ids].tolist())) for name, ids in (("people", "point_ids"), ("places", "site_ids")))
        return pd.DataFrame({name: kept[name] for name in ("point", "site", "minutes")}, copy=False), people, places


def matrix(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> Minutes:
    """Return the pairs as the project's matrix."""
    from geo.minutes import Minutes

    return Minutes.from_rows(pairs["point"].to_numpy(), pairs["site"].to_numpy(), pairs["minutes"].to_numpy(), people.index, places.index)


def runs(size: int) -> int:
    """Return how often a case of this many pairs is run."""
    return 9 if size <= 1_000_000 else 1


# --- E2SFCA -----------------------------------------------------------------------------------------------------------


def e2sfca_ours(size: int, folder: Path) -> Told:
    from geo.catchment import enhanced_two_step

    pairs, people, places = read_pairs(folder, size)
    made = matrix(pairs, people, places)
    del pairs
    found, spent = clock(lambda: enhanced_two_step(people, places, made, limit=LIMIT), runs(size))
    return Told(spent, {"value": found.to_numpy()})


def e2sfca_access(size: int, folder: Path) -> Told:
    access = import_module("access")

    pairs, people, places = read_pairs(folder, size)
    demand = pd.DataFrame({"id": np.arange(len(people)), "people": people.to_numpy()})
    supply = pd.DataFrame({"id": np.arange(len(places)), "places": places.to_numpy()})
    weights = access.weights.step_fn(dict(STEPS))

    def work() -> Any:
        asked = access.Access(
            demand_df=demand, demand_index="id", demand_value="people", supply_df=supply, supply_index="id", supply_value="places",
            cost_df=pairs, cost_origin="point", cost_dest="site", cost_name="minutes",
        )  # fmt: skip
        asked.enhanced_two_stage_fca(name="e", cost="minutes", max_cost=LIMIT, weight_fn=weights)
        return asked.access_df["e_places"]

    found, spent = clock(work, 3 if size <= 1_000_000 else 1)
    return Told(spent, {"value": found.reindex(demand["id"]).fillna(0.0).to_numpy()})


def e2sfca_polars(size: int, folder: Path) -> Told:
    pl = import_module("polars")

    pairs, people, places = read_pairs(folder, size)
    rows = pl.from_pandas(pairs)
    demand = pl.DataFrame({"point": np.arange(len(people)), "people": people.to_numpy()})
    supply = pl.DataFrame({"site": np.arange(len(places)), "places": places.to_numpy()})

    def work() -> Any:
        minutes = pl.col("minutes")
        weight = pl.when(minutes <= 10).then(1.0).when(minutes <= 20).then(0.68).otherwise(0.22)
        near = rows.lazy().filter(minutes <= LIMIT).with_columns(weight=weight).join(demand.lazy(), on="point")
        level = near.group_by("site").agg(asked=(pl.col("people") * pl.col("weight")).sum()).join(supply.lazy(), on="site")
        level = level.select("site", level=pl.col("places") / pl.col("asked"))
        return near.join(level, on="site").group_by("point").agg(value=(pl.col("level") * pl.col("weight")).sum()).collect()

    found, spent = clock(work, runs(size))
    return Told(spent, {"value": _by_point(found["point"].to_numpy(), found["value"].to_numpy(), len(people))})


def e2sfca_duckdb(size: int, folder: Path) -> Told:
    duckdb = import_module("duckdb")

    pairs, people, places = read_pairs(folder, size)
    base = duckdb.connect()
    base.execute("set threads = 1")
    base.register("pairs_", pairs)
    base.register("demand_", pd.DataFrame({"point": np.arange(len(people)), "people": people.to_numpy()}))
    base.register("supply_", pd.DataFrame({"site": np.arange(len(places)), "places": places.to_numpy()}))
    for name in ("pairs", "demand", "supply"):
        base.execute(f"create table {name} as select * from {name}_")
    query = """
        with near as (select point, site, case when minutes <= 10 then 1.0::double when minutes <= 20 then 0.68::double else 0.22::double end as weight
                      from pairs where minutes <= 30),
             level as (select site, any_value(places) / sum(people * weight) as level from near join demand using (point) join supply using (site) group by site)
        select point, sum(level * weight) as value from near join level using (site) group by point"""
    found, spent = clock(lambda: base.execute(query).fetchnumpy(), runs(size))
    return Told(spent, {"value": _by_point(found["point"], found["value"], len(people))})


def _by_point(point: np.ndarray, value: np.ndarray, points: int) -> np.ndarray:
    out = np.zeros(points)
    out[np.asarray(point)] = value
    return np.asarray(np.nan_to_num(out))


# --- from files, and capacity -----------------------------------------------------------------------------------------


def with_ids(pairs: pd.DataFrame, people: pd.Series, places: pd.Series) -> pd.DataFrame:
    """Return the pairs as they come from a file."""
    return pd.DataFrame({
        "point_id": people.index.to_numpy(dtype=object)[pairs["point"]], "site_id": places.index.to_numpy(dtype=object)[pairs["site"]],
        "minutes": pairs["minutes"].to_numpy(),
    })  # fmt: skip


def weight(minutes: float) -> float:
    """Return the weight of one pair: what a plain pandas user applies to a column."""
    return next((value for bound, value in STEPS if minutes <= bound), 0.0)


def file_pandas(size: int, folder: Path) -> Told:
    """Compute E2SFCA by merging and grouping frames with text ids."""
    pairs, people, places = read_pairs(folder, size)
    frame = with_ids(pairs, people, places)

    def work() -> pd.Series:
        near = frame[frame["minutes"] <= LIMIT].copy()
        near["weight"] = near["minutes"].apply(weight)
        near = near.merge(people.rename("people"), left_on="point_id", right_index=True)
        near["asked"] = near["people"] * near["weight"]
        level = places / near.groupby("site_id")["asked"].sum()
        near = near.merge(level.rename("level"), left_on="site_id", right_index=True)
        near["part"] = near["level"] * near["weight"]
        return near.groupby("point_id")["part"].sum()

    found, spent = clock(work, runs(size))
    return Told(spent, {"value": found.reindex(people.index).fillna(0.0).to_numpy()})


def file_ours(size: int, folder: Path) -> Told:
    from geo.catchment import enhanced_two_step
    from geo.minutes import Minutes

    pairs, people, places = read_pairs(folder, size)
    frame = with_ids(pairs, people, places)
    found, spent = clock(lambda: enhanced_two_step(people, places, Minutes.from_frame(frame, people.index, places.index), limit=LIMIT), runs(size))
    return Told(spent, {"value": found.to_numpy()})


def capacity_pandas(size: int, folder: Path) -> Told:
    """Serve in order with frames: one group a site, one a zone of a minute."""
    pairs, people, places = read_pairs(folder, size)
    near = pairs[pairs["minutes"] <= 60].assign(zone=np.ceil(pairs["minutes"]))

    def work() -> np.ndarray:
        rest = people.to_numpy().copy()
        for site, own in near.groupby("site"):
            room = float(places.iloc[int(str(site))])
            for _, zone in own.sort_values("zone").groupby("zone"):
                asked = rest[zone["point"]].sum()
                part = min(1.0, room / asked) if asked else 0.0
                room -= asked * part
                rest[zone["point"]] *= 1 - part
                if part < 1 and asked:
                    break
        return np.asarray(people.to_numpy() - rest)

    found, spent = clock(work, runs(size))
    return Told(spent, {"served": np.round(found, 6)})


def capacity_ours(size: int, folder: Path) -> Told:
    from geo.capacity import serve_in_order

    pairs, people, places = read_pairs(folder, size)
    made = matrix(pairs, people, places)
    del pairs
    found, spent = clock(lambda: serve_in_order(people, places, made, limit=60), runs(size))
    return Told(spent, {"served": np.round(found.people.to_numpy(), 6)})


def optimal_ours(size: int, folder: Path) -> Told:
    from geo.allocation import serve_best

    pairs, people, places = read_pairs(folder, size)
    made = matrix(pairs, people, places)
    del pairs
    found, spent = clock(lambda: serve_best(people, places * 20, made, limit=LIMIT), 1, warm=False)
    return Told(spent, {"served": found.people.to_numpy()})


def raam_ours(size: int, folder: Path) -> Told:
    from geo.raam import rational_agents

    pairs, people, places = read_pairs(folder, size)
    made = matrix(pairs, people, places)
    del pairs
    found, spent = clock(lambda: rational_agents(people, places, made), 1, warm=False)
    return Told(spent, {"value": found.to_numpy()})


# --- points in areas --------------------------------------------------------------------------------------------------


def areas_and_points(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ``AREAS`` areas that share crooked borders and leave holes of sea, and points around them."""
    import shapely

    rng = np.random.default_rng(8)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(rng.uniform(0, 10, (AREAS, 2)))))
    coast = shapely.intersection(shapely.segmentize(cells, 0.01), shapely.Point(5, 5).buffer(5, quad_segs=200))
    crooked = shapely.transform(coast, lambda at: at + 0.02 * np.sin(30 * at[:, ::-1]))
    return np.asarray(crooked[~shapely.is_empty(crooked)]), *rng.uniform(0, 10, (2, size))


def areas_ours(size: int, _: Path) -> Told:
    from geo.places import points_in

    shapes, lon, lat = areas_and_points(size)
    found, spent = clock(lambda: points_in(shapes, lon, lat))
    return Told(spent, {"area": found})


def areas_geopandas(size: int, _: Path) -> Told:
    import geopandas as gpd

    shapes, lon, lat = areas_and_points(size)
    areas = gpd.GeoDataFrame(geometry=shapes)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat))
    found, spent = clock(lambda: gpd.sjoin(points, areas, predicate="intersects"), 1)
    out = np.full(size, -1)
    out[found.index.to_numpy()] = found["index_right"].to_numpy()
    return Told(spent, {"area": out})


CASES: dict[tuple[str, str], Callable[[int, Path], Told]] = {
    ("e2sfca", "ours"): e2sfca_ours, ("e2sfca", "access"): e2sfca_access, ("e2sfca", "polars"): e2sfca_polars, ("e2sfca", "duckdb"): e2sfca_duckdb,
    ("file", "ours"): file_ours, ("file", "pandas"): file_pandas, ("capacity", "ours"): capacity_ours, ("capacity", "pandas"): capacity_pandas,
    ("optimal", "ours"): optimal_ours, ("raam", "ours"): raam_ours, ("areas", "ours"): areas_ours, ("areas", "geopandas"): areas_geopandas,
}  # fmt: skip
