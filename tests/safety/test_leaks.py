"""Fifty sensitive sites, and everything that anybody is given: no digit of a kept place, no kept word, no sign of a hidden site."""

from __future__ import annotations

import base64
import csv
import dataclasses
import gzip
import io
import json
import logging
import math
import os
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import sqlalchemy as sa

import app
import pages
from data.engine import make_engine, reading
from data.sessions import COOKIE
from data.store import Store
from geo.model import Filter, Scope
from layers.payload import unpack_sites
from pages.parts import load
from tests.safety import crawl
from tests.safety.conftest import fresh_postgres
from tests.safety.secrets import Mint, Search, searched
from tests.safety.world import ROLES, Planter, World, planted

FARTHEST_ALLOWED_NEAR_M = 500


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The planted registry, opened by the application itself; what was logged meanwhile is looked at too."""
    folder = tmp_path_factory.mktemp("leaks")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JIWAR_DATABASE_URL", "JIWAR_ACCOUNTS_URL", "JIWAR_WORKSPACE"):
            patch.delenv(name, raising=False)
        patch.setenv("JIWAR_DATA_DIR", str(folder / "data"))
        patch.setenv("JIWAR_KEY_FILE", str(real_data / "places.key"))
        if request.param == "sqlite":
            shutil.copytree(real_data / "data", folder / "data")
            made = _made()
        else:
            made = _made_on_postgres(request, patch)
        yield from made
    load.forget()


def _made() -> Iterator[World]:
    load.forget()
    store = load.store()
    with crawl.overheard() as heard:
        found = planted(store)
        found.planting_log = heard.getvalue()
    yield found
    store.engine.dispose()


def _made_on_postgres(request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Iterator[World]:
    with fresh_postgres(request) as url:
        patch.setenv("JIWAR_DATABASE_URL", url)
        yield from _made()


@pytest.fixture(scope="module")
def kept(world: World) -> Search:
    """Looks for what nobody may find who is not cleared: kept places and words, and every sign of hidden sites."""
    points = [point for plant in world.plants for point in plant.points]
    words = [word for plant in world.plants for word in (*plant.words, *plant.hidden)]
    return searched(points, [*words, *world.words])


@pytest.fixture(scope="module")
def at_rest(world: World) -> Search:
    """Looks for what must not stand in the store's own files: the ids of hidden sites and the titles of lists may."""
    points = [point for plant in world.plants for point in plant.points]
    words = [word for plant in world.plants for word in (*plant.words, *plant.hidden) if word != plant.site_id]
    return searched(points, words)


def assert_nothing(search: Search, given: Iterable[tuple[str, bytes]]) -> int:
    """Fail with all that leaked; return how much was looked at."""
    leaks = {}
    size = 0
    for what, body in given:
        size += len(body)
        hits = search.hits(body)
        if hits:
            leaks[what] = sorted(hits)[:5]
    assert leaks == {}
    return size


def asks_all(world: World) -> bool:
    """Say whether everything is asked of this store: on SQLite."""
    return world.store.engine.dialect.name == "sqlite"


def asked_of(world: World, known: Iterable[crawl.K]) -> list[crawl.K]:
    """Return everything on SQLite; on PostgreSQL what the database itself is asked for."""
    return list(known) if asks_all(world) else crawl.of_the_store(known)


def test_every_route_is_crawled() -> None:
    ours = {route.path for route in app.app._user_routes}
    assert ours == set(crawl.ROUTES), "a new route needs its line in crawl.ROUTES"


def test_every_page_is_crawled() -> None:
    assert {page.SLUG for page in pages.ALL} == set(crawl.PAGES), "a new page needs its line in crawl.PAGES"


def test_every_command_is_run() -> None:
    known = {*crawl.COMMANDS, *((name,) for name in crawl.FILES_ONLY)}
    assert set(crawl.commands()) <= known, "a new command needs its line in crawl.COMMANDS"


