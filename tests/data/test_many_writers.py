"""Eight processes that propose, decide and import at once, and writers killed in the middle, on both databases: nothing lost, nothing half."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa

from data import change_models, models
from data.engine import reading
from data.history import record_at
from data.row_security import SERVER, seeing
from data.site_records import read_records
from data.store import Store
from data.submissions import Submissions
from geo.model import Scope
from tests.data.test_store import load_invented, request, row
from tests.data.writer_process import mixed
from tests.writers import writing_process

WRITERS = 8
STEPS = 12
SITES = 4
KILLS = 20
CHIEF = Scope("ministry", 3, "chief")


def told(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return what a writer acknowledged; a line that its death cut short was never acknowledged."""
    return [json.loads(line) for line in lines if line.endswith("}\n")]


def prepared(store: Store) -> list[str]:
    """Write the sites that all of them change, one of them sensitive, and return their ids."""
    load_invented(store)
    store.apply_import(request(*(row(number, sensitivity=number % 3, phone="") for number in range(2, SITES + 2))), actor="test")
    with reading(store.engine) as connection:
        return sorted(connection.execute(sa.select(models.Site.site_id)).scalars())


def history_of(store: Store, site_id: str) -> list[tuple[int, str, dict[str, Any]]]:
    """Return version, actor and what was written, of each change of a site."""
    event = change_models.AuditEvent
    with reading(store.engine) as connection:
        rows = connection.execute(sa.select(event).where(event.entity_id == site_id).order_by(event.event_id)).all()
    return [(one.entity_version, one.actor, store.secret.unseal(site_id, one.sealed)) for one in rows]


def assert_whole(store: Store, site_ids: list[str]) -> None:
    """Check that sites, their parts, what is sealed, history and proposals agree."""
    with reading(store.engine) as connection, seeing(connection, SERVER, store.secret):
        if store.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        stored = read_records(connection, store.secret, site_ids)
        for site_id in site_ids:
            versions = connection.execute(
                sa.select(change_models.AuditEvent.entity_version)
                .where(change_models.AuditEvent.entity_id == site_id)
                .order_by(change_models.AuditEvent.event_id)
            ).scalars()
            assert list(versions) == list(range(1, stored[site_id].version + 1)), "no version twice, none left out"
            assert record_at(connection, store, site_id, stored[site_id].version) == stored[site_id].record
            sealed = connection.scalar(sa.select(sa.func.count()).where(models.SiteExact.site_id == site_id))
            assert sealed == (1 if stored[site_id].record["sensitivity"] else 0)
        proposals = connection.execute(sa.select(change_models.Submission)).all()
        moves: dict[str, list[str]] = defaultdict(list)
        for one in connection.execute(sa.select(change_models.SubmissionEvent).order_by(change_models.SubmissionEvent.event_id)):
            moves[one.submission_id].append(one.state)
    published = {said.get("submission_id") for site_id in site_ids for _, _, said in history_of(store, site_id)}
    for one in proposals:
        assert moves[one.submission_id][-1] == one.state
        assert len(moves[one.submission_id]) == one.version
        assert (one.submission_id in published) is (one.state in ("approved", "partly_approved")), "decided and published, or neither"


def test_eight_processes_lose_nothing_and_overwrite_nothing(open_store: Callable[[], Store], database_url: str) -> None:
    store = open_store()
    site_ids = prepared(store)
    done = []
    with ExitStack() as stack:
        for writer in [stack.enter_context(writing_process(mixed, database_url, number, STEPS, site_ids)) for number in range(WRITERS)]:
            done += told(writer.lines)
            assert writer.wait() == 0
    assert_whole(store, site_ids)
    stood = {site_id: {version: said for version, _, said in history_of(store, site_id)} for site_id in site_ids}
    decided = [one for one in done if one["what"] == "decided"]
    for one in decided:
        said = stood[one["site_id"]][one["seen"] + 1]
        assert said["submission_id"] == one["submission_id"], "what was acknowledged stands right after the version that was seen"
        assert said["changes"]["phone"] == [one["was"], one["phone"]], "and it changed what was seen"
    imported = [one for one in done if one["what"] == "imported"]
    written = [said for versions in stood.values() for said in versions.values()]
    for one in imported:
        assert sum(said["changes"].get("hours", ["", ""])[1] == one["hours"] for said in written) == one["accepted"]
    assert sum(len(versions) for versions in stood.values()) == SITES + len(decided) + sum(one["accepted"] for one in imported)
    assert len(decided) >= WRITERS, "some must get through"
    assert any(one["what"] == "stale" for one in done), "some must meet a version that they did not see"
    assert {one["by"] for one in decided} == set(range(WRITERS))
    with reading(store.engine) as connection:
        sent = set(connection.execute(sa.select(change_models.Submission.submission_id)).scalars())
    assert {one["submission_id"] for one in done if one["what"] == "sent"} <= sent


def test_twenty_kills_in_mid_decision_leave_all_or_nothing(open_store: Callable[[], Store], database_url: str) -> None:
    store = open_store()
    site_ids = prepared(store)
    chance = random.Random(3)
    done: list[dict[str, Any]] = []
    for attempt in range(KILLS):
        with writing_process(mixed, database_url, attempt, 1_000, site_ids) as writer:
            first: list[str] = []
            while not first or '"decided"' not in first[-1]:
                first.append(writer.lines.readline())
            time.sleep(0.3 * chance.random())
            writer.kill()
            done += told([*first, *writer.lines])
    store = open_store()
    assert_whole(store, site_ids)
    desk = Submissions(store)
    for one in done:
        if one["what"] == "decided":
            assert desk.get(CHIEF, one["submission_id"]).state == "approved"
            version, actor, said = history_of(store, one["site_id"])[one["seen"]]
            assert (version, actor, said["submission_id"]) == (one["seen"] + 1, f"reviewer {one['by']}", one["submission_id"])
        elif one["what"] == "sent":
            assert desk.get(CHIEF, one["submission_id"]).state in ("submitted", "approved")
    assert sum(one["what"] == "decided" for one in done) >= KILLS, "every writer is killed only after it got something through"
