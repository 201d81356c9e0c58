"""Look after accounts without a browser: the same acts as the pages, with their results in words."""

from __future__ import annotations

import datetime as dt

from data.account_book import open_account_book, set_up
from data.accounts import COMMAND_LINE, Accounts
from data.rights import Right
from data.store import Store
from geo.errors import InputError
from i18n import LANGUAGES, Translator, translator
from settings import Settings

REGISTER_PATH = "/auth/register"


def open_accounts(settings: Settings, store: Store) -> Accounts:
    """Return the accounts of the settings, made where they are not there.

    Parameters
    ----------
    settings : where the accounts are.
    store : the open store, whose areas and organisations rights are about.

    Raises
    ------
    StoreError, SetupError : as ``open_account_book``.
    """
    if settings.accounts_url == settings.database_url:
        set_up(store.engine, settings.workspace)
        return Accounts(store.engine, store.engine, store.secret)
    return Accounts(open_account_book(settings.accounts_url, settings.workspace), store.engine, store.secret)


def set_up_lines(accounts: Accounts) -> list[str]:
    """Return what to print at the start while there is no admin: a one-time code in each language; nothing where there is one."""
    code = accounts.set_up_code()
    return [] if code is None else [translator(lang)("account.set_up", code=code, path=REGISTER_PATH) for lang in LANGUAGES]


def add_user(accounts: Accounts, login: str, name: str, password: str, right: Right | None, tr: Translator) -> str:
    """Make an account and say so; InputError as ``Accounts.create_user``."""
    accounts.create_user(login, name or login, password, locale=tr.lang, actor=COMMAND_LINE, right=right)
    return tr("account.cli_added", login=login)


def invite(accounts: Accounts, right: Right, days: int, tr: Translator) -> str:
    """Make an invitation and return the words with its code; InputError as ``Accounts.invite``, or for a lifetime under a day."""
    if not 1 <= days <= 90:
        raise InputError("account.days")
    code = accounts.invite(right, actor=COMMAND_LINE, lifetime=dt.timedelta(days=days))
    return tr("account.cli_invited", code=code, path=f"{REGISTER_PATH}?code={code}", day=tr.date((accounts.clock() + dt.timedelta(days=days)).date()))


def grant(accounts: Accounts, login: str, right: Right, until: str, tr: Translator) -> str:
    """Give a right, until the end of a day in UTC or without end, and say so; InputError as ``Accounts.grant``, or for what is no day."""
    try:
        day = dt.date.fromisoformat(until) if until else None
    except ValueError as error:
        raise InputError("account.day", day=until) from error
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC) if day else None
    grant_id = accounts.grant(login, right, actor=COMMAND_LINE, valid_until=end)
    return tr("account.cli_granted", login=login, grant=grant_id)


def revoke(accounts: Accounts, login: str, grant_id: str, tr: Translator, *, sessions_only: bool = False) -> str:
    """Take back one grant, or end the sessions, or close the account, and say so; InputError where there is none such."""
    if grant_id:
        accounts.revoke_grant(login, grant_id, actor=COMMAND_LINE)
        return tr("account.cli_revoked", login=login, grant=grant_id)
    if sessions_only:
        accounts.end_sessions(login, actor=COMMAND_LINE)
        return tr("account.cli_sessions_ended", login=login)
    accounts.close(login, actor=COMMAND_LINE)
    return tr("account.cli_closed", login=login)


def link(accounts: Accounts, login: str, issuer: str, subject: str, tr: Translator) -> str:
    """Let a provider's word open an account and say so; InputError as ``Accounts.link``."""
    accounts.link(login, issuer, subject, actor=COMMAND_LINE)
    return tr("account.cli_linked", login=login)


def unlink(accounts: Accounts, login: str, tr: Translator) -> str:
    """Let no provider's word open an account any more and say so; InputError as ``Accounts.unlink``."""
    accounts.unlink(login, actor=COMMAND_LINE)
    return tr("account.cli_unlinked", login=login)


def list_users(accounts: Accounts, tr: Translator) -> list[str]:
    """Return one line a person and, indented, one line a right that counts."""
    now = accounts.clock()
    lines = []
    for user in accounts.list_users():
        closed = "" if user.active else f" · {tr('account.cli_is_closed')}"
        lines.append(f"{user.login} · {user.display_name}{closed}")
        for one in user.grants:
            if one.valid(now):
                until = tr("account.cli_until", day=tr.date((one.valid_until - dt.timedelta(seconds=1)).date())) if one.valid_until else ""
                place = one.right.area_id or one.right.organisation_id
                parts = (tr(f"account.role_{one.right.role}"), place, tr("account.cli_clearance", level=one.right.clearance), until, one.grant_id)
                lines.append("  " + " · ".join(filter(None, parts)))
    return lines or [tr("account.cli_nobody")]
