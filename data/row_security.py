"""The second net under what is sealed: on PostgreSQL a transaction reads the rows of ``site_exact`` that it said for whom it reads, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import sqlalchemy as sa

from data.secrecy import Secret
from geo.model import SENSITIVITY, Scope


class Server(Enum):
    """Whose own work it is: imports, proposals, and checking whether somebody may do something."""

    SERVER = "server"


SERVER = Server.SERVER
_SETTINGS = ("jiwar.sight", "jiwar.clearance", "jiwar.reach", "jiwar.keys")
_HIDDEN = SENSITIVITY["hidden"]


@contextmanager
def seeing(connection: sa.Connection, who: Scope | Server, secret: Secret) -> Iterator[None]:
    """Let a transaction see what is sealed as somebody may, and write it where that is the server; afterwards as before.

    A transaction that never enters here sees no sealed row. SQLite has no such net: there the checks of ``data`` stand alone.

    Parameters
    ----------
    connection : an open transaction.
    who : whoever asks, or ``SERVER``.
    secret : makes the keys by which the rows' places and owners are known.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    before = connection.execute(sa.select(*(sa.func.current_setting(name, True) for name in _SETTINGS))).one()
    _set(connection, ("server", "", "", "") if isinstance(who, Server) else ("", *_sight_of(who, secret)))
    yield
    # Not in a ``finally``: after an error the transaction takes no more statements, and ends with what was set in it.
    _set(connection, tuple(value or "" for value in before))


def row_keys(secret: Secret, *, sensitivity: int, country: str, area_id: str, organisation_id: str) -> dict[str, str]:
    """Return the keys of a row of ``site_exact``: equal for equal places and owners, and of no use without the secret.

    Hidden sites have keys of their own kind, so that they cannot be told by those of other sites, whose places and owners are public.
    """
    return {
        "country_key": _key(secret, "country", country, hidden=sensitivity >= _HIDDEN),
        "area_key": _key(secret, "area", area_id, hidden=sensitivity >= _HIDDEN),
        "organisation_key": _key(secret, "organisation", organisation_id, hidden=sensitivity >= _HIDDEN),
    }


def bypassed(connection: sa.Connection) -> bool:
    """Say whether the database's own net does not hold this role: it is a superuser or has BYPASSRLS."""
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.exec_driver_sql("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").scalar_one())


def _sight_of(scope: Scope, secret: Secret) -> tuple[str, str, str]:
    """Return clearance, reach and keys; written apart from ``geo.permissions``, so that a fault there does not pass here too."""
    reach, kinds, named = {
        "ministry": ("anywhere", (), ()),
        "planner": ("named", ("area", "country"), scope.areas),
        "partner": ("named", ("organisation",), (scope.organisation_id,)),
    }.get(scope.role, ("", (), ()))
    keys = [_key(secret, kind, one, hidden=hidden) for kind in kinds for one in named if one for hidden in (False, True)]
    return str(scope.clearance), reach, ",".join(keys)


def _key(secret: Secret, kind: str, of: str, *, hidden: bool) -> str:
    return secret.keyed_digest(f"{'hidden ' if hidden else ''}{kind}|{of}")


def _set(connection: sa.Connection, values: tuple[str, ...]) -> None:
    connection.execute(sa.select(*(sa.func.set_config(name, value, True) for name, value in zip(_SETTINGS, values, strict=True))))
