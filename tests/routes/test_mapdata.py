from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from data.sessions import COOKIE
from geo.model import PUBLIC, Scope
from geo.registry import Registry
from layers.payload import unpack_sites
from routes.mapdata import map_routes
from tests.asgi import Client
from tests.layers.support import BASEMAP, hostile_registry
from tests.make import make_registry


class Source:
    """A registry that a test can change, and the scopes it was asked for."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.asked: list[Scope] = []

    def load(self, scope: Scope) -> Registry:
        self.asked.append(scope)
        return self.registry


@pytest.fixture
def source() -> Source:
    return Source(make_registry(12))


@pytest.fixture
def client(source: Source) -> Client:
    return Client(map_routes(source.load, lambda: BASEMAP))


PATHS = ("/data/sites.ar.bin", "/data/areas.he.json", "/data/base.en.json", "/data/site/site-00001.json")


@pytest.mark.parametrize("path", PATHS)
def test_only_the_version_asked_for_may_be_kept(client: Client, source: Source, path: str) -> None:
    for query, kept in ((f"?v={source.registry.edition}", True), (f"?v={source.registry.version}", False), ("?v=older", False), ("", False)):
        answer = client.get(path + query)
        assert answer.status_code == 200
        assert ("immutable" in answer.headers["cache-control"]) is kept
        assert (answer.headers["cache-control"] == "no-store") is not kept
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers


def test_a_new_version_is_served_at_once(client: Client, source: Source) -> None:
    assert unpack_sites(client.get("/data/sites.ar.bin").content).version == source.registry.version
    source.registry = replace(make_registry(3), version="next")
    packed = unpack_sites(client.get("/data/sites.ar.bin?v=test-12-1").content)
    assert (packed.version, len(packed.ids)) == ("next", 3)


def test_the_same_version_is_packed_once(client: Client, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/data/sites.ar.bin").content
    monkeypatch.setattr("routes.mapdata.pack_sites", lambda *_: b"packed again")
    assert client.get("/data/sites.ar.bin").content == first
    assert client.get("/data/sites.he.bin").content == b"packed again"
    for number in range(20):
        source.registry = replace(source.registry, version=f"v{number}")
        client.get("/data/sites.he.bin")
    source.registry = make_registry(12)
    assert client.get("/data/sites.ar.bin").content == b"packed again"


def test_a_new_day_is_packed_and_kept_anew(client: Client, source: Source) -> None:
    before = source.registry.edition
    assert set(unpack_sites(client.get(f"/data/sites.ar.bin?v={before}").content).bands) == {0, 3}
    source.registry = source.registry.on(dt.date(2029, 12, 1))
    answer = client.get(f"/data/sites.ar.bin?v={before}")
    assert answer.headers["cache-control"] == "no-store"
    assert set(unpack_sites(answer.content).bands) == {2, 3}


def test_only_who_may_propose_there_is_led_to_the_correction_and_no_browser_keeps_it_for_another(source: Source) -> None:
    site_id = "site-00001"
    own = str(source.registry.sites.loc[site_id, "organisation_id"])
    scopes = {"own": Scope("partner", organisation_id=own), "other": Scope("partner", organisation_id="org-x"), "": PUBLIC}
    client = Client(map_routes(source.load, lambda: BASEMAP, lambda token, *_: scopes[token]))
    found = {}
    for who in scopes:
        answer = client.get(f"/data/site/{site_id}.json?lang=he&v={source.registry.edition}", headers={"cookie": f"{COOKIE}={who}"} if who else {})
        found[who] = ([link["href"] for link in answer.json()["links"]], answer.headers["cache-control"] == "no-store")
    history, correct = f"/site?id={site_id}&lang=he", f"/contribute?site={site_id}&lang=he"
    assert found == {"own": ([history, correct], True), "other": ([history], True), "": ([history], False)}


@pytest.mark.parametrize("path", ["/data/sites.fr.bin", "/data/areas.xx.json", "/data/site/nobody.json", "/data/site/..%2F..%2Fsettings.json"])
def test_what_does_not_exist_is_an_empty_404(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(("lang", "spoken"), [("he", "he"), ("ar", "ar"), ("xx", "ar"), ("", "ar")])
def test_a_card_comes_in_the_language_asked_for(client: Client, lang: str, spoken: str) -> None:
    card = client.get(f"/data/site/site-00001.json?lang={lang}").json()
    assert (card["id"], card["lang"]) == ("site-00001", spoken)


def test_an_id_may_hold_any_sign(source: Source, client: Client) -> None:
    source.registry = replace(source.registry, sites=source.registry.sites.rename(index={"site-00001": "a/b c.json?"}))
    assert client.get("/data/site/a%2Fb%20c.json%3F.json").json()["id"] == "a/b c.json?"


def test_an_id_that_was_merged_into_another_leads_to_the_others_card(source: Source, client: Client) -> None:
    source.registry = replace(source.registry, redirects={"older": "old", "old": "site-00003"})
    assert client.get("/data/site/older.json").json()["id"] == "site-00003"


def test_a_request_is_the_public_until_it_signs_in(client: Client, source: Source) -> None:
    for path in PATHS:
        client.get(path, headers={"cookie": "role=admin; clearance=3"})
    assert set(source.asked) == {PUBLIC}


def test_hostile_names_arrive_as_json(source: Source, client: Client) -> None:
    source.registry = hostile_registry()
    answer = client.get("/data/areas.en.json")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content)["areas"][0]["name"] == source.registry.names["area"]["en"].iloc[0]
