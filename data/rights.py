"""What a person may do and where: granted, ended, and read as the Scope of the domain."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from data import account_models
from data.engine import reading
from data.models import Area, Organisation
from geo.errors import InputError
from geo.model import PUBLIC, Scope


@dataclass(frozen=True, slots=True)
class Right:
    """A role with its place or organisation.

    Parameters
    ----------
    role : one of ``account_models.ROLES``.
    area_id : of a planner; the code of a country stands for all of it.
    organisation_id : of a partner.
    clearance : highest sensitivity whose exact places may be seen, 0-3.
    """

    role: str
    area_id: str = ""
    organisation_id: str = ""
    clearance: int = 0

    def columns(self) -> dict[str, object]:
        """Return the right as columns; what is empty is NULL."""
        return {name: None if value == "" else value for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Grant:
    """A right that was given.

    Parameters
    ----------
    grant_id : names it when it is taken back.
    right : what was given.
    granted_by : id of who gave it, or ``command line``, ``set-up``.
    valid_until : when it ends or ended; None where it does not end.
    """

    grant_id: str
    right: Right
    granted_by: str
    valid_until: dt.datetime | None

    def valid(self, now: dt.datetime) -> bool:
        """Say whether it still counts."""
        return self.valid_until is None or self.valid_until > now


def check_right(registry: sa.Engine, right: Right) -> None:
    """Refuse a right that makes no sense, in words.

    Parameters
    ----------
    registry : engine of the store that has the areas and organisations.
    right : to be given.

    Raises
    ------
    InputError : a role, area or organisation that does not exist; a planner without an area, a partner without an organisation, an
        area or an organisation for another role; an admin with clearance.
    """
    if right.role not in account_models.ROLES:
        raise InputError("account.unknown_role", role=right.role, roles=", ".join(account_models.ROLES))
    if (right.role == "planner") != bool(right.area_id):
        raise InputError("account.area_for_planner")
    if (right.role == "partner") != bool(right.organisation_id):
        raise InputError("account.organisation_for_partner")
    if not 0 <= right.clearance <= 3 or (right.role == "admin" and right.clearance):
        raise InputError("account.clearance")
    if right.area_id and not _there(registry, Area.area_id, right.area_id):
        raise InputError("account.unknown_area", area=right.area_id)
    if right.organisation_id and not _there(registry, Organisation.organisation_id, right.organisation_id):
        raise InputError("account.unknown_organisation", organisation=right.organisation_id)


def give(connection: sa.Connection, user_id: str, right: Right, *, now: dt.datetime, granted_by: str, valid_until: dt.datetime | None = None) -> str:
    """Write a grant of a checked right and return its id; refuse a second role beside another one, which one Scope could not tell apart.

    Raises
    ------
    InputError : the person has another role, or is partner of another organisation; the end lies in the past.
    """
    if valid_until is not None and valid_until <= now:
        raise InputError("account.end_in_the_past")
    have = [grant.right for grant in grants_of(connection, user_id) if grant.valid(now)]
    if any((one.role, one.organisation_id) != (right.role, right.organisation_id) for one in have):
        raise InputError("account.one_role")
    grant_id = uuid.uuid4().hex
    row = {"grant_id": grant_id, "user_id": user_id, "granted_by": granted_by, "granted_at": now, "valid_until": valid_until, **right.columns()}
    connection.execute(sa.insert(account_models.RoleGrant), row)
    return grant_id


def grants_of(connection: sa.Connection, user_id: str) -> list[Grant]:
    """Return all grants of a person, ended ones too, in the order in which they were given."""
    table = account_models.RoleGrant
    rows = connection.execute(sa.select(table.__table__).where(table.user_id == user_id).order_by(table.granted_at, table.grant_id))
    return [
        Grant(row.grant_id, Right(row.role, row.area_id or "", row.organisation_id or "", row.clearance), row.granted_by, row.valid_until)
        for row in rows
    ]


def has_admin(connection: sa.Connection, now: dt.datetime) -> bool:
    """Say whether somebody can sign in who may make accounts."""
    grant, user = account_models.RoleGrant, account_models.AppUser
    counts = (grant.role == "admin") & user.active & (grant.valid_until.is_(None) | (grant.valid_until > now))
    return connection.execute(sa.select(grant.grant_id).join(user, user.user_id == grant.user_id).where(counts).limit(1)).first() is not None


def scope_from(user_id: str, grants: Sequence[Grant], now: dt.datetime) -> Scope:
    """Return what valid grants add up to: the public where there is none, or where they contradict each other.

    Areas add up. The clearance is the lowest of all, because one value holds for all areas.
    """
    rights = [grant.right for grant in grants if grant.valid(now)]
    if len({(right.role, right.organisation_id) for right in rights}) != 1:
        return PUBLIC
    areas = tuple(sorted({right.area_id for right in rights if right.area_id}))
    return Scope(rights[0].role, min(right.clearance for right in rights), user_id, areas, rights[0].organisation_id)


def _there(registry: sa.Engine, column: sa.orm.InstrumentedAttribute[str], value: str) -> bool:
    if "\0" in value:
        return False
    with reading(registry) as connection:
        return connection.execute(sa.select(column).where(column == value)).first() is not None
