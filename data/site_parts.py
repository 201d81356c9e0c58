"""What belongs to a site in other tables, as one plain record: names, services, groups, hours and contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from data import models

CONTACTS = ("phone", "email", "website")
_CHUNK = 500


def parts_of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts that an incoming row states, in the form of ``read_parts``."""
    texts = {name: record[name] for name in ("hours", *CONTACTS) if record[name]}
    lists = {name: sorted(record[name]) for name in ("services", "target_groups") if record[name]}
    return {"names": dict(sorted(record["names"].items())), **texts, **lists}


def read_parts(connection: sa.Connection, site_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each site its ``names`` by language, ``services`` and ``target_groups`` as sorted codes, ``hours`` and contacts.

    Parameters
    ----------
    connection : an open transaction.
    site_ids : which sites. A part that a site does not have is left out of its record.
    """
    found: dict[str, dict[str, Any]] = {site_id: {"names": {}} for site_id in site_ids}
    for start in range(0, len(site_ids), _CHUNK):
        _read_some(connection, site_ids[start : start + _CHUNK], found)
    return found


def _read_some(connection: sa.Connection, some: Sequence[str], found: dict[str, dict[str, Any]]) -> None:
    names = sa.select(models.Name).where(models.Name.entity == "site", models.Name.entity_id.in_(some)).order_by(models.Name.lang)
    for row in connection.execute(names).mappings():
        found[row["entity_id"]]["names"][row["lang"]] = row["text"]
    at, group = models.ServiceAtLocation, models.SiteTargetGroup
    services = sa.select(at.site_id, models.Service.term_id).join(models.Service).where(at.site_id.in_(some))
    _gather(connection.execute(services), "services", found)
    _gather(connection.execute(sa.select(group.site_id, group.term_id).where(group.site_id.in_(some))), "target_groups", found)
    for site_id, kind, value in connection.execute(
        sa.select(models.Contact.site_id, models.Contact.kind, models.Contact.value).where(models.Contact.site_id.in_(some))
    ):
        found[site_id][kind] = value
    for site_id, hours in connection.execute(sa.select(models.Schedule.site_id, models.Schedule.hours).where(models.Schedule.site_id.in_(some))):
        found[site_id]["hours"] = hours


def _gather(rows: Iterable[Any], name: str, found: dict[str, dict[str, Any]]) -> None:
    lists: dict[str, set[str]] = {}
    for site_id, term_id in rows:
        lists.setdefault(site_id, set()).add(term_id.partition(":")[2])
    for site_id, codes in lists.items():
        found[site_id][name] = sorted(codes)
