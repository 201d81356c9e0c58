"""A writer killed at any moment loses nothing that was acknowledged and leaves nothing half done, on both databases."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from data import change_models, models
from data.engine import reading
from data.store import Store
from tests.data.test_store import load_invented

ROOT = Path(__file__).parents[2]
KILLS = 20
ROWS = 40
WRITER = """
import sys
from data.engine import make_engine
from data.store import Store
from tests.conftest import SECRET
from tests.data.test_store import request, row

url, first, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store = Store(make_engine(url), SECRET)
print("ready", flush=True)
batch = first
while True:
    numbers = range(batch * size + 2, (batch + 1) * size + 2)
    store.apply_import(request(*(row(number) for number in numbers)), actor=f"batch {batch}")
    print("done", batch, flush=True)
    batch += 1
"""


def test_twenty_kills_in_mid_import_leave_all_or_nothing(open_store: Callable[[], Store], database_url: str) -> None:
    load_invented(open_store())
    chance = random.Random(1)
    done: list[int] = []
    for attempt in range(KILLS):
        first = attempt * 1_000
        command = [sys.executable, "-c", WRITER, database_url, str(first), str(ROWS)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline().strip() == "ready"
            time.sleep(0.25 * chance.random())
            writer.kill()
            done += [int(line.split()[1]) for line in writer.stdout.read().splitlines() if line.startswith("done") and line.split()[1:]]
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
    assert len(kept) >= 3, "some writers must get through, whatever else the machine does"
