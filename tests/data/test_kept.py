"""What is kept under a name on both databases: versions, who may, what is refused, and that nothing is ever changed."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data.engine import writing
from data.kept import LONGEST_NAME, Kept, KeptRecords, canonical
from data.store import Store
from geo.errors import InputError, StoreError
from geo.model import PUBLIC, Scope

MINISTRY = Scope("ministry", 0, "u1")
PLANNER = Scope("planner", 0, "u2", ("PS0150",))
NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def records(store: Store) -> KeptRecords:
    return KeptRecords(store, lambda: NOW)


def _keep(records: KeptRecords, body: dict[str, object], scope: Scope = MINISTRY, **more: object) -> Kept:
    values = {"country": "PS", "name": "March", "edition": "e1"} | more
    return records.keep(scope, "decision", body=body, **values)  # type: ignore[arg-type]


def test_each_change_is_a_version_and_an_equal_body_is_none(records: KeptRecords) -> None:
    first = _keep(records, {"weights": {"a": 1, "b": 2.5}})
    assert _keep(records, {"weights": {"b": 2.5, "a": 1}}) == first
    second = _keep(records, {"weights": {"a": 2}}, name="  March ")
    assert [(kept.version, kept.created_at, kept.actor) for kept in records.all("decision", "PS")] == [(2, NOW, "u1"), (1, NOW, "u1")]
    assert records.get(first.record_id) == (first, {"weights": {"a": 1, "b": 2.5}})
    assert records.get(second.record_id)[1] == {"weights": {"a": 2}}
    assert records.all("index") == []
    assert records.all("decision", "SY") == []
    assert records.newest("PS") == {"decision": second.record_id}
    assert records.newest("SY") == {}


@pytest.mark.parametrize(
    ("scope", "area", "allowed"),
    [
        (MINISTRY, "", True), (MINISTRY, "PS0150", True), (PLANNER, "PS0150", True), (PLANNER, "", False), (PLANNER, "PS0101", False),
        (Scope("planner", 0, "u3", ("PS",)), "", True), (Scope("partner", 3, "u4", (), "org"), "PS0150", False), (PUBLIC, "PS0150", False),
        (Scope("admin", 3, "u5"), "", False),
    ],
)  # fmt: skip
def test_who_may_plan_there_may_keep(records: KeptRecords, scope: Scope, area: str, allowed: bool) -> None:
    if allowed:
        _keep(records, {"a": 1}, scope, area_id=area)
        assert [kept.area_id for kept in records.all("decision", area_id=area or "PS")] == [area or "PS"]
    else:
        with pytest.raises(InputError, match=r"kept\.not_allowed"):
            _keep(records, {"a": 1}, scope, area_id=area)
        assert records.all("decision") == []


@pytest.mark.parametrize("name", ["", "   ", "x" * (LONGEST_NAME + 1), "a\x00b", "\u202eevil"])
def test_a_name_that_cannot_be_shown_is_refused(records: KeptRecords, name: str) -> None:
    with pytest.raises(InputError, match=r"kept\.name"):
        _keep(records, {"a": 1}, name=name)


def test_who_saw_an_older_version_is_told(records: KeptRecords) -> None:
    _keep(records, {"a": 1}, after=0)
    with pytest.raises(StoreError, match=r"kept\.changed_meanwhile"):
        _keep(records, {"a": 2}, after=0)
    _keep(records, {"a": 2}, after=1)
    with pytest.raises(InputError, match=r"kept\.no_record"):
        records.get(99)


def test_keepers_at_the_same_time_get_a_version_each(records: KeptRecords) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: _keep(records, {"n": n}), range(12)))
    assert sorted(kept.version for kept in records.all("decision")) == list(range(1, 13))


@pytest.mark.parametrize("statement", ["UPDATE kept_record SET body = '{}'", "DELETE FROM kept_record"])
def test_nothing_that_is_kept_is_changed(records: KeptRecords, store: Store, statement: str) -> None:
    _keep(records, {"a": 1})
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(store.engine) as connection:
        connection.exec_driver_sql(statement)


def test_a_body_that_is_not_the_one_kept_is_not_shown(records: KeptRecords, store: Store) -> None:
    kept = _keep(records, {"a": 1})
    drop = "DROP TRIGGER kept_record_no_update" if store.engine.dialect.name == "sqlite" else "DROP TRIGGER kept_record_no_change ON kept_record"
    with writing(store.engine) as connection:
        connection.exec_driver_sql(drop)
        connection.exec_driver_sql("""UPDATE kept_record SET body = '{"a":2}'""")
    with pytest.raises(StoreError, match=r"kept\.broken"):
        records.get(kept.record_id)


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5), max_size=6))
def test_the_order_of_a_body_does_not_matter(body: dict[str, object]) -> None:
    assert canonical(dict(reversed(body.items()))) == canonical(body)


def test_what_is_no_number_cannot_be_kept() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})
