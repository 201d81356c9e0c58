"""Keep counts of issues: as they were sent, sealed; as everybody may see them, by issue, area and year, with small numbers held back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data import change_models, models
from data.engine import reading
from data.exact_views import log_view
from data.indicators_counts import CountsPlan, MonthCount
from data.indicators_models import IssueCount, IssueSent
from data.indicators_said import SourceSaid
from data.store import Store
from geo.errors import InputError
from geo.model import SENSITIVITY, Scope
from geo.permissions import may
from geo.suppression import TOTAL, suppress

INDICATOR = "issues_brought"
CENTRES = "issues-centres"
"""Source of a number that several centres make up together."""
LEVEL = SENSITIVITY["displaced"]
"""Lowest clearance with which small counts may be seen, by whoever may see protected places there."""
COLUMNS = ("sender", "issue", "area_id", "year", "months", "count", "source_id", "source")
_NAMES = {"ar": "قضايا وردت إلى المراكز", "he": "פניות שהובאו למרכזים", "en": "Issues brought to centres"}
_CENTRES_NAMES = {"ar": "أعداد القضايا الواردة من عدة مراكز", "he": "ספירת פניות מכמה מרכזים", "en": "Counts of issues of several centres"}


@dataclass(frozen=True, slots=True)
class CountsAccount:
    """What became of the rows of a file: ``added + changed + unchanged + refused`` is every one of them."""

    added: int
    changed: int
    unchanged: int
    refused: int


def compare_counts(store: Store, scope: Scope, plan: CountsPlan) -> CountsAccount:
    """Say what writing a plan would do; nothing is written.

    Raises
    ------
    InputError : ``indicators.counts_not_allowed``.
    """
    sender = _sender(store, scope)
    with reading(store.engine) as connection:
        _, sent = _sent(connection, store, sender)
    return _account(sent, plan)


def write_counts(store: Store, scope: Scope, plan: CountsPlan, said: SourceSaid) -> CountsAccount:
    """Keep a plan's counts and publish the sums anew, in one transaction; the same file again changes nothing.

    Parameters
    ----------
    store : an open store.
    scope : who sends them, for the organisation of that person.
    plan : from ``plan_counts``.
    said : title, publisher, year and licence, as they will be cited; all must be filled.

    Raises
    ------
    InputError : ``indicators.counts_not_allowed``; ``indicators.missing_...`` (title, publisher, licence or year). Nothing is written then.
    """
    sender = _sender(store, scope)
    for name in ("title", "publisher", "licence", "year"):
        if not getattr(said, name):
            raise InputError(f"indicators.missing_{name}")
    with store.transaction() as connection:
        version, sent = _sent(connection, store, sender)
        account = _account(sent, plan)
        if not account.added and not account.changed:
            return account
        changes = {"|".join(count.key): [sent[count.key].count if count.key in sent else None, count.count] for count in plan.counts}
        sent |= {count.key: count for count in plan.counts}
        rows = [[count.issue, count.area_id, count.year, count.month, count.count] for _, count in sorted(sent.items())]
        sealed = store.secret.seal(_owner(sender), {"organisation_id": scope.organisation_id, "rows": rows})
        connection.execute(sa.delete(IssueSent).where(IssueSent.sender == sender))
        connection.execute(sa.insert(IssueSent), {"sender": sender, "version": version + 1, "sealed": sealed})
        source_id = f"issues-{sender[:12]}"
        _write_source(connection, {"source_id": source_id, "title": said.title, "publisher": said.publisher, "year": said.year, "url": said.url,
                                   "licence": said.licence, "status": "estimate", "locked": 0})  # fmt: skip
        countries = {str(area): str(country) for area, country in connection.execute(sa.select(models.Area.area_id, models.Area.country))}
        shown = [dict(row, sender=sender, source_id=source_id) for row in published(list(sent.values()), countries)]
        connection.execute(sa.delete(IssueCount).where(IssueCount.sender == sender))
        connection.execute(sa.insert(IssueCount), shown)
        _publish_sums(connection)
        now = dt.datetime.now(dt.UTC)
        connection.execute(sa.insert(change_models.AuditEvent), {
            "at": now, "actor": scope.user_id, "action": "send_counts", "entity": "issue_counts", "entity_id": sender, "entity_version": version + 1,
            "batch_id": _batch(connection, plan, account, source_id, scope, now), "sealed": store.secret.seal(_owner(sender), {"changes": changes}),
        })  # fmt: skip
        store.mark_changed(connection)
    return account


def published(counts: Sequence[MonthCount], countries: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what of a centre's counts everybody may see.

    Parameters
    ----------
    counts : all that it sent.
    countries : area to its country: sums are taken within one.

    Returns
    -------
    Rows of issue (empty: all issues), area_id, year, months and count, None where it is held back. Of each country and year the table
    of areas by issues is taken with its sums, and ``geo.suppression.suppress`` holds back the counts from 1 to 4 and whatever else would
    give one of them away. An issue that was not brought up in an area has no row; for the sums it counts as 0.
    """
    if not counts:
        return []
    frame = pd.DataFrame([(count.key[0], count.issue, count.area_id, count.year, count.month, count.count) for count in counts],
                         columns=["key", "issue", "area_id", "year", "month", "count"])  # fmt: skip
    frame["country"] = frame["area_id"].map(dict(countries))
    wording = frame.drop_duplicates("key").set_index("key")["issue"].to_dict()
    out = []
    for year in sorted({count.year for count in counts}):
        months = len({count.month for count in counts if count.year == year})
        for _, some in frame[frame["year"] == year].groupby("country", sort=True):
            table = some.pivot_table(index="area_id", columns="key", values="count", aggfunc="sum", fill_value=0).astype("int64")
            shown = suppress(table).shown.drop(index=TOTAL)
            said = set(zip(some["area_id"], some["key"], strict=True))
            for area_id, numbers in shown.to_dict("index").items():
                for key, number in numbers.items():
                    if key == TOTAL or (area_id, key) in said:
                        out.append({"issue": "" if key == TOTAL else wording[key], "area_id": area_id, "year": year, "months": months,
                                    "count": None if pd.isna(number) else int(number)})  # fmt: skip
    return out


