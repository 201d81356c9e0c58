"""Who looks at a page: read from the session's cookie at every run, so that a session that was ended is the public's at once."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

import streamlit as st

from data.accounts import Accounts
from data.sessions import COOKIE, LIFETIME, SignedIn
from geo.model import PUBLIC, Scope
from i18n import Translator
from jobs.provider import provider
from layers import forms
from pages.parts import load
from routes.csrf import FormTokens
from routes.provider import back_address
from routes.sign_in import ACCOUNT, SIGN_IN, SIGN_OUT


def signed_in() -> SignedIn | None:
    """Return who is signed in in this browser, by password or through a provider; None for the public."""
    return load.accounts().identify(_token(), address=str(st.context.ip_address or ""), asked=st.query_params.keys())


def scope() -> Scope:
    """Return what the reader may see and do."""
    who = signed_in()
    return PUBLIC if who is None else who.scope


def note_refusal(who: SignedIn | None) -> None:
    """Write down that a page was refused to the reader."""
    load.accounts().refusals.note("page_refused", address=str(st.context.ip_address or ""), user_id=who.user_id if who else "")


def show(tr: Translator) -> None:
    """Show a link to signing in, or the reader's name and a button that signs out; say so where a session has ended meanwhile."""
    who = signed_in()
    accounts = load.accounts()
    here = _here(tr)
    if who is None:
        ended = tr("account.session_ended") if _token() else ""
        st.html(forms.identity(tr("account.sign_in_short"), f"{SIGN_IN}?{urlencode({'lang': tr.lang, 'next': here})}", ended=ended))
        _come_back(accounts, tr)
        return
    csrf = FormTokens(accounts.secret, accounts.clock).make(_token(), "sign-out", LIFETIME)
    sign_out = forms.form(f"{SIGN_OUT}?lang={tr.lang}", tr("account.sign_out"), (), {"csrf": csrf, "next": here})
    st.html(forms.identity(who.display_name, f"{ACCOUNT}?lang={tr.lang}", sign_out))


def _come_back(accounts: Accounts, tr: Translator) -> None:
    """Send a browser that has just come back from a provider on to where it gets a session of ours."""
    if provider().state != "ready":
        return
    address = back_address(accounts, st.user.to_dict(), st.context.cookies.to_dict(), tr.lang)
    if address:
        st.html(f"<script>location.replace({json.dumps(address)});</script>", unsafe_allow_javascript=True)


def _token() -> str:
    return str(st.context.cookies.get(COOKIE) or "")


def _here(tr: Translator) -> str:
    """Return the path and query of the page, to come back to."""
    query = {key: st.query_params.get_all(key) for key in st.query_params} | {"lang": [tr.lang]}
    return f"{urlsplit(str(st.context.url or '/')).path or '/'}?{urlencode(query, doseq=True)}"
