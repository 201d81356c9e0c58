"""Write values of indicators: all of a plan in one transaction with its source, account and audit, or nothing; the same file again changes nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data import change_models, models
from data.engine import reading
from data.indicators_plan import ValuesPlan
from data.indicators_said import SourceSaid, may_be_official
from data.store import Store
from geo.errors import InputError
from geo.model import Scope
from geo.permissions import may
from geo.text import fold

_FIELDS = ("value", "unit", "status")


@dataclass(frozen=True, slots=True)
class ValuesAccount:
    """What became of the filled cells of a file: ``added + changed + unchanged + refused`` is every one of them."""

    added: int
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True)
class _Planned:
    """A value as a row of the store, and what stands there now."""

    row: dict[str, Any]
    before: tuple[Any, ...] | None

    @property
    def after(self) -> tuple[Any, ...]:
        return tuple(self.row[name] for name in _FIELDS)


def compare_values(store: Store, scope: Scope, plan: ValuesPlan) -> ValuesAccount:
    """Say what writing a plan would do; nothing is written."""
    with reading(store.engine) as connection:
        return _account(_planned(connection, store, scope, plan), plan)


def write_values(store: Store, scope: Scope, plan: ValuesPlan) -> ValuesAccount:
    """Write a plan.

    Parameters
    ----------
    store : an open store.
    scope : who adds the values, as that person is at this moment.
    plan : from ``plan_values``.

    Returns
    -------
    The account. Where nothing is new or changed, nothing is written and the registry's version stays.

    Raises
    ------
    InputError : ``indicators.not_allowed``: this person may not add one of the values, or not as official. ``indicators.changed_meanwhile``:
        an indicator of the plan has another unit by now. Nothing is written then.
    """
    with store.transaction() as connection:
        _check_rights(connection, scope, plan)
        planned = _planned(connection, store, scope, plan)
        account = _account(planned, plan)
        changed = [one for one in planned if one.before != one.after]
        if not changed:
            return account
        now = dt.datetime.now(dt.UTC)
        _write_indicators(connection, plan)
        for source_id, row in {one.row["source_id"]: one.row for one in planned}.items():
            _write_source(connection, str(source_id), str(row["title"]), plan.asked.source, str(row["worth"]))
        for one in changed:
            _write_value(connection, one)
        batch_id = str(uuid.uuid4())
        connection.execute(sa.insert(models.ImportBatch), {
            "batch_id": batch_id, "source_id": planned[0].row["source_id"], "sha256": plan.sha256, "format": plan.format, "rows_total": plan.filled,
            "accepted": account.added + account.changed, "rejected": account.refused, "unchanged": account.unchanged, "actor": scope.user_id,
            "created_at": now,
        })  # fmt: skip
        issues = [
            {"batch_id": batch_id, "row_number": cell.row, "column_name": cell.column, "code": cell.code, "severity": cell.severity}
            for cell in plan.cells
        ]
        if issues:
            connection.execute(sa.insert(models.ImportIssue), issues)
        _audit(connection, store, scope, changed, batch_id, now)
        store.mark_changed(connection)
    return account


def _check_rights(connection: sa.Connection, scope: Scope, plan: ValuesPlan) -> None:
    countries = {str(area_id): str(country) for area_id, country in connection.execute(sa.select(models.Area.area_id, models.Area.country))}
    for area_id in plan.values["area_id"].unique():
        if not may(scope, "add_indicator", area_id=str(area_id), country=countries.get(str(area_id), "")):
            raise InputError("indicators.not_allowed")
    if (plan.values["status"] == "official").any() and not may_be_official(scope):
        raise InputError("indicators.not_allowed")


def _planned(connection: sa.Connection, store: Store, scope: Scope, plan: ValuesPlan) -> list[_Planned]:
    table = models.IndicatorValue
    codes = [str(code) for code in plan.values["indicator_id"].unique()]
    found = connection.execute(sa.select(table.value_id, *(getattr(table, name) for name in _FIELDS)).where(table.indicator_id.in_(codes)))
    present = {str(value_id): (float(value), str(unit), str(status)) for value_id, value, unit, status in found}
    out = []
    for value in plan.values.to_dict("records"):
        source_id = _source_id(store, scope, str(value["source"]), plan.asked.source)
        value_id = f"{source_id}.{value['area_id']}.{value['indicator_id']}.{int(value['year'])}"
        row = {
            "value_id": value_id, "indicator_id": value["indicator_id"], "area_id": value["area_id"], "year": int(value["year"]),
            "value": float(value["value"]), "unit": value["unit"], "status": value["status"], "source_id": source_id, "title": value["source"],
            "worth": plan.asked.status,
        }  # fmt: skip
        out.append(_Planned(row, present.get(value_id)))
    return out


def _source_id(store: Store, scope: Scope, title: str, said: SourceSaid) -> str:
    """Return the id of a source: the same words of the same hand are the same source, and nobody writes over another's values by using their title."""
    hand = scope.role if scope.role == "ministry" else scope.user_id
    return "values-" + store.secret.keyed_digest("|".join(("values", hand, fold(title), fold(said.publisher), str(said.year))))[:12]


