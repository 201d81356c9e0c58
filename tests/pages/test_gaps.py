"""The Gaps page on the real packs and on invented sites, in every language, without a browser; its files say what it and the command say."""

from __future__ import annotations

import io
import json
import math
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import openpyxl
import pandas as pd
import pyogrio
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import app
import cli
from commands.common import BAD_INPUT
from data.snapshot import read_registry
from geo.ledger import PARTS
from geo.model import PUBLIC, Scope
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.gaps import reach_ledger
from jobs.gaps_asked import can_be_drawn
from jobs.gaps_chance import ChanceAsked, country_chance
from jobs.gaps_export import MIME
from jobs.gaps_why import FEWEST_TOLD
from jobs.ledger import Ledger, LedgerAsked
from jobs.roads import Roads
from layers.gaps import MEASURES
from layers.gaps_markup import percent
from layers.markup import safe
from pages.parts import gaps_work, identity, load
from tests.asgi import Client
from tests.geo.roads_support import graph_of
from tests.geo.test_obstacles import point
from tests.jobs.road_world import load as load_roads
from tests.pages.test_explore import html, page

COLUMNS = ("need", *PARTS)
AN_NABK = Path(__file__).parents[2] / ".." / "shared" / "data" / "roads" / "an_nabk_syria.osm.pbf"
ASKED = {"country": "SY", "service": "medical_care", "limit": "45"}


def gaps(**query: str) -> AppTest:
    return page("gaps", **query)


def table(test: AppTest) -> dict[str, list[str]]:
    """Return the ledger's rows as they stand on the page: name to numbers."""
    body = html(test)
    found = re.search(r"<table class='jw-list jw-ledger'.*?</table>", body)
    assert found
    rows = re.findall(r"<tr[^>]*><th scope='row' dir='auto'>(?:<a [^>]*>)?([^<]+)(?:</a>)?</th>(.*?)</tr>", found[0])
    return {name: re.findall(r">([^<>]+)</a></td>", cells) for name, cells in rows}


def command(folder: Path, *words: str) -> pd.DataFrame:
    result = CliRunner().invoke(cli.app, ["ledger", "--out", str(folder / "cli.csv"), *words])
    assert result.exit_code == 0, result.output
    return pd.read_csv(folder / "cli.csv").set_index("area_id")


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_asks_its_question_and_answers_in_every_language(lang: str) -> None:
    test = gaps(lang=lang, country="PS", service="medical_care")
    words = translator(lang)
    assert test.title[0].value == words("gaps.title")
    assert not test.error
    assert words("gaps.estimate_note") in html(test)
    assert words("gaps.no_roads") in html(test)
    total = table(test)[words("gaps.total", place=load.registry().label("area", "PS", lang))]
    assert total[0] == "4,665,426"
    numbers = [int(text.replace(",", "")) for text in total]
    assert sum(numbers[1:]) == numbers[0]


@pytest.mark.parametrize("area", ["", "SY01"])
@pytest.mark.parametrize("capacity", ["optimal", "in_order", "off"])
def test_page_files_and_command_say_the_same_to_one_person(training: Path, area: str, capacity: str) -> None:
    asked = ASKED | ({"area": area} if area else {}) | ({} if capacity == "optimal" else {"capacity": capacity})
    options = {"optimal": [], "in_order": ["--allocation", "in_order"], "off": ["--capacity-off"]}[capacity]
    told = command(training, "--service", "medical_care", "--limit", "45", "--workspace", "training", *options)
    registry = load.registry()
    wanted = [area] if area else list(registry.governorates.index[registry.governorates["country"] == "SY"])
    expected = told.loc[wanted, list(COLUMNS)]
    assert expected[["served", "unknown", "out_of_reach"]].sum().all() or area
    shown = table(gaps(lang="en", **asked))
    for area_id, numbers in expected.astype(int).iterrows():
        assert [int(text.replace(",", "")) for text in shown[registry.label("area", str(area_id), "en")]] == numbers.tolist()
    assert [int(text.replace(",", "")) for text in list(shown.values())[-1]] == expected.sum().astype(int).tolist()
    ask = Client(list(app.app._user_routes))
    for extension, (rows, totals) in (
        (extension, read(ask.get(f"/data/ledger.{extension}?{urlencode(asked)}").content, extension, training)) for extension in MIME
    ):
        assert rows.set_index("area_id")[list(COLUMNS)].astype(int).to_dict() == expected.astype(int).to_dict(), extension
        assert totals is None or totals[list(COLUMNS)].iloc[0].astype(int).tolist() == expected.sum().astype(int).tolist()


