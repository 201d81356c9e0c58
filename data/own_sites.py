"""All sites of one organisation that may be changed here, as their owner sees them: for the form and for what comes back in it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from data import models
from data.engine import reading
from data.site_records import HIDDEN, read_records
from data.store import Store
from geo.submissions import PROPOSABLE, PROTECTED


def own_sites(store: Store, organisation_id: str) -> dict[str, tuple[dict[str, Any], int]]:
    """Return id to record and version of an organisation's sites, in the order of their ids.

    Parameters
    ----------
    organisation_id : one that is not there has no sites.

    Returns
    -------
    Records of ``geo.submissions.PROPOSABLE``; the protected fields of sensitive sites are None, for their owner too. Left out are sites
    whose list is kept elsewhere, those that were merged into others, and hidden ones, whose existence no file tells.
    """
    site, source = models.Site, models.Source
    query = sa.select(site.site_id).join(source, source.source_id == site.source_id).where(site.organisation_id == organisation_id)
    with reading(store.engine) as connection:
        ids = connection.execute(query.where(source.locked == 0, site.sensitivity < HIDDEN).order_by(site.site_id)).scalars().all()
        found = read_records(connection, store.secret, ids)
    out = {}
    for site_id in ids:
        record = found[site_id].record
        if not record["merged_into"]:
            hidden = PROTECTED if record["sensitivity"] else ()
            out[site_id] = ({name: None if name in hidden else record[name] for name in PROPOSABLE}, found[site_id].version)
    return out
