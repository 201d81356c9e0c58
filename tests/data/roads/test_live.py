"""Roads asked of OpenStreetMap: the tags that count are kept, osmnx is left as it was, and without internet it is said."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from data.roads.live import fetch_roads
from data.roads.read import road_graph
from geo.errors import AppError, InputError, SetupError
from jobs.loaded import Note
from jobs.roads import Roads, add_place
from tests.test_cli_travel import TOWN

osmnx = pytest.importorskip("osmnx")
TAGGED = TOWN.replace(
    '<node id="2" lat="31.90" lon="35.21"/>', '<node id="2" lat="31.90" lon="35.21"><tag k="barrier" v="checkpoint"/></node>'
).replace('<tag k="highway" v="residential"/></way>', '<tag k="highway" v="tertiary"/><tag k="surface" v="mud"/><tag k="oneway" v="yes"/></way>', 1)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Answer with a file in the place of the servers."""
    path = tmp_path / "town.osm"
    path.write_text(TAGGED, encoding="utf-8")
    monkeypatch.setattr(osmnx, "graph_from_place", lambda *_, **__: osmnx.graph_from_xml(path, simplify=False, retain_all=True))
    return path


def test_the_graph_is_that_of_the_same_extract(server: Path, tmp_path: Path) -> None:
    before = {name: getattr(osmnx.settings, name) for name in ("useful_tags_way", "useful_tags_node", "use_cache")}
    fetch_roads("Town, Palestine", tmp_path / "live.graphml")
    assert {name: getattr(osmnx.settings, name) for name in before} == before
    live, extract = (road_graph(file, tmp_path / "roads")[0] for file in (tmp_path / "live.graphml", server))
    for one in (live, extract):
        assert min(one.car.tolist()) == 10  # mud
        assert (one.oneway != 0).any()
        assert (one.barrier > 0).sum() == 1
    assert live.length.sum() == pytest.approx(extract.length.sum(), rel=1e-3)


@pytest.mark.usefixtures("server")
def test_a_place_serves_a_country_under_its_own_title(tmp_path: Path) -> None:
    (one,) = add_place("Town, Palestine", ["PS"], Note(), tmp_path / "data")
    assert (one.title, one.licence) == ("OpenStreetMap, Town, Palestine", "ODbL 1.0")
    assert one.year is not None
    assert Roads(tmp_path / "data").countries() == ("PS",)


def test_without_internet_it_is_said_and_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_address(*_: object, **__: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    monkeypatch.setattr(socket, "gethostbyname", no_address)
    with pytest.raises(SetupError) as raised:
        add_place("An-Nabk, Syria", ["SY"], Note(), tmp_path / "data")
    assert raised.value.code == "roads.offline"
    assert not (tmp_path / "data").exists()


def test_a_place_that_nobody_knows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise osmnx._errors.InsufficientResponseError

    monkeypatch.setattr(osmnx, "graph_from_place", nothing)
    for place in ("Nowhere", " ", "x" * 300):
        with pytest.raises(AppError) as raised:
            fetch_roads(place, tmp_path / "x.graphml")
        assert isinstance(raised.value, InputError)
        assert raised.value.code == "roads.no_place"