def read(body: bytes, extension: str, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the ledger and the totals of a file."""
    if extension == "csv":
        return pd.read_csv(io.BytesIO(body), encoding="utf-8-sig"), None
    if extension == "xlsx":
        return pd.read_excel(io.BytesIO(body), sheet_name="ledger", engine="openpyxl"), pd.read_excel(
            io.BytesIO(body), sheet_name="totals", engine="openpyxl"
        )
    path = folder / "ledger.gpkg"
    path.write_bytes(body)
    frame = pyogrio.read_dataframe(path, layer="ledger")
    assert frame.geometry.notna().all()
    return pd.DataFrame(frame.drop(columns="geometry")), pyogrio.read_dataframe(path, layer="totals", read_geometry=False)


def test_a_workbook_says_how_it_was_made_marks_what_is_invented_and_runs_nothing(training: Path) -> None:
    body = Client(list(app.app._user_routes)).get(f"/data/ledger.xlsx?{urlencode(ASKED | {'lang': 'ar'})}").content
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book.sheetnames == ["ledger", "totals", "about"]
    words = translator("ar")
    about = " ".join(str(cell) for row in book["about"].iter_rows(values_only=True) for cell in row if cell)
    for text in (words("gaps.sums"), words("gaps.no_roads"), words("export.watermark"), words("gaps.column.unknown"), "US Census Bureau"):
        assert text in about
    assert {cell.value for row in book["ledger"].iter_rows(min_row=2) for cell in row[-1:]} == {words("export.watermark")}
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.usefixtures("workspace")
def test_an_unknown_need_is_an_empty_cell_and_no_gap(tmp_path: Path) -> None:
    asked = {"country": "SY", "service": "legal_counselling", "group": "women", "lang": "en"}
    test = gaps(**asked)
    assert translator("en")("gaps.answer_unknown") in html(test)
    assert {text for numbers in list(table(test).values())[:-1] for text in numbers} == {translator("en")("gaps.not_known")}
    rows, _ = read(Client(list(app.app._user_routes)).get(f"/data/ledger.csv?{urlencode(asked)}").content, "csv", tmp_path)
    assert rows[list(COLUMNS)].isna().all(axis=None)


@pytest.mark.usefixtures("workspace")
def test_an_address_asks_and_the_same_address_comes_back() -> None:
    asked = {
        "country": "PS",
        "area": "PS0150",
        "service": "legal_counselling",
        "group": "women",
        "limit": "60",
        "mode": "walk",
        "capacity": "off",
        "measure": "unknown",
    }
    test = gaps(lang="he", **asked)
    assert {key: test.query_params[key] if isinstance(test.query_params[key], str) else test.query_params[key][0] for key in asked} == asked
    assert test.selectbox(key="gaps_area").value == "PS0150"
    assert test.number_input(key="gaps_limit").value == 60


@pytest.mark.usefixtures("workspace")
def test_hostile_and_unknown_values_in_the_address_are_dropped() -> None:
    test = gaps(lang="en", country="ZZ", area="<script>alert(1)</script>", service="'; DROP TABLE site", limit="1e9", mode="teleport", measure="x")
    assert not test.error
    assert "<script>alert" not in html(test)
    assert "area" not in test.query_params
    assert test.number_input(key="gaps_limit").value == 30


@pytest.mark.usefixtures("workspace")
def test_another_country_lets_go_of_the_first_ones_governorate() -> None:
    test = gaps(lang="en", country="PS", area="PS0150", service="medical_care")
    test.session_state["gaps_country"] = "SY"
    test.run()
    assert test.selectbox(key="gaps_area").value == ""
    assert "area" not in test.query_params


@pytest.mark.usefixtures("workspace")
def test_no_more_than_seven_controls_are_in_sight() -> None:
    test = gaps(lang="en", country="PS")
    inside = {"gaps_measure", "gaps_capacity", "gaps_sites"}  # behind the button, and in the fold
    widgets = [
        one for one in (*test.selectbox, *test.multiselect, *test.number_input, *test.get("button_group")) if one.key and one.key.startswith("gaps_")
    ]
    assert len([one for one in widgets if one.key not in inside]) <= 6  # and the button of the rest


@pytest.mark.usefixtures("workspace")
def test_a_service_that_nobody_gives_says_so_and_offers_a_step() -> None:
    words = translator("en")
    test = gaps(lang="en", country="PS", service="school_education")
    registry = load.registry()
    said = words("gaps.empty_none", service=registry.term_label("service", "school_education", "en"), place=registry.label("area", "PS", "en"))
    assert [info.value for info in test.info] == [said]
    assert [one.proto.label for one in test.get("link_button")] == [words("gaps.add_site")]
    assert words("gaps.answer_nobody", need="about 4,670,000", within="30 minutes") in html(test)
    test.button(key="gaps_way_out").click().run()
    assert test.query_params["service"] != ["school_education"]
    assert int((registry.service_counts((str(test.session_state["gaps_service"]),)) > 0).sum()) > 0


@pytest.mark.usefixtures("training")
def test_a_service_that_is_too_far_offers_a_wider_limit_that_reaches_somebody() -> None:
    registry = load.registry()
    ledger = gaps_work.ledger(registry, LedgerAsked("medical_care", limit=1.0))
    best = ledger.points.groupby("area_id")["maybe_minutes"].min()
    area = str(
        best.index[(best > 1) & (best <= 30) & (ledger.areas["out_of_reach"].reindex(best.index) == ledger.areas["need"].reindex(best.index))][0]
    )
    test = gaps(lang="en", country=area[:2], area=area, service="medical_care", limit="1")
    minutes = translator("en").plural("gaps.minutes", math.ceil(best[area]))
    assert minutes in test.info[0].value
    test.button(key="gaps_way_out").click().run()
    assert test.number_input(key="gaps_limit").value >= best[area]
    assert not test.info


@pytest.mark.usefixtures("training")
def test_a_chosen_governorate_tells_why_and_every_name_leads_to_its_choice() -> None:
    words, registry = translator("en"), load.registry()
    test = gaps(lang="en", **ASKED)
    assert words("gaps.why_hint") in html(test)
    links = [href.replace("&amp;", "&") for href in re.findall(r'href="(\?[^"]+)"', html(test))]
    areas = {parse_qs(urlsplit(href).query)["area"][0] for href in links}
    assert areas == set(registry.governorates.index[registry.governorates["country"] == "SY"])
    chosen = gaps(lang="en", **ASKED, area="SY01")
    assert [one.value for one in chosen.subheader] == [words("gaps.why")]
    assert words("gaps.nearest", place="Damascus") in html(chosen)
    assert list(table(chosen)) == ["Damascus", words("gaps.total", place="Damascus")]


@pytest.mark.usefixtures("training")
def test_sites_to_telephone_are_those_that_make_people_unknown() -> None:
    test = gaps(lang="en", **ASKED)
    registry = load.registry()
    ledger = gaps_work.ledger(registry, LedgerAsked("medical_care", limit=45.0))
    sites = ledger.sites[
        ledger.sites["admits"] & ((ledger.sites["state"] == "unknown") | (ledger.sites["capacity"].isna() & (ledger.sites["state"] == "open")))
    ]
    here = sites.index[registry.sites["country"].reindex(sites.index) == "SY"]
    section = re.search(r'<section id="gaps-from-unknown">.*?</section>', html(test))
    assert section
    assert set(re.findall(r"/site\?id=([\w-]+)", section[0])) == set(here[:20])
    assert len(here) > 0


@pytest.mark.usefixtures("training")
@pytest.mark.parametrize("measure", MEASURES)
def test_the_map_is_told_what_the_ledger_says(measure: str) -> None:
    test = gaps(lang="en", **ASKED, measure=measure)
    command = told(test)
    registry = load.registry()
    ledger = gaps_work.ledger(registry, LedgerAsked("medical_care", limit=45.0))
    assert command["countries"] == ["SY"]
    assert len(command["states"]) == len(command["sizes"]) == len(ledger.points)
    assert {sign == "-" for sign, country in zip(command["states"], ledger.points["country"], strict=True) if country != "SY"} == {True}
    assert command["legend"]["title"] == translator("en")(f"gaps.measure.{measure}")
    assert translator("en")("gaps.status_minutes") in command["legend"]["status"]
    assert command["watermark"] == translator("en")("app.training")
    for area_id in command["classes"]:
        row = ledger.areas.loc[area_id]
        assert measure == "unknown" or row["unknown"] / row["need"] <= 0.5


def told(test: AppTest) -> dict[str, Any]:
    """Return the command that the map was given."""
    args = json.loads(test.get("component_instance")[0].proto.json_args)
    text = re.search(r"setGaps\((\{.*\})\)", args["feature_group"])
    assert text
    found: dict[str, Any] = json.loads(text[1])
    return found


@pytest.mark.usefixtures("workspace")
def test_a_ledger_is_made_once_for_all_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[LedgerAsked] = []

    def counted(registry: Registry, capacity: pd.Series, asked: LedgerAsked, step: Callable[[str], None], roads: Roads) -> Ledger:
        made.append(asked)
        return reach_ledger(registry, capacity, asked, step, roads)

    monkeypatch.setattr(gaps_work, "reach_ledger", counted)
    asked = LedgerAsked("medical_care", limit=17.0)
    first = gaps_work.ledger(load.registry(), asked)
    assert gaps_work.ledger(load.registry(), asked) is first
    assert len(made) == 1


@pytest.mark.skipif(not AN_NABK.is_file(), reason="the road file is not there")
def test_with_roads_the_page_goes_by_them_and_knows_other_days(training: Path) -> None:
    words = translator("en")
    before = gaps(lang="en", **ASKED, regime="closed")
    assert not [one for one in before.selectbox if one.key == "gaps_regime"]
    assert "regime" not in before.query_params
    done = CliRunner().invoke(cli.app, ["roads", "add", str(AN_NABK), "--country", "SY", "--title", "An-Nabk", "--year", "2025"])
    assert done.exit_code == 0, done.output
    test = gaps(lang="en", **ASKED, regime="closed")
    assert test.selectbox(key="gaps_regime").value == "closed"
    assert words("gaps.minutes_no_obstacles") in [one.value for one in test.caption]
    assert words("gaps.partly_note") in html(test)
    assert words("gaps.minutes_no_obstacles") in html(test)
    assert "An-Nabk 2025" in html(test)
    total = [int(text.replace(",", "")) for text in list(table(test).values())[-1]]
    assert sum(total[1:]) == total[0] == 21_296_000
    rows, _ = read(Client(list(app.app._user_routes)).get(f"/data/ledger.csv?{urlencode(ASKED | {'regime': 'closed'})}").content, "csv", training)
    assert set(rows["regime"]) == {"closed"}
    assert set(rows["minutes_status"]) == {"mixed"}
    told = command(training, "--service", "medical_care", "--limit", "45", "--workspace", "training", "--regime", "closed")
    assert rows[list(COLUMNS)].to_numpy().tolist() == told.loc[rows["area_id"], list(COLUMNS)].to_numpy().tolist()


@pytest.mark.usefixtures("workspace")
def test_work_that_takes_long_is_told_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops the work is told so and nothing is computed for them; it can be started again, and shows what somebody else waited for."""
    made: list[LedgerAsked] = []
    monkeypatch.setattr(gaps_work, "reach_ledger", lambda *args: (made.append(args[2]), reach_ledger(*args))[1])
    words = translator("en")
    test = AppTest.from_function(_run_gaps, default_timeout=60)
    for key, value in {"lang": "en", "country": "PS", "service": "medical_care", "limit": "18"}.items():
        test.query_params[key] = value
    test.session_state["gaps_stopped"] = {LedgerAsked("medical_care", limit=18.0)}
    test.run()
    assert [info.value for info in test.info] == [words("gaps.stopped")]
    assert "jw-ledger" not in html(test)
    assert made == []
    test.button(key="gaps_go_on_LedgerAsked").click().run()
    assert "jw-ledger" in html(test)
    assert len(made) == 1
    test.session_state["gaps_stopped"] = {LedgerAsked("medical_care", limit=18.0)}
    test.run()
    assert "jw-ledger" in html(test)


@pytest.mark.usefixtures("workspace")
def test_work_ends_before_its_next_part_when_nobody_waits_for_it_and_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps_work, "PATIENCE", 0.0)
    registry, begun, ended, raised = load.registry(), threading.Event(), threading.Event(), []

    def endless(_registry: Registry, _roads: Roads, told: Callable[[str, float], None]) -> int:
        try:
            while True:
                told("ledger", 0.5)
                begun.set()
        except gaps_work.AbandonedError as end:
            raised.append(end)
            raise
        finally:
            ended.set()

    job = gaps_work.Job("endless", endless)
    with gaps_work._joined(registry, job, ""):
        with gaps_work._joined(registry, job, ""):
            assert begun.wait(30)
        assert not ended.wait(0.2)  # somebody still waits
    assert ended.wait(30)
    assert len(raised) == 1
    assert gaps_work.result(registry, gaps_work.Job("endless", lambda *_: 1)) == 1


