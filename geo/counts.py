"""Counts for each governorate: sites, services, organisations, protected places, and how many there are for the people who live there."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from geo.model import VALUE_STATUS
from geo.registry import Registry
from geo.suppression import TOTAL, suppress


def counts_by_area(
    registry: Registry, mask: np.ndarray, *, countries: Collection[str] = (), services: Collection[str] = (), cleared: bool = False
) -> pd.DataFrame:
    """Count the chosen sites in each governorate or district.

    Parameters
    ----------
    registry : the registry; hidden sites are not in it, sites shown by governorate only are counted there.
    mask : one truth value a site, in the order of ``registry.sites``.
    countries : packs whose areas are wanted; all where empty.
    services : codes of the services that ``services`` counts; every service where empty.
    cleared : the reader may know how many protected places there are; otherwise small numbers are held back.

    Returns
    -------
    One row for each area, also where nothing is, index ``area_id`` in the registry's order:

    country : its pack.
    sites : sites, whatever their working state.
    services : services at sites, a service at two sites counting twice.
    organisations : different organisations that run a site here.
    planned : sites that are only planned; they are among ``sites``.
    protected : sensitive sites without a point of their own, all that are here and not only the chosen ones, so that two
        filters tell no difference; NA where the number is held back (``geo.suppression``: small ones, and those that the
        country's total would give away), and then ``protected_suppressed`` is True.
    population, population_year, population_status, population_source : people, by the newest official or estimated
        value; NA where neither is known.
    sites_per_100k, services_per_100k : for 100,000 people; NA where the population is not known or 0.

    Raises
    ------
    ValueError : ``mask`` does not have one value a site.
    """
    if mask.shape != (len(registry.sites),):
        raise ValueError("the mask needs one value a site")
    areas = registry.governorates
    if countries:
        areas = areas[areas["country"].isin(list(countries))]
    place = registry.area_positions
    here = mask & (place >= 0)
    size = len(registry.governorates)

    def per_area(chosen: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        found = np.bincount(place[chosen], weights=None if weights is None else weights[chosen], minlength=size)
        return found.astype(np.int64)

    runners, organisation = registry.organisation_positions
    run = here & (organisation >= 0)
    pairs_run = np.unique(place[run].astype(np.int64) * (runners + 1) + organisation[run])
    counts = pd.DataFrame(
        {
            "sites": per_area(here),
            "services": per_area(here, registry.service_counts(services)),
            "organisations": np.bincount(pairs_run // (runners + 1), minlength=size).astype(np.int64),
            "planned": per_area(here & registry.planned),
            "protected": per_area((place >= 0) & registry.protected),
        },
        index=registry.governorates.index,
        dtype="Int64",
    ).loc[areas.index]
    counts.insert(0, "country", areas["country"])
    if not cleared:
        counts["protected"] = _held_back(counts["protected"], counts["country"])
    counts["protected_suppressed"] = counts["protected"].isna().to_numpy(dtype=bool)
    people = newest_values(registry, "population", statuses=("official", "estimate")).reindex(counts.index)
    counts["population"] = people["value"].astype("Float64")
    counts["population_year"] = people["year"].astype("Int64")
    counts["population_status"] = people["status"]
    counts["population_source"] = people["source_id"]
    return _with_rates(counts)


def totals_by_country(counts: pd.DataFrame) -> pd.DataFrame:
    """Add up the areas of each country; countries are never added up, because their areas overlap.

    Parameters
    ----------
    counts : from ``counts_by_area``.

    Returns
    -------
    Index ``country``: sites, services, planned, protected, population, sites_per_100k and services_per_100k. Sites
    without an area are not in it. A sum is NA where one of its parts is, so that no total tells a count that was
    held back and none leaves people out. Organisations are not added up: one may work in several areas.
    """
    added = ["sites", "services", "planned", "protected", "population"]
    return _with_rates(counts.groupby("country")[added].sum(skipna=False))


def newest_values(registry: Registry, indicator_id: str, *, statuses: Collection[str] = VALUE_STATUS) -> pd.DataFrame:
    """Return the newest value of an indicator for each area that has one.

    Parameters
    ----------
    registry : the registry.
    indicator_id : which indicator.
    statuses : what a value may be worth.

    Returns
    -------
    Index ``area_id``, columns of ``model.INDICATOR_VALUES`` without ``area_id``; of one year's values the one that
    stands first in ``model.VALUE_STATUS``, official before estimate.
    """
    values = registry.values  # a table of the registry, not a frame's array
    found = values[(values["indicator_id"] == indicator_id) & values["status"].isin(list(statuses))]
    worth = found["status"].map(VALUE_STATUS.index)
    ordered = found.assign(_worth=worth).sort_values(["year", "_worth"], ascending=[False, True], kind="stable")
    return ordered.drop_duplicates("area_id").set_index("area_id").drop(columns="_worth")


def _held_back(numbers: pd.Series, countries: pd.Series) -> pd.Series:
    """Hold back small numbers, country by country: the total of a country is taken for known."""
    shown = [suppress(some.astype("int64")).shown.iloc[:, 0].drop(TOTAL) for _, some in numbers.groupby(countries, sort=False)]
    return pd.concat(shown).reindex(numbers.index).astype("Int64") if shown else numbers


def _with_rates(counts: pd.DataFrame) -> pd.DataFrame:
    people = counts["population"].where(counts["population"] > 0)
    for column in ("sites", "services"):
        counts[f"{column}_per_100k"] = (counts[column].astype("Float64") / people * 100_000).astype("Float64")
    return counts
