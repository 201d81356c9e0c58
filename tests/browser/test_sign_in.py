"""An account in Chromium: registered with the set-up code, signed in, and signed out in another tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from data.accounts import Accounts
from data.rights import Right
from data.submissions import Submissions
from geo.model import Scope
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.accounts import open_accounts
from jobs.opening import open_store
from settings import Settings
from tests.browser.explore_page import Explore
from tests.browser.test_looks import OVERLAPS, PICTURES, STICKS_OUT, faults_there

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


def test_register_sign_in_and_sign_out_in_the_other_tab(new_page: Callable[..., Explore], accounts: Accounts) -> None:
    lang = "ar"  # the pages are opened in every language below
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
        assert faults_there(lang, width, explore.page) == []
    explore.goto("/sources", lang=lang)
    explore.page.locator(".jw-identity a", has_text="A Name").wait_for()
    assert explore.page.evaluate(OVERLAPS) == []
    assert explore.page.evaluate(STICKS_OUT) == []
    accounts.close(login, actor="test")


IN_THE_ROW = """() => [...document.querySelectorAll('header a[data-testid=stTopNavLink]')]
  .filter(one => one.checkVisibility({opacityProperty: true, visibilityProperty: true})).map(one => one.innerText.trim().split('\\n').pop())"""
"""The menu's entries that can be seen; those that found no room stand in the page without being seen."""
BUSY, QUIET = "SY07", "SY10"
"""A governorate where proposals wait, and one where none does; the other tests leave both alone."""


@pytest.fixture(scope="module")
def reviewers(environment: dict[str, str], registry: Registry) -> Iterator[dict[int, str]]:
    """Sessions of two reviewers with a long name, by the number of proposals that wait for them."""
    settings = Settings.from_env(environment)
    store = open_store(settings)
    accounts, desk = open_accounts(settings, store), Submissions(store)
    proposer = Scope("ministry", 3, "proposer")
    site_id = str(registry.sites.index[(registry.sites["area_id"] == BUSY) & (registry.sites["source_id"] == "invented")][0])
    sent = []
    for _ in range(100):
        draft = desk.save(proposer, op="edit", site_id=site_id, proposed={"note": "Closed in winter"}, comment="")
        sent.append(desk.submit(proposer, draft.submission_id, version=draft.version))
    tokens = {}
    for waiting, area_id in ((100, BUSY), (0, QUIET)):
        user_id = accounts.create_user(
            f"menu-{waiting}", "A Name That Is Rather Long " * 3, PASSWORD, locale="en", actor="test", right=Right("planner", area_id=area_id)
        )
        tokens[waiting] = accounts.sessions.open(user_id)
    yield tokens
    for one in sent:
        desk.withdraw(proposer, one.submission_id, version=one.version)
    store.engine.dispose()


@pytest.mark.parametrize("waiting", [100, 0])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_menu_leads_to_every_page_beside_a_long_name(
    new_page: Callable[..., Explore], reviewers: dict[int, str], lang: str, waiting: int
) -> None:
    tr = translator(lang)
    explore = new_page(width=1280)
    page = explore.page
    page.context.add_cookies([{"name": "jiwar_session", "value": reviewers[waiting], "url": explore.base}])
    explore.goto("/sources", lang=lang)
    page.locator(".jw-identity a", has_text="A Name").wait_for()
    wanted = {tr(f"{name}.menu") for name in ("explore", "gaps", "needs", "indicators", "profile", "snapshots", "contribute", "review", "sources")}
    if waiting:
        wanted = wanted - {tr("review.menu")} | {tr("app.menu_waiting", title=tr("review.menu"), n=waiting)}
    for width in (1280, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(f"wanted => (seen => wanted.every(one => seen.includes(one)))(({IN_THE_ROW})())", arg=sorted(wanted))
        page.wait_for_function(f"({OVERLAPS})().length === 0 && ({STICKS_OUT})().length === 0")  # it is laid out anew after a change
    page.set_viewport_size({"width": 800, "height": 800})
    rest = page.locator(".rc-overflow-item-rest").get_by_role("button")
    rest.click()
    folded = page.get_by_test_id("stTopNavPopoverBody").get_by_role("menuitem")
    folded.first.wait_for()
    assert rest.evaluate("one => getComputedStyle(one, '::before').content") == f'"{tr("app.menu_more")}"'
    page.wait_for_function(f"({OVERLAPS})().length === 0 && ({STICKS_OUT})().length === 0")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"menu-{lang}-{waiting}.png")
    in_the_fold = {text.strip().splitlines()[-1] for text in folded.all_inner_texts()}
    assert len(in_the_fold) > 1
    assert wanted <= in_the_fold | set(page.evaluate(IN_THE_ROW))
    assert page.locator(".jw-identity a").evaluate(
        "one => one.scrollWidth > one.clientWidth"
    )  # the name gives way, and is whole on the account's page
