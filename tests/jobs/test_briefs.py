"""The files of a brief: their figures are the profile's, their sums are formulas, no text in them runs, and the same data gives the same bytes."""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports.brief import WORK_COLUMNS
from geo.errors import InputError
from geo.profile import Figure, figures_table
from i18n import LANGUAGES, translator
from jobs.brief_work import work_counts, work_rows
from jobs.briefs import FORMATS, brief_name, fingerprint, make_brief, public_sites
from jobs.profile_sites import work_section
from tests.layers.brief_support import HOSTILE, invented_profile
from tests.make import make_registry

REGISTRY = make_registry(60)
AREA = "PS0150"
TABLES = ("xlsx", "gpkg", "csv", "html")


def workbook(lang: str, *, values: bool = False) -> openpyxl.Workbook:
    tr = translator(lang)
    return openpyxl.load_workbook(io.BytesIO(make_brief(REGISTRY, invented_profile(tr), "xlsx", tr)), data_only=values)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_holds_every_figure_and_table(lang: str) -> None:
    tr = translator(lang)
    profile, book = invented_profile(tr), workbook(lang)
    tables = [table for section in profile.sections for table in section.tables]
    assert book.sheetnames == ["figures", *(table.key for table in tables), "method"]
    assert all(sheet.sheet_view.rightToLeft is (lang != "en") or (lang == "en" and not sheet.sheet_view.rightToLeft) for sheet in book)
    rows = {row[10].value: row for row in book["figures"].iter_rows(min_row=2)}
    figures = [figure for section in profile.sections for figure in section.figures]
    assert list(rows) == [figure.key for figure in figures]
    for figure in figures:
        told = rows[figure.key][2].value
        assert told == (tr("profile.not_known") if figure.value is None else figure.value)
    for table in tables:
        sheet = book[table.key]
        assert [cell.value for cell in sheet[1]] == [column.label for column in table.columns]
        for i, row in enumerate(table.rows, start=2):
            assert [cell.value for cell in sheet[i]] == [tr("profile.not_known") if cell is None else cell for cell in row]
    method = {row[0].value: row[1].value for row in book["method"].iter_rows()}
    assert method[tr("brief.about.fingerprint")] == fingerprint(profile)
    assert method[tr("brief.about.edition")] == profile.edition
    assert all(method[name] == value for name, value in profile.method)


