"""What the Gaps page computes besides the ledger: what an address asks, who is reached by when, and why here."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ledger import PARTS
from geo.obstacles import Day
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.gaps import STEPS, coverage, reach_ledger, rows_of, totals
from jobs.gaps_account import need_facts, site_facts, sites_here
from jobs.gaps_asked import CAPACITY_RULES, FARTHEST, GapsAsked, Offer, can_be_drawn, read_asked
from jobs.gaps_why import FEWEST_TOLD, SITES_TOLD, why_here
from jobs.gaps_words import need_lines
from jobs.ledger import Ledger, LedgerAsked, gap_ledger
from tests.make import make_registry

ASKED = GapsAsked(country="PS", service="medical_care", limit=30)
DRAWN = tuple(make_registry().sites.index[:6])


def found(registry: Registry, asked: GapsAsked = ASKED, capacity: pd.Series | None = None) -> Ledger:
    return reach_ledger(registry, pd.Series(dtype=float) if capacity is None else capacity, asked.ledger, lambda _: None)


def with_sites(registry: Registry, **columns: Any) -> Registry:
    return dataclasses.replace(registry, sites=registry.sites.assign(**columns))


@pytest.fixture(scope="module")
def registry() -> Registry:
    return make_registry(160, seed=4)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "country",
                "area",
                "service",
                "group",
                "limit",
                "mode",
                "regime",
                "capacity",
                "mobility",
                "hour",
                "compare_regime",
                "compare_mobility",
                "sites",
                "bands",
                "x",
            ]
        ),
        st.lists(
            st.one_of(
                st.text(max_size=8),
                st.sampled_from(
                    [
                        "PS",
                        "SY",
                        "PS0150",
                        "legal_counselling",
                        "women",
                        "walk",
                        "closed",
                        "off",
                        "45",
                        "-1",
                        "9999",
                        "٣٠",
                        "7",
                        "permit_holder",
                        "quarters",
                        *DRAWN,
                    ]
                ),
            )
        ),
    )
)
def test_whatever_an_address_says_something_that_exists_is_asked(query: dict[str, list[str]]) -> None:
    registry = make_registry()
    asked = read_asked(query, registry)
    assert asked.country in ("PS", "SY", "IL")
    assert asked.area == "" or registry.areas.loc[asked.area, "country"] == asked.country
    assert asked.service in registry.codes("service")
    assert asked.group in registry.codes("target_group")
    assert 1 <= asked.limit <= FARTHEST
    assert asked.capacity in CAPACITY_RULES
    assert 0 <= asked.hour <= 23
    assert can_be_drawn(registry)[list(asked.sites)].all()
    assert len(set(asked.sites)) == len(asked.sites) <= 5
    assert read_asked(asked.to_query(), registry) == asked


@pytest.mark.parametrize("limit", [1, 20, 45, 120])
@pytest.mark.parametrize("country", ["PS", "SY"])
def test_the_curve_says_at_the_limit_what_the_ledger_says(registry: Registry, limit: int, country: str) -> None:
    mixed = with_sites(
        registry,
        status=["active", "unknown", "planned", "damaged"] * 40,
        lon=registry.sites["lon"].where(registry.sites["area_id"] != "PS0150"),
    )
    asked = GapsAsked(country=country, service="medical_care", limit=limit)
    capacity = pd.Series(dict.fromkeys(registry.sites.index[::2], 20000.0))
    ledger = found(mixed, asked, capacity)
    sums = totals(rows_of(ledger, mixed, asked))
    curve = coverage(ledger.points[ledger.points["country"] == country], [limit])
    (open_, maybe, need), *_ = curve.to_numpy().tolist()
    assert maybe == sums["served"] + sums["full"] + sums["unknown"]
    assert open_ <= maybe <= need == sums["need"]
    assert sums["need"] > 0


def test_the_curve_never_falls_and_counts_a_site_at_its_very_minute(registry: Registry) -> None:
    ledger = found(registry)
    points = ledger.points[ledger.points["country"] == "PS"]
    curve = coverage(points, range(FARTHEST + 1))
    assert (curve.diff().dropna() >= 0).all(axis=None)
    at = float(points["open_minutes"].iloc[0])
    assert coverage(points.head(1), [at - 1e-6, at])["open"].tolist() == [0, int(points["need"].iloc[0])]


def test_the_ledger_is_the_one_of_the_command(registry: Registry) -> None:
    capacity = pd.Series({registry.sites.index[0]: 500.0})
    plain = gap_ledger(registry, capacity, LedgerAsked("medical_care", limit=30.0))
    shown = found(registry, capacity=capacity)
    pd.testing.assert_frame_equal(shown.areas, plain.areas)
    pd.testing.assert_frame_equal(shown.points[[*plain.points.columns]], plain.points)
    assert shown.account == plain.account


def test_a_reader_is_told_what_is_being_done() -> None:
    told: list[str] = []
    reach_ledger(make_registry(), pd.Series(dtype=float), ASKED.ledger, told.append)
    assert tuple(dict.fromkeys(told)) == STEPS


def test_rows_are_of_the_country_or_the_governorate_that_is_asked_for(registry: Registry) -> None:
    ledger = found(registry)
    assert list(rows_of(ledger, registry, ASKED).index) == ["PS0101", "PS0150"]
    assert list(rows_of(ledger, registry, dataclasses.replace(ASKED, area="PS0150")).index) == ["PS0150"]
    sums = totals(rows_of(ledger, registry, ASKED))
    assert sums["need"] == 1_000_000 == sum(sums[part] for part in PARTS)


def test_without_roads_every_day_is_a_usual_one_for_everybody() -> None:
    closed = dataclasses.replace(ASKED, regime="closed", mobility="permit_holder", hour=3, compare_regime="bad", compare_mobility="emergency")
    assert closed.on_roads(None) == ASKED
    assert closed.on_roads(Offer()) == closed
    assert closed.ledger.day == Day("closed", "permit_holder", 3)
    assert closed.other is not None
    assert closed.other.ledger.day == Day("bad", "emergency", 3)
    strange = dataclasses.replace(ASKED, mobility="<b>", compare_mobility="driver")
    assert strange.on_roads(Offer(("resident", "driver"))) == dataclasses.replace(ASKED, compare_mobility="driver")


@pytest.mark.parametrize(("regime", "mobility"), [("", ""), ("usual", ""), ("usual", "resident"), ("", "resident")])
def test_a_day_is_not_compared_with_itself(regime: str, mobility: str) -> None:
    assert dataclasses.replace(ASKED, compare_regime=regime, compare_mobility=mobility).other is None


def test_no_area_is_drawn_around_a_site_that_is_not_public(registry: Registry) -> None:
    kinds = ["exact", "locality", "masked", "area_centroid", "none"] * 32
    levels = [0, 0, 0, 0, 0, 1, 2, 0] * 20
    mixed = with_sites(registry, position_kind=kinds, sensitivity=levels, lon=[35.0, float("nan")] * 80, country="PS")
    asked = read_asked({"country": ["PS"], "sites": list(mixed.sites.index[:19])}, mixed)
    good = [
        site
        for site, kind, level, i in zip(mixed.sites.index, kinds, levels, range(160), strict=True)
        if kind in kinds[:2] and not level and i % 2 == 0
    ]
    assert list(asked.sites) == [site for site in good if site in set(mixed.sites.index[:19])][:5]
    assert list(mixed.sites.index[can_be_drawn(mixed)]) == good


def test_an_unknown_need_is_in_no_sum_and_no_curve(registry: Registry) -> None:
    asked = GapsAsked(country="IL", service="medical_care")
    ledger = found(registry, asked)
    assert rows_of(ledger, registry, asked)["need"].isna().all()
    assert totals(rows_of(ledger, registry, asked))["need"] == 0
    assert coverage(ledger.points[ledger.points["country"] == "IL"], [30]).iloc[0].tolist() == [0, 0, 0]


def test_why_here_tells_the_nearest_sites_and_the_places_without_one(registry: Registry) -> None:
    asked = dataclasses.replace(ASKED, area="PS0101", limit=1)
    ledger = found(registry, asked)
    why = why_here(registry, ledger, asked)
    assert 0 < len(why.sites) <= SITES_TOLD
    assert why.sites["median"].is_monotonic_increasing
    assert np.isfinite(why.sites["least"]).all()
    (place,) = why.places.to_dict("records")
    assert place["need"] == 300_000 == place["without"] + place["unknown"] + place["served"]
    assert place["nearest"] in ledger.sites.index
    assert place["minutes"] == pytest.approx(why.sites["least"].min())


def test_no_figures_are_named_for_a_place_of_few_people(registry: Registry) -> None:
    asked = dataclasses.replace(ASKED, area="PS0101", limit=1)
    few = registry.values.assign(value=registry.values["value"].where(registry.values["area_id"] != "PS0101", FEWEST_TOLD - 1))
    some = dataclasses.replace(registry, values=few)
    assert why_here(some, found(some, asked), asked).places.empty


def test_without_any_site_the_places_are_told_all_the_same(registry: Registry) -> None:
    none = with_sites(registry, services=[("food_assistance",)] * len(registry.sites))
    asked = dataclasses.replace(ASKED, area="PS0101")
    why = why_here(none, found(none, asked), asked)
    assert why.sites.empty
    assert why.places["nearest"].tolist() == [""]
    assert math.isinf(why.places["minutes"].iloc[0])


def test_sites_are_counted_once_and_protected_ones_not_at_all(registry: Registry) -> None:
    sensitive = registry.sites.index[registry.sites["area_id"] == "PS0150"][:3]
    hidden = with_sites(registry, lon=registry.sites["lon"].where(~registry.sites.index.isin(sensitive)),
                        sensitivity=[2 if site in sensitive else 0 for site in registry.sites.index])  # fmt: skip
    ledger = found(hidden)
    facts = site_facts(hidden, ledger, ASKED)
    told = [site for part in (facts.stated, facts.unstated, facts.doubtful, facts.closed, facts.refusing) for site in part.index]
    kept = sites_here(hidden, ledger, ASKED).index.intersection(sensitive)
    assert facts.protected is (len(kept) > 0)
    assert sorted([*told, *kept]) == sorted(sites_here(hidden, ledger, ASKED).index)


def test_need_says_whose_figures_it_rests_on(registry: Registry) -> None:
    facts = need_facts(registry, ASKED)
    assert (facts.people, facts.years, facts.sources, facts.need_share) == (1_000_000, (2020,), ("invented",), 1.0)
    assert facts.shares == (1.0, 1.0)
    assert need_facts(registry, dataclasses.replace(ASKED, group="older_people")).shares is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_population_grid_is_named_where_it_says_where_people_are(registry: Registry, lang: str) -> None:
    tr, plain = translator(lang), found(registry)
    told = {"basis": "grid", "source": "Invented grid", "year": 2020, "points": 70, "most_points": 200, "grid_people": 100.0,
            "grid_people_left_out": 4.0, "areas_without_grid": []}  # fmt: skip
    on_grid = dataclasses.replace(plain, account=plain.account | {"where": {"PS": told}})
    assert need_lines(registry, plain, ASKED, tr)[-1] == tr("gaps.from_shared_out")
    line = need_lines(registry, on_grid, ASKED, tr)[-1]
    assert "Invented grid" in line
    assert "2020" in line
    assert "4.0" in line