@pytest.mark.usefixtures("workspace")
def test_work_that_has_not_begun_never_begins_when_nobody_waits_for_it() -> None:
    registry, go, made = load.registry(), threading.Event(), []
    holding = gaps_work.Job("holds", lambda *_: go.wait(60), long=True)
    queued = gaps_work.Job("queued", lambda *_: made.append(1), long=True)
    with gaps_work._joined(registry, holding, ""):
        with gaps_work._joined(registry, queued, ""):
            pass
        go.set()
    assert gaps_work.result(registry, gaps_work.Job("after", lambda *_: made, long=True)) == []


def test_parts_of_a_ledger_are_told_and_what_they_raise_ends_it(workspace: Path) -> None:
    registry, told = load.registry(), []

    def stop_at_third(step: str) -> None:
        told.append(step)
        if len(told) == 3:
            raise gaps_work.AbandonedError

    with pytest.raises(gaps_work.AbandonedError):
        reach_ledger(registry, pd.Series(dtype=float), LedgerAsked("medical_care"), stop_at_third, Roads(workspace))
    assert told == ["ledger"] * 3


def _run_gaps() -> None:
    from main import main

    main(start="gaps")


def test_the_ledger_is_the_publics_whoever_reads_it(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Scope] = []

    def registry(scope: Scope = PUBLIC) -> Registry:
        asked.append(scope)
        return read_registry(load.store(), scope)

    monkeypatch.setattr(load, "registry", registry)
    monkeypatch.setattr(identity, "scope", lambda: Scope("ministry", 3, "chief"))
    gaps(lang="en", country="PS", service="medical_care")
    assert set(asked) == {PUBLIC}
    assert workspace.exists()


