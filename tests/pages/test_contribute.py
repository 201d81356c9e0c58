"""The Contribute page without a browser: who sees what, the steps of the form, drafts, corrections, confirmations and refusals."""

from __future__ import annotations

import datetime as dt
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest

from data import change_models, models
from data.rights import Right
from data.sessions import COOKIE
from geo.model import Scope
from i18n import LANGUAGES, translator
from pages.parts import load
from tests.pages.test_explore import html, page
from tests.xss import PAYLOADS

PASSWORD = "seven olive trees"
TR = translator("en")


def organisation(source_id: str) -> tuple[str, str]:
    """Return an organisation of a source and one of its sites."""
    sites = load.registry().sites
    row = sites[(sites["source_id"] == source_id) & (sites["area_id"] != "")].iloc[0]
    return str(row["organisation_id"]), str(row.name)


class Person:
    """Somebody who is signed in on every page that is run from now on."""

    def __init__(self, login: str, right: Right | None, patch: pytest.MonkeyPatch) -> None:
        self.user_id = load.accounts().create_user(login, login.title(), PASSWORD, locale="en", actor="test", right=right)
        self.token = load.accounts().sessions.open(self.user_id)
        self.patch = patch
        self.sit_down()

    def sit_down(self) -> None:
        self.patch.setattr(type(st.context), "cookies", {COOKIE: self.token})

    @property
    def scope(self) -> Scope:
        return load.accounts().sessions.scope(self.token)

    def own(self) -> list[Any]:
        return load.submissions().own(self.scope)


