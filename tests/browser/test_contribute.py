"""The partner's half of the story in Chromium: an account by code, a centre by click, by name and by coordinates, a draft, a correction, a confirmation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from data.accounts import Accounts
from data.rights import Right
from data.submission import Submission
from data.submissions import Submissions
from geo.registry import Registry
from i18n import LANGUAGES, Translator, translator
from jobs.accounts import open_accounts
from jobs.opening import open_store
from settings import Settings
from tests.browser.explore_page import Explore
from tests.browser.test_looks import OVERLAPS, PICTURES, STICKS_OUT, faults_there
from tests.xss import HIT, PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
PASSWORD = "seven olive trees"
SOURCE = "etza-self-help-centres"


class Office:
    """The server's accounts and submissions, as the tests see them from behind."""

    def __init__(self, accounts: Accounts, submissions: Submissions, registry: Registry) -> None:
        self.accounts, self.submissions, self.registry = accounts, submissions, registry
        sites = registry.sites[registry.sites["source_id"] == SOURCE]
        self.organisation_id, self.site_id = str(sites["organisation_id"].iloc[0]), str(sites.index[0])
        self.right = Right("partner", organisation_id=self.organisation_id)

    def own(self, login: str) -> list[Submission]:
        return self.submissions.own(self.accounts.scope_of_login(login))

    def sit_down(self, page: Explore, login: str) -> None:
        """Make a partner, signed in in a page's browser."""
        user_id = self.accounts.create_user(login, login, PASSWORD, locale="en", actor="test", right=self.right)
        page.page.context.add_cookies([{"name": "jiwar_session", "value": self.accounts.sessions.open(user_id), "url": page.base, "httpOnly": True}])


@pytest.fixture
def office(environment: dict[str, str], registry: Registry) -> Iterator[Office]:
    settings = Settings.from_env(environment)
    store = open_store(settings)
    yield Office(open_accounts(settings, store), Submissions(store), registry)
    store.engine.dispose()


def press(page: Explore, name: str) -> None:
    page.wait_idle()
    page.page.get_by_role("button", name=name, exact=True).click()


def fill(page: Explore, label: str, value: str) -> None:
    page.page.get_by_label(label, exact=True).fill(value)
    page.page.get_by_label(label, exact=True).press("Tab")


def pick(page: Explore, label: str, option: str) -> None:
    page.wait_idle()
    page.page.get_by_role("combobox", name=label).click()
    page.page.get_by_role("combobox", name=label).fill(option)
    page.page.get_by_role("option", name=option, exact=True).first.click()
    page.wait_idle()


def asks(page: Explore, tr: Translator, step: str) -> None:
    """Wait until the form asks the question of a step."""
    page.page.get_by_role("heading", name=tr(f"contribute.ask_{step}")).wait_for()
    page.wait_idle()


def name_it(page: Explore, tr: Translator, name: str, kind: str) -> None:
    """Begin a new place and go to where it is."""
    page.goto("/contribute", lang=tr.lang)
    press(page, tr("contribute.add"))
    asks(page, tr, "name")
    fill(page, tr("contribute.name_en"), name)
    pick(page, tr("contribute.kind"), kind)
    press(page, tr("contribute.next"))
    asks(page, tr, "place")


def to_review(page: Explore, tr: Translator) -> None:
    for step in ("services", "reach", "protection", "review"):
        press(page, tr("contribute.next"))
        asks(page, tr, step)


def send(page: Explore, tr: Translator) -> None:
    to_review(page, tr)
    press(page, tr("contribute.send"))
    page.page.get_by_text(tr("contribute.done_sent")).wait_for()


def card(page: Page, name: str) -> Locator:
    return page.locator("article.jw-entry", has_text=name).first


