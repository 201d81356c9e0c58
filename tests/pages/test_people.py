"""The People page without a browser: nobody but an administrator sees or does anything, and every act is the same as on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.accounts import Accounts
from data.rights import Right
from data.sessions import COOKIE
from i18n import LANGUAGES, translator
from pages import people
from pages.parts import load
from tests.pages.test_explore import html, page
from tests.xss import PAYLOADS

PASSWORD = "seven olive trees"
TR = translator("en")
RIGHTS = {"partner": Right("partner", organisation_id="?"), "planner": Right("planner", area_id="PS0150"), "ministry": Right("ministry", clearance=3),
          "admin": Right("admin")}  # fmt: skip


@pytest.fixture
def accounts(workspace: Path) -> Accounts:
    assert workspace
    found = load.accounts()
    found.create_user("rana", "Unmistakable Rana", PASSWORD, locale="en", actor="test", right=RIGHTS["planner"])
    return found


@pytest.fixture
def sign_in(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """A function that signs somebody of a role in to all pages that are run, and returns the id."""

    def make(role: str) -> str:
        right = RIGHTS[role]
        if right.organisation_id:
            right = Right("partner", organisation_id=str(load.registry().organisations.index[0]))
        user_id = accounts.create_user(f"me-{role}", f"Me {role}", PASSWORD, locale="en", actor="test", right=right)
        monkeypatch.setattr(type(st.context), "cookies", {COOKIE: accounts.sessions.open(user_id)})
        return user_id

    return make


def everything(test: AppTest) -> str:
    texts = [str(getattr(element, "value", "")) for element in (*test.markdown, *test.info, *test.success, *test.error, *test.title, *test.code)]
    options = [str(option) for box in test.selectbox for option in box.options]
    return " ".join([html(test), *texts, *options, *(button.label for button in test.button)])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("role", ["public", "partner", "planner", "ministry"])
def test_whoever_is_no_administrator_sees_nothing_and_is_told_plainly(
    accounts: Accounts, sign_in: Callable[[str], str], role: str, lang: str
) -> None:
    user_id = sign_in(role) if role != "public" else ""
    test = page("people", lang=lang)
    assert [info.value for info in test.info] == [translator(lang)("people.refused")]
    assert "Unmistakable" not in everything(test)
    assert not test.selectbox
    assert not test.button
    assert (accounts.events(1)[0].action, accounts.events(1)[0].user_id) == ("page_refused", user_id)
    assert people.shown(accounts.scope_of_login(f"me-{role}") if user_id else load.identify("", "", ())) is False


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_administrator_sees_everybody_in_every_language(accounts: Accounts, sign_in: Callable[[str], str], lang: str) -> None:
    sign_in("admin")
    tr = translator(lang)
    test = page("people", lang=lang)
    assert test.title[0].value == tr("people.title")
    text = html(test)
    assert "Unmistakable Rana" in text
    assert load.registry().label("area", "PS0150", lang) in text
    assert tr("people.you", name="Me admin") in text
    assert tr("people.action_create") in text
    assert not re.search(r"people\.|account\.", everything(test))
    assert people.shown(accounts.scope_of_login("me-admin"))


def test_an_invitation_is_shown_once_and_works_once(accounts: Accounts, sign_in: Callable[[str], str]) -> None:
    admin = sign_in("admin")
    test = page("people", lang="en")
    test.selectbox(key="invite_role").select("planner").run()
    test.selectbox(key="invite_area").select("SY").run()
    test.selectbox(key="invite_clearance").select(2).run()
    test.button(key="people_make_code").click().run()
    (link,) = [block.value for block in test.code]
    code = re.search(r"/auth/register\?lang=en&code=([A-Z2-7-]{27})$", link)
    assert code
    assert (accounts.events(1)[0].action, accounts.events(1)[0].actor) == ("invite", admin)
    test.run()
    assert [block.value for block in test.code] == []
    user_id = accounts.register_with_code(code[1], "sami", "Sami", PASSWORD, locale="en", address="test")
    scope = accounts.scope_of_login("sami")
    assert (scope.user_id, scope.role, scope.areas, scope.clearance) == (user_id, "planner", ("SY",), 2)


def test_a_right_without_its_place_is_refused_in_words(accounts: Accounts, sign_in: Callable[[str], str]) -> None:
    sign_in("admin")
    test = page("people", lang="en")
    for role, code in (("planner", "area_for_planner"), ("partner", "organisation_for_partner")):
        test.selectbox(key="invite_role").select(role).run()
        test.button(key="people_make_code").click().run()
        assert [error.value for error in test.error] == [TR(f"error.account.{code}")]
    assert not [event for event in accounts.events() if event.action == "invite"]


def test_rights_are_taken_and_given_sessions_ended_and_accounts_closed(accounts: Accounts, sign_in: Callable[[str], str]) -> None:
    admin = sign_in("admin")
    token = accounts.sessions.open(accounts.scope_of_login("rana").user_id)
    test = page("people", lang="en")
    test.selectbox(key="people_choose").select("rana").run()
    (grant,) = accounts.list_users()[1].grants
    test.button(key=f"people_revoke_{grant.grant_id}").click().run()
    assert accounts.scope_of_login("rana").role == "public"
    assert [done.value for done in test.success] == [TR("people.done_revoke", name="rana")]
    test.selectbox(key="grant_role").select("ministry").run()
    test.button(key="people_grant_now").click().run()
    assert accounts.scope_of_login("rana").role == "ministry"
    test.button(key="people_end_sessions").click().run()
    assert accounts.sessions.find(token) is None
    assert accounts.scope_of_login("rana").role == "ministry"
    test.button(key="people_close").click().run()
    assert not accounts.list_users()[1].active
    mine = [event.action for event in reversed(accounts.events()) if event.actor == admin and event.action != "sign_in"]
    assert mine == ["revoke_grant", "grant", "sign_out", "close"]


def test_nobody_changes_their_own_rights(accounts: Accounts, sign_in: Callable[[str], str]) -> None:
    sign_in("admin")
    test = page("people", lang="en")
    test.selectbox(key="people_choose").select("me-admin").run()
    assert TR("people.yourself") in [info.value for info in test.info]
    assert [button.key for button in test.button] == ["people_make_code"]
    assert accounts.scope_of_login("me-admin").role == "admin"


def test_an_administrator_whose_right_was_taken_can_do_nothing_more_in_an_open_tab(accounts: Accounts, sign_in: Callable[[str], str]) -> None:
    sign_in("admin")
    test = page("people", lang="en")
    test.selectbox(key="people_choose").select("rana").run()
    accounts.close("me-admin", actor="test")
    test.button(key="people_close").click().run()
    assert accounts.scope_of_login("rana").role == "planner"
    assert TR("people.refused") in [info.value for info in test.info]
    assert "Unmistakable" not in everything(test)


def test_hostile_names_stay_text(accounts: Accounts, sign_in: Callable[[str], str]) -> None:
    sign_in("admin")
    for i, payload in enumerate(PAYLOADS):
        accounts.create_user(f"user{i:02d}", payload, PASSWORD, locale="en", actor="test")
    text = html(page("people", lang="en"))
    assert not re.search(r"<(img|svg|iframe|script(?!>document|>location))", text.replace("<script>document", ""), re.IGNORECASE)
