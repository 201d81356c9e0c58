"""The tree of a composite index: pillars over indicators, with direction, weight, goalposts and denominator, checked as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.errors import BadCell, InputError, SchemaError

KINDS = ("indicator", "aggregate")


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree.

    Parameters
    ----------
    node_id : unique.
    parent : the node above it; empty for the root.
    kind : ``indicator`` or ``aggregate``.
    direction : 1 where more means a higher score, -1 where it means a lower one.
    weight : beside its siblings, above 0; they are divided by their sum.
    goalposts : the values that stand for the lowest and the highest score before the direction; None where it has none.
    denominator : indicator whose values divide those of this one; empty for none.
    """

    node_id: str
    parent: str
    kind: str
    direction: int = 1
    weight: float = 1.0
    goalposts: tuple[float, float] | None = None
    denominator: str = ""


@dataclass(frozen=True)
class Tree:
    """A checked tree: one root, every leaf an indicator.

    Parameters
    ----------
    nodes : in the order in which they were given.
    """

    nodes: tuple[Node, ...]

    @property
    def indicators(self) -> tuple[Node, ...]:
        """The leaves, in their order."""
        return tuple(node for node in self.nodes if node.kind == "indicator")

    @property
    def aggregates(self) -> tuple[Node, ...]:
        """The inner nodes, children before parents; the last one is the root."""
        depth = {node.node_id: self._depth(node) for node in self.nodes}
        return tuple(sorted((node for node in self.nodes if node.kind == "aggregate"), key=lambda node: -depth[node.node_id]))

    @property
    def root(self) -> Node:
        """The node without a parent."""
        return next(node for node in self.nodes if not node.parent)

    def children(self, node_id: str) -> tuple[Node, ...]:
        """Return the nodes under one, in their order."""
        return tuple(node for node in self.nodes if node.parent == node_id)

    def shares(self, node_id: str) -> np.ndarray:
        """Return the weights of a node's children as shares that sum to 1."""
        weights = np.array([child.weight for child in self.children(node_id)])
        return np.asarray(weights / weights.sum())

    def _depth(self, node: Node) -> int:
        above = {each.node_id: each.parent for each in self.nodes}
        depth, at = 0, node.parent
        while at:
            depth, at = depth + 1, above[at]
        return depth


def read_tree(frame: pd.DataFrame, indicators: Sequence[str], *, file: str = "") -> Tree:
    """Return the tree that a table describes.

    Parameters
    ----------
    frame : columns id, parent, kind (text), direction, weight and, where they are used, goalpost_min, goalpost_max (numbers, NaN where
        empty) and denominator (text); index: the row of the file.
    indicators : the indicators that have values.
    file : its name, for the cells that cannot be used.

    Raises
    ------
    SchemaError : cells that cannot be used, all of them: an id that is there twice, an unknown kind, parent, indicator or denominator, a
        direction other than 1 and -1, a weight below 0, goalposts that are not a rising pair.
    InputError : it has no root or several, goes in a circle, has an aggregate without children, or siblings whose weights sum to 0.
    """
    bad: list[BadCell] = []
    nodes: list[Node] = []
    ids = list(frame["id"])
    known = set(indicators)
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    for number, row in zip(frame.index, rows, strict=True):
        low, high = row.get("goalpost_min", math.nan), row.get("goalpost_max", math.nan)
        posted = not (math.isnan(low) and math.isnan(high))
        direction, weight = row.get("direction", 1.0), row.get("weight", 1.0)
        faults = {
            ("id", "index.id"): ids.count(row["id"]) > 1,
            ("kind", "index.kind"): row["kind"] not in KINDS,
            ("parent", "index.parent"): bool(row["parent"]) and row["parent"] not in ids,
            ("id", "index.no_values"): row["kind"] == "indicator" and row["id"] not in known,
            ("direction", "index.direction"): direction not in (1, -1) and not math.isnan(direction),
            ("weight", "index.weight"): weight < 0,
            ("goalpost_max", "index.goalposts"): posted and not low < high,
            ("denominator", "index.no_values"): bool(row.get("denominator")) and row["denominator"] not in known,
        }
        wrong = [(column, code) for (column, code), is_so in faults.items() if is_so]
        bad += [BadCell(int(number), column, _written(row.get(column)), code, {"file": file}) for column, code in wrong]
        if not wrong:
            nodes.append(
                Node(row["id"], row["parent"], row["kind"], 1 if math.isnan(direction) else int(direction), 1.0 if math.isnan(weight) else weight,
                     (low, high) if posted else None, row.get("denominator") or "")
            )  # fmt: skip
    if bad:
        raise SchemaError(bad)
    tree = Tree(tuple(nodes))
    _check_shape(tree)
    return tree


def _written(value: object) -> str:
    """Return a cell as the file has it; whole numbers without decimals, nothing where it is empty."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return str(value or "")[:120]


def _check_shape(tree: Tree) -> None:
    roots = [node for node in tree.nodes if not node.parent]
    if len(roots) != 1:
        raise InputError("index.one_root", count=len(roots))
    if roots[0].kind != "aggregate":
        raise InputError("index.root_kind", node=roots[0].node_id)
    kinds = {node.node_id: node.kind for node in tree.nodes}
    above = {node.node_id: node.parent for node in tree.nodes}
    for node in tree.nodes:
        at, steps = node.node_id, 0
        while at:
            at, steps = above[at], steps + 1
            if steps > len(tree.nodes):
                raise InputError("index.circle", node=node.node_id)
        if node.parent and kinds[node.parent] != "aggregate":
            raise InputError("index.under_indicator", node=node.node_id)
    for node in tree.nodes:
        if node.kind == "aggregate":
            weights = [child.weight for child in tree.children(node.node_id)]
            if not weights:
                raise InputError("index.no_children", node=node.node_id)
            if sum(weights) <= 0:
                raise InputError("index.no_weight", node=node.node_id)
