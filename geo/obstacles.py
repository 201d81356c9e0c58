"""Obstacles to movement as data: what each kind does to cars and walkers on a usual day, on a bad day and when all is closed.

Kinds follow the classes of OCHA in the West Bank. Sources: OCHA = fact sheet, September 2024 (793 obstacles: 89 staffed checkpoints, 149 partial,
158 earth mounds, 196 road gates of which 122 usually closed, 104 roadblocks, 97 linear closures); guess = the project's own assumption.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from geo.errors import InputError

Regime = Literal["usual", "bad", "closed"]
Quantiles = tuple[tuple[float, float], ...]
"""A distribution of minutes: (share of days, minutes) pairs, straight lines between."""
REGIMES: tuple[Regime, ...] = ("usual", "bad", "closed")
REGIME_QUANTILE: Mapping[str, float] = {"usual": 0.5, "bad": 0.9}
"""Which delay of the distribution a day has: the middle one; the one that nine days of ten stay under (own choice)."""
REGIME_OPEN: Mapping[str, float] = {"usual": 0.5, "bad": 0.8}
"""Passable in a regime from this probability of being open (own choice); in ``closed`` nothing that can be closed is open."""
CLASSES = ("resident", "west_bank_id", "jerusalem_id", "israeli_citizen", "permit_holder", "emergency")
"""Mobility classes that are always known; obstacles may name others. ``resident`` has no papers that open anything."""
DEFAULT_CLASS = "resident"
DEFAULT_HOUR = 10


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of obstacle does where its data says nothing else.

    Parameters
    ----------
    car : whether cars can pass at all.
    foot : whether it can be passed on foot whatever the day; where not, walkers are held up like cars.
    foot_minutes : delay of such walkers.
    delay : of cars. p_open : probability that it is open.
    barrier : whether nobody is led across it from a place to a road.
    source : of the figures.
    """

    car: bool
    foot: bool
    foot_minutes: float = 0.0
    delay: Quantiles = ((0.0, 0.0), (1.0, 0.0))
    p_open: float = 1.0
    barrier: bool = False
    source: str = ""


