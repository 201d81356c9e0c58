"""A composite index from files: values and a tree in, a table of scores and ranks with their doubt out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.plain_tables import Field, read_table
from geo.errors import BadCell, InputError, SchemaError
from geo.index_doubt import alternatives, doubt
from geo.index_tree import Tree, read_tree
from geo.need import DIGITS, IndexMethod, make_index

VALUES = (Field("unit", "id"), Field("indicator", "id"), Field("value", "any_number", empty=""))
TREE = (
    Field("id", "id"), Field("parent", "text"), Field("kind", "id"), Field("direction", "any_number", empty=""), Field("weight", "any_number", empty=""),
    Field("goalpost_min", "any_number", required=False, empty=""), Field("goalpost_max", "any_number", required=False, empty=""),
    Field("denominator", "text", required=False),
)  # fmt: skip
GROUPS = (Field("unit", "id", unique=True), Field("group", "id"))


@dataclass(frozen=True, slots=True)
class IndexAsked:
    """What is asked for: CSV files, the method, and how many times it is drawn again with which seed."""

    values: Path
    tree: Path
    groups: Path | None
    method: IndexMethod
    draws: int
    seed: int


def index_table(asked: IndexAsked) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return one row for each unit and node: unit, node, score, rank, rank_p05, rank_p50, rank_p95; and the account of what was done.

    Units that are not in the index stand there with empty cells. An indicator's rank has no interval of its own: its cells repeat the rank.

    Raises
    ------
    InputError, SchemaError : as the files' readers, ``read_tree`` and ``make_index`` say.
    """
    long = _read_values(asked.values)
    wide = _wide(long)
    nodes = read_table(asked.tree, TREE)
    tree = read_tree(nodes, [str(name) for name in wide.columns], file=asked.tree.name)
    _check_denominators(long, tree, asked.values.name)
    groups = None if asked.groups is None else read_table(asked.groups, GROUPS).set_index("unit")["group"]
    if asked.draws < 1:
        raise InputError("index.draws")
    index = make_index(wide, tree, asked.method, groups=groups)
    doubts = doubt(index, draws=asked.draws, seed=asked.seed)
    ranks = index.ranks()
    parts = []
    for node in tree.nodes:
        part = pd.DataFrame({"unit": wide.index, "node": node.node_id})
        part["score"] = index.scores[node.node_id].reindex(wide.index).round(DIGITS).to_numpy()
        part["rank"] = ranks[node.node_id].reindex(wide.index).to_numpy()
        for column in ("p05", "p50", "p95"):
            found = doubts[node.node_id].ranks[column] if node.node_id in doubts else ranks[node.node_id]
            part[f"rank_{column}"] = found.reindex(wide.index).to_numpy()
        parts.append(part)
    table = pd.concat(parts, ignore_index=True).astype(dict.fromkeys(("rank", "rank_p05", "rank_p50", "rank_p95"), "Int64"))
    summary = {
        "units": len(wide), "in_index": len(index.prepared), "dropped": {unit: round(share, 4) for unit, share in index.dropped.items()},
        "imputed": index.imputed, "treated": index.treated, "missing": asked.method.missing, "normalise": asked.method.normalisation,
        "aggregate": asked.method.aggregation, "draws": asked.draws, "seed": asked.seed, "methods_drawn": len(alternatives(index)),
        "unused": sorted(set(wide.columns) - _used(tree)), "ignored_columns": [*long.attrs["ignored"], *nodes.attrs["ignored"]],
    }  # fmt: skip
    return table, summary


def _read_values(path: Path) -> pd.DataFrame:
    """Return the rows of the values; two values for one cell are refused, both rows named."""
    long = read_table(path, VALUES)
    if long.empty:
        raise InputError("index.no_rows", file=path.name)
    twice = long.duplicated(["unit", "indicator"], keep=False)
    _refuse(long, twice, "index.two_values", path.name)
    return long


def _wide(long: pd.DataFrame) -> pd.DataFrame:
    """Return values as units x indicators in the order of the file."""
    units, indicators = long["unit"].unique(), long["indicator"].unique()
    wide = long.pivot(index="unit", columns="indicator", values="value")  # noqa: PD010 - the other one drops what has no value
    return wide.reindex(index=units, columns=indicators)


def _check_denominators(long: pd.DataFrame, tree: Tree, file: str) -> None:
    """Refuse the rows by which nothing can be divided."""
    below = {node.denominator for node in tree.indicators}
    _refuse(long, long["indicator"].isin(below) & (long["value"] <= 0), "index.denominator", file)


def _refuse(long: pd.DataFrame, wrong: pd.Series, code: str, file: str) -> None:
    if wrong.any():
        raise SchemaError([BadCell(int(row), "value", f"{long.loc[row, 'value']:g}", code, {"file": file}) for row in long.index[wrong]])


def _used(tree: Tree) -> set[str]:
    return {node.node_id for node in tree.indicators} | {node.denominator for node in tree.indicators}
