"""The form from the command line, and a thousand rows with planted faults through the importer of the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from data.exports.error_workbook import REJECT_COLOUR
from data.ingest.template import SHEET, heading
from i18n import LANGUAGES, translator
from pages.parts import load
from tests.jobs.bulk_support import FAULTS, ROWS, table_with_faults
from tests.test_cli import run


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_form_of_an_organisation_is_written_in_each_language(tmp_path: Path, lang: str) -> None:
    registry = load.registry()
    open_sites = registry.sites[registry.sites["organisation_id"] != ""]
    organisation = str(open_sites["organisation_id"].value_counts().index[0])
    out = tmp_path / "form.xlsx"
    said = run("template", "--organisation", organisation, "--lang", lang, "--out", str(out))
    sheet = openpyxl.load_workbook(out)[SHEET]
    codes = [cell.value for cell in sheet[1]]
    assert [cell.value for cell in sheet[2]] == [heading(code, translator(lang)) for code in codes]
    ids = {line[0].value for line in sheet.iter_rows(min_row=3)}
    assert ids <= set(open_sites.index[open_sites["organisation_id"] == organisation])
    assert ids
    assert str(len(ids)) in said


@pytest.mark.usefixtures("workspace")
def test_form_of_nobody_is_refused(tmp_path: Path) -> None:
    assert "nobody" in run("template", "--organisation", "nobody", "--lang", "en", "--out", str(tmp_path / "x.xlsx"), code=2)
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.usefixtures("workspace")
def test_a_thousand_rows_with_planted_faults_are_imported_once(tmp_path: Path) -> None:
    body, planted = table_with_faults(7)
    file, report = tmp_path / "sites.xlsx", tmp_path / "faults.xlsx"
    file.write_bytes(body)
    first = json.loads(run("import", str(file), "--json", "--report", str(report)))
    assert (first["rows"], first["accepted"], first["rejected"], first["unchanged"]) == (ROWS, ROWS - FAULTS, FAULTS, 0)
    told = {(cell["row"], cell["column"], cell["code"]) for cell in first["cells"] if cell["severity"] == "reject"}
    assert told == planted
    sheet = openpyxl.load_workbook(io.BytesIO(report.read_bytes())).worksheets[0]
    red = {
        line[0].value
        for line in sheet.iter_rows(min_row=2)
        for cell in line
        if cell.fill.fill_type and str(cell.fill.fgColor.rgb)[-6:] == REJECT_COLOUR[1:]
    }
    assert red == {row for row, _, _ in planted}
    version = load.registry().version
    again = json.loads(run("import", str(file), "--json"))
    assert (again["accepted"], again["rejected"], again["unchanged"]) == (0, FAULTS, ROWS - FAULTS)
    assert load.registry().version == version
