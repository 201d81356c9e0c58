"""Values of indicators in the store, on both databases: all in one transaction with source, account and audit, or nothing at all."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa

from data import change_models, models
from data.engine import reading
from data.indicators_plan import ValuesPlan, plan_values
from data.indicators_said import NewIndicator, SourceSaid
from data.indicators_write import ValuesAccount, compare_values, write_values
from data.packs import load_packs
from data.snapshot import read_registry
from data.store import Store
from geo.errors import InputError
from geo.model import Scope
from tests.data.test_indicators_plan import MINISTRY, PLANNER, asked, table

PACKS = load_packs(("PS",))


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with the areas and indicators of one pack."""
    store.load_reference(
        {models.Source: PACKS.sources, models.Area: PACKS.areas, models.Term: PACKS.terms, models.Indicator: PACKS.indicators, models.IndicatorValue: PACKS.values},
        PACKS.names,
    )  # fmt: skip
    return store


def plan(store: Store, *rows: tuple[object, ...], scope: Scope = MINISTRY, **more: object) -> ValuesPlan:
    return plan_values(table(("area", "value"), *rows), read_registry(store), asked(**more), scope, sha256="abc")


def counts(store: Store) -> dict[str, int]:
    tables = (models.Source, models.Name, models.Indicator, models.IndicatorValue, models.ImportBatch, models.ImportIssue, change_models.AuditEvent)
    with reading(store.engine) as connection:
        return {one.__tablename__: int(connection.scalar(sa.select(sa.func.count()).select_from(one)) or 0) for one in tables} | {
            "revision": int(connection.scalar(sa.select(models.Revision.number)) or 0)
        }


def own(store: Store) -> pd.DataFrame:
    registry = read_registry(store)
    return registry.values[registry.values["source_id"].str.startswith("values-")]


def test_values_come_in_with_their_source_and_the_same_file_again_changes_nothing(filled: Store) -> None:
    before = counts(filled)
    first = plan(filled, ("Hebron", "12.5"), ("نابلس", "١٣"), ("Atlantis", "3"))
    assert compare_values(filled, MINISTRY, first) == ValuesAccount(2, 0, 0, 1)
    assert counts(filled) == before
    assert write_values(filled, MINISTRY, first) == ValuesAccount(2, 0, 0, 1)
    after = counts(filled)
    assert {name: after[name] - before[name] for name in before} == {
        "source": 1, "name": 0, "indicator": 0, "indicator_value": 2, "import_batch": 1, "import_issue": 1, "audit_event": 1, "revision": 1,
    }  # fmt: skip
    found = own(filled).sort_values("area_id")
    assert found[["indicator_id", "area_id", "year", "value", "unit", "status"]].to_numpy().tolist() == [
        ["poverty_rate", "PS0115", 2024, 13.0, "% of individuals", "estimate"], ["poverty_rate", "PS0150", 2024, 12.5, "% of individuals", "estimate"],
    ]  # fmt: skip
    source = read_registry(filled).sources.loc[found["source_id"].iloc[0]]
    assert source[["title", "publisher", "year", "licence"]].tolist() == ["Survey of spring", "Statistics office", 2025, "CC BY 4.0"]
    again = plan(filled, ("PS0150", "12.5"), ("PS0115", "13.0"), ("Atlantis", "3"))
    assert write_values(filled, MINISTRY, again) == ValuesAccount(0, 0, 2, 1)
    assert counts(filled) == after


def test_a_changed_value_is_told_to_the_audit_with_who_and_both_values(filled: Store) -> None:
    write_values(filled, MINISTRY, plan(filled, ("Hebron", "12.5"), ("Nablus", "13")))
    assert write_values(filled, MINISTRY, plan(filled, ("Hebron", "14"), ("Nablus", "13"))) == ValuesAccount(0, 1, 1, 0)
    event = change_models.AuditEvent
    with reading(filled.engine) as connection:
        rows = connection.execute(sa.select(event).where(event.entity == "indicator").order_by(event.event_id)).all()
        batch = connection.execute(sa.select(models.ImportBatch).where(models.ImportBatch.batch_id == rows[1].batch_id)).one()
    assert [(row.actor, row.action, row.entity_id, row.entity_version) for row in rows] == [
        ("boss", "add_values", "poverty_rate", 1), ("boss", "add_values", "poverty_rate", 2),
    ]  # fmt: skip
    said = filled.secret.unseal("poverty_rate", rows[1].sealed)["changes"]
    assert list(said.values()) == [[[12.5, "% of individuals", "estimate"], [14.0, "% of individuals", "estimate"]]]
    assert (batch.accepted, batch.unchanged, batch.rejected, batch.rows_total, batch.actor) == (1, 1, 0, 2, "boss")


