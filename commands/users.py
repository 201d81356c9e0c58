"""``cli.py users``: look after accounts without a browser."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Lang, printable, told, words

if TYPE_CHECKING:
    from data.accounts import Accounts
    from data.rights import Right

users = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after accounts: who can sign in, and what each may do and where.")
Role = Annotated[str, typer.Option(help="What the person may do: partner, planner, ministry or admin.")]
OwnArea = Annotated[str, typer.Option("--area", help="Governorate of a planner, by its code; the code of a country stands for all of it.")]
OwnOrganisation = Annotated[str, typer.Option("--organisation", help="Organisation of a partner, by its id.")]
Clearance = Annotated[int, typer.Option(help="Highest sensitivity, 0 to 3, whose exact places the person may see.")]
Login = Annotated[str, typer.Argument(help="The name that the person signs in with.")]


@users.command(name="add")
def users_add(
    login: Login,
    name: Annotated[str, typer.Option(help="The name that others see; the login when it is not given.")] = "",
    role: Role = "",
    area: OwnArea = "",
    organisation: OwnOrganisation = "",
    clearance: Clearance = 0,
    *,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")] = False,
    lang: Lang = "",
) -> None:
    """Make an account with a password; without a role it may do what everybody may."""
    from jobs.accounts import add_user

    tr = words(lang)
    with told(tr):
        accounts = _accounts()
        password = (
            sys.stdin.readline().rstrip("\n") if password_stdin else typer.prompt(tr("account.password"), hide_input=True, confirmation_prompt=True)
        )
        print(add_user(accounts, login, name, password, _right(role, area, organisation, clearance) if role else None, tr))


@users.command(name="invite")
def users_invite(
    role: Role,
    area: OwnArea = "",
    organisation: OwnOrganisation = "",
    clearance: Clearance = 0,
    days: Annotated[int, typer.Option(help="Days until the code is too old, 1 to 90.")] = 7,
    lang: Lang = "",
) -> None:
    """Print a code with which one person can make an account that has this role."""
    from jobs.accounts import invite

    tr = words(lang)
    with told(tr):
        print(invite(_accounts(), _right(role, area, organisation, clearance), days, tr))


@users.command(name="grant")
def users_grant(
    login: Login,
    role: Role,
    area: OwnArea = "",
    organisation: OwnOrganisation = "",
    clearance: Clearance = 0,
    until: Annotated[str, typer.Option(help="Last day of the right, as YYYY-MM-DD; without it the right does not end.")] = "",
    lang: Lang = "",
) -> None:
    """Give a person a role, or a planner one more governorate; a closed account is open again."""
    from jobs.accounts import grant

    tr = words(lang)
    with told(tr):
        print(grant(_accounts(), login, _right(role, area, organisation, clearance), until, tr))


@users.command(name="revoke")
def users_revoke(
    login: Login,
    grant_id: Annotated[str, typer.Option("--grant", help="Take back only this right, by its id from the list.")] = "",
    *,
    sessions: Annotated[bool, typer.Option("--sessions", help="Only sign the person out everywhere.")] = False,
    lang: Lang = "",
) -> None:
    """Close an account: all its rights and sessions end at once."""
    from jobs.accounts import revoke

    tr = words(lang)
    with told(tr):
        print(revoke(_accounts(), login, grant_id, tr, sessions_only=sessions))


@users.command(name="link")
def users_link(
    login: Login,
    issuer: Annotated[str, typer.Option(help="The provider's address, as the person was shown it.")],
    subject: Annotated[str, typer.Option(help="The provider's id of the person, as the person was shown it.")],
    lang: Lang = "",
) -> None:
    """Let a person sign in to an account through an identity provider."""
    from jobs.accounts import link

    tr = words(lang)
    with told(tr):
        print(link(_accounts(), login, issuer, subject, tr))


@users.command(name="unlink")
def users_unlink(login: Login, lang: Lang = "") -> None:
    """Let nobody sign in to an account through an identity provider any more, and end its sessions."""
    from jobs.accounts import unlink

    tr = words(lang)
    with told(tr):
        print(unlink(_accounts(), login, tr))


@users.command(name="list")
def users_list(lang: Lang = "") -> None:
    """List all accounts with the rights that count."""
    from jobs.accounts import list_users

    tr = words(lang)
    with told(tr):
        print(printable("\n".join(list_users(_accounts(), tr))))


def _accounts() -> Accounts:
    from jobs.accounts import open_accounts
    from jobs.opening import open_store
    from settings import Settings

    settings = Settings.from_env()
    return open_accounts(settings, open_store(settings))


def _right(role: str, area: str, organisation: str, clearance: int) -> Right:
    from data.rights import Right

    return Right(role, area, organisation, clearance)
