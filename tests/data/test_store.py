"""The store on both databases: what is written is read back, imports add up, and no exact sensitive place stands in the open."""

from __future__ import annotations

import datetime as dt
import functools
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack

import pandas as pd
import pytest
import sqlalchemy as sa

from data import change_models, models, orm
from data.engine import make_engine, reading, writing
from data.migrate import downgrade, upgrade
from data.secrecy import Secret
from data.snapshot import RegistryCache, read_registry
from data.store import Account, ImportRequest, Store
from geo.errors import BadCell, StoreError
from geo.incoming import incoming_frame
from tests.conftest import SECRET
from tests.make import make_registry
from tests.writers import writing_process

SOURCE = {"source_id": "list", "title": "A list", "publisher": "", "year": 2026, "url": "", "licence": "CC0", "status": "demo"}
EXACT = (35.1234567, 31.7654321)


def load_invented(store: Store) -> None:
    """Write the invented areas, places and terms into the store."""
    store.load_reference(*invented())


@functools.cache
def invented() -> tuple[dict[type[orm.Base], pd.DataFrame], pd.DataFrame]:
    """Return the frames and names that are written, made once: hundreds of tests begin with them, and a store only reads them."""
    registry = make_registry(0)
    names = [
        {"entity": entity, "entity_id": entity_id, "lang": lang, "text": text}
        for entity, frame in registry.names.items() if entity in ("area", "locality", "term", "indicator")
        for entity_id, row in frame.iterrows() for lang, text in row.items() if not pd.isna(text)
    ]  # fmt: skip
    areas = registry.areas.copy()
    areas["parent_id"] = ""
    frames: dict[type[orm.Base], pd.DataFrame] = {
        models.Source: registry.sources, models.Area: areas, models.Locality: registry.localities, models.Term: registry.terms,
        models.Indicator: registry.indicators, models.IndicatorValue: registry.values,
    }  # fmt: skip
    return frames, pd.DataFrame(names)


def row(number: int = 2, **changes: object) -> dict[str, object]:
    """Return one row of an import."""
    return {
        "row": number, "external_id": f"x{number}", "names": {"en": f"Centre {number}", "ar": f"مركز {number}"}, "organisation": {"en": "Helping Hands"},
        "kind": "clinic", "status": "active", "country": "PS", "area_id": "PS0150", "locality_id": "LPS0150", "lon": EXACT[0], "lat": 31.2,
        "position_kind": "exact", "sensitivity": 0, "verification": "unverified", "verified_on": dt.date(2024, 5, 1),
        "services": ("medical_care", "food_assistance"), "target_groups": ("women",), "address": "1 Main St", "phone": "+97222345678",
        "email": "a@example.org", "website": "", "hours": "Mo-Fr 08:00-16:00", "note": "A note", "flags": (),
    } | changes  # fmt: skip


def request(*rows: dict[str, object], cells: tuple[BadCell, ...] = (), total: int | None = None) -> ImportRequest:
    frame = incoming_frame(rows)
    return ImportRequest(SOURCE, frame, cells, len(frame) if total is None else total, "0" * 64, "csv")


@pytest.fixture
def filled(store: Store) -> Store:
    load_invented(store)
    return store


def all_text(store: Store) -> str:
    """Return every cell of every table as text."""
    out = []
    with store.engine.connect() as connection:
        for table in orm.Base.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name != "geom"]
            out += [str(tuple(found)) for found in connection.execute(sa.select(*columns))]
    return "\n".join(out)


def test_what_is_written_is_read_back(filled: Store) -> None:
    assert filled.apply_import(request(row()), actor="test") == Account(1, 0, 0)
    registry = read_registry(filled)
    site = registry.sites.iloc[0]
    assert (site["kind"], site["mark"], site["area_id"], site["country"]) == ("clinic", "provider", "PS0150", "PS")
    assert (site["lon"], site["lat"], site["position_kind"]) == (EXACT[0], 31.2, "exact")
    assert site["services"] == ("food_assistance", "medical_care")
    assert site["target_groups"] == ("women",)
    assert site["verified_on"] == dt.date(2024, 5, 1)
    assert (site["phone"], site["email"], site["website"], site["hours"]) == ("+97222345678", "a@example.org", "", "Mo-Fr 08:00-16:00")
    assert registry.label("site", site.name, "ar") == "مركز 2"
    assert registry.label("organisation", site["organisation_id"], "he") == "Helping Hands"