def test_a_partner_registers_by_code_adds_by_a_click_and_finds_the_draft_after_a_reload(new_page: Callable[..., Explore], office: Office) -> None:
    lang = "ar"  # each step is looked at in every language below
    tr = translator(lang)
    login, name = f"clicker-{lang}", f"Clicked Clinic {lang}"
    code = office.accounts.invite(office.right, actor="test", lifetime=dt.timedelta(days=1))
    page = new_page()
    page.goto("/contribute", lang=lang)
    page.page.get_by_role("link", name=tr("contribute.register")).click()
    page.page.get_by_label(tr("account.code")).fill(code)
    page.page.get_by_label(tr("account.login")).fill(login)
    page.page.get_by_label(tr("account.name"), exact=True).fill("A Partner")
    page.page.get_by_label(tr("account.password")).fill(PASSWORD)
    page.page.get_by_role("button", name=tr("account.register")).click()
    page.page.get_by_role("status").get_by_text(tr("account.done_registered")).wait_for()
    page.page.get_by_label(tr("account.login")).fill(login)
    page.page.get_by_label(tr("account.password")).fill(PASSWORD)
    page.page.get_by_role("button", name=tr("account.sign_in")).click()
    page.page.wait_for_url("**/*")

    name_it(page, tr, name, office.registry.term_label("kind", "clinic", lang))
    frame = page.frame
    frame.evaluate("void jiwar.map.setView([32.80, 34.99], 12, {animate: false})")
    box = page.page.locator("iframe[title*='streamlit_folium']").bounding_box()
    assert box
    x, y = frame.evaluate("(({x, y}) => [x, y])(jiwar.map.latLngToContainerPoint([32.80, 34.99]))")
    page.page.mouse.click(box["x"] + x, box["y"] + y)
    haifa = f"{office.registry.label('area', 'IL-HA', lang)} ({office.registry.label('area', 'IL', lang)})"
    page.page.get_by_text(tr("contribute.lies_in", area=haifa)).wait_for()
    assert frame.evaluate("jiwar.map.getZoom()") == 12  # a click does not move the map
    press(page, tr("contribute.next"))
    asks(page, tr, "services")
    (kept,) = office.own(login)
    place = kept.proposed["place"]
    assert (place["lat"], place["lon"]) == pytest.approx((32.80, 34.99), abs=2e-3)

    page.page.reload()
    asks(page, tr, "services")
    press(page, tr("contribute.back"))
    asks(page, tr, "place")
    page.page.get_by_text(tr("contribute.lies_in", area=haifa)).wait_for()
    assert page.frame.evaluate("jiwar.picked") == pytest.approx([place["lon"], place["lat"]])
    press(page, tr("contribute.next"))
    asks(page, tr, "services")
    page.page.get_by_role("link", name=tr("contribute.to_entries")).click()
    press(page, tr("contribute.continue"))
    asks(page, tr, "name")
    press(page, tr("contribute.next"))
    asks(page, tr, "place")
    send(page, tr)
    assert tr("contribute.state_submitted") in card(page.page, name).inner_text()
    assert [one.state for one in office.own(login)] == ["submitted"]


def test_a_town_by_its_name_and_pasted_coordinates_move_the_map(new_page: Callable[..., Explore], office: Office) -> None:
    lang = "he"
    tr = translator(lang)
    login = f"typer-{lang}"
    page = new_page()
    office.sit_down(page, login)
    name_it(page, tr, f"Typed Clinic {lang}", office.registry.term_label("kind", "clinic", lang))
    frame = page.frame
    for typed in ("يطا", "yatta"):
        frame.evaluate("void jiwar.map.setView([33, 35], 7, {animate: false})")
        fill(page, tr("contribute.search"), typed)
        page.page.get_by_role("radio").first.wait_for()
        page.page.locator("[data-testid=stRadio] label", has_text="–").first.click()
        page.page.get_by_text(tr("contribute.only_town")).wait_for()
        frame.wait_for_function("jiwar.picked && Math.abs(jiwar.map.getCenter().lng - jiwar.picked[0]) < 0.01 && jiwar.map.getZoom() >= 11")
        fill(page, tr("contribute.search"), "32.8, 35")
        page.page.get_by_text(tr("contribute.coordinates", lat="32.80000", lon="35.00000")).wait_for()
    fill(page, tr("contribute.search"), "35°05'24\"E ٣١°٣١'٤٨\"N")
    page.page.get_by_text(tr("contribute.coordinates", lat="31.53000", lon="35.09000")).wait_for()
    frame.wait_for_function("jiwar.picked && Math.abs(jiwar.picked[0] - 35.09) < 1e-6 && Math.abs(jiwar.map.getCenter().lat - 31.53) < 0.01")
    send(page, tr)
    (sent,) = office.own(login)
    assert (sent.proposed["place"]["area_id"], sent.proposed["place"]["position_kind"]) == ("PS0150", "exact")


