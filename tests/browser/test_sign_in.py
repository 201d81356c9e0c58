"""An account in Chromium: registered with the set-up code, signed in, and signed out in another tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from data.accounts import Accounts
from data.rights import Right
from i18n import LANGUAGES, translator
from jobs.accounts import open_accounts
from jobs.opening import open_store
from settings import Settings
from tests.browser.explore_page import Explore
from tests.browser.test_looks import OVERLAPS, STICKS_OUT, faults

pytestmark = pytest.mark.browser
PASSWORD = "seven olive trees"
HOSTILE = "<img src=x onerror=window.hit=1>${window.hit=1}"


@pytest.fixture
def accounts(environment: dict[str, str]) -> Iterator[Accounts]:
    """The accounts of the server's store."""
    settings = Settings.from_env(environment)
    store = open_store(settings)
    yield open_accounts(settings, store)
    store.engine.dispose()


def bar(page: Explore) -> str:
    """Return the words of the top bar's link."""
    return page.page.locator(".jw-identity a").inner_text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_register_sign_in_and_sign_out_in_the_other_tab(new_page: Callable[..., Explore], accounts: Accounts, lang: str) -> None:
    tr = translator(lang)
    login = f"boss-{lang}"
    for user in accounts.list_users():
        if user.active:
            accounts.close(user.login, actor="test")
    explore = new_page()
    page = explore.page
    explore.goto("/sources", lang=lang)
    page.locator(".jw-identity a", has_text=tr("account.sign_in_short")).click()
    page.get_by_role("link", name=tr("account.have_code")).click()
    page.get_by_label(tr("account.code")).fill(accounts.set_up_code() or "")
    page.get_by_label(tr("account.login")).fill(login)
    page.get_by_label(tr("account.name"), exact=True).fill(HOSTILE)
    page.get_by_label(tr("account.password")).fill(PASSWORD)
    page.get_by_role("button", name=tr("account.register")).click()
    page.get_by_role("status").get_by_text(tr("account.done_registered")).wait_for()
    explore.goto("/auth/sign-in", lang=lang, next=f"/sources?lang={lang}")
    page.get_by_label(tr("account.login")).fill(login)
    page.get_by_label(tr("account.password")).fill(PASSWORD)
    page.get_by_role("button", name=tr("account.sign_in")).click()
    page.get_by_role("heading", name=tr("sources.title")).wait_for()
    page.locator(".jw-identity a", has_text=HOSTILE).wait_for()
    assert not page.evaluate("Boolean(window.hit)")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "jiwar_session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert accounts.sessions.scope(cookie["value"]).role == "admin"

    other = page.context.new_page()
    other.goto(f"{explore.base}/sources?lang={lang}")
    other.locator(".jw-identity").get_by_role("button", name=tr("account.sign_out")).click()
    other.locator(".jw-identity a", has_text=tr("account.sign_in_short")).wait_for()
    assert bar(explore) == HOSTILE
    page.get_by_role("link", name=tr("explore.menu")).first.click()
    page.locator(".jw-identity a", has_text=tr("account.sign_in_short")).wait_for()
    assert accounts.sessions.list_open(accounts.list_users()[0].user_id) == []
    accounts.close(login, actor="test")


def test_a_closed_account_is_the_public_at_the_next_click_in_an_open_tab(new_page: Callable[..., Explore], accounts: Accounts) -> None:
    tr = translator("en")
    user_id = accounts.create_user("visitor", "A Visitor", PASSWORD, locale="en", actor="test")
    explore = new_page()
    explore.page.context.add_cookies([{"name": "jiwar_session", "value": accounts.sessions.open(user_id), "url": explore.base, "httpOnly": True}])
    explore.goto("/sources", lang="en")
    explore.page.locator(".jw-identity a", has_text="A Visitor").wait_for()
    accounts.close("visitor", actor="test")
    explore.page.get_by_role("radio", name="עברית").click()
    explore.page.locator(".jw-identity a", has_text=translator("he")("account.sign_in_short")).wait_for()
    assert explore.page.get_by_role("alert").inner_text() == translator("he")("account.session_ended")
    assert tr("account.sign_out") not in explore.page.locator(".jw-identity").inner_text()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sign_in_pages_fit_the_window_and_axe_finds_no_serious_fault(
    new_page: Callable[..., Explore], accounts: Accounts, lang: str, width: int
) -> None:
    login = f"looks-{lang}-{width}"
    user_id = accounts.create_user(login, "A Name That Is Rather Long " * 3, PASSWORD, locale="en", actor="test", right=Right("ministry"))
    tokens = [accounts.sessions.open(user_id) for _ in range(2)]
    explore = new_page(width=width, height=800)
    for path in ("sign-in", "register", "account"):
        if path == "account":
            explore.page.context.add_cookies([{"name": "jiwar_session", "value": tokens[0], "url": explore.base}])
        explore.goto(f"/auth/{path}", lang=lang)
        explore.page.locator("main form").first.wait_for()
        assert explore.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert explore.page.evaluate("getComputedStyle(document.querySelector('main button')).backgroundColor") == "rgb(11, 92, 138)"
        assert faults(explore.page) == []
    explore.goto("/sources", lang=lang)
    explore.page.locator(".jw-identity a", has_text="A Name").wait_for()
    assert explore.page.evaluate(OVERLAPS) == []
    assert explore.page.evaluate(STICKS_OUT) == []
    accounts.close(login, actor="test")


@pytest.mark.parametrize("width", [1280, 1024])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_menu_shows_every_page_beside_a_long_name(new_page: Callable[..., Explore], accounts: Accounts, lang: str, width: int) -> None:
    tr = translator(lang)
    name = "A Name That Is Rather Long " * 3
    user_id = accounts.create_user(f"menu-{lang}-{width}", name, PASSWORD, locale="en", actor="test", right=Right("ministry"))
    explore = new_page(width=width, height=800)
    explore.page.context.add_cookies([{"name": "jiwar_session", "value": accounts.sessions.open(user_id), "url": explore.base}])
    explore.goto("/sources", lang=lang)
    explore.page.locator(".jw-identity a", has_text="A Name").wait_for()
    links = explore.page.locator("header a[data-testid=stTopNavLink]:visible")
    told = [text.strip().splitlines()[-1].partition(" (")[0] for text in links.all_inner_texts()]  # "Review (3)" where proposals wait
    assert set(told) >= {
        tr(f"{page}.menu") for page in ("explore", "gaps", "needs", "indicators", "profile", "snapshots", "contribute", "review", "sources")
    }
    explore.page.wait_for_function(f"({OVERLAPS})().length === 0")  # it is laid out anew when the number of waiting proposals comes
    assert explore.page.evaluate(OVERLAPS) == []
    assert explore.page.evaluate(STICKS_OUT) == []