TOWN_ASKED = {"country": "PS", "service": "medical_care", "limit": "8", "area": "PS0140"}


@pytest.fixture
def town(training: Path) -> Path:
    """A road between the places of one governorate and a site in it, with a gate on it, loaded for Palestine."""
    registry = load.registry()
    ledger = gaps_work.ledger(registry, LedgerAsked("medical_care", limit=8.0))
    here = ledger.points[ledger.points["area_id"] == "PS0140"].nlargest(12, "need")
    sites = registry.sites[can_be_drawn(registry) & (registry.sites["area_id"] == "PS0140")]
    sites = sites[sites.index.isin(ledger.sites.index[ledger.sites["admits"] & (ledger.sites["state"] == "open")])]
    first = sites.iloc[0]
    nodes = {0: (float(first["lon"]), float(first["lat"])), **dict(enumerate(map(tuple, here[["lon", "lat"]].to_numpy().tolist()), 1))}
    graph = graph_of(nodes, [([0, n], {"highway": "primary"}) for n in nodes if n])
    middle = {n: ((nodes[n][0] + nodes[0][0]) / 2, (nodes[n][1] + nodes[0][1]) / 2) for n in nodes if n % 2}
    gates = [point(f"gate {n}", "road_gate_open", at, p_open=(0.6,) * 24, source="Somebody <b>") for n, at in middle.items()]
    load_roads(load.settings().data_dir, graph, gates)
    return training


