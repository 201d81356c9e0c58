"""History on both databases: replayed from the audit alone it equals the table, on any day, and tells no protected place."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import models
from data.engine import make_engine, reading
from data.history import PROTECTED_FIELDS, WITHHELD, replay, timeline
from data.site_records import read_records
from data.store import Store
from geo.errors import InputError
from tests.conftest import SECRET
from tests.data.test_store import load_invented, request, row

FIELDS = {
    "status": st.sampled_from(["active", "planned", "unknown"]), "services": st.sampled_from([(), ("medical_care",), ("food_assistance", "medical_care")]),
    "target_groups": st.sampled_from([(), ("women",), ("all", "women")]), "phone": st.sampled_from(["", "+97222345678"]), "hours": st.sampled_from(["", "24/7"]),
    "names": st.sampled_from([{"en": "One"}, {"en": "Two", "ar": "اثنان"}]), "sensitivity": st.sampled_from([0, 0, 1, 2, 3]),
    "lon": st.sampled_from([35.1, 35.2]), "address": st.sampled_from(["", "1 Main St"]), "organisation": st.sampled_from([{}, {"en": "Hands"}]),
    "verified_on": st.sampled_from([None, dt.date(2024, 1, 2)]),
}  # fmt: skip
rows = st.dictionaries(st.integers(2, 4), st.fixed_dictionaries(FIELDS), min_size=1, max_size=3)


def table(store: Store) -> dict[str, dict[str, object]]:
    """Return the sites as the tables have them, in the form of ``replay``."""
    with reading(store.engine) as connection:
        ids = connection.execute(sa.select(models.Site.site_id)).scalars().all()
        return {site_id: stored.record for site_id, stored in read_records(connection, store.secret, ids).items()}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows, min_size=1, max_size=5))
def test_the_history_replayed_equals_the_table(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[dict[int, dict[str, object]]]
) -> None:
    path = tmp_path_factory.mktemp("history") / "store.gpkg"
    shutil.copy(sqlite_template, path)
    store = Store(make_engine(f"sqlite:///{path}"), SECRET)
    load_invented(store)
    for step in steps:
        store.apply_import(request(*(row(number, **fields) for number, fields in step.items())), actor="test")
    replayed, now = replay(store), table(store)
    assert set(replayed) == set(now)
    for site_id, record in now.items():
        shown = record if record["sensitivity"] == 0 else record | dict.fromkeys(PROTECTED_FIELDS, WITHHELD)
        assert replayed[site_id] == shown
    store.engine.dispose()


@pytest.fixture
def changed(store: Store) -> Store:
    load_invented(store)
    store.apply_import(request(row(2)), actor="first")
    store.apply_import(request(row(2, phone="", status="planned")), actor="second")
    return store


def test_the_timeline_tells_who_changed_what(changed: Store) -> None:
    site_id = next(iter(table(changed)))
    first, second = timeline(changed, site_id)
    assert (first.action, first.actor, first.version, first.source) == ("insert", "first", 1, "A list")
    assert (second.action, second.actor, second.version) == ("update", "second", 2)
    assert {(change.field, change.before, change.after) for change in second.changes} == {
        ("phone", "+97222345678", ""),
        ("status", "active", "planned"),
    }


def test_an_earlier_instant_is_another_registry(changed: Store) -> None:
    site_id = next(iter(table(changed)))
    first = timeline(changed, site_id)[0].at
    assert replay(changed, until=first)[site_id]["status"] == "active"
    assert replay(changed)[site_id]["status"] == "planned"
    assert replay(changed, until=first - dt.timedelta(seconds=1)) == {}


def test_a_site_that_became_sensitive_hides_its_earlier_places_too(changed: Store) -> None:
    changed.apply_import(request(row(2, sensitivity=2)), actor="third")
    site_id = next(iter(table(changed)))
    told = str(timeline(changed, site_id)) + str(replay(changed)) + str(replay(changed, until=timeline(changed, site_id)[0].at))
    assert "35.1234567" not in told
    assert "Main St" not in told
    assert WITHHELD in told


@pytest.mark.parametrize("sensitivity", [3, None])
def test_a_hidden_site_has_no_history_for_anybody(changed: Store, sensitivity: int | None) -> None:
    site_id = next(iter(table(changed))) if sensitivity else "no-such-site"
    if sensitivity:
        changed.apply_import(request(row(2, sensitivity=sensitivity)), actor="third")
        assert replay(changed) == {}
    with pytest.raises(InputError, match="no_site"):
        timeline(changed, site_id)
