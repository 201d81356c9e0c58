"""Invented sites, people and proposals for tests of what is proposed and decided."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import sqlalchemy as sa

from data import models
from data.engine import reading
from data.site_records import Stored, read_records
from data.store import Store
from data.submission import Submission
from data.submissions import Submissions
from geo.model import Scope
from tests.conftest import SECRET
from tests.data.test_store import load_invented, request, row

OTHER_AREA = {"area_id": "PS0101", "locality_id": "LPS0101", "lon": 35.1, "lat": 32.1}


def people(organisation_id: str, other_id: str) -> dict[str, Scope]:
    """Return one person of each sort, each with an id of its own."""
    return {
        "partner": Scope("partner", 0, "u-partner", organisation_id=organisation_id),
        "stranger": Scope("partner", 0, "u-stranger", organisation_id=other_id),
        "planner": Scope("planner", 0, "u-planner", areas=("PS0150",)),
        "cleared": Scope("planner", 2, "u-cleared", areas=("PS",)),
        "elsewhere": Scope("planner", 3, "u-elsewhere", areas=("SY",)),
        "ministry": Scope("ministry", 3, "u-ministry"),
        "admin": Scope("admin", 0, "u-admin"),
        "public": Scope(),
    }


def fill(store: Store, start: int = 2) -> dict[str, str]:
    """Write four sites and return their ids by what they are: open, in another governorate, sensitive, and of another organisation."""
    rows = {
        "open": row(start), "away": row(start + 1, **OTHER_AREA), "safe": row(start + 2, sensitivity=2, services=(), note="Secret door"),
        "other": row(start + 3, organisation={"en": "Other people"}),
    }  # fmt: skip
    before = set(every_site(store))
    account = store.apply_import(request(*rows.values()), actor="test")
    assert account.accepted == len(rows)
    new = {stored.record["external_id"]: site_id for site_id, stored in every_site(store).items() if site_id not in before}
    return {name: new[str(values["external_id"])] for name, values in rows.items()}


def fresh(store: Store) -> dict[str, str]:
    """Write the invented places and terms, and four sites."""
    load_invented(store)
    return fill(store)


def every_site(store: Store) -> dict[str, Stored]:
    """Return every site whole, by id, what is sealed included."""
    with reading(store.engine) as connection:
        open_ones = connection.execute(sa.select(models.Site.site_id)).scalars().all()
        sealed = connection.execute(sa.select(models.SiteExact.site_id)).scalars().all()
        return read_records(connection, SECRET, sorted({*open_ones, *sealed}))


def organisation_of(store: Store, site_id: str) -> str:
    """Return whose a site is."""
    return str(every_site(store)[site_id].record["organisation_id"])


def sent(submissions: Submissions, scope: Scope, site_id: str, proposed: dict[str, Any], *, op: str = "edit") -> Submission:
    """Return a proposal that waits for review."""
    made = submissions.save(scope, op=op, site_id=site_id, proposed=proposed)
    return submissions.submit(scope, made.submission_id, version=made.version)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: dt.datetime = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        """Let days go by."""
        self.now += dt.timedelta(days=days)


def told(submission: Submission) -> dict[str, Any]:
    """Return a submission as plain values, without its times."""
    return {name: value for name, value in dataclasses.asdict(submission).items() if not name.endswith("_at")}