def compared_with(folder: Path, *words: str) -> pd.DataFrame:
    return command(folder, "--service", "medical_care", "--limit", "8", "--workspace", "training", *words)


@pytest.mark.usefixtures("town")
def test_day_people_and_hour_are_chosen_in_one_fold_and_stand_in_the_address() -> None:
    asked = TOWN_ASKED | {"regime": "bad", "mobility": "emergency", "hour": "7", "compare_regime": "closed", "compare_mobility": "permit_holder"}
    test = gaps(lang="he", **asked)
    assert test.selectbox(key="gaps_mobility").value == "emergency"
    assert test.selectbox(key="gaps_hour").value == 7
    assert {name: test.query_params[name] if isinstance(test.query_params[name], str) else test.query_params[name][0] for name in asked} == asked
    hostile = gaps(lang="en", **TOWN_ASKED, mobility="<img src=x>", hour="99", compare_mobility="nobody")
    assert not hostile.error
    assert "<img src=x>" not in html(hostile)
    assert not {"mobility", "hour", "compare_mobility"} & set(hostile.query_params)


@pytest.mark.parametrize(("more", "options"), [
    ({"regime": "bad", "mobility": "emergency", "hour": "7"}, ["--regime", "bad", "--mobility", "emergency", "--hour", "7"]),
    ({"mode": "walk", "regime": "closed"}, ["--mode", "walk", "--regime", "closed"]),
])  # fmt: skip
def test_other_days_and_people_are_those_of_the_command(town: Path, more: dict[str, str], options: list[str]) -> None:
    asked = {name: value for name, value in TOWN_ASKED.items() if name != "area"} | more
    rows, _ = read(Client(list(app.app._user_routes)).get(f"/data/ledger.csv?{urlencode(asked)}").content, "csv", town)
    told = compared_with(town, *options)
    assert rows[list(COLUMNS)].to_numpy().tolist() == told.loc[rows["area_id"], list(COLUMNS)].to_numpy().tolist()
    assert set(rows["mobility"]) == {more.get("mobility", "resident")}
    assert set(rows["hour"]) == {int(more.get("hour", "10"))}


