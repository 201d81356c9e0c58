"""The measures of access by the names that commands and pages use, each with its own defaults."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo import access, catchment, raam
from geo.decay import BINARY, EXPONENTIAL, LUO_QI, WAN, Decay
from geo.errors import InputError
from geo.minutes import Minutes


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of access.

    Parameters
    ----------
    limit : minutes where none are given.
    decay : decay function where none is given; None where the measure has none.
    unit : of its values: minutes, share, supply, supply_per_person, level or cost.
    competes : people share the supply of a site among them.
    """

    limit: float
    decay: Decay | None
    unit: str
    competes: bool = False


MEASURES = {
    "nearest": Measure(30, None, "minutes"),
    "coverage": Measure(30, None, "share"),
    "cumulative": Measure(30, None, "supply"),
    "gravity": Measure(np.inf, EXPONENTIAL, "supply"),
    "2sfca": Measure(30, BINARY, "supply_per_person", competes=True),
    "e2sfca": Measure(30, LUO_QI, "supply_per_person", competes=True),
    "3sfca": Measure(60, WAN, "supply_per_person", competes=True),
    "m2sfca": Measure(30, LUO_QI, "supply_per_person", competes=True),
    "bfca": Measure(30, BINARY, "level", competes=True),
    "availability": Measure(np.inf, EXPONENTIAL, "supply", competes=True),
    "raam": Measure(np.inf, None, "cost"),
}
_CATCHMENTS = {
    "2sfca": catchment.two_step,
    "e2sfca": catchment.enhanced_two_step,
    "m2sfca": catchment.modified_two_step,
    "bfca": catchment.balanced,
    "availability": catchment.availability,
}


def find_measure(method: str) -> Measure:
    """Return the measure called ``method``.

    Raises
    ------
    InputError : there is none of that name.
    """
    if method not in MEASURES:
        raise InputError("access.method", value=method[:80], methods=", ".join(MEASURES))
    return MEASURES[method]


def measure(
    method: str,
    population: pd.Series,
    supply: pd.Series,
    minutes: Minutes,
    *,
    limit: float | None = None,
    decay: Decay | None = None,
    tau: float = 60.0,
    pysal_compat: bool = False,
) -> pd.Series:
    """Return a measure of access for every point.

    Parameters
    ----------
    method : one of ``MEASURES``.
    population, supply, minutes : as the measures' own functions take them.
    limit : minutes, inside; the measure's own where None. ``nearest`` is never cut by it.
    decay : decay function; the measure's own where None, without effect on one that has none.
    tau, pysal_compat : as in ``rational_agents`` and ``three_step``.

    Returns
    -------
    One value a point, index ``point_id`` in the order of ``population``.

    Raises
    ------
    InputError : an unknown method, or a value that its function refuses.
    """
    found = find_measure(method)
    reach = found.limit if limit is None else limit
    if method == "nearest":
        values = access.nearest(minutes.within(np.inf))
    elif method == "coverage":
        values = access.covered(minutes, limit=reach)
    elif method == "cumulative":
        values = access.cumulative(supply, minutes, limit=reach)
    elif method == "gravity":
        values = access.gravity(supply, minutes, limit=reach, decay=decay or EXPONENTIAL)
    elif method == "3sfca":
        values = catchment.three_step(population, supply, minutes, limit=reach, decay=decay or WAN, pysal_compat=pysal_compat)
    elif method == "raam":
        values = raam.rational_agents(population, supply, minutes, limit=reach, tau=tau, pysal_compat=pysal_compat)
    else:
        values = _CATCHMENTS[method](population, supply, minutes, limit=reach, decay=decay or found.decay or BINARY)
    return values.reindex(population.index)
