"""The corpus of hostile and broken files: each is refused with one reason that has words in every language."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from data import sandbox
from data.ingest import plan_import
from data.sources.table import MAX_BYTES
from geo.errors import AppError, InputError
from i18n import LANGUAGES, translator
from tests.data.sources.help import csv_bytes, feature, geojson_bytes, pack_registry, xlsx_bytes

VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>%s</SrcDataSource>
<Field name="line" type="String"/></OGRVRTLayer></OGRVRTDataSource>"""
HEBREW, ARABIC = "מרכז קהילתי", "مركز مجتمعي"


def packed_workbook(megabytes: int, *, step: int = 1 << 20) -> bytes:
    """A small zip whose one sheet unpacks to ``megabytes`` MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(megabytes * 1_000_000 // step + 1):
                sheet.write(b"0" * step)
    return out.getvalue()


def many_entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for i in range(10_001):
            archive.writestr(f"e{i}", "")
    return out.getvalue()


def laughs(root: str) -> bytes:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><{root} version="0.6"><node id="1" lat="32" lon="35.2"><tag k="amenity" v="&l9;"/></node></{root}>'.encode()


def mixed(first: tuple[str, str], second: tuple[str, str]) -> bytes:
    head = f"name,kind,area\n{first[0]},clinic,PS0150\n".encode(first[1])
    return head + f"{second[0]},clinic,PS0150\n".encode(second[1])


def zip_without_end() -> bytes:
    return xlsx_bytes([["name", "kind"], ["a", "clinic"]])[:-200]


def far_cell() -> bytes:
    """A workbook of a few kilobytes whose last cell is XFD1048576."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "name")
        sheet.write(0, 1, "kind")
        sheet.write(1_048_575, 16_383, "far")
    return out.getvalue()


