"""Each download, opened with a reader that is not ours, holds the rows that the table shows for the same filter."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import openpyxl
import pytest

from tests.browser.explore_page import Explore, opened
from tests.browser_support import Pages

if TYPE_CHECKING:
    from playwright.sync_api import Request

pytestmark = pytest.mark.browser
COLUMNS = ("name", "kind_label", "area", "locality", "services_label", "target_groups_label", "organisation", "status_label")
"""The table's first columns, in its order, by their names in the files; then come the last check in words, and links."""
PROTECTED = ("35.81418", "36.31983", "36.51194", "36.86954")
FORMATS = ("csv", "xlsx", "geojson", "gpkg", "html")


@pytest.fixture(scope="module")
def filtered(pages: Pages, address: str) -> Iterator[Explore]:
    """The table of Hebron with its hostile names, its planned sites and its sites without a point."""
    with opened(pages, address) as page:
        yield page.open(lang="en", country="PS", area="PS0150")


@pytest.fixture(scope="module")
def table(filtered: Explore) -> list[list[str]]:
    rows = filtered.all_rows()
    assert len(rows) == filtered.total() > 80
    return rows


def download(page: Explore, extension: str, folder: Path) -> Path:
    """Click a download's link and return the file."""
    with page.page.expect_download() as found:
        page.page.locator(f".jw-downloads a[href*='/data/export.{extension}?']").click()
    assert found.value.suggested_filename == f"jiwar-sites.{extension}"
    file = folder / found.value.suggested_filename
    found.value.save_as(file)
    return file


def unquoted(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a cell, as the export's page in the docs describes it."""
    return cell[1:] if re.match(r"'+\s*[=+\-@＝＋－＠﹢﹣﹦⁺⁻⁼]", cell) else cell


def read_csv(file: Path) -> list[dict[str, str]]:
    return [
        {name: unquoted(cell) for name, cell in row.items()} for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    ]


def read_xlsx(file: Path) -> list[dict[str, str]]:
    head, *rows = openpyxl.load_workbook(file)["sites"].iter_rows(values_only=True)
    return [{str(name): "" if cell is None else str(cell) for name, cell in zip(head, row, strict=True)} for row in rows]


def read_geojson(file: Path) -> list[dict[str, str]]:
    return [feature["properties"] for feature in json.loads(file.read_bytes())["features"]]


def read_gpkg(file: Path) -> list[dict[str, str]]:
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM sites ORDER BY fid")]
    connection.close()
    return rows


@pytest.mark.parametrize(("extension", "read"), [("csv", read_csv), ("xlsx", read_xlsx), ("geojson", read_geojson), ("gpkg", read_gpkg)])
def test_a_file_holds_the_tables_rows(
    filtered: Explore, table: list[list[str]], tmp_path: Path, extension: str, read: Callable[[Path], list[dict[str, str]]]
) -> None:
    rows = read(download(filtered, extension, tmp_path))
    assert [[row[name] or "" for name in COLUMNS] for row in rows] == [row[: len(COLUMNS)] for row in table]
    assert [bool(row["verified_on"]) for row in rows] == [" · " in row[len(COLUMNS)] for row in table]


def test_the_positions_of_the_files_are_the_maps(filtered: Explore, tmp_path: Path) -> None:
    shown, unplaced = filtered.shown()
    features = json.loads(download(filtered, "geojson", tmp_path).read_bytes())["features"]
    assert sum(feature["geometry"] is not None for feature in features) == shown
    assert sum(feature["geometry"] is None for feature in features) == unplaced
    head, *_ = (row for row in features if row["geometry"])
    lon, lat = head["geometry"]["coordinates"]
    assert (lon, lat) == (head["properties"]["lon"], head["properties"]["lat"])
    connection = sqlite3.connect(download(filtered, "gpkg", tmp_path))
    assert connection.execute("SELECT count(geom) FROM sites").fetchone() == (shown,)
    connection.close()


def test_the_one_file_map_opens_without_any_network(filtered: Explore, new_page: Callable[..., Explore], tmp_path: Path) -> None:
    file = download(filtered, "html", tmp_path)
    alone = new_page(offline=True)
    alone.page.goto(file.as_uri())
    alone.page.wait_for_function("window.jiwar && window.jiwar.painted")
    shown, unplaced = filtered.shown()
    assert alone.page.evaluate("jiwar.shown") == shown
    numbers = [int(found) for found in re.findall(r"\d+", alone.page.locator(".jw-count").inner_text())]
    assert numbers == [shown, unplaced]
    assert alone.page.evaluate("performance.getEntriesByType('resource').filter(one => !one.name.startsWith('data:')).map(one => one.name)") == []


@pytest.mark.parametrize("lang", ["ar", "he"])
def test_a_file_speaks_the_pages_language(explore: Explore, tmp_path: Path, lang: str) -> None:
    explore.open(lang=lang, country="IL", kind="school")
    rows = read_csv(download(explore, "csv", tmp_path))
    assert [[row[name] for name in COLUMNS] for row in rows] == [row[: len(COLUMNS)] for row in explore.all_rows()]


def test_the_protected_centres_are_listed_without_their_places(explore: Explore, tmp_path: Path) -> None:
    bodies: dict[str, bytes] = {}

    def keep(request: Request) -> None:
        answer = request.response()
        if answer and "/data/" in request.url:
            bodies[urlsplit(request.url).path] = answer.body()

    explore.page.on("requestfinished", keep)
    explore.open(lang="en", country="SY", q="Community centre,")
    names = explore.names()
    assert [name for name in names if "Afrin" in name or "Jisr" in name] == names
    assert (explore.shown(), len(names)) == ((0, 2), 2)
    for i in range(2):
        explore.page.locator(".jw-table tbody button").nth(i).click()
        explore.wait_idle()
    ids = explore.page.evaluate("[...document.querySelectorAll('.jw-table tbody button')].map(button => button.dataset.focus.slice(5))")
    for site_id in ids:
        bodies[site_id] = explore.page.request.get(f"{explore.base}/data/site/{site_id}.json?lang=en").body()
        assert "Community centre" in json.loads(bodies[site_id])["title"]
    for extension in FORMATS:
        bodies[extension] = download(explore, extension, tmp_path).read_bytes()
    explore.page.remove_listener("requestfinished", keep)
    workbook = openpyxl.load_workbook(io.BytesIO(bodies["xlsx"]))
    bodies["xlsx"] = repr([[cell.value for cell in row] for sheet in workbook for row in sheet.iter_rows()]).encode()
    bodies["page"] = explore.page.content().encode() + explore.frame.content().encode()
    packed = bodies["/data/sites.en.bin"]
    size = int.from_bytes(packed[:4], "little")
    places = packed[4 + size : 4 + size + 8 * json.loads(packed[4 : 4 + size])["n"]]
    assert not {round(float(digits) * 1e6) for digits in PROTECTED} & set(memoryview(places).cast("i"))
    # The gazetteer writes the names of all towns on the map, of these two as well: that tells nothing about a site.
    towns = json.loads(bodies.pop("/data/base.en.json"))["places"]
    assert {name for *place, _, name in towns if any(digits in map(str, place) for digits in PROTECTED)} == {"Jisr ash Shughūr", "‘Afrīn"}
    bodies["html"] = re.sub(rb'<script[^>]* id="jw-base">.*?</script>', b"", bodies["html"])
    assert {"/data/areas.en.json", "/data/sites.en.bin", *ids, *FORMATS, "page"} <= set(bodies)
    assert {name: digits for name, body in bodies.items() for digits in PROTECTED if digits.encode() in body} == {}
