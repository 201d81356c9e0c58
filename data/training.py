"""The training workspace: several hundred invented sites over the real areas, the same ones for the same seed."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from data.packs import Packs
from geo.incoming import incoming_frame
from geo.model import COUNTRIES, LANGUAGES, SENSITIVITY, SOURCES

TRAINING_SOURCE_ID = "training"
TODAY = dt.date(2026, 1, 1)
"""Day on which the invented sites were "last heard of"; fixed, so that a seed always gives the same frame."""

SITE_NAMES = {"ar": "{kind} {number} - {area} (تدريب)", "he": "{kind} {number} - {area} (תרגול)", "en": "{kind} {number}, {area} (training)"}
ORGANISATION_NAMES = {"ar": "منظمة وهمية {number} (تدريب)", "he": "ארגון בדוי {number} (תרגול)", "en": "Invented organisation {number} (training)"}
ORGANISATIONS = 8
WITHHELD = 4
"""Every governorate goes without one in this many of the services: the gaps that a training is to find."""
EVERY = 50
"""Of so many sites in a row one is displaced, one shown by governorate only, one hidden and one without a position."""
STATUSES = (("active", 0.8), ("planned", 0.08), ("temporarily_closed", 0.06), ("damaged", 0.03), ("unknown", 0.03))
WEEKDAYS = ("Su-Th 08:00-15:00", "Sa-Th 08:00-14:00", "Mo-Fr 09:00-17:00", "Su-We 10:00-18:00", "")
SPREAD_DEGREES = 0.012
FARTHEST_KM = 3.0
"""Places this little outside the generalised boundary of their area still count: sites are drawn inside it."""


@dataclass(frozen=True, slots=True)
class _Profile:
    """A sort of invented site: its kind, the services and groups it may have, and its places from least to most, and how common it is."""

    kind: str
    services: tuple[str, ...]
    groups: tuple[str, ...]
    places: tuple[int, int]
    hours: tuple[str, ...] = WEEKDAYS
    weight: float = 1.0


PROFILES = (
    _Profile(
        "service_centre",
        ("information", "individual_advocacy", "rights_awareness", "social_insurance_rights", "health_rights"),
        ("all", "poor", "marginalised"),
        (20, 120),
    ),
    _Profile(
        "ngo_office",
        ("legal_counselling", "civil_documentation", "housing_rights", "housing_land_property"),
        ("displaced", "poor", "women"),
        (15, 60),
    ),
    _Profile("women_centre", ("child_protection", "empowerment", "community_training"), ("women", "adolescent_girls", "women_disability"), (20, 80)),
    _Profile("community_centre", ("community_engagement", "recreation", "child_friendly_space", "rights_awareness"), ("all", "families"), (40, 200)),
    _Profile("self_help_centre", ("self_help_centre", "support_groups", "initiative_mentoring"), ("initiators", "volunteers"), (10, 50)),
    _Profile("youth_centre", ("vocational_training", "education_courses", "recreation"), ("adolescent_girls", "marginalised"), (30, 150)),
    _Profile("clinic", ("primary_care", "laboratory", "dental_care", "health_referral"), ("all",), (40, 160), weight=2),
    _Profile("hospital", ("hospital_care", "laboratory", "rehabilitation"), ("all",), (80, 400), ("24/7",), weight=0.5),
    _Profile("pharmacy", ("pharmacy",), ("all",), (50, 150), weight=2),
    _Profile("social_facility", ("psychosocial_support", "support_groups"), ("survivors", "displaced", "older_people"), (15, 60)),
    _Profile("nursing_home", ("elder_care", "disability_services"), ("older_people", "disability"), (20, 90), ("24/7",)),
    _Profile("kindergarten", ("early_childhood",), ("children_under_12",), (20, 80)),
    _Profile("welfare_department", ("social_welfare_office", "cash_transfer", "family_stipend"), ("poor", "families"), (60, 300)),
    _Profile("ngo_office", ("food_assistance", "clothing", "emergency_aid", "small_enterprise"), ("poor", "displaced", "families"), (50, 250)),
    _Profile("planning_group", ("referral_coordination",), ("professionals",), (10, 20), weight=0.5),
)
SAFE_SPACE = _Profile("women_centre", ("women_girls_safe_space", "gbv_support"), ("women", "adolescent_girls", "survivors"), (10, 40))
SHELTER = _Profile("shelter", ("gbv_case_referral", "gbv_support"), ("survivors",), (5, 20), ("24/7",))


def training_source() -> pd.DataFrame:
    """Return the source of all invented sites, one row of ``model.SOURCES``."""
    row = {"title": "Invented sites for training", "publisher": "Jiwar", "year": TODAY.year, "url": "", "licence": "CC0", "status": "demo"}
    return pd.DataFrame([row], index=pd.Index([TRAINING_SOURCE_ID], name=SOURCES.index), columns=list(SOURCES.names))


def training_sites(packs: Packs, *, seed: int = 20260101, per_country: int = 150) -> pd.DataFrame:
    """Return invented sites, clearly named as such, spread as the people of the gazetteer's places are, with deliberate gaps.

    Parameters
    ----------
    packs : areas, localities and the names of areas and kinds come from here; each country's sites are the same whichever
        other packs are loaded.
    seed : the same seed gives the same frame.
    per_country : sites in each country.

    Returns
    -------
    ``model.INCOMING``, index 1, 2, 3 ...; exact positions are inside their governorate or district.
    """
    names = packs.names[packs.names["entity"].isin(["area", "term"])]
    named = {(entity_id, lang): text for entity_id, lang, text in zip(names["entity_id"], names["lang"], names["text"], strict=True)}
    sensitivity: dict[str, int] = {str(term): int(value) for term, value in packs.terms["sensitivity"].items()}
    records: list[dict[str, object]] = []
    for country in packs.areas["country"].unique():
        rng = np.random.default_rng([seed, COUNTRIES.index(country)])
        records += _country_records(packs, country, count=per_country, named=named, sensitivity=sensitivity, rng=rng)
    return incoming_frame({"row": row, **record} for row, record in enumerate(records, start=1))


def _country_records(
    packs: Packs, country: str, *, count: int, named: dict[tuple[str, str], str], sensitivity: dict[str, int], rng: np.random.Generator
) -> list[dict[str, object]]:
    localities = packs.localities
    # A settlement, or a place that another pack lists too, is nobody's training example.
    usable = localities[(localities["country"] == country) & (localities["flag"] == "") & (localities["distance_km"] <= FARTHEST_KM)]
    people = usable["population"].fillna(0) + 500
    by_area = people.groupby(usable["area_id"]).sum()
    counts = _in_proportion(by_area.to_numpy(), count)
    pool = sorted({service for profile in PROFILES for service in profile.services})
    turn = dict(zip(rng.permutation(pool).tolist(), range(len(pool)), strict=True))
    records: list[dict[str, object]] = []
    for k, (area_id, sites) in enumerate(zip(by_area.index, counts, strict=True)):
        offered = {service for service in pool if (turn[service] + k) % WITHHELD}
        here = usable[usable["area_id"] == area_id]
        weights = people.loc[here.index].to_numpy()
        boundary = packs.areas.geometry[area_id]
        for _ in range(sites):
            number = len(records) + 1
            profile, own = _profile(number, offered, rng)
            services = _some(profile.services, offered if own < SENSITIVITY["area_only"] else set(profile.services), rng)
            locality_id = str(rng.choice(here.index.to_numpy(), p=weights / weights.sum()))
            kind_id = f"kind:{profile.kind}"
            least = max(own, sensitivity[kind_id], *(sensitivity[f"service:{service}"] for service in services))
            records.append({
                "external_id": f"training-{country}-{number:03d}",
                "names": {lang: SITE_NAMES[lang].format(kind=named[kind_id, lang], number=number, area=named[area_id, lang]) for lang in LANGUAGES},
                "organisation": _organisation(country, rng),
                "kind": profile.kind, "country": country, "area_id": area_id, "services": services,
                "target_groups": _some(profile.groups, set(profile.groups), rng), "sensitivity": least,
                "note": "Invented for training.", **_position(number, locality_id, here.loc[locality_id], boundary, rng), **_state(profile, services, rng),
            })  # fmt: skip
    return records


def _in_proportion(weights: np.ndarray, total: int) -> list[int]:
    """Divide ``total`` by weight into whole numbers that add up to it (largest remainders); first come first among equals."""
    quotas = weights / weights.sum() * total
    counts = np.floor(quotas).astype(int)
    for i in np.argsort(-(quotas - counts), kind="stable")[: total - int(counts.sum())]:
        counts[i] += 1
    return [int(count) for count in counts]


def _profile(number: int, offered: set[str], rng: np.random.Generator) -> tuple[_Profile, int]:
    """Return the sort of site with its own sensitivity; what a governorate goes without is not drawn."""
    possible = [profile for profile in PROFILES if offered.intersection(profile.services)]
    weights = np.array([profile.weight for profile in possible])
    drawn = possible[int(rng.choice(len(possible), p=weights / weights.sum()))]
    return {10: (drawn, 1), 25: (SAFE_SPACE, 2), 40: (SHELTER, 3)}.get(number % EVERY, (drawn, 0))


def _some(codes: tuple[str, ...], allowed: set[str], rng: np.random.Generator) -> tuple[str, ...]:
    """Return one to three of the codes that are allowed, in their order."""
    possible = [code for code in codes if code in allowed]
    wanted = int(rng.integers(1, min(3, len(possible)) + 1))
    return tuple(possible[i] for i in sorted(rng.permutation(len(possible))[:wanted]))


def _organisation(country: str, rng: np.random.Generator) -> dict[str, str]:
    number = COUNTRIES.index(country) * ORGANISATIONS + int(rng.integers(ORGANISATIONS)) + 1
    return {lang: ORGANISATION_NAMES[lang].format(number=number) for lang in LANGUAGES}


def _position(number: int, locality_id: str, locality: pd.Series, boundary: shapely.Geometry, rng: np.random.Generator) -> dict[str, object]:
    """Return a position near a place and inside its area; every tenth site has the place's own, and a few have none."""
    lon, lat = float(locality["lon"]), float(locality["lat"])
    around = rng.normal((lon, lat), SPREAD_DEGREES, (64, 2)).round(5)
    inside = around[shapely.contains_xy(boundary, around[:, 0], around[:, 1])]
    if number % EVERY == 5 or not len(inside):
        return {"locality_id": "", "lon": math.nan, "lat": math.nan, "position_kind": "none"}
    if number % 10 == 0 and locality["distance_km"] == 0:
        return {"locality_id": locality_id, "lon": lon, "lat": lat, "position_kind": "locality"}
    return {"locality_id": locality_id, "lon": float(inside[0, 0]), "lat": float(inside[0, 1]), "position_kind": "exact"}


def _state(profile: _Profile, services: tuple[str, ...], rng: np.random.Generator) -> dict[str, Any]:
    """Return working state, check, capacities and hours."""
    verified = bool(rng.random() < 0.6)
    days = int(rng.integers(900))
    capacity = float(rng.integers(profile.places[0], profile.places[1] + 1))
    stated = bool(rng.random() < 0.8)
    return {
        "status": str(rng.choice([status for status, _ in STATUSES], p=[share for _, share in STATUSES])),
        "verification": "verified" if verified else "unverified",
        "verified_on": TODAY - dt.timedelta(days=days) if verified else TODAY,
        "capacities": dict.fromkeys(services, capacity) if stated else {},
        "hours": profile.hours[int(rng.integers(len(profile.hours)))],
    }