def test_reference_frames_are_read_back_as_they_were(filled: Store) -> None:
    wrote, read = make_registry(0), read_registry(filled)
    assert read.areas.geometry.geom_equals(wrote.areas.geometry.reindex(read.areas.index)).all()
    pd.testing.assert_frame_equal(read.values, wrote.values.reindex(read.values.index), check_dtype=False)
    pd.testing.assert_frame_equal(read.localities, wrote.localities.reindex(read.localities.index), check_dtype=False)
    assert read.labels("term", "he").to_dict() == wrote.labels("term", "he").to_dict()


def test_the_same_rows_twice_change_nothing(filled: Store) -> None:
    rows = [row(2), row(3)]
    filled.apply_import(request(*rows), actor="test")
    before, text = filled.version(), read_registry(filled).sites
    assert filled.apply_import(request(*rows), actor="test") == Account(0, 0, 2)
    assert filled.version() == before
    pd.testing.assert_frame_equal(read_registry(filled).sites, text)


def test_a_changed_row_updates_its_site_and_raises_its_version(filled: Store) -> None:
    filled.apply_import(request(row(2), row(3)), actor="test")
    account = filled.apply_import(request(row(2, services=("legal_counselling",), phone=""), row(3)), actor="test")
    assert account == Account(1, 0, 1)
    sites = read_registry(filled).sites
    changed = sites[sites["external_id"] == "x2"].iloc[0]
    assert (changed["services"], changed["phone"]) == (("legal_counselling",), "")
    with reading(filled.engine) as connection:
        versions = dict(tuple(found) for found in connection.execute(sa.select(models.Site.external_id, models.Site.version)))
        events = connection.execute(sa.select(change_models.AuditEvent.action, change_models.AuditEvent.actor)).all()
    assert versions == {"x2": 2, "x3": 1}
    assert [tuple(event) for event in events] == [("insert", "test"), ("insert", "test"), ("update", "test")]


def test_rejected_rows_are_counted_and_kept_without_their_values(filled: Store) -> None:
    cells = (BadCell(3, "lat", "31.7654321 secret", "import.out_of_range"),)
    assert filled.apply_import(request(row(2), cells=cells, total=2), actor="test") == Account(1, 1, 0)
    with reading(filled.engine) as connection:
        issue = connection.execute(sa.select(models.ImportIssue)).one()
        batch = connection.execute(sa.select(models.ImportBatch)).one()
    assert (issue.row_number, issue.column_name, issue.code) == (3, "lat", "import.out_of_range")
    assert (batch.rows_total, batch.accepted, batch.rejected, batch.unchanged) == (2, 1, 1, 0)
    assert "secret" not in all_text(filled)


@pytest.mark.parametrize("sensitivity", [1, 2, 3])
def test_no_exact_place_of_a_sensitive_site_stands_in_the_open(filled: Store, sensitivity: int) -> None:
    secret = row(
        2,
        sensitivity=sensitivity,
        lon=35.1234567,
        lat=31.2345678,
        address="99 Hidden Lane",
        note="behind the bakery",
        external_id="osm:node/987654321",
    )
    filled.apply_import(request(secret), actor="test")
    text = all_text(filled)
    for needle in ("35.1234", "31.2345", "Hidden Lane", "bakery", "987654321"):
        assert needle not in text
    sites = read_registry(filled).sites
    if sensitivity == 3:
        assert sites.empty
        return
    site = sites.iloc[0]
    assert site["area_id"] == "PS0150"
    if sensitivity == 1:
        assert site["position_kind"] == "masked"
        assert 0.8 < 111 * ((site["lon"] - 35.1234567) ** 2 * 0.73 + (site["lat"] - 31.2345678) ** 2) ** 0.5 < 3.1
    else:
        assert (site["position_kind"], site["locality_id"]) == ("none", "")
        assert pd.isna(site["lon"])
    with reading(filled.engine) as connection:
        sealed = connection.execute(sa.select(models.SiteExact)).one()
    assert SECRET.unseal(sealed.site_id, sealed.sealed)["place"]["lon"] == 35.1234567
    with pytest.raises(StoreError, match="cannot_unseal"):
        Secret(b"x" * 32).unseal(sealed.site_id, sealed.sealed)
    assert filled.apply_import(request(secret), actor="test") == Account(0, 0, 1)


def test_a_site_that_becomes_sensitive_loses_its_place_in_the_main_table(filled: Store) -> None:
    filled.apply_import(request(row(2)), actor="test")
    filled.apply_import(request(row(2, sensitivity=2)), actor="test")
    site = read_registry(filled).sites.iloc[0]
    assert (site["position_kind"], site["address"], site["note"]) == ("none", "", "")
    assert str(EXACT[0]) not in all_text(filled)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [({"lon": 35.0, "lat": 31.0, "position_kind": "exact", "sensitivity": 1, "address": "", "note": "", "locality_id": None}, "sensitive_is_masked"), ({"lat": None}, "lon_lat_both"),
     ({"lon": 200.0}, "lon_lat_range"), ({"sensitivity": 1, "position_kind": "masked", "address": "", "note": ""}, "sensitive_has_no_address"),
     ({"sensitivity": 2, "position_kind": "masked", "address": "", "note": "", "locality_id": None}, "area_only_has_no_point")],
)  # fmt: skip
def test_the_database_itself_refuses_unmasked_places(filled: Store, changes: dict[str, object], constraint: str) -> None:
    filled.apply_import(request(row(2)), actor="test")
    with pytest.raises(sa.exc.IntegrityError, match=constraint), writing(filled.engine) as connection:
        connection.execute(sa.update(models.Site).values(**changes))