@pytest.mark.parametrize(("more", "options"), [
    ({"compare_regime": "closed"}, ["--compare", "usual,closed"]),
    ({"regime": "bad", "compare_mobility": "emergency"}, ["--regime", "bad", "--compare-mobility", "resident,emergency"]),
    ({"compare_regime": "closed", "compare_mobility": "emergency"}, ["--compare", "usual,closed", "--compare-mobility", "resident,emergency"]),
])  # fmt: skip
def test_a_comparison_is_that_of_the_command_on_the_page_and_in_every_file(town: Path, more: dict[str, str], options: list[str]) -> None:
    asked = TOWN_ASKED | more
    told = compared_with(town, *options).loc[["PS0140"], list(PARTS)].astype(int)
    assert told.sum(axis=1).tolist() == [0]
    if "closed" in options[1]:
        assert told["out_of_reach"].iloc[0] > 0
    test = gaps(lang="en", **asked)
    body = html(test)
    found = re.search(r"What changes from.*?</table>", body[body.index("jw-over") :], re.DOTALL)
    assert found
    cells = re.findall(r'<td dir="auto">\u2066?([+\u2212]?[\d,]+)\u2069?</td>', found[0])
    numbers = [int(cell.replace(",", "").replace("\u2212", "-")) for cell in cells]
    assert numbers[1:6] == told.iloc[0].tolist() == numbers[7:12]
    for extension in MIME:
        rows, sums = read(Client(list(app.app._user_routes)).get(f"/data/ledger.{extension}?{urlencode(asked)}").content, extension, town)
        changes = [f"{part}_change" for part in PARTS]
        assert rows[changes].astype(int).to_numpy().tolist() == told.to_numpy().tolist()
        assert rows["compare_regime"].tolist() == [more.get("compare_regime", more.get("regime", "usual"))]
        assert sums is None or sums[changes].iloc[0].astype(int).tolist() == told.iloc[0].tolist()


def test_a_difference_is_on_the_map_with_a_legend_centred_on_none(town: Path) -> None:
    assert town.exists()
    words = translator("en")
    command = told(gaps(lang="en", **TOWN_ASKED, capacity="off", compare_regime="closed"))
    assert command["legend"]["title"] == words("gaps.change_title", measure=words("gaps.measure.without"))
    assert len(command["legend"]["colours"]) == 7
    assert command["legend"]["labels"][3] == words("gaps.change.same")
    assert "0" in command["states"]  # some place loses
    assert command["marks"][0]["label"] == words("gaps.change.more")


def test_areas_of_chosen_sites_come_from_the_roads_and_never_from_a_site_that_is_kept(town: Path) -> None:
    registry = load.registry()
    sites = registry.sites
    good = str(sites.index[can_be_drawn(registry) & (sites["area_id"] == "PS0140")][0])
    kept = [str(site) for site in sites.index[(pd.to_numeric(sites["sensitivity"]) > 0)][:2]]
    assert kept
    test = gaps(lang="en", **TOWN_ASKED, sites=[good, *kept], bands="quarters")  # type: ignore[arg-type]
    assert test.query_params["sites"] in (good, [good])
    reach = told(test)["reach"]
    assert len(reach["labels"]) == len(reach["colours"]) == 4
    answer = Client(list(app.app._user_routes)).get(f"{reach['url']}&{urlencode({'sites': kept}, doseq=True)}")
    features = answer.json()["features"]
    assert [one["properties"].get("minutes") for one in features] == [60, 45, 30, 15, None]
    assert features[-1]["properties"]["site_id"] == good
    assert town.exists()


@pytest.mark.usefixtures("training")
def test_without_roads_a_chosen_site_has_circles_called_an_estimate_and_movement_is_not_offered() -> None:
    registry = load.registry()
    site = str(registry.sites.index[can_be_drawn(registry) & (registry.sites["country"] == "SY")][0])
    test = gaps(lang="en", **ASKED, sites=site, regime="closed", mobility="emergency", measure="chance")
    words = translator("en")
    assert words("gaps.reach_note.estimate") in html(test)
    assert told(test)["reach"]["dashed"] is True
    assert words("gaps.no_roads") in [one.value for one in test.caption]
    assert not [one for one in test.selectbox if one.key in ("gaps_regime", "gaps_mobility", "gaps_hour", "gaps_compare_regime")]
    assert not {"regime", "mobility", "measure"} & set(test.query_params)


def test_chances_are_a_measure_of_the_map_and_a_table(town: Path) -> None:
    words = translator("en")
    test = gaps(lang="en", **TOWN_ASKED, measure="chance")
    command = told(test)
    assert command["legend"]["title"] == words("gaps.measure.chance")
    assert len(command["marks"]) == 6
    assert set(command["states"]) - {"-"} > {"5"}  # off the roads, and at least one class
    assert words("gaps.chance_note", draws="200", seed=0) in html(test)
    assert town.exists()


def test_the_gate_in_the_way_is_named_with_its_source(town: Path) -> None:
    words = translator("en")
    body = html(gaps(lang="en", **TOWN_ASKED, regime="closed"))
    assert words("gaps.way_table", place=load.registry().label("area", "PS0140", "en")) in body
    assert words("gaps.obstacle.road_gate_open") in body
    assert words("gaps.way_closed") in body
    assert "Somebody &lt;b&gt;" in body
    assert "Somebody <b>" not in body
    assert town.exists()


