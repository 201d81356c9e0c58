from __future__ import annotations

import socket

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from data.sources import osm
from geo.errors import InputError, SetupError
from tests.data.sources.help import SHARED

XML = """<osm version="0.6">
<node id="1" lat="32.0" lon="35.2"><tag k="amenity" v="clinic"/><tag k="name:ar" v="عيادة"/><tag k="highway" v="x"/></node>
<node id="2" lat="32.1" lon="35.3"/><node id="3" lat="32.1" lon="35.4"/><node id="4" lat="32.2" lon="35.4"/>
<node id="5" lat="32.0" lon="35.2"><tag k="office" v="ngo"/></node><node id="6" lat="32.0" lon="35.2"><tag k="office" v="lawyer"/></node>
<node id="7" lat="32.0" lon="35.2"><tag k="shop" v="bakery"/></node>
<way id="10"><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="2"/><tag k="amenity" v="school"/></way>
<way id="11"><nd ref="2"/><nd ref="3"/><tag k="amenity" v="parking"/></way>
<relation id="20"><member type="way" ref="10" role="outer"/><tag k="type" v="multipolygon"/><tag k="healthcare" v="hospital"/></relation>
</osm>"""


def test_nodes_ways_and_relations_with_service_tags_are_rows() -> None:
    table = osm.read_xml(XML.encode())
    found = dict(zip([f"{row[0]}/{row[1]}" for row in table.rows], zip(table.lon or (), table.lat or (), strict=True), strict=True))
    assert set(found) == {"node/1", "node/5", "way/10", "way/11", "relation/20"}
    assert found["node/1"] == (35.2, 32.0)
    triangle = shapely.Polygon([(35.3, 32.1), (35.4, 32.1), (35.4, 32.2)])
    assert triangle.contains(shapely.Point(found["way/10"]))
    assert triangle.contains(shapely.Point(found["relation/20"]))
    assert "highway" not in table.headers


def test_closed_way_is_one_row() -> None:
    table = osm.read_xml(XML.encode())
    assert [row[1] for row in table.rows].count("10") == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared files are not here")
def test_both_encodings_of_one_extract_say_the_same() -> None:
    xml, pbf = (SHARED / "roads" / f"an_nabk_syria.{suffix}" for suffix in ("osm", "osm.pbf"))
    first, second = osm.read_xml(xml.read_bytes()), osm.read_pbf(pbf.read_bytes())
    assert first.headers == second.headers
    assert len(first) == 38
    assert first.rows == second.rows
    assert first.lon == pytest.approx(second.lon, abs=1e-6)


def test_live_place_is_a_table_like_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    import osmnx

    index = pd.MultiIndex.from_tuples([("node", 1), ("way", 2)], names=["element", "id"])
    frame = gpd.GeoDataFrame({"amenity": ["clinic", "school"], "name": ["a", None]}, geometry=[shapely.Point(35, 32), shapely.box(35, 32, 35.1, 32.1)], index=index, crs=4326)  # fmt: skip
    monkeypatch.setattr(osmnx, "features_from_place", lambda *_: frame)
    table = osm.fetch_osm_place("Nablus, Palestine", {"amenity": True})
    assert table.headers == ("osm_type", "osm_id", "amenity", "name")
    assert table.rows == (("node", "1", "clinic", "a"), ("way", "2", "school", ""))


def test_live_place_offline_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_address(*_: object, **__: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    monkeypatch.setattr(socket, "gethostbyname", no_address)
    with pytest.raises(SetupError) as raised:
        osm.fetch_osm_place("Nablus, Palestine", {"amenity": True})
    assert raised.value.code == "import.osm_offline"


def test_nothing_found_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import osmnx
    import osmnx._errors

    def nothing(*_: object) -> None:
        raise osmnx._errors.InsufficientResponseError

    monkeypatch.setattr(osmnx, "features_from_place", nothing)
    with pytest.raises(InputError) as raised:
        osm.fetch_osm_place("Nowhere", {"amenity": True})
    assert raised.value.code == "import.osm_place"
