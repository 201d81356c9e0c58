"""The pages Profile and Snapshots on the real packs, in every language, without a browser."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from data.kept import KeptRecords
from geo.model import PUBLIC, Scope
from geo.profile import Profile
from i18n import LANGUAGES, translator
from jobs.briefs import FORMATS
from jobs.profile import make_profile, shown_figures
from jobs.profile_past import SNAPSHOT
from layers.markup import safe
from layers.profile_text import figure_text
from pages.parts import identity, load, profile_work
from tests.pages.test_explore import html, page
from tests.xss import PAYLOADS

pytestmark = pytest.mark.usefixtures("workspace")
MINISTRY = Scope("ministry", 0, "somebody")


def profile(area: str, lang: str) -> Profile:
    registry = load.registry()
    return make_profile(registry, profile_work.ready(registry, area[:2]), area, translator(lang))


def cells(body: str) -> str:
    return re.sub(r"<[^>]+>", " ", body)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_every_figure_and_section_in_every_language(lang: str) -> None:
    test = page("profile", lang=lang, area="IL-HA")
    tr, body = translator(lang), html(test)
    assert test.title[0].value == tr("profile.title")
    assert not test.error
    found = profile("IL-HA", lang)
    assert [heading.value for heading in test.subheader] != []
    assert {section.label for section in found.sections} <= {heading.value for heading in test.subheader}
    for section in found.sections:
        for figure in shown_figures(section):
            assert safe(figure.label) in body
            assert safe(figure_text(figure, tr)) in body
        for table in section.tables:
            assert safe(table.label) in body
        for line in section.lines:
            assert safe(line) in body
    for extension in FORMATS:
        assert f"/brief/IL-HA.{extension}?lang={lang}" in body
    assert test.query_params["area"] == "IL-HA"


def test_what_is_not_known_is_hatched_and_no_zero() -> None:
    body = html(page("profile", lang="en", area="PS0275"))
    assert '<td class="jw-blank">not known</td>' in body
    assert profile("PS0275", "en").figure("quality.fresh").value is None


def test_governorates_of_one_country_stand_side_by_side() -> None:
    test = page("profile", lang="en", area="PS0150", beside=["PS0145", "SY01", "nowhere", "PS0150"])
    body = html(test)
    assert test.query_params["beside"] == "PS0145"
    heads = re.search(r"jw-beside.*?<thead>(.*?)</thead>", body)
    assert heads
    assert re.findall(r">([^<>]+)</th>", heads[1]) == ["Hebron", "Bethlehem"]
    for area in ("PS0150", "PS0145"):
        assert figure_text(profile(area, "en").figure("need.rank"), translator("en")) in body
    assert len(test.multiselect(key="profile_beside").options) == 15


def test_a_wrong_address_leads_to_a_governorate_that_exists() -> None:
    test = page("profile", lang="en", area="<b>x</b>")
    assert not test.error
    assert test.query_params["area"] in load.registry().governorates.index


def snapshots(**query: str) -> AppTest:
    return page("snapshots", **query)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_snapshot_the_page_says_so(lang: str) -> None:
    test = snapshots(lang=lang, country="IL")
    assert test.title[0].value == translator(lang)("snapshots.title")
    assert [one.value for one in test.info] == [translator(lang)("snapshots.none")]
    assert translator(lang)("snapshots.who_keeps") in html(test)
    assert not test.button


def test_the_ministry_keeps_a_snapshot_and_everybody_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "scope", lambda: MINISTRY)
    test = snapshots(lang="en", country="IL")
    test.text_input(key="snapshots_name").input("Meeting")
    test.button[0].click().run()
    assert not test.exception
    assert [one.value for one in test.success] == [translator("en")("snapshots.kept")]
    kept = KeptRecords(load.store()).all(SNAPSHOT, "IL")
    assert [(one.name, one.area_id, one.actor) for one in kept] == [("Meeting", "IL", "somebody")]
    monkeypatch.setattr(identity, "scope", lambda: PUBLIC)
    seen = snapshots(lang="en", country="IL")
    assert translator("en")("snapshots.nothing") in html(seen)
    assert f".csv?lang=en&amp;snapshot={kept[0].record_id}" in html(seen)
    assert translator("en")("profile.table.who_does_what") in html(seen)
    assert "data:image/svg+xml" in html(seen)
    assert kept[0].sha256[:12] in html(seen)
    assert not seen.button
    assert "Meeting" in html(page("profile", lang="en", area="IL-HA"))


def test_what_differs_is_told_by_governorate_and_a_hostile_name_is_text() -> None:
    registry = load.registry()
    inputs = profile_work.ready(registry, "IL")
    from jobs.profile_past import plain_rows
    from jobs.snapshots import figures_now, ledger_now

    figures = figures_now(registry, inputs)
    figures.loc[(figures["figure"] == "people.population") & (figures["area_id"] == "IL-HA"), "value"] -= 100_000
    body = {"day": "2025-03-01", "training": False, "figures": plain_rows(figures), "ledger": plain_rows(ledger_now(inputs))}
    records = KeptRecords(load.store())
    for name in [name for name in PAYLOADS if name.isprintable() and len(name) <= 80]:
        records.keep(MINISTRY, SNAPSHOT, country="IL", name=name, body=body, edition="e1")
    test = snapshots(lang="en", country="IL", area="IL-HA", figure="people.population")
    shown = html(test)
    assert "1 figure differs." in shown
    assert "+100,000" in shown
    now = figures[figures["figure"] == "people.population"]
    assert shown.count(f"{int(now['year'].iloc[0])} · {translator('en')('need.status.' + now['status'].iloc[0])}") >= 2  # of the snapshot and of now
    sources = {code for codes in now["sources"] for code in codes.split()}
    assert sources
    assert all(safe(str(registry.sources["title"].get(code, code))) in shown for code in sources)
    assert "1 March 2025" in cells(shown)
    assert not [name for name in PAYLOADS if "<" in name and name in shown]
    changed = html(page("profile", lang="en", area="IL-HA"))
    assert "1,043,100 people" in changed


def test_a_planner_may_keep_the_own_governorate_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "scope", lambda: Scope("planner", 0, "u", ("IL-HA",)))
    test = snapshots(lang="en", country="IL")
    assert test.selectbox(key="snapshots_place").options == ["Haifa"]
    assert not snapshots(lang="en", country="PS").button