def _account(planned: list[_Planned], plan: ValuesPlan) -> ValuesAccount:
    added = sum(one.before is None for one in planned)
    unchanged = sum(one.before == one.after for one in planned)
    return ValuesAccount(added, len(planned) - added - unchanged, unchanged, plan.refused)


def _write_indicators(connection: sa.Connection, plan: ValuesPlan) -> None:
    """Make the new indicators that are used; one of that id that is there by now must have the same unit."""
    table = models.Indicator
    used = {str(code) for code in plan.values["indicator_id"]}
    present = {
        str(code): str(unit) for code, unit in connection.execute(sa.select(table.indicator_id, table.unit).where(table.indicator_id.in_(used)))
    }
    last = int(connection.scalar(sa.select(sa.func.max(table.sort))) or 0)
    for code, unit in {(str(code), str(unit)) for code, unit in zip(plan.values["indicator_id"], plan.values["unit"], strict=True)}:
        if code in present:
            if present[code] != unit:
                raise InputError("indicators.changed_meanwhile")
            continue
        new = plan.new.get(code)
        if new is None:
            raise InputError("indicators.changed_meanwhile")
        last += 10
        row = {"indicator_id": code, "unit": new.unit, "direction": new.direction, "aggregation": "none", "sort": last}
        connection.execute(sa.insert(table), row)
        _write_names(connection, "indicator", code, new.names)


def _write_names(connection: sa.Connection, entity: str, entity_id: str, names: Mapping[str, str]) -> None:
    name = models.Name
    connection.execute(sa.delete(name).where(name.entity == entity, name.entity_id == entity_id))
    connection.execute(sa.insert(name), [{"entity": entity, "entity_id": entity_id, "lang": lang, "text": text} for lang, text in names.items()])


def _write_source(connection: sa.Connection, source_id: str, title: str, said: SourceSaid, status: str) -> None:
    table = models.Source
    row = {"title": title, "publisher": said.publisher, "year": said.year, "url": said.url, "licence": said.licence, "status": status, "locked": 0}
    if connection.scalar(sa.select(table.source_id).where(table.source_id == source_id)) is None:
        connection.execute(sa.insert(table), {"source_id": source_id, **row})
    else:
        connection.execute(sa.update(table).where(table.source_id == source_id).values(**row))


def _write_value(connection: sa.Connection, one: _Planned) -> None:
    table = models.IndicatorValue
    row = {name: value for name, value in one.row.items() if name not in ("title", "worth")}
    if one.before is None:
        connection.execute(sa.insert(table), row)
    else:
        connection.execute(sa.update(table).where(table.value_id == row["value_id"]).values(**{name: row[name] for name in _FIELDS}))


def _audit(connection: sa.Connection, store: Store, scope: Scope, changed: list[_Planned], batch_id: str, now: dt.datetime) -> None:
    """Write one line of audit an indicator: which values were which, and are which."""
    event = change_models.AuditEvent
    by_indicator: dict[str, dict[str, list[Any]]] = {}
    for one in changed:
        by_indicator.setdefault(str(one.row["indicator_id"]), {})[str(one.row["value_id"])] = [one.before, one.after]
    for code, changes in by_indicator.items():
        count = connection.scalar(sa.select(sa.func.count()).where(event.entity == "indicator", event.entity_id == code)) or 0
        connection.execute(sa.insert(event), {
            "at": now, "actor": scope.user_id, "action": "add_values", "entity": "indicator", "entity_id": code, "entity_version": int(count) + 1,
            "batch_id": batch_id, "sealed": store.secret.seal(code, {"changes": changes}),
        })  # fmt: skip
