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
from tests.browser.conftest import HOSTILE, HOSTILE_KIND, hostile_fields
from tests.browser.explore_page import Explore
from tests.browser_support import SETTLED
from tests.xss import HIT, PAYLOADS

pytestmark = pytest.mark.browser
PROPOSER, CHIEF = Scope("ministry", 3, "proposer"), Scope("ministry", 3, "chief")


@pytest.fixture(scope="module")
def hostile(environment: dict[str, str], registry: Registry) -> tuple[str, list[str], list[str]]:
    """A reviewer's session with a hostile name, hostile sites (first those with a history, then as they came), and a proposal that waits for each of the first."""
    settings = Settings.from_env(environment)
    store = open_store(settings)
    accounts = open_accounts(settings, store)
    user = accounts.create_user(
        f"h{uuid.uuid4().hex[:8]}", PAYLOADS[0], "seven olive trees", locale="en", actor="test", right=Right("ministry", clearance=3)
    )
    token = accounts.sessions.open(user)
    desk = Submissions(store)
    hostile = [str(one) for one in registry.sites.index[registry.sites["kind"] == HOSTILE_KIND]]
    changed, waiting = hostile[:4], []
    for turn, site_id in enumerate(changed):
        for take in (True, False):
            draft = desk.save(PROPOSER, op="edit", site_id=site_id, proposed=hostile_fields(turn), comment=PAYLOADS[turn])
            sent = desk.submit(PROPOSER, draft.submission_id, version=draft.version)
            if take:
                desk.decide(
                    CHIEF, sent.submission_id, version=sent.version, seen_version=desk.compare(CHIEF, sent.submission_id).version,
                    accept=["names", "hours", "address", "note"], reason=" ".join(PAYLOADS[turn::4])[:500],
                )  # fmt: skip
            else:
                waiting.append(sent.submission_id)
    store.engine.dispose()
    return token, [*changed, *hostile[len(PAYLOADS) : len(HOSTILE)]], waiting


def assert_nothing_ran(page: Explore, shown: str = "") -> None:
    """Check that nothing ran, once what was written is shown as the text that it is."""
    page.page.locator("[data-testid=stMain] h1").first.wait_for()
    if shown:
        page.page.locator("[data-testid=stMain]").get_by_text(shown).first.wait_for()
    page.wait_idle()
    page.page.evaluate(SETTLED)
    assert page.page.evaluate(HIT) is False
    assert page.page.locator("[data-testid=stMain] :is(iframe[srcdoc*=hit], video, math, [onload*=hit], [onerror*=hit])").count() == 0


@pytest.mark.parametrize("signed_in", [False, True])
def test_nothing_runs_on_the_page_of_a_site(
    new_page: Callable[..., Explore], address: str, hostile: tuple[str, list[str], list[str]], signed_in: bool
) -> None:
    token, sites, waiting = hostile
    page = new_page()
    if signed_in:
        page.page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    for number, site_id in enumerate(sites):
        page.goto("/site", id=site_id, lang="en")
        assert_nothing_ran(page, "window.hit" if number < len(waiting) else "")


def test_nothing_runs_on_the_pages_of_reviews_and_proposals(
    new_page: Callable[..., Explore], address: str, hostile: tuple[str, list[str], list[str]]
) -> None:
    token, sites, waiting = hostile
    page = new_page()
    page.page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    page.goto("/review", lang="en")
    assert_nothing_ran(page)
    for one in waiting:
        page.goto("/review", id=one, lang="en")
        assert_nothing_ran(page, "window.hit")
    for site_id in sites:
        page.goto("/contribute", site=site_id, lang="en")
        assert_nothing_ran(page)
