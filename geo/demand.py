"""Where people are: localities whose people sum to the official figure of their governorate, and the target groups among them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from geo.rounding import share_out

LEFT_OUT = ("settlement", "in_other_pack")
"""Flags of localities that are no demand points: Israeli settlements in a Palestinian governorate, and places of the Israeli pack there."""
UNLISTED = 0.25
"""A locality without listed people weighs as this quantile of the listed ones of its governorate, or else of its country."""
EVERYBODY = "all"


def demand_points(
    areas: pd.DataFrame, localities: pd.DataFrame, population: pd.Series, *, left_out: Collection[str] = LEFT_OUT, grid: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return points with people; those of a governorate sum to its official population, to one person.

    Parameters
    ----------
    areas : governorates or districts, a frame of ``model.AREAS``.
    localities : a frame of ``model.LOCALITIES``. Those without an area, or of an area that is not in ``areas``, are left out.
    population : official people by ``area_id``; NaN or no entry where they are not known.
    left_out : flags of localities that do not count.
    grid : points of a population grid, columns area_id, lon, lat, weight, see ``geo.grids.grid_points``; in the areas that it has, they
        stand in place of the localities.

    Returns
    -------
    Index ``point_id``: the id of a locality, of a point of the grid, or of an area that has neither: then its centre stands for it. Columns:

    area_id, country, lon, lat : where.
    people : whole people, Int64; NA where the people of the area are not known.
    basis : ``listed`` (in proportion to what the source lists), ``unlisted`` (it lists nobody: the lower quartile of the listed
        ones stands in), ``grid`` or ``centre``.

    In the order of ``areas``, and of ids within.
    """
    cells = _cells(areas, grid)
    kept = localities[
        localities["area_id"].isin(areas.index[~areas.index.isin(cells["area_id"])]) & ~localities["flag"].isin(list(left_out))
    ].sort_index()
    alone = areas[~areas.index.isin(kept["area_id"]) & ~areas.index.isin(cells["area_id"])]
    of_area = np.concatenate([kept["area_id"], cells["area_id"], alone.index]).astype(object)
    at = areas.index.get_indexer(pd.Index(of_area))
    order = np.argsort(at, kind="stable")  # localities are sorted by id already, and points of the grid by number
    out = pd.DataFrame({
        "area_id": of_area, "country": areas["country"].to_numpy()[at],
        **{name: np.concatenate([kept[name], cells[name], alone[name]]).astype(float) for name in ("lon", "lat")},
        "basis": np.concatenate([np.where(kept["population"] > 0, "listed", "unlisted"), np.full(len(cells), "grid"), np.full(len(alone), "centre")]).astype(object),
    }, index=[*kept.index, *cells.index, *alone.index]).iloc[order]  # fmt: skip
    weights = np.concatenate([_weights(kept).to_numpy(dtype=float), cells["weight"], np.ones(len(alone))]).astype(float)[order]
    people, known = np.zeros(len(out), dtype=np.int64), np.zeros(len(out), dtype=bool)
    bounds = np.searchsorted(at[order], np.arange(len(areas) + 1))
    for area_id, begin, end in zip(areas.index, bounds[:-1], bounds[1:], strict=True):
        official = population.get(area_id, np.nan)
        if pd.notna(official):
            people[begin:end], known[begin:end] = share_out(round(official), weights[begin:end]), True
    out.insert(4, "people", pd.Series(people, index=out.index, dtype="Int64").where(known))
    return out.rename_axis("point_id")


def area_shares(areas: pd.DataFrame, table: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return what part of each governorate's people belongs to a target group.

    Parameters
    ----------
    areas : all areas, a frame of ``model.AREAS``.
    table : columns area_id, group, share, year, status, rule, source_id, see ``data.demand.group_shares``.
    group : code of the target group; ``all`` is everybody.

    Returns
    -------
    Index ``area_id`` of governorates and districts; columns share (NaN: not known), stated_for (the area whose share it is: its own,
    else that of its region, else of its country), year, status, rule, source_id.
    """
    columns = ["share", "year", "status", "rule", "source_id"]
    own = {str(row["area_id"]): row for row in table[table["group"] == group][["area_id", *columns]].to_dict("records")}
    everybody = {"share": 1.0, "year": None, "status": "", "rule": "", "source_id": ""}
    rows = {}
    for area_id in areas.index[areas["level"].isin(["governorate", "district"])]:
        at = "" if group == EVERYBODY else str(area_id)
        while at and at not in own:
            at = str(areas.loc[at, "parent_id"] or "") if at in areas.index else ""
        found = own[at] if at else everybody | {"share": 1.0 if group == EVERYBODY else np.nan}
        rows[area_id] = {name: found[name] for name in columns} | {"stated_for": at}
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*columns, "stated_for"]).rename_axis("area_id")


def people_in_part(points: pd.DataFrame, shares: pd.Series) -> pd.Series:
    """Return a part of the people of each point; in an area they sum to its people times its share, rounded.

    Parameters
    ----------
    points : from ``demand_points``.
    shares : 0-1 by ``area_id``; NaN where it is not known.

    Returns
    -------
    Whole people, Int64, index ``point_id``; NA where the people or the share are not known: that is not nobody.
    """
    codes, areas = pd.factorize(points["area_id"])
    people = points["people"].to_numpy(dtype=float, na_value=np.nan)
    out, known = np.zeros(len(points), dtype=np.int64), np.zeros(len(points), dtype=bool)
    for code, area_id in enumerate(areas):
        share, own = shares.get(area_id, np.nan), codes == code
        if not (pd.isna(share) or np.isnan(people[own]).any()):
            out[own], known[own] = share_out(round(int(people[own].sum()) * float(share)), people[own]), True
    return pd.Series(out, index=points.index, dtype="Int64", name="people").where(known)


def _cells(areas: pd.DataFrame, grid: pd.DataFrame | None) -> pd.DataFrame:
    """Return the points of a grid that lie in the areas, each with an id that people can read: the code of its area, latitude and longitude."""
    columns = ["area_id", "lon", "lat", "weight"]
    if grid is None:
        return pd.DataFrame({name: pd.Series(dtype=object if name == "area_id" else float) for name in columns})
    here = grid[grid["area_id"].isin(areas.index)]
    ids = pd.Series(
        [f"{area_id} {lat:.4f}, {lon:.4f}" for area_id, lon, lat in zip(here["area_id"], here["lon"], here["lat"], strict=True)], dtype=object
    )
    again = ids.groupby(ids).cumcount()  # cells of a few metres may stand at the same place, as far as it is written
    return here[columns].set_axis(ids.where(again == 0, ids + " (" + (again + 1).astype(str) + ")").tolist())


def _weights(localities: pd.DataFrame) -> pd.Series:
    """Return the listed people of each locality, and what stands in for them where none are listed."""
    listed = localities["population"].where(localities["population"] > 0)
    by_area = listed.groupby(localities["area_id"]).transform(lambda people: people.quantile(UNLISTED))
    by_country = listed.groupby(localities["country"]).transform(lambda people: people.quantile(UNLISTED))
    return listed.fillna(by_area).fillna(by_country).fillna(1.0)
