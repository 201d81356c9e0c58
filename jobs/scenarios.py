"""Named scenarios against the obstacles that stand: which of their edits change something, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from data.roads.obstacles import read_obstacles
from data.roads.register import entries
from data.roads.scenarios import Scenario
from geo.errors import InputError
from geo.obstacles import Day, Obstacle
from jobs.loaded import kept_file


def unknown_edits(one: Scenario, data_dir: Path) -> list[str]:
    """Return the obstacles of a scenario that are not loaded for any country."""
    files = (kept_file(data_dir, "obstacles", kept.key) for kept in entries(data_dir, "obstacles"))
    there = {obstacle.obstacle_id for file in files if file.is_file() for obstacle in read_obstacles(file)}
    return sorted(set(one.edits) - there)


def told_of(day: Day, obstacles: Iterable[Obstacle]) -> dict[str, object]:
    """Return what is told of the scenario of a day; nothing where it has none.

    Raises
    ------
    InputError : ``scenarios.nothing_here`` where none of its obstacles stands there: it would be another day under its name.
    """
    if not day.scenario:
        return {}
    edited = {*day.edits, *day.added}
    lost = edited - {one.obstacle_id for one in obstacles}
    if lost == edited:
        raise InputError("scenarios.nothing_here", name=day.scenario, obstacle=min(lost)[:60])
    return {"scenario": {"name": day.scenario, "on": day.regime, "edits": len(edited), "edits_not_here": sorted(lost)}}
