"""The whole story in Chromium: a partner sends five changes, a reviewer approves two and rejects three, the map changes, the partner reads why."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from data.accounts import Accounts
from data.rights import Right
from data.snapshot import read_registry
from data.store import ImportRequest, Store
from data.submission import Submission
from data.submissions import Submissions
from geo.incoming import incoming_frame
from geo.model import Scope
from i18n import LANGUAGES, translator
from jobs.accounts import open_accounts
from jobs.opening import open_store
from settings import Settings
from tests.browser.conftest import hostile_fields, packed, point_in
from tests.browser.explore_page import Explore
from tests.browser.test_looks import OVERLAPS, PICTURES, STICKS_OUT, faults_there
from tests.browser_support import ROOT, SETTLED, streamlit_server
from tests.xss import HIT, PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PASSWORD = "seven olive trees"
HOSTILE = "".join(text for text in PAYLOADS if text.isprintable() and len(text) < 90)[:1500]


@dataclass
class Desk:
    """A server's store, its accounts and the proposals in it."""

    base: str
    store: Store
    accounts: Accounts
    submissions: Submissions
    sites: dict[str, str]

    def person(self, login: str, right: Right, name: str = "") -> tuple[Scope, str]:
        """Make an account and return what it may do and a token of its session."""
        user_id = self.accounts.create_user(login, name or login, PASSWORD, locale="en", actor="test", right=right)
        return self.accounts.scope_of_login(login), self.accounts.sessions.open(user_id)

    def partner(self, login: str, site: str, name: str = "") -> tuple[Scope, str]:
        """Make an account of the organisation that runs a site."""
        organisation = str(read_registry(self.store).sites.at[self.sites[site], "organisation_id"])
        return self.person(login, Right("partner", organisation_id=organisation), name)

    def sent(self, scope: Scope, site: str, comment: str = "", **proposed: Any) -> Submission:
        """Send a correction of a site for review."""
        made = self.submissions.save(scope, op="edit", site_id=self.sites[site], proposed=proposed, comment=comment)
        return self.submissions.submit(scope, made.submission_id, version=made.version)


