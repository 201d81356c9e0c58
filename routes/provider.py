"""Sign in through an OpenID Connect provider: there, back with its word, and from that to a session of ours. Rights stay ours.

Streamlit goes to the provider and checks its answer; the page that it comes back to seals what was checked into a ticket, and this
route exchanges the ticket for our session cookie, so that pages and routes know everybody in one way. An exchange needs a cookie
that this browser got from us when it set out, works once for each answer of the provider, and only soon after it was given.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from starlette.responses import Response

from data.accounts import Accounts
from data.identities import Identity
from geo.errors import InputError, StoreError
from i18n import LANGUAGES
from jobs.provider import provider
from layers.forms import Field, form, link, paragraph
from routes.csrf import FormTokens
from routes.visit import PROVIDER_COOKIE, Visit, local_path

SET_OUT, COME_BACK = "/auth/provider", "/auth/provider/back"
START_COOKIE = "jiwar_start"
AWAY = dt.timedelta(minutes=10)
TICKET = dt.timedelta(minutes=30)
FRESH = dt.timedelta(hours=1)
"""Longest time since the provider's answer; also how far the provider's clock may be off."""


def set_out(visit: Visit) -> Response:
    """Send the browser to the provider, remembering where it came from and that it set out here."""
    asked = visit.request.query_params.get("next", "/")
    to = visit.path("/") if local_path(asked) == "/" else asked
    if provider().state != "ready":
        return visit.go(visit.path("/auth/sign-in"))
    from streamlit.user_info import generate_login_redirect_url

    answer = visit.go(generate_login_redirect_url("default"))
    start = f"{FormTokens(visit.accounts.secret, visit.accounts.clock).make(to, 'set-out', AWAY)}~{quote(to, safe='')}"
    answer.set_cookie(START_COOKIE, start, max_age=int(AWAY.total_seconds()), httponly=True, samesite="lax", path="/", secure=visit.secure)
    return answer


def back_address(accounts: Accounts, claims: Mapping[str, object], cookies: Mapping[str, str], lang: str) -> str:
    """Return where a page sends a browser that has just come back with a checked answer; empty for anybody else.

    Parameters
    ----------
    claims : of ``st.user``, which Streamlit has checked.
    cookies : of the page's connection.
    lang : of the page that it came back to; the language that it set out in comes first.
    """
    identity = Identity.from_claims(claims)
    if identity is None or not claims.get("is_logged_in") or not cookies.get(START_COOKIE):
        return ""
    before = parse_qs(urlsplit(unquote(cookies[START_COOKIE].partition("~")[2])).query).get("lang", [lang])[0]
    ticket = _seal(accounts, identity, claims.get("iat"), _binding(cookies))
    return f"{COME_BACK}?{urlencode({'lang': before if before in LANGUAGES else lang, 'ticket': ticket})}"


def come_back(visit: Visit) -> Response:
    """Open a session for whom the provider vouches; offer whoever is not known here to use an invitation."""
    cookies, sent = visit.request.cookies, visit.request.method == "POST"
    ticket = (visit.sent if sent else visit.request.query_params).get("ticket", "")
    opened = _unseal(visit.accounts, ticket, _binding(cookies))
    if sent:
        return _register(visit, opened)
    to = _set_out_for(visit, cookies.get(START_COOKIE, ""))
    if opened is None or to is None:
        visit.accounts.refusals.note("form_refused", address=visit.address)
        answer = visit.page(visit.tr("account.provider_title"), [_again(visit)], error=visit.tr("error.account.provider"), status=403, keep=())
    elif user_id := visit.accounts.find_identity(opened[0], address=visit.address):
        answer = _open(visit, opened, user_id, to)
    else:
        answer = _unknown(visit, opened, to)
    answer.delete_cookie(START_COOKIE, path="/", httponly=True, samesite="lax", secure=visit.secure)
    return answer


def _register(visit: Visit, opened: tuple[Identity, str] | None) -> Response:
    to = local_path(visit.sent.get("next", "/"))
    if not visit.is_ours("provider") or opened is None:
        return visit.page(visit.tr("account.provider_title"), [_again(visit)], error=visit.tr("error.account.form"), status=403, keep=())
    try:
        user_id = visit.accounts.register_identity(visit.sent.get("code", ""), opened[0], locale=visit.tr.lang, address=visit.address)
    except InputError as error:
        return _unknown(visit, opened, to, error)
    return _open(visit, opened, user_id, to)


def _open(visit: Visit, opened: tuple[Identity, str], user_id: str, to: str) -> Response:
    if not visit.accounts.spent.spend(opened[1], visit.accounts.clock() + 2 * FRESH):
        visit.accounts.refusals.note("form_refused", address=visit.address, user_id=user_id)
        return visit.page(visit.tr("account.provider_title"), [_again(visit)], error=visit.tr("error.account.provider"), status=403, keep=())
    if visit.who:
        visit.accounts.sessions.revoke(visit.who.user_id, session_id=visit.who.session_id, actor=visit.who.user_id)
    return visit.go(to, token=visit.accounts.sessions.open(user_id))


def _unknown(visit: Visit, opened: tuple[Identity, str], to: str, error: InputError | None = None) -> Response:
    """Tell somebody whom the provider knows and we do not that they are the public, and how that can change."""
    tr, identity = visit.tr, opened[0]
    ticket = _seal_whole(visit.accounts, identity, opened[1], _binding(visit.request.cookies))
    fields = [Field("code", tr("account.code"), longest=100, hint=tr("account.code_hint"))]
    blocks = [
        paragraph(tr("account.provider_unknown", name=identity.email or identity.name or identity.subject)),
        form(visit.path(COME_BACK), tr("account.provider_use_code"), fields, {"csrf": visit.form_token("provider"), "ticket": ticket, "next": to}),
        paragraph(tr("account.provider_admin", issuer=identity.issuer, subject=identity.subject)),
        link(tr("account.provider_go_on"), to),
    ]
    return visit.told(tr("account.provider_title"), blocks, error, 403 if error is None else 400)


def _again(visit: Visit) -> str:
    return link(visit.tr("account.sign_in"), visit.path("/auth/sign-in"))


def _set_out_for(visit: Visit, start: str) -> str | None:
    """Return where this browser wanted to go when it set out; None where it did not set out here, not long ago, or came back before."""
    token, _, quoted = start.partition("~")
    to = unquote(quoted)
    tokens = FormTokens(visit.accounts.secret, visit.accounts.clock)
    return local_path(to) if tokens.use(token, to, "set-out", visit.accounts.spent) else None


def _binding(cookies: Mapping[str, str]) -> str:
    """Return a digest of the provider's answer in this browser: a ticket is of no use in any other."""
    parts = sorted(f"{name}={value}" for name, value in cookies.items() if name.startswith(PROVIDER_COOKIE))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest() if parts else ""


