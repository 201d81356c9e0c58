"""The sign-in pages on both databases, asked as browsers and attackers do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data.accounts import Accounts
from data.rights import Right
from data.sessions import COOKIE, LIFETIME
from data.store import Store
from geo.model import PUBLIC, Scope
from i18n import LANGUAGES, translator
from layers.forms import POLICY, STYLE
from routes.csrf import FormTokens
from routes.download import download_routes
from routes.mapdata import map_routes
from routes.sign_in import sign_in_routes
from routes.visit import local_path
from tests.asgi import Answer, Client
from tests.conftest import SECRET
from tests.data.test_accounts import PASSWORD, SQL, START, Clock, all_cells
from tests.data.test_store import load_invented
from tests.layers.support import BASEMAP
from tests.make import make_registry
from tests.xss import PAYLOADS

SIGN_IN, REGISTER, ACCOUNT = "/auth/sign-in?lang=en", "/auth/register?lang=en", "/auth/account?lang=en"
TR = translator("en")


class Forms(HTMLParser):
    """The forms of a page: each its action, and its fields with their values; and everything that must not be there."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.labels: set[str] = set()
        self.inputs: set[str] = set()
        self.elements: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.elements.append(tag)
        self.attributes += found
        if tag == "form":
            self.forms.append({"action": found["action"]})
        elif tag == "label":
            self.labels.add(found["for"])
        elif tag == "input":
            self.forms[-1][found["name"]] = found["value"]
            if found["type"] != "hidden":
                self.inputs.add(found["id"])


