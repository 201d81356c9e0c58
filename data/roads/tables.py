"""Tables of places for travel time, from CSV: ids and coordinates, refused with row and column where something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.plain_tables import Field, read_table
from geo.errors import InputError
from geo.roads import Floats

_FIELDS = (
    Field("lon", "any_number", between=(-180.0, 180.0)), Field("lat", "any_number", between=(-90.0, 90.0)), Field("population", required=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """Places of a table; n rows.

    Parameters
    ----------
    ids : n ids, unique. lon, lat : n places, degrees. people : n weights; 1 each where the table has no ``population``.
    """

    ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    people: Floats

    def __len__(self) -> int:
        return len(self.ids)


def read_places(path: Path, id_column: str) -> Places:
    """Return the places of a CSV file with the columns ``id_column``, ``lon`` and ``lat``; others may stand beside them.

    Raises
    ------
    InputError, SchemaError : as ``data.plain_tables.read_table``; ``travel.no_rows``.
    """
    table = read_table(path, (Field(id_column, "id", unique=True), *_FIELDS))
    if table.empty:
        raise InputError("travel.no_rows", file=path.name)
    people = table["population"].to_numpy() if "population" in table else np.ones(len(table))
    return Places(tuple(table[id_column]), table["lon"].to_numpy(), table["lat"].to_numpy(), people)
