"""Put what a reviewer approved into the registry: a new site, or the approved fields of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from data import models
from data.site_records import Stored, new_record
from data.site_rows import Entry
from data.store import Store
from geo.errors import InputError
from geo.sensitivity import least_sensitivity
from geo.submissions import NEEDED

if TYPE_CHECKING:
    from data.submission import Submission

CONTRIBUTIONS = "contributions"
"""Source of the sites that partners add."""
_SOURCE = {
    "source_id": CONTRIBUTIONS,
    "title": "Contributions of partners",
    "publisher": "",
    "year": None,
    "url": "",
    "licence": "",
    "status": "",
    "locked": 0,
}
_TITLES = {"ar": "مساهمات الشركاء", "he": "תרומות מידע של שותפים", "en": "Contributions of partners"}


def publish(store: Store, connection: sa.Connection, actor: str, submission: Submission, accepted: Mapping[str, Any], stored: Stored | None) -> None:
    """Write the approved fields in the open transaction, with their audit.

    Raises
    ------
    InputError : a new site would lack what it needs, the site is there no more, or its list is kept elsewhere.
    """
    if submission.op == "add":
        lacking = [name for name in NEEDED if not accepted.get(name)]
        if lacking or stored is not None:
            raise InputError("review.needs", field=lacking[0]) if lacking else InputError("review.closed")
        _ensure_source(connection)
        record = new_record(accepted, organisation_id=submission.organisation_id, source_id=CONTRIBUTIONS, external_id=submission.site_id)
    else:
        if stored is None or stored.record["merged_into"]:
            raise InputError("history.no_site", site=submission.site_id)
        if connection.scalar(sa.select(models.Source.locked).where(models.Source.source_id == stored.record["source_id"])):
            raise InputError("review.locked")
        record = {**stored.record, **accepted}
    write_record(
        store, connection, actor, submission.site_id, mended(connection, record, accepted), stored, action="approve", reason=submission.reason,
        submission_id=submission.submission_id,
    )  # fmt: skip


def write_record(
    store: Store, connection: sa.Connection, actor: str, site_id: str, record: Mapping[str, Any], stored: Stored | None, *, action: str, reason: str = "",
    submission_id: str = "",
) -> None:  # fmt: skip
    """Write a site that was changed here, not by its list, and raise the revision."""
    entry = Entry(site_id, record, stored, stored.digest if stored else "", edited=True)
    writer = store.writer(connection, actor=actor)
    writer.write([entry], action=action, reason=reason, submission_id=submission_id)
    store.mark_changed(connection, openly=writer.wrote_open)


def mended(connection: sa.Connection, record: Mapping[str, Any], accepted: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record whose parts agree: no capacity without its service, a sensitivity as high as its services ask, a check that counts."""
    whole = dict(record)
    whole["capacities"] = {code: number for code, number in record["capacities"].items() if code in record["services"]}
    of_terms = {str(term): int(level) for term, level in connection.execute(sa.select(models.Term.term_id, models.Term.sensitivity))}
    least = least_sensitivity(of_terms, kind=record["kind"], services=record["services"], target_groups=record["target_groups"])
    whole["sensitivity"] = max(int(record["sensitivity"]), least)
    if accepted.get("verified_on"):
        whole["verification"] = "verified"
    if "place" in accepted:
        whole["flags"] = []
    return whole


def _ensure_source(connection: sa.Connection) -> None:
    if connection.scalar(sa.select(models.Source.source_id).where(models.Source.source_id == CONTRIBUTIONS)) is None:
        connection.execute(sa.insert(models.Source), _SOURCE)
        names = [{"entity": "source", "entity_id": CONTRIBUTIONS, "lang": lang, "text": text} for lang, text in _TITLES.items()]
        connection.execute(sa.insert(models.Name), names)