def issue_counts(store: Store) -> pd.DataFrame:
    """Return what everybody may see: columns ``COLUMNS``; ``count`` is Int64, NA where it is held back, ``source`` the title of the source."""
    table = IssueCount
    columns = [getattr(table, name) for name in COLUMNS[:-1]]
    query = sa.select(*columns, models.Source.title).join(models.Source, models.Source.source_id == table.source_id)
    with reading(store.engine) as connection:
        rows = connection.execute(query.order_by(table.sender, table.year, table.area_id, table.issue)).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(COLUMNS), dtype=object)
    return frame.astype({"year": "int64", "months": "int64", "count": "Int64"})


def sent_counts(store: Store, scope: Scope, *, purpose: str) -> list[tuple[Any, ...]]:
    """Return the counts as they were sent, of the areas and organisations that this person may see protected places of; each opening is logged.

    Parameters
    ----------
    scope : who asks; needs a clearance of ``LEVEL``.
    purpose : why; kept in the log.

    Returns
    -------
    (issue, area_id, year, month, count) in the order of areas and months.

    Raises
    ------
    InputError : ``indicators.counts_not_allowed``: no clearance, or nobody is named; ``indicators.purpose_missing``.
    """
    if not purpose.strip():
        raise InputError("indicators.purpose_missing")
    if scope.clearance < LEVEL or not scope.user_id:
        raise InputError("indicators.counts_not_allowed")
    out: list[tuple[Any, ...]] = []
    with store.transaction() as connection:
        countries = {str(area): str(country) for area, country in connection.execute(sa.select(models.Area.area_id, models.Area.country))}
        for sender, sealed in connection.execute(sa.select(IssueSent.sender, IssueSent.sealed)).all():
            what = store.secret.unseal(_owner(sender), sealed)
            own = [
                tuple(row) for row in what["rows"]
                if may(scope, "view_exact", area_id=row[1], country=countries[row[1]], organisation_id=what["organisation_id"], sensitivity=LEVEL)
            ]  # fmt: skip
            if own:
                log_view(connection, store, scope, _owner(sender), purpose=purpose.strip()[:200], at=dt.datetime.now(dt.UTC))
            out += own
    return sorted(out, key=lambda row: (row[1], row[2], row[3], row[0]))


def _owner(sender: str) -> str:
    return f"issue counts|{sender}"


