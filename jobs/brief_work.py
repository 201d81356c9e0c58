"""Who does what where, when and for whom: counted without words, so that a snapshot can keep it, and in the words of a language."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from data.exports.brief import WORK_COLUMNS
from geo.registry import Registry
from jobs.profile_past import COUNTED
from jobs.profile_sites import sites_here

Names = Mapping[str, str]


def work_counts(registry: Registry, area_id: str) -> pd.DataFrame:
    """Count the sites that the profile counts, by organisation, service and state: no protected one among them, and no place.

    Returns
    -------
    Columns ``jobs.profile_past.COUNTED``, in the order of services, organisations and states; the sites of a service and organisation add up to its cell in
    the profile's matrix. ``organisation_id`` is empty where none is stated, ``target_groups`` are separated by a semicolon.
    """
    sites = sites_here(registry, area_id)
    given = sites.assign(organisation_id=sites["organisation_id"].fillna("").astype(str), day=pd.to_datetime(sites["verified_on"], errors="coerce"))
    given["day"] = given["day"].where(given["verification"] == "verified")
    given = given.explode("services").dropna(subset=["services"])
    parents = registry.terms[registry.terms["taxonomy"] == "service"].set_index("code")["parent"]
    order = {code: i for i, code in enumerate(registry.codes("service"))}
    rows = []
    for key, some in given.groupby(["organisation_id", "services", "status"], sort=False):
        owner, service, status = map(str, key)
        newest = some["day"].max()
        groups = ";".join(sorted({code for codes in some["target_groups"] for code in codes}))
        rows.append(
            (area_id, owner, str(parents.get(service, "")), service, status, len(some), groups, "" if pd.isna(newest) else newest.date().isoformat())
        )
    rows.sort(key=lambda row: (order.get(row[3], len(order)), row[1], row[4]))
    return pd.DataFrame(rows, columns=list(COUNTED))


def work_rows(registry: Registry, counted: pd.DataFrame, lang: str, names: Names | None = None) -> pd.DataFrame:
    """Return the counts in the words of a language, as files have them.

    Parameters
    ----------
    registry : for words.
    counted : from ``work_counts``.
    lang : language.
    names : organisation to its name as it was kept; without it, the names of now.

    Returns
    -------
    Columns ``WORK_COLUMNS``.
    """
    owners = counted["organisation_id"]
    told = {code: (registry.label("organisation", code, lang) if names is None else names.get(code, "")) if code else "" for code in owners.unique()}
    areas = registry.governorates["country"]
    out = counted.assign(
        organisation=owners.map(told),
        service_label=[registry.term_label("service", code, lang) for code in counted["service"]],
        country=[str(areas[code]) for code in counted["area_id"]],
        area=[registry.label("area", code, lang) for code in counted["area_id"]],
    )
    return out[list(WORK_COLUMNS)]
