"""The page of a site on the real packs without a browser: what it tells to whom, taking back, merging, and opening an exact place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote

import pytest

from data.exact_views import exact_views
from data.site_edits import merge as merge_sites
from data.site_edits import read_site
from geo.model import PUBLIC, Scope
from i18n import LANGUAGES, translator
from pages import site
from pages.parts import identity, load
from pages.parts.merge import read_id
from tests.pages.review_support import MINISTRY, PLANNER, a_site, approve, partner, propose, version
from tests.pages.test_explore import html, page

pytestmark = pytest.mark.usefixtures("workspace")
Become = Callable[[Scope], None]
PASSWORD = "seven olive trees"


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Become:
    """Make every page be read by somebody."""
    return lambda scope: monkeypatch.setattr(identity, "scope", lambda: scope)


def other_site() -> str:
    """Return the id of a second site of the same country."""
    sites = load.registry().sites
    return str(sites[(sites["country"] == "IL") & (sites.index != a_site())].index[0])


def test_the_menu_never_lists_it() -> None:
    assert not any(map(site.shown, (PUBLIC, PLANNER, MINISTRY)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everybody_reads_details_source_last_check_and_history(become: Become, lang: str) -> None:
    become(PUBLIC)
    test, tr, registry = page("site", lang=lang, id=a_site()), translator(lang), load.registry()
    text = html(test)
    assert f">{registry.label('site', a_site(), lang)}</bdi></h1>" in text
    assert tr("freshness.band.never") in text
    assert str(registry.sources["title"][registry.sites.at[a_site(), "source_id"]]) in text
    assert tr("history.insert") in text
    assert tr("history.actor.packs") in text
    assert not test.button
    assert not test.error


def test_the_timeline_tells_when_who_and_why_and_the_public_no_names(become: Become) -> None:
    user_id = load.accounts().create_user("rana", "Rana <b>of</b> Haifa", PASSWORD, locale="en", actor="test")
    one, tr = propose(phone="+97248552000", hours="24/7"), translator("en")
    reviewer = Scope("planner", 0, user_id, areas=("IL",))
    load.submissions().decide(reviewer, one.submission_id, version=one.version, seen_version=1, accept=["phone"], reason="The hours are wrong")
    rejected = tr("history.not_taken", field=tr("bulk.field.hours"), reason="The hours are wrong")
    become(PUBLIC)
    text = html(page("site", lang="en", id=a_site()))
    assert tr("history.approve") in text
    assert tr("history.actor.somebody") in text
    assert "Rana" not in text
    assert user_id not in text
    assert "The hours are wrong" in text
    assert rejected not in text
    for scope in (PLANNER, partner()):
        become(scope)
        text = html(page("site", lang="en", id=a_site()))
        assert "Rana &lt;b&gt;of&lt;/b&gt; Haifa" in text
        assert rejected in text
        assert "+97248552000" in text


def test_reasons_about_a_protected_site_are_for_those_who_may_open_it(become: Become) -> None:
    site_id = a_site()
    approve(propose(sensitivity=2), reason="They fled to 4711 Back Lane")
    for scope, told in ((PUBLIC, False), (PLANNER, False), (Scope("planner", 3, "far", areas=("SY",)), False), (MINISTRY, True)):
        become(scope)
        assert ("4711" in html(page("site", lang="en", id=site_id))) == told


def test_as_it_stood_on_a_day(become: Become) -> None:
    become(PUBLIC)
    approve(propose(phone="+97248552000"))
    test = page("site", lang="en", id=a_site())
    before = html(test)
    test.date_input(key="site_day").set_value(load.registry().today).run()
    assert html(test).count("+97248552000") > before.count("+97248552000")
    assert load.registry().today >= dt.date(2026, 1, 1)


def test_taking_back_writes_a_new_version(become: Become) -> None:
    tr = translator("en")
    old = str(load.registry().sites.at[a_site(), "phone"])
    approve(propose(phone="+97248552000"))
    become(PLANNER)
    test = page("site", lang="en", id=a_site())
    test.button(key=f"revert_{a_site()}_do").click().run()
    assert test.error[0].value.startswith(tr("error.review.reason_missing"))
    test.text_input(key=f"revert_{a_site()}_reason").input("A hoax").run()
    test.button(key=f"revert_{a_site()}_do").click().run()
    assert [done.value for done in test.success] == [tr("site.reverted")]
    assert load.registry().sites.at[a_site(), "phone"] == old
    assert version() == 3
    assert tr("history.why", reason="A hoax") in html(test)


def test_what_changed_while_one_read_is_not_taken_back(become: Become) -> None:
    approve(propose(phone="+97248552000"))
    become(PLANNER)
    test = page("site", lang="en", id=a_site())
    test.text_input(key=f"revert_{a_site()}_reason").input("A hoax").run()
    approve(propose(phone="+97248553333"))
    test.button(key=f"revert_{a_site()}_do").click().run()
    assert test.error[0].value.startswith(translator("en")("error.review.stale"))
    assert load.registry().sites.at[a_site(), "phone"] == "+97248553333"


def test_merging_by_a_pasted_address_leads_the_old_id_on(become: Become) -> None:
    tr, own = translator("en"), f"merge_{a_site()}"
    gone, kept = a_site(), other_site()
    become(PLANNER)
    test = page("site", lang="en", id=gone)
    test.selectbox(key=f"{own}_with").select("").run()
    test.text_input(key=f"{own}_id").input(f"http://127.0.0.1/site?lang=he&id={kept}").run()
    names = {"gone": load.registry().label("site", gone, "en"), "kept": load.registry().label("site", kept, "en")}
    assert tr("site.merge_effect", **names) in [text.value for text in test.text]
    test.text_input(key=f"{own}_reason").input("One house").run()
    test.button(key=f"{own}_do").click().run()
    assert [done.value for done in test.success] == [tr("site.merged")]
    assert load.registry().redirects == {gone: kept}
    become(PUBLIC)
    text = html(page("site", lang="en", id=gone))
    assert f">{names['kept']}</bdi></h1>" in text
    assert tr("site.led_here") in text
    test = page("site", lang="en", id=gone, own="1")
    assert f">{names['gone']}</bdi></h1>" in html(test)
    assert tr("history.merge") in html(test)
    assert tr("site.merged_note") in [info.value for info in test.info]


def test_the_other_one_can_be_the_one_that_goes(become: Become) -> None:
    own = f"merge_{a_site()}"
    become(PLANNER)
    test = page("site", lang="ar", id=a_site())
    test.selectbox(key=f"{own}_with").select("").run()
    test.text_input(key=f"{own}_id").input(other_site()).run()
    test.radio(key=f"{own}_stays").set_value("this").run()
    test.text_input(key=f"{own}_reason").input("One house").run()
    test.button(key=f"{own}_do").click().run()
    assert list(load.registry().redirects.values()) == [a_site()]


@pytest.mark.parametrize("pasted", ["", "nothing", "<img src=x onerror=window.hit=1>", "![x](http://evil.example/x.png)"])
def test_merging_with_what_is_no_site_is_refused_without_repeating_it(become: Become, pasted: str) -> None:
    own = f"merge_{a_site()}"
    become(PLANNER)
    test = page("site", lang="en", id=a_site())
    test.selectbox(key=f"{own}_with").select("").run()
    test.text_input(key=f"{own}_id").input(pasted).run()
    test.text_input(key=f"{own}_reason").input("One house").run()
    test.button(key=f"{own}_do").click().run()
    assert [error.value for error in test.error] == [translator("en")("site.unknown")]
    assert load.registry().redirects == {}


def test_an_exact_place_is_opened_once_by_the_cleared_and_logged(become: Become) -> None:
    site_id = a_site()
    exact = read_site(load.store(), PUBLIC, site_id).record["place"]
    shown = f"{exact['lat']:.5f}, {exact['lon']:.5f}"
    approve(propose(sensitivity=2))
    for scope in (PUBLIC, PLANNER):
        become(scope)
        test = page("site", lang="en", id=site_id)
        assert shown not in html(test)
        assert translator("en")("site.exact_open") not in [button.label for button in test.button]
    become(MINISTRY)
    test = page("site", lang="en", id=site_id)
    before = len(exact_views(load.store()))
    assert shown not in html(test)
    (button,) = [button for button in test.button if button.label == translator("en")("site.exact_open")]
    button.click().run()
    assert shown not in html(test)
    assert len(exact_views(load.store())) == before
    (box,) = [box for box in test.text_input if box.label == translator("en")("site.exact_purpose")]
    box.input("Ambulance")
    next(button for button in test.button if button.label == translator("en")("site.exact_open")).click().run()
    assert shown in html(test)
    assert (exact_views(load.store())[0].actor, exact_views(load.store())[0].purpose) == ("boss", "Ambulance")
    assert len(exact_views(load.store())) == before + 1
    assert str(exact["lon"])[:6] not in str(dict(test.query_params))
    test.run()
    assert shown not in html(test)
    assert len(exact_views(load.store())) == before + 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_unknown_hidden_and_hostile_ids_get_the_same_answer(become: Become, lang: str) -> None:
    hidden = a_site()
    name = load.registry().label("site", hidden, lang)
    approve(propose(sensitivity=3))
    answers = set()
    for scope in (PUBLIC, PLANNER, Scope("partner", 0, "x", organisation_id="none")):
        become(scope)
        for asked in (hidden, "nothing", "", "<img src=x onerror=window.hit=1>", "x" * 5000, "a\0b"):
            test = page("site", lang=lang, id=asked)
            assert not test.error
            assert name not in html(test)
            answers.add((test.title[0].value, *(info.value for info in test.info), html(test).replace(quote(asked), "")[-200:]))
    assert {answer[:2] for answer in answers} == {(translator(lang)("site.menu"), translator(lang)("site.unknown"))}
    become(MINISTRY)
    assert f">{name}</bdi></h1>" in html(page("site", lang=lang, id=hidden))


def test_a_site_led_to_one_that_was_hidden_since_is_unknown(become: Become) -> None:
    merge_sites(load.store(), MINISTRY, other_site(), a_site(), reason="One house")
    gone = next(iter(load.registry().redirects))
    approve(propose(sensitivity=3))
    become(PUBLIC)
    assert [info.value for info in page("site", lang="en", id=gone).info] == [translator("en")("site.unknown")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" abc-1 ", "abc-1"),
        ("https://x.example/site?lang=ar&id=abc", "abc"),
        ("/site?id=abc&own=1", "abc"),
        ("a b", ""),
        ("?id=<b>", ""),
        ("?x=1", ""),
    ],
)
def test_a_pasted_address_or_id_is_read(text: str, found: str) -> None:
    assert read_id(text) == found
