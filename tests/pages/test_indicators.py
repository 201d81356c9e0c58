"""The Indicators page on the real packs without a browser, and that page, files and command say the same numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import urlencode

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import app
import cli
from data.indicators_issues import INDICATOR, issue_counts
from geo.model import PUBLIC, Scope
from i18n import LANGUAGES, translator
from jobs.indicators import IndicatorsAsked, indicators_of
from jobs.indicators_export import MIME
from layers.indicators_markup import section_id
from pages.parts import identity, indicators_work, load
from tests.asgi import Client
from tests.pages.test_explore import html, page

pytestmark = pytest.mark.usefixtures("workspace")
Become = Callable[[Scope], None]
MINISTRY = Scope("ministry", 0, "boss")
PLANNER = Scope("planner", 0, "rana", ("PS0150",))
PARTNER = Scope("partner", 0, "omar", (), "org-1")
COUNTS = b"issue,governorate,month,count\nHousing,Hebron,2026-01,12\nHousing,Nablus,2026-01,40\nHousing,Jenin,2026-01,30\nPermits,Nablus,2026-01,3\n"


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Become:
    """Make the page be read by somebody."""
    return lambda scope: monkeypatch.setattr(identity, "scope", lambda: scope)


def shown(**query: str) -> AppTest:
    return page("indicators", **query)


def table(test: AppTest) -> dict[str, list[str]]:
    """Return the rows of the table: name to cells as they are written, empty where nothing is known."""
    found = re.search(r'<table class="jw-list jw-values".*?</table>', html(test), re.DOTALL)
    assert found
    rows = re.findall(r'<tr class="[^"]*"><th scope="row" dir="auto">(?:<a [^>]*>)?([^<]+)(?:</a>)?</th>(.*?)</tr>', found[0])
    return {name: [re.sub(r"<small>.*?</small>|<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>.*?</td>", cells)] for name, cells in rows}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("country", "indicator", "known"), [("PS", "self_rated_very_poor", (15, 16)), ("SY", "people_in_need", (14, 14)), ("PS", "poverty_rate", (0, 16))]
)
def test_page_says_of_how_many_governorates_the_value_is_known(lang: str, country: str, indicator: str, known: tuple[int, int]) -> None:
    tr, test = translator(lang), shown(lang=lang, country=country, indicator=indicator)
    assert not test.error
    assert test.title[0].value == tr("indicators.title")
    body = html(test)
    assert tr("indicators.known", known=str(known[0]), total=str(known[1])) in body
    assert tr("indicators.blank_note") in body
    assert not test.file_uploader


def test_what_is_not_known_is_hatched_and_empty_and_never_zero() -> None:
    test = shown(lang="en", country="PS", indicator="self_rated_very_poor", area="PS0150")
    assert table(test)["Qalqilya"] == [""]
    assert table(test)["Jenin"] == ["3"]
    body = html(test)
    assert re.search(r'<td class="jw-blank[^"]*" title="not known"', body)
    bar = re.search(r"<tr[^>]*><th[^>]*><a[^>]*>Qalqilya</a></th><td><span>(.*?)</span>", body)
    assert bar
    assert bar[1] == '<i class="jw-none"></i>'
    assert '<tr class="jw-dim"><th scope="row" dir="auto"><a href' in body
    assert not re.search(r'<tr class="jw-dim"><th[^>]*><a[^>]*>Qalqilya', body)
    registry, asked = load.registry(), IndicatorsAsked("PS", "self_rated_very_poor", 2014, "PS0150")
    classes, legend, tips = indicators_work.layer(registry, asked, translator("en"))
    assert "PS0120" not in classes
    assert len(classes) == 15
    assert (legend.year, legend.status) == ("2014", "official")
    assert "PS0120" not in tips


def test_every_value_leads_to_the_line_of_its_source() -> None:
    for country in ("PS", "SY", "IL"):
        for indicator in indicators_of(load.registry(), country, indicators_work.held(load.registry())):
            body = html(shown(lang="en", country=country, indicator=indicator))
            links = set(re.findall(r'href="#(indicator-source-[^"]+)"', body))
            lines = set(re.findall(r'<li id="(indicator-source-[^"]+)"', body))
            assert links == lines != set(), (country, indicator)


@pytest.mark.parametrize(
    ("country", "indicator"), [("PS", "poverty_rate"), ("SY", "population"), ("IL", "socioeconomic_index"), ("PS", "self_rated_very_poor")]
)
def test_page_files_and_command_say_the_same_numbers(country: str, indicator: str) -> None:
    asked = urlencode({"country": country, "indicator": indicator, "lang": "en"})
    client = Client(list(app.app._user_routes))
    frames = {
        "csv": pd.read_csv(io.BytesIO(client.get(f"/data/indicators.csv?{asked}").content), encoding="utf-8-sig", keep_default_na=True),
        "xlsx": pd.read_excel(io.BytesIO(client.get(f"/data/indicators.xlsx?{asked}").content), sheet_name="values", engine="openpyxl"),
    }
    told = CliRunner().invoke(cli.app, ["indicators", "show", indicator, "--country", country, "--lang", "en"])
    assert told.exit_code == 0, told.output
    frames["cli"] = pd.read_csv(io.StringIO(told.output))
    cells = table(shown(lang="en", country=country, indicator=indicator))
    for name, frame in frames.items():
        numbers = frame.pivot_table(index="area", columns="year", values="value", dropna=False, sort=False)
        assert set(numbers.index) == set(cells), name
        for area, row in numbers.iterrows():
            written = [None if not text else float(text.replace(",", "")) for text in cells[str(area)]]
            assert written == [None if pd.isna(value) else round(float(value), 3) for value in row], (name, area)
        assert frame["status"].isna().equals(frame["value"].isna()), name
    store = load.registry().values
    own = store[(store["indicator_id"] == indicator) & store["area_id"].isin(set(frames["csv"]["area_id"]))]
    assert frames["csv"]["value"].notna().sum() == len(own)


def test_a_workbook_runs_nothing_and_says_where_its_values_are_from() -> None:
    body = Client(list(app.app._user_routes)).get("/data/indicators.xlsx?country=PS&indicator=all&lang=ar").content
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book.sheetnames == ["values", "about"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    about = " ".join(str(cell) for row in book["about"].iter_rows(values_only=True) for cell in row if cell)
    assert "PCBS" in about
    assert translator("ar")("indicators.column.value") in about
    assert len({row[0] for row in book["values"].iter_rows(min_row=2, min_col=5, max_col=5, values_only=True)}) > 5


@pytest.mark.parametrize("query", ["country=%00", "country=IL&indicator=%3Cscript%3E&year=x", "indicator=all&country=<b>", ""])
def test_hostile_addresses_get_a_file_of_what_there_is(query: str) -> None:
    client = Client(list(app.app._user_routes))
    assert client.get(f"/data/indicators.csv?{query}").status_code == 200
    assert client.get(f"/data/indicators.exe?{query}").status_code == 404
    assert set(MIME) == {"csv", "xlsx"}


def test_address_and_page_say_the_same_and_a_link_lets_go_of_a_governorate() -> None:
    test = shown(lang="he", country="SY", indicator="population", year="2011", area="SY01")
    assert {key: test.query_params[key] for key in ("country", "indicator", "year", "area")} == {
        "country": "SY", "indicator": "population", "year": "2011", "area": "SY01",
    }  # fmt: skip
    assert test.selectbox(key="indicators_year").value == 2011
    test.selectbox(key="indicators_year").select(2004).run()
    assert test.query_params["year"] == "2004"
    assert 'href="?country=SY&amp;indicator=population&amp;year=2004&amp;lang=he"' in html(test)


def fill(test: AppTest, prefix: str = "add") -> None:
    for name, text in (("title", "Survey <b>x</b>"), ("publisher", "Office"), ("licence", "CC0")):
        test.text_input(key=f"indicators_{prefix}_{name}").set_value(text)
    test.number_input(key=f"indicators_{prefix}_source_year").set_value(2025)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ministry_sees_what_a_file_would_do_and_writes_it_once(become: Become, lang: str) -> None:
    become(MINISTRY)
    tr, registry = translator(lang), load.registry()
    test = shown(lang=lang, country="PS", indicator="poverty_rate")
    fill(test)
    body = "المحافظة,2023,2024\nالخليل,١٢٫٥,13\nHebrom,1,\n<img src=x>,3,4\nNablus,,140\n".encode()
    test.file_uploader[0].upload("a.csv", body, "text/csv").run()
    assert not test.exception
    assert [metric.value for metric in test.metric] == ["2", "0", "0", "4"]
    said = html(test)
    assert tr("error.indicators.area_unknown") in said
    assert tr("error.indicators.over_100") in said
    assert "(PS0150)" in said
    assert "<img src=x" not in said
    assert load.registry().version == registry.version
    test.button(key="indicators_write").click().run()
    assert not test.exception
    assert [one.value for one in test.success] == [tr("indicators.account", added="2", changed="0", unchanged="0", refused="4")]
    assert load.registry().version != registry.version
    again = shown(lang=lang, country="PS", indicator="poverty_rate", year="2024")
    assert table(again)[registry.label("area", "PS0150", lang)][-2:] == ["12.5", "13"]
    assert "Survey &lt;b&gt;x&lt;/b&gt;" in html(again)
    fill(again)
    again.file_uploader[0].upload("a.csv", body, "text/csv").run()
    assert [metric.value for metric in again.metric] == ["0", "0", "2", "4"]


def test_a_new_indicator_is_made_on_the_page_and_explored_everywhere(become: Become) -> None:
    become(MINISTRY)
    test = shown(lang="en")
    test.selectbox(key="indicators_add_code").select("+").run()
    fill(test)
    test.text_input(key="indicators_new_en").set_value("Water cut off")
    test.selectbox(key="indicators_new_unit").select("per 1,000 people")
    test.number_input(key="indicators_add_year").set_value(2024)
    test.file_uploader[0].upload("a.csv", b"governorate,value\nHebron,12.5\nNablus,3\n", "text/csv").run()
    assert not test.exception
    assert not test.error
    test.button(key="indicators_write").click().run()
    assert table(shown(lang="he", indicator="water_cut_off"))[load.registry().label("area", "PS0150", "he")] == ["12.5"]
    for start in ("explore", "sources"):
        assert not page(start, lang="ar", need="water_cut_off").error


def test_a_planner_is_offered_no_official_worth_and_loses_the_right_at_once(become: Become) -> None:
    become(PLANNER)
    test = shown(lang="en", indicator="poverty_rate")
    assert "official" not in test.selectbox(key="indicators_add_status").options
    fill(test)
    test.number_input(key="indicators_add_year").set_value(2024)
    test.file_uploader[0].upload("a.csv", b"governorate,value\nHebron,12.5\nNablus,3\n", "text/csv").run()
    assert [metric.value for metric in test.metric] == ["1", "0", "0", "1"]
    become(PUBLIC)
    version = load.registry().version
    test.button(key="indicators_write").click().run()
    assert not test.success
    assert load.registry().version == version


def test_a_file_without_a_source_says_what_is_missing(become: Become) -> None:
    become(MINISTRY)
    test = shown(lang="en")
    test.file_uploader[0].upload("a.csv", b"governorate,value\nHebron,12.5\n", "text/csv").run()
    assert translator("en")("error.indicators.missing_title") in test.error[0].value


@pytest.mark.parametrize("scope", [PUBLIC, Scope("admin", 3, "root"), Scope("partner", 3, "x"), Scope("planner", 3, "x")])
def test_others_are_offered_nothing_to_add(become: Become, scope: Scope) -> None:
    become(scope)
    assert not shown(lang="en").file_uploader


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_partner_sends_counts_and_everybody_sees_them_without_the_small_ones(become: Become, lang: str) -> None:
    become(PARTNER)
    tr, test = translator(lang), shown(lang=lang)
    fill(test, "issues")
    test.file_uploader[0].upload("c.csv", COUNTS, "text/csv").run()
    assert [metric.value for metric in test.metric] == ["4", "0", "0", "0"]
    test.button(key="issues_send").click().run()
    assert not test.exception
    assert [one.value for one in test.success] == [tr("indicators.account", added="4", changed="0", unchanged="0", refused="0")]
    become(PUBLIC)
    seen = shown(lang=lang, country="PS", indicator=INDICATOR)
    counts = issue_counts(load.store())
    assert counts["count"].isna().any()
    assert tr("indicators.held_short") in html(seen)
    nablus = load.registry().label("area", "PS0115", lang)
    held = counts[(counts["area_id"] == "PS0115") & (counts["issue"] == "")]["count"].isna().all()
    assert table(seen)[nablus] == ["" if held else "43"]
    csv = Client(list(app.app._user_routes)).get(f"/data/indicators.csv?country=PS&indicator={INDICATOR}").content.decode("utf-8-sig")
    assert sum(line.endswith(",1") for line in csv.splitlines()) == int(counts[counts["issue"] == ""]["count"].isna().sum())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_of_counts_with_another_column_is_refused_with_its_name(become: Become, lang: str) -> None:
    become(PARTNER)
    test = shown(lang=lang)
    test.file_uploader[0].upload("c.csv", COUNTS.replace(b"count\n", b"count,phone\n").replace(b"12\n", b"12,0599\n"), "text/csv").run()
    assert translator(lang)("error.indicators.other_columns", columns="phone") in test.error[0].value
    assert issue_counts(load.store()).empty


def test_counts_as_sent_open_for_people_with_clearance_alone(become: Become) -> None:
    become(PARTNER)
    test = shown(lang="en")
    fill(test, "issues")
    test.file_uploader[0].upload("c.csv", COUNTS, "text/csv").run()
    test.button(key="issues_send").click().run()
    for scope in (PUBLIC, PARTNER, MINISTRY, Scope("admin", 3, "root")):
        become(scope)
        assert "issues_open" not in [button.key for button in shown(lang="en").button]
    become(Scope("ministry", 1, "boss"))
    test = shown(lang="en")
    test.button(key="issues_open").click().run()
    assert translator("en")("error.indicators.purpose_missing") in test.error[0].value
    test.text_input(key="issues_purpose").set_value("meeting")
    test.button(key="issues_open").click().run()
    assert "<bdi>Permits</bdi>" in html(test)
    assert "<bdi>3</bdi>" in html(test)


def test_section_ids_are_plain() -> None:
    assert section_id('a"b<c>') == "indicator-source-a-b-c-"
