"""What must be checked again: the sites that somebody answers for, and the state of each governorate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.freshness import BANDS, Band
from geo.model import Scope
from geo.permissions import may
from geo.registry import Registry

DUE: tuple[Band, ...] = ("stale", "never")


@dataclass(frozen=True, slots=True)
class Due:
    """A site that is due for a check: its band, and the day of the last check, None where there was none."""

    site_id: str
    band: Band
    checked_on: dt.date | None


def due_for_check(registry: Registry, scope: Scope, today: dt.date) -> list[Due]:
    """Return the sites whose last check is stale or never was, of those that ``scope`` may propose changes to.

    Parameters
    ----------
    registry : the registry as ``scope`` may see it. Sites of lists that are kept elsewhere are left out: they are checked there.
    scope : a partner's are the sites of the organisation, a planner's those of the governorates, the ministry's all; nobody
        else has any.
    today : the day from which the age of a check is counted.

    Returns
    -------
    Sites that were never checked first, those with the oldest record before the others; then the others, oldest check first.
    """
    dated = registry.on(today)
    sites = dated.sites
    late = np.flatnonzero(np.isin(dated.bands, [BANDS.index(band) for band in DUE]) & ~_kept_elsewhere(dated))
    some = sites.iloc[late]
    places = list(zip(some["country"], some["area_id"], some["organisation_id"], strict=True))
    own = {
        place: may(scope, "propose", country=str(place[0]), area_id=str(place[1]), organisation_id=str(place[2]))
        for place in dict.fromkeys(places)
    }  # fmt: skip
    found = []
    for position, site_id, day, place in zip(late, some.index, some["verified_on"], places, strict=True):
        if own[place]:
            band = BANDS[dated.bands[position]]
            known = day if isinstance(day, dt.date) and not pd.isna(day) else None
            found.append((band != "never", known or dt.date.min, str(site_id), Due(str(site_id), band, known if band != "never" else None)))
    return [due for *_, due in sorted(found, key=lambda row: row[:3])]


def freshness_by_area(registry: Registry, mask: np.ndarray) -> pd.DataFrame:
    """Count the chosen sites of each governorate by how fresh their last check is on the registry's day.

    Parameters
    ----------
    registry : the registry.
    mask : one truth value a site.

    Returns
    -------
    One row for each governorate or district, also where nothing is, index ``area_id``: ``country``, ``sites``, one column for
    each band of ``geo.freshness.BANDS``, and ``fresh_share`` (0-1: checked within one half-life; NA where there are no sites).
    """
    areas = registry.governorates
    place, bands = registry.area_positions, registry.bands
    here = mask & (place >= 0)
    cells = np.bincount(place[here] * len(BANDS) + bands[here], minlength=len(areas) * len(BANDS)).reshape(len(areas), len(BANDS))
    counts = pd.DataFrame(cells, index=areas.index, columns=list(BANDS), dtype="Int64")
    counts.insert(0, "sites", counts.sum(axis=1))
    counts.insert(0, "country", areas["country"])
    counts["fresh_share"] = (counts["fresh"].astype("Float64") / counts["sites"].where(counts["sites"] > 0)).astype("Float64")
    return counts


def _kept_elsewhere(registry: Registry) -> np.ndarray:
    locked = registry.sources.index[registry.sources["locked"] == 1]
    return registry.sites["source_id"].isin(locked).to_numpy(dtype=bool)
