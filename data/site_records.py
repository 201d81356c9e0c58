"""A site as one plain record: what is proposed, audited, sealed and written; read from the tables and what is sealed beside them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data import models
from data.secrecy import Secret
from geo.model import SENSITIVITY, Scope
from geo.permissions import may
from geo.submissions import EMPTY

HIDDEN = SENSITIVITY["hidden"]
KEPT = ("place", "address", "note", "external_id")
"""What is sealed of a site that is sensitive but not hidden."""
NO_PLACE: Mapping[str, Any] = {"country": "", "area_id": "", "locality_id": "", "lon": None, "lat": None, "position_kind": "none"}
FIELDS = (*EMPTY, "organisation_id", "organisation_names", "verification", "flags", "source_id", "external_id", "merged_into")
"""The fields of a stored record: those that can be proposed, and those that come with how it is kept."""
CONTACTS = ("phone", "email", "website")
_CHUNK = 500
_LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Stored:
    """A site as it is stored.

    Parameters
    ----------
    record : all ``FIELDS``, exact place included: never to leave the server unmasked.
    version : raised by every change.
    digest : of the row that its list last said, keyed; empty for a site of no list.
    edited : it was changed here since its list was imported.
    """

    record: dict[str, Any]
    version: int
    digest: str
    edited: bool


def record_of_incoming(row: Mapping[str, Any], *, organisation_id: str, source_id: str) -> dict[str, Any]:
    """Return a row of ``geo.model.INCOMING`` as a record; the names of an organisation that is not known yet stay in it."""
    services = sorted(row["services"])
    return {
        "names": dict(sorted(row["names"].items())), "kind": row["kind"], "status": row["status"],
        "place": {"country": row["country"], "area_id": row["area_id"] or "", "locality_id": row["locality_id"] or "", "lon": _number(row["lon"]),
                  "lat": _number(row["lat"]), "position_kind": row["position_kind"] or "none"},
        "services": services, "capacities": {code: float(row["capacities"][code]) for code in services if code in row["capacities"]},
        "target_groups": sorted(row["target_groups"]), "hours": row["hours"], **{name: row[name] for name in CONTACTS}, "address": row["address"],
        "accessibility": sorted(row["accessibility"]), "note": row["note"], "sensitivity": int(row["sensitivity"]),
        "verified_on": row["verified_on"].isoformat() if row["verified_on"] else None, "organisation_id": organisation_id,
        "organisation_names": {} if organisation_id else dict(row["organisation"] or {}), "verification": row["verification"],
        "flags": list(row["flags"]), "source_id": source_id, "external_id": row["external_id"], "merged_into": "",
    }  # fmt: skip


def new_record(proposed: Mapping[str, Any], *, organisation_id: str, source_id: str, external_id: str) -> dict[str, Any]:
    """Return the record of a site that no list knows, from what was proposed for it."""
    return {**EMPTY, **proposed, "organisation_id": organisation_id, "organisation_names": {}, "verification": "unverified", "flags": [],
            "source_id": source_id, "external_id": external_id, "merged_into": ""}  # fmt: skip


def is_id(text: str) -> bool:
    """Say whether a stranger's text can be an id at all: what no database takes, such as a NUL or half a character, is none."""
    return 0 < len(text) <= _LONGEST_ID and text.isascii() and text.isprintable()


def read_records(connection: sa.Connection, secret: Secret, site_ids: Sequence[str]) -> dict[str, Stored]:
    """Return the sites that exist, whole, by id; what is sealed is opened, so that the result is for the server alone."""
    found: dict[str, Stored] = {}
    site_ids = [site_id for site_id in site_ids if is_id(site_id)]
    for start in range(0, len(site_ids), _CHUNK):
        some = list(site_ids[start : start + _CHUNK])
        exact = {row.site_id: row for row in connection.execute(sa.select(models.SiteExact.__table__).where(models.SiteExact.site_id.in_(some)))}
        columns = [column for column in models.Site.__table__.columns if column.name != "geom"]
        sites = connection.execute(sa.select(*columns).where(models.Site.site_id.in_(some))).mappings().all()
        parts = _parts(connection, [site["site_id"] for site in sites])
        for site in sites:
            record = _open_record(site) | parts[site["site_id"]]
            if site["site_id"] in exact:
                record |= secret.unseal(site["site_id"], exact[site["site_id"]].sealed)
            found[site["site_id"]] = Stored(record, site["version"], site["digest"], site["edited"])
        for site_id, row in exact.items():
            if row.sensitivity == HIDDEN:
                kept = secret.unseal(site_id, row.sealed)
                edited = bool(kept.pop("edited"))
                found[site_id] = Stored(kept, row.version, row.digest, edited)
    return found


