"""PostgreSQL's own net under what is sealed: who said nothing reads no row, a reader reads the rows in reach, only the server writes."""

from __future__ import annotations

import os
import subprocess

import pytest
import sqlalchemy as sa

import data.site_edits
from data import models
from data.engine import reading, writing
from data.row_security import SERVER, Server, bypassed, seeing
from data.site_edits import exact_place
from data.site_records import read_records
from data.snapshot import read_registry
from data.store import Store
from geo.errors import InputError
from geo.model import PUBLIC, Scope
from tests.conftest import SECRET
from tests.data.submission_support import CLEARED
from tests.data.test_store import load_invented, request, row

pytestmark = pytest.mark.postgres
HERE, THERE = "PS0150", "SY01"


@pytest.fixture
def store(postgres_store: Store) -> Store:
    """Sites of every sensitivity in two governorates of two countries, of two organisations."""
    store = postgres_store
    load_invented(store)
    rows = [
        row(10 * (area == THERE) + level + 2, sensitivity=level, area_id=area, country=area[:2], locality_id="", organisation={"en": name},
            lon=35.1 if area == HERE else 36.1, lat=31.2 if area == HERE else 33.2)
        for area, name in ((HERE, "Helping Hands"), (THERE, "Other Hands")) for level in range(4)
    ]  # fmt: skip
    store.apply_import(request(*rows), actor="test")
    return store


def organisation(store: Store, name: str) -> str:
    registry = read_registry(store)
    return next(str(one) for one in registry.organisations.index if registry.label("organisation", one, "en") == name)


def seen(store: Store, who: Scope | Server | None) -> list[int]:
    """Return the sensitivity of the sealed rows that somebody's transaction is shown."""
    query = sa.select(models.SiteExact.sensitivity).order_by(models.SiteExact.sensitivity)
    with reading(store.engine) as connection:
        if who is None:
            return list(connection.execute(query).scalars())
        with seeing(connection, who, store.secret):
            return list(connection.execute(query).scalars())


def test_the_role_of_these_tests_is_held_by_the_net(store: Store, postgres_admin: sa.URL) -> None:
    with reading(store.engine) as connection:
        assert not bypassed(connection)
    admin = sa.create_engine(postgres_admin)
    with admin.connect() as connection:
        assert bypassed(connection)
    admin.dispose()


def test_who_is_not_named_reads_no_row_and_a_reader_reads_what_is_in_reach(store: Store) -> None:
    own, other = organisation(store, "Helping Hands"), organisation(store, "Other Hands")
    found = {
        "nobody": seen(store, None), "server": seen(store, SERVER), "public": seen(store, PUBLIC), "cleared public": seen(store, Scope("public", 3)),
        "admin": seen(store, Scope("admin", 3, "a")), "unknown": seen(store, Scope("root", 3, "r", (HERE,), own)),
        "ministry 0": seen(store, Scope("ministry", 0, "m")), "ministry 2": seen(store, Scope("ministry", 2, "m")), "ministry 3": seen(store, CLEARED),
        "planner 1": seen(store, Scope("planner", 1, "p", (HERE,))), "planner 3": seen(store, Scope("planner", 3, "p", (HERE,))),
        "country": seen(store, Scope("planner", 3, "p", ("SY",))), "nowhere": seen(store, Scope("planner", 3, "p", ("", "PS0101"))),
        "partner 3": seen(store, Scope("partner", 3, "q", (), own)), "partner 1": seen(store, Scope("partner", 1, "q", (), other)),
        "partner of none": seen(store, Scope("partner", 3, "q", (HERE,), "")),
    }  # fmt: skip
    all_three = [1, 2, 3]
    assert found == {
        "nobody": [], "server": sorted(2 * all_three), "public": [], "cleared public": [], "admin": [], "unknown": [], "ministry 0": [],
        "ministry 2": [1, 1, 2, 2], "ministry 3": sorted(2 * all_three), "planner 1": [1], "planner 3": all_three, "country": all_three, "nowhere": [],
        "partner 3": all_three, "partner 1": [1], "partner of none": [],
    }  # fmt: skip


def test_what_was_said_ends_with_the_block_and_with_the_transaction(store: Store) -> None:
    count = sa.select(sa.func.count()).select_from(models.SiteExact)
    with reading(store.engine) as connection:
        with seeing(connection, CLEARED, store.secret):
            with seeing(connection, SERVER, store.secret):
                assert connection.scalar(count) == 6
            with seeing(connection, Scope("ministry", 1, "m"), store.secret):
                assert connection.scalar(count) == 2
            assert connection.scalar(count) == 6
        assert connection.scalar(count) == 0
    with pytest.raises(InputError), reading(store.engine) as connection, seeing(connection, SERVER, store.secret):
        raise InputError("history.no_site")
    with reading(store.engine) as connection:
        assert connection.scalar(count) == 0


