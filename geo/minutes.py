"""Minutes between points and sites as one sparse matrix: what every measure of access reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from geo.errors import BadCell, InputError, SchemaError

COLUMNS = ("point_id", "site_id", "minutes")
SHOWN = 120


@dataclass(frozen=True, eq=False)
class Minutes:
    """Travel times in minutes from points to sites. A pair that is not here has no route.

    Points and sites stand in the order of their ids and pairs in the order of both, so that no result depends on the
    order of a file's rows.

    Parameters
    ----------
    point_ids, site_ids : all points and all sites, also those without a route; sorted, each once.
    point, site : for each pair the place of its point and of its site, int32: half of the memory, as there are far more pairs than places.
    minutes : for each pair its minutes, float64, finite, >= 0.
    """

    point_ids: pd.Index
    site_ids: pd.Index
    point: np.ndarray
    site: np.ndarray
    minutes: np.ndarray

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, point_ids: pd.Index, site_ids: pd.Index, *, file: str = "") -> Minutes:
        """Build the matrix.

        Parameters
        ----------
        frame : columns point_id, site_id, minutes; ``inf`` means no route. Its index (row of the file) names rows in errors.
        point_ids, site_ids : every point and site there is.
        file : name of the file, for the errors.

        Raises
        ------
        SchemaError : a pair names a point or a site that does not exist, is there twice, or its minutes are negative or
            not a number; all such cells are listed.
        """
        points, sites = (_sorted_ids(ids) for ids in (point_ids, site_ids))
        point, site = points.get_indexer(pd.Index(frame["point_id"])), sites.get_indexer(pd.Index(frame["site_id"]))
        minutes = frame["minutes"].to_numpy(dtype=np.float64)
        wrong = np.isnan(minutes) | (minutes < 0)
        order = np.lexsort((site, point)) if _unsorted(point, site) else np.arange(len(point))
        twice = np.zeros(len(point), dtype=bool)
        ahead, behind = order[1:], order[:-1]
        twice[ahead] = (point[ahead] == point[behind]) & (site[ahead] == site[behind]) & (point[ahead] >= 0) & (site[ahead] >= 0)
        bad = [
            *_cells(frame, point < 0, "point_id", "access.unknown_point", file),
            *_cells(frame, site < 0, "site_id", "access.unknown_site", file),
            *_cells(frame, wrong, "minutes", "access.minutes", file),
            *_cells(frame, twice, "site_id", "access.pair_twice", file),
        ]
        if bad:
            raise SchemaError(sorted(bad, key=lambda cell: cell.row))
        order = order[np.isfinite(minutes[order])]
        return cls(points, sites, point[order].astype(np.int32), site[order].astype(np.int32), minutes[order])

    @classmethod
    def from_rows(cls, point: np.ndarray, site: np.ndarray, minutes: np.ndarray, point_ids: pd.Index, site_ids: pd.Index) -> Minutes:
        """Build the matrix from the places of points and sites among their ids: what ``geo.travel`` gives.

        Parameters
        ----------
        point, site : k places in ``point_ids`` and ``site_ids``; no pair twice.
        minutes : k minutes, finite, >= 0.
        point_ids, site_ids : in any order.
        """
        points, sites = (_sorted_ids(ids) for ids in (point_ids, site_ids))
        point, site = (found if list(ids) == list(given) else ids.get_indexer(given)[found] for ids, given, found in (
            (points, point_ids, point), (sites, site_ids, site)
        ))  # fmt: skip
        if _unsorted(point, site):
            order = np.lexsort((site, point))
            point, site, minutes = point[order], site[order], minutes[order]
        # Arrays that are as they must be are shared: ten million pairs take a quarter of a gigabyte.
        return cls(points, sites, np.asarray(point, dtype=np.int32), np.asarray(site, dtype=np.int32), np.asarray(minutes, dtype=np.float64))

    def __len__(self) -> int:
        return len(self.minutes)

    def within(self, limit: float) -> Minutes:
        """Return the pairs of at most ``limit`` minutes: the limit itself is inside.

        Raises
        ------
        InputError : the limit is negative or not a number; infinity keeps all pairs.
        """
        inside = self.inside(limit)
        if np.isinf(limit):
            return self
        kept = np.flatnonzero(inside)  # places are taken ten times faster than by a mask
        return Minutes(self.point_ids, self.site_ids, self.point.take(kept), self.site.take(kept), self.minutes.take(kept))

    def inside(self, limit: float, part: slice = slice(None)) -> np.ndarray:
        """Return for each pair, or each of a part of them, whether it takes at most ``limit`` minutes; raises as ``within``."""
        if not limit >= 0:
            raise InputError("access.limit", value=limit)
        return np.asarray(self.minutes[part] <= limit)

    def over_points(self, weights: np.ndarray) -> np.ndarray:
        """Return for each site the sum of its pairs' weights."""
        return np.bincount(self.site, weights=weights, minlength=len(self.site_ids))

    def over_sites(self, weights: np.ndarray) -> np.ndarray:
        """Return for each point the sum of its pairs' weights."""
        return np.bincount(self.point, weights=weights, minlength=len(self.point_ids))

    @cached_property
    def starts(self) -> np.ndarray:
        """Where the pairs of each point begin, and at the end how many pairs there are: ``starts[i]:starts[i + 1]``."""
        return np.searchsorted(self.point, np.arange(len(self.point_ids) + 1))

    def at_points(self, values: pd.Series, name: str) -> np.ndarray:
        """Return one number a point in the matrix's order.

        Parameters
        ----------
        values : index the ids of all points.
        name : what the values are, for the error.

        Raises
        ------
        InputError : a point has no value, or one that is negative or not a finite number.
        """
        return _aligned(values, self.point_ids, name, highest=np.finfo(np.float64).max)

    def at_sites(self, values: pd.Series, name: str, *, infinite: bool = False) -> np.ndarray:
        """Return one number a site in the matrix's order, as ``at_points``; ``infinite`` lets infinity in."""
        return _aligned(values, self.site_ids, name, highest=np.inf if infinite else np.finfo(np.float64).max)


def _sorted_ids(ids: pd.Index) -> pd.Index:
    sorted_ids: pd.Index = pd.Index(sorted(ids), dtype=object)
    if not sorted_ids.is_unique:
        raise InputError("access.id_twice", value=str(sorted_ids[sorted_ids.duplicated()][0])[:SHOWN])
    return sorted_ids


def _unsorted(point: np.ndarray, site: np.ndarray) -> bool:
    back = point[1:] < point[:-1]
    if back.any():
        return True
    np.equal(point[1:], point[:-1], out=back)
    back &= site[1:] < site[:-1]
    return bool(back.any())


def _cells(frame: pd.DataFrame, mask: np.ndarray, column: str, code: str, file: str) -> list[BadCell]:
    found = frame[mask]
    return [
        BadCell(int(str(row)) if str(row).isdecimal() else 0, column, str(value)[:SHOWN], code, {"file": file})
        for row, value in zip(found.index, found[column], strict=True)
    ]


def _aligned(values: pd.Series, ids: pd.Index, name: str, *, highest: float) -> np.ndarray:
    found = values.reindex(ids).to_numpy(dtype=np.float64)
    wrong = ~((found >= 0) & (found <= highest))
    if wrong.any():
        raise InputError("access.value", name=name, id=str(ids[wrong][0])[:SHOWN], value=str(found[wrong][0]))
    return found