@dataclass
class Browser:
    """Keeps cookies, and sends a form as it was drawn."""

    client: Client
    cookies: dict[str, str] = field(default_factory=dict)
    host: str = "192.0.2.1"

    def ask(self, method: str, url: str, body: bytes = b"", *, scheme: str = "http", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.client.ask(method, url, sent, body, scheme=scheme, host=self.host)
        for line in answer.cookies:
            name, _, value = line.split(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value.strip('"')
        return answer

    def get(self, url: str, **headers: str) -> Answer:
        return self.ask("GET", url, **headers)

    def post(self, url: str, **fields: str) -> Answer:
        return self.ask("POST", url, urlencode(fields).encode())

    def form(self, url: str, holding: str) -> dict[str, str]:
        found = Forms(text_of(self.get(url)))
        return next(one for one in found.forms if holding in one or one.get("do") == holding)

    def send(self, url: str, holding: str, **fields: str) -> Answer:
        form = self.form(url, holding) | fields
        return self.post(form.pop("action"), **form)

    def sign_in(self, login: str = "rana", password: str = PASSWORD, **fields: str) -> Answer:
        return self.send(SIGN_IN, "login", login=login, password=password, **fields)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(store: Store, account_book: sa.Engine, clock: Clock) -> Accounts:
    load_invented(store)
    found = Accounts(account_book, store.engine, SECRET, clock)
    found.create_user("rana", "Rana", PASSWORD, locale="en", actor="test", right=Right("planner", area_id="PS0150", clearance=2))
    return found


@pytest.fixture
def client(accounts: Accounts) -> Client:
    return Client(sign_in_routes(lambda: accounts))


@pytest.fixture
def browser(client: Client) -> Browser:
    return Browser(client)


def text_of(answer: Answer) -> str:
    return answer.content.decode()


def error_of(answer: Answer) -> str:
    found = re.search(r'role="alert">([^<]*)<', text_of(answer))
    return found[1] if found else ""


def words(code: str) -> str:
    return TR(f"error.account.{code}")


def test_signing_in_and_out(browser: Browser, accounts: Accounts) -> None:
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=en")
    token = browser.cookies[COOKIE]
    assert accounts.sessions.scope(token).role == "planner"
    assert "jiwar_form" not in browser.cookies
    page = text_of(browser.get(ACCOUNT))
    assert "Rana" in page
    assert "PS0150" in page
    answer = browser.send(ACCOUNT, "next")
    assert (answer.status_code, COOKIE in browser.cookies) == (303, False)
    assert accounts.sessions.find(token) is None
    assert browser.get(ACCOUNT).headers["location"] == "/auth/sign-in?lang=en"


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookies_are_kept_from_scripts_and_other_sites(browser: Browser, scheme: str, secure: bool) -> None:
    first = browser.ask("GET", SIGN_IN, scheme=scheme)
    form = Forms(text_of(first)).forms[0]
    form |= {"login": "rana", "password": PASSWORD}
    last = browser.ask("POST", form.pop("action"), urlencode(form).encode(), scheme=scheme)
    (before,) = first.cookies
    session = next(line for line in last.cookies if line.startswith(COOKIE))
    for line, site, path in ((before, "strict", "/auth"), (session, "lax", "/")):
        parts = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"httponly", f"samesite={site}", f"path={path}"} <= parts
        assert ("secure" in parts) is secure


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/register", "/auth/account"])
def test_pages_are_whole_in_every_language_without_anything_that_runs(browser: Browser, lang: str, path: str) -> None:
    if path == "/auth/account":
        browser.sign_in()
    answer = browser.get(f"{path}?lang={lang}")
    text, found = text_of(answer), Forms(text_of(answer))
    assert answer.status_code == 200
    assert f'<html lang="{lang}" dir="{translator(lang).direction}">' in text
    assert not {"script", "iframe", "img", "object", "link", "base"} & set(found.elements)
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]
    assert found.inputs
    assert found.inputs <= found.labels
    assert all(form["action"].startswith("/auth/") and form["csrf"] for form in found.forms)
    assert f"<style>{STYLE}</style>" in text
    assert answer.headers["content-security-policy"] == POLICY
    assert {"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= {part.strip() for part in POLICY.split(";")}
    assert "unsafe" not in POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(("header", "lang"), [("he-IL,he;q=0.9", "he"), ("en", "en"), ("fr", "ar"), ("", "ar"), ("iw;q=1", "he")])
def test_the_language_comes_from_the_browser_where_the_address_has_none(browser: Browser, header: str, lang: str) -> None:
    assert f'<html lang="{lang}"' in text_of(browser.get("/auth/sign-in", accept_language=header))
    assert '<html lang="en"' in text_of(browser.get(SIGN_IN, accept_language=header))


def test_what_was_wrong_is_not_told(browser: Browser, accounts: Accounts) -> None:
    accounts.create_user("closed", "Closed", PASSWORD, locale="en", actor="test")
    accounts.close("closed", actor="test")
    pages = set()
    for i, (login, password) in enumerate(
        (("rana", "wrong"), ("nobody", PASSWORD), ("closed", PASSWORD), ("", ""), *((text, text) for text in SQL if text.isprintable()))
    ):
        browser.host = f"192.0.2.{i}"
        answer = browser.sign_in(login, password)
        if answer.status_code == 429:
            continue
        assert (answer.status_code, error_of(answer)) == (401, words("wrong"))
        pages.add(re.sub(r'(name="csrf"|id="login" name="login" type="text") value="[^"]*"', "", text_of(answer)))
        assert COOKIE not in browser.cookies
    assert len(pages) == 1


def test_the_sixth_attempt_waits(browser: Browser, clock: Clock) -> None:
    answers = [browser.sign_in(password="wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "900"
    assert error_of(answers[-1]) == TR("error.account.throttled", minutes=15)
    assert browser.sign_in().status_code == 429
    clock.pass_by(dt.timedelta(minutes=15))
    assert browser.sign_in().status_code == 303


def test_unknown_accounts_wait_like_known_ones(browser: Browser) -> None:
    for login in ("rana", "nobody"):
        statuses = []
        for i in range(6):
            browser.host = f"{login}-{i}"
            statuses.append(browser.sign_in(login, "wrong").status_code)
        assert statuses == [401] * 5 + [429]


def test_a_form_of_another_browser_or_purpose_or_time_is_refused(browser: Browser, client: Client, clock: Clock) -> None:
    good = {"login": "rana", "password": PASSWORD}
    mine = browser.form(SIGN_IN, "login") | good
    other = Browser(client)
    theirs = other.form(SIGN_IN, "login") | good
    purpose = browser.form(REGISTER, "code") | good

    def status(form: dict[str, str], who: Browser = browser) -> int:
        fields = {name: value for name, value in form.items() if name != "action"}
        return who.post(SIGN_IN, **fields).status_code

    assert [status(theirs), status(purpose), status(mine | {"csrf": ""}), status(good), status(mine | {"csrf": mine["csrf"][:-1] + "g"})] == [403] * 5
    assert status(mine, Browser(client)) == 403
    clock.pass_by(dt.timedelta(minutes=31))
    assert status(mine) == 403
    fresh = browser.form(SIGN_IN, "login") | good
    assert browser.ask("POST", SIGN_IN, urlencode(fresh).encode(), sec_fetch_site="cross-site").status_code == 403
    assert COOKIE not in browser.cookies
    assert status(fresh) == 303


def test_a_form_that_was_used_to_sign_in_is_void(browser: Browser) -> None:
    form = browser.form(SIGN_IN, "login") | {"login": "rana", "password": PASSWORD}
    form.pop("action")
    assert browser.post(SIGN_IN, **form).status_code == 303
    assert browser.post(SIGN_IN, **form).status_code == 403
    leave = browser.form(ACCOUNT, "next")
    assert browser.post(leave["action"], csrf=leave["csrf"]).status_code == 303
    browser.sign_in()
    assert browser.post(leave["action"], csrf=leave["csrf"]).status_code == 403
    assert browser.get(ACCOUNT).status_code == 200


def test_nobody_is_signed_out_by_another_site(browser: Browser) -> None:
    browser.sign_in()
    assert browser.post("/auth/sign-out").status_code == 403
    assert browser.get("/auth/sign-out").status_code == 405
    assert browser.get(ACCOUNT).status_code == 200


@given(st.text(max_size=30))
def test_a_token_that_was_not_made_is_no_token(text: str) -> None:
    assert not FormTokens(SECRET, lambda: START).check(text, "binding", "sign-in")


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_a_token_is_good_for_its_own_binding_only(binding: str, other: str) -> None:
    tokens = FormTokens(SECRET, lambda: START)
    token = tokens.make(binding, "sign-in")
    assert (tokens.check(token, other, "sign-in") is not None) is (other == binding)
    assert tokens.make(binding, "sign-in") != token
    assert not tokens.check(token, binding, "sign-out")
    assert not tokens.check(token, "", "sign-in")


FOREIGN = ("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/ /evil.example", "javascript:alert(1)", "evil", "",
           "/\n/evil.example", "https:/evil.example", "/auth/sign-out", "/a\\..\\evil", "data:text/html,x", "/" + "x" * 3000, "\u2028//evil.example")  # fmt: skip


@pytest.mark.parametrize("to", FOREIGN)
def test_signing_in_leads_nowhere_else(browser: Browser, to: str) -> None:
    answer = browser.sign_in(next=to)
    assert answer.headers["location"] == "/?lang=en"
    assert browser.send(ACCOUNT, "next", next=to).headers["location"] == "/"
    form = Forms(text_of(browser.get(f"/auth/sign-in?{urlencode({'lang': 'en', 'next': to})}"))).forms[0]
    assert form["next"] == "/?lang=en"


def test_signing_in_leads_back_to_the_page(browser: Browser) -> None:
    here = "/sources?lang=ar&area=PS0150&q=%D9%85"
    form = Forms(text_of(browser.get(f"/auth/sign-in?{urlencode({'lang': 'en', 'next': here})}"))).forms[0]
    answer = browser.post(form.pop("action"), **form | {"login": "rana", "password": PASSWORD})
    assert answer.headers["location"] == here


@given(st.text(max_size=40))
def test_a_local_path_stays_on_this_server(text: str) -> None:
    path = local_path(text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\", "/auth/"))
    assert not re.search(r"[\x00-\x20\\]", path)


def test_an_expired_or_revoked_or_forged_session_is_nobodys(browser: Browser, accounts: Accounts, clock: Clock) -> None:
    browser.sign_in()
    token = browser.cookies[COOKIE]
    for forged in (
        token[:-1],
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "admin",
        "x" * 43,
        '"',
        *(text for text in SQL if text.isascii() and ";" not in text),
    ):
        browser.cookies[COOKIE] = forged.replace("\0", "")
        assert browser.get(ACCOUNT).status_code == 303
    browser.cookies[COOKIE] = token
    assert browser.get(ACCOUNT).status_code == 200
    clock.pass_by(LIFETIME)
    assert browser.get(ACCOUNT).status_code == 303
    browser.sign_in()
    accounts.close("rana", actor="test")
    assert browser.get(ACCOUNT).status_code == 303


def test_a_new_sign_in_ends_the_session_that_was_there(browser: Browser, accounts: Accounts) -> None:
    browser.cookies[COOKIE] = "x" * 43
    browser.sign_in()
    first = browser.cookies[COOKIE]
    assert first != "x" * 43
    browser.sign_in()
    assert browser.cookies[COOKIE] != first
    assert accounts.sessions.find(first) is None


def test_registering_with_the_set_up_code(browser: Browser, accounts: Accounts) -> None:
    code = accounts.set_up_code() or ""
    form = Forms(text_of(browser.get(f"/auth/register?lang=en&code={code}"))).forms[0]
    assert form["code"] == code
    answer = browser.send(REGISTER, "code", code=code, login="boss", name="The Boss", password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/sign-in?lang=en&done=registered")
    assert TR("account.done_registered") in text_of(browser.get(answer.headers["location"]))
    assert browser.sign_in("boss").status_code == 303
    assert accounts.sessions.scope(browser.cookies[COOKIE]).role == "admin"
    again = browser.send(REGISTER, "code", code=code, login="boss2", name="B", password=PASSWORD)
    assert (again.status_code, error_of(again)) == (400, words("code"))


def test_a_wrong_code_does_not_tell_which_names_are_taken(browser: Browser, accounts: Accounts) -> None:
    told = {
        error_of(browser.send(REGISTER, "code", code="WRONG", login=login, name="x", password=password))
        for login, password in (("rana", PASSWORD), ("free", "short"))
    }
    assert told == {words("code")}
    code = accounts.invite(Right("planner", area_id="PS0150"), actor="test", lifetime=dt.timedelta(days=1))
    assert error_of(browser.send(REGISTER, "code", code=code, login="RANA", name="x", password=PASSWORD)) == words("login_taken")


def test_a_role_in_the_address_or_in_the_form_gives_nothing(browser: Browser, accounts: Accounts) -> None:
    code = accounts.invite(Right("planner", area_id="PS0150"), actor="test", lifetime=dt.timedelta(days=1))
    form = browser.form(f"{REGISTER}&role=admin&clearance=3", "code")
    browser.post(
        f"{form.pop('action')}&role=admin",
        **form | {"code": code, "login": "sami", "name": "Sami", "password": PASSWORD, "role": "admin", "clearance": "3"},
    )
    browser.post(f"{SIGN_IN}&role=admin&user_id=x", **{**browser.form(SIGN_IN, "login"), "login": "sami", "password": PASSWORD, "role": "admin"})
    scope = accounts.sessions.scope(browser.cookies[COOKIE])
    assert (scope.role, scope.clearance, scope.areas) == ("planner", 0, ("PS0150",))


@pytest.mark.parametrize("payload", [*PAYLOADS, *(text for text in SQL if text.isprintable())])
def test_hostile_text_stays_text(browser: Browser, accounts: Accounts, payload: str) -> None:
    wrong = [browser.sign_in(payload, "wrong"), browser.send(REGISTER, "code", code=payload, login=payload, name=payload, password=payload),
             browser.get(f"/auth/sign-in?{urlencode({'next': payload, 'done': payload, 'lang': payload})}"),
             browser.get(f"/auth/register?{urlencode({'code': payload})}")]  # fmt: skip
    accounts.create_user("hostile", payload, PASSWORD, locale="en", actor="test")
    assert browser.sign_in("hostile").status_code == 303
    for answer in (*wrong, browser.get(ACCOUNT)):
        found = Forms(text_of(answer))
        assert set(found.elements) <= {"html", "head", "meta", "title", "style", "body", "header", "a", "b", "nav", "main", "h1", "h2", "p", "form", "input", "label",
                                       "small", "button", "section", "ul", "li", "span"}  # fmt: skip
        assert not [name for name in found.attributes if name.startswith("on") or name in ("src", "srcdoc", "style")]


def test_the_account_page_ends_sessions_and_changes_the_password(browser: Browser, client: Client, accounts: Accounts) -> None:
    second, third = Browser(client), Browser(client)
    for each in (browser, second, third):
        each.sign_in()
    assert browser.send(ACCOUNT, "end").headers["location"] == "/auth/account?lang=en&done=ended"
    assert sorted(each.get(ACCOUNT).status_code for each in (browser, second, third)) == [200, 200, 303]
    answer = browser.send(ACCOUNT, "password", old="wrong", password="eight olive trees", do="password")
    assert (answer.status_code, error_of(answer)) == (400, words("wrong_old"))
    answer = browser.send(ACCOUNT, "password", old=PASSWORD, password="eight olive trees", do="password")
    assert answer.headers["location"] == "/auth/account?lang=en&done=password"
    assert [each.get(ACCOUNT).status_code for each in (browser, second, third)] == [200, 303, 303]
    assert second.sign_in(password="eight olive trees").status_code == 303
    assert browser.send(ACCOUNT, "everywhere").headers["location"] == "/auth/sign-in?lang=en&done=everywhere"
    assert [each.get(ACCOUNT).status_code for each in (browser, second)] == [303, 303]


def test_nobody_ends_a_session_of_somebody_else(browser: Browser, client: Client, accounts: Accounts) -> None:
    accounts.create_user("omar", "Omar", PASSWORD, locale="en", actor="test")
    other = Browser(client)
    other.sign_in("omar")
    browser.sign_in()
    found = accounts.sessions.find(other.cookies[COOKIE])
    assert found is not None
    for session in (found.session_id, ""):
        assert browser.post(ACCOUNT, csrf=browser.form(ACCOUNT, "everywhere")["csrf"], do="end", session=session).status_code == 303
    assert [each.get(ACCOUNT).status_code for each in (browser, other)] == [200, 200]
    assert browser.post(ACCOUNT, csrf=browser.form(ACCOUNT, "everywhere")["csrf"], do="nothing").status_code == 400


def test_a_body_that_is_too_large_or_no_form_is_refused(browser: Browser) -> None:
    assert browser.ask("POST", SIGN_IN, b"x" * 20_000).status_code == 413
    assert browser.ask("POST", SIGN_IN, b"&".join(b"a%d=1" % i for i in range(30))).status_code == 403
    assert browser.ask("POST", SIGN_IN, b"\xff\xfe\x00=%ff").status_code == 403


def test_refusals_are_audited_without_what_was_typed(browser: Browser, accounts: Accounts, account_book: sa.Engine) -> None:
    browser.sign_in(password="a wrong password")
    browser.sign_in("my secret typed here", "x")
    assert [(event.action, event.changes) for event in accounts.events(2)] == [("sign_in_refused", {}), ("sign_in_refused", {})]
    assert "my secret" not in all_cells(account_book)


def test_the_map_asks_the_session_who_it_is_and_keeps_nothing_of_the_cleared(browser: Browser, accounts: Accounts, clock: Clock) -> None:
    registry = make_registry(12)
    asked: list[Scope] = []

    def load(scope: Scope) -> object:
        asked.append(scope)
        return registry

    def identify(token: str, address: str, asked: Collection[str]) -> Scope:
        found = accounts.identify(token, address=address, asked=asked)
        return found.scope if found else PUBLIC

    routes = [*map_routes(load, lambda: BASEMAP, identify), *download_routes(load, identify)]  # type: ignore[arg-type]
    data = Browser(Client(routes))
    paths = [
        f"{path}?v={registry.edition}&role=admin&clearance=3" for path in ("/data/sites.en.bin", "/data/site/site-00001.json", "/data/export.csv")
    ]
    kept = [data.get(path, x_role="admin").headers["cache-control"] for path in paths]
    assert ["immutable" in text for text in kept] == [True, True, False]
    assert set(asked) == {PUBLIC}
    asked.clear()
    accounts.create_user("dana", "Dana", PASSWORD, locale="he", actor="test", right=Right("planner", area_id="PS0150", clearance=3))
    browser.sign_in("dana")
    data.cookies = dict(browser.cookies)
    assert {data.get(path).headers["cache-control"] for path in paths} == {"no-store"}
    assert {(scope.role, scope.clearance, scope.areas) for scope in asked} == {("planner", 3, ("PS0150",))}
    asked.clear()
    clock.pass_by(LIFETIME)
    assert "immutable" in data.get(paths[0]).headers["cache-control"]
    assert asked == [PUBLIC]
