"""A writer killed at any moment loses nothing that was acknowledged and leaves nothing half done, on both databases."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable

import sqlalchemy as sa

from data import change_models, models
from data.engine import make_engine, reading
from data.store import Store
from tests.conftest import SECRET
from tests.data.test_store import load_invented, request, row
from tests.writers import writing_process

KILLS = 20
ROWS = 40


def write_batches(say: Callable[[str], None], url: str, first: int) -> None:
    """Import one batch after another, and say which are done."""
    store = Store(make_engine(url), SECRET)
    say("ready")
    for batch in itertools.count(first):
        store.apply_import(request(*(row(number) for number in range(batch * ROWS + 2, (batch + 1) * ROWS + 2))), actor=f"batch {batch}")
        say(f"done {batch}")


def test_twenty_kills_in_mid_import_leave_all_or_nothing(open_store: Callable[[], Store], database_url: str) -> None:
    load_invented(open_store())
    chance = random.Random(1)
    done: list[int] = []
    for attempt in range(KILLS):
        with writing_process(write_batches, database_url, attempt * 1_000) as writer:
            assert writer.lines.readline() == "ready\n"
            if attempt % 4 == 0:  # however slow the machine is, some get one done
                done.append(int(writer.lines.readline().split()[1]))
            time.sleep(0.25 * chance.random())
            writer.kill()
            done += [int(line.split()[1]) for line in writer.lines]
    store = open_store()
    with reading(store.engine) as connection:
        sites = connection.execute(sa.select(sa.func.count()).select_from(models.Site)).scalar_one()
        batches = connection.execute(sa.select(models.ImportBatch.batch_id, models.ImportBatch.accepted, models.ImportBatch.actor)).all()
        events = connection.execute(sa.select(change_models.AuditEvent.batch_id, sa.func.count()).group_by(change_models.AuditEvent.batch_id)).all()
        services = connection.execute(sa.select(sa.func.count()).select_from(models.ServiceAtLocation)).scalar_one()
        if store.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    kept = {int(batch.actor.split()[1]) for batch in batches}
    assert set(done) <= kept
    assert {batch.accepted for batch in batches} <= {ROWS}
    assert sites == ROWS * len(batches)
    assert services == 2 * sites
    assert dict(tuple(event) for event in events) == {batch.batch_id: ROWS for batch in batches}
    assert len(kept) >= 3, "some writers must get through"
