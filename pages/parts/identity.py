"""Who looks at a page: read from the session's cookie at every run, so that a session that was ended is the public's at once."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from data.sessions import COOKIE, LIFETIME, SignedIn
from geo.model import PUBLIC, Scope
from i18n import Translator
from layers import forms
from pages.parts import load
from routes.csrf import FormTokens
from routes.sign_in import ACCOUNT, SIGN_IN, SIGN_OUT


def signed_in() -> SignedIn | None:
    """Return who is signed in in this browser; None for the public."""
    token = _token()
    return load.accounts().sessions.find(token) if token else None


def scope() -> Scope:
    """Return what the reader may see and do."""
    who = signed_in()
    return PUBLIC if who is None else who.scope


def show(tr: Translator) -> None:
    """Show a link to signing in, or the reader's name and a button that signs out."""
    who = signed_in()
    here = _here(tr)
    if who is None:
        st.html(forms.identity(tr("account.sign_in_short"), f"{SIGN_IN}?{urlencode({'lang': tr.lang, 'next': here})}"))
        return
    accounts = load.accounts()
    csrf = FormTokens(accounts.secret, accounts.clock).make(_token(), "sign-out", LIFETIME)
    sign_out = forms.form(f"{SIGN_OUT}?lang={tr.lang}", tr("account.sign_out"), (), {"csrf": csrf, "next": here})
    st.html(forms.identity(who.display_name, f"{ACCOUNT}?lang={tr.lang}", sign_out))


def _token() -> str:
    return str(st.context.cookies.get(COOKIE) or "")


def _here(tr: Translator) -> str:
    """Return the path and query of the page, to come back to."""
    query = {key: st.query_params.get_all(key) for key in st.query_params} | {"lang": [tr.lang]}
    return f"{urlsplit(str(st.context.url or '/')).path or '/'}?{urlencode(query, doseq=True)}"
