"""The command line on the real packs: import, export, doctor, and what it says when it cannot."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from data.exports import site_table
from geo.model import Filter
from i18n import LANGUAGES, translator
from pages.parts import load

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
GOOD = "id,name,kind,governorate,lon,lat,phone\n1,Clinic one,clinic,PS0150,35.10,31.53,02-2345678\n2,عيادة الأمل,clinic,الخليل,35.09,31.52,\n"


def run(*words: str, code: int = 0) -> str:
    """Run a command and return what it printed."""
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.output


def account(output: str) -> str:
    return output.strip().splitlines()[-1]


@pytest.mark.usefixtures("workspace")
def test_an_import_says_what_became_of_every_row_and_a_second_one_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "clinics.csv"
    file.write_text(GOOD + "3,No place,clinic,,,,\n", encoding="utf-8")
    first = run("import", str(file), "--lang", "en")
    assert account(first) == "accepted 2, rejected 1, unchanged 0"
    assert "row 4" in first
    assert account(run("import", str(file), "--lang", "ar")) == "accepted 0, rejected 1, unchanged 2"
    as_json = json.loads(run("import", str(file), "--json"))
    assert (as_json["accepted"], as_json["rejected"], as_json["unchanged"], as_json["rows"]) == (0, 1, 2, 3)


@pytest.mark.usefixtures("workspace")
def test_a_trial_import_stores_nothing(tmp_path: Path) -> None:
    file = tmp_path / "clinics.csv"
    file.write_text(GOOD, encoding="utf-8")
    before = load.registry().version
    assert account(run("import", str(file), "--dry-run")) == "accepted 2, rejected 0, unchanged 0"
    assert load.registry().version == before


@pytest.mark.usefixtures("workspace")
def test_the_mapping_is_shown_and_can_be_given_back(tmp_path: Path) -> None:
    file, mapping = tmp_path / "clinics.csv", tmp_path / "mapping.toml"
    file.write_text(GOOD, encoding="utf-8")
    mapping.write_text(run("import", str(file), "--show-map"), encoding="utf-8")
    assert account(run("import", str(file), "--map", str(mapping))) == "accepted 2, rejected 0, unchanged 0"


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_asking_openstreetmap_without_internet_says_so(lang: str) -> None:
    said = run("import", "osm:Nablus, Palestine", "--lang", lang, code=2)
    assert translator(lang)("error.import.osm_offline") in said


@pytest.mark.usefixtures("workspace")
def test_the_report_is_a_workbook_of_the_rows(tmp_path: Path) -> None:
    file, report = tmp_path / "clinics.csv", tmp_path / "report.xlsx"
    file.write_text(GOOD + "3,No place,clinic,,,,\n", encoding="utf-8")
    run("import", str(file), "--report", str(report))
    sheets = pd.read_excel(report, sheet_name=None, engine="openpyxl")
    assert len(sheets) == 2


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("file_format", ["csv", "xlsx", "geojson", "gpkg", "html"])
def test_an_export_holds_the_rows_of_the_filter(tmp_path: Path, file_format: str) -> None:
    out = tmp_path / f"sites.{file_format}"
    said = run("export", "--governorate", "PS0150", "--format", file_format, "--out", str(out), "--lang", "en")
    registry = load.registry()
    mask = registry.select(Filter(areas=("PS0150",)))
    assert translator("en").plural("cli.exported", int(mask.sum()), file=str(out)) in said
    expected = site_table(registry, mask, lang="en", words=translator("en"))
    if file_format == "csv":
        rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
        assert [row["site_id"] for row in rows] == list(expected["site_id"])
    elif file_format == "html":
        assert all(site_id in out.read_text(encoding="utf-8") for site_id in expected["site_id"])
    assert out.stat().st_size > 200
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.usefixtures("workspace")
def test_hxl_tags_stand_under_the_header_when_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "sites.csv"
    run("export", "--country", "PS", "--hxl", "--out", str(out))
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert "#adm1+code" in lines[1]


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("words", "key"),
    [(("export", "--governorate", "PS9999"), "error.cli.unknown_code"), (("export", "--format", "doc"), "error.export.unknown_format"),
     (("export", "--verified-since", "soon"), "error.cli.unknown_code")],
)  # fmt: skip
def test_a_misspelt_command_says_what_is_wrong_in_the_readers_language(tmp_path: Path, lang: str, words: tuple[str, ...], key: str) -> None:
    out = tmp_path / "x"
    said = run(*words, "--out", str(out), "--lang", lang, code=2)
    start = translator(lang)(key).split("{")[0].strip()
    assert start in said
    assert not out.exists()


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_doctor_names_the_packs_in_each_language(lang: str) -> None:
    said = run("doctor", "--lang", lang)
    for country in ("PS", "SY", "IL"):
        assert load.registry().label("area", country, lang) in said


def test_help_is_quick_because_heavy_packages_wait() -> None:
    code = "import sys, cli; print([m for m in ('osmnx', 'geopandas', 'pandas', 'streamlit', 'folium', 'sqlalchemy', 'numba', 'dask') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
    help_text = subprocess.run([sys.executable, "cli.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "import" in help_text


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("facilities/hotosm_pse_health_facilities_points.geojson", 1544),
        ("facilities/isr_welfare_departments.csv", 325),
        ("roads/an_nabk_syria.osm", 38),
    ],
)
def test_real_files_are_accounted_for_to_the_row(name: str, rows: int) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip("the test data are not here")
    first = json.loads(run("import", str(file), "--json"))
    assert first["accepted"] + first["rejected"] + first["unchanged"] == first["rows"] == rows
    assert first["accepted"] > 0
    second = json.loads(run("import", str(file), "--json"))
    assert (second["accepted"], second["rejected"], second["unchanged"]) == (0, first["rejected"], first["accepted"])
    registry = load.registry()
    placed = registry.sites[registry.sites["source_id"].str.startswith("file-")]
    assert len(placed) == first["accepted"]


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("file_format", ["csv", "xlsx", "geojson", "gpkg"])
def test_an_export_read_again_makes_no_place_more_exact_than_it_was(tmp_path: Path, file_format: str) -> None:
    out = tmp_path / f"again.{file_format}"
    run("export", "--format", file_format, "--out", str(out))
    said = json.loads(run("import", str(out), "--source", "again", "--json"))
    sites = load.registry().sites
    again, before = sites[sites["source_id"] == "again"], sites[sites["source_id"] != "again"]
    assert said["accepted"] == len(again) == int((before["area_id"] != "").sum())
    assert sorted(again["sensitivity"]) == sorted(before.loc[before["area_id"] != "", "sensitivity"])
    assert "exact" not in set(again["position_kind"])
    assert again.loc[again["sensitivity"] == 2, "lon"].isna().all()


BAD_FILES = {
    "unknown.bin": b"\x00\x01\x02\x03 nothing we know" * 50,
    "broken.xlsx": b"PK\x03\x04 this is no workbook",
    "sites.geojson": b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    "empty.csv": b"",
    "mixed.csv": "name,kind\nمركز,clinic\n".encode("cp1256") + "מרכז,clinic\n".encode("cp1255") + "é,clinic\n".encode(),
}


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_gets_one_message_in_the_readers_language_and_stores_nothing(tmp_path: Path, name: str, lang: str) -> None:
    file = tmp_path / name
    file.write_bytes(BAD_FILES[name])
    before = load.registry().version
    said = run("import", str(file), "--lang", lang, code=2)
    assert said.strip()
    assert "root:" not in said
    assert "Traceback" not in said
    letters = {"ar": range(0x621, 0x64B), "he": range(0x5D0, 0x5EB), "en": range(ord("a"), ord("z") + 1)}[lang]
    assert any(ord(sign) in letters for sign in said)
    assert load.registry().version == before


@pytest.mark.usefixtures("workspace")
def test_a_sites_history_and_an_earlier_registry_are_told() -> None:
    sites = load.registry().sites
    site_id = str(sites.index[sites["sensitivity"] == 0][0])
    assert "added" in run("history", site_id, "--lang", "en")
    assert "no-such" in run("history", "no-such", "--lang", "en", code=2)
    lines = [json.loads(line) for line in run("history", "--as-of", "2999-01-01").splitlines()]
    assert {line["site_id"] for line in lines} == set(sites.index)
    assert "soon" in run("history", "--as-of", "soon", "--lang", "en", code=2)