def _seal(accounts: Accounts, identity: Identity, issued_at: object, binding: str) -> str:
    now = accounts.clock().timestamp()
    if not isinstance(issued_at, int | float) or abs(now - issued_at) > FRESH.total_seconds():
        return ""
    return _seal_whole(accounts, identity, f"{identity.issuer}\0{identity.subject}\0{int(issued_at)}\0{binding}", binding)


def _seal_whole(accounts: Accounts, identity: Identity, mark: str, binding: str) -> str:
    expires = (accounts.clock() + TICKET).timestamp()
    kept = {"issuer": identity.issuer, "subject": identity.subject, "name": identity.name, "email": identity.email, "mark": mark, "expires": expires}
    return base64.urlsafe_b64encode(accounts.secret.seal(f"provider\0{binding}", dict(kept))).decode()


def _unseal(accounts: Accounts, ticket: str, binding: str) -> tuple[Identity, str] | None:
    """Return the identity of a ticket and the mark by which it is exchanged once; None for one that is forged, old or of another browser."""
    try:
        kept = accounts.secret.unseal(f"provider\0{binding}", base64.b64decode(ticket.encode(), altchars=b"-_", validate=True))
    except (StoreError, binascii.Error, ValueError):
        return None
    if not binding or float(str(kept["expires"])) <= accounts.clock().timestamp():
        return None
    identity = Identity(str(kept["issuer"]), str(kept["subject"]), str(kept["name"]), str(kept["email"]))
    return identity, str(kept["mark"])
