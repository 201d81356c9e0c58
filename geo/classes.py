"""Classes for a map: break values into a few ordered classes, label them with round numbers, and say which class a value is in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

Method = Literal["quantile", "equal", "fixed"]
_MOST_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Breaks:
    """Classes of a map, closed on the right: class ``i`` holds the values in ``(uppers[i - 1], uppers[i]]``.

    Parameters
    ----------
    method : how they were made.
    uppers : upper bound of each class, rising. The first class also holds everything below its bound, the last one
        everything above it, so that a value from outside the data still has a class.
    labels : (lower, upper) of each class as numbers for a legend, as round as they can be while every value that the
        classes were made of stays between its label's numbers; None stands for an open end.
    """

    method: Method
    uppers: tuple[float, ...]
    labels: tuple[tuple[float | None, float | None], ...]

    def __len__(self) -> int:
        return len(self.uppers)


def class_breaks(values: pd.Series, *, method: Method, count: int = 5, fixed: Sequence[float] | None = None) -> Breaks:
    """Return the classes of ``values``.

    Parameters
    ----------
    values : any index; values that are missing or not finite are left out, and are never read as 0.
    method : ``quantile`` puts about as many values into each class (linear interpolation), ``equal`` makes all classes
        equally wide, ``fixed`` takes the inner bounds given.
    count : classes wanted, >= 1; not used by ``fixed``. There are fewer where values tie: no quantile class is empty,
        and values that are all equal make one class.
    fixed : inner bounds, rising; ``n`` bounds make ``n + 1`` classes, open at both ends, whatever the values are.

    Returns
    -------
    The classes; none at all where ``quantile`` or ``equal`` has no value to go by.

    Raises
    ------
    ValueError : ``count`` is below 1, or ``fixed`` is missing, not finite or not rising.

    Source: quantiles as ``numpy.quantile``; closed on the right and ties as in mapclassify (Rey et al., PySAL).
    """
    data = _finite(values)
    data = np.sort(data[~np.isnan(data)])
    if method == "fixed":
        bounds = [float(bound) for bound in fixed or ()]
        if not bounds or not all(math.isfinite(bound) for bound in bounds) or any(b <= a for a, b in pairwise(bounds)):
            raise ValueError("fixed bounds must be finite and rising")
        ends: list[float | None] = [None, *bounds, None]
        return Breaks("fixed", (*bounds, math.inf), tuple(pairwise(ends)))
    if count < 1:
        raise ValueError("count must be at least 1")
    if not len(data):
        return Breaks(method, (), ())
    if method == "quantile":
        uppers = np.unique(np.quantile(data, np.arange(1, count + 1) / count))
        uppers = uppers[np.diff(np.searchsorted(data, uppers, side="right"), prepend=0) > 0]
    else:
        uppers = np.unique(np.linspace(data[0], data[-1], count + 1)[1:])
    return Breaks(method, tuple(uppers.tolist()), _labels(data, uppers))


def classify(values: pd.Series, breaks: Breaks) -> pd.Series:
    """Return the class of each value.

    Parameters
    ----------
    values : any index.
    breaks : from ``class_breaks``, of these or of other values.

    Returns
    -------
    Int64 from 0 to ``len(breaks) - 1`` on the index of ``values``; NA where the value is missing or not finite, and
    everywhere if there are no classes.
    """
    data = _finite(values)
    out = pd.Series(pd.NA, index=values.index, dtype="Int64", name=values.name)
    if len(breaks):
        known = ~np.isnan(data)
        out[known] = np.searchsorted(np.asarray(breaks.uppers[:-1]), data[known], side="left")
    return out


def _finite(values: pd.Series) -> np.ndarray:
    """Return the values as floats, NaN where one is missing or infinite."""
    data = pd.to_numeric(values).to_numpy(dtype=float, na_value=math.nan)
    return np.where(np.isfinite(data), data, math.nan)


def _labels(data: np.ndarray, uppers: np.ndarray) -> tuple[tuple[float | None, float | None], ...]:
    """Round each bound as far as no value changes its side; ``data`` is sorted and not empty."""
    low, high = float(data[0]), float(data[-1])
    if low == high:
        return ((low, high),)
    bounds = [low, *uppers.tolist()]
    inner = []
    for before, bound, after in zip(bounds, bounds[1:], bounds[2:], strict=False):
        i = int(np.searchsorted(data, bound, side="right"))
        inner.append(_roundest(bound, max(float(data[i - 1]), (before + bound) / 2), min(float(data[i]), (bound + after) / 2)))
    if uppers[0] == low:
        return tuple(pairwise([low, low, *inner[1:], _outward(high, high - low, 1)]))
    return tuple(pairwise([_outward(low, high - low, -1), *inner, _outward(high, high - low, 1)]))


def _roundest(bound: float, low: float, high: float) -> float:
    """Return the number with the fewest significant digits in ``[low, high)``, where ``bound`` lies; of two the nearer one."""
    for digits in range(1, _MOST_DIGITS):
        nearest = float(f"{bound:.{digits - 1}e}")
        unit = 10.0 ** (math.floor(math.log10(abs(nearest))) - digits + 1) if nearest else 0.0
        around = [float(f"{candidate:.{digits - 1}e}") for candidate in (nearest, nearest - unit, nearest + unit)]
        fitting = [candidate for candidate in around if low <= candidate < high]
        if fitting:
            return min(fitting, key=lambda candidate: abs(candidate - bound))
    return bound


def _outward(end: float, span: float, direction: int) -> float:
    """Round an end of the data away from it, by less than a tenth of the span, and never across 0."""
    step = 10.0 ** math.floor(math.log10(span) - 1)
    if not step or abs(end) / step > 1e12:
        return end
    rounded = float(f"{(math.ceil(end / step) if direction > 0 else math.floor(end / step)) * step:.13g}")
    astray = rounded * direction < end * direction or rounded * end < 0
    return end if astray else rounded