def test_sums_are_formulas_and_nothing_else_is() -> None:
    tr = translator("en")
    profile, book, values = invented_profile(tr), workbook("en"), workbook("en", values=True)
    formulas = {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    wanted = 0
    for table in (table for section in profile.sections for table in section.tables):
        for j, column in enumerate(table.columns):
            if column.key in table.sums:
                wanted += 1
                cell = book[table.key].cell(len(table.rows) + 2, j + 1)
                letter = cell.column_letter
                assert cell.value == f"=SUM({letter}2:{letter}{len(table.rows) + 1})"
                known = [row[j] for row in table.rows if isinstance(row[j], int | float)]
                assert values[table.key].cell(len(table.rows) + 2, j + 1).value == sum(cast("list[float]", known))
    assert len(formulas) == wanted > 3
    heading = book["who_does_what"][1][-1]
    assert (heading.value, heading.data_type, heading.quotePrefix) == (HOSTILE, "s", True)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_computes_the_same_sums(tmp_path: Path) -> None:
    tr = translator("ar")
    profile = invented_profile(tr)
    # Saved again by openpyxl, the file holds formulas without their results, so that LibreOffice has to compute them.
    openpyxl.load_workbook(io.BytesIO(make_brief(REGISTRY, profile, "xlsx", tr))).save(tmp_path / "brief.xlsx")
    home, out = f"-env:UserInstallation=file://{tmp_path}/profile", str(tmp_path / "out")
    command = ["soffice", "--headless", home, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, "brief.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    book = openpyxl.load_workbook(tmp_path / "out" / "brief.xlsx", data_only=True)
    for table in (table for section in profile.sections for table in section.tables):
        for j, column in enumerate(table.columns):
            if column.key in table.sums:
                known = [row[j] for row in table.rows if isinstance(row[j], int | float)]
                assert book[table.key].cell(len(table.rows) + 2, j + 1).value == sum(cast("list[float]", known))


def test_the_geopackage_holds_boundary_figures_sites_tables_and_styles(tmp_path: Path) -> None:
    tr = translator("he")
    profile = invented_profile(tr)
    path = tmp_path / "brief.gpkg"
    path.write_bytes(make_brief(REGISTRY, profile, "gpkg", tr))
    layers = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    tables = [table for section in profile.sections for table in section.tables]
    assert set(layers) == {"governorate", "sites", "figures", "work", "about", "sources", "layer_styles", *(f"table_{table.key}" for table in tables)}
    area = pyogrio.read_dataframe(path, layer="governorate")
    assert (
        area.geometry[0].equals(REGISTRY.governorates.geometry[AREA])
        or area.geometry[0].symmetric_difference(REGISTRY.governorates.geometry[AREA]).area < 1e-12
    )
    assert area["people_population"][0] == profile.figure("people.population").value
    assert (area["need_rank_low"][0], area["need_rank_high"][0]) == (1.0, 4.0)
    assert pd.isna(area["need_tier"][0])
    figures = pyogrio.read_dataframe(path, layer="figures")
    pd.testing.assert_series_equal(figures["value"].astype(float), figures_table([profile])["value"])
    sites = pyogrio.read_dataframe(path, layer="sites")
    assert set(sites["site_id"]) == set(REGISTRY.sites.index[public_sites(REGISTRY, AREA)])
    work = pyogrio.read_dataframe(path, layer="table_who_does_what")
    assert work["sites"].tolist() == [row[1] for row in profile.table("who_does_what").rows]
    access = pyogrio.read_dataframe(path, layer="table_access")
    assert access["p50"].tolist()[0] == 14.4
    assert access["p50"].isna().tolist() == [False, True, True]
    assert access["p50_told"].tolist()[2] == profile.table("access").rows[2][1]
    with sqlite3.connect(path) as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1").fetchall())
    connection.close()
    assert set(styles) == {"governorate", "sites"}
    assert 'attr="sector"' in styles["sites"]


def test_the_list_has_a_row_of_hashtags_and_adds_up_to_the_matrix() -> None:
    tr = translator("en")
    rows = list(csv.reader(io.StringIO(make_brief(REGISTRY, invented_profile(tr), "csv", tr).decode("utf-8-sig"))))
    assert rows[0] == list(WORK_COLUMNS)
    assert rows[1] == list(WORK_COLUMNS.values())
    table = work_rows(REGISTRY, work_counts(REGISTRY, AREA), "en")
    assert len(rows) == len(table) + 2
    given = frozenset(code for row in REGISTRY.sites["services"] for code in row)
    matrix = work_section(REGISTRY, cast("Any", SimpleNamespace(given=given, country="PS")), AREA, tr).tables[0]
    sums = table.groupby("service_label")["sites"].sum()
    assert {row[0]: row[1] for row in matrix.rows if row[1]} == sums.to_dict()
    by_owner = table.groupby(["service_label", "organisation"])["sites"].sum()
    for row in matrix.rows:
        for column, cell in zip(matrix.columns[2:], row[2:], strict=True):
            assert by_owner.get((row[0], column.label), 0) == cell


@pytest.mark.parametrize("extension", TABLES)
def test_sensitive_sites_are_in_no_file(extension: str) -> None:
    tr = translator("en")
    hidden = REGISTRY.sites.index[(REGISTRY.sites["area_id"] == AREA)][0]
    names = dict(REGISTRY.names)
    names["site"] = names["site"].copy()
    names["site"].loc[hidden] = "zqsecretplace"
    sites = REGISTRY.sites.copy()
    sites.loc[hidden, "sensitivity"] = 2
    sites.loc[hidden, ["lon", "lat"]] = float("nan")
    body = make_brief(replace(REGISTRY, sites=sites, names=names), invented_profile(tr), extension, tr)
    if extension == "xlsx":
        archive = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(archive.read(name) for name in archive.namelist())
    assert b"zqsecretplace" not in body
    assert str(hidden).encode() not in body


@pytest.mark.parametrize("extension", TABLES)
def test_the_same_data_gives_the_same_bytes(extension: str) -> None:
    tr = translator("ar")
    assert make_brief(REGISTRY, invented_profile(tr), extension, tr) == make_brief(REGISTRY, invented_profile(tr), extension, tr)


def test_the_fingerprint_is_the_same_in_all_languages_and_tells_figures_apart() -> None:
    assert len({fingerprint(invented_profile(translator(lang))) for lang in LANGUAGES}) == 1
    profile = invented_profile(translator("en"))
    assert fingerprint(replace(profile, edition="next")) != fingerprint(profile)


@given(st.floats(0, 1e7), st.floats(0, 1e7))
@settings(max_examples=25)
def test_another_value_is_another_fingerprint(one: float, other: float) -> None:
    profile = invented_profile(translator("en"), services=1, organisations=1)

    def with_population(value: float) -> str:
        first = profile.sections[0]
        figures: tuple[Figure, ...] = (replace(first.figures[0], value=value), *first.figures[1:])
        return fingerprint(replace(profile, sections=(replace(first, figures=figures), *profile.sections[1:])))

    assert (with_population(one) == with_population(other)) == (one == other)


def test_names_of_files_are_plain_and_training_is_marked() -> None:
    profile = invented_profile(translator("ar"))
    assert brief_name(REGISTRY, profile, "pdf") == "jiwar-brief-PS0150-ar-2026-12-01.pdf"
    training = replace(REGISTRY, training=True)
    assert "TRAINING" in brief_name(training, profile, "xlsx")
    tr = translator("ar")
    book = openpyxl.load_workbook(io.BytesIO(make_brief(training, profile, "xlsx", tr)))
    assert tr("export.watermark") in str([row[1].value for row in book["method"].iter_rows()])


def test_an_unknown_format_is_refused() -> None:
    tr = translator("en")
    assert list(FORMATS) == ["pdf", "xlsx", "gpkg", "html", "csv"]
    with pytest.raises(InputError):
        make_brief(REGISTRY, invented_profile(tr), "docx", tr)
