"""Snapshots: kept as they were, opened to the same figures, compared, and shown in the profile as what changed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from data.kept import KeptRecords
from data.store import Store
from geo.errors import InputError
from geo.model import PUBLIC, Scope
from geo.registry import Registry
from i18n import translator
from jobs.profile import ProfileInputs, make_profile, profile_inputs, with_past
from jobs.snapshots import differences, differences_of, figures_now, keep_snapshot, ledger_now, open_snapshot, snapshots
from tests.make import make_registry

MINISTRY = Scope("ministry", 0, "u1")
PLANNER = Scope("planner", 0, "u2", ("PS0150",))
EN = translator("en")


def inputs_of(registry: Registry) -> ProfileInputs:
    return profile_inputs(registry, lambda _: pd.Series(dtype=float), "PS")


def with_more_people(registry: Registry) -> Registry:
    values = registry.values.copy()
    values.loc[(values["indicator_id"] == "population") & (values["area_id"] == "PS0150"), "value"] += 1000
    return dataclasses.replace(registry, values=values, version="later")


@pytest.fixture
def records(store: Store) -> KeptRecords:
    return KeptRecords(store)


def test_a_snapshot_is_opened_as_it_was_kept(records: KeptRecords) -> None:
    registry = make_registry(20)
    inputs = inputs_of(registry)
    kept = keep_snapshot(records, MINISTRY, registry, inputs, "March")
    assert keep_snapshot(records, MINISTRY, registry, inputs, "March").record_id == kept.record_id
    found = open_snapshot(records, kept.record_id)
    pd.testing.assert_frame_equal(found.figures, figures_now(registry, inputs), check_dtype=False)
    pd.testing.assert_frame_equal(found.ledger, ledger_now(inputs), check_dtype=False)
    assert set(found.figures["area_id"]) == {"PS0101", "PS0150"}
    assert found.day == "2026-12-01"
    assert [(one.name, one.version, one.sha256) for one in snapshots(records, "PS")] == [("March", 1, kept.sha256)]
    assert not snapshots(records, "SY")


def test_what_is_published_later_changes_no_snapshot_and_is_told_as_a_difference(records: KeptRecords) -> None:
    registry = make_registry(20)
    kept = keep_snapshot(records, MINISTRY, registry, inputs_of(registry), "March")
    later = with_more_people(registry)
    now = with_past(inputs_of(later), records)
    old = open_snapshot(records, kept.record_id)
    table = differences(old.figures, figures_now(later, now))
    row = table[(table["area_id"] == "PS0150") & (table["figure"] == "people.population")]
    assert row[["before", "after", "difference"]].to_numpy().tolist() == [[700_000, 701_000, 1000]]
    assert set(table["area_id"]) == {"PS0150"}
    shown = make_profile(later, now, "PS0150", EN).table("change")
    assert ("Population", "700,000 people", "701,000 people") in shown.rows
    same = make_profile(later, now, "PS0101", EN)
    with pytest.raises(KeyError):
        same.table("change")
    assert old.kept.name in same.sections[7].lines[0]
    on_map = differences_of(table, old.figures, figures_now(later, now), "people.population")
    assert on_map.to_dict() == {"PS0101": 0.0, "PS0150": 1000.0}
    poor = differences_of(table, old.figures, figures_now(later, now), "people.group.poor")
    assert poor.isna().all()


def test_a_planner_keeps_the_own_governorate_and_nobody_else_anything(records: KeptRecords) -> None:
    registry = make_registry(20)
    inputs = inputs_of(registry)
    kept = keep_snapshot(records, PLANNER, registry, inputs, "Ours", "PS0150")
    assert set(open_snapshot(records, kept.record_id).figures["area_id"]) == {"PS0150"}
    assert set(open_snapshot(records, kept.record_id).ledger["area_id"]) == {"PS0150"}
    for scope, area in ((PLANNER, ""), (PLANNER, "PS0101"), (PUBLIC, "PS0150")):
        with pytest.raises(InputError, match=r"kept\.not_allowed"):
            keep_snapshot(records, scope, registry, inputs, "Ours", area)
    with pytest.raises(InputError, match=r"profile\.area"):
        keep_snapshot(records, MINISTRY, registry, inputs, "Ours", "SY01")
    past = with_past(inputs, records).past
    assert past.last("PS", "PS0101") is None
    assert past.last("PS", "PS0150") is not None


def test_the_newest_decision_of_each_name_is_in_the_profile(records: KeptRecords) -> None:
    registry = make_registry(20)
    for body in ({"a": 1}, {"a": 2}):
        records.keep(MINISTRY, "decision", country="PS", name="Weights", body=body, edition="e1")
    records.keep(MINISTRY, "decision", country="PS", area_id="PS0101", name="Other", body={}, edition="e1")
    inputs = with_past(inputs_of(registry), records)
    rows = make_profile(registry, inputs, "PS0150", EN).table("decisions").rows
    assert [row[:2] for row in rows] == [("Weights", 2)]


def test_another_record_or_another_country_is_refused(records: KeptRecords) -> None:
    kept = records.keep(MINISTRY, "decision", country="PS", name="x", body={}, edition="e1")
    with pytest.raises(InputError, match=r"snapshots\.no_snapshot"):
        open_snapshot(records, kept.record_id)
    with pytest.raises(InputError, match=r"kept\.no_record"):
        open_snapshot(records, 99)
    figures = figures_now(make_registry(12), inputs_of(make_registry(12)))
    with pytest.raises(InputError, match=r"snapshots\.no_shared"):
        differences(figures, figures.assign(area_id="SY01"))


def test_tables_that_are_equal_do_not_differ_and_a_figure_that_is_gone_does() -> None:
    figures = figures_now(make_registry(12), inputs_of(make_registry(12)))
    assert differences(figures, figures).empty
    gone = differences(figures, figures[figures["figure"] != "people.population"])
    assert set(gone["figure"]) == {"people.population"}
    assert np.isnan(gone["difference"]).all()