@pytest.fixture(scope="module")
def desk(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server of the file's own, with a site for the story, one to look at, a hostile one and a pair that may be one."""
    folder = tmp_path_factory.mktemp("review")
    shutil.copytree(real_data / "data", folder / "data")
    own = {"JIWAR_DATA_DIR": str(folder / "data"), "JIWAR_KEY_FILE": str(real_data / "places.key")}
    settings = Settings.from_env(own)
    store = open_store(settings)
    rng = np.random.default_rng(3)
    shape = read_registry(store).governorates.geometry["PS0150"]
    names = {
        "story": "Story",
        "looks": "To look at",
        "hostile": HOSTILE[:150],
        "one": "Olive clinic",
        "two": "Olive clinic",
    }
    rows = []
    for i, (key, name) in enumerate(names.items()):
        lon, lat = point_in(shape, rng)
        rows.append({
            "row": i + 2, "external_id": key, "names": {"en": name, "ar": name}, "organisation": {"en": f"Hands {i}"}, "kind": "clinic", "status": "active",
            "country": "PS", "area_id": "PS0150", "locality_id": "", "lon": lon, "lat": lat, "position_kind": "exact", "sensitivity": 0,
            "verification": "unverified", "verified_on": None, "services": ("primary_care",), "target_groups": ("all",), "address": "1 Main St",
            "phone": "+97022345678", "email": "a@example.org", "website": "", "hours": "24/7", "note": "", "flags": (),
        })  # fmt: skip
    source = {"source_id": "story", "title": "A list", "publisher": "", "year": 2026, "url": "", "licence": "CC0", "status": "demo"}
    store.apply_import(ImportRequest(source, incoming_frame(rows), (), len(rows), "0" * 64, "csv"), actor="test")
    sites = read_registry(store).sites
    ids = {str(external): str(site_id) for site_id, external in sites.loc[sites["source_id"] == "story", "external_id"].items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIWAR_")}
    with streamlit_server(ROOT / "app.py", {**kept, **own, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}) as base:
        yield Desk(base, store, open_accounts(settings, store), Submissions(store), ids)
    store.engine.dispose()


Opener = Callable[..., Explore]


@pytest.fixture
def signed_in(new_page: Callable[..., Explore], desk: Desk) -> Opener:
    """A function that opens a browser of somebody's own, signed in where a token is given."""

    def make(token: str = "", **options: Any) -> Explore:
        page = new_page(base=desk.base, **options)
        if token:
            page.page.context.add_cookies([{"name": "jiwar_session", "value": token, "url": desk.base, "httpOnly": True}])
        return page

    return make


def card(page: Explore, site_id: str, lang: str) -> dict[str, str]:
    """Return what the map's card of a site says at this moment."""
    answer = page.page.request.get(f"{page.base}/data/site/{site_id}.json?lang={lang}")
    found = json.loads(answer.text())
    return {"title": found["title"], **{row["key"]: row["value"] for row in found["rows"]}}


def untick(page: Page, label: str) -> None:
    """Untick a field and wait for its reason box."""
    page.get_by_test_id("stCheckbox").filter(has_text=label).locator("label").first.click()


def test_the_story_of_two_fields_approved_and_three_rejected(desk: Desk, signed_in: Opener) -> None:
    lang = "ar"  # the pages of a reviewer are looked at in every language below
    tr = translator(lang)
    site_id = desk.sites["story"]
    partner, partner_token = desk.partner("omar", "story", "Omar <b>O.</b>")
    _, reviewer_token = desk.person("rana", Right("planner", area_id="PS0150"), "Rana R.")
    old_name, new_name = "Story", "Renamed"
    one = desk.sent(
        partner, "story", "We have a new number", names={"en": new_name, "ar": new_name}, phone="+97022999888", hours="Mo-Fr 08:00-12:00",
        status="damaged", services=["legal_counselling"],
    )  # fmt: skip
    reviewer = signed_in(reviewer_token)
    page = reviewer.page
    reviewer.goto("/review", lang=lang)
    assert card(reviewer, site_id, lang)["title"] == old_name
    page.get_by_role("link", name=old_name, exact=True).click()
    table = page.get_by_role("table", name=tr("review.changes"))
    table.wait_for()
    for words in ("+97022345678", "+97022999888", read_registry(desk.store).term_label("service", "legal_counselling", lang), new_name):
        assert words in table.inner_text()
    assert "Omar <b>O.</b>" in page.locator("[data-testid=stMain]").inner_text()
    for field in ("hours", "status", "services"):
        untick(page, tr(f"bulk.field.{field}"))
        page.get_by_label(tr("review.reason_for", field=tr(f"bulk.field.{field}"))).wait_for()
    reason = "Seen otherwise"
    page.get_by_label(tr("review.reason"), exact=True).fill(reason)
    page.get_by_role("button", name=tr("review.move.approve_some")).click()
    page.get_by_text(tr("review.done.partly_approved")).wait_for()
    page.get_by_text(tr("review.nothing_waits")).wait_for()

    now = card(reviewer, site_id, lang)
    assert (now["title"], now["phone"], now["hours"]) == (new_name, "+97022999888", "24/7")
    public = signed_in()
    public.open(lang=lang, country="PS", q=new_name)
    public.wait_total(1)
    assert public.names() == [new_name]

    owner = signed_in(partner_token)
    owner.goto("/contribute", lang=lang, draft=one.submission_id)
    owner.page.get_by_text(reason).first.wait_for()
    for lang in LANGUAGES:
        tr = translator(lang)
        for reader in (owner, public):
            reader.goto("/site", lang=lang, id=site_id)
            timeline = reader.page.locator(".jw-timeline", has_text=tr("history.approve"))
            timeline.wait_for()
            told = timeline.inner_text()
            assert all(words in told for words in ("+97022345678", "+97022999888", old_name, new_name)) or reader is public
            assert "+97022999888" in told
            assert ("Rana" in told, tr("history.actor.somebody") in told) == ((True, False) if reader is owner else (False, True))
            if reader is owner:
                assert told.count(reason) >= len(("hours", "status", "services"))
                assert tr("history.not_taken", field=tr("bulk.field.hours"), reason=reason) in told


def test_a_decision_about_what_changed_while_one_read_shows_the_new_comparison(desk: Desk, signed_in: Opener) -> None:
    tr = translator("en")
    partner, _ = desk.partner("noor", "looks")
    boss, _ = desk.person("boss", Right("ministry", clearance=3))
    _, token = desk.person("sami", Right("planner", area_id="PS0150"))
    one, other = (desk.sent(partner, "looks", phone=f"+9702233344{digit}") for digit in (1, 2))
    page = signed_in(token)
    page.goto("/review", lang="en", id=one.submission_id)
    button = page.page.get_by_role("button", name=tr("review.move.approve"), exact=True)
    button.wait_for()
    desk.submissions.decide(boss, other.submission_id, version=other.version, seen_version=1, accept=["phone"])
    button.click()
    page.page.get_by_text(tr("error.review.stale")).wait_for()
    page.page.get_by_text(tr("review.conflict")).wait_for()
    assert read_registry(desk.store).sites.at[desk.sites["looks"], "phone"] == "+97022333442"
    desk.submissions.withdraw(partner, one.submission_id, version=one.version)


def test_two_sites_that_are_one_are_merged_and_parted_again(desk: Desk, signed_in: Opener) -> None:
    tr = translator("en")
    _, token = desk.person("mona", Right("ministry"))
    page = signed_in(token)
    page.goto("/site", lang="en", id=desk.sites["two"])
    page.page.get_by_text(tr("site.merge"), exact=True).click()
    box = page.page.get_by_label(tr("site.merge_id"))
    if not box.is_visible():
        page.page.get_by_role("combobox", name=tr("site.merge_with")).click()
        page.page.get_by_role("option", name=tr("site.merge_other")).click()
    box.fill(f"{desk.base}/site?id={desk.sites['one']}")
    page.page.get_by_role("textbox", name=tr("site.reason")).last.fill("One door")
    page.page.get_by_role("button", name=tr("site.merge_do")).click()
    page.page.get_by_text(tr("site.merged"), exact=True).wait_for()
    assert read_registry(desk.store).redirects == {desk.sites["two"]: desk.sites["one"]}
    page.page.get_by_role("link", name=tr("site.own_history")).click()
    page.page.get_by_text(tr("site.merged_note")).wait_for()
    page.page.get_by_text(tr("site.revert"), exact=True).click()
    page.page.get_by_role("textbox", name=tr("site.reason")).fill("Two doors after all")
    page.page.get_by_role("button", name=tr("site.revert_do")).click()
    page.page.get_by_text(tr("site.reverted")).wait_for()
    assert read_registry(desk.store).redirects == {}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_fit_the_window_and_axe_finds_no_serious_fault(desk: Desk, signed_in: Opener, lang: str, width: int) -> None:
    tr = translator(lang)
    partner, _ = desk.partner(f"look-{lang}-{width}", "looks", "A Name That Is Rather Long " * 3)
    _, token = desk.person(f"view-{lang}-{width}", Right("ministry", clearance=3))
    place = {"country": "PS", "area_id": "PS0150", "locality_id": "", "lon": 35.1, "lat": 31.5, "position_kind": "exact"}
    one = desk.sent(partner, "looks", "A long word " * 20, place=place, website="https://example.org/" + "x" * 120, services=["legal_counselling"])
    explore = signed_in(token, width=width, height=900)
    page = explore.page
    for name, path, query, ready in (
        ("queue", "/review", {}, ".jw-queue"), ("proposal", "/review", {"id": one.submission_id}, ".jw-diff"), ("site", "/site", {"id": desk.sites["looks"]}, ".jw-timeline"),
    ):  # fmt: skip
        explore.goto(path, lang=lang, **query)
        page.locator(ready).first.wait_for()
        if name != "queue":
            explore.seen.map_frame()
        if name == "proposal":
            page.get_by_role("button", name=tr("review.move.reject"), exact=True).wait_for()
        explore.wait_idle()
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}-{lang}-{width}.png", full_page=True)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
        assert page.evaluate(STICKS_OUT) == []
        assert page.evaluate(OVERLAPS) == []
        assert faults_there(lang, width, page) == []
        if name != "queue":
            assert faults_there(lang, width, explore.frame) == []
    desk.submissions.withdraw(partner, one.submission_id, version=one.version)


def test_nothing_that_a_partner_or_a_reviewer_writes_runs_anywhere(desk: Desk, signed_in: Opener) -> None:
    partner, _ = desk.partner("hostile", "hostile", "<img src=x onerror=window.hit=1>${window.hit=1}")
    boss, token = desk.person("boss-of-hostile", Right("ministry", clearance=3), "<svg onload=window.hit=1>")
    page = signed_in(token)
    reasons = packed(PAYLOADS, 490)
    sent = [desk.sent(partner, "hostile", reason, **hostile_fields(2 * turn)) for turn, reason in enumerate(reasons)]
    page.goto("/review", lang="ar")
    page.page.locator(".jw-queue li").nth(len(sent) - 1).wait_for()
    page.page.evaluate(SETTLED)
    assert page.page.evaluate(HIT) is False
    for one, reason in zip(sent, reasons, strict=True):
        page.goto("/review", lang="en", id=one.submission_id)
        page.page.locator(".jw-diff", has_text="window.hit").wait_for()
        page.seen.map_frame()
        page.page.evaluate(SETTLED)
        assert page.page.evaluate(HIT) is False
        assert page.frame.evaluate(HIT) is False
        assert page.page.locator(".jw-diff :is(img, svg, script, iframe, input, video, details, a)").count() == 0
        seen = desk.submissions.compare(boss, one.submission_id)
        desk.submissions.decide(
            boss, one.submission_id, version=one.version, seen_version=seen.version, accept=["names", "hours", "note"], reason=reason
        )
    for lang in ("he", "en"):
        page.goto("/site", lang=lang, id=desk.sites["hostile"])
        page.page.locator(".jw-timeline li").nth(len(sent)).wait_for()
        page.seen.map_frame()
        page.page.evaluate(SETTLED)
        told = page.page.locator(".jw-timeline").inner_text()
        assert sum(" ".join(text.split()) in " ".join(told.split()) for text in PAYLOADS) >= len(PAYLOADS) - 2
        assert page.page.evaluate(HIT) is False
        assert page.page.locator(":is(.jw-timeline, .jw-site) :is(img, svg, script, iframe, input, video)").count() == 0
