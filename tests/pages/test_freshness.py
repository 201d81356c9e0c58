"""Freshness and the reader's rights on Explore, and the list of reminders, without a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from data import clock
from geo.freshness import BANDS
from geo.model import PUBLIC, Filter, Scope
from i18n import LANGUAGES, translator
from pages.parts import identity, load, show_map, table
from tests.pages.test_explore import html, page

pytestmark = pytest.mark.usefixtures("workspace")
Shown = list[tuple[list[str], list[list[tuple[str, str]]]]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What the table is given at each run: ids and links of its rows."""
    found: Shown = []

    def show(_rows: object, ids: Sequence[str], *_: object, links: Sequence[Sequence[tuple[str, str]]], **__: object) -> None:
        found.append((list(ids), [list(row) for row in links]))

    monkeypatch.setattr(table, "show", show)
    return found


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Callable[[Scope], None]:
    """Make every page be read by somebody."""
    return lambda scope: monkeypatch.setattr(identity, "scope", lambda: scope)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_address_with_bands_filters_and_comes_back(lang: str) -> None:
    test = page(lang=lang, country="PS", checked=["never", "stale", "rotten"], marks="check")
    assert test.multiselect(key="filter_freshness").value == ["never", "stale"]
    assert test.query_params["checked"] == ["never", "stale"]
    assert test.query_params["marks"] == "check"
    count = int(load.registry().select(Filter(countries=("PS",), freshness=("never", "stale"))).sum())
    assert count > 0
    assert translator(lang).plural("explore.sites", count) in html(test)
    assert "marks=check" in html(test)


def test_where_no_band_matches_the_way_out_is_offered() -> None:
    assert set(load.registry().bands) == {BANDS.index("never")}
    test = page(lang="en", country="PS", checked="fresh")
    assert test.info[0].value == translator("en")("explore.empty")
    test.button(key="way_out").click().run()
    assert "checked" not in test.query_params


def test_a_word_in_the_address_that_is_no_choice_of_marks_is_dropped() -> None:
    test = page(lang="en", country="PS", marks="<b>")
    assert not test.exception
    assert "marks" not in test.query_params


def test_another_day_is_another_registry_of_the_same_data(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load.registry()
    assert load.registry() is before
    monkeypatch.setattr(clock, "today", lambda: before.today + dt.timedelta(days=1))
    after = load.registry()
    assert after is not before
    assert after.sites is before.sites
    assert (after.version, after.edition != before.edition) == (before.version, True)
    assert load.registry() is after


@pytest.mark.parametrize(
    ("scope", "areas"), [(PUBLIC, set()), (Scope("planner", areas=("PS0150",)), {"PS0150"}), (Scope("ministry"), {"PS0150", "PS0115"})]
)
def test_only_rows_that_the_reader_may_propose_to_lead_to_a_correction(
    shown: Shown, become: Callable[[Scope], None], scope: Scope, areas: set[str]
) -> None:
    become(scope)
    page(lang="he", country="PS", area=["PS0150", "PS0115"])
    ids, links = shown[-1]
    sites = load.registry().sites
    assert set(sites.loc[ids, "area_id"]) == {"PS0150", "PS0115"}
    for site_id, row in zip(ids, links, strict=True):
        paths = [urlsplit(href).path for _, href in row]
        assert paths == (["/site", "/contribute"] if sites.loc[site_id, "area_id"] in areas else ["/site"])
        assert all(parse_qs(urlsplit(href).query)["lang"] == ["he"] for _, href in row)


@pytest.mark.parametrize("start", ["explore", "sources"])
def test_pages_read_the_registry_as_their_reader(start: str, become: Callable[[Scope], None], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Scope] = []
    registry = load.registry()

    def read(scope: Scope = PUBLIC) -> object:
        asked.append(scope)
        return registry

    monkeypatch.setattr(load, "registry", read)
    reader = Scope("ministry", clearance=3, user_id="u")
    become(reader)
    page(start, lang="en")
    assert reader in asked


@pytest.mark.parametrize(
    ("scope", "apart"), [(PUBLIC, False), (Scope("partner", organisation_id="o", user_id="u"), True), (Scope("ministry", clearance=3), True)]
)
def test_the_map_of_whoever_is_signed_in_asks_at_addresses_of_its_own_that_name_nobody(scope: Scope, apart: bool) -> None:
    told = show_map._reader(scope)
    assert bool(told) is apart
    assert "u" not in told.split("-")
    assert "o" not in told.split("-")


def reminded(lang: str, scope: Scope) -> str:
    def run(lang, scope):  # type: ignore[no-untyped-def] - its source runs alone, where no name of this file is known
        from i18n import translator
        from pages.parts import load, reminders

        reminders.show(load.registry(scope), scope, translator(lang))

    test = AppTest.from_function(run, args=(lang, scope), default_timeout=60).run()
    assert not test.exception
    return html(test)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_planner_is_reminded_of_the_own_governorate_and_nobody_else_of_anything(lang: str) -> None:
    sites = load.registry().sites
    own = sites.index[sites["area_id"] == "PS0150"]
    assert len(own) > 0
    said = reminded(lang, Scope("planner", areas=("PS0150",)))
    assert translator(lang).plural("freshness.due", len(own)) in said
    for site_id in own:
        assert f"/contribute?site={site_id}&amp;do=verify&amp;lang={lang}" in said
    assert reminded(lang, PUBLIC) == ""
