"""Nothing that a partner wrote runs on the pages of a site, of proposals and of reviews, in front of the public or of a reviewer."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from data.rights import Right
from data.sessions import COOKIE
from data.submissions import Submissions
from geo.model import Scope
from geo.registry import Registry
from jobs.accounts import open_accounts
from jobs.opening import open_store
from settings import Settings
from tests.browser.conftest import HOSTILE, HOSTILE_KIND
from tests.browser.explore_page import Explore
from tests.xss import HIT, PAYLOADS

pytestmark = pytest.mark.browser
PROPOSER, CHIEF = Scope("ministry", 3, "proposer"), Scope("ministry", 3, "chief")


@pytest.fixture(scope="module")
def hostile(environment: dict[str, str], registry: Registry) -> tuple[str, list[str], list[str]]:
    """A reviewer's session with a hostile name, hostile sites with a history, and hostile proposals that wait."""
    settings = Settings.from_env(environment)
    store = open_store(settings)
    accounts = open_accounts(settings, store)
    user = accounts.create_user(
        f"h{uuid.uuid4().hex[:8]}", PAYLOADS[0], "seven olive trees", locale="en", actor="test", right=Right("ministry", clearance=3)
    )
    token = accounts.sessions.open(user)
    desk = Submissions(store)
    sites = [str(one) for one in registry.sites.index[registry.sites["kind"] == HOSTILE_KIND]][: len(HOSTILE)]
    waiting = []
    for number, (site_id, text) in enumerate(zip(sites, HOSTILE, strict=True)):
        fields = {"names": {"en": text, "ar": text}, "address": text, "note": text, "hours": text, "website": text, "email": text, "phone": text}
        draft = desk.save(PROPOSER, op="edit", site_id=site_id, proposed=fields, comment=text)
        sent = desk.submit(PROPOSER, draft.submission_id, version=draft.version)
        if number % 2:
            desk.decide(CHIEF, sent.submission_id, version=sent.version, seen_version=1, accept=["note"], reason=text)
        else:
            waiting.append(sent.submission_id)
    store.engine.dispose()
    return token, sites, waiting


def assert_nothing_ran(page: Explore, shown: str = "") -> None:
    """Check that nothing ran, once what was written is shown as the text that it is."""
    page.page.wait_for_load_state("networkidle")
    page.page.wait_for_function("document.querySelector('[data-testid=stMain] h1') !== null")
    if shown:
        page.page.locator("[data-testid=stMain]").get_by_text(shown).first.wait_for()
    page.page.wait_for_timeout(300)
    assert page.page.evaluate(HIT) is False
    assert page.page.locator("[data-testid=stMain] :is(iframe[srcdoc*=hit], video, math, [onload*=hit], [onerror*=hit])").count() == 0


@pytest.mark.parametrize("signed_in", [False, True])
def test_nothing_runs_on_the_page_of_a_site(
    new_page: Callable[..., Explore], address: str, hostile: tuple[str, list[str], list[str]], signed_in: bool
) -> None:
    token, sites, _ = hostile
    page = new_page()
    if signed_in:
        page.page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    for site_id in sites[:: 4 if signed_in else 6]:
        page.goto("/site", id=site_id, lang="en")
        text = HOSTILE[sites.index(site_id)]
        assert_nothing_ran(page, text if text.isascii() and "\n" not in text else "")


def test_nothing_runs_on_the_pages_of_reviews_and_proposals(
    new_page: Callable[..., Explore], address: str, hostile: tuple[str, list[str], list[str]]
) -> None:
    token, sites, waiting = hostile
    page = new_page()
    page.page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    page.goto("/review", lang="en")
    assert_nothing_ran(page)
    for one in waiting[::4]:
        page.goto("/review", id=one, lang="en")
        assert_nothing_ran(page, "window.hit")
    for site_id in sites[::8]:
        page.goto("/contribute", site=site_id, lang="en")
        assert_nothing_ran(page)