_STAFFED: Quantiles = ((0.0, 0.0), (0.5, 15.0), (1.0, 180.0))
_PARTIAL: Quantiles = ((0.0, 0.0), (0.5, 2.5), (1.0, 5.0))
KINDS: Mapping[str, Kind] = {
    "checkpoint": Kind(car=True, foot=False, delay=_STAFFED, p_open=0.95, source="OCHA class; 15 minutes, range 0-180; open: guess"),
    "partial_checkpoint": Kind(car=True, foot=False, delay=_PARTIAL, p_open=0.95, source="OCHA class; 5 minutes when staffed, half of the time (guess)"),
    "partial_checkpoint_open_gate": Kind(car=True, foot=False, delay=_PARTIAL, p_open=0.85, source="OCHA class; as a partial checkpoint; open: guess"),
    "partial_checkpoint_closed_gate": Kind(car=True, foot=True, foot_minutes=5, delay=_PARTIAL, p_open=0.1, source="OCHA class; open: guess"),
    "road_gate_open": Kind(car=True, foot=True, foot_minutes=5, p_open=0.75, source="OCHA class; open: guess"),
    "road_gate_closed": Kind(car=True, foot=True, foot_minutes=5, p_open=0.1, source="OCHA class: usually closed; open: guess"),
    "earth_mound": Kind(car=False, foot=True, foot_minutes=5, source="OCHA class: blocks cars; on foot +5"),
    "roadblock": Kind(car=False, foot=True, foot_minutes=5, source="OCHA class: blocks cars; on foot +5"),
    "trench": Kind(car=False, foot=True, foot_minutes=5, source="OCHA class: blocks cars; on foot +5"),
    "linear": Kind(car=False, foot=True, foot_minutes=5, barrier=True, source="OCHA class: linear closure; blocks cars; on foot +5"),
    "wall": Kind(car=False, foot=False, barrier=True, source="nobody passes a wall"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One obstacle.

    Parameters
    ----------
    obstacle_id : unique. kind : one of ``KINDS``. shape : point or line of shapely, degrees.
    direction : heading that is held up, degrees from north, with what is less than 90 degrees off; None = both ways.
    delay : minutes of cars; None = as its kind. p_open : 24 probabilities, by hour; None = as its kind.
    may_pass : mobility classes that are let through; None = all. Where it is given, it holds on foot too.
    valid_from, valid_to : first and last day; None = no end. source : where it is known from.
    """

    obstacle_id: str
    kind: str
    shape: Any
    direction: float | None = None
    delay: Quantiles | None = None
    p_open: tuple[float, ...] | None = None
    may_pass: frozenset[str] | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: str = ""

    def valid(self, day: dt.date) -> bool:
        """Say whether it stands on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Day:
    """For whom and when one travels.

    Parameters
    ----------
    regime : one of ``REGIMES``. mobility : class of the traveller. hour : 0 to 23.
    edits : a named scenario's changes: minutes by obstacle id, infinite = closed; they have the last word.
    added : minutes that a scenario adds by obstacle id to what the day costs there; what is closed stays closed.
    scenario : its name; empty for a day as it comes.
    """

    regime: str = "usual"
    mobility: str = DEFAULT_CLASS
    hour: int = DEFAULT_HOUR
    edits: Mapping[str, float] = field(default_factory=dict)
    added: Mapping[str, float] = field(default_factory=dict)
    scenario: str = ""

    @property
    def plain(self) -> bool:
        """Whether it is a usual day on which nothing was changed: only then may a way be estimated that knows no obstacles."""
        return self.regime == REGIMES[0] and not self.edits and not self.added

    @property
    def name(self) -> str:
        """What the day is called: by the scenario, else by the regime."""
        return self.scenario or self.regime

    def checked(self, obstacles: list[Obstacle] | tuple[Obstacle, ...]) -> Day:
        """Return itself; InputError ``travel.unknown_regime``, ``travel.unknown_class`` or ``travel.bad_hour``."""
        if self.regime not in REGIMES:
            raise InputError("travel.unknown_regime", regime=self.regime, known=", ".join(REGIMES))
        known = {*CLASSES, *(name for one in obstacles for name in one.may_pass or ())}
        if self.mobility not in known:
            raise InputError("travel.unknown_class", mobility=self.mobility, known=", ".join(sorted(known)))
        if not 0 <= self.hour <= 23:
            raise InputError("travel.bad_hour", hour=self.hour)
        return self


def quantile(distribution: Quantiles, share: float) -> float:
    """Return the minutes that a share of days stays within."""
    return float(np.interp(share, [at for at, _ in distribution], [minutes for _, minutes in distribution]))


def wait(obstacle: Obstacle, mode: str, day: Day) -> float:
    """Return the minutes that an obstacle costs on a day; infinite where one does not pass.

    For one obstacle usual <= bad <= closed: the delay's quantile grows, and what is open on a bad day is open on a usual one.
    """
    if day.regime == "closed":
        return _outcome(obstacle, mode, day, delay_at=1.0, is_open=False)
    chance = _p_open(obstacle, day.hour)
    return _outcome(obstacle, mode, day, delay_at=REGIME_QUANTILE[day.regime], is_open=chance >= REGIME_OPEN[day.regime])


def drawn_wait(obstacle: Obstacle, mode: str, day: Day, open_draw: float, delay_draw: float) -> float:
    """Return the minutes for one draw of chance: two numbers from 0 to 1, for being open and for the delay."""
    return _outcome(obstacle, mode, day, delay_at=delay_draw, is_open=open_draw < _p_open(obstacle, day.hour))


def _p_open(obstacle: Obstacle, hour: int) -> float:
    return KINDS[obstacle.kind].p_open if obstacle.p_open is None else obstacle.p_open[hour]


def _outcome(obstacle: Obstacle, mode: str, day: Day, *, delay_at: float, is_open: bool) -> float:
    edited = day.edits.get(obstacle.obstacle_id)
    minutes = _as_it_comes(obstacle, mode, day, delay_at, is_open=is_open) if edited is None else edited
    return minutes + day.added.get(obstacle.obstacle_id, 0.0)


def _as_it_comes(obstacle: Obstacle, mode: str, day: Day, delay_at: float, *, is_open: bool) -> float:
    kind = KINDS[obstacle.kind]
    if obstacle.may_pass is not None and day.mobility not in obstacle.may_pass:
        return math.inf
    if mode == "walk" and kind.foot:
        return kind.foot_minutes
    if not kind.car or not is_open:
        return math.inf
    return quantile(obstacle.delay or kind.delay, delay_at)
