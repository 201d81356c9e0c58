"""Briefs by address."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, cast

import pandas as pd
import pytest

import routes.brief as module
from data.kept import KeptRecords
from data.store import Store
from geo.model import Scope
from geo.profile import Profile
from geo.registry import Registry
from i18n import Translator, translator
from jobs.briefs import FORMATS, make_brief
from jobs.profile import profile_inputs
from jobs.snapshots import keep_snapshot
from routes.brief import AT_ONCE, brief_routes
from tests.asgi import Client
from tests.layers.brief_support import invented_profile
from tests.make import make_registry

REGISTRY = make_registry(30)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made, not taken from what was kept."""
    out: list[str] = []

    def count(registry: Registry, profile: Profile, extension: str, tr: Translator, work: pd.DataFrame | None) -> bytes:
        out.append(f"{profile.area_id}.{extension}.{tr.lang}")
        return make_brief(registry, profile, extension, tr, work)

    monkeypatch.setattr(module, "make_profile", lambda _registry, _inputs, _area, tr: invented_profile(tr))
    monkeypatch.setattr(module, "make_brief", count)
    return out


@pytest.fixture
def client(store: Store) -> Client:
    return Client(brief_routes(lambda: REGISTRY, lambda _registry, _country: cast("Any", None), lambda: KeptRecords(store)))


def test_a_brief_is_a_download_with_its_own_name_and_made_once(client: Client, made: list[str]) -> None:
    answer = client.get("/brief/PS0150.csv?lang=he")
    assert (answer.status_code, answer.headers["content-type"]) == (200, FORMATS["csv"])
    assert answer.headers["content-disposition"] == 'attachment; filename="jiwar-brief-PS0150-he-2026-12-01.csv"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    tr = translator("he")
    assert answer.content == make_brief(REGISTRY, invented_profile(tr), "csv", tr)
    assert client.get("/brief/PS0150.csv?lang=he").content == answer.content
    assert made == ["PS0150.csv.he"]
    client.get("/brief/PS0150.csv?lang=xx")
    assert made[1:] == ["PS0150.csv.ar"]


@pytest.mark.parametrize("path", ["/brief/nowhere.csv", "/brief/PS.csv", "/brief/PS0150.docx", "/brief/PS0150", "/brief/..%2fPS0150.csv"])
def test_what_is_not_there_is_not_found(client: Client, made: list[str], path: str) -> None:
    assert client.get(path).status_code == 404
    assert made == []


def test_a_brief_of_a_snapshot_is_the_brief_of_its_day(store: Store) -> None:
    inputs = profile_inputs(REGISTRY, lambda _: pd.Series(dtype=float), "PS")
    now = [REGISTRY]
    client = Client(brief_routes(lambda: now[0], lambda _registry, _country: inputs, lambda: KeptRecords(store)))
    before = client.get("/brief/PS0150.csv?lang=en")
    kept = keep_snapshot(KeptRecords(store), Scope("ministry", 0, "u1"), REGISTRY, inputs, "March")
    now[0] = replace(make_registry(12, seed=5), version="later")
    after = client.get(f"/brief/PS0150.csv?lang=en&snapshot={kept.record_id}")
    assert (after.status_code, after.content, after.headers["content-disposition"]) == (200, before.content, before.headers["content-disposition"])
    for query, code in ((f"snapshot={kept.record_id + 1}", 404), ("snapshot=x", 404), ("snapshot=", 404), ("snapshot=99999999999", 404)):
        assert client.get(f"/brief/PS0150.csv?lang=en&{query}").status_code == code
    outside = client.get(f"/brief/SY01.csv?lang=en&snapshot={kept.record_id}")
    assert (outside.status_code, "March" in outside.content.decode()) == (404, True)


def test_too_many_at_once_are_asked_to_come_back(client: Client, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    go, begun = threading.Event(), threading.Semaphore(0)

    def slow(*_: object) -> bytes:
        begun.release()
        go.wait(10)
        return b"x"

    monkeypatch.setattr(module, "make_brief", slow)
    threads = [threading.Thread(target=client.get, args=("/brief/PS0150.csv",)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert begun.acquire(timeout=10)
    refused = client.get("/brief/PS0150.csv?lang=en")
    go.set()
    for thread in threads:
        thread.join()
    assert refused.status_code == 503
    assert "retry-after" in refused.headers
    assert client.get("/brief/PS0150.csv?lang=en").status_code == 200
    assert made == []
