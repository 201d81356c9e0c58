"""Coming back from a provider: exchanged for a session once, by the browser that set out, soon after, and only for whom we know."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from data.accounts import Accounts
from data.rights import Right
from data.sessions import COOKIE
from geo.model import Scope
from jobs.provider import provider
from routes.csrf import FormTokens
from routes.provider import COME_BACK, FRESH, SET_OUT, START_COOKIE, TICKET, back_address
from routes.visit import PROVIDER_COOKIE
from tests.asgi import Answer, Client
from tests.data.test_accounts import PASSWORD, Clock
from tests.routes import test_sign_in
from tests.routes.test_sign_in import TR, Browser, error_of, text_of, words
from tests.xss import PAYLOADS

clock, accounts, client, browser = test_sign_in.clock, test_sign_in.accounts, test_sign_in.client, test_sign_in.browser
ISSUER, HERE = "https://provider.example", "/sources?lang=en&area=PS0150"


def claims(accounts: Accounts, subject: str = "subject-1", **more: object) -> dict[str, object]:
    """Return what Streamlit tells of somebody whom the provider has just vouched for."""
    return {"iss": ISSUER, "sub": subject, "iat": int(accounts.clock().timestamp()), "name": "Rana K.", "email": "rana@example.org",
            "email_verified": True, "is_logged_in": True, **more}  # fmt: skip


def set_out(browser: Browser, accounts: Accounts, to: str = HERE, answer: str = "signed-by-streamlit") -> None:
    """Give the browser the cookies that it has when the provider sends it back."""
    browser.cookies[START_COOKIE] = f"{FormTokens(accounts.secret, accounts.clock).make(to, 'set-out')}~{quote(to, safe='')}"
    browser.cookies[PROVIDER_COOKIE] = answer


def come_back(browser: Browser, accounts: Accounts, **more: object) -> Answer:
    set_out(browser, accounts)
    return browser.get(back_address(accounts, claims(accounts, **more), browser.cookies, "en"))


def test_a_linked_person_gets_the_session_that_a_password_gives(browser: Browser, accounts: Accounts) -> None:
    accounts.link("rana", ISSUER, "subject-1", actor="test")
    answer = come_back(browser, accounts)
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    found = accounts.identify(browser.cookies[COOKIE])
    assert found is not None
    assert (found.login, found.scope) == ("rana", Scope("planner", 2, found.user_id, ("PS0150",)))
    assert START_COOKIE not in browser.cookies


def test_whoever_is_not_known_is_the_public_is_told_so_and_may_use_an_invitation(browser: Browser, accounts: Accounts) -> None:
    answer = come_back(browser, accounts)
    assert answer.status_code == 403
    assert TR("account.provider_unknown", name="rana@example.org") in text_of(answer)
    assert f"{ISSUER} — subject-1" in text_of(answer)
    assert COOKIE not in browser.cookies
    form = test_sign_in.Forms(text_of(answer)).forms[0]
    wrong = browser.post(form["action"], **{**form, "code": "WRONG"})
    assert (wrong.status_code, error_of(wrong)) == (400, words("code"))
    code = accounts.invite(Right("planner", area_id="PS0150"), actor="boss", lifetime=dt.timedelta(days=1))
    form = test_sign_in.Forms(text_of(wrong)).forms[0]
    done = browser.post(form["action"], **{**form, "code": code})
    assert (done.status_code, done.headers["location"]) == (303, HERE)
    found = accounts.identify(browser.cookies[COOKIE])
    assert found is not None
    assert (found.login, found.display_name, found.scope.role) == ("rana@example.org", "Rana K.", "planner")


def test_an_answer_is_exchanged_once_also_after_the_session_was_ended(browser: Browser, accounts: Accounts) -> None:
    accounts.link("rana", ISSUER, "subject-1", actor="test")
    told = claims(accounts)
    set_out(browser, accounts)
    first = back_address(accounts, told, browser.cookies, "en")
    assert browser.get(first).status_code == 303
    accounts.end_sessions("rana", actor="test")
    browser.cookies.pop(COOKIE)
    assert browser.get(first).status_code == 403
    set_out(browser, accounts)
    again = browser.get(back_address(accounts, told, browser.cookies, "en"))
    assert (again.status_code, error_of(again)) == (403, words("provider"))
    assert COOKIE not in browser.cookies


def test_a_ticket_is_of_no_use_in_another_browser_or_without_setting_out(browser: Browser, client: Client, accounts: Accounts) -> None:
    accounts.link("rana", ISSUER, "subject-1", actor="test")
    set_out(browser, accounts)
    address = back_address(accounts, claims(accounts), browser.cookies, "en")
    victim, bare = Browser(client), Browser(client)
    set_out(victim, accounts, answer="somebody-else")
    bare.cookies[PROVIDER_COOKIE] = browser.cookies[PROVIDER_COOKIE]
    assert [each.get(address).status_code for each in (victim, bare, Browser(client))] == [403] * 3
    assert not any(COOKIE in each.cookies for each in (victim, bare))
    assert browser.get(address).status_code == 303
    assert [event.action for event in accounts.events(4)].count("form_refused") == 3


def test_an_old_answer_and_an_old_ticket_are_refused(browser: Browser, accounts: Accounts, clock: Clock) -> None:
    accounts.link("rana", ISSUER, "subject-1", actor="test")
    told = claims(accounts)
    set_out(browser, accounts)
    address = back_address(accounts, told, browser.cookies, "en")
    clock.pass_by(TICKET)
    set_out(browser, accounts)
    assert browser.get(address).status_code == 403
    clock.pass_by(FRESH)
    set_out(browser, accounts)
    assert browser.get(back_address(accounts, told, browser.cookies, "en")).status_code == 403
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize("more", [{"is_logged_in": False}, {"iss": None}, {"sub": ""}, {"subject": "a\nb"}])
def test_a_page_sends_nobody_on_whom_streamlit_has_not_checked(browser: Browser, accounts: Accounts, more: dict[str, object]) -> None:
    set_out(browser, accounts)
    assert back_address(accounts, {**claims(accounts), **({"sub": more["subject"]} if "subject" in more else more)}, browser.cookies, "en") == ""
    assert back_address(accounts, claims(accounts), {PROVIDER_COOKIE: "x"}, "en") == ""


@pytest.mark.parametrize("issued", [None, "now", "1e999", []])
def test_an_answer_without_a_time_is_refused(browser: Browser, accounts: Accounts, issued: object) -> None:
    accounts.link("rana", ISSUER, "subject-1", actor="test")
    assert come_back(browser, accounts, iat=issued).status_code == 403


@pytest.mark.parametrize("ticket", ["", "AAAA", "!", "é", "A" * 3000, "\0"])
def test_a_forged_ticket_opens_nothing(browser: Browser, accounts: Accounts, ticket: str) -> None:
    set_out(browser, accounts)
    assert browser.get(f"{COME_BACK}?lang=en&ticket={quote(ticket)}").status_code == 403
    assert browser.post(f"{COME_BACK}?lang=en", ticket=ticket, code="x").status_code == 403


def test_the_ticket_tells_nothing_of_the_person(browser: Browser, accounts: Accounts) -> None:
    set_out(browser, accounts)
    (ticket,) = parse_qs(urlsplit(back_address(accounts, claims(accounts), browser.cookies, "en")).query)["ticket"]
    assert not re.search("rana|subject|provider", ticket, re.IGNORECASE)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_claims_stay_text_and_name_no_rights(browser: Browser, accounts: Accounts, payload: str) -> None:
    answer = come_back(browser, accounts, name=payload, email=payload, role="admin", clearance=3)
    found = test_sign_in.Forms(text_of(answer))
    assert not {"script", "img", "svg", "iframe"} & set(found.elements)
    assert not [name for name in found.attributes if name.startswith("on")]
    code = accounts.invite(Right("planner", area_id="PS0150"), actor="boss", lifetime=dt.timedelta(days=1))
    browser.post(found.forms[0]["action"], **{**found.forms[0], "code": code})
    scope = accounts.sessions.scope(browser.cookies[COOKIE])
    assert (scope.role, scope.clearance) == ("planner", 0)


def test_coming_back_leads_nowhere_else(browser: Browser, accounts: Accounts) -> None:
    accounts.link("rana", ISSUER, "subject-1", actor="test")
    set_out(browser, accounts, to="//evil.example")
    assert browser.get(back_address(accounts, claims(accounts), browser.cookies, "en")).headers["location"] == "/"


def test_signing_out_lets_go_of_the_providers_answer(browser: Browser, accounts: Accounts) -> None:
    accounts.link("rana", ISSUER, "subject-1", actor="test")
    come_back(browser, accounts)
    browser.cookies |= {f"{PROVIDER_COOKIE}_tokens": "x", f"{PROVIDER_COOKIE}_1": "x"}
    browser.send("/auth/account?lang=en", "next")
    assert [name for name in browser.cookies if name.startswith((PROVIDER_COOKIE, COOKIE))] == []


def test_without_a_provider_nothing_leads_to_one(browser: Browser) -> None:
    assert provider().state == "off"
    assert SET_OUT not in text_of(browser.get("/auth/sign-in?lang=en"))
    assert browser.get(f"{SET_OUT}?lang=en").headers["location"] == "/auth/sign-in?lang=en"
    assert browser.sign_in(password=PASSWORD).status_code == 303
