"""Write sites: as everybody may see them, with what must be kept from everybody sealed beside them, and every change audited."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
import sqlalchemy as sa

from data import change_models, models, orm
from data.row_security import SERVER, row_keys, seeing
from data.secrecy import Secret
from data.site_records import CONTACTS, HIDDEN, KEPT, Stored, differences
from geo.masking import displace
from geo.model import SENSITIVITY

NAMESPACE = uuid.UUID("6f1a1c1e-0b5c-5d7a-9c39-8a1e5b0c7d11")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A site that is to be written.

    Parameters
    ----------
    site_id : of the site.
    record : all of ``data.site_records.FIELDS``.
    before : as it is stored now; None where it is new.
    digest, edited : as in ``Stored``.
    """

    site_id: str
    record: Mapping[str, Any]
    before: Stored | None
    digest: str = ""
    edited: bool = False

    @property
    def version(self) -> int:
        """The version that it will have."""
        return 1 if self.before is None else self.before.version + 1

    @property
    def was_shown(self) -> bool:
        """It stands among what everybody may see."""
        return self.before is not None and self.before.record["sensitivity"] < HIDDEN

    @property
    def was_displaced(self) -> bool:
        """Its place is shown displaced."""
        return self.before is not None and self.before.record["sensitivity"] == SENSITIVITY["displaced"]