@pytest.fixture
def silent(kept: Search, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Look at all that is logged and printed while a test asks, too."""
    with crawl.overheard() as heard:
        yield
    printed = capfd.readouterr()
    assert_nothing(kept, [("log", heard.getvalue().encode()), ("printed", (printed.out + printed.err).encode())])


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("role", ROLES)
def test_no_route_tells(world: World, kept: Search, role: str) -> None:
    assert assert_nothing(kept, crawl.routes(world, role, asked_of(world, crawl.ROUTES))) > (200_000 if asks_all(world) else 50_000)


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells(world: World, kept: Search, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert assert_nothing(kept, crawl.screens(world, role, monkeypatch, asked_of(world, crawl.PAGES))) > 20_000


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("role", ROLES)
def test_no_call_and_no_refusal_tells(world: World, kept: Search, role: str) -> None:
    assert assert_nothing(kept, crawl.calls(world, world.scopes[role])) > 100_000


@pytest.mark.usefixtures("silent")
def test_no_command_tells(world: World, kept: Search, tmp_path: Path) -> None:
    assert assert_nothing(kept, crawl.command_line(world, tmp_path, asked_of(world, crawl.COMMANDS))) > (100_000 if asks_all(world) else 10_000)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reads_the_registry_that_the_public_reads(world: World, role: str) -> None:
    """Nobody of the crawl is cleared where the sensitive sites are; so what is made of the registry is the same for all of them."""
    own, everybody = load.registry(world.scopes[role]), load.registry(Scope())
    for field in (field for field in dataclasses.fields(everybody) if field.init):
        mine, theirs = getattr(own, field.name), getattr(everybody, field.name)
        if isinstance(theirs, pd.DataFrame):
            pd.testing.assert_frame_equal(mine, theirs)
        elif field.name == "names":
            for entity, names in theirs.items():
                pd.testing.assert_frame_equal(mine[entity], names)
        elif field.name != "version" or world.scopes[role].clearance < 3:
            assert mine == theirs, field.name


@pytest.mark.parametrize("role", ROLES)
def test_who_is_not_cleared_there_reads_the_public_registry(world: World, role: str) -> None:
    """Byte for byte; somebody cleared for another place has a version of the own, and the same sites."""
    ask = crawl.client()
    headers = {"cookie": f"{COOKIE}={world.tokens[role]}"}
    if world.scopes[role].clearance < 3:
        for url in ("/data/sites.en.bin", "/data/export.csv", "/data/export.geojson?area=PS0150"):
            assert ask.get(url, headers).content == ask.get(url).content
    own, everybody = (unpack_sites(ask.get("/data/sites.en.bin", sent).content) for sent in (headers, {}))
    assert own.ids == everybody.ids
    assert np.array_equal(own.positions, everybody.positions, equal_nan=True)


def test_nothing_is_logged_of_the_planting(world: World, kept: Search) -> None:
    assert world.planting_log
    assert_nothing(kept, [("planting", world.planting_log.encode())])


def test_a_line_that_is_logged_is_overheard(world: World, kept: Search) -> None:
    with crawl.overheard() as heard:
        logging.getLogger("anything").debug("moved to %s", world.plants[0].words[0])
    with pytest.raises(AssertionError, match=world.plants[0].words[0]):
        assert_nothing(kept, [("log", heard.getvalue().encode())])


def test_an_echoing_engine_hides_what_it_is_given(world: World, at_rest: Search) -> None:
    engine = make_engine(world.store.engine.url.render_as_string(hide_password=False))
    engine.echo = True
    again = Store(engine, world.store.secret)
    with crawl.overheard() as heard:
        list(crawl.calls(World(again, world.plants[:9], world.submissions[:5]), crawl.Scope("ministry", 3, "cleared")))
    assert "SELECT" in heard.getvalue()
    assert_nothing(at_rest, [("echo", heard.getvalue().encode())])
    engine.dispose()


def test_the_store_itself_holds_nothing_in_the_open(world: World, at_rest: Search, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert_nothing(at_rest, _files(world, tmp_path, request))


def _files(world: World, folder: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, bytes]]:
    url = world.store.engine.url
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        for file in sorted(path.parent.iterdir()):
            if file.is_file():
                yield file.name, file.read_bytes()
        with reading(world.store.engine) as connection:
            ids = set(connection.execute(sa.text("SELECT site_id FROM site_exact")).scalars())
        assert {plant.site_id for plant in world.plants} <= ids
        with sqlite3.connect(path) as connection:
            connection.create_function("gpkg_point", 2, lambda *_: None, deterministic=True)
            connection.create_function("gpkg_geometry", 1, lambda *_: None, deterministic=True)
            connection.execute("VACUUM INTO ?", (str(folder / "backup.gpkg"),))
        yield "backup", (folder / "backup.gpkg").read_bytes()
        return
    admin: sa.URL = request.getfixturevalue("postgres_admin")
    command = ["pg_dump", f"--dbname={admin.set(drivername='postgresql', database=url.database).render_as_string(hide_password=False)}"]
    for more in ([], ["--format=custom"]):
        done = subprocess.run([*command, *more], capture_output=True, check=True, env={**os.environ})
        assert len(done.stdout) > 100_000
        yield "dump", done.stdout


def points_of(body: bytes, extension: str, folder: Path) -> dict[str, tuple[float, float]]:
    """Return id to point of the sites that a file places; NaN where it places none."""
    if extension == "csv":
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
        return {row["site_id"]: (_float(row["lon"]), _float(row["lat"])) for row in rows}
    if extension == "geojson":
        features = json.loads(body)["features"]
        return {one["properties"]["site_id"]: tuple(one["geometry"]["coordinates"]) if one["geometry"] else (math.nan, math.nan) for one in features}
    path = folder / f"x.{extension}"
    path.write_bytes(body)
    frame = pyogrio.read_dataframe(path, layer="sites")
    return {row.site_id: (row.geometry.x, row.geometry.y) if row.geometry is not None and not row.geometry.is_empty else (math.nan, math.nan)
            for row in frame.itertuples()}  # fmt: skip


def _float(text: str) -> float:
    return float(text) if text else math.nan


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    return 111_320 * math.hypot((one[0] - other[0]) * math.cos(math.radians(one[1])), one[1] - other[1])


def test_no_given_point_is_near_a_kept_one(world: World, tmp_path: Path) -> None:
    """Whatever places sites: a displaced one stands far from the truth, another sensitive one has no point, a hidden one no row."""
    ask = crawl.client()
    packed = unpack_sites(ask.get("/data/sites.en.bin").content)
    given = {"payload": dict(zip(packed.ids, map(tuple, packed.positions), strict=True))}
    for extension in ("csv", "geojson", "gpkg"):
        given[extension] = points_of(ask.get(f"/data/export.{extension}?lang=en").content, extension, tmp_path)
    for name, points in given.items():
        assert len(points) > 40, name
        for plant in world.plants:
            if plant.level == 3:
                assert plant.site_id not in points, name
                continue
            lon, lat = points[plant.site_id]
            if plant.level == 2:
                assert math.isnan(lon), name
            else:
                for true in plant.points:
                    assert metres(true, (lon, lat)) > FARTHEST_ALLOWED_NEAR_M, name
                assert metres(plant.truth, (lon, lat)) < 3_100, name


def test_extents_are_of_what_is_shown(world: World, tmp_path: Path) -> None:
    ask = crawl.client()
    for area in ("PS0150", "SY01"):
        path = tmp_path / f"{area}.gpkg"
        path.write_bytes(ask.get(f"/data/export.gpkg?area={area}").content)
        bounds = pyogrio.read_info(path, layer="sites", force_total_bounds=True)["total_bounds"]
        shown = load.registry().sites
        shown = shown[(shown["area_id"] == area) & shown["lon"].notna()]
        assert np.allclose(bounds, (shown["lon"].min(), shown["lat"].min(), shown["lon"].max(), shown["lat"].max()), atol=1e-6)


def test_no_search_finds_what_is_kept(world: World) -> None:
    registry = load.registry()
    for plant in world.plants:
        for text in (*plant.words, *plant.hidden, f"{plant.truth[0]:.4f}", f"{plant.truth[1]:.7f}"):
            assert int(registry.select(Filter(text=text)).sum()) == 0, text


def test_a_hidden_site_is_asked_for_like_one_that_is_not_there(world: World) -> None:
    ask = crawl.client()
    hidden = [plant.site_id for plant in world.plants if plant.level == 3]
    for role in ROLES:
        headers = {"cookie": f"{COOKIE}={world.tokens[role]}"}
        said = {crawl.told(ask.get(f"/data/site/{one}.json", headers)) for one in (*hidden, "nobody")}
        assert len(said) == 1


def test_hidden_sites_change_no_byte_that_anybody_is_given(world: World) -> None:
    """With one more of them, one changed and one taken back, every payload and export is the same, version and all."""
    ask = crawl.client()
    urls = ["/data/sites.ar.bin", "/data/areas.en.json", "/data/base.en.json", *crawl.export_paths(world)[:20]]
    before = {url: plain(crawl.told(ask.get(url)), url) for url in urls}
    version = world.store.version()
    extra = World(world.store)
    planter = Planter(extra, load.registry(), Mint({"never"}))
    planter.mint.chance.seed(7)
    planter.organisation_id = world.organisation_id
    planter.load("another-secret-list", "zqanother", [planter.row(3, "PS0150")])
    planter.propose(3, "SY01")
    planter.approve(planter.send(extra.plants[-1].site_id, {"hours": "24/7"}, ""))
    assert world.store.version() == version
    assert load.registry(crawl.Scope("ministry", 3, "cleared")).version != version
    load.forget()
    after = {url: plain(crawl.told(ask.get(url)), url) for url in urls}
    assert [url for url in urls if before[url] != after[url]] == []


def plain(body: bytes, url: str) -> object:
    """Return an answer without the moment at which a container was written."""
    if "/export.xlsx" in url:
        with zipfile.ZipFile(io.BytesIO(body[: body.rindex(b"PK\x05\x06") + 22])) as archive:
            return [archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"]
    return sorted(len(part) for part in [body]) if "/export.gpkg" in url else body


def test_the_search_would_find_a_leak_in_every_wrapping(world: World, kept: Search, tmp_path: Path) -> None:
    plant = world.plants[0]
    lon, lat = plant.truth
    text = f'{{"lon":{lon!r}}}'.encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/sheet1.xml", f"<v>{lat:.6f}</v>")
    wrapped: dict[str, bytes] = {
        "text": text, "rounded": f"[{lon:.4f}, {lat:.4f}]".encode(), "cut": f"{lat:.7f}"[:-1].encode(), "gzip": gzip.compress(text), "xlsx": archive.getvalue(),
        "word": f"<td>{plant.words[0].upper()}</td>".encode(), "doubles": np.array([1.5, lon, lat]).tobytes(), "base64": base64.b64encode(b" " * 60 + text),
        "millionths": np.rint(np.array([[0, 0], [lon, lat]]) * 1e6).astype("<i4").tobytes(), "singles": np.array([lon, lat], "<f4").tobytes(),
    }  # fmt: skip
    for name, body in wrapped.items():
        assert kept.hits(b"before: " + body if name not in ("gzip", "xlsx") else body), name
    assert not kept.hits(b"35.1 31.5 nothing to see")
    with pytest.raises(AssertionError):
        assert_nothing(kept, wrapped.items())


def test_a_leak_in_the_card_would_be_seen(world: World, kept: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    plant = next(one for one in world.plants if one.level == 1)
    monkeypatch.setattr("routes.mapdata.site_card", lambda *_: {"address": plant.words[0]})
    with pytest.raises(AssertionError, match=plant.words[0]):
        assert_nothing(kept, crawl.routes(world, "public", ["/data/site/{site_id:path}.json"]))
