"""How often each unit had each rank over many draws: counted in one table, or kept draw by draw where there are more units than draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

CHUNK_NUMBERS = 30_000
"""Scores at a time: what they need then stays in the processor's cache."""
MOST_BITS = 10
"""Of a number's last bits that may hold a unit: 2^-42 of a distance is a fifth of ``_TIE``."""
_TIE = 1e-12
"""Scores this close, as a share of the largest, are equal but for rounding."""


def chunk_of(units: int) -> int:
    """Return how many draws are best made at a time: few enough for the cache, and enough to be worth adding up a table of units x units."""
    return max(CHUNK_NUMBERS // max(units, 1), units // 4, 1)


class Tally:
    """Ranks of units over draws.

    Parameters
    ----------
    units, draws : how many; memory goes with units x the smaller of both.
    """

    def __init__(self, units: int, draws: int) -> None:
        self._units = units
        self._table = np.zeros((units, units + 1), dtype=np.int64) if units <= draws else None
        self._kept: list[np.ndarray] = []

    def add(self, scores: np.ndarray) -> None:
        """Add draws x units, NaN where a unit has no score; equal scores share the better rank, as in the index itself."""
        if self._table is None:
            order, rank = _ordered(scores)
            ranks = np.empty(scores.shape, dtype=np.int32)
            np.put_along_axis(ranks, order, rank.astype(np.int32), axis=1)
            self._kept.append(ranks)
        else:
            _count(scores, self._table)

    def summary(self, quantiles: Sequence[float], top: int) -> tuple[list[np.ndarray], np.ndarray]:
        """Return for each quantile the smallest rank that at least this share of the draws did not exceed, and the share of draws among the first ``top``.

        Draws in which a unit had no score do not count; NaN where it never had one.
        """
        if self._table is None:
            ranks = np.sort(np.concatenate(self._kept), axis=0)
            total = (ranks < self._units).sum(axis=0)
            places = [np.maximum(np.ceil(share * total - 1e-9).astype(int) - 1, 0) for share in quantiles]
            found = [ranks[place, np.arange(self._units)] + 1.0 for place in places]
            first = (ranks < min(top, self._units)).sum(axis=0)
        else:
            ranked = self._table[:, :-1]
            total, reached = ranked.sum(axis=1), np.cumsum(ranked, axis=1)
            found = [(reached >= share * total[:, None] - 1e-9).argmax(axis=1) + 1.0 for share in quantiles]
            first = ranked[:, :top].sum(axis=1)
        there = total > 0
        return [np.where(there, rank, np.nan) for rank in found], np.where(there, first / np.where(there, total, 1), np.nan)


def _count(scores: np.ndarray, table: np.ndarray) -> None:
    """Count ranks by one sort of each draw.

    Distances from the best score are sorted as whole numbers with the unit in their last bits: one sort gives values and units, where sorting places
    takes twice as long and fetching the values by them as long again. What the bits take away is less than rounding.
    """
    units = scores.shape[1]
    bits = max(int(units - 1).bit_length(), 1)
    best, worst = float(scores.max(initial=-np.inf)), float(scores.min(initial=np.inf))
    if bits > MOST_BITS or np.isnan(best) or best == worst:
        order, rank = _ordered(scores)
        keys = order * (units + 1) + rank
    else:
        keys = (best - scores).view(np.int64)
        last = np.int64((1 << bits) - 1)
        keys &= ~last
        keys |= np.arange(units)
        keys.sort(axis=1)
        far = keys.view(np.float64)
        tied = np.subtract(far[:, 1:], far[:, :-1]) <= _TIE * max(abs(best), abs(worst), 1.0)
        keys &= last
        keys *= units + 1
        keys += _shared(tied) if tied.any() else np.arange(units)
    table += np.bincount(keys.ravel(), minlength=units * (units + 1)).reshape(units, units + 1)


def _ordered(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the units of each draw, the best first, and their ranks from 0; ``units`` for one without a score."""
    draws, units = scores.shape
    blank = np.isnan(scores)
    low = np.where(blank, np.inf, -scores)
    order = np.argsort(low, axis=1)
    ordered = np.take_along_axis(low, order, axis=1)
    tied = ordered[:, 1:] <= ordered[:, :-1] + _TIE * max(float(np.abs(scores[~blank]).max(initial=0)), 1.0)
    rank = _shared(tied) if tied.any() else np.broadcast_to(np.arange(units), (draws, units))
    return order, np.where(np.isinf(ordered), units, rank)


def _shared(tied: np.ndarray) -> np.ndarray:
    """Return ranks from 0 where some are equal to the one before."""
    fresh = np.column_stack([np.ones(len(tied), dtype=bool), ~tied])
    return np.asarray(np.maximum.accumulate(np.where(fresh, np.arange(fresh.shape[1]), 0), axis=1))
