"""One request to the sign-in pages: what was sent, in which language, by whom; and the answers with their headers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from data.accounts import Accounts
from data.sessions import COOKIE, LIFETIME, SignedIn
from data.throttle import Throttled
from geo.errors import InputError
from i18n import LANGUAGES, NATIVE_NAMES, Translator, from_browser, translator
from layers import forms
from routes.csrf import FormTokens

FORM_COOKIE = "jiwar_form"
PROVIDER_COOKIE = "_streamlit_user"
"""Begin of the names of Streamlit's cookies with a provider's answer; signed by it with ``cookie_secret``."""
LARGEST = 16_384
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,2000}")
_BINDING = re.compile(r"[A-Za-z0-9_-]{22}")
_HEADERS = {
    "Content-Security-Policy": forms.POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def local_path(text: str) -> str:
    """Return ``text`` if it is a path of this server outside the sign-in pages, otherwise the first page."""
    return text if _LOCAL.fullmatch(text) and not text.startswith("/auth/") else "/"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request, read.

    Parameters
    ----------
    request : as it came.
    sent : fields of the form; empty for a GET.
    accounts : the accounts.
    tr : words of the reader's language.
    token : the session's token as the browser sent it.
    address : of the asker, as the server sees it.
    who : whose session that is.
    binding : value of the cookie that belongs to forms drawn before signing in.
    """

    request: Request
    sent: dict[str, str]
    accounts: Accounts
    tr: Translator
    token: str
    address: str
    who: SignedIn | None
    binding: str

    @classmethod
    def read(cls, request: Request, body: bytes, accounts: Accounts) -> Visit:
        """Read a request; fields past the twentieth and a second field of the same name are left out."""
        try:
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
        except ValueError:
            pairs = []
        sent = dict(reversed(pairs))
        asked = request.query_params.get("lang", "")
        first = request.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
        token = request.cookies.get(COOKIE, "")
        address = request.client.host if request.client else ""
        who = accounts.identify(token, address=address, asked=request.query_params.keys() | sent.keys())
        binding = request.cookies.get(FORM_COOKIE, "")
        return cls(
            request, sent, accounts, translator(asked if asked in LANGUAGES else from_browser(first)), token, address, who,
            binding if _BINDING.fullmatch(binding) else secrets.token_urlsafe(16),
        )  # fmt: skip

    def path(self, path: str, **query: str) -> str:
        """Return an address of ours in the reader's language."""
        return f"{path}?{urlencode({'lang': self.tr.lang, **{name: value for name, value in query.items() if value}})}"

    def form_token(self, purpose: str) -> str:
        """Return the token for a form on this page."""
        return self._tokens().make(self.token if self.who else self.binding, purpose)

    def is_ours(self, purpose: str) -> bool:
        """Say whether the form that was sent is one that we drew for this browser and purpose, came from our own page, and was not sent before."""
        binding = self.token if self.who else self.request.cookies.get(FORM_COOKIE, "")
        own = self.request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        if own and self._tokens().use(self.sent.get("csrf", ""), binding, purpose, self.accounts.spent):
            return True
        self.accounts.refusals.note("form_refused", address=self.address, user_id=self.who.user_id if self.who else "")
        return False

    def page(
        self, title: str, blocks: Sequence[str], *, notice: str = "", error: str = "", status: int = 200, keep: tuple[str, ...] = ("code", "next")
    ) -> Response:
        """Answer with a page.

        Parameters
        ----------
        title, notice, error : words.
        blocks : markup of ``layers.forms``.
        status : of HTTP.
        keep : parts of the address that stay when the language is changed.
        """
        kept = {name: self.request.query_params[name] for name in keep if name in self.request.query_params}
        languages = [(code, NATIVE_NAMES[code], f"{self.request.url.path}?{urlencode({**kept, 'lang': code})}") for code in LANGUAGES]
        tr = self.tr
        body = forms.page(
            title=title, name=tr("app.name"), lang=tr.lang, direction=tr.direction, languages=languages, blocks=blocks, notice=notice, error=error
        )
        answer = HTMLResponse(body, status, headers=_HEADERS)
        if self.token and not self.who:
            answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=self.secure)
        if not self.who and self.request.cookies.get(FORM_COOKIE) != self.binding:
            answer.set_cookie(FORM_COOKIE, self.binding, httponly=True, samesite="strict", path="/auth", secure=self.secure)
        return answer

    def go(self, to: str, *, token: str | None = None) -> Response:
        """Send the browser on; with a token it is signed in, with an empty one signed out. Forms drawn before are void then."""
        answer = RedirectResponse(to, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        if token is not None:
            answer.delete_cookie(FORM_COOKIE, path="/auth", httponly=True, samesite="strict", secure=self.secure)
            if token:
                answer.set_cookie(COOKIE, token, max_age=int(LIFETIME.total_seconds()), httponly=True, samesite="lax", path="/", secure=self.secure)
            else:
                answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=self.secure)
                for name in self.request.cookies:
                    if name.startswith(PROVIDER_COOKIE):
                        answer.delete_cookie(name, path="/", httponly=True, samesite="lax")
        return answer

    def told(self, title: str, blocks: Sequence[str], error: InputError | None = None, status: int = 200, *, notice: str = "") -> Response:
        """Answer with a page that says what went wrong, or else what was done; whoever must wait is told how long."""
        words = self.tr(f"error.{error.code}", **error.params) if error else ""
        answer = self.page(title, blocks, notice="" if error else notice, error=words, status=429 if isinstance(error, Throttled) else status)
        if isinstance(error, Throttled):
            answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @property
    def secure(self) -> bool:
        """Whether the browser came by https, so that its cookies must too."""
        return self.request.url.scheme == "https"

    def _tokens(self) -> FormTokens:
        return FormTokens(self.accounts.secret, self.accounts.clock)
