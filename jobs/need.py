"""The index of need of a country from its real indicators: the default one, or one with another method or other weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from data.packs.index_tree import default_index
from geo.counts import newest_values
from geo.errors import InputError
from geo.index_doubt import Doubt, doubt
from geo.index_rank import reliability, tiers
from geo.index_steps import Aggregate, Normalise
from geo.index_tree import Node, Tree
from geo.need import Index, IndexMethod, Missing, make_index
from geo.registry import Registry

SCALE = (0.0, 10.0)
LEAST_AVAILABLE = 0.5
"""Share of its indicators that a governorate must have: with two of them, two thirds would be both, and nothing were left to choose."""
UNSAID: Missing = "keep"
"""What other pages do about missing values as long as nobody has chosen."""
DRAWS, SEED = 1000, 1
ERRORS: Mapping[str, float] = {"official": 0.02, "estimate": 0.05, "derived": 0.05, "inferred": 0.10, "demo": 0.10}
"""Assumed standard error of a value by its status, as a share of the distance between its goalposts: no source of ours publishes one."""
TOP = 3
CELL_COLUMNS = ("value", "year", "unit", "status", "source_id", "role")
TABLE_COLUMNS = ("score", "rank", "rank_p05", "rank_p50", "rank_p95", "tier", "p_top3", "reliability")


@dataclass(frozen=True, slots=True)
class NeedAsked:
    """What an index is asked to be.

    Parameters
    ----------
    country : one of the packs.
    missing : what becomes of missing values; None: nobody has chosen, and ``UNSAID`` is done.
    normalisation, aggregation : see ``geo.index_steps``.
    weights : indicator to its weight beside its siblings; those that are not named keep the pack's.
    draws, seed : of the doubt.
    """

    country: str
    missing: Missing | None = None
    normalisation: Normalise = "goalposts"
    aggregation: Aggregate = "arithmetic"
    weights: tuple[tuple[str, float], ...] = ()
    draws: int = DRAWS
    seed: int = SEED

    @property
    def method(self) -> IndexMethod:
        """The method."""
        return IndexMethod(self.missing or UNSAID, LEAST_AVAILABLE, "none", self.normalisation, self.aggregation, SCALE)


@dataclass(frozen=True, eq=False)
class Need:
    """The index of need of a country.

    Parameters
    ----------
    country : its code.
    index : what was computed.
    table : index ``area_id``, all governorates of the country in the pack's order; score (0-10), rank, rank_p05, rank_p50, rank_p95, tier
        (1 = most need), p_top3 and reliability (0-1). All NA where the area is not in the index.
    cells : index (area_id, indicator_id), a row for each pair: value, year, unit, status and source_id of the newest value of the area
        itself, NA where there is none, and ``role``, ``indicator`` or ``denominator``.
    method, seed, draws : how it was made.
    chosen : somebody chose what becomes of missing values; otherwise ``method.missing`` is ``UNSAID``.
    errors : units x indicators, the standard errors that were assumed, in the unit of ``index.prepared``.
    doubts : aggregate to what its ranks did.
    """

    country: str
    index: Index
    table: pd.DataFrame
    cells: pd.DataFrame
    method: IndexMethod
    seed: int
    draws: int
    chosen: bool
    errors: pd.DataFrame
    doubts: dict[str, Doubt]


def need_of(registry: Registry, country: str, missing: Missing | None = None) -> Need:
    """Return the default index of a country.

    Parameters
    ----------
    registry : the public's.
    country : one of the packs.
    missing : what becomes of missing values; None does ``UNSAID`` and says so (``Need.chosen``).

    Returns
    -------
    The index; where no governorate has enough values, a table of NA.
    """
    return make_need(registry, NeedAsked(country, missing))


def make_need(registry: Registry, asked: NeedAsked) -> Need:
    """Return the index that is asked for.

    Raises
    ------
    InputError : as ``geo.need.make_index``: the weights sum to 0, an indicator has no value at all.
    """
    tree = weighed(default_index(asked.country).tree, dict(asked.weights))
    return need_from(tree, need_cells(registry, tree, asked.country), asked, registry.today.year)


def need_from(tree: Tree, cells: pd.DataFrame, asked: NeedAsked, year: int) -> Need:
    """Return the index of a tree and its values, whatever the registry says now.

    Parameters
    ----------
    tree : with the weights that count; those of ``asked`` are in it already.
    cells : as ``Need.cells``.
    asked : country, method, seed and draws.
    year : from which the age of values is counted.
    """
    areas = cells.index.unique("area_id")
    values = _wide(cells["value"])
    method = asked.method
    if (values[[node.node_id for node in tree.indicators]].notna().mean(axis=1) < method.min_available).all():
        return _nothing(asked, tree, cells)
    index = make_index(values, tree, method)
    errors = _errors(index, cells)
    doubts = doubt(index, draws=asked.draws, seed=asked.seed, top=TOP, errors=errors)
    table = _table(index, doubts[tree.root.node_id], areas)
    table["reliability"] = reliability(_years(cells, tree), leaf_shares(tree), year).reindex(areas).where(table["score"].notna())
    return Need(asked.country, index, table[list(TABLE_COLUMNS)], cells, method, asked.seed, asked.draws, asked.missing is not None, errors, doubts)


def weighed(tree: Tree, weights: Mapping[str, float]) -> Tree:
    """Return the tree with other weights; those that ``weights`` does not name stay.

    Raises
    ------
    InputError : ``index.weight``, ``index.no_weight``.
    """
    for name, weight in weights.items():
        if not 0 <= weight < float("inf"):
            raise InputError("index.weight", node=name)
    nodes = tuple(replace(node, weight=float(weights.get(node.node_id, node.weight))) for node in tree.nodes)
    found = Tree(nodes)
    for node in found.aggregates:
        if sum(child.weight for child in found.children(node.node_id)) <= 0:
            raise InputError("index.no_weight", node=node.node_id)
    return found


def leaf_shares(tree: Tree) -> pd.Series:
    """Return each indicator's share of the whole weight, through all nodes above it; they sum to 1."""
    share = {tree.root.node_id: 1.0}
    for node in reversed(tree.aggregates):
        for child, part in zip(tree.children(node.node_id), tree.shares(node.node_id), strict=True):
            share[child.node_id] = share[node.node_id] * float(part)
    return pd.Series({node.node_id: share[node.node_id] for node in tree.indicators}, dtype=float)


