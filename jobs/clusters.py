"""Clusters among units from files: values and neighbours in, Moran's I with its chance and the local values out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.plain_tables import Field, read_table
from geo.autocorrelation import KINDS, Moran, moran
from geo.errors import BadCell, InputError, SchemaError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

VALUES = (Field("unit", "id", unique=True), Field("value", "any_number", empty=""), Field("other", "any_number", required=False, empty=""))
NEIGHBOURS = (Field("unit", "id"), Field("neighbour", "id"), Field("weight", required=False))


@dataclass(frozen=True, slots=True)
class ClustersAsked:
    """What is asked for: CSV files, permutations and their seed, and the share of the clusters that may be chance."""

    values: Path
    neighbours: Path
    permutations: int
    seed: int
    false_share: float


def clusters_table(asked: ClustersAsked) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return one row for each unit: unit, local, p, kind; and the account with Moran's I of all.

    A unit whose value (or other value) is empty is in nothing: its cells are empty, and its weight is shared among the other neighbours. Rows of
    neighbours hold in their own direction; weights are divided by their sum in each row.

    Raises
    ------
    SchemaError : as ``read_table``; a neighbour that has no row among the values, is the unit itself, or stands twice.
    InputError : as ``geo.autocorrelation.moran``; ``moran.no_neighbours``.
    """
    table, pairs = read_table(asked.values, VALUES).set_index("unit"), read_table(asked.neighbours, NEIGHBOURS)
    _check(pairs, table.index, asked.neighbours.name)
    numbers = [name for name in ("value", "other") if name in table]
    known = table[table[numbers].notna().all(axis=1)]
    weights, one_way = _weights(pairs, known.index)
    if not weights.nnz:
        raise InputError("moran.no_neighbours", file=asked.neighbours.name)
    other = known.get("other")
    found = moran(known["value"], weights, seed=asked.seed, permutations=asked.permutations, other=other, false_share=asked.false_share)
    local = found.local.rename(columns={"value": "local"}).reindex(table.index)
    local["kind"] = local["kind"].fillna("")
    return local.rename_axis("unit").reset_index(), _account(asked, table, known, weights, found) | {"one_way_pairs": one_way}


def _check(pairs: pd.DataFrame, units: pd.Index, file: str) -> None:
    faults = [
        ("unit", "moran.unknown_unit", ~pairs["unit"].isin(units)), ("neighbour", "moran.unknown_unit", ~pairs["neighbour"].isin(units)),
        ("neighbour", "moran.own_neighbour", pairs["unit"] == pairs["neighbour"]), ("neighbour", "access.pair_twice", pairs.duplicated(["unit", "neighbour"])),
    ]  # fmt: skip
    bad = [
        BadCell(int(row), column, str(pairs.loc[row, column])[:120], code, {"file": file})
        for column, code, wrong in faults
        for row in pairs.index[wrong]
    ]
    if bad:
        raise SchemaError(sorted(bad, key=lambda cell: cell.row))


def _weights(pairs: pd.DataFrame, units: pd.Index) -> tuple[csr_array, int]:
    """Return the weights between units that have values, rows summing to 1 or 0, and how many pairs stand in one direction only."""
    from scipy.sparse import csr_array

    row, column = units.get_indexer(pd.Index(pairs["unit"])), units.get_indexer(pd.Index(pairs["neighbour"]))
    weight = pairs["weight"].to_numpy(dtype=float) if "weight" in pairs else np.ones(len(pairs))
    kept = (row >= 0) & (column >= 0) & (weight > 0)
    row, column, weight = row[kept], column[kept], weight[kept]
    total = np.bincount(row, weights=weight, minlength=len(units))
    both = {(int(i), int(j)) for i, j in zip(row, column, strict=True)}
    one_way = sum((j, i) not in both for i, j in both)
    return csr_array((weight / total[row], (row, column)), shape=(len(units), len(units))), one_way


def _account(asked: ClustersAsked, table: pd.DataFrame, known: pd.DataFrame, weights: csr_array, found: Moran) -> dict[str, object]:
    kinds = found.local["kind"].value_counts()
    return {
        "bivariate": "other" in table, "units": len(table), "without_value": len(table) - len(known),
        "without_neighbours": int((np.diff(weights.indptr) == 0).sum()), "neighbours_mean": weights.nnz / len(known), "moran": found.value,
        "expected": found.expected, "p": found.p, "kinds": {kind: int(kinds.get(kind, 0)) for kind in KINDS}, "false_share": asked.false_share,
        "permutations": asked.permutations, "seed": asked.seed, "ignored_columns": table.attrs.get("ignored", []),
    }  # fmt: skip
