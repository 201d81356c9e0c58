"""Accounts: people who can sign in, what each may do, and the codes that make an account. Every change is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from data.account_models import AppUser, RoleGrant
from data.audit import Event, latest, one_at_a_time, record
from data.door import Door
from data.engine import reading, writing
from data.identities import Identity, link, unlink
from data.invitations import issue
from data.people import User, everybody, id_of, names_of, new_row
from data.rights import Right, check_right, give, grants_of, has_admin, scope_from
from geo.errors import InputError
from geo.model import Scope

COMMAND_LINE = "command line"
SET_UP = "set-up"
SET_UP_LIFETIME = dt.timedelta(days=1)


class Accounts(Door):
    """The accounts of an installation: the door, and what those do who look after accounts. Safe to share between threads."""

    def create_user(self, login: str, display_name: str, password: str, *, locale: str, actor: str, right: Right | None = None) -> str:
        """Make an account and return its id.

        Raises
        ------
        InputError : the login is taken or has signs that it may not have, the name is empty, the password is easy to guess, or the
            right cannot be given.
        """
        if right is not None:
            check_right(self._registry, right)
        row = new_row(login, display_name, password, locale=locale, now=self.clock())
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            self._insert(connection, row, right, actor=actor, action="create")
        return str(row["user_id"])

    def list_users(self) -> list[User]:
        """Return everybody, closed accounts too, by login."""
        with reading(self._engine) as connection:
            return everybody(connection)

    def names_of(self, user_ids: Collection[str]) -> dict[str, str]:
        """Return the display names of people by their ids, those with closed accounts too; unknown ids are left out."""
        with reading(self._engine) as connection:
            return names_of(connection, user_ids)

    def scope_of_login(self, login: str) -> Scope:
        """Return what a person may do at this moment: for the command line, whose user could make any account anyway.

        Raises
        ------
        InputError : nobody has this login, or the account is closed.
        """
        with reading(self._engine) as connection:
            user_id = id_of(connection, login)
            if not connection.scalar(sa.select(AppUser.active).where(AppUser.user_id == user_id)):
                raise InputError("account.closed", login=login)
            return scope_from(user_id, grants_of(connection, user_id), self.clock())

    def grant(self, login: str, right: Right, *, actor: str, valid_until: dt.datetime | None = None) -> str:
        """Give a right, opening the account again where it was closed, and return the grant's id; it counts at the next request.

        Raises
        ------
        InputError : nobody has this login, or the right cannot be given.
        """
        check_right(self._registry, right)
        now = self.clock()
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            user_id = id_of(connection, login)
            grant_id = give(connection, user_id, right, now=now, granted_by=actor, valid_until=valid_until)
            connection.execute(sa.update(AppUser).where(AppUser.user_id == user_id).values(active=True))
            until = valid_until.isoformat() if valid_until else None
            record(connection, now, actor=actor, action="grant", user_id=user_id, changes={**right.columns(), "valid_until": until})
        return grant_id

    def revoke_grant(self, login: str, grant_id: str, *, actor: str) -> None:
        """End a grant now.

        Raises
        ------
        InputError : nobody has this login, or the person has no such grant that still counts.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            user_id = id_of(connection, login)
            found = {grant.grant_id: grant.right for grant in grants_of(connection, user_id) if grant.valid(now)}
            if grant_id not in found:
                raise InputError("account.unknown_grant", grant=grant_id)
            connection.execute(sa.update(RoleGrant).where(RoleGrant.grant_id == grant_id).values(valid_until=now))
            record(connection, now, actor=actor, action="revoke_grant", user_id=user_id, changes=found[grant_id].columns())

    def close(self, login: str, *, actor: str) -> None:
        """Close an account: its rights and sessions end now, and nobody signs in with it until a right is granted again.

        Raises
        ------
        InputError : nobody has this login.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            user_id = id_of(connection, login)
            ends_later = RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > now)
            connection.execute(sa.update(RoleGrant).where(RoleGrant.user_id == user_id, ends_later).values(valid_until=now))
            connection.execute(sa.update(AppUser).where(AppUser.user_id == user_id).values(active=False))
            record(connection, now, actor=actor, action="close", user_id=user_id)
        self.sessions.revoke(user_id, actor=actor)

    def end_sessions(self, login: str, *, actor: str) -> None:
        """Sign a person out everywhere; the account stays open.

        Raises
        ------
        InputError : nobody has this login.
        """
        with reading(self._engine) as connection:
            user_id = id_of(connection, login)
        self.sessions.revoke(user_id, actor=actor)

    def link(self, login: str, issuer: str, subject: str, *, actor: str) -> None:
        """Let a provider's word for a person open an account.

        Raises
        ------
        InputError : nobody has this login, or the identity is out of shape or opens an account already.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            user_id = id_of(connection, login)
            link(connection, user_id, Identity(issuer, subject), now=now, linked_by=actor)
            record(connection, now, actor=actor, action="link", user_id=user_id, changes={"issuer": issuer})

    def unlink(self, login: str, *, actor: str) -> int:
        """Let no provider's word open an account any more, end its sessions, and return how many identities could open it.

        Raises
        ------
        InputError : nobody has this login.
        """
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            user_id = id_of(connection, login)
            count = unlink(connection, user_id)
            if count:
                record(connection, self.clock(), actor=actor, action="unlink", user_id=user_id, changes={"identities": count})
        if count:
            self.sessions.revoke(user_id, actor=actor)
        return count

    def set_up_code(self) -> str | None:
        """Return a fresh code that makes the first admin; None where there is one already. Valid for a day, and kept hashed only."""
        now = self.clock()
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            if has_admin(connection, now):
                return None
            return issue(connection, Right("admin"), now=now, lifetime=SET_UP_LIFETIME, created_by=SET_UP, set_up=True)

    def invite(self, right: Right, *, actor: str, lifetime: dt.timedelta) -> str:
        """Return a code with which one person can make an account that has ``right``.

        Raises
        ------
        InputError : the right cannot be given.
        """
        check_right(self._registry, right)
        with writing(self._engine) as connection:
            code = issue(connection, right, now=self.clock(), lifetime=lifetime, created_by=actor)
            record(connection, self.clock(), actor=actor, action="invite", user_id="", changes=right.columns())
        return code

    def events(self, limit: int = 100) -> list[Event]:
        """Return the last lines about accounts, the newest first."""
        with reading(self._engine) as connection:
            return latest(connection, limit)
