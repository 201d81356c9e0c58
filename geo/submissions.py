"""Proposals for sites: their fields, their states and moves in one table, the differences a reviewer decides on, and when they are late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from geo.model import SENSITIVITY

STATES = ("draft", "submitted", "changes_requested", "approved", "partly_approved", "rejected", "withdrawn")
OPEN_STATES = ("draft", "submitted", "changes_requested")
OPERATIONS = ("add", "edit", "verify")
SUBMITTER_MOVES = ("save", "submit", "withdraw")
REVIEWER_MOVES = ("request_changes", "approve", "approve_some", "reject")
MOVES: Mapping[tuple[str, str], str] = {
    ("draft", "save"): "draft",
    ("draft", "submit"): "submitted",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "withdraw"): "withdrawn",
    ("submitted", "request_changes"): "changes_requested",
    ("submitted", "approve"): "approved",
    ("submitted", "approve_some"): "partly_approved",
    ("submitted", "reject"): "rejected",
    ("changes_requested", "save"): "changes_requested",
    ("changes_requested", "submit"): "submitted",
    ("changes_requested", "withdraw"): "withdrawn",
}
"""State and move to the next state. A move that is not in it is refused; a state that starts none is final."""

EMPTY: Mapping[str, Any] = {
    "names": {}, "kind": "", "status": "unknown", "place": {}, "services": [], "capacities": {}, "target_groups": [], "hours": "", "phone": "",
    "email": "", "website": "", "address": "", "accessibility": [], "note": "", "sensitivity": 0, "verified_on": None,
}  # fmt: skip
"""Field of a site that can be proposed to what it is where nothing is stated, in the order of the form."""
PROPOSABLE = tuple(EMPTY)
NEEDED = ("names", "kind", "place")
"""Fields without which a site cannot be published."""
PROTECTED = ("place", "address", "note")
"""Fields of a sensitive site that are kept from everybody without clearance."""
LATE_DAYS = 7
ESCALATED_DAYS = 14
Urgency = Literal["", "late", "escalated"]


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field of a proposal beside the registry.

    Parameters
    ----------
    field : one of ``PROPOSABLE``.
    base : what the proposer saw.
    present : what the registry says now.
    proposed : what it would say.
    conflict : the registry changed since, to something else than what is proposed.
    withheld : base and present are kept from this reader.
    """

    field: str
    base: Any
    present: Any
    proposed: Any
    conflict: bool
    withheld: bool = False


def is_same(one: Any, other: Any) -> bool:
    """Say whether two values of a field are the same; all ways to say nothing are one."""
    return (one or None) == (other or None)


def changed_fields(record: Mapping[str, Any], proposed: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of ``proposed`` that differ from a site's record, in the order of the form."""
    return tuple(name for name in PROPOSABLE if name in proposed and not is_same(record.get(name, EMPTY[name]), proposed[name]))


def three_way(base: Mapping[str, Any], present: Mapping[str, Any], proposed: Mapping[str, Any], *, withheld: tuple[str, ...] = ()) -> list[FieldDiff]:
    """Return the proposed fields beside what the proposer saw and what stands there now, in the order of the form.

    Parameters
    ----------
    base, present : records of the site; empty for one that is to be added.
    proposed : the fields that would change.
    withheld : fields of base and present that the reader may not see.
    """
    out = []
    for name in PROPOSABLE:
        if name in proposed:
            was, now, new = base.get(name, EMPTY[name]), present.get(name, EMPTY[name]), proposed[name]
            hidden = name in withheld
            conflict = not hidden and not is_same(was, now) and not is_same(now, new)
            out.append(FieldDiff(name, None if hidden else was, None if hidden else now, new, conflict, hidden))
    return out


def urgency(submitted_at: dt.datetime | None, now: dt.datetime) -> Urgency:
    """Say whether a proposal has waited too long: ``late`` from 7 days (its planner), ``escalated`` from 14 (the ministry).

    Parameters
    ----------
    submitted_at : when it was sent for review; None where it is not waiting.
    now : the present; both with a time zone.
    """
    days = 0.0 if submitted_at is None else (now - submitted_at) / dt.timedelta(days=1)
    return "escalated" if days >= ESCALATED_DAYS else "late" if days >= LATE_DAYS else ""


def clearance_needed(record: Mapping[str, Any], proposed: Mapping[str, Any]) -> int:
    """Return the clearance that a reviewer of a proposal needs.

    Parameters
    ----------
    record : the site as it stands, empty for a new one.
    proposed : the fields that would change.

    Returns
    -------
    The site's sensitivity, or the proposed one where that is higher, if the proposal shows a protected field, would make the site less
    sensitive (its place would be published), or hides it; else 0: a new phone number of a shelter shows nothing that not everybody may see.
    """
    now = int(record.get("sensitivity") or 0)
    level = max(now, int(proposed.get("sensitivity") or 0))
    shows = any(name in proposed for name in PROTECTED) or int(proposed.get("sensitivity", now) or 0) < now
    return level if shows or level >= SENSITIVITY["hidden"] else 0
