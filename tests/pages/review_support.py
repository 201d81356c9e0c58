"""A proposal on the real packs, and people who look at it."""

from __future__ import annotations

from typing import Any

from data.site_edits import read_site
from data.submission import Submission
from geo.model import Scope
from pages.parts import load

MINISTRY = Scope("ministry", 3, "boss")
PLANNER = Scope("planner", 0, "rana", areas=("IL",))
ELSEWHERE = Scope("planner", 3, "far", areas=("SY",))


def a_site() -> str:
    """Return the id of an ordinary site that has an organisation."""
    sites = load.registry().sites
    found = sites[(sites["country"] == "IL") & (sites["organisation_id"] != "") & (sites["sensitivity"] == 0)]
    return str(found.index[0])


def partner() -> Scope:
    """Return somebody of that site's organisation."""
    return Scope("partner", 0, "omar", organisation_id=str(load.registry().sites.at[a_site(), "organisation_id"]))


def propose(**fields: Any) -> Submission:
    """Return a correction of the site that waits for review."""
    subs = load.submissions()
    made = subs.save(partner(), op="edit", site_id=a_site(), proposed=fields or {"phone": "+97248552000", "hours": "24/7", "status": "damaged"})
    return subs.submit(partner(), made.submission_id, version=made.version)


def approve(submission: Submission, **more: Any) -> Submission:
    """Approve all of a proposal as the ministry."""
    seen = load.submissions().compare(MINISTRY, submission.submission_id).version
    accept = list(submission.proposed)
    return load.submissions().decide(MINISTRY, submission.submission_id, version=submission.version, seen_version=seen, accept=accept, **more)


def version() -> int:
    """Return the site's present version."""
    return read_site(load.store(), MINISTRY, a_site()).version
