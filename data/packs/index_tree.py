"""The default index of need of each pack as data: which indicators, their goalposts and weights, and why so."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from data.plain_tables import Field, read_table
from geo.index_tree import Tree, read_tree

_FOLDER = Path(__file__).parent
_FIELDS = (
    Field("id", "id", unique=True), Field("parent", "text"), Field("kind", "id"), Field("direction", "any_number"), Field("weight", "number"),
    Field("goalpost_min", "any_number", empty=""), Field("goalpost_max", "any_number", empty=""), Field("denominator", "text"),
    Field("source", "text"), Field("decision", "id"),
)  # fmt: skip


@dataclass(frozen=True)
class DefaultIndex:
    """The default index of a country.

    Parameters
    ----------
    country : its code.
    tree : checked.
    decisions : node to the reason for its goalposts and its place, in English as it is documented.
    sources : indicator to the source that its values come from.
    """

    country: str
    tree: Tree
    decisions: dict[str, str]
    sources: dict[str, str]


@functools.cache
def default_index(country: str, folder: Path = _FOLDER) -> DefaultIndex:
    """Return the default index of a country; read once, and nobody may change it.

    Parameters
    ----------
    country : one of ``geo.model.COUNTRIES``.
    folder : where the packs are.

    Raises
    ------
    InputError, SchemaError : as ``data.plain_tables.read_table`` and ``geo.index_tree.read_tree``.
    """
    table = read_table(folder / country / "index_tree.csv", _FIELDS)
    names = set(table.loc[table["kind"] == "indicator", "id"]) | set(table["denominator"]) - {""}
    reasons = dict(zip(table["id"], table["decision"], strict=True))
    cited = {str(node): str(source) for node, source in zip(table["id"], table["source"], strict=True) if source}
    return DefaultIndex(country, read_tree(table, sorted(names)), reasons, cited)
