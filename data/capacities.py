"""How many people sites can serve, as they state it."""

from __future__ import annotations

import math
from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa

from data import models
from data.engine import reading
from data.store import Store


def read_capacities(store: Store, services: Collection[str]) -> pd.Series:
    """Return the capacity of each site that gives one of some services.

    Parameters
    ----------
    store : an open store.
    services : codes of the services.

    Returns
    -------
    Index ``site_id``, float64: what it states, added up where it gives several of them or several organisations do; NaN where
    one of these does not state it.
    """
    query = sa.select(models.ServiceAtLocation.site_id, models.ServiceAtLocation.capacity).join(models.Service)
    with reading(store.engine) as connection:
        rows = connection.execute(query.where(models.Service.term_id.in_([f"service:{service}" for service in services]))).all()
    found: dict[str, float] = {}
    for site_id, capacity in rows:
        found[site_id] = found.get(site_id, 0.0) + (math.nan if capacity is None else float(capacity))
    return pd.Series(found, dtype=float, name="capacity").rename_axis("site_id")
