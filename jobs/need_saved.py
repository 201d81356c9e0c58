"""Indexes and decisions that a group keeps: the body of the record, and the proof that anyone comes to the same numbers."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from data.kept import canonical
from geo.errors import StoreError
from geo.index_tree import Node, Tree
from geo.need import Missing
from geo.priority import Weights
from jobs.need import CELL_COLUMNS, TABLE_COLUMNS, Need, NeedAsked, need_from

FORMAT = 1
WHOLE = ("rank", "rank_p05", "rank_p50", "rank_p95", "tier")


def index_body(need: Need, asked: NeedAsked, *, edition: str, year: int, votes: Mapping[str, Mapping[str, float]] | None = None) -> dict[str, Any]:
    """Return all that is needed to make the index again, and what came out.

    Parameters
    ----------
    need : the index.
    asked : what it was made from.
    edition : of the registry.
    year : from which the age of values was counted.
    votes : the members' points, each vote under a number; None where the weights are nobody's vote.
    """
    columns = (need.cells[name] for name in CELL_COLUMNS)
    values = [[*key, *(_plain(cell) for cell in row)] for key, *row in zip(need.cells.index, *columns, strict=True)]
    return {
        "format": FORMAT, "country": need.country, "edition": edition, "year": year,
        "method": {"missing": need.method.missing, "normalisation": asked.normalisation, "aggregation": asked.aggregation},
        "tree": [asdict(node) | {"goalposts": list(node.goalposts) if node.goalposts else None} for node in need.index.tree.nodes],
        "seed": need.seed, "draws": need.draws, "votes": {name: dict(points) for name, points in (votes or {}).items()},
        "values": values, "values_sha256": _digest(values), "results": _rows(need.table),
    }  # fmt: skip


def again(body: Mapping[str, Any]) -> Need:
    """Make a kept index again from the values that were kept with it.

    Raises
    ------
    StoreError : ``needs.values_changed``: they are not those of the digest; ``needs.not_same``: other numbers came out.
    """
    if _digest(body["values"]) != body["values_sha256"]:
        raise StoreError("needs.values_changed")
    method = body["method"]
    missing: Missing = method["missing"]
    asked = NeedAsked(body["country"], missing, method["normalisation"], method["aggregation"], (), int(body["draws"]), int(body["seed"]))
    nodes = [Node(**{**node, "goalposts": tuple(node["goalposts"]) if node["goalposts"] else None}) for node in body["tree"]]
    keys = pd.MultiIndex.from_tuples([tuple(row[:2]) for row in body["values"]], names=["area_id", "indicator_id"])
    cells = pd.DataFrame([row[2:] for row in body["values"]], columns=list(CELL_COLUMNS), index=keys)
    cells = cells.assign(value=pd.to_numeric(cells["value"]).astype(float), year=pd.to_numeric(cells["year"]).astype("Int64"))
    need = need_from(Tree(tuple(nodes)), cells, asked, int(body["year"]))
    if not _same(_rows(need.table), body["results"]):
        raise StoreError("needs.not_same")
    return need


def need_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table of an index as the rows of a file: area_id and ``TABLE_COLUMNS``, in the order of the ranks, without rank last."""
    ordered = table.reset_index().sort_values(["rank", "area_id"], na_position="last", kind="stable")
    return ordered.round({"score": 9, "p_top3": 9, "reliability": 9}).reset_index(drop=True)


def decision_body(weights: Weights, *, limit: int, edition: str) -> dict[str, Any]:
    """Return what a group decided on a priority list."""
    return {
        "format": FORMAT, "services": dict(weights.services), "groups": dict(weights.groups), "beta": weights.beta, "limit": limit, "edition": edition,
    }  # fmt: skip


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for area, *cells in table[list(TABLE_COLUMNS)].itertuples():
        told = {
            name: None if pd.isna(cell) else int(cell) if name in WHOLE else round(float(cell), 9)
            for name, cell in zip(TABLE_COLUMNS, cells, strict=True)
        }
        rows.append({"area_id": str(area)} | told)
    return rows


def _same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    """Say whether two results are equal, but for the last digit of a number: processors add up in their own order."""
    if len(one) != len(other):
        return False
    for mine, theirs in zip(one, other, strict=True):
        if mine.keys() != theirs.keys():
            return False
        for name, value in mine.items():
            if isinstance(value, float) and isinstance(theirs[name], int | float):
                if not math.isclose(value, theirs[name], abs_tol=1e-8):
                    return False
            elif value != theirs[name]:
                return False
    return True


def _plain(cell: Any) -> str | float | int | None:
    if pd.isna(cell):
        return None
    return cell if isinstance(cell, str) else int(cell) if float(cell).is_integer() else float(cell)


def _digest(values: list[list[Any]]) -> str:
    return hashlib.sha256(canonical({"values": values}).encode()).hexdigest()
