"""The profile: equal to the ledger, honest about what is not known, the same in all languages, and silent on protected sites."""

from __future__ import annotations

import dataclasses
import functools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.demand import group_shares
from geo.errors import InputError
from geo.ledger import PARTS
from geo.profile import Profile, figures_table
from geo.registry import Registry
from geo.welfare import kolm_pollak
from i18n import LANGUAGES, translator
from jobs.gaps import reach_ledger
from jobs.gaps_asked import GapsAsked
from jobs.profile import ProfileInputs, make_profile, profile_inputs, shown_figures
from jobs.profile_access import main_reason, people_within
from tests.make import make_registry

EN = translator("en")
CAPACITY = pd.Series({f"site-{i:05d}": 500.0 * i for i in range(0, 40, 2)})


def capacity(_service: str) -> pd.Series:
    return CAPACITY


@functools.cache
def made(country: str = "PS") -> tuple[Registry, ProfileInputs]:
    registry = make_registry(40)
    return registry, profile_inputs(registry, capacity, country)


def profile(area: str = "PS0150", lang: str = "en") -> Profile:
    registry, inputs = made(area[:2])
    return make_profile(registry, inputs, area, translator(lang))


def test_the_ledger_is_that_of_the_gaps_page() -> None:
    registry, inputs = made()
    found = profile()
    rows = {row[0]: row[1:] for row in found.table("ledger").rows}
    assert len(rows) == len(inputs.ledgers) > 2
    for service in inputs.ledgers:
        own = reach_ledger(registry, CAPACITY, GapsAsked("PS", service=service).ledger, lambda _: None).areas.loc["PS0150"]
        assert rows[registry.term_label("service", service, "en")] == tuple(int(own[name]) for name in ("need", *PARTS))
        lost = found.figure(f"gaps.{service}.without").value
        assert lost == own["full"] + own["out_of_reach"] + own["excluded"]


def test_the_top_gaps_are_the_largest_with_their_largest_part() -> None:
    table = profile().table("top_gaps")
    assert 0 < len(table.rows) <= 3
    lost = [(row[2], row[3]) for row in table.rows]
    assert lost == sorted(lost, reverse=True)
    assert main_reason({"out_of_reach": 3, "full": 5, "excluded": 5, "unknown": 1}) == "full"