def test_a_new_indicator_is_made_once_and_found_by_its_name_afterwards(filled: Store) -> None:
    new = NewIndicator({"en": "Water cut off", "ar": "انقطاع المياه"}, "% of households", 1)
    write_values(filled, MINISTRY, plan(filled, ("Hebron", "12.5"), indicator="", new=new))
    registry = read_registry(filled)
    assert registry.indicators.loc[["water_cut_off"], ["unit", "direction", "aggregation"]].iloc[0].tolist() == ["% of households", 1, "none"]
    assert registry.label("indicator", "water_cut_off", "ar") == "انقطاع المياه"
    second = plan(filled, ("Nablus", "2"), indicator="انقطاع المِياه")
    assert second.new == {}
    assert write_values(filled, MINISTRY, second).added == 1
    assert len(own(filled)) == 2


def test_a_new_indicator_that_somebody_made_meanwhile_with_another_unit_writes_nothing(filled: Store) -> None:
    first = plan(filled, ("Hebron", "1"), indicator="", new=NewIndicator({"en": "Doubt"}, "people"))
    second = plan(filled, ("Nablus", "1"), indicator="", new=NewIndicator({"en": "Doubt"}, "index"))
    write_values(filled, MINISTRY, first)
    before = counts(filled)
    with pytest.raises(InputError) as error:
        write_values(filled, MINISTRY, second)
    assert error.value.code == "indicators.changed_meanwhile"
    assert counts(filled) == before


def test_nobody_writes_over_anothers_values_by_using_their_title(filled: Store) -> None:
    write_values(filled, MINISTRY, plan(filled, ("Hebron", "12.5"), status="official"))
    write_values(filled, PLANNER, plan(filled, ("Hebron", "99"), scope=PLANNER))
    other = Scope("planner", 0, "omar", ("PS0150",))
    write_values(filled, other, plan(filled, ("Hebron", "50"), scope=other))
    assert sorted(zip(own(filled)["value"], own(filled)["status"], strict=True)) == [(12.5, "official"), (50.0, "estimate"), (99.0, "estimate")]


@pytest.mark.parametrize("scope", [Scope(), Scope("planner", 3, "rana", ("PS0115",)), Scope("partner", 3, "p", (), "org"), Scope("admin", 3, "a")])
def test_rights_are_asked_for_again_when_it_is_written(filled: Store, scope: Scope) -> None:
    before = counts(filled)
    with pytest.raises(InputError) as error:
        write_values(filled, scope, plan(filled, ("Nablus", "1"), ("Hebron", "1")))
    assert error.value.code == "indicators.not_allowed"
    with pytest.raises(InputError):
        write_values(filled, PLANNER, plan(filled, ("Hebron", "1"), status="official"))
    assert counts(filled) == before


def test_nothing_is_half_written(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from data import indicators_write

    before = counts(filled)

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(indicators_write, "_audit", fail)
    with pytest.raises(RuntimeError):
        write_values(filled, MINISTRY, plan(filled, ("Hebron", "12.5"), indicator="", new=NewIndicator({"en": "New"}, "people")))
    assert counts(filled) == before


def test_a_row_with_its_own_source_has_it(filled: Store) -> None:
    made = plan_values(
        table(("area", "value", "source"), ("Hebron", "1", "Own count"), ("Nablus", "2", "")), read_registry(filled), asked(), MINISTRY
    )
    write_values(filled, MINISTRY, made)
    titles = read_registry(filled).sources["title"]
    assert sorted(str(titles[source_id]) for source_id in own(filled)["source_id"]) == ["Own count", "Survey of spring"]
    moved = replace(made, asked=replace(made.asked, source=SourceSaid("Survey of spring", "Another office", 2025, "CC0")))
    assert write_values(filled, MINISTRY, moved).added == 2
