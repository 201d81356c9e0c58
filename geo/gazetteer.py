"""Search the registry's own towns and villages by name in any language, as somebody types; no other source is asked."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from geo.model import LANGUAGES
from geo.registry import Registry
from geo.text import fold

SHORTEST = 2
"""Fewest letters that are searched for."""


@dataclass(frozen=True, slots=True)
class _Entry:
    locality_id: str
    area_id: str
    names: tuple[str, ...]
    areas: str
    population: float


class Gazetteer:
    """The localities of a registry that lie in a governorate, by their folded names.

    Parameters
    ----------
    registry : its localities that another pack lists too (``in_other_pack``) are left out.
    """

    def __init__(self, registry: Registry) -> None:
        areas = _folded(registry.names["area"])
        names = _folded(registry.names["locality"])
        rows = registry.localities[registry.localities["area_id"].isin(registry.governorates.index)]
        rows = rows[rows["flag"] != "in_other_pack"]
        self._entries = [
            _Entry(str(locality_id), str(area_id), names.get(str(locality_id), ()), " ".join(areas.get(str(area_id), ())), population)
            for locality_id, area_id, population in zip(rows.index, rows["area_id"], rows["population"].fillna(0.0).astype(float), strict=True)
        ]

    def search(self, text: str, *, areas: Collection[str] = (), top: int = 6) -> list[str]:
        """Return the ids of the localities that a text names, the likeliest first.

        Parameters
        ----------
        text : a name or the beginning of one, alone or with its governorate, or an address that ends with the name.
        areas : only localities of these governorates; empty for all.
        top : how many at most.
        """
        for wording in _wordings(text):
            words = fold(wording).split()
            ranked = [(rank, -entry.population, entry.locality_id) for entry in self._entries
                      if (not areas or entry.area_id in areas) and (rank := _rank(entry, words)) is not None]  # fmt: skip
            if ranked:
                return [locality_id for *_, locality_id in sorted(ranked)[:top]]
        return []


def _wordings(text: str) -> list[str]:
    """Return the whole text, then its parts between commas from the last, then its words from the last."""
    parts = [part for part in re.split(r"[,،;/\n-]", text) if part.strip()]
    wordings = [text, *reversed(parts), *reversed(fold(text).split())] if len(fold(text).split()) > 1 else [text]
    return [wording for wording in dict.fromkeys(wordings) if len(fold(wording)) >= SHORTEST]


def _rank(entry: _Entry, words: list[str]) -> int | None:
    """Return how well a locality answers to the words, 0 being best; None where it does not."""
    whole = " ".join(words)
    if whole in entry.names:
        return 0
    if any(name.startswith(whole) for name in entry.names):
        return 1
    text = f" {' '.join(entry.names)}"
    of_name = [word for word in words if f" {word}" in text]
    if not of_name:
        return None
    of_area = [word for word in words if word not in of_name and word in entry.areas]
    if len(of_name) + len(of_area) < len(words):
        return None
    return 2 if any(name in whole for name in entry.names) else 3


def _folded(names: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    rows = names[list(LANGUAGES)].itertuples(name=None)
    return {str(row[0]): tuple(dict.fromkeys(fold(str(text)) for text in row[1:] if not pd.isna(text))) for row in rows}