def test_access_is_weighted_by_people() -> None:
    registry, inputs = made()
    found = profile()
    for service in inputs.access:
        ledger = reach_ledger(registry, CAPACITY, GapsAsked("PS", service=service).ledger, lambda _: None)
        here = ledger.points[ledger.points["area_id"] == "PS0150"]
        minutes = np.repeat(here["open_minutes"].to_numpy(dtype=float), here["need"].to_numpy(dtype=int) // 1000)
        told = found.figure(f"access.{service}.p50").value
        assert told == pytest.approx(float(np.median(minutes))) if np.isfinite(np.median(minutes)) else told is None
        near = float(here.loc[here["open_minutes"] <= 30, "need"].sum()) / float(here["need"].sum())
        assert found.figure(f"access.{service}.within").value == pytest.approx(near)
        if np.isfinite(here["open_minutes"]).all():
            assert found.figure(f"access.{service}.equal").value == pytest.approx(kolm_pollak(here["open_minutes"], here["need"].astype(float)))
        assert found.figure(f"access.{service}.within").status == "estimate"


@given(st.lists(st.tuples(st.floats(0, 200), st.integers(0, 9)), max_size=8), st.floats(0.01, 1))
def test_as_many_people_as_asked_for_live_within_the_minutes(points: list[tuple[float, int]], share: float) -> None:
    minutes, people = (np.array(column, dtype=float) for column in (zip(*points, strict=True) if points else ((), ())))
    found = people_within(minutes, people, share)
    if not people.sum():
        assert math.isnan(found)
        return
    assert people[minutes <= found].sum() >= share * people.sum() - 1e-9
    assert people[minutes < found].sum() <= share * people.sum() + 1e-9


def test_what_is_not_known_is_none_and_never_zero() -> None:
    found = profile("IL-HA")  # the invented registry has no people there
    assert found.figure("people.population").value is None
    gaps = [figure for figure in found.sections[3].figures if figure.key.startswith("gaps.")]
    assert gaps
    assert {figure.value for figure in gaps} == {None}
    assert {figure.status for figure in gaps} == {""}
    assert not found.table("top_gaps").rows
    assert found.table("ledger").rows[0][1] is None
    assert translator("en")("profile.gaps_need_unknown") in found.sections[3].lines


def test_every_known_figure_has_year_status_and_source() -> None:
    for area in ("PS0150", "PS0101", "SY01", "IL-HA"):
        for section in profile(area).sections:
            for figure in section.figures:
                known = figure.value is not None
                assert known == bool(figure.status) or figure.low is not None or figure.note, figure
                assert not known or figure.source_ids, figure


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_are_equal_in_all_languages_and_in_every_run(lang: str) -> None:
    registry, inputs = made()
    again = profile_inputs(registry, capacity, "PS")
    assert repr(make_profile(registry, again, "PS0150", translator(lang))) == repr(profile(lang=lang))
    pd.testing.assert_frame_equal(figures_table([profile(lang=lang)]), figures_table([profile(lang="ar")]))
    assert inputs.edition == registry.edition


def test_the_matrix_draws_every_service_and_adds_up() -> None:
    registry, inputs = made()
    table = profile().table("who_does_what")
    sites = registry.sites[registry.sites["area_id"] == "PS0150"]
    assert len(table.rows) == len(inputs.given)
    for row in table.rows:
        assert row[1] == sum(int(cell or 0) for cell in row[2:])
    assert sum(int(row[1] or 0) for row in table.rows) == sum(len(given) for given in sites["services"])
    assert any(cell == 0 for row in profile("PS0101").table("who_does_what").rows + table.rows for cell in row[2:])


def test_a_state_without_sites_is_drawn_as_zero() -> None:
    table = profile().table("sites_by_state")
    assert len(table.rows) == 7
    assert sum(int(row[1] or 0) for row in table.rows) == profile().figure("sites.sites").value


def test_organisations_without_a_name_and_many_of_them() -> None:
    registry = make_registry(60)
    sites = registry.sites.copy()
    here = np.flatnonzero(sites["area_id"] == "PS0150")
    owner = sites["organisation_id"].to_numpy(dtype=object).copy()
    owner[here] = [f"new-{i}" if i else "" for i in range(len(here))]
    registry = dataclasses.replace(registry, sites=sites.assign(organisation_id=owner))
    table = make_profile(registry, profile_inputs(registry, capacity, "PS"), "PS0150", EN).table("who_does_what")
    labels = [column.label for column in table.columns]
    assert EN("profile.organisation_unnamed") in labels
    assert labels[-2:] == [EN("profile.other_organisations"), EN("profile.organisation_not_stated")]
    assert not any("new-" in label for label in labels)


def test_protected_sites_are_in_no_count() -> None:
    registry = make_registry(40)
    sites = registry.sites.copy()
    here = sites["area_id"] == "PS0150"
    first = sites.index[here][0]
    sites.loc[first, ["sensitivity", "position_kind"]] = [2, "none"]
    sites.loc[first, ["lon", "lat"]] = np.nan
    registry = dataclasses.replace(registry, sites=sites)
    found = make_profile(registry, profile_inputs(registry, capacity, "PS"), "PS0150", EN)
    assert found.figure("sites.sites").value == int(here.sum()) - 1
    assert found.figure("sites.protected").value is None
    assert found.figure("sites.protected").note == EN("profile.protected_held_back")
    assert sum(int(row[1] or 0) for row in found.table("positions").rows) == int(here.sum()) - 1
    counted = sum(len(given) for given in sites["services"][here].drop(first))
    assert sum(int(row[1] or 0) for row in found.table("who_does_what").rows) == counted


def test_another_country_or_an_unknown_area_is_refused() -> None:
    registry, inputs = made()
    for area in ("SY01", "nowhere", ""):
        with pytest.raises(InputError, match=r"profile\.area"):
            make_profile(registry, inputs, area, EN)
    with pytest.raises(InputError, match=r"profile\.country"):
        profile_inputs(registry, capacity, "XX")


def test_the_work_is_told_step_by_step_up_to_its_end() -> None:
    steps: list[tuple[float, str]] = []
    profile_inputs(make_registry(12), capacity, "PS", lambda share, what: steps.append((share, what)))
    assert [share for share, _ in steps] == sorted(share for share, _ in steps)
    assert steps[0][0] == 0
    assert steps[-1][1] == "need"
    assert {"access"} <= {what for _, what in steps}


def test_figures_that_a_table_repeats_are_not_listed_again() -> None:
    by_key = {section.key: section for section in profile().sections}
    assert [figure.key for figure in shown_figures(by_key["people"])] == ["people.population"]
    assert shown_figures(by_key["access"]) == ()
    assert by_key["access"].tables


def two_lists(shared: int) -> Registry:
    """Return a registry in which two lists of Hebron share some sites: of the same name, kind and place."""
    registry = make_registry(60, seed=3)
    here = registry.sites.index[(registry.sites["area_id"] == "PS0150") & registry.sites["lon"].notna()][:12]
    first = registry.sites.loc[here].assign(source_id="invented")
    second = first.iloc[:shared].assign(source_id="other")
    alone = registry.sites[(registry.sites["area_id"] == "PS0101")].iloc[: 8 - min(shared, 8)].assign(area_id="PS0150", source_id="other")
    second.index = pd.Index([f"twin-{i}" for i in range(len(second))], name=second.index.name)
    names = registry.names["site"]
    twins = names.loc[here[:shared]].set_axis(second.index)
    sources = pd.concat([registry.sources, registry.sources.rename(index={"invented": "other"})])
    sites = pd.concat([first, second, alone])
    return dataclasses.replace(registry, sites=sites, sources=sources, names=registry.names | {"site": pd.concat([names, twins])})


def test_two_lists_that_share_enough_tell_how_many_sites_there_are() -> None:
    registry = two_lists(8)
    found = make_profile(registry, profile_inputs(registry, capacity, "PS"), "PS0150", EN).figure("quality.likely")
    assert found.value == pytest.approx(13 * 9 / 9 - 1)
    assert found.status == "estimate"
    registry = two_lists(3)
    few = make_profile(registry, profile_inputs(registry, capacity, "PS"), "PS0150", EN).figure("quality.likely")
    assert few.value is None
    assert few.note == EN("profile.likely_unknown", first="12", second="8", both="3")


def test_one_list_tells_nothing_of_what_it_lacks() -> None:
    with pytest.raises(KeyError):
        profile().figure("quality.likely")


@pytest.mark.parametrize(("stated", "told"), [("official", "derived"), ("estimate", "estimate"), ("inferred", "inferred")])
def test_people_counted_by_a_share_are_no_official_number(stated: str, told: str) -> None:
    registry, inputs = made()
    row = {"share": 0.25, "rule": next(iter(group_shares()["rule"])), "stated_for": "PS0150", "year": 2017, "status": stated, "source_id": "invented"}
    groups = {"women": pd.DataFrame([row], index=["PS0150"])}
    found = make_profile(registry, dataclasses.replace(inputs, groups=groups), "PS0150", EN)
    assert (found.figure("people.group.women").value, found.figure("people.group.women").status) == (175_000, told)
    assert found.table("groups").rows[0][-1] == EN(f"need.status.{told}")