def _sender(store: Store, scope: Scope) -> str:
    """Return the digest under which an organisation's counts are kept; InputError where this person may send none."""
    if not may(scope, "send_counts", organisation_id=scope.organisation_id):
        raise InputError("indicators.counts_not_allowed")
    return store.secret.keyed_digest(f"issue counts|{scope.organisation_id}")[:32]


def _sent(connection: sa.Connection, store: Store, sender: str) -> tuple[int, dict[tuple[str, str, str], MonthCount]]:
    row = connection.execute(sa.select(IssueSent.version, IssueSent.sealed).where(IssueSent.sender == sender)).one_or_none()
    if row is None:
        return 0, {}
    counts = [MonthCount(*one) for one in store.secret.unseal(_owner(sender), row.sealed)["rows"]]
    return int(row.version), {count.key: count for count in counts}


def _account(sent: Mapping[tuple[str, str, str], MonthCount], plan: CountsPlan) -> CountsAccount:
    added = sum(count.key not in sent for count in plan.counts)
    unchanged = sum(count.key in sent and sent[count.key].count == count.count for count in plan.counts)
    return CountsAccount(added, len(plan.counts) - added - unchanged, unchanged, plan.refused)


def _batch(connection: sa.Connection, plan: CountsPlan, account: CountsAccount, source_id: str, scope: Scope, now: dt.datetime) -> str:
    batch_id = str(uuid.uuid4())
    connection.execute(sa.insert(models.ImportBatch), {
        "batch_id": batch_id, "source_id": source_id, "sha256": plan.sha256, "format": plan.format, "rows_total": plan.rows,
        "accepted": account.added + account.changed, "rejected": account.refused, "unchanged": account.unchanged, "actor": scope.user_id, "created_at": now,
    })  # fmt: skip
    return batch_id


def _write_source(connection: sa.Connection, row: Mapping[str, Any], names: Mapping[str, str] | None = None) -> None:
    table, source_id = models.Source, str(row["source_id"])
    if connection.scalar(sa.select(table.source_id).where(table.source_id == source_id)) is None:
        connection.execute(sa.insert(table), dict(row))
        if names:
            connection.execute(sa.insert(models.Name), _names("source", source_id, names))
    else:
        connection.execute(sa.update(table).where(table.source_id == source_id).values(**row))


def _names(entity: str, entity_id: str, names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"entity": entity, "entity_id": entity_id, "lang": lang, "text": text} for lang, text in names.items()]


def _publish_sums(connection: sa.Connection) -> None:
    """Write the indicator anew: for each area and year the sum over the centres; none where one of them is held back."""
    table = models.IndicatorValue
    rows = connection.execute(
        sa.select(IssueCount.area_id, IssueCount.year, IssueCount.count, IssueCount.source_id).where(IssueCount.issue == "")
    ).all()
    parts: dict[tuple[str, int], list[tuple[int | None, str]]] = {}
    for area_id, year, count, source_id in rows:
        parts.setdefault((area_id, year), []).append((count, source_id))
    values = [_sum(area_id, year, some) for (area_id, year), some in sorted(parts.items()) if all(count is not None for count, _ in some)]
    if connection.scalar(sa.select(models.Indicator.indicator_id).where(models.Indicator.indicator_id == INDICATOR)) is None:
        connection.execute(
            sa.insert(models.Indicator), {"indicator_id": INDICATOR, "unit": "cases", "direction": 0, "aggregation": "sum", "sort": 900}
        )
        connection.execute(sa.insert(models.Name), _names("indicator", INDICATOR, _NAMES))
    if any(value["source_id"] == CENTRES for value in values):
        _write_source(connection, {"source_id": CENTRES, "title": _CENTRES_NAMES["en"], "publisher": "", "year": None, "url": "", "licence": "", "status": "estimate",
                                   "locked": 0}, _CENTRES_NAMES)  # fmt: skip
    connection.execute(sa.delete(table).where(table.indicator_id == INDICATOR))
    if values:
        connection.execute(sa.insert(table), values)


def _sum(area_id: str, year: int, parts: Collection[tuple[int | None, str]]) -> dict[str, Any]:
    sources = {source_id for _, source_id in parts}
    return {
        "value_id": f"{INDICATOR}.{area_id}.{year}", "indicator_id": INDICATOR, "area_id": area_id, "year": year,
        "value": float(sum(count or 0 for count, _ in parts)), "unit": "cases", "status": "estimate",
        "source_id": sources.pop() if len(sources) == 1 else CENTRES,
    }  # fmt: skip
