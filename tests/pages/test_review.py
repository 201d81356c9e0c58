"""The Review page on the real packs without a browser: who sees what waits, and what a decision does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from data import change_models
from data.engine import writing
from geo.model import PUBLIC, Scope
from i18n import LANGUAGES, translator
from pages import review
from pages.parts import identity, load
from tests.pages.review_support import ELSEWHERE, MINISTRY, PLANNER, a_site, approve, partner, propose
from tests.pages.test_explore import html, page
from tests.xss import PAYLOADS

pytestmark = pytest.mark.usefixtures("workspace")
Become = Callable[[Scope], None]


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Become:
    """Make every page be read by somebody."""
    return lambda scope: monkeypatch.setattr(identity, "scope", lambda: scope)


def sent_ago(submission_id: str, days: int) -> None:
    """Let a proposal have been sent some days ago."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    with writing(load.store().engine) as connection:
        connection.execute(sa.update(change_models.Submission).where(change_models.Submission.submission_id == submission_id).values(submitted_at=at))


def test_the_menu_lists_it_for_those_who_review_somewhere() -> None:
    assert review.shown(PLANNER)
    assert review.shown(MINISTRY)
    assert not any(map(review.shown, (PUBLIC, partner(), Scope("admin", 0, "root"), Scope("ministry", 3))))


