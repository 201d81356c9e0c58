"""What part of the people belongs to a target group, what part of them needs a service, and which services count as which."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data.packs.tables import read_text

_FOLDER = Path(__file__).parent


def group_shares(folder: Path = _FOLDER) -> pd.DataFrame:
    """Return the shares of target groups.

    Returns
    -------
    Columns area_id (a governorate, a region or a country, whose governorates share it), group, share (0-1 of all people), year,
    status, rule (who is counted) and source_id. A group without a row for an area is unknown there, not nobody.
    """
    return _typed(read_text(folder / "group_shares.csv"))


def need_shares(folder: Path = _FOLDER) -> pd.DataFrame:
    """Return the shares of people who need a service.

    Returns
    -------
    Columns country, service, share (0-1), low and high (its range), year, status, rule and source. Where a service has no row
    for a country, everybody of the target group counts as in need of it.
    """
    return _typed(read_text(folder / "need_shares.csv"))


def services_counted(service: str, folder: Path = _FOLDER) -> tuple[str, ...]:
    """Return the services whose sites count for a service: itself, and those that are a part of it, such as hospital care of medical care."""
    table = read_text(folder / "service_parts.csv")
    return (service, *table.loc[table["service"] == service, "part"])


def _typed(raw: pd.DataFrame) -> pd.DataFrame:
    numbers = [name for name in ("share", "low", "high") if name in raw]
    return raw.astype(dict.fromkeys(numbers, float) | {"year": int})
