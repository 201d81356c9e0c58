"""Sign in, sign out, make an account with a code, and look after one's account: pages without script, before any page of the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from data.accounts import Accounts
from data.passwords import SHORTEST
from geo.errors import InputError
from jobs.provider import provider
from layers.forms import Field, form, link, paragraph, rows
from routes.provider import COME_BACK, SET_OUT, come_back, set_out
from routes.visit import LARGEST, Visit, local_path

SIGN_IN, SIGN_OUT, REGISTER, ACCOUNT = "/auth/sign-in", "/auth/sign-out", "/auth/register", "/auth/account"
DONE = ("registered", "password", "ended", "everywhere")
"""What a page may say was done, by its name in the address."""


def sign_in_routes(accounts: Callable[[], Accounts]) -> list[Route]:
    """Return the routes under ``/auth/``.

    Parameters
    ----------
    accounts : gives the accounts; called once a request.
    """
    return [
        Route(SIGN_IN, _endpoint(accounts, _sign_in), methods=["GET", "POST"]),
        Route(SIGN_OUT, _endpoint(accounts, _sign_out), methods=["POST"]),
        Route(REGISTER, _endpoint(accounts, _register), methods=["GET", "POST"]),
        Route(ACCOUNT, _endpoint(accounts, _account), methods=["GET", "POST"]),
        Route(SET_OUT, _endpoint(accounts, set_out), methods=["GET"]),
        Route(COME_BACK, _endpoint(accounts, come_back), methods=["GET", "POST"]),
    ]


def _endpoint(accounts: Callable[[], Accounts], handle: Callable[[Visit], Response]) -> Callable[[Request], Awaitable[Response]]:
    def answer(request: Request, body: bytes) -> Response:
        return handle(Visit.read(request, body, accounts()))

    async def endpoint(request: Request) -> Response:
        body = b""
        if request.method == "POST":
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    return PlainTextResponse("", status_code=413)
        return await run_in_threadpool(answer, request, body)

    return endpoint


def _sign_in(visit: Visit) -> Response:
    tr = visit.tr
    asked = (visit.sent if visit.request.method == "POST" else visit.request.query_params).get("next", "/")
    to = visit.path("/") if local_path(asked) == "/" else asked

    def draw(error: InputError | None = None, *, status: int = 200) -> Response:
        fields = [
            Field("login", tr("account.login"), autocomplete="username", value=visit.sent.get("login", "")[:64], longest=64),
            Field("password", tr("account.password"), kind="password", autocomplete="current-password"),
        ]
        blocks = [
            form(visit.path(SIGN_IN), tr("account.sign_in"), fields, {"csrf": visit.form_token("sign-in"), "next": to}),
            *([link(tr("account.provider"), visit.path(SET_OUT, next=to))] if provider().state == "ready" else []),
            link(tr("account.have_code"), visit.path(REGISTER)),
        ]
        return _told(visit, tr("account.sign_in"), blocks, error, status)

    if visit.request.method == "GET":
        return draw()
    if not visit.is_ours("sign-in"):
        return draw(InputError("account.form"), status=403)
    try:
        user_id = visit.accounts.check_password(visit.sent.get("login", ""), visit.sent.get("password", ""), address=visit.address)
    except InputError as error:
        return draw(error, status=401)
    if visit.who:
        visit.accounts.sessions.revoke(visit.who.user_id, session_id=visit.who.session_id, actor=visit.who.user_id)
    return visit.go(to, token=visit.accounts.sessions.open(user_id))


def _sign_out(visit: Visit) -> Response:
    to = local_path(visit.sent.get("next", "/"))
    if visit.who is None:
        return visit.go(to, token="")
    if not visit.is_ours("sign-out"):
        return _told(visit, visit.tr("account.title"), [_sign_out_form(visit)], InputError("account.form"), 403)
    visit.accounts.sessions.revoke(visit.who.user_id, session_id=visit.who.session_id, actor=visit.who.user_id)
    return visit.go(to, token="")


def _register(visit: Visit) -> Response:
    tr = visit.tr

    def draw(error: InputError | None = None, *, status: int = 200) -> Response:
        sent = visit.sent
        code = sent.get("code", visit.request.query_params.get("code", ""))
        fields = [
            Field("code", tr("account.code"), value=code[:100], longest=100, hint=tr("account.code_hint")),
            Field("login", tr("account.login"), autocomplete="username", value=sent.get("login", "")[:64], longest=64, hint=tr("account.login_hint")),
            Field(
                "name", tr("account.name"), autocomplete="name", value=sent.get("name", "")[:80], longest=80, hint=tr("account.name_hint"), ltr=False
            ),
            Field("password", tr("account.password"), kind="password", autocomplete="new-password", hint=tr("account.password_hint", count=SHORTEST)),
        ]
        blocks = [form(visit.path(REGISTER), tr("account.register"), fields, {"csrf": visit.form_token("register")})]
        return _told(visit, tr("account.register_title"), [*blocks, link(tr("account.have_account"), visit.path(SIGN_IN))], error, status)

    if visit.request.method == "GET":
        return draw()
    if not visit.is_ours("register"):
        return draw(InputError("account.form"), status=403)
    code, login, name, password = (visit.sent.get(field, "") for field in ("code", "login", "name", "password"))
    try:
        visit.accounts.register_with_code(code, login, name, password, locale=tr.lang, address=visit.address)
    except InputError as error:
        return draw(error, status=400)
    return visit.go(visit.path(SIGN_IN, done="registered"), token=None if visit.who else "")


def _account(visit: Visit) -> Response:
    who, sessions = visit.who, visit.accounts.sessions
    if who is None:
        return visit.go(visit.path(SIGN_IN))
    if visit.request.method == "GET":
        return _account_page(visit)
    if not visit.is_ours("account"):
        return _account_page(visit, InputError("account.form"), status=403)
    match visit.sent.get("do", ""):
        case "end":
            sessions.revoke(who.user_id, session_id=visit.sent.get("session", "") or "none", actor=who.user_id)
            return visit.go(visit.path(ACCOUNT, done="ended"))
        case "everywhere":
            sessions.revoke(who.user_id, actor=who.user_id)
            return visit.go(visit.path(SIGN_IN, done="everywhere"), token="")
        case "password":
            old, new = visit.sent.get("old", ""), visit.sent.get("password", "")
            try:
                visit.accounts.change_password(who.login, old, new, address=visit.address, keep_session=who.session_id)
            except InputError as error:
                wrong = InputError("account.wrong_old") if error.code == "account.wrong" else error
                return _account_page(visit, wrong, status=400)
            return visit.go(visit.path(ACCOUNT, done="password"))
    return _account_page(visit, InputError("account.form"), status=400)


def _account_page(visit: Visit, error: InputError | None = None, *, status: int = 200) -> Response:
    who, tr = visit.who, visit.tr
    if who is None:
        raise ValueError("nobody is signed in")
    here = visit.path(ACCOUNT)
    csrf = visit.form_token("account")
    places = " · ".join((*who.scope.areas, who.scope.organisation_id)).strip(" ·")
    items = []
    for session in visit.accounts.sessions.list_open(who.user_id):
        since = tr("account.since", day=tr.date(session.created_at.date()), time=f"{session.created_at:%H:%M}")
        if session.session_id == who.session_id:
            items.append((f"{since} · {tr('account.this_browser')}", ""))
        else:
            items.append((since, form(here, tr("account.end"), (), {"csrf": csrf, "do": "end", "session": session.session_id}, quiet=True)))
    fields = [
        Field("old", tr("account.old_password"), kind="password", autocomplete="current-password"),
        Field("password", tr("account.new_password"), kind="password", autocomplete="new-password", hint=tr("account.password_hint", count=SHORTEST)),
    ]
    blocks = [
        paragraph(f"{who.display_name} · {who.login}"),
        paragraph(" · ".join(filter(None, (tr(f"account.role_{who.scope.role}"), places)))),
        _sign_out_form(visit),
        rows(tr("account.sessions"), items),
        form(here, tr("account.everywhere"), (), {"csrf": csrf, "do": "everywhere"}, quiet=True),
        form(here, tr("account.change_password"), fields, {"csrf": csrf, "do": "password"}, title=tr("account.change_password")),
    ]
    return _told(visit, tr("account.title"), blocks, error, status)


def _sign_out_form(visit: Visit) -> str:
    return form(visit.path(SIGN_OUT), visit.tr("account.sign_out"), (), {"csrf": visit.form_token("sign-out"), "next": visit.path("/")})


def _told(visit: Visit, title: str, blocks: list[str], error: InputError | None, status: int) -> Response:
    """Answer with a page that says what went wrong, or what the address says was done."""
    done = visit.request.query_params.get("done", "")
    return visit.told(title, blocks, error, status, notice=visit.tr(f"account.done_{done}") if done in DONE else "")
