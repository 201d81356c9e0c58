"""Road files of three kinds, whole and hostile, read in a confined process and kept on disk."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import osmium
import pytest

from data.roads import read
from data.roads.read import road_graph
from geo.errors import InputError

XML = """<?xml version="1.0"?>
<osm version="0.6">
 <node id="1" lat="31.90" lon="35.20"/><node id="2" lat="31.90" lon="35.21"><tag k="barrier" v="checkpoint"/></node>
 <node id="3" lat="31.90" lon="35.22"/><node id="4" lat="31.91" lon="35.21"/>
 <node id="9" lat="0" lon="0"><tag k="amenity" v="cafe"/></node>
 <way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
 <way id="2"><nd ref="3"/><nd ref="77"/><nd ref="4"/><nd ref="1"/><tag k="highway" v="tertiary"/><tag k="oneway" v="yes"/></way>
 <way id="3"><nd ref="1"/><nd ref="4"/><tag k="building" v="yes"/></way>
</osm>"""
GRAPHML = """<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="h" for="edge" attr.name="highway"/><key id="o" for="edge" attr.name="osmid"/><key id="l" for="edge" attr.name="length"/>
<key id="x" for="node" attr.name="x"/><key id="y" for="node" attr.name="y"/><key id="g" for="edge" attr.name="geometry"/>
<graph edgedefault="directed">
<node id="a"><data key="x">35.20</data><data key="y">31.90</data></node><node id="b"><data key="x">35.21</data><data key="y">31.90</data></node>
<edge source="a" target="b"><data key="h">{highway}</data><data key="o">5</data><data key="l">950.5</data></edge>
{more}</graph></graphml>"""
BACK = '<edge source="b" target="a"><data key="h">residential</data><data key="o">5</data><data key="l">950.5</data></edge>'
BENT = (
    '<edge source="b" target="a"><data key="h">residential</data><data key="o">6</data>'
    '<data key="g">LINESTRING (35.21 31.90, 35.205 31.91, 35.20 31.90)</data></edge>'
)


def test_roads_that_an_editor_has_not_uploaded_yet_are_read(tmp_path: Path) -> None:
    drawn = re.sub(r'(id|ref)="', r'\1="-', XML)
    at, below = (road_graph(written(tmp_path, text), tmp_path / "kept")[0] for text in (XML, drawn))
    for name in ("lon", "lat", "length", "barrier"):
        assert sorted(getattr(at, name)) == sorted(getattr(below, name))
    assert (at.nodes, at.edges) == (below.nodes, below.edges)


def written(folder: Path, text: str, name: str = "roads") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_xml_and_pbf_make_the_same_graph_and_keep_barriers(tmp_path: Path) -> None:
    xml = written(tmp_path, XML, "roads.osm")
    with osmium.SimpleWriter(str(tmp_path / "roads.osm.pbf")) as writer:
        for element in osmium.FileProcessor(str(xml)):
            writer.add(element)
    one, other = (road_graph(path, tmp_path / "kept")[0] for path in (xml, tmp_path / "roads.osm.pbf"))
    assert all((array == getattr(other, name)).all() for name, array in one.arrays().items())
    assert (one.nodes, one.edges) == (4, 3)  # the way through the missing node 77 is cut there
    assert np.count_nonzero(one.barrier) == 1


def test_a_graph_is_kept_and_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, XML)
    first, key = road_graph(path, tmp_path / "kept")
    monkeypatch.setattr(read, "read_roads", None)  # it must not be read again
    second, again = road_graph(path, tmp_path / "kept")
    assert key == again
    assert isinstance(second.u, np.memmap)
    assert (first.length == second.length).all()


def test_a_damaged_folder_is_made_anew(tmp_path: Path) -> None:
    path = written(tmp_path, XML)
    _, key = road_graph(path, tmp_path / "kept")
    np.save(tmp_path / "kept" / key / "v.npy", np.full(3, 99, dtype=np.int32))
    assert road_graph(path, tmp_path / "kept")[0].problems() == []


def test_graphml_edges_that_mirror_each_other_are_one_road(tmp_path: Path) -> None:
    both = road_graph(written(tmp_path, GRAPHML.format(highway="residential", more=BACK), "both"), tmp_path)[0]
    assert (both.edges, both.oneway.tolist(), both.length.tolist()) == (1, [0], [950.5])
    single = road_graph(written(tmp_path, GRAPHML.format(highway="residential", more=""), "single"), tmp_path)[0]
    assert single.oneway.tolist() == [1]
    bent = road_graph(written(tmp_path, GRAPHML.format(highway="residential", more=BENT), "bent"), tmp_path)[0]
    assert bent.edges == 2
    assert bent.length.max() > 2000


def test_the_mirror_of_a_merged_edge_may_list_its_ways_the_other_way_round(tmp_path: Path) -> None:
    merged = GRAPHML.format(highway="residential", more=BACK.replace(">5<", ">[5, 6]<")).replace(">5<", ">[6, 5]<")
    assert road_graph(written(tmp_path, merged), tmp_path)[0].oneway.tolist() == [0]


def test_a_merged_edge_has_the_mean_speed_of_its_classes(tmp_path: Path) -> None:
    path = written(tmp_path, GRAPHML.format(highway="['unclassified', 'tertiary']", more=""))
    assert road_graph(path, tmp_path)[0].car.tolist() == [pytest.approx(2 / (1 / 25 + 1 / 40))]


BOMB = '<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "unknown_graph"),
        ("site_id,lon,lat\n", "unknown_graph"),
        ("<osm version='0.6'><node id='1'", "damaged"),
        ("<osm version='0.6'></osm>", "no_roads"),
        (XML.replace("highway", "railway"), "no_roads"),
        (BOMB + XML.removeprefix('<?xml version="1.0"?>').replace('v="cafe"', 'v="&b;"'), "damaged"),
        (BOMB + "<graphml><graph>&b;</graph></graphml>", "damaged"),
        ("<graphml", "damaged"),
        (GRAPHML.format(highway="", more=""), "graphml_highway"),
        (GRAPHML.format(highway="residential", more="").replace('attr.name="x"', 'attr.name="z"'), "graphml_places"),
        (GRAPHML.format(highway="residential", more="").replace("35.20", "700000.5"), "graphml_projected"),
        (GRAPHML.format(highway="residential", more="").replace("35.20", "nan"), "graphml_projected"),
        (GRAPHML.format(highway="residential", more=BACK.replace('"b"', '"zz"')), "damaged"),
        ("\0\0\0\x0d\x0a\x09OSMHeader\x18\xff", "damaged"),
    ],
)
def test_what_is_no_road_file_gets_one_clear_message(tmp_path: Path, content: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        road_graph(written(tmp_path, content), tmp_path / "kept")
    assert caught.value.code == f"travel.{code}"


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no_file"):
        road_graph(tmp_path / "nothing.osm", tmp_path / "kept")


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "WALL_SECONDS", 0.001)
    with pytest.raises(InputError, match="too_heavy"):
        road_graph(written(tmp_path, XML), tmp_path / "kept")