def test_a_place_is_corrected_and_confirmed_in_any_language(new_page: Callable[..., Explore], office: Office) -> None:
    login = "mender"
    page = new_page()
    office.sit_down(page, login)
    for lang in LANGUAGES:
        tr = translator(lang)
        page.goto("/contribute", lang=lang, site=office.site_id, step="reach")
        asks(page, tr, "reach")
    fill(page, tr("contribute.phone"), "04-8512345")
    press(page, tr("contribute.next"))
    asks(page, tr, "protection")
    press(page, tr("contribute.next"))
    asks(page, tr, "review")
    assert page.page.locator(".jw-answers tbody tr").count() == 1
    assert "+97248512345" in page.page.locator(".jw-answers tbody tr").inner_text()
    press(page, tr("contribute.send"))
    page.page.get_by_text(tr("contribute.done_sent")).wait_for()
    for lang in reversed(LANGUAGES):
        tr = translator(lang)
        page.goto("/contribute", lang=lang, site=office.site_id, do="verify")
        page.page.get_by_role("button", name=tr("contribute.still"), exact=True).wait_for()
    press(page, tr("contribute.still"))
    page.page.get_by_text(tr("contribute.done_verified")).wait_for()
    assert sorted((one.op, one.state, tuple(one.proposed)) for one in office.own(login)) == [
        ("edit", "submitted", ("phone",)),
        ("verify", "submitted", ("verified_on",)),
    ]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_fits_the_window_and_axe_finds_no_serious_fault(new_page: Callable[..., Explore], office: Office, lang: str, width: int) -> None:
    tr = translator(lang)
    page = new_page(width=width, height=800)
    office.sit_down(page, f"looker-{lang}-{width}")
    PICTURES.mkdir(parents=True, exist_ok=True)

    def look(name: str) -> None:
        page.wait_idle()
        assert page.page.evaluate("(main => main.scrollWidth <= main.clientWidth + 1)(document.querySelector('[data-testid=stMain]'))"), name
        assert page.page.evaluate(STICKS_OUT) == [], name
        assert page.page.evaluate(OVERLAPS) == [], name
        assert faults_there(lang, width, page.page) == [], name
        page.page.screenshot(path=PICTURES / f"contribute-{name}-{lang}-{width}.png")

    page.goto("/contribute", lang=lang)
    page.page.get_by_role("button", name=tr("contribute.add")).wait_for()
    look("entries")
    name_it(page, tr, "Community Action Centre, Jerusalem", office.registry.term_label("kind", "clinic", lang))
    frame = page.frame
    fill(page, tr("contribute.search"), "31.71, 35.2")
    frame.wait_for_function("Boolean(jiwar.picked)")
    look("place")
    assert faults_there(lang, width, frame) == []
    for step in ("services", "reach", "protection", "review"):
        press(page, tr("contribute.next"))
        asks(page, tr, step)
        look(step)


def test_enter_on_the_map_puts_the_point_in_its_middle(new_page: Callable[..., Explore], office: Office) -> None:
    tr = translator("en")
    page = new_page()
    office.sit_down(page, "keyboard")
    name_it(page, tr, "Keyboard Clinic", office.registry.term_label("kind", "clinic", "en"))
    frame = page.frame
    frame.evaluate("void jiwar.map.setView([32.80, 34.99], 12, {animate: false})")
    frame.locator(".jw-map").focus()
    page.page.keyboard.press("Enter")
    page.page.get_by_text(tr("contribute.coordinates", lat="32.80000", lon="34.99000")).wait_for()


def test_what_a_hostile_partner_writes_is_shown_as_text(new_page: Callable[..., Explore], office: Office) -> None:
    tr = translator("en")
    page = new_page()
    office.sit_down(page, "hostile")
    payload = " ".join((PAYLOADS[0], PAYLOADS[4], PAYLOADS[12], PAYLOADS[17]))
    page.goto("/contribute", lang="en")
    press(page, tr("contribute.add"))
    asks(page, tr, "name")
    for lang in LANGUAGES:
        fill(page, tr(f"contribute.name_{lang}"), payload)
    pick(page, tr("contribute.kind"), office.registry.term_label("kind", "clinic", "en"))
    press(page, tr("contribute.next"))
    asks(page, tr, "place")
    fill(page, tr("contribute.search"), payload)
    pick(page, tr("contribute.area"), f"{office.registry.label('area', 'IL-HA', 'en')} ({office.registry.label('area', 'IL', 'en')})")
    press(page, tr("contribute.next"))
    asks(page, tr, "services")
    fill(page, tr("contribute.hours"), payload)
    press(page, tr("contribute.next"))
    asks(page, tr, "reach")
    for name in ("phone", "email", "website", "address", "note"):
        fill(page, tr(f"contribute.{name}"), payload)
    press(page, tr("contribute.next"))
    page.page.get_by_role("alert").first.wait_for()
    assert page.page.evaluate(HIT) is False
    for name in ("phone", "email", "website"):
        fill(page, tr(f"contribute.{name}"), "")
    press(page, tr("contribute.next"))
    asks(page, tr, "protection")
    press(page, tr("contribute.next"))
    asks(page, tr, "review")
    assert payload in page.page.locator(".jw-answers").inner_text()
    fill(page, tr("contribute.comment"), payload)
    press(page, tr("contribute.send"))
    page.page.get_by_text(tr("contribute.done_sent")).wait_for()
    assert payload in card(page.page, payload).inner_text()
    assert page.page.locator(":is(article.jw-entry, .jw-answers) :is(img, svg, script, iframe, input)").count() == 0
    assert page.page.evaluate(HIT) is False
