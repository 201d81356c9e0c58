"""People: who can sign in and what each may do and where; invite, give and take rights, end sessions. For administrators of accounts."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode, urlsplit

import streamlit as st

from data.people import User
from data.rights import Right
from data.sessions import SignedIn
from geo.errors import InputError
from geo.model import Scope
from geo.permissions import may
from geo.registry import Registry
from i18n import Translator
from layers import people
from pages.parts import account_events, errors, identity, load, rights, shell
from routes.sign_in import REGISTER

TITLE = "people.menu"
SLUG = "people"
ICON = ":material/group:"
MOST_DAYS = 90
_CODE, _DONE, _ERROR = "people_code", "people_done", "people_error"


def shown(scope: Scope) -> bool:
    """Say whether the menu lists the page: for whoever may look after accounts."""
    return may(scope, "manage_users")


def render(tr: Translator) -> None:
    """Draw the page; whoever may not look after accounts is told so and sees nothing of them."""
    shell.write_address(tr, {})
    shell.language_switch(tr)
    st.title(tr("people.title"), anchor=False)
    who = identity.signed_in()
    if who is None or not shown(who.scope):
        identity.note_refusal(who)
        st.info(tr("people.refused"))
        return
    registry = load.registry(who.scope)
    _tell_what_was_done(tr)
    with st.expander(tr("people.invite")):
        _invite(registry, tr)
    users = load.accounts().list_users()
    st.html(people.table(tr("people.table"), [tr(f"people.column_{name}") for name in _COLUMNS], [_line(registry, user, who, tr) for user in users]))
    _choose(registry, users, who, tr)
    with st.expander(tr("people.events")):
        account_events.show(load.accounts(), tr)


_COLUMNS = ("name", "login", "role", "place", "clearance", "state")


def _line(registry: Registry, user: User, who: SignedIn, tr: Translator) -> list[str]:
    now = load.accounts().clock()
    valid = [grant for grant in user.grants if grant.valid(now)]
    name = tr("people.you", name=user.display_name) if user.user_id == who.user_id else user.display_name
    roles = ", ".join(dict.fromkeys(tr(f"account.role_{grant.right.role}") for grant in valid)) or tr("people.no_right")
    places = ", ".join(filter(None, (rights.place_name(registry, grant.right, tr) for grant in valid)))
    clearance = str(min(grant.right.clearance for grant in valid)) if valid else ""
    return [name, user.login, roles, places, clearance, tr(f"people.state_{'open' if user.active else 'closed'}")]


def _invite(registry: Registry, tr: Translator) -> None:
    right = rights.choose(registry, tr, key="invite")
    days = st.number_input(tr("people.days"), 1, MOST_DAYS, 7, key="people_days", width=160)
    st.button(tr("people.make_code"), key="people_make_code", on_click=_do, args=("invite", "", right, int(days)))


def _choose(registry: Registry, users: list[User], who: SignedIn, tr: Translator) -> None:
    by_login = {user.login: user for user in users}
    chosen = st.selectbox(
        tr("people.choose"), list(by_login), index=None, placeholder=tr("people.choose_hint"), key="people_choose",
        format_func=lambda login: f"{by_login[login].display_name} · {login}",
    )  # fmt: skip
    if chosen is None:
        return
    user = by_login[chosen]
    if user.user_id == who.user_id:
        st.info(tr("people.yourself"))
        return
    with st.container(border=True):
        _one(registry, user, tr)


def _one(registry: Registry, user: User, tr: Translator) -> None:
    """Draw what can be changed about one person."""
    accounts = load.accounts()
    st.subheader(tr("people.rights"), anchor=False)
    for grant in user.grants:
        if grant.valid(accounts.clock()):
            words = rights.right_name(registry, grant.right, tr)
            st.button(
                tr("people.revoke", right=words), key=f"people_revoke_{grant.grant_id}", on_click=_do, args=("revoke", user.login, grant.grant_id)
            )
    with st.expander(tr("people.grant")):
        right = rights.choose(registry, tr, key="grant")
        st.button(tr("people.grant_now"), key="people_grant_now", on_click=_do, args=("grant", user.login, right))
    sessions = len(accounts.sessions.list_open(user.user_id))
    st.markdown(tr.plural("people.sessions", sessions))
    if sessions:
        st.button(tr("people.end_sessions"), key="people_end_sessions", on_click=_do, args=("sessions", user.login))
    if user.active:
        with st.popover(tr("people.close")):
            st.button(tr("people.close_sure"), key="people_close", type="primary", on_click=_do, args=("close", user.login))


def _do(what: str, login: str, *given: object) -> None:
    """Carry out a click, for whoever may at this very moment; the page then says what was done or why not."""
    who, accounts = identity.signed_in(), load.accounts()
    if who is None or not shown(who.scope):
        return
    try:
        match what, given:
            case "invite", (Right() as right, int(days)):
                lifetime = dt.timedelta(days=days)
                st.session_state[_CODE] = (accounts.invite(right, actor=who.user_id, lifetime=lifetime), (accounts.clock() + lifetime).date())
                return
            case "grant", (Right() as right,):
                accounts.grant(login, right, actor=who.user_id)
            case "revoke", (str(grant_id),):
                accounts.revoke_grant(login, grant_id, actor=who.user_id)
            case "sessions", ():
                accounts.end_sessions(login, actor=who.user_id)
            case "close", ():
                accounts.close(login, actor=who.user_id)
        st.session_state[_DONE] = (what, login)
    except InputError as error:
        st.session_state[_ERROR] = error


def _tell_what_was_done(tr: Translator) -> None:
    """Show once what came of the last button."""
    error: InputError | None = st.session_state.pop(_ERROR, None)
    if error is not None:
        errors.show(error, tr)
    what, login = st.session_state.pop(_DONE, ("", ""))
    if what:
        st.success(tr(f"people.done_{what}", name=login))
    code, until = st.session_state.pop(_CODE, ("", None))
    if code:
        origin = urlsplit(str(st.context.url or ""))
        st.success(tr("people.code_made", day=tr.date(until)))
        st.code(f"{origin.scheme}://{origin.netloc}{REGISTER}?{urlencode({'lang': tr.lang, 'code': code})}", language=None, wrap_lines=True)


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
