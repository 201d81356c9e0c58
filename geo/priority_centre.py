"""The smallest new centre that takes an area out of the top tier of the priority list: at which place, and with how many places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.priority import GAPS, Priority

_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class NewCentre:
    """A centre that there is not yet.

    Parameters
    ----------
    area_id : the area that it takes out of the top tier.
    locality_id : where it would stand; empty where no centre at any of the candidates is enough.
    places : of each service that counts.
    below : the area that it would then stand after.
    candidates : at how many places a centre was tried.
    """

    area_id: str
    locality_id: str
    places: int
    below: str
    candidates: int


def top_tier(found: Priority) -> tuple[list[str], list[str]]:
    """Return the areas of the first tier and those of the second; nothing where there is no second one to come down to."""
    tier = found.table["tier"]
    first, second = ([str(area) for area in tier.index[(tier == number).fillna(value=False)]] for number in (1, 2))
    return (first, second) if second else ([], [])


def smallest_centre(
    found: Priority, area_id: str, most: Mapping[str, Mapping[tuple[str, str], float]], priority: Callable[[str, int], pd.Series]
) -> NewCentre | None:
    """Return the centre with the fewest places after which an area has a lower priority than the first area of the next tier.

    Parameters
    ----------
    found : the list as it is.
    area_id : an area of its top tier.
    most : candidate to the people in its reach by service and group: more places than that stay empty.
    priority : the priority of each area with a centre at a candidate and so many places of each service: the ledger made again.

    Returns
    -------
    None where the area is not in the top tier or there is no second one. Candidates are tried in the order of the people in their reach, the
    same number by id; one place less at the place that is named is not enough.
    """
    first, second = top_tier(found)
    if area_id not in first:
        return None
    now = found.table["priority"].astype(float)
    over = float(now[area_id] - now[second].max())
    mine = found.parts[(found.parts["area_id"] == area_id) & found.parts["gap"].isin(GAPS)]
    each = {(s, g): weight for (s, g), weight in _per_person(found, area_id).items() if weight > 0}
    least = max(int(np.floor(over / sum(each.values()) + _CLOSE)) + 1, 1)  # each place serves one person more of each at the most
    best: tuple[str, int, str] | None = None
    for candidate in sorted(most, key=lambda one: (-sum(most[one].values()), one)) if len(mine) else []:
        reach = {pair: most[candidate].get(pair, 0.0) for pair in each}
        room = int(max(reach.values(), default=0)) if best is None else best[1] - 1
        if room < least or sum(each[pair] * reach[pair] for pair in each) <= over:
            continue
        tried = _fewest(lambda places, at=candidate: _after(priority(at, places), area_id, second), least, room)  # type: ignore[misc]
        if tried is not None:
            best = (candidate, *tried)
            if best[1] == least:
                break
    return NewCentre(area_id, *(best or ("", 0, "")), len(most))


def _fewest(after: Callable[[int], str], least: int, room: int) -> tuple[int, str] | None:
    """Return the fewest places, and after whom the area then stands; None where ``room`` is not enough."""
    low, high, below = 0, room, after(room)
    if not below:
        return None
    if room > least and (sooner := after(least)):
        high, below = least, sooner
    while high - low > 1:
        middle = high - 1 if high == least else (low + high) // 2
        found = after(middle)
        if found:
            high, below = middle, found
        else:
            low = middle
    return high, below


def _after(priority: pd.Series, area_id: str, second: list[str]) -> str:
    """Return the first area of the next tier where the area stands after it; nothing where it does not."""
    others = priority[second].astype(float)
    return str(others.idxmax()) if float(priority[area_id]) < float(others.max()) - _CLOSE else ""


def _per_person(found: Priority, area_id: str) -> dict[tuple[str, str], float]:
    """Return what one person of a service and group weighs in an area."""
    factor = float(found.table["factor"][area_id])
    return {(s, g): u * w * factor for s, u in found.weights.services for g, w in found.weights.groups}
