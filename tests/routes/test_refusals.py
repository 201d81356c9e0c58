"""What is refused at the sign-in pages and the data routes: always in the same words, always written down, never with what was typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from data.accounts import Accounts
from data.rights import Right
from data.sessions import COOKIE, LIFETIME
from geo.model import PUBLIC, Scope
from routes.download import download_routes
from routes.mapdata import map_routes
from routes.visit import FORM_COOKIE
from tests.asgi import Client
from tests.data.test_accounts import PASSWORD, Clock, all_cells
from tests.layers.support import BASEMAP
from tests.make import make_registry
from tests.routes import test_sign_in
from tests.routes.test_sign_in import ACCOUNT, SIGN_IN, Browser, error_of, text_of, words

clock, accounts, client, browser = test_sign_in.clock, test_sign_in.accounts, test_sign_in.client, test_sign_in.browser


def lines(accounts: Accounts) -> list[tuple[str, object]]:
    """Return the refusals with their reasons, the oldest first."""
    found = reversed(accounts.events(1000))
    return [(event.action, event.changes.get("why")) for event in found if event.action.endswith(("_refused", "_claimed", "_locked"))]


def test_six_wrong_passwords_lock_the_account_in_the_same_words_for_a_known_and_an_unknown_login(browser: Browser, accounts: Accounts) -> None:
    told = []
    for login in ("rana", "nobody.at.all"):
        answers = []
        for i in range(6):
            browser.host = f"{login}-{i}"
            answers.append(browser.sign_in(login, "wrong"))
        told.append([(answer.status_code, error_of(answer)) for answer in answers])
    assert told[0] == told[1]
    assert [status for status, _ in told[0]] == [401] * 5 + [429]
    assert lines(accounts) == [*[("sign_in_refused", None)] * 5, ("sign_in_locked", None)] * 2
    events = [event for event in accounts.events() if event.action == "sign_in_locked"]
    assert [bool(event.user_id) for event in events] == [False, True]


def test_a_form_is_good_once_whatever_became_of_it(browser: Browser, accounts: Accounts) -> None:
    form = browser.form(SIGN_IN, "login") | {"login": "rana"}
    form.pop("action")
    assert browser.post(SIGN_IN, **form | {"password": "wrong"}).status_code == 401
    replayed = browser.post(SIGN_IN, **form | {"password": PASSWORD})
    assert (replayed.status_code, error_of(replayed)) == (403, words("form"))
    assert COOKIE not in browser.cookies
    assert lines(accounts)[-1] == ("form_refused", None)


def test_a_form_of_one_session_is_refused_twice_and_in_another_session(browser: Browser, client: Client, accounts: Accounts) -> None:
    other = Browser(client)
    for each in (browser, other):
        each.sign_in()
    form = browser.form(ACCOUNT, "everywhere")
    assert other.post(ACCOUNT, csrf=form["csrf"], do="everywhere").status_code == 403
    assert browser.post(ACCOUNT, csrf=form["csrf"], do="end", session="none").status_code == 303
    replayed = browser.post(ACCOUNT, csrf=form["csrf"], do="everywhere")
    assert (replayed.status_code, error_of(replayed)) == (403, words("form"))
    assert [each.get(ACCOUNT).status_code for each in (browser, other)] == [200, 200]
    assert lines(accounts) == [("form_refused", None)] * 2


def test_a_form_does_not_outlive_the_session_it_was_drawn_for(browser: Browser, accounts: Accounts) -> None:
    browser.sign_in()
    form = browser.form(ACCOUNT, "everywhere")
    browser.send(ACCOUNT, "next")
    browser.sign_in()
    assert browser.post(ACCOUNT, csrf=form["csrf"], do="everywhere").status_code == 403
    assert accounts.identify(browser.cookies[COOKIE]) is not None


def test_expired_revoked_closed_and_forged_sessions_are_answered_alike(browser: Browser, accounts: Accounts, clock: Clock) -> None:
    def refused(after: str) -> tuple[int, str, bool]:
        answer = browser.get(ACCOUNT)
        return answer.status_code, answer.headers["location"], after in text_of(answer)

    answers = []
    browser.sign_in()
    clock.pass_by(LIFETIME)
    answers.append(refused("expired"))
    browser.cookies.clear()
    browser.sign_in()
    accounts.end_sessions("rana", actor="test")
    answers.append(refused("revoked"))
    browser.cookies[COOKIE] = "A" * 43
    answers.append(refused("forged"))
    assert set(answers) == {(303, "/auth/sign-in?lang=en", False)}
    assert lines(accounts) == [("session_refused", why) for why in ("expired", "revoked", "forged")]


def test_the_sign_in_page_takes_a_dead_cookie_away(browser: Browser) -> None:
    browser.cookies[COOKIE] = "A" * 43
    browser.get(SIGN_IN)
    assert COOKIE not in browser.cookies
    assert FORM_COOKIE in browser.cookies


@pytest.mark.parametrize("query", ["role=admin", "clearance=3", "user_id=x", "role=admin&clearance=3&scope=everything"])
@pytest.mark.parametrize("path", ["/data/sites.en.bin", "/data/areas.en.json", "/data/site/site-00001.json", "/data/export.csv"])
def test_a_forged_role_in_an_address_changes_no_byte_and_is_written_down(accounts: Accounts, path: str, query: str) -> None:
    registry, asked = make_registry(6), set()

    def load(scope: Scope) -> object:
        asked.add(scope)
        return registry

    def identify(token: str, address: str, names: Collection[str]) -> Scope:
        found = accounts.identify(token, address=address, asked=names)
        return found.scope if found else PUBLIC

    data = Browser(Client([*map_routes(load, lambda: BASEMAP, identify), *download_routes(load, identify)]))  # type: ignore[arg-type]
    plain, forged = data.get(path), data.get(f"{path}?{query}")
    assert (plain.status_code, plain.content) == (200, forged.content)
    assert asked == {PUBLIC}
    assert lines(accounts) == [("right_claimed", None)]


def test_a_forged_role_sent_to_the_sign_in_pages_is_written_down(browser: Browser, accounts: Accounts) -> None:
    browser.get(f"{SIGN_IN}&role=admin")
    browser.send(SIGN_IN, "login", login="rana", password=PASSWORD, role="admin", clearance="3")
    found = accounts.identify(browser.cookies[COOKIE])
    assert found is not None
    assert (found.scope.role, found.scope.clearance) == ("planner", 2)
    assert lines(accounts) == [("right_claimed", None)] * 2


def test_nothing_that_was_sent_stands_in_the_lines(browser: Browser, accounts: Accounts, account_book: sa.Engine) -> None:
    marks = {name: f"unmistakable-{name}" for name in ("login", "password", "csrf", "next", "code", "role")}
    browser.host = "198.51.100.23"
    browser.cookies[COOKIE] = "unmistakable-cookie"
    browser.ask("POST", f"{SIGN_IN}&{urlencode(marks)}", urlencode(marks).encode(), user_agent="unmistakable-agent")
    browser.sign_in(marks["login"], marks["password"])
    browser.send(
        "/auth/register?lang=en", "code", **marks | {"name": "unmistakable-name", "csrf": browser.form("/auth/register?lang=en", "code")["csrf"]}
    )
    assert len(lines(accounts)) >= 3
    text = all_cells(account_book)
    assert "unmistakable" not in text
    assert "198.51.100.23" not in text


def test_a_right_taken_away_counts_at_the_next_request(browser: Browser, accounts: Accounts) -> None:
    browser.sign_in()
    token = browser.cookies[COOKIE]
    (grant,) = accounts.list_users()[0].grants
    accounts.revoke_grant("rana", grant.grant_id, actor="test")
    found = accounts.identify(token)
    assert found is not None
    assert found.scope == PUBLIC
    accounts.grant("rana", Right("ministry"), actor="test", valid_until=accounts.clock() + dt.timedelta(hours=1))
    assert accounts.sessions.scope(token).role == "ministry"
