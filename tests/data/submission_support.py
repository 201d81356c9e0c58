"""A store with two sites and people of every role around it: what the tests of proposals and reviews begin with."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from data import models
from data.engine import reading
from data.store import Store
from geo.model import Scope
from tests.data.test_store import load_invented, request, row

PLACE = {"country": "PS", "area_id": "PS0150", "locality_id": "LPS0150", "lon": 35.11, "lat": 31.21, "position_kind": "exact"}
NEW: dict[str, Any] = {"names": {"en": "New centre"}, "kind": "clinic", "place": PLACE, "services": ["medical_care"], "phone": "+97222345678"}


def filled(store: Store) -> Store:
    """Write two sites of one organisation into the store, the first public and the second displaced."""
    load_invented(store)
    store.apply_import(request(row(2), row(3, sensitivity=1, lon=35.3, lat=31.3, address="77 Hidden Lane", note="behind the bakery")), actor="test")
    return store


def ids(store: Store) -> tuple[str, str]:
    """Return the ids of the two sites."""
    with reading(store.engine) as connection:
        rows = connection.execute(sa.select(models.Site.site_id).order_by(models.Site.sensitivity)).scalars().all()
    return rows[0], rows[1]


def organisation(store: Store) -> str:
    with reading(store.engine) as connection:
        return str(connection.execute(sa.select(models.Organisation.organisation_id)).scalars().one())


def partner(store: Store, user_id: str = "partner") -> Scope:
    return Scope("partner", 0, user_id, (), organisation(store))


PLANNER = Scope("planner", 0, "planner", ("PS0150",))
FAR_PLANNER = Scope("planner", 3, "far-planner", ("PS0101",))
MINISTRY = Scope("ministry", 0, "ministry")
CLEARED = Scope("ministry", 3, "cleared")
ADMIN = Scope("admin", 0, "admin")
