"""A profile as plain values that a snapshot can hold, and back: the same words, numbers and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.profile import Figure, Profile, ProfileColumn, ProfileTable, Section


def plain_profile(profile: Profile) -> dict[str, Any]:
    """Return a profile as JSON can hold it; ``profile_of`` makes the same of it."""
    return {
        "country": profile.country, "name": profile.name, "country_name": profile.country_name, "method": [list(pair) for pair in profile.method],
        "sections": [_section(section) for section in profile.sections],
    }  # fmt: skip


def profile_of(plain: Mapping[str, Any], area_id: str, lang: str, edition: str) -> Profile:
    """Return the profile that ``plain_profile`` was given."""
    return Profile(
        area_id, str(plain["country"]), str(plain["name"]), str(plain["country_name"]), lang, edition, tuple(map(_section_of, plain["sections"])),
        tuple((str(name), str(value)) for name, value in plain["method"]),
    )  # fmt: skip


def _section(section: Section) -> list[Any]:
    figures = [
        [one.key, one.label, one.value, one.unit, one.low, one.high, one.year, one.status, list(one.source_ids), one.note] for one in section.figures
    ]
    return [section.key, section.label, figures, [_table(table) for table in section.tables], list(section.lines)]


def _table(table: ProfileTable) -> list[Any]:
    columns = [[column.key, column.label, column.unit] for column in table.columns]
    return [table.key, table.label, columns, [list(row) for row in table.rows], list(table.sums), list(table.source_ids)]


def _section_of(plain: list[Any]) -> Section:
    key, label, figures, tables, lines = plain
    return Section(key, label, tuple(map(_figure_of, figures)), tuple(map(_table_of, tables)), tuple(lines))


def _figure_of(plain: list[Any]) -> Figure:
    key, label, value, unit, low, high, year, status, sources, note = plain
    return Figure(key, label, value, unit, low, high, year, status, tuple(sources), note)


def _table_of(plain: list[Any]) -> ProfileTable:
    key, label, columns, rows, sums, sources = plain
    return ProfileTable(key, label, tuple(ProfileColumn(*column) for column in columns), tuple(map(tuple, rows)), tuple(sums), tuple(sources))