def _open_record(site: sa.RowMapping) -> dict[str, Any]:
    """Return what the row itself says; for a sensitive site the masked place, which what is sealed replaces."""
    place = {"country": site["country"], "area_id": site["area_id"] or "", "locality_id": site["locality_id"] or "", "lon": site["lon"], "lat": site["lat"],
             "position_kind": site["position_kind"]}  # fmt: skip
    return {
        **{name: EMPTY[name] for name in ("names", "services", "capacities", "target_groups", "hours", *CONTACTS)},
        "kind": site["kind"].removeprefix("kind:"), "status": site["status"], "place": place, "address": site["address"],
        "accessibility": list(site["accessibility"]), "note": site["note"], "sensitivity": site["sensitivity"],
        "verified_on": site["verified_on"].isoformat() if site["verified_on"] else None, "organisation_id": site["organisation_id"] or "",
        "organisation_names": {}, "verification": site["verification"], "flags": list(site["flags"]), "source_id": site["source_id"],
        "external_id": site["external_id"], "merged_into": site["merged_into"] or "",
    }  # fmt: skip


def _parts(connection: sa.Connection, some: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what other tables say of the sites: names, services, capacities, groups, hours and contacts."""
    found: dict[str, dict[str, Any]] = {site_id: {} for site_id in some}
    names = sa.select(models.Name).where(models.Name.entity == "site", models.Name.entity_id.in_(some)).order_by(models.Name.lang)
    for row in connection.execute(names).mappings():
        found[row["entity_id"]].setdefault("names", {})[row["lang"]] = row["text"]
    at, group, contact, hours = models.ServiceAtLocation, models.SiteTargetGroup, models.Contact, models.Schedule
    services = sa.select(at.site_id, models.Service.term_id, at.capacity).join(models.Service).where(at.site_id.in_(some))
    for site_id, term_id, capacity in connection.execute(services.order_by(models.Service.term_id)):
        code = term_id.partition(":")[2]
        found[site_id].setdefault("services", []).append(code)
        if capacity is not None:
            found[site_id].setdefault("capacities", {})[code] = capacity
    for site_id, term_id in connection.execute(sa.select(group.site_id, group.term_id).where(group.site_id.in_(some)).order_by(group.term_id)):
        found[site_id].setdefault("target_groups", []).append(term_id.partition(":")[2])
    for site_id, kind, value in connection.execute(sa.select(contact.site_id, contact.kind, contact.value).where(contact.site_id.in_(some))):
        found[site_id][kind] = value
    for site_id, text in connection.execute(sa.select(hours.site_id, hours.hours).where(hours.site_id.in_(some), hours.sal_id.is_(None))):
        found[site_id]["hours"] = text
    return found


def may_see(scope: Scope, record: Mapping[str, Any]) -> bool:
    """Say whether somebody may open what is kept of a site, its place or its existence."""
    place = record["place"]
    return may(scope, "view_exact", area_id=place["area_id"], country=place["country"], organisation_id=record["organisation_id"],
               sensitivity=record["sensitivity"])  # fmt: skip


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return field to old and new value, of the fields that differ; all fields that say something where there was nothing before."""
    names: Iterable[str] = FIELDS
    old = before or {}
    return {name: [old.get(name), after.get(name)] for name in names if (old.get(name) or None) != (after.get(name) or None)}


def _number(value: object) -> float | None:
    return None if value is None or math.isnan(float(value)) else float(value)  # type: ignore[arg-type]
