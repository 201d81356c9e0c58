"""Work of a process that proposes, decides and imports as fast as it can, and says what was acknowledged: one line of JSON each."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable

from data.engine import make_engine
from data.store import Store
from data.submissions import Submissions
from geo.errors import StoreError
from geo.model import Scope
from tests.conftest import SECRET
from tests.data.test_store import request, row


def mixed(tell: Callable[[str], None], url: str, number: int, steps: int, site_ids: list[str]) -> None:
    """Change the same sites as all the others: mostly proposals that are decided at once, sometimes an import."""

    def say(**what: object) -> None:
        tell(json.dumps(what))

    store = Store(make_engine(url), SECRET)
    desk = Submissions(store)
    chance = random.Random(number)
    proposer, reviewer = Scope("ministry", 0, f"proposer {number}"), Scope("ministry", 3, f"reviewer {number}")
    for step in range(steps):
        site_id = site_ids[chance.randrange(len(site_ids))]
        if step % 6 == 5:
            hours = f"{number}-{step}-{chance.random()}"
            rows = [row(2 + chance.randrange(len(site_ids)), hours=hours, phone="")]
            say(what="imported", by=number, hours=hours, accepted=store.apply_import(request(*rows), actor=f"list {number}").accepted)
            continue
        phone = f"+9722{number:03d}{step:04d}"
        draft = desk.save(proposer, op="edit", site_id=site_id, proposed={"phone": phone})
        sent = desk.submit(proposer, draft.submission_id, version=draft.version)
        say(what="sent", by=number, submission_id=sent.submission_id)
        for _ in range(50):
            held = desk.compare(reviewer, sent.submission_id)
            time.sleep(0.02 * chance.random())  # somebody reads it
            try:
                desk.decide(reviewer, sent.submission_id, version=held.submission.version, seen_version=held.version, accept=["phone"])
            except StoreError as error:
                say(what="stale", by=number, code=error.code)
                continue
            say(
                what="decided",
                by=number,
                submission_id=sent.submission_id,
                site_id=site_id,
                seen=held.version,
                phone=phone,
                was=held.present["phone"],
            )
            break
    store.engine.dispose()
