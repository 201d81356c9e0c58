"""Writing of sites inside a store's transaction: masked row, sealed place, services, contacts, names and audit."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import shapely
import sqlalchemy as sa

from data import models, orm
from data.secrecy import Secret
from data.site_parts import parts_of_record, read_parts
from geo.masking import displace
from geo.text import fold

NAMESPACE = uuid.UUID("6f1a1c1e-0b5c-5d7a-9c39-8a1e5b0c7d11")
PLACE = ("lon", "lat", "locality_id", "address", "note", "external_id")
UNAUDITED = ("fid", "site_id", "updated_at", "created_at", "version", "digest")
_CHUNK = 500


class SiteWriter:
    """Writes the rows of one import.

    Parameters
    ----------
    connection : an open writing transaction.
    secret : the installation's secret.
    boundaries : area id to polygon, EPSG:4326.
    source_id : the import's source.
    batch_id : its batch, for the audit.
    actor : who does it.
    """

    def __init__(
        self,
        connection: sa.Connection,
        *,
        secret: Secret,
        boundaries: Mapping[str, shapely.Geometry],
        source_id: str,
        batch_id: str,
        actor: str,
    ) -> None:
        self.connection = connection
        self.secret = secret
        self.boundaries = boundaries
        self.source_id = source_id
        self.batch_id = batch_id
        self.actor = actor
        self.now = dt.datetime.now(dt.UTC)
        self._audit: list[dict[str, Any]] = []

    def write(self, incoming: pd.DataFrame) -> int:
        """Insert what is new, update what changed; return how many rows that were."""
        records: list[dict[str, Any]] = [{str(name): value for name, value in record.items()} for record in incoming.to_dict("records")]
        present = self._present()
        changed: list[tuple[dict[str, Any], Mapping[str, Any] | None]] = []
        for record in records:
            row = self._site_row(record, present)
            before = present.get(row["site_id"])
            if before is None or before["digest"] != row["digest"]:
                changed.append((record | {"_row": row}, before))
        if not changed:
            return 0
        organisations = self._write_organisations([record for record, _ in changed])
        parts_before = read_parts(self.connection, [str(before["site_id"]) for _, before in changed if before is not None])
        new_rows, names = [], []
        for record, before in changed:
            row = record["_row"]
            row["organisation_id"] = organisations.get(self._organisation_key(record))
            row["version"] = 1 if before is None else int(before["version"]) + 1
            row["created_at"] = self.now if before is None else before["created_at"]
            if before is None:
                new_rows.append(row)
            else:
                self.connection.execute(sa.update(models.Site).where(models.Site.site_id == row["site_id"]).values(**row))
            names += [{"entity": "site", "entity_id": row["site_id"], "lang": lang, "text": text} for lang, text in record["names"].items()]
            self._note_change(row | parts_of_record(record), None if before is None else {**before, **parts_before[row["site_id"]]})
        if new_rows:
            self.connection.execute(sa.insert(models.Site), new_rows)
        self._clear_parts([record["_row"]["site_id"] for record, before in changed if before is not None])
        self.connection.execute(sa.insert(models.Name), names)
        self._write_parts([record for record, _ in changed])
        return len(changed)

    def write_audit(self, at: dt.datetime) -> None:
        """Append what was changed to the audit; the batch's row must be there."""
        if self._audit:
            self.connection.execute(sa.insert(models.AuditEvent), [event | {"at": at} for event in self._audit])

    def _present(self) -> dict[str, Mapping[str, Any]]:
        table = models.Site.__table__
        columns = [column for column in table.columns if column.name != "geom"]
        query = sa.select(*columns).where(models.Site.source_id == self.source_id)
        return {str(row["site_id"]): dict(row) for row in self.connection.execute(query).mappings()}

    def _site_row(self, record: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row as everybody may see it: an address, a note, a place and an outside id only where nothing is sensitive."""
        key = f"{self.source_id}|{record['external_id']}"
        open_id = str(uuid.uuid5(NAMESPACE, key))
        closed_id = str(uuid.UUID(self.secret.keyed_digest(f"site|{key}")[:32]))
        sensitivity = int(record["sensitivity"])
        site_id = open_id if open_id in present else closed_id if closed_id in present or sensitivity else open_id
        lon, lat = _number(record["lon"]), _number(record["lat"])
        position_kind, locality_id = record["position_kind"], record["locality_id"] or None
        if sensitivity == 1 and lon is not None and lat is not None:
            inside = self.boundaries.get(record["area_id"])
            moved = displace(lon, lat, key=self.secret.displacement_key, site_id=site_id, inside=inside)
            lon, lat = moved or (None, None)
            position_kind = "masked" if moved else "none"
        if sensitivity >= 2:
            lon = lat = locality_id = None
            position_kind = "none"
        return {
            "site_id": site_id, "kind": f"kind:{record['kind']}", "status": record["status"], "country": record["country"],
            "area_id": record["area_id"] or None, "locality_id": locality_id, "address": "" if sensitivity else record["address"],
            "lon": lon, "lat": lat, "position_kind": position_kind if lon is not None else "none", "sensitivity": sensitivity,
            "verification": record["verification"], "verified_on": record["verified_on"] or None, "note": "" if sensitivity else record["note"],
            "flags": list(record["flags"]), "source_id": self.source_id,
            "external_id": self.secret.keyed_digest(f"external|{key}") if sensitivity else record["external_id"],
            "digest": self.secret.keyed_digest(record["digest"]), "updated_at": self.now,
        }  # fmt: skip

    def _organisation_key(self, record: Mapping[str, Any]) -> str:
        names: Mapping[str, str] = record["organisation"] or {}
        return "|".join(f"{lang}={fold(names[lang])}" for lang in sorted(names))

    def _write_organisations(self, records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Find the organisations by their folded names, in any language; add those that are not there."""
        known: dict[tuple[str, str], str] = {}
        query = sa.select(models.Name).where(models.Name.entity == "organisation")
        for row in self.connection.execute(query).mappings():
            known.setdefault((row["lang"], fold(row["text"])), row["entity_id"])
        found: dict[str, str] = {}
        organisations, names = [], []
        for record in records:
            key = self._organisation_key(record)
            if not key or key in found:
                continue
            stated: Mapping[str, str] = record["organisation"]
            match = next((known[lang, fold(text)] for lang, text in stated.items() if (lang, fold(text)) in known), None)
            if match is None:
                match = str(uuid.uuid5(NAMESPACE, f"organisation|{key}"))
                organisations.append({"organisation_id": match, "source_id": self.source_id, "version": 1})
                names += [{"entity": "organisation", "entity_id": match, "lang": lang, "text": text} for lang, text in stated.items()]
                known |= {(lang, fold(text)): match for lang, text in stated.items()}
            found[key] = match
        if organisations:
            self.connection.execute(sa.insert(models.Organisation), organisations)
            self.connection.execute(sa.insert(models.Name), names)
        return found

    def _clear_parts(self, site_ids: list[str]) -> None:
        for start in range(0, len(site_ids), _CHUNK):
            some = site_ids[start : start + _CHUNK]
            for table in (models.ServiceAtLocation, models.SiteTargetGroup, models.Schedule, models.Contact, models.SiteExact):
                self.connection.execute(sa.delete(table).where(table.site_id.in_(some)))
            self.connection.execute(sa.delete(models.Name).where(models.Name.entity == "site", models.Name.entity_id.in_(some)))

    def _write_parts(self, records: list[dict[str, Any]]) -> None:
        rows: dict[type[orm.Base], list[dict[str, Any]]] = {
            table: [] for table in (models.Service, models.ServiceAtLocation, models.SalTargetGroup, models.SiteTargetGroup,
                                    models.Schedule, models.Contact, models.SiteExact)
        }  # fmt: skip
        services = {str(found) for found in self.connection.execute(sa.select(models.Service.service_id)).scalars()}
        for record in records:
            site = record["_row"]
            site_id, organisation_id = site["site_id"], site["organisation_id"]
            groups = [f"target_group:{code}" for code in record["target_groups"]]
            rows[models.SiteTargetGroup] += [{"site_id": site_id, "term_id": group} for group in groups]
            for code in record["services"]:
                service_id = str(uuid.uuid5(NAMESPACE, f"service|{organisation_id or self.source_id}|{code}"))
                if service_id not in services:
                    services.add(service_id)
                    rows[models.Service].append(
                        {"service_id": service_id, "organisation_id": organisation_id, "term_id": f"service:{code}", "source_id": self.source_id}
                    )
                sal_id = str(uuid.uuid5(NAMESPACE, f"sal|{site_id}|{service_id}"))
                capacity = _number(record["capacity"]) if len(record["services"]) == 1 else None
                rows[models.ServiceAtLocation].append(
                    {"sal_id": sal_id, "service_id": service_id, "site_id": site_id, "mode": "in_person", "capacity": capacity}
                )
                rows[models.SalTargetGroup] += [{"sal_id": sal_id, "term_id": group} for group in groups]
            if record["hours"]:
                rows[models.Schedule].append({"schedule_id": str(uuid.uuid4()), "site_id": site_id, "sal_id": None, "hours": record["hours"]})
            rows[models.Contact] += [
                {"contact_id": str(uuid.uuid4()), "site_id": site_id, "kind": kind, "value": record[kind]}
                for kind in ("phone", "email", "website") if record[kind]
            ]  # fmt: skip
            if site["sensitivity"]:
                place = {"lon": _number(record["lon"]), "lat": _number(record["lat"]), "address": record["address"], "note": record["note"],
                         "locality_id": record["locality_id"], "external_id": record["external_id"]}  # fmt: skip
                rows[models.SiteExact].append({"site_id": site_id, "sealed": self.secret.seal(site_id, place)})
        for table, some in rows.items():
            if some:
                self.connection.execute(sa.insert(table), some)

    def _note_change(self, after: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
        """Keep what changed for the audit: old and new value of each field, those of the place sealed."""
        changes: dict[str, Any] = {}
        for name in sorted({*after, *(before or {})} - {*UNAUDITED}):
            old, new = _json(None if before is None else before.get(name)), _json(after.get(name))
            if old != new:
                changes[name] = [old, new]
        place = {name: changes.pop(name) for name in PLACE if name in changes}
        site_id = str(after["site_id"])
        self._audit.append({
            "actor": self.actor, "action": "insert" if before is None else "update", "entity": "site", "entity_id": site_id,
            "entity_version": after["version"], "batch_id": self.batch_id, "changes": changes,
            "sealed": self.secret.seal(site_id, place) if place else None,
        })  # fmt: skip


def _number(value: object) -> float | None:
    return None if value is None or math.isnan(float(value)) else float(value)  # type: ignore[arg-type]


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
