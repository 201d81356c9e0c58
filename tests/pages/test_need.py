"""The Need page on the real packs, in every language, without a browser: it asks first, shows doubt, and its files say the same."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import app
import cli
from data.kept import KeptRecords
from geo.model import Scope
from i18n import LANGUAGES, translator
from jobs.need import NeedAsked, need_of
from jobs.need_asked import NeedPage
from pages.parts import identity, load, need_weights, need_work
from tests.asgi import Client
from tests.pages.test_explore import html, page

MINISTRY = Scope("ministry", 3, "u1")
RANKING = "class='jw-list jw-ranking'"


@pytest.fixture(autouse=True)
def _packs(workspace: Path) -> Iterator[None]:
    yield
    load.forget()


def shown(**query: str) -> AppTest:
    test = page("need", **query)
    assert not test.exception
    assert not test.error
    return test


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_asks_about_missing_values_before_it_ranks_anything(lang: str) -> None:
    tr = translator(lang)
    test = shown(lang=lang, country="PS")
    body = html(test)
    assert tr("needs.choose_first") in body
    assert RANKING not in body
    assert tr("needs.not_known") in body
    radio = test.radio(key="needs_missing")
    assert radio.value is None
    assert len(radio.options) == 3
    radio.set_value("keep").run()
    assert RANKING in html(test)
    assert test.query_params["missing"] in ("keep", ["keep"])


@pytest.mark.parametrize("country", ["PS", "SY", "IL"])
def test_the_ranking_is_the_index_and_a_blank_stays_one(country: str) -> None:
    body = html(shown(lang="en", country=country, missing="drop"))
    found = need_of(load.registry(), country, "drop").table
    for area, row in found.iterrows():
        name = load.registry().label("area", str(area), "en")
        line = re.search(rf"<tr[^>]*>(?:(?!</tr>).)*<th scope=['\"]row['\"] dir=['\"]auto['\"]>{re.escape(name)}</th>(?:(?!</tr>).)*</tr>", body)
        assert line
        if pd.isna(row["rank"]):
            assert "jw-blank" in line[0]
        else:
            assert f"{row['rank']} ({row['rank_p05']}-{row['rank_p95']})" in line[0]
            assert f"<td>{row['score']:.1f}</td>" in line[0]


@pytest.mark.parametrize(("lang", "view"), [("ar", "access"), ("he", "priority"), ("en", "access")])
def test_every_view_speaks_its_language(lang: str, view: str) -> None:
    test = shown(lang=lang, country="SY", missing="keep", view=view, service="recreation")
    assert test.query_params.get("view", "rank") in (view, [view])
    body = re.sub(r"(?s)<style>.*?</style>", "", html(test))
    assert "needs." not in body
    assert ("14 governorates are too few" in body) == (lang == "en")


def test_weights_are_set_by_hand_by_entropy_and_by_votes() -> None:
    test = shown(lang="en", country="IL", missing="keep")
    test.slider(key="needs_weight_income_support").set_value(100).run()
    assert "income_support:100" in test.query_params["weight"]
    test.button(key="needs_do_entropy").click().run()
    entropy = {
        name: test.slider(key=f"needs_weight_{name}").value for name in ("socioeconomic_index", "population_in_clusters_1_3", "income_support")
    }
    assert sum(entropy.values()) == pytest.approx(100, abs=2)
    assert len(set(entropy.values())) > 1
    test.button(key="needs_do_equal").click().run()
    assert "weight" not in test.query_params
    table = pd.DataFrame({"a": [60.0, None, 30.0], "b": [40.0, None, None]}, index=pd.RangeIndex(1, 4))
    assert need_weights.votes_in(table) == {"1": {"a": 60.0, "b": 40.0}, "2": {"a": 30.0, "b": 0.0}}
    assert "at least 50 complete governorates, here are 6" in html(test)


def test_voting_is_opened_and_left_and_another_country_begins_with_equal_weights() -> None:
    test = shown(lang="en", country="IL", missing="keep")
    test.toggle(key="needs_do_vote").set_value(True).run().run()
    assert not test.exception
    assert "splits 100 points" in html(test)
    test.segmented_control(key="needs_country").set_value("PS").run().run()
    assert not test.exception
    assert {one.value for one in test.slider} == {need_weights.HALF}
    assert "weight" not in test.query_params


def test_the_mean_of_the_votes_becomes_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = [
        {"socioeconomic_index": 60.0, "population_in_clusters_1_3": 40.0, "income_support": 0.0},
        {"socioeconomic_index": 20.0, "population_in_clusters_1_3": 20.0, "income_support": 60.0},
    ]
    monkeypatch.setattr(need_weights.st, "data_editor", lambda *_, **__: pd.DataFrame(votes))
    test = shown(lang="en", country="IL", missing="keep")
    test.toggle(key="needs_do_vote").set_value(True).run()
    assert any("40 (spread 28, from 20 to 60)" in one.value for one in test.markdown)
    test.button(key="needs_do_votes").click().run()
    assert [one.value for one in test.slider] == [40, 30, 30]


def test_a_ministry_keeps_a_ranking_that_the_command_makes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "needs_do_keep_index" not in str(shown(lang="en", country="PS", missing="mean"))
    monkeypatch.setattr(identity, "scope", lambda: MINISTRY)
    test = shown(lang="en", country="PS", missing="mean")
    test.text_input[0].set_value("March <b>")
    next(button for button in test.button if button.label == "Keep").click().run()
    assert test.success
    (kept,) = KeptRecords(load.store()).all("index", "PS")
    body = html(test)
    assert "March &lt;b&gt;" in body
    assert f"--saved {kept.record_id}" in body
    result = CliRunner().invoke(cli.app, ["index", "--saved", str(kept.record_id), "--lang", "en"])
    assert result.exit_code == 0, result.output
    table = pd.read_csv(io.StringIO(result.stdout)).set_index("area_id")
    expected = need_work.need(load.registry(), NeedAsked("PS", "mean")).table
    assert table["score"].to_dict() == pytest.approx(expected["score"].to_dict(), abs=1e-8)
    assert table["rank_p95"].to_dict() == expected["rank_p95"].to_dict()
    assert json.loads(result.stderr)["same"] is True


def test_a_decision_is_kept_and_leads_back_to_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "scope", lambda: MINISTRY)
    test = shown(lang="en", country="PS", missing="keep", view="priority", u="legal_counselling:3", beta="1")
    test.text_input[0].set_value("Fund")
    next(button for button in test.button if button.label == "Keep").click().run()
    (kept,) = KeptRecords(load.store()).all("decision", "PS")
    _, body = KeptRecords(load.store()).get(kept.record_id)
    assert (body["services"], body["beta"]) == ({"legal_counselling": 3.0}, 1.0)
    assert "u=legal_counselling%3A3" in html(test)


@pytest.mark.parametrize("view", ["rank", "access", "priority"])
def test_files_are_served_and_equal_the_page(view: str) -> None:
    client = Client(list(app.app._user_routes))
    query = f"country=PS&missing=keep&view={view}&service=recreation&u=recreation:1&lang=en"
    answer = client.get(f"/data/need.csv?{query}")
    assert answer.status_code == 200
    table = pd.read_csv(io.BytesIO(answer.content))
    if view == "priority":
        found = need_work.priority(
            load.registry(), NeedPage(missing="keep", view=view, services=(("recreation", 1.0),), service="recreation"), load.roads().state
        )
        assert table.set_index("area_id")["priority"].to_dict() == pytest.approx(found.found.table["priority"].to_dict(), abs=1e-5)
    assert client.get(f"/data/need.xlsx?{query}").status_code == 200
    assert client.get("/data/need.csv?country=PS").status_code == 422
    assert client.get(f"/data/need.pdf?{query}").status_code == 404
