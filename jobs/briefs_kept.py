"""Briefs of a snapshot: the profile of a governorate as it was kept, and who does what there, whatever the data are now."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd

from geo.errors import InputError
from geo.profile import Profile, ProfileColumn, ProfileTable
from geo.registry import Registry
from i18n import Translator
from jobs.brief_work import work_rows
from jobs.profile_past import Snapshot
from jobs.profile_plain import profile_of

OWNER = "org:"
"""What the key of an organisation's column begins with."""


def kept_registry(registry: Registry, snapshot: Snapshot) -> Registry:
    """Return the registry as a brief of a snapshot may use it: shapes and sources on the snapshot's day, and no site, because places are not kept."""
    version = snapshot.kept.edition.rsplit(".", 1)[0]
    return replace(registry, version=version, sites=registry.sites.iloc[:0], today=dt.date.fromisoformat(snapshot.day), training=snapshot.training)


def kept_profile(registry: Registry, snapshot: Snapshot, area_id: str, tr: Translator) -> Profile:
    """Return the profile that a snapshot holds of a governorate: every section as it was, without what had changed before.

    An organisation that everybody may no longer see keeps its numbers and loses its name.

    Parameters
    ----------
    registry : of now, the public's.
    snapshot : from ``jobs.snapshots.open_snapshot``.
    area_id : the governorate.
    tr : words.

    Raises
    ------
    InputError : ``brief.not_in_snapshot``.
    """
    plain = snapshot.profiles.get(area_id, {}).get(tr.lang)
    if plain is None or area_id not in registry.governorates.index:
        raise InputError("brief.not_in_snapshot", value=area_id[:40], name=snapshot.kept.name)
    kept = snapshot.kept
    profile = profile_of(plain, area_id, tr.lang, kept.edition)
    sections = tuple(replace(section, tables=tuple(_listed(table, registry, tr) for table in section.tables)) for section in profile.sections)
    said = {"name": kept.name, "version": str(kept.version), "digest": kept.sha256, "left_out": tr("brief.kept.not_kept")}
    return replace(profile, sections=sections, method=(*profile.method, *((tr(f"brief.kept.{key}"), value) for key, value in said.items())))


def kept_work(registry: Registry, snapshot: Snapshot, area_id: str, tr: Translator) -> pd.DataFrame:
    """Return who did what in a governorate on the day of a snapshot: ``data.exports.brief.WORK_COLUMNS``."""
    own = snapshot.work[snapshot.work["area_id"] == area_id]
    listed = own["organisation_id"].isin(registry.organisations.index) | (own["organisation_id"] == "")
    names = {code: told[tr.lang] for code, told in snapshot.organisations.items()}
    rows = work_rows(registry, own.reset_index(drop=True), tr.lang, names)
    gone = ~listed.to_numpy(dtype=bool)
    rows.loc[gone, "organisation_id"] = ""
    rows.loc[gone, "organisation"] = tr("brief.kept.withdrawn")
    return rows


def _listed(table: ProfileTable, registry: Registry, tr: Translator) -> ProfileTable:
    """Return a table in which columns of organisations that are no longer listed have no name."""
    gone = [
        column.key for column in table.columns if column.key.startswith(OWNER) and column.key.removeprefix(OWNER) not in registry.organisations.index
    ]
    keys = {key: f"withdrawn_{i}" for i, key in enumerate(gone, start=1)}
    columns = tuple(ProfileColumn(keys[one.key], tr("brief.kept.withdrawn"), one.unit) if one.key in keys else one for one in table.columns)
    return replace(table, columns=columns, sums=tuple(keys.get(key, key) for key in table.sums))