@pytest.fixture
def partner(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    assert workspace
    return Person("partner", Right("partner", organisation_id=organisation("etza-self-help-centres")[0]), monkeypatch)


@pytest.fixture
def reviewer(partner: Person, monkeypatch: pytest.MonkeyPatch) -> Person:
    found = Person("reviewer", Right("ministry", clearance=3), monkeypatch)
    partner.sit_down()
    return found


def own_site() -> str:
    return organisation("etza-self-help-centres")[1]


def contribute(**query: str) -> AppTest:
    return page("contribute", **{"lang": "en", **query})


def next_step(test: AppTest) -> AppTest:
    return test.button(key="contribute_next").click().run()


def text_of(test: AppTest) -> str:
    """Return everything that the page says in elements of text."""
    parts = [
        element.value
        for kind in ("markdown", "caption", "info", "warning", "error", "success", "subheader", "text")
        for element in getattr(test, kind)
    ]
    return " ".join([*map(str, parts), unescape(html(test))])


def filled_in(names: dict[str, str], **query: str) -> AppTest:
    """Go through the form for a new place in Haifa up to the last step."""
    test = contribute(do="add", **query)
    for lang, name in names.items():
        test.text_input(key=f"contribute_w_names_{lang}").set_value(name)
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    next_step(test)
    test.text_input(key="contribute_w_search").set_value("32.80, 34.99").run()
    for _ in range(4):
        next_step(test)
    assert not test.exception
    return test


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_public_is_told_how_to_join(lang: str) -> None:
    test = page("contribute", lang=lang)
    tr = translator(lang)
    assert tr("contribute.how_to_join") in text_of(test)
    assert f"/auth/sign-in?lang={lang}" in html(test)
    assert f"/auth/register?lang={lang}" in html(test)
    assert not test.button


@pytest.mark.usefixtures("workspace")
def test_an_account_without_the_right_gets_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    Person("visitor", None, monkeypatch)
    test = contribute(do="add")
    assert TR("contribute.no_right") in text_of(test)
    assert not test.button
    assert not test.text_input


@pytest.mark.usefixtures("partner")
def test_a_partner_sees_the_organisations_places_and_no_others() -> None:
    test = contribute()
    registry = load.registry()
    own, _ = organisation("etza-self-help-centres")
    named = [registry.label("site", str(site_id), "en") for site_id in registry.sites.index[registry.sites["organisation_id"] == own]]
    shown = [button.key for button in test.button if str(button.key).startswith("contribute_correct_")]
    assert len(shown) == min(8, len(named))
    assert TR.plural("contribute.more_sites", len(named) - 8) in text_of(test)
    assert "Community Action Centre" not in html(test)
    test.text_input(key="contribute_w_find").set_value("חיפה").run()
    found = {str(button.key).removeprefix("contribute_correct_") for button in test.button if str(button.key).startswith("contribute_correct_")}
    assert found
    assert found == {
        str(site_id) for site_id in registry.sites.index[(registry.sites["area_id"] == "IL-HA") & (registry.sites["organisation_id"] == own)]
    }


def test_a_new_place_goes_through_six_steps_and_waits_for_review(partner: Person) -> None:
    test = filled_in({"ar": "عيادة الكرمل", "en": "Carmel Clinic"})
    assert test.query_params["step"] == "review"
    (kept,) = partner.own()
    assert (kept.state, kept.op, test.query_params["draft"]) == ("draft", "add", kept.submission_id)
    assert "Carmel Clinic" in html(test)
    test.button(key="contribute_send").click().run()
    assert TR("contribute.done_sent") in text_of(test)
    (sent,) = partner.own()
    assert sent.state == "submitted"
    assert sent.proposed["names"] == {"ar": "عيادة الكرمل", "en": "Carmel Clinic"}
    assert sent.proposed["place"]["area_id"] == "IL-HA"
    assert (sent.proposed["place"]["lat"], sent.proposed["place"]["lon"], sent.proposed["place"]["position_kind"]) == (32.8, 34.99, "exact")
    assert sent.proposed["verified_on"] == load.registry().today.isoformat()
    assert sent.proposed["status"] == "active"
    assert "draft" not in test.query_params


def test_each_step_shows_no_more_than_seven_controls(partner: Person) -> None:
    kinds = ("text_input", "selectbox", "multiselect", "radio", "checkbox", "button", "pills", "number_input", "text_area")
    test = contribute(do="add")
    seen = {}
    for step in ("name", "place", "services", "reach", "protection", "review"):
        if step == "name":
            test.text_input(key="contribute_w_names_en").set_value("Some Place")
            test.selectbox(key="contribute_w_kind").set_value("clinic").run()
        if step == "place":
            test.selectbox(key="contribute_w_area").set_value("IL-HA").run()
        seen[step] = sum(len(test.get(kind)) for kind in kinds) + (step == "place")
        if step != "review":
            next_step(test)
    header = 1  # the language switch is a button group
    assert {step: count for step, count in seen.items() if count > 7 + header} == {}
    assert partner.own()


def test_what_is_missing_is_said_at_its_field_and_nothing_is_kept(partner: Person) -> None:
    test = next_step(contribute(do="add"))
    assert test.query_params.get("step") == "name"
    said = f"{TR('error.proposal.missing')} {TR('fix.proposal.missing')}"
    assert [error.value.replace("\\", "") for error in test.error] == [said, said]
    assert partner.own() == []


def test_a_bad_phone_is_said_with_its_fix_and_the_good_fields_are_kept(partner: Person) -> None:
    test = contribute(do="add")
    test.text_input(key="contribute_w_names_en").set_value("Some Place")
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    next_step(test)
    test.selectbox(key="contribute_w_area").set_value("IL-HA").run()
    next_step(next_step(test))
    test.text_input(key="contribute_w_phone").set_value("12<img src=x>")
    test.text_input(key="contribute_w_email").set_value("office@example.org")
    next_step(test)
    (error,) = test.error
    assert TR("fix.proposal.phone") in error.value.replace("\\", "")
    assert test.query_params["step"] == "reach"
    (kept,) = partner.own()
    assert kept.proposed["email"] == "office@example.org"
    assert "phone" not in kept.proposed


def test_a_draft_goes_on_in_another_session_where_it_was_left(partner: Person) -> None:
    test = contribute(do="add")
    test.text_input(key="contribute_w_names_he").set_value("מרפאת הכרמל")
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    next_step(test)
    test.text_input(key="contribute_w_search").set_value("32.80, 34.99").run()
    next_step(test)
    (kept,) = partner.own()
    other = contribute(draft=kept.submission_id, step="name")
    assert other.text_input(key="contribute_w_names_he").value == "מרפאת הכרמל"
    assert other.selectbox(key="contribute_w_kind").value == "clinic"
    next_step(other)
    assert TR("contribute.lies_in", area="Haifa (Israel)") in text_of(other)
    listed = contribute()
    assert listed.button(key=f"contribute_continue_{kept.submission_id}")


def test_a_draft_that_another_device_changed_can_be_loaded_again(partner: Person) -> None:
    here = filled_in({"en": "Carmel Clinic"})
    (kept,) = partner.own()
    there = contribute(draft=kept.submission_id, step="name")
    there.text_input(key="contribute_w_names_en").set_value("Carmel Health Centre")
    next_step(there)
    here.button(key="contribute_send").click().run()
    assert TR("error.review.changed_meanwhile") in text_of(here)
    assert partner.own()[0].state == "draft"
    here.button(key="contribute_reload").click().run()
    assert "Carmel Health Centre" in html(here)


def test_sending_twice_makes_one_submission(partner: Person) -> None:
    test = filled_in({"en": "Carmel Clinic"})
    draft = test.session_state["contribute_draft"]
    test.button(key="contribute_send").click().run()
    from pages.parts.draft import send

    assert send(load.submissions(), partner.scope, load.registry(), draft, checked=True)
    assert [one.state for one in partner.own()] == ["submitted"]


def test_services_that_protect_people_set_the_least_level(partner: Person) -> None:
    test = contribute(do="add")
    test.text_input(key="contribute_w_names_en").set_value("Quiet House")
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    next_step(test)
    test.selectbox(key="contribute_w_area").set_value("IL-HA").run()
    next_step(test)
    test.multiselect(key="contribute_w_services").set_value(["women_girls_safe_space"]).run()
    assert TR("contribute.protects") in text_of(test)
    next_step(next_step(test))
    radio = test.radio(key="contribute_w_sensitivity")
    assert radio.options == [TR("contribute.level_2"), TR("contribute.level_3")]
    assert radio.value == 2
    assert TR("contribute.least", level=TR("contribute.level_2")) in text_of(test)
    next_step(test)
    assert partner.own()[0].proposed["sensitivity"] == 2


def test_a_correction_proposes_only_what_changes(partner: Person) -> None:
    test = contribute(site=own_site(), step="reach")
    assert partner.own() == []
    test.text_input(key="contribute_w_phone").set_value("04-8512345")
    next_step(next_step(test))
    assert test.query_params["step"] == "review"
    assert TR("contribute.review_edit") in html(test)
    assert not test.checkbox(key="contribute_checked").value
    test.button(key="contribute_send").click().run()
    (sent,) = partner.own()
    assert (sent.op, sent.state, sent.site_id, sent.proposed) == ("edit", "submitted", own_site(), {"phone": "+97248512345"})


@pytest.mark.parametrize("step", ["name", "place", "services", "reach", "protection"])
def test_walking_through_a_correction_changes_nothing(partner: Person, step: str) -> None:
    test = contribute(site=own_site(), step=step)
    while test.query_params.get("step") != "review":
        next_step(test)
        assert not test.exception
        assert not test.error
    assert TR("contribute.nothing_changed") in text_of(test)
    assert test.button(key="contribute_send").disabled
    assert partner.own() == []


def test_a_correction_that_was_begun_is_gone_on_with(partner: Person) -> None:
    test = contribute(site=own_site(), step="reach")
    test.text_input(key="contribute_w_note").set_value("Second floor")
    next_step(test)
    (kept,) = partner.own()
    again = contribute(site=own_site(), step="reach")
    assert again.text_input(key="contribute_w_note").value == "Second floor"
    assert again.query_params["draft"] == kept.submission_id
    assert len(partner.own()) == 1


def test_what_is_protected_is_not_shown_and_stays_when_left_empty(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workspace
    owner, site_id = organisation("scd-community-centres")
    person = Person("shelter", Right("partner", organisation_id=owner), monkeypatch)
    test = contribute(site=site_id, step="place")
    assert TR("contribute.place_withheld") in text_of(test)
    test = contribute(site=site_id, step="protection")
    assert test.radio(key="contribute_w_sensitivity").options == [TR("contribute.level_2"), TR("contribute.level_3")]
    test = contribute(site=site_id, step="reach")
    assert text_of(test).count(TR("contribute.withheld_hint")) == 2
    assert test.text_input(key="contribute_w_address").value == ""
    test.text_input(key="contribute_w_phone").set_value("+963 11 231 2345")
    next_step(next_step(test)).button(key="contribute_send").click().run()
    assert person.own()[0].proposed == {"phone": "+963112312345"}


def test_less_protection_than_now_is_warned_of(partner: Person, reviewer: Person) -> None:
    test = contribute(site=own_site(), step="protection")
    test.radio(key="contribute_w_sensitivity").set_value(1).run()
    assert TR("contribute.opens") not in text_of(test)
    next_step(test).button(key="contribute_send").click().run()
    (sent,) = partner.own()
    seen = load.submissions().compare(reviewer.scope, sent.submission_id).version
    load.submissions().decide(reviewer.scope, sent.submission_id, version=sent.version, seen_version=seen, accept=list(sent.proposed))
    test = contribute(site=own_site(), step="protection")
    assert TR("contribute.opens") not in text_of(test)
    test.radio(key="contribute_w_sensitivity").set_value(0).run()
    assert TR("contribute.opens") in text_of(test)


def test_still_correct_is_one_click_and_once_a_day(partner: Person) -> None:
    test = contribute()
    test.text_input(key="contribute_w_find").set_value(load.registry().label("site", own_site(), "en")).run()
    test.button(key=f"contribute_still_{own_site()}").click().run()
    assert TR("contribute.done_verified") in text_of(test)
    (sent,) = partner.own()
    assert (sent.op, sent.state, sent.proposed) == ("verify", "submitted", {"verified_on": load.registry().today.isoformat()})
    contribute(site=own_site(), do="verify").button(key="contribute_still").click().run()
    assert len(partner.own()) == 1


def test_withdrawing_ends_it(partner: Person) -> None:
    filled_in({"en": "Carmel Clinic"}).button(key="contribute_send").click().run()
    (sent,) = partner.own()
    test = contribute()
    test.button(key=f"contribute_withdraw_{sent.submission_id}").click().run()
    assert TR("contribute.done_withdrawn") in text_of(test)
    assert partner.own()[0].state == "withdrawn"


def test_decisions_come_first_once_with_the_reason_of_each_field(partner: Person, reviewer: Person) -> None:
    test = contribute(site=own_site(), step="reach")
    test.text_input(key="contribute_w_phone").set_value("04-8512345")
    test.text_input(key="contribute_w_note").set_value("Second floor")
    next_step(next_step(test)).button(key="contribute_send").click().run()
    (sent,) = partner.own()
    seen = load.submissions().compare(reviewer.scope, sent.submission_id).version
    load.submissions().decide(
        reviewer.scope, sent.submission_id, version=sent.version, seen_version=seen, accept=["phone"], reasons={"note": "Not <b>needed</b>"}
    )
    assert load.submissions().unseen(partner.scope) == 1
    test = contribute()
    words = text_of(test)
    assert TR("contribute.news") in words
    assert TR("contribute.state_partly_approved") in words
    assert "Not &lt;b&gt;needed&lt;/b&gt;" in html(test)
    assert TR("contribute.taken", fields=TR("bulk.field.phone")) in words
    assert load.submissions().unseen(partner.scope) == 0
    assert TR("contribute.news") not in text_of(contribute())


def test_what_was_sent_back_shows_the_reason_and_can_be_sent_again(partner: Person, reviewer: Person) -> None:
    filled_in({"en": "Carmel Clinic"}).button(key="contribute_send").click().run()
    (sent,) = partner.own()
    load.submissions().request_changes(reviewer.scope, sent.submission_id, version=sent.version, reason="Which floor?")
    test = contribute(draft=sent.submission_id, step="reach")
    assert "Which floor?" in [one.value for one in test.text]
    test.text_input(key="contribute_w_address").set_value("Second floor")
    next_step(next_step(test)).button(key="contribute_send").click().run()
    assert partner.own()[0].state == "submitted"
    assert partner.own()[0].proposed["address"] == "Second floor"


def test_anothers_draft_an_unknown_one_and_anothers_site_are_refused_alike(partner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    filled_in({"en": "Carmel Clinic"})
    (kept,) = partner.own()
    other_owner, other_site = organisation("cac-advocacy-2017")
    other = Person("other", Right("partner", organisation_id=other_owner), monkeypatch)
    queries: list[dict[str, str]] = [
        {"draft": kept.submission_id}, {"draft": "no-such-draft"}, {"draft": "\0"}, {"site": own_site()}, {"site": "no-such-site"},
        {"site": own_site(), "do": "verify"}, {"site": "' OR 1=1 --"},
    ]  # fmt: skip
    for query in queries:
        test = contribute(**query)
        assert [error.value for error in test.error] == [TR("contribute.refused")], query
        assert not test.text_input
        assert "Carmel Clinic" not in text_of(test)
    assert contribute(site=other_site).text_input(key="contribute_w_names_en").value == "Community Action Centre, Jerusalem"
    assert other.own() == []


def test_a_reviewer_cannot_fill_in_a_partners_draft(partner: Person, reviewer: Person) -> None:
    filled_in({"en": "Carmel Clinic"}).button(key="contribute_send").click().run()
    reviewer.sit_down()
    assert [error.value for error in contribute(draft=partner.own()[0].submission_id).error] == [TR("contribute.refused")]


def test_a_list_that_is_kept_elsewhere_says_by_whom_and_has_no_form(partner: Person) -> None:
    with load.store().transaction() as connection:
        connection.execute(sa.update(models.Source).where(models.Source.source_id == "etza-self-help-centres").values(locked=1))
        load.store().mark_changed(connection)
    words = TR("contribute.locked", keeper="עצה")
    for query in ({"site": own_site()}, {"site": own_site(), "do": "verify"}):
        test = contribute(**query)
        assert words in html(test)
        assert not test.text_input
        assert not [button for button in test.button if "still" in str(button.key)]
    listed = contribute()
    assert words in html(listed)
    assert not [button for button in listed.button if str(button.key).startswith(("contribute_correct_", "contribute_still_"))]
    assert partner.own() == []


def test_a_planner_adds_within_the_own_governorates_for_any_organisation(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workspace
    person = Person("planner", Right("planner", area_id="PS0150"), monkeypatch)
    owner, _ = organisation("cac-advocacy-2017")
    test = contribute(do="add")
    test.text_input(key="contribute_w_names_en").set_value("Hebron Clinic")
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    test.selectbox(key="contribute_w_organisation").set_value(owner)
    next_step(test)
    assert test.selectbox(key="contribute_w_area").options == ["Hebron (Palestine)"]
    test.text_input(key="contribute_w_search").set_value("32.80, 34.99").run()
    next_step(test)
    assert TR("error.review.not_allowed") in text_of(test)
    test.text_input(key="contribute_w_search").set_value("31.53, 35.09").run()
    next_step(test)
    assert not test.error
    (kept,) = person.own()
    assert (kept.organisation_id, kept.area_id) == (owner, "PS0150")


def test_a_point_elsewhere_than_chosen_is_said_before_sending(partner: Person) -> None:
    test = contribute(do="add")
    test.text_input(key="contribute_w_names_en").set_value("Some Place")
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    next_step(test)
    test.selectbox(key="contribute_w_area").set_value("PS0150").run()
    test.text_input(key="contribute_w_search").set_value("31.70, 35.20").run()
    assert TR("contribute.elsewhere", found="Bethlehem (Palestine)", said="Hebron (Palestine)") in text_of(test)
    test.button(key="contribute_take").click().run()
    assert TR("contribute.lies_in", area="Bethlehem (Palestine)") in text_of(test)
    next_step(test)
    assert partner.own()[0].proposed["place"]["area_id"] == "PS0145"


@pytest.mark.parametrize("name", ["Yatta", "يطا"])
def test_a_town_found_by_name_stands_for_the_place_until_the_door_is_known(partner: Person, name: str) -> None:
    test = contribute(do="add")
    test.text_input(key="contribute_w_names_en").set_value("Some Place")
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    next_step(test)
    test.text_input(key="contribute_w_search").set_value(name).run()
    test.radio(key="contribute_w_found").set_value(test.radio(key="contribute_w_found").proto.options and _first_town(name)).run()
    assert TR("contribute.only_town") in text_of(test)
    next_step(test)
    place = partner.own()[0].proposed["place"]
    assert (place["area_id"], place["position_kind"]) == ("PS0150", "locality")
    assert place["locality_id"] == _first_town(name)


def _first_town(name: str) -> str:
    from geo.gazetteer import Gazetteer

    return Gazetteer(load.registry()).search(name)[0]


def test_coordinates_the_wrong_way_round_are_turned_and_said_in_words(partner: Person) -> None:
    test = contribute(do="add")
    test.text_input(key="contribute_w_names_en").set_value("Some Place")
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    next_step(test)
    test.text_input(key="contribute_w_search").set_value("٣٥٫٠٩، ٣١٫٥٣").run()
    assert TR("contribute.coordinates", lat="31.53000", lon="35.09000") in text_of(test)
    test.text_input(key="contribute_w_search").set_value("https://maps.app.goo.gl/xyz").run()
    assert TR("contribute.link_hides") in text_of(test)
    test.text_input(key="contribute_w_search").set_value("36.6, 36.75").run()
    assert TR("contribute.coordinates", lat="36.60000", lon="36.75000") in text_of(test)
    test.button(key="contribute_turn").click().run()
    assert TR("contribute.coordinates", lat="36.75000", lon="36.60000") in text_of(test)
    assert partner.own()


def test_likely_the_same_place_is_shown_and_never_in_the_way(partner: Person) -> None:
    test = contribute(do="add")
    test.text_input(key="contribute_w_names_ar").set_value("مركز العمل المجتمعي القدس").run()
    assert TR("contribute.same_title") in html(test)
    assert "Community Action Centre, Jerusalem" in html(test)
    test.selectbox(key="contribute_w_kind").set_value("clinic")
    next_step(test)
    assert test.query_params["step"] == "place"
    assert partner.own()
    edit = contribute(site=own_site())
    assert f"id={own_site()}" not in html(edit)


def test_hostile_text_stays_text(partner: Person) -> None:
    for payload in PAYLOADS[:12]:
        test = contribute(do="add")
        test.text_input(key="contribute_w_names_en").set_value(payload)
        test.selectbox(key="contribute_w_kind").set_value("clinic")
        next_step(test)
        test.selectbox(key="contribute_w_area").set_value("IL-HA").run()
        next_step(next_step(test))
        test.text_input(key="contribute_w_note").set_value(payload)
        next_step(next_step(test)).button(key="contribute_send").click().run()
        assert payload not in html(test)
    assert len(partner.own()) == 12


def test_late_ones_say_who_was_told(partner: Person) -> None:
    filled_in({"en": "Carmel Clinic"}).button(key="contribute_send").click().run()
    (sent,) = partner.own()
    for days, key in ((8, "contribute.late"), (15, "contribute.escalated")):
        with load.store().transaction() as connection:
            then = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
            connection.execute(
                sa.update(change_models.Submission).where(change_models.Submission.submission_id == sent.submission_id).values(submitted_at=then)
            )
        words = text_of(contribute())
        assert TR(key) in words
        assert TR.plural("contribute.waiting", days) in words
