"""Drafts of submissions: who may propose what, what the proposer saw, and what a proposal needs before it is sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from data import models
from data.site_records import NO_PLACE, read_records
from data.store import Store
from data.submission import Submission, may_know
from data.submission_reading import is_locked
from geo.errors import InputError
from geo.model import Scope
from geo.permissions import may
from geo.submissions import EMPTY, OPERATIONS, PROPOSABLE, PROTECTED


def draft_of(
    store: Store, connection: sa.Connection, scope: Scope, item: Mapping[str, Any], *, comment: str, now: dt.datetime, held: Submission | None = None
) -> Submission:
    """Return a draft of what is proposed.

    Parameters
    ----------
    item : ``op``, ``proposed``, for an edit ``site_id``, for a new site ``organisation_id`` where it is not the proposer's own.
    comment : for the reviewer.
    now : the present.
    held : the draft that is renewed.

    Raises
    ------
    InputError : it may not be proposed by this person, nothing of it can be changed here, or its list is kept elsewhere.
    """
    proposed = {name: item["proposed"][name] for name in PROPOSABLE if name in item["proposed"]}
    unknown = sorted(set(item["proposed"]) - set(PROPOSABLE))
    if unknown or item["op"] not in OPERATIONS:
        raise InputError("review.unknown_field", field=", ".join(unknown) or item["op"])
    if item["op"] == "add":
        site_id = held.site_id if held else str(uuid.uuid4())
        stored, record = None, {}
        organisation_id = item.get("organisation_id") or scope.organisation_id
        place: Mapping[str, Any] = proposed.get("place") or NO_PLACE
        if organisation_id and not connection.scalar(sa.select(models.Organisation.organisation_id).filter_by(organisation_id=organisation_id)):
            raise InputError("review.not_allowed")
    else:
        site_id = item["site_id"]
        stored = read_records(connection, store.secret, [site_id]).get(site_id)
        if stored is None or stored.record["merged_into"] or not may_know(scope, stored):
            raise InputError("history.no_site", site=site_id)
        record, place = stored.record, stored.record["place"]
        organisation_id = record["organisation_id"]
    # A draft without a place yet is the proposer's own affair: it is checked again when it is sent.
    somewhere = {"area_id": place["area_id"], "country": place["country"]} if place["area_id"] or held or stored else {"area_id": "", "country": ""}
    allowed = may(scope, "propose", organisation_id=organisation_id, **somewhere)
    if not allowed and not (item["op"] == "add" and not place["area_id"] and scope.role == "planner"):
        raise InputError("review.not_allowed")
    if stored is not None and is_locked(connection, record["source_id"]):
        raise InputError("review.locked")
    withheld = PROTECTED if record.get("sensitivity") else ()
    base = {name: None if name in withheld else record.get(name, EMPTY[name]) for name in proposed}
    return Submission(
        submission_id=held.submission_id if held else str(uuid.uuid4()), op=item["op"], state=held.state if held else "draft",
        version=held.version if held else 1, site_id=site_id, base_version=stored.version if stored else 0, organisation_id=organisation_id,
        country=place["country"], area_id=place["area_id"], sensitivity=max(record.get("sensitivity") or 0, proposed.get("sensitivity") or 0),
        submitted_by=scope.user_id, created_at=held.created_at if held else now, updated_at=now, submitted_at=held.submitted_at if held else None,
        proposed=proposed, base=base, decisions=dict(held.decisions) if held else {}, reason=held.reason if held else "",
        comment=" ".join(comment.split())[:500],
    )  # fmt: skip


def check_complete(draft: Submission) -> None:
    """Refuse a draft that lacks what a proposal, or a new site, needs; InputError says which field."""
    if not draft.proposed:
        raise InputError("review.nothing_proposed")
    if draft.op == "add":
        lacking = [name for name in ("names", "kind") if not draft.proposed.get(name)] + ([] if draft.area_id else ["place"])
        if lacking:
            raise InputError("review.needs", field=lacking[0])
