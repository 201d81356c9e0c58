"""A governorate's profile as values: every figure and table of it once, so that page, PDF, workbook and command print the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

UNITS = ("people", "minutes", "share", "score", "rank", "count", "per_1000", "percent", "km2", "text")
"""What a value is counted in; ``share`` is 0-1, ``percent`` 0-100 as published, ``score`` 0-10."""
FIGURE_COLUMNS = ("area_id", "section", "figure", "value", "low", "high", "unit", "year", "status", "sources")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with all that must stand beside it.

    Parameters
    ----------
    key : stable and language-free, e.g. ``people.population``; the words are ``profile.figure.<key>``.
    label : the words for it.
    value : None where it is not known; never 0 for that.
    unit : one of ``UNITS``.
    low, high : 5 % and 95 % of its doubt; None where none was computed.
    year : of the newest data behind it; None where there is none.
    status : one of ``geo.model.VALUE_STATUS``; empty where the value is not known.
    source_ids : ids of ``Registry.sources``.
    note : one plain sentence on what the number is worth; empty for none.
    """

    key: str
    label: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    year: int | None = None
    status: str = ""
    source_ids: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProfileColumn:
    """A column of a table: stable key, the words over it, and one of ``UNITS``."""

    key: str
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class ProfileTable:
    """A table of a profile.

    Parameters
    ----------
    key : stable; the heading's words are ``label``.
    columns : at least one.
    rows : a cell for each column: text, a number, or None where it is not known.
    sums : keys of the columns whose cells add up to a total that is worth telling.
    source_ids : ids of ``Registry.sources``.
    """

    key: str
    label: str
    columns: tuple[ProfileColumn, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]
    sums: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a profile under one heading."""

    key: str
    label: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[ProfileTable, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is told of a governorate, in one language.

    Parameters
    ----------
    area_id, country : which.
    name, country_name : in the language.
    lang : one of ``geo.model.LANGUAGES``.
    edition : of the data (``Registry.edition``): the same edition gives the same profile, byte for byte.
    sections : in the order in which they are shown.
    method : how it was computed, as (name, value) pairs of plain text.
    """

    area_id: str
    country: str
    name: str
    country_name: str
    lang: str
    edition: str
    sections: tuple[Section, ...]
    method: tuple[tuple[str, str], ...] = ()

    def figure(self, key: str) -> Figure:
        """Return the figure called ``key``; KeyError if there is none."""
        for section in self.sections:
            for figure in section.figures:
                if figure.key == key:
                    return figure
        raise KeyError(key)

    def table(self, key: str) -> ProfileTable:
        """Return the table called ``key``; KeyError if there is none."""
        for section in self.sections:
            for table in section.tables:
                if table.key == key:
                    return table
        raise KeyError(key)

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Every source behind it, those of figures first, in the order of first use."""
        figures = [source_id for section in self.sections for figure in section.figures for source_id in figure.source_ids]
        tables = [source_id for section in self.sections for table in section.tables for source_id in table.source_ids]
        return tuple(dict.fromkeys(figures + tables))


def figures_table(profiles: Sequence[Profile]) -> pd.DataFrame:
    """Return all figures of several profiles as one table without words: the same in every language.

    Parameters
    ----------
    profiles : of one edition.

    Returns
    -------
    Columns ``FIGURE_COLUMNS``: one row a figure, in the order of the profiles; ``sources`` separated by a space.
    """
    rows = [
        {
            "area_id": profile.area_id, "section": section.key, "figure": figure.key, "value": figure.value, "low": figure.low, "high": figure.high,
            "unit": figure.unit, "year": figure.year, "status": figure.status, "sources": " ".join(figure.source_ids),
        }
        for profile in profiles for section in profile.sections for figure in section.figures
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(FIGURE_COLUMNS)).astype({"value": float, "low": float, "high": float, "year": "Int64"})
