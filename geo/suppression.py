"""Small counts held back, and as few others as needed so that no sum gives one of them away."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

FEWEST = 5
"""A count from 1 to below this is held back (docs/methods/suppression.md)."""
TOTAL = "total"


@dataclass(frozen=True, eq=False)
class Suppressed:
    """A table with its totals as it may be shown, and which of its counts are held back.

    Parameters
    ----------
    shown : counts (Int64) with a last row and, for a table of two ways, a last column ``TOTAL``; NA where held back.
    primary : same shape; the count is small.
    secondary : same shape; held back for the sake of others. Whoever shows the table marks both alike.
    """

    shown: pd.DataFrame
    primary: pd.DataFrame
    secondary: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Cell:
    """A count above 0 between two sums that it is part of; ``sign`` is -1 where it is itself the sum in one of them."""

    row: int
    column: int
    value: int
    sign: int

    def leads(self, *, down: bool) -> bool:
        """Say whether the count can change by one in this direction and stay above 0: zeros are shown, so whoever reads knows that it is."""
        return self.value >= 2 or (self.sign > 0) is down


def suppress(counts: pd.DataFrame | pd.Series, *, k: int = FEWEST) -> Suppressed:
    """Hold back the counts from 1 to ``k`` - 1, and further ones until none can be worked out from what is shown.

    Parameters
    ----------
    counts : whole numbers >= 0 without totals. A frame is a table of two ways, for example governorate x service, whose rows and
        columns are both added up; a series is one list with one total.
    k : the smallest count above 0 that may be shown, >= 2.

    Returns
    -------
    The table with totals. Zeros are never held back. Where no count is small, nothing is. Each count held back, small or not, can
    take at least two values that agree with everything shown; and none of the further ones could be shown again without undoing that.

    Raises
    ------
    ValueError : a count is missing, negative or not whole, a label is ``TOTAL``, or ``k`` is below 2.

    Notes
    -----
    The counts and their sums are the arcs of a network whose nodes are the sums; a count cannot be worked out exactly when it lies
    on a circuit of arcs that are held back, along which one unit can be moved. A missing circuit is closed over the shown counts
    whose sum is least (a shortest path). Exact for tables of one and two ways, because such networks have whole solutions.
    Source: Cox 1980, JASA 75 (370); Kelly, Golden & Assad 1992, Networks 22 (4); Hundepool et al. 2012, Statistical Disclosure
    Control, Wiley, chapter 4.
    """
    if k < 2:
        raise ValueError("k must be at least 2")
    frame = counts.to_frame() if isinstance(counts, pd.Series) else counts
    full = _with_totals(frame, two_ways=isinstance(counts, pd.DataFrame))
    values = full.to_numpy(dtype=np.int64)
    cells = _network(values, two_ways=isinstance(counts, pd.DataFrame))
    small = {place for place, cell in cells.items() if cell.value < k}
    hidden = set(small)
    for place in sorted(small):
        hidden |= set(_circuit(cells, place, hidden) or ())
    for place in sorted(hidden - small, key=lambda one: -cells[one].value):
        if all(_circuit(cells, other, hidden - {place}, shown_too=False) is not None for other in hidden - {place}):
            hidden.remove(place)
    return Suppressed(
        full.astype("Int64").mask(_mask(full, hidden)), pd.DataFrame(_mask(full, small), full.index, full.columns),
        pd.DataFrame(_mask(full, hidden - small), full.index, full.columns),
    )  # fmt: skip


def _with_totals(frame: pd.DataFrame, *, two_ways: bool) -> pd.DataFrame:
    numbers = frame.to_numpy(dtype=float, na_value=np.nan)
    if not np.all(np.isfinite(numbers)) or (numbers < 0).any() or (numbers != np.floor(numbers)).any():
        raise ValueError("counts must be whole numbers of at least 0")
    if TOTAL in frame.index or TOTAL in frame.columns:
        raise ValueError(f"a row or a column is called {TOTAL!r}")
    full = frame.astype("int64")
    if two_ways:
        full = full.assign(**{TOTAL: full.sum(axis=1)})
    return pd.concat([full, full.sum().to_frame(TOTAL).T])


def _network(values: np.ndarray, *, two_ways: bool) -> dict[tuple[int, int], _Cell]:
    """Return the counts above 0 as arcs: from the sum of its row to the sum of its column, or in a list from the one sum to nothing."""
    rows, columns = values.shape
    out = {}
    for i, j in zip(*np.nonzero(values), strict=True):
        if two_ways:
            sign = 1 if (i < rows - 1) == (j < columns - 1) else -1
            out[int(i), int(j)] = _Cell(int(i), rows + int(j), int(values[i, j]), sign)
        else:
            out[int(i), int(j)] = _Cell(0, 1, int(values[i, j]), 1 if i < rows - 1 else -1)
    return out


def _circuit(
    cells: dict[tuple[int, int], _Cell], place: tuple[int, int], hidden: Collection[tuple[int, int]], *, shown_too: bool = True
) -> list[tuple[int, int]] | None:
    """Return the counts of the cheapest circuit through one count; None where there is none.

    Counts that are hidden already cost nothing, others what they count; with ``shown_too`` False only hidden ones are used.
    """
    best: tuple[int, list[tuple[int, int]]] | None = None
    own = cells[place]
    for down in (True, False):
        if own.leads(down=down):
            start, goal = (own.column, own.row) if down else (own.row, own.column)
            found = _path(cells, start, goal, place, hidden, shown_too=shown_too)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
    return None if best is None else [place, *best[1]]


def _path(
    cells: dict[tuple[int, int], _Cell], start: int, goal: int, without: tuple[int, int], hidden: Collection[tuple[int, int]], *, shown_too: bool
) -> tuple[int, list[tuple[int, int]]] | None:
    """Return cost and counts of the shortest path between two sums along which a unit can be moved (Dijkstra)."""
    arcs: dict[int, list[tuple[int, int, tuple[int, int]]]] = {}
    for place, cell in cells.items():
        if place == without or not (shown_too or place in hidden):
            continue
        cost = 0 if place in hidden else cell.value
        for down, tail, head in ((True, cell.row, cell.column), (False, cell.column, cell.row)):
            if cell.leads(down=down):
                arcs.setdefault(tail, []).append((head, cost, place))
    costs, came = {start: 0}, dict[int, tuple[int, tuple[int, int]]]()
    queue = [(0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node == goal:
            steps = deque[tuple[int, int]]()
            while node != start:
                node, place = came[node]
                steps.appendleft(place)
            return cost, list(steps)
        if cost > costs[node]:
            continue
        for head, more, place in arcs.get(node, ()):
            if cost + more < costs.get(head, cost + more + 1):
                costs[head], came[head] = cost + more, (node, place)
                heapq.heappush(queue, (cost + more, head))
    return None


def _mask(full: pd.DataFrame, places: Collection[tuple[int, int]]) -> np.ndarray:
    out = np.zeros(full.shape, dtype=bool)
    for i, j in places:
        out[i, j] = True
    return out