def need_cells(registry: Registry, tree: Tree, country: str) -> pd.DataFrame:
    """Return the newest values of a tree's indicators and denominators for each governorate of a country: its own, never those of its region.

    Returns
    -------
    As ``Need.cells``.
    """
    areas = registry.governorates
    here = areas.index[areas["country"] == country].rename("area_id")
    roles = {node.node_id: "indicator" for node in tree.indicators}
    roles |= {node.denominator: "denominator" for node in tree.indicators if node.denominator and node.denominator not in roles}
    parts = []
    for name, role in roles.items():
        found = newest_values(registry, name).reindex(here)[["value", "year", "unit", "status", "source_id"]]
        unit = str(registry.indicators["unit"].get(name, ""))
        part = found.assign(unit=found["unit"].fillna(unit), role=role, indicator_id=name, year=found["year"].astype("Int64"))
        parts.append(part.set_index("indicator_id", append=True))
    cells = pd.concat(parts)
    ordered = pd.MultiIndex.from_product([here, list(roles)], names=["area_id", "indicator_id"])
    return cells.reindex(ordered)[list(CELL_COLUMNS)].astype({"value": float})


def _years(cells: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """Return the year of each indicator's value; of a rate the older one of the two that it is made of."""
    years = _wide(cells["year"].where(cells["value"].notna()).astype(float))
    return pd.DataFrame({node.node_id: _both(years, node).min(axis=1, skipna=False) for node in tree.indicators})


def _errors(index: Index, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the assumed standard error of each value; of a rate the larger one of the two that it is made of. None without a value of its own."""
    shares = _wide(cells["status"].map(ERRORS).astype(float)).reindex(index.prepared.index)
    out = {}
    for node in index.tree.indicators:
        column = index.prepared[node.node_id]
        low, high = node.goalposts or (column.min(), column.max())
        out[node.node_id] = _both(shares, node).max(axis=1) * (high - low)
    return pd.DataFrame(out, index=index.prepared.index)


def _wide(column: pd.Series) -> pd.DataFrame:
    """Return a column of the cells as areas x indicators, in the order of the areas."""
    return column.unstack("indicator_id").reindex(column.index.unique("area_id"))  # noqa: PD010 - pivot_table would drop what has no value


def _both(table: pd.DataFrame, node: Node) -> pd.DataFrame:
    return table[[node.node_id, node.denominator] if node.denominator else [node.node_id]]


def _table(index: Index, found: Doubt, areas: pd.Index) -> pd.DataFrame:
    root = index.tree.root.node_id
    table = pd.DataFrame({"score": index.scores[root], "rank": index.ranks()[root], "p_top3": found.top})
    for quantile in ("p05", "p50", "p95"):
        table[f"rank_{quantile}"] = found.ranks[quantile]
    table = table.reindex(areas)
    ranks = ["rank", "rank_p05", "rank_p50", "rank_p95"]
    table[ranks] = table[ranks].where(table["score"].notna())
    return table.astype(dict.fromkeys(ranks, "Int64")).assign(tier=tiers(table["rank_p05"], table["rank_p95"]))


def _nothing(asked: NeedAsked, tree: Tree, cells: pd.DataFrame) -> Need:
    """Return an index that nobody is in."""
    areas = cells.index.unique("area_id")
    empty = pd.DataFrame(columns=[node.node_id for node in tree.nodes], dtype=float)
    have = cells.loc[cells["role"] == "indicator", "value"].notna().groupby("area_id").mean()
    index = Index(tree, asked.method, empty, empty, {str(area): float(share) for area, share in have.items()}, 0)
    kinds = {name: "float" if name in ("score", "p_top3", "reliability") else "Int64" for name in TABLE_COLUMNS}
    table = pd.DataFrame({name: pd.Series(index=areas, dtype=kind) for name, kind in kinds.items()})
    return Need(asked.country, index, table, cells, asked.method, asked.seed, asked.draws, asked.missing is not None, empty, {})
