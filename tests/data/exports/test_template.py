"""The form as a workbook: drop-downs that a spreadsheet opens, headings of each language, nothing that runs."""

from __future__ import annotations

import functools
import io
import itertools
import random
import re

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from data.exports.template import EMPTY_ROWS, FIRST
from data.ingest.template import SHEET, columns, heading, list_of, read_lists
from geo.model import ACCESSIBILITY, SITE_STATUS
from i18n import LANGUAGES, translator
from tests.data.sources.help import pack_registry
from tests.jobs.bulk_support import form_bytes, own_of, record

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "'=1",
    "{=1}",
    "https://x.example",
    "<script>",
)


@functools.cache
def book(lang: str) -> openpyxl.Workbook:
    chance = random.Random(1)
    many = record(1, chance, services=pack_registry().codes("service")[:7], target_groups=pack_registry().codes("target_group")[:4])
    texts = {f"site-{i}": record(i, chance, names={"en": text}, note=text, address=text) for i, text in enumerate(FORMULAS, start=2)}
    return openpyxl.load_workbook(io.BytesIO(form_bytes(own_of({"site-1": many, **texts}), lang)))


def validation(sheet: Worksheet, column: str) -> DataValidation:
    """Return the rule on a column's first site; it must hold for the empty rows too."""
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == column)
    last = FIRST + len(FORMULAS) + 1 + EMPTY_ROWS
    found = [rule for rule in sheet.data_validations.dataValidation if f"{letter}{FIRST + 1}:{letter}{last}" in str(rule.sqref).split()]
    assert len(found) == 1, column
    return found[0]


def offered(source: str, lang: str) -> list[str]:
    """Return the words that a list's formula points to."""
    match = re.fullmatch(r"lists!\$([A-Z])\$1:\$([A-Z])\$(\d+)", source)
    assert match is not None, source
    assert match[1] == match[2]
    return [str(book(lang)["lists"][f"{match[1]}{i}"].value) for i in range(1, int(match[3]) + 1)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_are_the_readers_and_the_codes_are_hidden(lang: str) -> None:
    notes, sites, lists = book(lang).worksheets
    assert (sites.title, lists.sheet_state, notes["A1"].value) == (SHEET, "hidden", translator(lang)("bulk.notes.title"))
    codes = [cell.value for cell in sites[1]]
    assert codes == list(columns(7, 4))
    assert sites.row_dimensions[1].hidden
    assert [cell.value for cell in sites[2]] == [heading(code, translator(lang)) for code in codes]
    assert len({cell.value for cell in sites[2]}) == len(codes)
    assert all(bool(sheet.sheet_view.rightToLeft) == (lang != "en") for sheet in (notes, sites, lists))
    assert sites.freeze_panes == "E3"
    assert sites.column_dimensions[sites.cell(1, len(codes)).column_letter].hidden


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_with_a_list_has_a_drop_down_of_its_words(lang: str) -> None:
    registry, sites = pack_registry(), book(lang)[SHEET]
    lists = read_lists(registry, translator(lang))
    with_list = [column for column in columns(7, 4) if list_of(column)]
    assert {"kind", "status", "area", "sensitivity", "service_7", "group_4", *ACCESSIBILITY} <= set(with_list)
    for column in with_list:
        assert (validation(sites, column).errorStyle == "warning") == column.startswith(("service", "group"))
        words = offered(validation(sites, column).formula1, lang)
        assert words == list(lists.labels[list_of(column)].values())
        assert len(set(words)) == len(words)
    assert len(lists.labels["status"]) == len(SITE_STATUS)
    assert len(lists.labels["area"]) == len(registry.governorates)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_localities_follow_the_governorate(lang: str) -> None:
    rule = validation(book(lang)[SHEET], "locality")
    assert rule.errorStyle == "information"
    match = re.fullmatch(
        r"OFFSET\(lists!\$(\w)\$1,MATCH\(\$G3,lists!\$(\w)\$1:\$\2\$(\d+),0\)-1,0,COUNTIF\(lists!\$\2\$1:\$\2\$\3,\$G3\),1\)", rule.formula1
    )
    assert match is not None, rule.formula1
    sheet, last = book(lang)["lists"], int(match[3])
    areas = [sheet[f"{match[2]}{i}"].value for i in range(1, last + 1)]
    inside = pack_registry().localities["area_id"].isin(pack_registry().governorates.index)
    assert last == int(inside.sum())
    # MATCH and COUNTIF give one block only where the rows of a governorate stand together.
    assert len([1 for one, other in itertools.pairwise(areas) if one != other]) + 1 == len(set(areas))
    pairs = list(zip(areas, (sheet[f"{match[1]}{i}"].value for i in range(1, last + 1)), strict=True))
    assert len(set(pairs)) == last
    assert not [text for pair in pairs for text in pair if any(sign in str(text) for sign in "*?~")]


def test_numbers_are_kept_within_their_limits() -> None:
    sites = book("en")[SHEET]
    assert [(validation(sites, name).type, validation(sites, name).formula1) for name in ("lon", "lat", "capacity_1")] == [
        ("decimal", "-180"), ("decimal", "-90"), ("decimal", "0"),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_a_formula_or_a_link(lang: str) -> None:
    seen = set()
    for sheet in book(lang).worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                if cell.value in FORMULAS and str(cell.value)[0] in "=+-@＝":
                    assert cell.quotePrefix
                    seen.add(cell.value)
    assert len(seen) == 7


def test_one_word_means_one_code_in_all_languages_together() -> None:
    registry = pack_registry()
    meant: dict[tuple[str, str], set[str]] = {}
    for lang in LANGUAGES:
        lists = read_lists(registry, translator(lang))
        for name, labels in lists.labels.items():
            for code, label in labels.items():
                meant.setdefault((name, label), set()).add(code)
        for locality_id, (area, label) in lists.localities.items():
            meant.setdefault((area, label), set()).add(locality_id)
    assert [key for key, codes in meant.items() if len(codes) > 1] == []