@pytest.mark.parametrize("clearance", ["server", "9", "-1", "3; DROP TABLE site", "³"])
def test_a_clearance_that_is_none_is_none(store: Store, clearance: str) -> None:
    with reading(store.engine) as connection:
        connection.execute(sa.select(sa.func.set_config("jiwar.clearance", clearance, True), sa.func.set_config("jiwar.reach", "anywhere", True)))
        assert connection.execute(sa.select(models.SiteExact.site_id)).all() == []


def test_only_the_server_writes(store: Store) -> None:
    new = {"site_id": "x", "sensitivity": 1, "country_key": "", "area_key": "", "organisation_key": "", "digest": "", "version": 1, "sealed": b""}
    for reach in ("", "anywhere"):
        said = sa.select(sa.func.set_config("jiwar.clearance", "3", True), sa.func.set_config("jiwar.reach", reach, True))
        with writing(store.engine) as connection:
            connection.execute(said)
            with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
                connection.execute(sa.insert(models.SiteExact), new)
            connection.rollback()
    with writing(store.engine) as connection, seeing(connection, CLEARED, store.secret):
        assert connection.execute(sa.delete(models.SiteExact)).rowcount == 0
        assert connection.execute(sa.update(models.SiteExact).values(sensitivity=1)).rowcount == 0
    assert seen(store, SERVER) == [1, 1, 2, 2, 3, 3]


def test_a_fault_in_the_own_checks_opens_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sites = read_registry(store).sites
    displaced = sites.index[(sites["sensitivity"] == 1) & (sites["area_id"] == HERE)][0]
    monkeypatch.setattr(data.site_edits, "may_see", lambda *_: True)
    truth = exact_place(store, CLEARED, displaced, purpose="test")["place"]
    assert (truth["lon"], truth["lat"]) == (35.1, 31.2)
    for scope in (Scope("planner", 3, "p", (THERE,)), Scope("ministry", 0, "m"), Scope("admin", 3, "a"), Scope("partner", 3, "q", (), "x")):
        opened = exact_place(store, scope, displaced, purpose="test")
        assert (opened["place"]["lon"], opened["address"], opened["note"]) == (sites.loc[displaced, "lon"], "", "")


def test_hidden_rows_share_no_key_with_rows_whose_place_is_public(store: Store) -> None:
    with reading(store.engine) as connection, seeing(connection, SERVER, store.secret):
        rows = connection.execute(sa.select(models.SiteExact)).all()
    keys = {
        level: {key for one in rows if one.sensitivity == level for key in (one.country_key, one.area_key, one.organisation_key)}
        for level in (1, 2, 3)
    }
    assert keys[1] == keys[2]
    assert not keys[1] & keys[3]


def test_a_dump_of_the_owner_is_whole_only_with_the_right_option(store: Store) -> None:
    """``docs/howto/protection.md`` says how to back up; without it ``pg_dump`` fails rather than leaving the sealed rows out."""
    url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = ["pg_dump", "--data-only", "--table=site_exact", f"--dbname={url}"]
    refused = subprocess.run(command, capture_output=True, check=False, text=True)
    assert refused.returncode != 0
    assert "row-level security" in refused.stderr
    whole = subprocess.run(
        [*command, "--enable-row-security"], env={**os.environ, "PGOPTIONS": "-c jiwar.sight=server"}, capture_output=True, check=True, text=True
    )
    with reading(store.engine) as connection, seeing(connection, SERVER, store.secret):
        ids = connection.execute(sa.select(models.SiteExact.site_id)).scalars().all()
    assert len(ids) == 6
    assert all(site_id in whole.stdout for site_id in ids)


def test_the_server_reads_sites_whole_and_others_masked(store: Store) -> None:
    with reading(store.engine) as connection:
        ids = connection.execute(sa.select(models.Site.site_id).where(models.Site.sensitivity == 2)).scalars().all()
        masked = read_records(connection, SECRET, ids)
        with seeing(connection, SERVER, SECRET):
            whole = read_records(connection, SECRET, ids)
    assert {stored.record["place"]["lon"] for stored in masked.values()} == {None}
    assert {stored.record["place"]["lon"] for stored in whole.values()} == {35.1, 36.1}
