"""What somebody at the door may try: show a password, a provider's word or an invitation, or come back with a session's token."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

import sqlalchemy as sa

from data.account_models import AppUser
from data.audit import one_at_a_time, record
from data.clock import utc_now
from data.engine import reading, writing
from data.identities import Identity, link, user_of
from data.invitations import find, use_up
from data.passwords import check_new, hash_password, is_outdated, is_password
from data.people import fold_login, id_of, is_login, new_identity_row, new_row, random_login
from data.refusals import Refusals
from data.rights import Right, check_right, give, has_admin
from data.secrecy import Secret
from data.sessions import Sessions, SignedIn
from data.spent import Spent
from data.throttle import Throttle, Throttled
from geo.errors import InputError

CLAIMS = frozenset(("role", "clearance", "scope", "user", "user_id", "admin"))
"""Words that nobody has a reason to write into an address; they change nothing, and their use is written down."""


class Door:
    """The part of the accounts that is open to everybody. Safe to share between threads.

    Parameters
    ----------
    engine : of the accounts, see ``data.account_book``.
    registry : engine of the store that has the areas and organisations.
    secret : the installation's secret.
    clock : the present, with a time zone.
    """

    def __init__(self, engine: sa.Engine, registry: sa.Engine, secret: Secret, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self.secret = secret
        self.clock = clock
        self.sessions = Sessions(engine, clock)
        self.refusals = Refusals(engine, secret, clock)
        self.spent = Spent(engine, clock)
        self._engine = engine
        self._registry = registry
        self._throttle = Throttle(engine, secret, clock)

    def identify(self, token: str, *, address: str = "", asked: Collection[str] = ()) -> SignedIn | None:
        """Return who comes with a session's token; None for the public. A token that opens nothing and claimed rights are written down.

        Parameters
        ----------
        token : as the browser sent it; empty where it sent none.
        address : of the asker.
        asked : names of the values in the address that was asked for; no right is ever read from them.
        """
        found = self.sessions.find(token)
        if token and found is None:
            user_id, why = self.sessions.why_not(token)
            self.refusals.note("session_refused", address=address, user_id=user_id, why=why)
        if not CLAIMS.isdisjoint(asked):
            self.refusals.note("right_claimed", address=address, user_id=found.user_id if found else "")
        return found

    def check_password(self, login: str, password: str, *, address: str) -> str:
        """Return the id of whoever has this login and password.

        Raises
        ------
        Throttled : too many attempts on this account or from this address.
        InputError : anything is wrong; the words and the work are the same whatever it is.
        """
        folded = fold_login(login)
        account = folded if is_login(folded) else ""
        with reading(self._engine) as connection:
            query = sa.select(AppUser.user_id, AppUser.password_hash, AppUser.active).where(AppUser.login == account)
            row = connection.execute(query).one_or_none()
        user_id = row.user_id if row else ""
        try:
            attempt = self._throttle.begin(account=account, address=address)
        except Throttled:
            self.refusals.note("sign_in_locked", address=address, user_id=user_id)
            raise
        right = is_password(row.password_hash if row else None, password)
        if row is None or not right or not row.active:
            with writing(self._engine) as connection:
                record(connection, self.clock(), actor="", action="sign_in_refused", user_id=user_id)
            raise InputError("account.wrong")
        self._throttle.forgive(attempt, account=account)
        if is_outdated(row.password_hash):
            with writing(self._engine) as connection:
                connection.execute(sa.update(AppUser).where(AppUser.user_id == user_id).values(password_hash=hash_password(password)))
        return str(user_id)

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
            connection.execute(sa.update(AppUser).where(AppUser.user_id == user_id).values(password_hash=hashed))
            record(connection, self.clock(), actor=actor, action="password", user_id=user_id)
        self.sessions.revoke(user_id, keep=keep_session, actor=actor)

    def find_identity(self, identity: Identity, *, address: str) -> str | None:
        """Return the id of the open account that a provider's word opens; None, written down without the person, where there is none."""
        with reading(self._engine) as connection:
            found = user_of(connection, identity)
        if found is None:
            self.refusals.note("identity_unknown", address=address)
        return found

    def register_with_code(self, code: str, login: str, display_name: str, password: str, *, locale: str, address: str) -> str:
        """Use up a code, make the account with its right, and return the account's id.

        Raises
        ------
        Throttled : too many wrong codes from this address.
        InputError : the code is unknown, used or too old (all in the same words); then as ``Accounts.create_user``.
        """
        self._check_code(code, address)
        return self._admit(code, new_row(login, display_name, password, locale=locale, now=self.clock()))

    def register_identity(self, code: str, identity: Identity, *, locale: str, address: str) -> str:
        """Use up a code, make an account that a provider's word opens, and return the account's id.

        Raises
        ------
        Throttled : too many wrong codes from this address.
        InputError : the code is unknown, used or too old (all in the same words), or the identity opens an account already.
        """
        self._check_code(code, address)
        return self._admit(code, new_identity_row(identity, locale=locale, now=self.clock()), identity)

    def _check_code(self, code: str, address: str) -> None:
        try:
            attempt = self._throttle.begin(address=address)
        except Throttled:
            self.refusals.note("sign_in_locked", address=address)
            raise
        with reading(self._engine) as connection:
            invited = find(connection, code, now=self.clock())
        self._throttle.forgive(attempt)
        check_right(self._registry, invited.right)

    def _admit(self, code: str, row: dict[str, object], identity: Identity | None = None) -> str:
        now = self.clock()
        with writing(self._engine) as connection:
            one_at_a_time(connection)
            invited = find(connection, code, now=now)
            if invited.set_up and has_admin(connection, now):
                raise InputError("account.code")
            use_up(connection, invited, now=now)
            if identity is not None and _taken(connection, row["login"]):
                row = row | {"login": random_login()}
            self._insert(connection, row, invited.right, actor=invited.created_by, action="register")
            if identity is not None:
                link(connection, str(row["user_id"]), identity, now=now, linked_by=invited.created_by)
        return str(row["user_id"])

    def _insert(self, connection: sa.Connection, row: dict[str, object], right: Right | None, *, actor: str, action: str) -> None:
        if _taken(connection, row["login"]):
            raise InputError("account.login_taken")
        connection.execute(sa.insert(AppUser), row)
        user_id = str(row["user_id"])
        if right is not None:
            give(connection, user_id, right, now=self.clock(), granted_by=actor)
        record(connection, self.clock(), actor=actor, action=action, user_id=user_id, changes=right.columns() if right else None)


def _taken(connection: sa.Connection, login: object) -> bool:
    return connection.execute(sa.select(AppUser.user_id).where(AppUser.login == login)).first() is not None
