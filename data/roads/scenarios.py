"""Named scenarios of movement: a kind of day with obstacles that are closed, opened or delayed, each kept in a small file of its own."""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data.roads.register import write_synced
from geo.errors import InputError
from geo.obstacles import REGIMES, Day
from geo.text import western

NAME = 60
EDITS = 5_000
ID = 200
DELAY = 1_440.0
"""Longest name and id in signs, most edits, longest delay in minutes."""
_DELAY = "delay:"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named scenario.

    Parameters
    ----------
    name : as a person calls it. regime : kind of day that it changes, one of ``REGIMES``.
    edits : ``closed``, ``open`` or ``delay:MINUTES`` by obstacle id. ``open`` lets everybody pass without a wait; a delay comes on top of what
        the day costs, and what is closed stays closed.
    """

    name: str
    regime: str
    edits: Mapping[str, str] = field(hash=False)

    def day(self, day: Day) -> Day:
        """Return the same traveller and hour on the day of the scenario."""
        fixed = {one: math.inf if change == "closed" else 0.0 for one, change in self.edits.items() if not change.startswith(_DELAY)}
        added = {one: float(change.removeprefix(_DELAY)) for one, change in self.edits.items() if change.startswith(_DELAY)}
        return Day(self.regime, day.mobility, day.hour, fixed, added, self.name)


def scenario_of(name: str, edits: Sequence[str], regime: str = REGIMES[0]) -> Scenario:
    """Return the scenario that a person describes.

    Parameters
    ----------
    edits : ``OBSTACLE_ID=closed``, ``OBSTACLE_ID=open`` or ``OBSTACLE_ID=delay:MINUTES``; one of each obstacle.

    Raises
    ------
    InputError : ``scenarios.name``, ``scenarios.edit``, ``scenarios.twice``, ``scenarios.number``, ``travel.unknown_regime``.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME or name.lower() in REGIMES or not all(sign in " _-." or unicodedata.category(sign)[0] in "LMN" for sign in name):
        raise InputError("scenarios.name", name=name[:NAME], most=NAME, known=", ".join(REGIMES))
    if regime not in REGIMES:
        raise InputError("travel.unknown_regime", regime=regime[:NAME], known=", ".join(REGIMES))
    if not 0 < len(edits) <= EDITS:
        raise InputError("scenarios.number", number=len(edits), most=EDITS)
    found: dict[str, str] = {}
    for text in edits:
        obstacle, sign, change = (part.strip() for part in text.rpartition("="))
        change = western(change)
        if not sign or not 0 < len(obstacle) <= ID or not _known(change):
            raise InputError("scenarios.edit", edit=text[:NAME], most=f"{DELAY:g}")
        if obstacle in found:
            raise InputError("scenarios.twice", obstacle=obstacle[:NAME])
        found[obstacle] = change
    return Scenario(name, regime, found)


def keep_scenario(data_dir: Path, one: Scenario) -> None:
    """Keep a scenario, in place of one of the same name."""
    write_synced(_path(data_dir, one.name), json.dumps(asdict(one), ensure_ascii=False, indent=1).encode() + b"\n")


def scenarios(data_dir: Path) -> list[Scenario]:
    """Return the scenarios that are kept, by name; InputError ``roads.register_damaged`` where one cannot be read."""
    found = [_read(path) for path in (data_dir / "scenarios").glob("*.json")]
    return sorted(found, key=lambda one: one.name)


def remove_scenario(data_dir: Path, name: str) -> Scenario:
    """Remove a scenario and return what it was; InputError ``scenarios.unknown``."""
    found = next((one for one in scenarios(data_dir) if one.name == " ".join(name.split())), None)
    if found is None:
        raise InputError("scenarios.unknown", name=name[:NAME], known=", ".join(one.name for one in scenarios(data_dir)) or "-")
    _path(data_dir, found.name).unlink(missing_ok=True)
    return found


def on_scenario(data_dir: Path, day: Day) -> Day:
    """Return a day whose regime names a scenario as that scenario has it; any other as it is.

    Raises
    ------
    InputError : ``travel.unknown_regime`` where there is neither a regime nor a scenario of the name.
    """
    if day.regime in REGIMES:
        return day
    kept = scenarios(data_dir)
    found = next((one for one in kept if one.name == " ".join(day.regime.split())), None)
    if found is None:
        raise InputError("travel.unknown_regime", regime=day.regime[:NAME], known=", ".join([*REGIMES, *(one.name for one in kept)]))
    return found.day(day)


def _known(change: str) -> bool:
    if change in {"closed", "open"}:
        return True
    digits = change.removeprefix(_DELAY)
    if digits == change or not digits.isascii():
        return False
    try:
        return 0 < float(digits) <= DELAY
    except ValueError:
        return False


def _read(path: Path) -> Scenario:
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))
        return scenario_of(str(said["name"]), [f"{one}={change}" for one, change in said["edits"].items()], str(said["regime"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InputError) as error:
        raise InputError("roads.register_damaged", file=path.name) from error


def _path(data_dir: Path, name: str) -> Path:
    return data_dir / "scenarios" / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"