class SiteWriter:
    """Writes sites in an open transaction.

    Parameters
    ----------
    connection : an open writing transaction.
    secret : the installation's secret.
    boundaries : area id to polygon, EPSG:4326.
    actor : who does it.
    batch_id : the import that brings them; None where it is no import.
    """

    def __init__(
        self, connection: sa.Connection, *, secret: Secret, boundaries: Mapping[str, shapely.Geometry], actor: str, batch_id: str | None = None
    ) -> None:
        self.connection = connection
        self.secret = secret
        self.boundaries = boundaries
        self.actor = actor
        self.batch_id = batch_id
        self.wrote_open = False
        """Something was written that somebody without clearance sees."""

    def write(self, entries: Sequence[Entry], *, action: str = "", reason: str = "", submission_id: str = "") -> None:
        """Write sites and one line of audit for each.

        Parameters
        ----------
        entries : what is to stand there.
        action : what the audit calls it; ``insert`` or ``update`` where it is empty.
        reason, submission_id : why, for the audit.
        """
        with seeing(self.connection, SERVER, self.secret):
            self._write(entries, action, reason, submission_id)

    def _write(self, entries: Sequence[Entry], action: str, reason: str, submission_id: str) -> None:
        now = dt.datetime.now(dt.UTC)
        self._clear([entry.site_id for entry in entries if entry.before is not None])
        shown = [entry for entry in entries if entry.record["sensitivity"] < HIDDEN]
        self.wrote_open |= bool(shown) or any(entry.was_shown for entry in entries)
        points = self._shown_points([entry.site_id for entry in shown if entry.was_displaced])
        new = []
        for entry in shown:
            row = self._site_row(entry, now, points.get(entry.site_id))
            if entry.was_shown:
                self.connection.execute(sa.update(models.Site).where(models.Site.site_id == entry.site_id).values(**row))
            else:
                new.append(row | {"created_at": now})
        gone = [entry.site_id for entry in entries if entry.record["sensitivity"] == HIDDEN and entry.before is not None]
        for start in range(0, len(gone), _CHUNK):
            self.connection.execute(sa.delete(models.Site).where(models.Site.site_id.in_(gone[start : start + _CHUNK])))
        if new:
            self.connection.execute(sa.insert(models.Site), new)
        self._write_parts(shown)
        sealed = [self._sealed(entry) for entry in entries if entry.record["sensitivity"]]
        if sealed:
            self.connection.execute(sa.insert(models.SiteExact), sealed)
        self.connection.execute(sa.insert(change_models.AuditEvent), [self._event(entry, now, action, reason, submission_id) for entry in entries])

    def _shown_points(self, site_ids: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Return the displaced points that everybody has seen of some sites."""
        site = models.Site
        found: dict[str, tuple[float, float]] = {}
        for start in range(0, len(site_ids), _CHUNK):
            some = site_ids[start : start + _CHUNK]
            query = sa.select(site.site_id, site.lon, site.lat).where(site.site_id.in_(some), site.position_kind == "masked")
            found |= {site_id: (lon, lat) for site_id, lon, lat in self.connection.execute(query) if lon is not None and lat is not None}
        return found

    def _site_row(self, entry: Entry, now: dt.datetime, shown: tuple[float, float] | None) -> dict[str, Any]:
        """Return the row as everybody may see it: an address, a note, a place and an outside id only where nothing is sensitive."""
        record, place = entry.record, entry.record["place"]
        sensitivity = int(record["sensitivity"])
        lon, lat, position_kind, locality_id = place["lon"], place["lat"], place["position_kind"], place["locality_id"] or None
        if sensitivity == 1 and lon is not None and lat is not None:
            inside = self.boundaries.get(place["area_id"])
            moved = displace(lon, lat, key=self.secret.displacement_key, site_id=entry.site_id, inside=inside, shown=shown)
            lon, lat = moved or (None, None)
            position_kind = "masked"
        if sensitivity:
            locality_id = None  # a village is often smaller than the ring
        if sensitivity >= 2:
            lon = lat = None
        key = f"{record['source_id']}|{record['external_id']}"
        return {
            "site_id": entry.site_id, "kind": f"kind:{record['kind']}", "status": record["status"], "organisation_id": record["organisation_id"] or None,
            "country": place["country"], "area_id": place["area_id"] or None, "locality_id": locality_id, "lon": lon, "lat": lat,
            "address": "" if sensitivity else record["address"], "note": "" if sensitivity else record["note"],
            "position_kind": position_kind if lon is not None else "none", "sensitivity": sensitivity, "verification": record["verification"],
            "verified_on": dt.date.fromisoformat(record["verified_on"]) if record["verified_on"] else None, "flags": list(record["flags"]),
            "accessibility": list(record["accessibility"]), "merged_into": record["merged_into"] or None, "edited": entry.edited,
            "source_id": record["source_id"], "external_id": self.secret.keyed_digest(f"external|{key}") if sensitivity else record["external_id"],
            "digest": entry.digest, "version": entry.version, "updated_at": now,
        }  # fmt: skip

    def _sealed(self, entry: Entry) -> dict[str, Any]:
        record = entry.record
        hidden = record["sensitivity"] == HIDDEN
        kept = {**record, "edited": entry.edited} if hidden else {name: record[name] for name in KEPT}
        return {
            "site_id": entry.site_id, "sensitivity": record["sensitivity"], "digest": entry.digest, "version": entry.version,
            "sealed": self.secret.seal(entry.site_id, kept),
        } | row_keys(self.secret, sensitivity=record["sensitivity"], country=record["place"]["country"], area_id=record["place"]["area_id"],
                     organisation_id=record["organisation_id"])  # fmt: skip

    def _clear(self, site_ids: list[str]) -> None:
        for start in range(0, len(site_ids), _CHUNK):
            some = site_ids[start : start + _CHUNK]
            for table in (models.ServiceAtLocation, models.SiteTargetGroup, models.Schedule, models.Contact, models.SiteExact):
                self.connection.execute(sa.delete(table).where(table.site_id.in_(some)))
            self.connection.execute(sa.delete(models.Name).where(models.Name.entity == "site", models.Name.entity_id.in_(some)))

    def _write_parts(self, entries: Sequence[Entry]) -> None:
        rows: dict[type[orm.Base], list[dict[str, Any]]] = {
            table: [] for table in (models.Name, models.Service, models.ServiceAtLocation, models.SalTargetGroup, models.SiteTargetGroup, models.Schedule,
                                    models.Contact)
        }  # fmt: skip
        services = {str(found) for found in self.connection.execute(sa.select(models.Service.service_id)).scalars()}
        for entry in entries:
            site_id, record = entry.site_id, entry.record
            rows[models.Name] += [{"entity": "site", "entity_id": site_id, "lang": lang, "text": text} for lang, text in record["names"].items()]
            groups = [f"target_group:{code}" for code in record["target_groups"]]
            rows[models.SiteTargetGroup] += [{"site_id": site_id, "term_id": group} for group in groups]
            for code in record["services"]:
                organisation_id = record["organisation_id"] or None
                service_id = str(uuid.uuid5(NAMESPACE, f"service|{organisation_id or record['source_id']}|{code}"))
                if service_id not in services:
                    services.add(service_id)
                    rows[models.Service].append(
                        {"service_id": service_id, "organisation_id": organisation_id, "term_id": f"service:{code}", "source_id": record["source_id"]}
                    )
                sal_id = str(uuid.uuid5(NAMESPACE, f"sal|{site_id}|{service_id}"))
                rows[models.ServiceAtLocation].append(
                    {"sal_id": sal_id, "service_id": service_id, "site_id": site_id, "mode": "in_person", "capacity": record["capacities"].get(code)}
                )
                rows[models.SalTargetGroup] += [{"sal_id": sal_id, "term_id": group} for group in groups]
            if record["hours"]:
                rows[models.Schedule].append({"schedule_id": str(uuid.uuid4()), "site_id": site_id, "sal_id": None, "hours": record["hours"]})
            rows[models.Contact] += [
                {"contact_id": str(uuid.uuid4()), "site_id": site_id, "kind": kind, "value": record[kind]} for kind in CONTACTS if record[kind]
            ]
        for table, some in rows.items():
            if some:
                self.connection.execute(sa.insert(table), some)

    def _event(self, entry: Entry, now: dt.datetime, action: str, reason: str, submission_id: str) -> dict[str, Any]:
        said = {"changes": differences(None if entry.before is None else entry.before.record, entry.record)}
        said |= {name: text for name, text in (("reason", reason), ("submission_id", submission_id)) if text}  # type: ignore[misc]
        return {
            "at": now, "actor": self.actor, "action": action or ("insert" if entry.before is None else "update"), "entity": "site",
            "entity_id": entry.site_id, "entity_version": entry.version, "batch_id": self.batch_id, "sealed": self.secret.seal(entry.site_id, said),
        }  # fmt: skip