@pytest.mark.usefixtures("town")
def test_who_stops_chances_still_reads_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ChanceAsked] = []
    monkeypatch.setattr(gaps_work, "country_chance", lambda *args: (made.append(args[2]), country_chance(*args))[1])
    test = AppTest.from_function(_run_gaps, default_timeout=60)
    for key, value in (TOWN_ASKED | {"lang": "en", "measure": "chance"}).items():
        test.query_params[key] = value
    asked = ChanceAsked("PS", "medical_care", "all", 8, "car", "resident", 10)
    gaps_work.ledger(load.registry(), LedgerAsked("medical_care", limit=8.0))
    test.session_state["gaps_stopped"] = {asked}
    test.run()
    words = translator("en")
    assert [info.value for info in test.info] == [words("gaps.stopped")]
    assert "jw-ledger" in html(test)
    assert told(test)["legend"]["title"] == words("gaps.measure.without")
    assert made == []
    test.button(key="gaps_go_on_ChanceAsked").click().run()
    assert made == [asked]
    assert told(test)["legend"]["title"] == words("gaps.measure.chance")


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_comparison_of_one_class_is_refused_in_words(tmp_path: Path, lang: str) -> None:
    words = ["ledger", "--service", "medical_care", "--compare-mobility", "resident", "--out", str(tmp_path / "out.csv"), "--lang", lang]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == BAD_INPUT
    assert translator(lang)("error.gaps.compare_mobility", value="resident") in result.stderr
    assert not (tmp_path / "out.csv").exists()


def test_a_scenario_is_chosen_by_name_and_is_that_of_the_command(town: Path) -> None:
    words, registry = translator("ar"), load.registry()
    gates = ["--edit", "gate 1=closed", "--edit", "gate 3=closed"]
    for name, edits in (("يوم السوق", gates), ("Elsewhere", ["--edit", "nowhere=closed"])):
        assert CliRunner().invoke(cli.app, ["scenarios", "add", name, *edits]).exit_code == 0
    test = gaps(lang="ar", **TOWN_ASKED, regime="يوم السوق", compare_regime="closed")
    assert test.selectbox(key="gaps_regime").value == "يوم السوق"
    assert [option.strip("\u2068\u2069") for option in test.selectbox(key="gaps_regime").options[3:]] == ["يوم السوق"]
    assert test.query_params["regime"] in ("يوم السوق", ["يوم السوق"])
    line = words("gaps.scenario", name="\u2068يوم السوق\u2069", regime=words("travel.regime.usual"), n="2")
    assert line in html(test)
    assert words("gaps.change_title", measure=words("gaps.measure.without")) == told(test)["legend"]["title"]
    expected = compared_with(town, "--regime", "يوم السوق").loc[["PS0140"], list(COLUMNS)].astype(int)
    assert expected["out_of_reach"].iloc[0] > compared_with(town).loc["PS0140", "out_of_reach"]
    shown = table(test)[registry.label("area", "PS0140", "ar")]
    assert [int(text.replace(",", "")) for text in shown] == expected.iloc[0].tolist()
    for extension in MIME:
        asked = TOWN_ASKED | {"regime": "يوم السوق", "lang": "ar"}
        rows, _ = read(Client(list(app.app._user_routes)).get(f"/data/ledger.{extension}?{urlencode(asked)}").content, extension, town)
        assert rows[list(COLUMNS)].astype(int).to_numpy().tolist() == expected.to_numpy().tolist()
        assert rows["regime"].tolist() == ["يوم السوق"]


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "${alert(1)}", "[x](https://example.org)", "Gone"])
def test_a_day_that_is_not_known_is_left_out_with_a_note_until_something_else_is_asked(town: Path, name: str) -> None:
    assert town.exists()
    test = gaps(lang="en", **TOWN_ASKED, regime=name)
    note = safe(translator("en")("gaps.lost_day", name=f"\u2068{name}\u2069"))
    assert note in html(test)
    assert "<img" not in html(test).replace('<img src="data:', "")
    assert not [one for one in (*test.info, *test.markdown) if name in one.value]
    assert "regime" not in test.query_params
    assert test.selectbox(key="gaps_regime").value == "usual"
    test.number_input(key="gaps_limit").set_value(9).run()
    assert note not in html(test)
    rows, _ = read(Client(list(app.app._user_routes)).get(f"/data/ledger.csv?{urlencode(TOWN_ASKED | {'regime': name})}").content, "csv", town)
    assert set(rows["regime"]) == {"usual"}


