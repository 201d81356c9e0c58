"""Accounts: people who can sign in, the codes that make an account, and the check of a password. Every change is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from data import models
from data.audit import one_at_a_time, record
from data.engine import reading, writing
from data.invitations import find, issue, use_up
from data.passwords import check_new, hash_password, is_outdated, is_password
from data.people import User, everybody, fold_login, id_of, is_login, new_row
from data.rights import Right, check_right, give, grants_of, has_admin
from data.secrecy import Secret
from data.sessions import Sessions
from data.throttle import Throttle
from geo.errors import InputError

COMMAND_LINE = "command line"
SET_UP = "set-up"
SET_UP_LIFETIME = dt.timedelta(days=1)


def utc_now() -> dt.datetime:
    """The present."""
    return dt.datetime.now(dt.UTC)


class Accounts:
    """The accounts of a store. Safe to share between threads.

    Parameters
    ----------
    engine : the store's engine.
    secret : the installation's secret.
    clock : the present, with a time zone.
    """

    def __init__(self, engine: sa.Engine, secret: Secret, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.secret = secret
        self.clock = clock
        self.sessions = Sessions(engine, clock)
        self._engine = engine
        self._throttle = Throttle(engine, secret, clock)

    def create_user(self, login: str, display_name: str, password: str, *, locale: str, actor: str, right: Right | None = None) -> str:
        """Make an account and return its id.

        Raises
        ------
        InputError : the login is taken or has signs that it may not have, the name is empty, the password is easy to guess, or the
            right cannot be given.
        """
        row = new_row(login, display_name, password, locale=locale, now=self.clock())
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            self._insert(connection, row, right, actor=actor, action="create")
        return str(row["user_id"])

    def list_users(self) -> list[User]:
        """Return everybody, closed accounts too, by login."""
        with reading(self._engine) as connection:
            return everybody(connection)

    def grant(self, login: str, right: Right, *, actor: str, valid_until: dt.datetime | None = None) -> str:
        """Give a right, opening the account again where it was closed, and return the grant's id; it counts at the next request.

        Raises
        ------
        InputError : nobody has this login, or the right cannot be given.
        """
        now = self.clock()
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            user_id = id_of(connection, login)
            grant_id = give(connection, user_id, right, now=now, granted_by=actor, valid_until=valid_until)
            connection.execute(sa.update(models.AppUser).where(models.AppUser.user_id == user_id).values(active=True))
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
        table = models.RoleGrant
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            user_id = id_of(connection, login)
            found = {grant.grant_id: grant.right for grant in grants_of(connection, user_id) if grant.valid(now)}
            if grant_id not in found:
                raise InputError("account.unknown_grant", grant=grant_id)
            connection.execute(sa.update(table).where(table.grant_id == grant_id).values(valid_until=now))
            record(connection, now, actor=actor, action="revoke_grant", user_id=user_id, changes=found[grant_id].columns())

    def close(self, login: str, *, actor: str) -> None:
        """Close an account: its rights and sessions end now, and nobody signs in with it until a right is granted again.

        Raises
        ------
        InputError : nobody has this login.
        """
        now = self.clock()
        grants, user = models.RoleGrant, models.AppUser
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            user_id = id_of(connection, login)
            ends_later = grants.valid_until.is_(None) | (grants.valid_until > now)
            connection.execute(sa.update(grants).where(grants.user_id == user_id, ends_later).values(valid_until=now))
            connection.execute(sa.update(user).where(user.user_id == user_id).values(active=False))
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
        with writing(self._engine) as connection:
            check_right(connection, right)
            code = issue(connection, right, now=self.clock(), lifetime=lifetime, created_by=actor)
            record(connection, self.clock(), actor=actor, action="invite", user_id="", changes=right.columns())
        return code

    def register_with_code(self, code: str, login: str, display_name: str, password: str, *, locale: str, address: str) -> str:
        """Use up a code, make the account with its right, and return the account's id.

        Raises
        ------
        Throttled : too many wrong codes from this address.
        InputError : the code is unknown, used or too old (all in the same words); then as ``create_user``.
        """
        attempt = self._throttle.begin(address=address)
        now = self.clock()
        with reading(self._engine) as connection:
            find(connection, code, now=now)
        self._throttle.forgive(attempt)
        row = new_row(login, display_name, password, locale=locale, now=self.clock())
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            invited = find(connection, code, now=now)
            if invited.set_up and has_admin(connection, now):
                raise InputError("account.code")
            use_up(connection, invited, now=now)
            self._insert(connection, row, invited.right, actor=invited.created_by, action="register")
        return str(row["user_id"])

    def check_password(self, login: str, password: str, *, address: str) -> str:
        """Return the id of whoever has this login and password.

        Raises
        ------
        Throttled : too many attempts on this account or from this address.
        InputError : anything is wrong; the words and the work are the same whatever it is.
        """
        folded = fold_login(login)
        account = folded if is_login(folded) else ""
        attempt = self._throttle.begin(account=account, address=address)
        user = models.AppUser
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(user.user_id, user.password_hash, user.active).where(user.login == account)).one_or_none()
        right = is_password(row.password_hash if row else None, password)
        if row is None or not right or not row.active:
            with writing(self._engine) as connection:
                record(connection, self.clock(), actor="", action="sign_in_refused", user_id=row.user_id if row else "")
            raise InputError("account.wrong")
        self._throttle.forgive(attempt, account=account)
        if is_outdated(row.password_hash):
            with writing(self._engine) as connection:
                connection.execute(sa.update(user).where(user.user_id == row.user_id).values(password_hash=hash_password(password)))
        return str(row.user_id)

    def change_password(self, login: str, old: str, new: str, *, address: str, keep_session: str = "") -> None:
        """Change a password for whoever knows the old one, and end all other sessions of the account.

        Raises
        ------
        Throttled, InputError : as ``check_password``; or the new password is easy to guess.
        """
        user_id = self.check_password(login, old, address=address)
        self.set_password(login, new, actor=user_id, keep_session=keep_session)

    def set_password(self, login: str, password: str, *, actor: str, keep_session: str = "") -> None:
        """Set a password and end the account's sessions but ``keep_session``.

        Raises
        ------
        InputError : nobody has this login, or the password is easy to guess.
        """
        check_new(password, fold_login(login))
        hashed = hash_password(password)
        with writing(self._engine) as connection:
            user_id = id_of(connection, login)
            connection.execute(sa.update(models.AppUser).where(models.AppUser.user_id == user_id).values(password_hash=hashed))
            record(connection, self.clock(), actor=actor, action="password", user_id=user_id)
        self.sessions.revoke(user_id, keep=keep_session, actor=actor)

    def _insert(self, connection: sa.Connection, row: dict[str, object], right: Right | None, *, actor: str, action: str) -> None:
        if connection.execute(sa.select(models.AppUser.user_id).where(models.AppUser.login == row["login"])).first():
            raise InputError("account.login_taken")
        connection.execute(sa.insert(models.AppUser), row)
        user_id = str(row["user_id"])
        if right is not None:
            give(connection, user_id, right, now=self.clock(), granted_by=actor)
        record(connection, self.clock(), actor=actor, action=action, user_id=user_id, changes=right.columns() if right else None)
