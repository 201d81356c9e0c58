"""Everything that anybody is given: every route, page, command and call, as one role after the other."""

from __future__ import annotations

import contextlib
import io
import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlencode

import pytest
import streamlit as st
import typer.main
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import app
import cli
import pages
from data.history import replay, timeline
from data.own_sites import own_sites
from data.sessions import COOKIE
from data.site_edits import exact_place, merge, read_site, revert
from data.snapshot import read_registry
from data.submissions import Submissions
from geo.errors import AppError
from geo.model import Scope
from jobs.briefs import FORMATS as BRIEFS
from jobs.exporting import MIME
from jobs.gaps_export import MIME as LEDGER_MIME
from jobs.indicators_export import MIME as INDICATOR_MIME
from jobs.need_asked import VIEWS
from jobs.need_export import MIME as NEED_MIME
from layers import browser
from pages.parts import load
from tests.asgi import Answer, Client
from tests.safety.secrets import Plant
from tests.safety.world import HERE, World

K = TypeVar("K")
Given = Iterator[tuple[str, bytes]]
"""What was asked for, and what came back."""


def client() -> Client:
    """Return a browser before the routes of the application as it is served."""
    return Client(list(app.app._user_routes))


def sample(plants: Sequence[Plant]) -> list[Plant]:
    """Return two plants of every level."""
    return [plant for level in (1, 2, 3) for plant in [one for one in plants if one.level == level][:: max(1, len(plants) // 8)][:2]]


def site_paths(world: World) -> list[str]:
    return [f"/data/site/{plant.site_id}.json?lang=en" for plant in world.plants] + ["/data/site/nobody.json", "/data/site/%22%3E.json"]


def export_paths(world: World) -> list[str]:
    """Return every format whole, and CSV by every governorate, service and secret word that somebody could try."""
    paths = [f"/data/export.{extension}?lang={lang}" for extension in MIME for lang in (("ar", "en") if extension == "csv" else ("en",))]
    registry = load.registry()
    areas = sorted({plant.area_id for plant in world.plants})
    paths += [f"/data/export.{extension}?{urlencode({'area': area, 'hxl': '1'})}" for extension in MIME for area in areas]
    paths += [f"/data/export.csv?service={code}" for code in registry.codes("service")]
    paths += [f"/data/export.geojson?q={quote(word)}" for plant in sample(world.plants) for word in (plant.words[0], f"{plant.truth[0]:.4f}")]
    return [*paths, "/data/export.pdf", "/data/export.csv?area=%00&since=x&q=%22"]


def ledger_paths(world: World) -> list[str]:
    """Return the ledger in every format, of the service of the plants and of another one, for everybody and for whom they are."""
    asked = [{"country": plant.area_id[:2], "area": plant.area_id, "lang": "en", **_given(world)} for plant in sample(world.plants)]
    paths = [f"/data/ledger.{extension}?{urlencode(one)}" for extension in LEDGER_MIME for one in asked]
    return [*dict.fromkeys(paths), "/data/ledger.pdf", "/data/ledger.csv?area=%00"]


def chance_paths(world: World) -> list[str]:
    """Return the chances of the governorates of the plants."""
    asked = [{"country": plant.area_id[:2], "area": plant.area_id, "lang": "en", **_given(world)} for plant in sample(world.plants)]
    return [f"/data/chances.csv?{urlencode(one)}" for one in asked] + ["/data/chances.csv?area=%00"]


def need_paths(world: World) -> list[str]:
    """Return every view of the need in every format, of the service of the plants."""
    service = _given(world)["service"]
    asked = {"country": "PS", "missing": "keep", "service": service, "u": f"{service}:1", "lang": "en"}
    views = [f"/data/need.{extension}?{urlencode(asked | {'view': view})}" for extension in NEED_MIME for view in VIEWS]
    return [*views, "/data/need.csv", "/data/need.pdf", "/data/need.csv?missing=drop&weight=%00"]


def reach_paths(world: World) -> list[str]:
    """Return the area of reach of every site that is kept, alone and all at once."""
    asked = [{"country": plant.area_id[:2], "sites": [plant.site_id], "lang": "en", **_given(world)} for plant in world.plants]
    some = {"country": HERE[:2], "sites": [plant.site_id for plant in world.plants][:20], "bands": "quarters"}
    return [f"/data/reach.geojson?{urlencode(one, doseq=True)}" for one in (*asked, some)] + ["/data/reach.geojson?sites=%00&country=PS"]


def brief_paths(world: World) -> list[str]:
    """Return briefs of the governorates of the plants, in every format, and of what is no governorate."""
    areas = sorted({plant.area_id for plant in world.plants})
    paths = [f"/brief/{areas[0]}.{extension}?lang=en" for extension in BRIEFS] + [
        f"/brief/{area}.{extension}" for area in areas[1:] for extension in ("html", "csv")
    ]
    return [*paths, "/brief/nowhere.pdf", f"/brief/{areas[0]}.docx"]


def _given(world: World) -> dict[str, str]:
    """Return the service that the sensitive sites give."""
    registry = load.registry()
    ids = [plant.site_id for plant in world.plants if plant.site_id in registry.sites.index]
    return {"service": next(code for site_id in ids for code in registry.sites["services"][site_id])}


ROUTES: Mapping[str, Callable[[World], list[str]]] = {
    "/assets/{name}": lambda _: [f"/assets/{browser.own_script().name}", "/assets/nothing"],
    "/auth/sign-in": lambda world: ["/auth/sign-in?lang=ar", f"/auth/sign-in?next={quote('/site?id=' + world.plants[-1].site_id)}"],
    "/auth/sign-out": lambda _: ["/auth/sign-out"],
    "/auth/register": lambda _: ["/auth/register?lang=en"],
    "/auth/account": lambda _: ["/auth/account?lang=en"],
    "/auth/provider": lambda _: ["/auth/provider"],
    "/auth/provider/back": lambda _: ["/auth/provider/back?code=x&state=y"],
    "/data/sites.{lang}.bin": lambda _: [f"/data/sites.{lang}.bin" for lang in ("ar", "he", "en", "xx")],
    "/data/areas.{lang}.json": lambda _: ["/data/areas.en.json"],
    "/data/base.{lang}.json": lambda _: ["/data/base.en.json"],
    "/data/site/{site_id:path}.json": site_paths,
    "/data/export.{extension}": export_paths,
    "/data/points.{lang}.json": lambda _: ["/data/points.en.json", "/data/points.xx.json"],
    "/data/ledger.{extension}": ledger_paths,
    "/data/chances.csv": chance_paths,
    "/data/reach.geojson": reach_paths,
    "/data/indicators.{extension}": lambda _: [
        *(f"/data/indicators.{extension}?country={country}&indicator=all" for extension in INDICATOR_MIME for country in ("PS", "SY")),
        "/data/indicators.pdf",
    ],
    "/data/need.{extension}": need_paths,
    "/brief/{area_id}.{extension}": brief_paths,
    "/data/{rest:path}": lambda _: ["/data/site_exact", "/data/store.gpkg"],
    "/assets/{rest:path}": lambda _: ["/assets/a/b"],
    **{f"/{page.SLUG}/{{rest}}": lambda world, slug=page.SLUG: [f"/{slug}/{world.plants[-1].site_id}"] for page in pages.ALL},
}
"""Path of a route to what is asked of it."""
OF_THE_REGISTRY = {
    "/assets/{name}", "/data/areas.{lang}.json", "/data/base.{lang}.json", "/data/points.{lang}.json", "/data/export.{extension}",
    "/data/ledger.{extension}", "/data/chances.csv", "/data/reach.geojson", "/data/indicators.{extension}", "/data/need.{extension}",
    "/brief/{area_id}.{extension}", "gaps", "need", "indicators", "profile", ("export",), ("brief",), ("duplicates",), ("freshness",),
    ("priority",), ("ledger",), ("isochrone",), ("profile",), ("snapshots", "add"), ("snapshots", "show"), ("snapshots", "compare"),
}  # fmt: skip
"""Routes, pages and commands that make what they give of the registry as it was read, and ask the store for nothing that is kept back.

Two tests carry what is left out by it. Every role of the crawl reads the registry that the public reads: only the public asks all of these, the
others two questions of each. And that registry is looked at byte for byte on both databases: all of these are asked on SQLite, not on PostgreSQL again.
"""


def of_the_store(known: Iterable[K]) -> list[K]:
    """Return routes, pages or commands that ask the database itself."""
    return [one for one in known if one not in OF_THE_REGISTRY]


def routes(world: World, role: str, only: Iterable[str] = ROUTES) -> Given:
    """Ask every route, or some, as somebody of a role."""
    ask = client()
    headers = {"cookie": f"{COOKIE}={world.tokens[role]}"} if world.tokens[role] else {}
    for path in only:
        urls = ROUTES[path]
        for url in urls(world) if role == "public" or path not in OF_THE_REGISTRY else urls(world)[:2]:
            yield url, without(told(ask.get(url, headers)), [unquote(url)])
    for path in ("/auth/sign-in", "/auth/sign-out", "/auth/register", "/auth/account"):
        yield f"POST {path}", told(ask.ask("POST", path, headers, b"login=a&password=b&csrf=c&next=//x"))


_ASKED = re.compile(r"zq[0-9a-z]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{2}\.[0-9]{4,}")


def without(body: bytes, asked: Sequence[str]) -> bytes:
    """Return a body without the secrets that stood in the question: they are not told by coming back."""
    for word in {match for text in asked for match in _ASKED.findall(text)}:
        body = body.replace(word.encode(), b"?")
    return body


def told(answer: Answer) -> bytes:
    """Return all that an answer says."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return answer.content + f"\n{answer.status_code}\n{head}\n{answer.cookies}".encode()


def _sites(world: World) -> list[dict[str, Any]]:
    return [{"id": plant.site_id, "own": "1"} for plant in sample(world.plants)]


PAGES: Mapping[str, Callable[[World], list[dict[str, Any]]]] = {
    "explore": lambda world: [{"open": sample(world.plants)[0].site_id, "country": "PS"}, {"q": sample(world.plants)[-1].words[0]}],
    "sources": lambda _: [{}],
    "gaps": lambda world: [
        {"country": area[:2], "area": area, "limit": "120", "sites": [p.site_id for p in world.plants if p.area_id == area], **_given(world)}
        for area in sorted({p.area_id for p in world.plants})
    ],
    "need": lambda world: (
        [{"country": "PS", "missing": "keep", "view": view, "u": f"{_given(world)['service']}:1", **_given(world)} for view in VIEWS] + [{}]
    ),
    "site": _sites,
    "contribute": lambda world: [{"site": plant.site_id} for plant in sample(world.plants)[1::2]],
    "review": lambda world: [{}, *({"id": one, "submission": one} for one in world.submissions[-2:])],
    "people": lambda _: [{}],
    "indicators": lambda world: [{"country": area[:2], "area": area} for area in sorted({p.area_id for p in world.plants})],
    "profile": lambda world: [{"area": area, "beside": [HERE]} for area in sorted({p.area_id for p in world.plants})],
    "snapshots": lambda _: [{}, {"country": HERE[:2], "open": "1"}],
}
"""Short name of a page to the addresses under which it is opened."""


def screens(world: World, role: str, monkeypatch: pytest.MonkeyPatch, only: Iterable[str] = PAGES) -> Given:
    """Draw every page, or some, as somebody of a role."""
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: world.tokens[role]} if world.tokens[role] else {})
    for slug in only:
        for query in PAGES[slug](world) if role == "public" or slug not in OF_THE_REGISTRY else PAGES[slug](world)[:2]:
            test = AppTest.from_function(_run, args=(slug,), default_timeout=60)
            for key, value in query.items():
                test.query_params[key] = value
            test.query_params["lang"] = "en"
            test.run()
            yield f"page {slug} {query}", drawn(test, query)


def _run(start: str) -> None:
    from main import main

    main(start=start)


def drawn(test: AppTest, asked: Mapping[str, str]) -> bytes:
    """Return all that a page sent to the browser, and what it keeps of the session; what the reader asked for is not its secret."""
    parts = [str(node.proto) for node in test._tree if getattr(node, "proto", None) is not None]
    parts += [repr(test.session_state._state.filtered_state)]
    return without("\n".join(parts).encode(), [str(value) for value in asked.values()])


def calls(world: World, scope: Scope) -> Given:
    """Ask the repository itself about every plant and every proposal: what it returns, and what it says when it refuses."""
    desk = Submissions(world.store)
    store = world.store
    for plant in world.plants:
        one = plant.site_id
        for name, call in (
            ("read_site", lambda one=one: read_site(store, scope, one)),
            ("timeline", lambda one=one: timeline(store, one, scope)),
            ("exact_place", lambda one=one: exact_place(store, scope, one, purpose="test")),
            ("save", lambda one=one: desk.save(scope, op="edit", site_id=one, proposed={"phone": "", "names": {}, "place": {}}, client_key="leak")),
            ("revert", lambda one=one: revert(store, scope, one, to_version=1, seen_version=99, reason="test")),
            ("merge", lambda one=one: merge(store, scope, one, "nothing", reason="test")),
        ):
            yield f"{name} {one}", said(call, one)
    for one in world.submissions:
        for name, call in (
            ("get", lambda one=one: desk.get(scope, one)),
            ("compare", lambda one=one: desk.compare(scope, one)),
            ("events", lambda one=one: desk.events(scope, one)),
            ("decide", lambda one=one: desk.decide(scope, one, version=99, seen_version=99, accept=[], reason="test")),
        ):
            yield f"{name} {one}", said(call, one)
    yield "queue", repr(desk.queue(scope)).encode()
    yield "own", repr(desk.own(scope)).encode()
    yield "desk", repr((desk, store, store.secret, store.engine)).encode()
    yield "own sites", repr(own_sites(store, scope.organisation_id)).encode()
    yield "replay", repr(replay(store)).encode()
    yield "registry", pickle.dumps(load.registry(scope))
    yield "registry read", pickle.dumps(read_registry(store, scope.sight))


def said(call: Callable[[], object], asked: str) -> bytes:
    """Return a result or a refusal in words; the id that was asked for is not told by coming back."""
    try:
        return repr(call()).encode()
    except AppError as error:
        return without(repr((error.code, error.params, str(error))).encode(), [asked])


FILES_ONLY = ("travel-time", "chances", "access", "capacity", "equity", "completeness", "moran")
"""Commands that read files alone and never open the store."""


def commands() -> list[tuple[str, ...]]:
    """Return the names of all commands."""

    def below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for name, one in getattr(command, "commands", {}).items():
            yield from below(one, (*path, name))
        if not hasattr(command, "commands"):
            yield path

    return list(below(typer.main.get_command(cli.app), ()))


def _exports(_world: World, folder: Path) -> list[list[str]]:
    return [["--format", name, "--out", str(folder / f"out.{name}")] for name in MIME]


def _nothing_to_do(_world: World, _folder: Path) -> list[list[str]]:
    return [[]]


def _about_sites(*more: str) -> Callable[[World, Path], list[list[str]]]:
    return lambda world, _folder: [[plant.site_id, *more] for plant in sample(world.plants)]


def _about_proposals(*more: str) -> Callable[[World, Path], list[list[str]]]:
    return lambda world, _folder: [[one, *more, "--as", "planner-of-this-governorate-without-clearance"] for one in world.submissions[-3:]]


COMMANDS: Mapping[tuple[str, ...], Callable[[World, Path], list[list[str]]]] = {
    ("init",): _nothing_to_do, ("export",): _exports, ("doctor",): _nothing_to_do, ("freshness",): lambda *_: [[], ["--json"]],
    ("import",): lambda _world, folder: [[str(folder / "in.csv"), "--dry-run", "--json"], [str(folder / "in.csv"), "--dry-run"]],
    ("brief",): lambda _world, folder: [[HERE, "--lang", "en", "--out", str(folder / "out"), *(word for name in BRIEFS for word in ("--format", name))]],
    ("duplicates",): lambda *_: [["--json", "--at-least", "60"], ["--lang", "ar"]],
    ("history",): lambda world, folder: [*_about_sites("--as", "ministry-without-clearance")(world, folder), ["--as-of", "2030-01-01"]],
    ("revert",): _about_sites("--to", "1", "--reason", "test", "--as", "admin"),
    ("merge",): lambda world, _folder: [[plant.site_id, "nothing", "--reason", "test", "--as", "admin"] for plant in sample(world.plants)],
    ("template",): lambda world, folder: [["--organisation", world.organisation_id, "--out", str(folder / "out.xlsx")]],
    ("index",): lambda *_: [["--saved", "1", "--out", "-"]],
    ("priority",): lambda world, folder: [["--country", "PS", "--service", _given(world)["service"], "--out", str(folder / "out.csv")]],
    ("ledger",): lambda _world, folder: [["medical_care", "--out", str(folder / "out.csv"), "--governorate", HERE]],
    ("isochrone",): lambda world, folder: [
        ["--site", plant.site_id, "--country", "PS", "--limit", "30", "--out", str(folder / "out.geojson")] for plant in sample(world.plants)
    ],
    ("roads", "add"): lambda _world, folder: [[str(folder / "in.csv"), "--country", "PS"]], ("roads", "list"): _nothing_to_do,
    ("indicators", "list"): lambda *_: [[], ["--json"]], ("indicators", "show"): lambda *_: [["population", "--country", "PS"]],
    ("indicators", "issues"): _nothing_to_do, ("indicators", "send-counts"): lambda _world, folder: [
        [str(folder / "in.csv"), "--source-title", "x", "--publisher", "x", "--licence", "x", "--source-year", "2026", "--dry-run"]
    ],
    ("indicators", "import"): lambda _world, folder: [
        [str(folder / "in.csv"), "--source-title", "x", "--publisher", "x", "--licence", "x", "--indicator", "population", "--year", "2020", "--dry-run"]
    ],
    ("grids", "add"): lambda _world, folder: [[str(folder / "in.csv"), "--country", "PS", "--year", "2020", "--source-title", "x"]],
    ("scenarios", "add"): lambda *_: [["Leak", "--edit", "x=closed"]], ("scenarios", "list"): _nothing_to_do, ("scenarios", "remove"): lambda *_: [["Leak"]],
    ("grids", "list"): _nothing_to_do, ("grids", "remove"): lambda *_: [["--country", "PS"]],
    ("roads", "remove"): lambda *_: [["--country", "PS"]], ("obstacles", "list"): _nothing_to_do,
    ("obstacles", "add"): lambda _world, folder: [[str(folder / "in.csv"), "--country", "PS"]], ("obstacles", "remove"): lambda *_: [["--country", "PS"]],
    ("users", "add"): lambda *_: [["x", "--role", "nobody"]], ("users", "invite"): lambda *_: [["--role", "partner", "--organisation", "nobody"]],
    ("users", "grant"): lambda *_: [["x", "--role", "nobody"]], ("users", "revoke"): lambda *_: [["x"]], ("users", "list"): _nothing_to_do,
    ("users", "link"): lambda *_: [["x", "--issuer", "https://x.example", "--subject", "y"]], ("users", "unlink"): lambda *_: [["x"]],
    ("review", "list"): lambda *_: [["--as", "planner-of-this-governorate-without-clearance"], ["--as", "ministry-without-clearance"]],
    ("review", "show"): _about_proposals(), ("review", "approve"): _about_proposals(), ("review", "reject"): _about_proposals("--reason", "test"),
    ("review", "send-back"): _about_proposals("--reason", "test"),
    ("profile",): lambda *_: [[HERE, "--json"], [HERE, "--lang", "ar"]], ("snapshots", "add"): lambda *_: [["Leak", "--country", HERE[:2]]],
    ("snapshots", "list"): _nothing_to_do, ("snapshots", "show"): lambda *_: [["1", "--json"]], ("snapshots", "compare"): lambda *_: [["1", "--json"]],
}  # fmt: skip
"""Command to the arguments that it is run with."""


def command_line(world: World, folder: Path, only: Iterable[tuple[str, ...]] = COMMANDS) -> Given:
    """Run every command that opens the store, or some."""
    (folder / "in.csv").write_text("id,name,kind,governorate,lon,lat\n1,Clinic,clinic,PS0150,35.10,31.53\n2,Clinic,?,?,?,?\n", "utf-8")
    for command in only:
        for some in COMMANDS[command](world, folder):
            result = CliRunner().invoke(cli.app, [*command, *some])
            yield f"cli {' '.join([*command, *some])}", without(result.output.encode(), some)
            for file in [*folder.glob("out.*"), *folder.glob("out/*")]:
                yield f"file of {' '.join(command)} {file.name}", file.read_bytes()
                file.unlink()


@contextlib.contextmanager
def overheard() -> Iterator[io.StringIO]:
    """Collect what is logged at every level meanwhile, whoever logs it."""
    import logging

    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