def test_chances_stand_in_every_file_as_on_the_page_and_in_the_command(town: Path) -> None:
    """What the page's table says is in the files; places of fewer than 30 people in need are not; places are those of ``cli.py chances``."""
    registry, ask = load.registry(), Client(list(app.app._user_routes))
    asked = {name: value for name, value in TOWN_ASKED.items() if name != "area"} | {"measure": "chance", "lang": "en"}
    body = html(gaps(**asked))
    names = ["chances.csv", *(f"ledger.{extension}" for extension in MIME)]
    links = {name: found[1].replace("&amp;", "&") for name in names if (found := re.search(rf'href="(/data/{re.escape(name)}\?[^"]+)"', body))}
    assert set(links) == set(names)
    rows = pd.read_csv(io.BytesIO(ask.get(links["chances.csv"]).content), encoding="utf-8-sig")
    book = pd.read_excel(io.BytesIO(ask.get(links["ledger.xlsx"]).content), sheet_name=None, engine="openpyxl")
    (town / "l.gpkg").write_bytes(ask.get(links["ledger.gpkg"]).content)
    layer = pyogrio.read_dataframe(town / "l.gpkg", layer="chances")
    shown = ["probability", "p10", "p50", "p90", "need", "off_roads"]
    for other in (book["chances"], layer):
        pd.testing.assert_frame_equal(other[shown].astype(float), rows[shown].astype(float), check_exact=False, rtol=1e-12)
    assert translator("en")("gaps.about.chances") in set(book["about"].astype(str).to_numpy().ravel())
    places = rows[rows["level"] == "place"]
    assert layer.geometry.notna().tolist() == (rows["level"] == "place").tolist()
    assert places["need"].min() >= FEWEST_TOLD
    ledger = gaps_work.ledger(registry, LedgerAsked("medical_care", limit=8.0))

    table = re.search(r"How surely people reach an open site.*?</table>", body[body.index("jw-over") :], re.DOTALL)
    assert table
    percents = re.findall(r'<th scope="row" dir="auto">([^<]+)</th><td dir="auto">([^<]+)</td>', table[0])
    governorates = rows[rows["level"] == "governorate"]
    known = translator("en")("gaps.not_known")
    assert [
        (area, known if math.isnan(p) else percent(p)) for area, p in zip(governorates["area"], governorates["probability"], strict=True)
    ] == percents

    here = places[places["area_id"] == "PS0140"]
    here[["point_id", "lon", "lat"]].to_csv(town / "points.csv", index=False)
    open_ = ledger.sites[ledger.sites["admits"] & (ledger.sites["state"] == "open") & ledger.sites["lon"].notna()]
    west_bank = open_[open_["area_id"].isin(registry.areas.index[registry.areas["parent_id"] == "PS01"])]
    west_bank.rename_axis("site_id").reset_index()[["site_id", "lon", "lat"]].to_csv(town / "sites.csv", index=False)
    options = [
        "--country",
        "PS",
        "--limit",
        "8",
        "--sites",
        str(town / "sites.csv"),
        "--points",
        str(town / "points.csv"),
        "--out",
        str(town / "c.csv"),
    ]
    done = CliRunner().invoke(cli.app, ["chances", *options])
    assert done.exit_code == 0, done.output
    told_ = pd.read_csv(town / "c.csv").set_index("point_id").replace(math.inf, math.nan)
    assert told_["probability"].nunique() > 2
    columns = ["probability", "p10", "p50", "p90"]
    pd.testing.assert_frame_equal(here.set_index("point_id")[columns], told_[columns], check_exact=False, rtol=1e-9)
    assert ask.get("/data/chances.csv?country=SY&service=medical_care").status_code == 404


@pytest.mark.usefixtures("training")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_names_the_largest_gap_and_leads_to_it(lang: str) -> None:
    registry = load.registry()
    ledger = gaps_work.ledger(registry, LedgerAsked("medical_care", limit=45.0))
    here = ledger.areas[(registry.governorates["country"].reindex(ledger.areas.index) == "SY").to_numpy()]
    area = str(here[["full", "out_of_reach", "excluded"]].sum(axis=1).idxmax())
    found = re.search(r"<p class='jw-answer'>.*?</p>", html(gaps(**ASKED | {"lang": lang})))
    assert found
    href, name = re.search(r'<bdi><a href="([^"]+)"[^>]*>([^<]+)</a></bdi>', found[0]).groups()  # type: ignore[union-attr]
    assert name == registry.label("area", area, lang)
    assert parse_qs(urlsplit(href.replace("&amp;", "&")).query)["area"] == [area]
    chosen = re.search(r"<p class='jw-answer'>.*?</p>", html(gaps(**ASKED | {"lang": lang, "area": area})))
    assert chosen
    assert "<bdi>" not in chosen[0]


def test_a_damaged_register_is_told_under_the_title(town: Path) -> None:
    words = translator("he")
    (file,) = (load.settings().data_dir / "obstacles" / "serving").glob("*.json")
    file.write_text("{", "utf-8")
    test = gaps(lang="he", **TOWN_ASKED)
    assert test.title[0].value == words("gaps.title")
    assert [one.value for one in test.error] == [
        f"{words('error.roads.register_damaged', file=file.name)} {words('fix.roads.register_damaged', file=file.name)}"
    ]
    assert town.exists()
