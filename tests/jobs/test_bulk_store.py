"""The form and the store: a partner's own sites in it, what comes back sent once, and a killed sender that leaves all or nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from data import change_models, models
from data.engine import make_engine, reading
from data.ingest.bulk import Proposal
from data.own_sites import own_sites
from data.snapshot import read_registry
from data.sources.table import RawTable
from data.store import Store
from data.submissions import Submissions
from geo.errors import InputError
from geo.model import Scope
from i18n import translator
from jobs.bulk import BulkPlan, make_template, plan_bulk, send_bulk
from tests.conftest import SECRET
from tests.data.test_store import EXACT, load_invented, request, row
from tests.jobs.bulk_support import Row, edit_form
from tests.writers import writing_process

EN = translator("en")
ROWS = 40


def send_batches(say: Callable[[str], None], url: str, organisation: str, attempt: int) -> None:
    """Send one batch of proposals after another, and say which are done."""
    submissions = Submissions(Store(make_engine(url), SECRET))
    scope = Scope("partner", 0, f"user {attempt}", (), organisation)
    place = {"country": "PS", "area_id": "PS0150", "locality_id": "", "lon": None, "lat": None, "position_kind": "none"}
    say("ready")
    for batch in range(40):
        rows = tuple(Proposal(n, "add", "", 0, {"names": {"en": f"{attempt} {batch} {n}"}, "kind": "clinic", "place": place}) for n in range(ROWS))
        send_bulk(submissions, scope, BulkPlan("x", organisation, ROWS, rows, (), 0, RawTable((), (), ())), EN)
        say(f"done {attempt} {batch}")


@pytest.fixture
def filled(store: Store) -> Store:
    load_invented(store)
    hidden = row(6, sensitivity=3, names={"en": "Nobody knows"})
    protected = row(5, sensitivity=2, names={"en": "Quiet house"}, address="9 Secret St")
    store.apply_import(request(row(2), row(3), row(4, organisation={"en": "Others"}), protected, hidden), actor="test")
    return store


def organisation(store: Store) -> str:
    names = read_registry(store).names["organisation"]
    return str(names.index[names["en"] == "Helping Hands"][0])


def partner(store: Store) -> Scope:
    return Scope("partner", 0, "somebody", (), organisation(store))


def read(store: Store, body: bytes) -> BulkPlan:
    own = organisation(store)
    return plan_bulk(read_registry(store), body, "form.xlsx", own=own_sites(store, own), organisation_id=own, tr=EN)


def fill(rows: list[Row]) -> None:
    next(found for found in rows if found["name_en"] == "Centre 2")["hours"] = "Sa 10:00-12:00"
    rows.append({**dict.fromkeys(rows[0]), "name_en": "New one", "kind": "clinic", "area": "Hebron", "service_1": "medical_care"})


def test_form_holds_the_own_sites_and_nothing_that_is_protected(filled: Store) -> None:
    own = own_sites(filled, organisation(filled))
    assert sorted(record["names"]["en"] for record, _ in own.values()) == ["Centre 2", "Centre 3", "Quiet house"]
    quiet = next(record for record, _ in own.values() if record["sensitivity"])
    assert (quiet["place"], quiet["address"], quiet["note"]) == (None, None, None)
    form = make_template(filled, read_registry(filled), organisation(filled), EN)
    untouched = read(filled, form)
    assert (untouched.total, untouched.unchanged) == (3, 3)
    texts = [text for line in untouched.raw.rows for text in line]
    assert not [text for text in texts if "Secret" in text or "Nobody" in text]
    assert sum(str(EXACT[0]) in text for text in texts) == 2


def test_locked_list_is_not_in_the_form(filled: Store) -> None:
    with filled.transaction() as connection:
        connection.execute(sa.update(models.Source).values(locked=1))
    assert own_sites(filled, organisation(filled)) == {}


def test_unknown_organisation_is_told(filled: Store) -> None:
    with pytest.raises(InputError) as raised:
        make_template(filled, read_registry(filled), "nobody", EN)
    assert raised.value.code == "bulk.no_organisation"


def test_what_comes_back_is_sent_once_and_stays_so_after_approval(filled: Store) -> None:
    scope, submissions = partner(filled), Submissions(filled)
    form = edit_form(make_template(filled, read_registry(filled), scope.organisation_id, EN), fill)
    assert send_bulk(submissions, scope, read(filled, form), EN) == EN("bulk.account", sent="2", unchanged="2", refused="0")
    assert send_bulk(submissions, scope, read(filled, form), EN) == EN("bulk.account", sent="0", unchanged="4", refused="0")
    sent = {found.op: found for found in submissions.own(scope)}
    assert {op: (found.state, set(found.proposed) if op == "edit" else found.proposed["names"]) for op, found in sent.items()} == {
        "edit": ("submitted", {"hours"}), "add": ("submitted", {"en": "New one"}),
    }  # fmt: skip
    reviewer = Scope("ministry", 0, "reviewer")
    for found in sent.values():
        seen = submissions.compare(reviewer, found.submission_id)
        submissions.decide(reviewer, found.submission_id, version=found.version, seen_version=seen.version, accept=found.proposed.keys())
    again = read(filled, make_template(filled, read_registry(filled), scope.organisation_id, EN))
    assert (again.total, again.unchanged) == (4, 4)
    late = read(filled, form)
    assert [cell.code for cell in late.cells] == []
    assert (late.rows, late.unchanged) == ((), 4)


def test_change_by_somebody_else_is_not_undone_by_an_older_form(filled: Store) -> None:
    scope, submissions = partner(filled), Submissions(filled)
    old = make_template(filled, read_registry(filled), scope.organisation_id, EN)
    send_bulk(submissions, scope, read(filled, edit_form(old, fill)), EN)
    edit = next(found for found in submissions.own(scope) if found.op == "edit")
    submissions.decide(Scope("ministry", 0, "reviewer"), edit.submission_id, version=edit.version, seen_version=1, accept={"hours"})
    late = read(filled, edit_form(old, lambda rows: [found.update(phone="02-2222229") for found in rows if found["name_en"] == "Centre 2"]))
    assert [(cell.severity, cell.code) for cell in late.cells] == [("reject", "bulk.older")]


def test_one_proposal_that_may_not_be_sent_keeps_all_back(filled: Store) -> None:
    scope, submissions = partner(filled), Submissions(filled)
    form = edit_form(make_template(filled, read_registry(filled), scope.organisation_id, EN), fill)
    with pytest.raises(InputError):
        send_bulk(submissions, Scope("partner", 0, "stranger", (), "other"), read(filled, form), EN)
    with reading(filled.engine) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(change_models.Submission)).scalar_one() == 0
    assert submissions.own(scope) == []


def test_killed_sender_leaves_all_or_nothing(open_store: Callable[[], Store], database_url: str) -> None:
    store = open_store()
    load_invented(store)
    store.apply_import(request(row(2)), actor="test")
    own = organisation(store)
    kills = 20 if store.engine.dialect.name == "sqlite" else 6
    chance = random.Random(1)
    done: set[tuple[str, str]] = set()
    for attempt in range(kills):
        with writing_process(send_batches, database_url, own, attempt) as writer:
            assert writer.lines.readline() == "ready\n"
            first = writer.lines.readline()
            time.sleep(0.4 * chance.random())
            writer.kill()
            done |= {(line.split()[1], line.split()[2]) for line in (first, *writer.lines)}
    submissions = Submissions(open_store())
    kept: dict[tuple[str, str], int] = {}
    for attempt in range(kills):
        for found in submissions.own(Scope("partner", 0, f"user {attempt}", (), own)):
            batch = (found.proposed["names"]["en"].split()[0], found.proposed["names"]["en"].split()[1])
            kept[batch] = kept.get(batch, 0) + 1
    assert set(kept.values()) <= {ROWS}
    assert done <= set(kept)
    assert len(kept) >= kills
    with reading(store.engine) as connection:
        events = connection.execute(sa.select(sa.func.count()).select_from(change_models.SubmissionEvent)).scalar_one()
        assert events == ROWS * len(kept)
        if store.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
