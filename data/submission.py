"""A submission as a value: what it holds, how it is sealed, and who may read and decide it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from data.history import WITHHELD
from data.secrecy import Secret
from data.site_records import HIDDEN, Stored, may_see
from geo.model import Scope
from geo.permissions import may
from geo.submissions import FieldDiff, clearance_needed


@dataclass(frozen=True, slots=True)
class Submission:
    """A proposal for a site.

    Parameters
    ----------
    op : ``add``, ``edit`` or ``verify``.
    base_version : version of the site that the proposer saw; 0 for a new one.
    organisation_id, country, area_id : whose site it is, and where it stands (a new one: where it is to stand).
    sensitivity : of the site, or the proposed one where that is higher.
    proposed, base : the fields that would change, and what the proposer saw in them.
    decisions : field to (``accepted`` or ``rejected``, reason).
    reason : of the last decision as a whole.
    comment : what the proposer says to the reviewer.
    seen : the proposer has seen the last decision.
    words_withheld : comment and reasons are kept from this reader, since the site is sensitive.
    """

    submission_id: str
    op: str
    state: str
    version: int
    site_id: str
    base_version: int
    organisation_id: str
    country: str
    area_id: str
    sensitivity: int
    submitted_by: str
    created_at: dt.datetime
    updated_at: dt.datetime
    submitted_at: dt.datetime | None
    proposed: dict[str, Any]
    base: dict[str, Any]
    decisions: dict[str, tuple[str, str]] = field(default_factory=dict)
    reason: str = ""
    comment: str = ""
    seen: bool = True
    words_withheld: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionEvent:
    """A move of a submission: when, by whom (a person's id), where to and why."""

    at: dt.datetime
    actor: str
    move: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A proposal beside the site as it stands now.

    Parameters
    ----------
    diffs : the proposed fields.
    version : of the site now, to be handed back with the decision; 0 where it does not stand there yet.
    present : the site's record as the reviewer may see it; empty for a new one.
    stale : the site changed since the proposer saw it.
    locked : the site's list is kept elsewhere.
    """

    submission: Submission
    diffs: list[FieldDiff]
    version: int
    present: dict[str, Any]
    stale: bool
    locked: bool


_SEALED = (
    "op",
    "site_id",
    "base_version",
    "organisation_id",
    "country",
    "area_id",
    "sensitivity",
    "proposed",
    "base",
    "decisions",
    "reason",
    "comment",
)


def seal_submission(secret: Secret, made: Submission) -> bytes:
    """Return what a submission says, sealed."""
    return secret.seal(made.submission_id, {name: getattr(made, name) for name in _SEALED})


def open_submission(secret: Secret, row: Any) -> Submission:
    """Return a submission from its row, opened: for the server, or for whoever may read all of it."""
    said = secret.unseal(row.submission_id, row.sealed)
    said["decisions"] = {name: (str(verdict), str(why)) for name, (verdict, why) in said["decisions"].items()}
    return Submission(
        submission_id=row.submission_id, state=row.state, version=row.version, submitted_by=row.submitted_by, created_at=row.created_at,
        updated_at=row.updated_at, submitted_at=row.submitted_at, seen=row.seen, **said,
    )  # fmt: skip


def may_review(scope: Scope, found: Submission, stored: Stored | None) -> bool:
    """Say whether a reviewer may see and decide a submission: where it stands and where it would go, with the clearance that it shows."""
    record: Mapping[str, Any] = stored.record if stored else {}
    places = [{"area_id": found.area_id, "country": found.country}, record.get("place") or {}, found.proposed.get("place") or {}]
    everywhere = all(may(scope, "review", area_id=place["area_id"], country=place["country"]) for place in places if place)
    return everywhere and scope.clearance >= clearance_needed(record, found.proposed)


def as_seen(scope: Scope, found: Submission, stored: Stored | None) -> Submission:
    """Return another person's submission as a reviewer may read it: about a sensitive site people write places in comments and reasons."""
    level = max(found.sensitivity, stored.record["sensitivity"] if stored else 0)
    if scope.clearance >= level:
        return found
    decisions = {name: (verdict, unless(True, why)) for name, (verdict, why) in found.decisions.items()}
    return replace(found, comment=unless(True, found.comment), reason=unless(True, found.reason), decisions=decisions, words_withheld=True)


def unless(withheld: bool, text: str) -> str:
    """Return a text, or the sign that it is withheld."""
    return WITHHELD if withheld and text else text


def may_know(scope: Scope, stored: Stored) -> bool:
    """Say whether somebody may know that a site exists."""
    return stored.record["sensitivity"] < HIDDEN or may_see(scope, stored.record)
