"""The People page in Chromium: an invitation from the page to a new account, what others see of it, and what a forger gets."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from data.accounts import Accounts
from data.rights import Right
from i18n import LANGUAGES, translator
from tests.browser import test_sign_in
from tests.browser.explore_page import Explore
from tests.browser.test_looks import OVERLAPS, STICKS_OUT, faults_there
from tests.browser.test_sign_in import PASSWORD

pytestmark = pytest.mark.browser
accounts = test_sign_in.accounts


def sign_in(explore: Explore, accounts: Accounts, login: str, right: Right) -> str:
    """Make an account, give its session to the browser, and return the session's token."""
    token = accounts.sessions.open(accounts.create_user(login, f"The {login}", PASSWORD, locale="en", actor="test", right=right))
    explore.page.context.add_cookies([{"name": "jiwar_session", "value": token, "url": explore.base, "httpOnly": True}])
    return token


def test_an_administrator_invites_somebody_who_then_signs_in(new_page: Callable[..., Explore], accounts: Accounts) -> None:
    lang = "he"  # the page is opened in every language below
    tr = translator(lang)
    explore, other = new_page(), new_page()
    sign_in(explore, accounts, f"inviter-{lang}", Right("admin"))
    explore.goto("/people", lang=lang)
    page = explore.page
    page.get_by_role("heading", name=tr("people.title")).wait_for()
    page.get_by_text(tr("people.invite"), exact=True).click()
    page.get_by_label(tr("people.role")).first.click()
    page.get_by_role("option", name=tr("account.role_ministry")).click()
    page.get_by_role("button", name=tr("people.make_code")).click()
    link = page.locator("[data-testid=stCode] code").inner_text().strip()
    assert link.startswith(f"{explore.base}/auth/register?lang={lang}&code=")
    other.page.goto(link)
    other.page.get_by_label(tr("account.login")).fill(f"invited-{lang}")
    other.page.get_by_label(tr("account.name"), exact=True).fill("Invited")
    other.page.get_by_label(tr("account.password")).fill(PASSWORD)
    other.page.get_by_role("button", name=tr("account.register")).click()
    other.page.get_by_role("status").get_by_text(tr("account.done_registered")).wait_for()
    assert accounts.scope_of_login(f"invited-{lang}").role == "ministry"
    explore.goto("/people", lang=lang)
    page.locator(".jw-list", has_text=f"invited-{lang}").first.wait_for()
    assert "&code=" not in page.content()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_fits_the_window_and_axe_finds_no_serious_fault(new_page: Callable[..., Explore], accounts: Accounts, lang: str, width: int) -> None:
    explore = new_page(width=width, height=800)
    sign_in(explore, accounts, f"admin-{lang}-{width}", Right("admin"))
    explore.goto("/people", lang=lang)
    explore.page.locator(".jw-list").first.wait_for()
    assert explore.page.evaluate(OVERLAPS) == []
    assert explore.page.evaluate(STICKS_OUT) == []
    assert faults_there(lang, width, explore.page) == []


def test_others_see_neither_the_page_in_the_menu_nor_anything_on_it(new_page: Callable[..., Explore], accounts: Accounts) -> None:
    tr = translator("en")
    explore = new_page()
    token = sign_in(explore, accounts, "nosy", Right("ministry", clearance=3))
    for forged in ({}, {"role": "admin", "clearance": "3"}):
        explore.goto("/people", lang="en", **forged)
        explore.page.get_by_text(tr("people.refused")).wait_for()
        assert explore.page.get_by_role("link", name=tr("people.menu")).count() == 0
        assert "nosy ·" not in explore.page.content()
        assert explore.page.locator(".jw-list").count() == 0
    found = accounts.sessions.find(token)
    assert found is not None
    actions = [event.action for event in accounts.events() if event.user_id == found.user_id]
    assert {"page_refused", "right_claimed"} <= set(actions)


@pytest.mark.parametrize("query", [{"role": "admin", "clearance": "3"}, {"user_id": "x", "scope": "everything"}])
def test_a_forged_cookie_and_a_forged_role_show_what_everybody_sees(
    new_page: Callable[..., Explore], accounts: Accounts, query: dict[str, str]
) -> None:
    tr = translator("en")
    explore = new_page()
    explore.page.context.add_cookies([{"name": "jiwar_session", "value": "A" * 43, "url": explore.base, "httpOnly": True}])
    explore.goto("/sources", lang="en", **query)
    explore.page.locator(".jw-identity a", has_text=tr("account.sign_in_short")).wait_for()
    assert explore.page.get_by_role("alert").inner_text() == tr("account.session_ended")
    assert explore.page.get_by_role("link", name=tr("people.menu")).count() == 0
    answer = explore.page.request.get(f"{explore.base}/data/areas.en.json?{urlencode(query)}")
    assert answer.body() == new_page().page.request.get(f"{explore.base}/data/areas.en.json").body()
    assert {"session_refused", "right_claimed"} <= {event.action for event in accounts.events()}
