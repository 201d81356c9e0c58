"""The gap ledger: everybody in need of a service is served, faces a full site, is out of reach, is excluded, or nobody knows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np
import pandas as pd

from geo.allocation import serve_best
from geo.capacity import serve_in_order
from geo.errors import InputError
from geo.minutes import Minutes

PARTS = ("served", "full", "out_of_reach", "excluded", "unknown")
"""What need is split into; the parts always sum to it."""
STATES = ("open", "unknown", "closed")
_WORKING = {"active": "open", "unknown": "unknown", "damaged": "unknown"}
"""Working states of ``model.SITE_STATUS`` that are not closed. A damaged site may work or not: nobody knows."""
WIDER = {"women_disability": ("disability",)}
"""Target group to those that hold all of it: a site for these is for it."""
Allocation = Literal["optimal", "in_order"]


def service_sites(sites: pd.DataFrame, services: Collection[str], group: str, capacity: pd.Series) -> pd.DataFrame:
    """Return the sites that give one of some services, as the ledger sees them.

    Parameters
    ----------
    sites : a frame of ``model.SITES``.
    services : codes of the services.
    group : code of the target group.
    capacity : people that a site can serve, by ``site_id``; NaN or no entry where it is not stated.

    Returns
    -------
    Index ``site_id``, in the order of ``sites``. Columns:

    area_id, lon, lat : where; lon and lat are NaN where a site is only known by its governorate.
    state : ``open`` (active), ``unknown`` (unknown, damaged) or ``closed`` (planned, closed, destroyed).
    admits : the site states no target group, everybody, this group, or one that holds it.
    capacity : people; NaN where it is not known.
    """
    wanted = set(services)
    found = sites[np.array([not wanted.isdisjoint(given) for given in sites["services"]], dtype=bool)]
    fitting = {group, "all", *WIDER.get(group, ())}
    placed = found["lon"].notna() & (found["position_kind"] != "area_centroid")
    return pd.DataFrame({
        "area_id": found["area_id"], "lon": found["lon"].where(placed), "lat": found["lat"].where(placed),
        "state": [_WORKING.get(str(status), "closed") for status in found["status"]],
        "admits": np.array([not given or bool(fitting & set(given)) for given in found["target_groups"]], dtype=bool),
        "capacity": capacity.reindex(found.index).astype(float),
    }, index=found.index)  # fmt: skip


def point_ledger(
    need: pd.Series,
    sites: pd.DataFrame,
    minutes: Minutes,
    *,
    limit: float,
    area_of: pd.Series | None = None,
    unhindered: Minutes | None = None,
    allocation: Allocation = "optimal",
) -> pd.DataFrame:
    """Split the need of every point into the parts of the ledger.

    Served are as many as the open sites that admit the group and state a capacity can serve within the limit. Of the others at
    a point, all are

    - unknown, where a site in reach that admits them may serve them: its capacity or its working state is not known, or it is somewhere
      in the point's governorate and nobody may know where;
    - full, where such sites in reach state their capacity and it is used up;
    - excluded, where only sites in reach that do not admit them are open, or a permit keeps them from one;
    - out of reach, where there is none.

    Parameters
    ----------
    need : whole people by ``point_id``, >= 0.
    sites : columns area_id, state, admits, capacity and whether it has a point (lon), from ``service_sites``.
    minutes : points x sites, as the group may travel. A site without a point has no pairs.
    limit : minutes; the limit itself is inside.
    area_of : governorate of each point; without it sites without a point are in nobody's reach.
    unhindered : the same matrix for people who may pass everywhere, where the group may not: what only they reach excludes the others.
    allocation : how capacity is shared out: as well as possible (``serve_best``) or in the order of ``sites``.

    Returns
    -------
    Index ``point_id`` in the order of ``need``; columns need and ``PARTS``, int64: the parts of each row sum to its need.

    Raises
    ------
    InputError : a need is missing, negative or not whole, or a site has a state or a capacity that there is not.
    """
    if not sites["state"].isin(STATES).all() or (sites["capacity"] < 0).any():
        raise InputError("access.site_state")
    near = minutes.within(limit)
    there = sites.reindex(near.site_ids)
    open_, maybe = (there["state"] == "open").to_numpy(), (there["state"] == "unknown").to_numpy()
    admits, stated = there["admits"].to_numpy(dtype=bool), there["capacity"].notna().to_numpy()
    giving, doubtful, refusing = open_ & admits & stated, admits & (maybe | (open_ & ~stated)), open_ & ~admits
    capacity = there["capacity"].where(giving, 0.0)
    if allocation == "optimal":
        served = serve_best(need, capacity, near, limit=limit, whole=True).people
    else:
        served = serve_in_order(need, capacity, near, limit=limit, order=[s for s in sites.index if s in near.site_ids], whole=True).people
    total = near.at_points(need, "need").astype(np.int64)
    took = np.round(served.reindex(near.point_ids).to_numpy()).astype(np.int64)
    rest = total - took
    unsure = _reached(near, doubtful) | _somewhere_here(sites, near.point_ids, area_of)
    barred = _reached(near, refusing) | (_reached(unhindered.within(limit), (giving | doubtful)) if unhindered is not None else False)
    out = {"need": total, "served": took} | {part: np.zeros_like(total) for part in PARTS[1:]}
    left = rest > 0
    for part, holds in (("unknown", unsure), ("full", _reached(near, giving)), ("excluded", barred), ("out_of_reach", np.ones_like(left))):
        out[part] = np.where(left & holds, rest, 0)
        left &= ~holds
    return pd.DataFrame(out, index=near.point_ids.rename("point_id"))[["need", *PARTS]].reindex(need.index)


def area_ledger(points: pd.DataFrame, area_of: pd.Series, areas: pd.Index, unknown_areas: pd.Index) -> pd.DataFrame:
    """Add up the ledger of points by area.

    Parameters
    ----------
    points : from ``point_ledger``.
    area_of : area of each point.
    areas : areas that get a row, in order; all zeros where nobody is in need.
    unknown_areas : areas whose need is not known: their figures are NA, which is neither 0 nor a gap.

    Returns
    -------
    Index ``area_id``; columns need and ``PARTS``, Int64.
    """
    sums = points.groupby(area_of.reindex(points.index)).sum().reindex(areas, fill_value=0).astype("Int64")
    sums.loc[sums.index.isin(unknown_areas)] = pd.NA
    return sums.rename_axis("area_id")


def _reached(near: Minutes, sites: np.ndarray) -> np.ndarray:
    """Say for each point whether one of the sites is within the limit."""
    return near.over_sites(sites[near.site].astype(float)) > 0


def _somewhere_here(sites: pd.DataFrame, point_ids: pd.Index, area_of: pd.Series | None) -> np.ndarray:
    """Say for each point whether a site without a point, in its governorate, may serve it."""
    if area_of is None:
        return np.zeros(len(point_ids), dtype=bool)
    hidden = sites[sites["lon"].isna() & sites["admits"] & (sites["state"] != "closed")]
    return np.asarray(area_of.reindex(point_ids).isin(set(hidden["area_id"]) - {""}), dtype=bool)
