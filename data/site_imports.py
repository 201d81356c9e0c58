"""Take an import's rows into the store: find which sites they are, leave alone what did not change or was corrected here since."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data import models
from data.row_security import SERVER, seeing
from data.site_records import HIDDEN, read_records, record_of_incoming
from data.site_rows import NAMESPACE, Entry, SiteWriter
from geo.text import fold


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an import's rows.

    Parameters
    ----------
    accepted : how many sites were written.
    kept : rows of sites that were corrected here since, and whose list now says something else than before: left as they are.
    """

    accepted: int
    kept: tuple[int, ...] = field(default=())


def take_rows(writer: SiteWriter, incoming: pd.DataFrame, source_id: str) -> Taken:
    """Insert what is new, update what changed.

    Parameters
    ----------
    writer : of the open transaction.
    incoming : ``geo.model.INCOMING``, index ``row``.
    source_id : the import's source.
    """
    with seeing(writer.connection, SERVER, writer.secret):
        return _take(writer, incoming, source_id)


def _take(writer: SiteWriter, incoming: pd.DataFrame, source_id: str) -> Taken:
    present = _present(writer, source_id)
    changed: dict[str, tuple[Mapping[str, Any], str]] = {}
    kept = []
    records: list[dict[str, Any]] = incoming.to_dict("records")  # type: ignore[assignment]
    for row, record in zip(incoming.index, records, strict=True):
        site_id = _site_id(writer, source_id, record, present)
        digest = writer.secret.keyed_digest(str(record["digest"]))
        was, edited = present.get(site_id, ("", False))
        if edited and was != digest:
            kept.append(int(row))
        elif was != digest:
            changed[site_id] = (record, digest)
    if changed:
        _write(writer, changed, source_id)
    return Taken(len(changed), tuple(kept))


def _write(writer: SiteWriter, changed: Mapping[str, tuple[Mapping[str, Any], str]], source_id: str) -> None:
    organisations = _organisations(writer, [record for record, _ in changed.values()], source_id)
    stored = read_records(writer.connection, writer.secret, list(changed))
    entries = []
    for site_id, (row, digest) in changed.items():
        before = stored.get(site_id)
        record = record_of_incoming(row, organisation_id=organisations.get(_organisation_key(row), ""), source_id=source_id)
        if before is not None:
            record["merged_into"] = before.record["merged_into"]
        entries.append(Entry(site_id, record, before, digest))
    writer.write(entries)


def _present(writer: SiteWriter, source_id: str) -> dict[str, tuple[str, bool]]:
    """Return digest and ``edited`` of the sites of a source, and of all hidden ones, whose source is sealed with them."""
    site, exact = models.Site, models.SiteExact
    rows = writer.connection.execute(sa.select(site.site_id, site.digest, site.edited).where(site.source_id == source_id))
    found = {str(site_id): (str(digest), bool(edited)) for site_id, digest, edited in rows}
    hidden = writer.connection.execute(sa.select(exact.site_id).where(exact.sensitivity == HIDDEN)).scalars().all()
    return found | {site_id: (stored.digest, stored.edited) for site_id, stored in read_records(writer.connection, writer.secret, hidden).items()}


def _site_id(writer: SiteWriter, source_id: str, record: Mapping[str, Any], present: Mapping[str, object]) -> str:
    """Return a row's site: an id that follows from its source where nothing is sensitive, one that nobody can work out where it is."""
    key = f"{source_id}|{record['external_id']}"
    open_id = str(uuid.uuid5(NAMESPACE, key))
    closed_id = str(uuid.UUID(writer.secret.keyed_digest(f"site|{key}")[:32]))
    return open_id if open_id in present else closed_id if closed_id in present or record["sensitivity"] else open_id


def _organisation_key(record: Mapping[str, Any]) -> str:
    names: Mapping[str, str] = record["organisation"] or {}
    return "|".join(f"{lang}={fold(names[lang])}" for lang in sorted(names))


def _organisations(writer: SiteWriter, records: Iterable[Mapping[str, Any]], source_id: str) -> dict[str, str]:
    """Find the organisations by their folded names, in any language; add those that are not there and run something that may be seen."""
    known: dict[tuple[str, str], str] = {}
    for row in writer.connection.execute(sa.select(models.Name).where(models.Name.entity == "organisation")).mappings():
        known.setdefault((row["lang"], fold(row["text"])), row["entity_id"])
    found: dict[str, str] = {}
    organisations, names = [], []
    for record in records:
        key = _organisation_key(record)
        if not key or key in found:
            continue
        stated: Mapping[str, str] = record["organisation"]
        match = next((known[lang, fold(text)] for lang, text in stated.items() if (lang, fold(text)) in known), None)
        if match is None and record["sensitivity"] == HIDDEN:
            continue
        if match is None:
            match = str(uuid.uuid5(NAMESPACE, f"organisation|{key}"))
            organisations.append({"organisation_id": match, "source_id": source_id, "version": 1})
            names += [{"entity": "organisation", "entity_id": match, "lang": lang, "text": text} for lang, text in stated.items()]
            known |= {(lang, fold(text)): match for lang, text in stated.items()}
        found[key] = match
    if organisations:
        writer.connection.execute(sa.insert(models.Organisation), organisations)
        writer.connection.execute(sa.insert(models.Name), names)
    return found