CORPUS: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "import.empty_file"),
    "only blanks": (lambda: b" \n\t\r\n", "import.empty_file"),
    "header alone": (lambda: b"name,kind,area\n", "import.empty"),
    "byte order mark alone": (lambda: b"\xef\xbb\xbf", "import.empty"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100), "import.unknown_format"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "import.unknown_format"),
    "program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(64), "import.unknown_format"),
    "random bytes": (lambda: bytes(i * 7919 % 251 for i in range(5000)), "import.unknown_format"),
    "old excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "import.old_excel"),
    "sqlite that is no geopackage": (lambda: b"SQLite format 3\0" + bytes(200), "import.unknown_format"),
    "geopackage head alone": (lambda: b"SQLite format 3\0" + bytes(52) + b"GPKG" + bytes(28), "import.damaged"),
    "broken zip": (zip_without_end, "import.broken_zip"),
    "zip magic alone": (lambda: b"PK\x03\x04", "import.broken_zip"),
    "zip of something else": (lambda: many_entries().replace(b"xl/workbook.xml", b"xl/notabook.xml"), "import.zip_bomb"),
    "xlsx without sheets": (lambda: packed_workbook(0, step=10), "import.damaged"),
    "xlsx of 419 MB": (lambda: packed_workbook(419), "import.zip_bomb"),
    "xlsx of 10,001 entries": (many_entries, "import.zip_bomb"),
    "xlsx with a far cell": (far_cell, "import.too_heavy"),
    "vrt as geojson": (lambda: VRT % b"/etc/passwd", "import.unknown_xml"),
    "vrt over the web": (lambda: VRT % b"/vsicurl/http://127.0.0.1:9/", "import.unknown_xml"),
    "vrt behind a declaration": (lambda: b'<?xml version="1.0"?>\n<!-- <osm> -->\n' + VRT % b"/etc/passwd", "import.unknown_xml"),
    "kml": (lambda: b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark/></kml>', "import.unknown_xml"),
    "html": (lambda: b"<!DOCTYPE html><html><body>404</body></html>", "import.unknown_xml"),
    "laughs in osm": (lambda: laughs("osm"), "import.damaged"),
    "laughs in kml": (lambda: laughs("kml"), "import.unknown_xml"),
    "outside entity in osm": (
        lambda: (
            b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><osm version="0.6"><node id="1" lat="32" lon="35"><tag k="amenity" v="&f;"/></node></osm>'
        ),
        "import.damaged",
    ),
    "osm cut short": (lambda: b'<osm version="0.6"><node id="1" lat="32" lon="35"><tag k="amenity" v="clinic"/>', "import.damaged"),
    "osm without services": (lambda: b'<osm version="0.6"><node id="1" lat="32" lon="35"/></osm>', "import.nothing_tagged"),
    "pbf head alone": (lambda: b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x55", "import.damaged"),
    "deep json": (lambda: b'{"type":"FeatureCollection","features":' + b"[" * 500_000 + b"]" * 500_000 + b"}", "import.damaged"),
    "cut json": (lambda: geojson_bytes(feature(35.1, 31.5, name="a"))[:-5], "import.damaged"),
    "long integer": (lambda: b'{"type":"FeatureCollection","features":[' + b"9" * 10_000 + b"]}", "import.damaged"),
    "json list": (lambda: b"[1, 2, 3]", "import.not_geojson"),
    "json object": (lambda: b'{"a": 1}', "import.not_geojson"),
    "topojson": (lambda: b'{"type":"Topology","objects":{},"arcs":[]}', "import.not_geojson"),
    "no features": (geojson_bytes, "import.empty"),
    "60 MB geojson": (lambda: geojson_bytes(feature(35.1, 31.5, name="x" * 60_000_000)), "import.too_large"),
    "metres without a system": (lambda: geojson_bytes(feature(162000.0, 104000.0, name="a", kind="clinic")), "import.crs_missing"),
    "system that is a file": (
        lambda: geojson_bytes(feature(1, 1, name="a", kind="clinic"), crs={"type": "name", "properties": {"name": "+init=/etc/passwd:1"}}),
        "import.crs_unknown",
    ),
    "system that does not exist": (
        lambda: geojson_bytes(feature(1, 1, name="a", kind="clinic"), crs={"type": "name", "properties": {"name": "EPSG:999999"}}),
        "import.crs_unknown",
    ),
    "Windows-1255 and 1256": (lambda: mixed((HEBREW, "cp1255"), (ARABIC, "cp1256")), "import.mixed_encodings"),
    "Windows-1256 and 1255": (lambda: mixed((ARABIC, "cp1256"), (HEBREW, "cp1255")), "import.mixed_encodings"),
    "UTF-8 and Windows-1255": (lambda: mixed((HEBREW, "utf-8"), (HEBREW, "cp1255")), "import.mixed_encodings"),
    "UTF-16 cut in a letter": (lambda: "name,kind\nא,clinic".encode("utf-16")[:-1], "import.encoding_line"),
    "bytes of no script": (lambda: b"name,kind,area\n\xa4\xa6\xa7,clinic,PS0150\n", "import.encoding"),
    "NUL bytes later on": (
        lambda: csv_bytes(["name", "kind", "area"], ["a" * 5000, "clinic", "PS0150"], ["b\0c", "clinic", "PS0150"]),
        "import.binary",
    ),
    "cell without an end": (lambda: b'name,kind\n"' + b"x" * 200_000, "import.damaged_line"),
    "too many columns": (lambda: csv_bytes([f"c{i}" for i in range(301)], ["1"] * 301), "import.too_many_columns"),
    "plain words": (lambda: b"this is a letter\nand no table at all\n", "import.empty"),
    "table of something else": (lambda: csv_bytes(["year", "rain"], ["2020", "500"]), "import.no_kind_column"),
    "no place": (lambda: csv_bytes(["name", "kind"], ["a", "clinic"]), "import.no_place_column"),
    "no name": (lambda: csv_bytes(["kind", "area"], ["clinic", "PS0150"]), "import.no_name_column"),
}


@pytest.mark.parametrize("name", CORPUS)
def test_file_is_refused_with_one_reason_in_three_languages(name: str) -> None:
    make, code = CORPUS[name]
    with pytest.raises(InputError) as raised:
        plan_import(make(), f"{name}.geojson", pack_registry())
    assert raised.value.code == code
    for lang in LANGUAGES:
        words, fix = (translator(lang)(f"{part}.{code}", **raised.value.params) for part in ("error", "fix"))
        assert words
        assert fix
        assert "root:" not in words
        assert "{" not in words


@pytest.mark.parametrize("kind", ["csv", "xlsx", "geojson", "gpkg", "osm", "pbf"])
@pytest.mark.parametrize("target", ["/etc/passwd", "/vsicurl/http://127.0.0.1:9/x", "/vsizip//etc/passwd"])
def test_vrt_yields_nothing_even_to_the_reader_itself(kind: str, target: str) -> None:
    with pytest.raises(AppError) as raised:
        sandbox.read_table(kind, VRT % target.encode())
    assert "root" not in json.dumps(raised.value.params)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\secret\\a.csv", "a.csv"),
        ("/vsicurl/http://x/y.csv", "y.csv"),
        ("a\0b\u202egnp.csv", "a bgnp.csv"),
        ("", "file"),
    ],
)
def test_name_is_only_shown_never_opened(name: str, shown: str) -> None:
    plan = plan_import(csv_bytes(["name", "kind", "area"], ["a", "clinic", "PS0150"]), name, pack_registry())
    assert plan.source_name == shown
    assert plan.accepted == 1


def test_folder_missing_file_and_device_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path, code in (
        (tmp_path, "not_a_file"),
        (tmp_path / "none.csv", "not_found"),
        (Path("/dev/zero"), "not_a_file"),
        (tmp_path / "pipe.csv", "not_a_file"),
    ):
        with pytest.raises(InputError) as raised:
            plan_import(path, path.name, pack_registry())
        assert raised.value.code == f"import.{code}"


def test_large_file_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES * 40)
    with pytest.raises(InputError) as raised:
        plan_import(path, path.name, pack_registry())
    assert raised.value.code == "import.too_large"
    assert raised.value.params["megabytes"] == 2000


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_row_with_a_number_that_is_none_is_refused_and_the_others_come_in(text: str) -> None:
    data = geojson_bytes(feature(35.1, 31.53, name="a", kind="clinic"), feature("LON", 31.53, name="b", kind="clinic")).replace(
        b'"LON"', text.encode()
    )
    plan = plan_import(data, "x.geojson", pack_registry())
    assert (plan.accepted, plan.rejected) == (1, 1)
    assert [(cell.row, cell.code) for cell in plan.cells] == [(2, "import.coordinates_unreadable")]


def test_wrong_format_said_is_told() -> None:
    with pytest.raises(InputError) as raised:
        plan_import(csv_bytes(["name", "kind"], ["a", "b"]), "x.xlsx", pack_registry(), format="xlsx")
    assert (raised.value.code, raised.value.params) == ("import.format_mismatch", {"wanted": "xlsx", "found": "csv"})