def test_the_menu_says_how_many_wait_for_whom() -> None:
    assert review.waiting(PLANNER) == 0
    first, second = propose(hours="24/7"), propose(phone="")
    assert [review.waiting(scope) for scope in (PLANNER, MINISTRY, ELSEWHERE, PUBLIC, partner())] == [2, 2, 0, 0, 0]
    approve(first)
    assert review.waiting(PLANNER) == 1
    load.submissions().withdraw(partner(), second.submission_id, version=second.version)
    assert review.waiting(PLANNER) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_may_not_review_reads_nothing_of_what_waits(become: Become, lang: str) -> None:
    one = propose(hours="Unmistakable 4711")
    for scope in (PUBLIC, partner(), Scope("admin", 3, "root")):
        become(scope)
        for query in ({}, {"id": one.submission_id}):
            test = page("review", lang=lang, **query)
            assert translator(lang)("review.reviewers_only") in [info.value for info in test.info]
            assert "4711" not in html(test)
            assert not test.button


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_queue_says_how_long_each_waits_and_the_ministry_reads_what_was_escalated_first(become: Become, lang: str) -> None:
    tr = translator(lang)
    late, escalated, new = propose(phone=""), propose(hours="24/7"), propose(status="damaged")
    sent_ago(late.submission_id, 8)
    sent_ago(escalated.submission_id, 20)
    become(MINISTRY)
    text = html(page("review", lang=lang))
    assert tr.plural("review.waiting", 3) in text
    assert (
        text.index(tr("review.for_the_ministry"))
        < text.index(escalated.submission_id)
        < text.index(late.submission_id)
        < text.index(new.submission_id)
    )
    assert tr("review.urgency.late") in text
    assert tr("review.urgency.escalated") in text
    assert tr.plural("review.days", 20) in text
    become(PLANNER)
    text = html(page("review", lang=lang))
    assert tr("review.for_the_ministry") not in text
    assert tr("review.urgency.escalated") in text
    become(ELSEWHERE)
    assert late.submission_id not in html(page("review", lang=lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_proposal_is_shown_side_by_side_in_the_readers_language(become: Become, lang: str) -> None:
    tr, registry = translator(lang), load.registry()
    place = {"country": "IL", "area_id": "IL-HA", "locality_id": "", "lon": 35.0, "lat": 32.8, "position_kind": "exact"}
    one = propose(services=["legal_counselling"], target_groups=["women"], place=place, sensitivity=1, accessibility=["step_free"])
    become(MINISTRY)
    text = html(page("review", lang=lang, id=one.submission_id))
    for words in (
        registry.term_label("service", "legal_counselling", lang), registry.term_label("target_group", "women", lang), tr("bulk.column.step_free"),
        registry.label("site", a_site(), lang), tr("review.column.present"), "32.80000, 35.00000",
    ):  # fmt: skip
        assert words in text
    assert tr("review.logged_note") in [warning.value for warning in page("review", lang=lang, id=one.submission_id).warning]


def test_two_fields_are_approved_and_one_is_not(become: Become) -> None:
    one, tr = propose(), translator("en")
    become(PLANNER)
    test = page("review", lang="en", id=one.submission_id)
    own = f"review_{one.submission_id}"
    test.checkbox(key=f"{own}_status").uncheck().run()
    test.button(key=f"{own}_approve_some").click().run()
    assert tr("error.review.reason_missing") in test.error[0].value
    assert load.submissions().get(partner(), one.submission_id).state == "submitted"
    test.text_input(key=f"{own}_status_reason").input("We saw it work").run()
    test.button(key=f"{own}_approve_some").click().run()
    assert [done.value for done in test.success] == [tr("review.done.partly_approved")]
    assert "id" not in test.query_params
    done = load.submissions().get(partner(), one.submission_id)
    assert done.decisions == {"status": ("rejected", "We saw it work"), "phone": ("accepted", ""), "hours": ("accepted", "")}
    site = load.registry().sites.loc[a_site()]
    assert (site["phone"], site["hours"], site["status"]) == ("+97248552000", "24/7", "active")


@pytest.mark.parametrize(("move", "state"), [("approve", "approved"), ("reject", "rejected"), ("request_changes", "changes_requested")])
def test_each_button_does_what_it_says(become: Become, move: str, state: str) -> None:
    one = propose()
    become(PLANNER)
    test = page("review", lang="he", id=one.submission_id)
    test.text_area(key=f"review_{one.submission_id}_reason").input("Because").run()
    test.button(key=f"review_{one.submission_id}_{move}").click().run()
    assert [done.value for done in test.success] == [translator("he")(f"review.done.{state}")]
    assert load.submissions().get(partner(), one.submission_id).state == state


def test_who_reads_while_the_site_changes_decides_nothing_and_sees_it_three_way(become: Become) -> None:
    one, tr = propose(phone="+97248552000"), translator("en")
    become(PLANNER)
    test = page("review", lang="en", id=one.submission_id)
    assert tr("review.column.base") not in html(test)
    approve(propose(phone="+97248551111"))
    test.button(key=f"review_{one.submission_id}_approve").click().run()
    assert tr("error.review.stale") in test.error[0].value
    text = html(test)
    assert tr("review.column.base") in text
    assert tr("review.conflict") in text
    assert load.registry().sites.at[a_site(), "phone"] == "+97248551111"
    test.button(key=f"review_{one.submission_id}_approve").click().run()
    assert load.registry().sites.at[a_site(), "phone"] == "+97248552000"


def test_nobody_is_offered_to_decide_about_their_own(become: Become) -> None:
    subs = load.submissions()
    made = subs.save(PLANNER, op="edit", site_id=a_site(), proposed={"phone": ""})
    one = subs.submit(PLANNER, made.submission_id, version=made.version)
    become(PLANNER)
    assert one.submission_id not in html(page("review", lang="en"))
    test = page("review", lang="en", id=one.submission_id)
    assert translator("en")("review.own_note") in [warning.value for warning in test.warning]
    assert not test.button


def test_a_new_site_is_compared_with_what_is_there(become: Become) -> None:
    sites = load.registry().sites
    place = {"country": "IL", "area_id": str(sites.at[a_site(), "area_id"]), "locality_id": str(sites.at[a_site(), "locality_id"]), "lon": None,
             "lat": None, "position_kind": "none"}  # fmt: skip
    subs = load.submissions()
    names = {"en": load.registry().label("site", a_site(), "en")}
    new = {"names": names, "kind": str(sites.at[a_site(), "kind"]), "phone": str(sites.at[a_site(), "phone"]), "place": place}
    made = subs.save(partner(), op="add", proposed=new)
    one = subs.submit(partner(), made.submission_id, version=made.version)
    become(PLANNER)
    text = html(page("review", lang="en", id=one.submission_id))
    assert f"/site?id={a_site()}" in text
    assert translator("en")("duplicates.reason.same_phone") in text


@pytest.mark.parametrize(
    "hostile", ["nothing", "a b", "<img src=x onerror=window.hit=1>", "x" * 5000, "../..", "%00", "![x](http://evil.example/x.png)"]
)
def test_an_id_that_is_none_gets_one_plain_answer(become: Become, hostile: str) -> None:
    become(MINISTRY)
    test = page("review", lang="en", id=hostile)
    assert test.error[0].value.startswith(translator("en")("error.review.no_submission"))
    assert hostile not in html(test) + test.error[0].value or hostile == "nothing"


def test_hostile_texts_are_text(become: Become) -> None:
    become(MINISTRY)
    for text in PAYLOADS[:6]:
        one = propose(names={"en": text, "ar": text}, hours=text, note=text, website=text)
        body = html(page("review", lang="ar", id=one.submission_id))
        assert text not in body.replace("<style>", "")
        assert "onerror=" not in body.replace("onerror=window.hit=1&gt;", "")