def test_an_error_text_never_holds_the_values(filled: Store) -> None:
    filled.apply_import(request(row(2)), actor="test")
    with pytest.raises(sa.exc.IntegrityError) as caught, writing(filled.engine) as connection:
        connection.execute(sa.update(models.Site).values(lat=31.98765, lon=None))
    assert "31.98765" not in str(caught.value).split("DETAIL")[0]


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
def test_the_audit_refuses_change(filled: Store, statement: str) -> None:
    filled.apply_import(request(row(2)), actor="test")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(filled.engine) as connection:
        connection.exec_driver_sql(statement)


def test_a_failure_in_the_middle_leaves_nothing(filled: Store) -> None:
    before = all_text(filled)
    with pytest.raises(sa.exc.IntegrityError):
        filled.apply_import(request(row(2), row(3, kind="no_such_kind")), actor="test")
    assert all_text(filled) == before


def test_migrations_go_down_and_up_again(filled: Store) -> None:
    downgrade(filled.engine)
    with filled.engine.connect() as connection:
        left = sa.inspect(connection).get_table_names()
    assert [table for table in left if table not in ("alembic_version", "spatial_ref_sys")] == []
    upgrade(filled.engine)
    filled.set_up()
    load_invented(filled)
    assert filled.apply_import(request(row(2)), actor="test") == Account(1, 0, 0)


def test_the_models_and_the_migrations_say_the_same(store: Store) -> None:
    import warnings

    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from data.migrations_scope import ours

    with store.engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # reflection does not know geometry
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, orm.Base.metadata) == []


def test_a_store_belongs_to_one_workspace(store: Store) -> None:
    with pytest.raises(StoreError, match="other_workspace"):
        Store(store.engine, SECRET, "training").set_up()


def test_the_cache_reads_again_only_after_a_write(filled: Store) -> None:
    cache = RegistryCache(filled)
    first = cache.get()
    assert cache.get() is first
    filled.apply_import(request(row(2)), actor="test")
    assert len(cache.get().sites) == 1
    assert cache.get().version != first.version


def _hammer(say: Callable[[str], None], url: str, worker: int, count: int) -> None:
    store = Store(make_engine(url), SECRET)
    for i in range(count):
        number = 2 + worker * count + i
        say(str(store.apply_import(request(row(number)), actor=f"worker {worker}").accepted))
    store.engine.dispose()


def test_writers_at_the_same_time_lose_nothing(open_store: Callable[[], Store], database_url: str) -> None:
    load_invented(open_store())
    with ExitStack() as stack:
        for writer in [stack.enter_context(writing_process(_hammer, database_url, worker, 10)) for worker in range(4)]:
            assert list(writer.lines) == ["1\n"] * 10
            assert writer.wait() == 0
    store = open_store()
    assert len(read_registry(store).sites) == 40
    assert store.version().endswith("-41")


def test_the_sqlite_file_is_a_geopackage(open_store: Callable[[], Store], database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("SQLite only")
    import pyogrio

    store = open_store()
    load_invented(store)
    store.apply_import(request(row(2), row(3, lon=float("nan"), lat=float("nan"), position_kind="none")), actor="test")
    path = database_url.removeprefix("sqlite:///")
    sites = pyogrio.read_dataframe(path, layer="site")
    areas = pyogrio.read_dataframe(path, layer="area")
    assert sites.crs.to_epsg() == 4326
    assert (sites.geometry.iloc[0].x, sites.geometry.iloc[1]) == (EXACT[0], None)
    assert areas.geometry.geom_type.tolist() == ["MultiPolygon"] * 4
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        extent = connection.execute("SELECT min_x, max_x FROM gpkg_contents WHERE table_name = 'site'").fetchone()
        assert extent == (EXACT[0], EXACT[0])
    connection.close()


def test_a_store_that_cannot_be_written_says_so(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path)) / "store.gpkg"
    folder.mkdir()
    with pytest.raises(StoreError, match="unavailable"):
        Store(make_engine(f"sqlite:///{folder}"), SECRET).set_up()
