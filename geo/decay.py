"""How much a site counts with its distance: functions of minutes between 0 and 1, and how they are written."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.errors import InputError

FLOOR_MINUTES = 1.0
"""1/t has no value at 0 minutes: the power function takes everything nearer as one minute."""


@dataclass(frozen=True, slots=True)
class Decay:
    """A decay function.

    Parameters
    ----------
    kind : ``binary`` (1 within the limit), ``exp`` (e^(-rate t)), ``power`` (max(t, 1)^(-rate)), ``gaussian`` (e^(-t^2 / (2 rate^2))),
        ``linear`` (1 - t / rate, 0 from ``rate`` on) or ``steps``.
    rate : of all but ``binary`` and ``steps``; above 0, minutes for ``gaussian`` and ``linear``.
    steps : for ``steps`` upper bounds in minutes, rising, each with its weight 0-1; a bound belongs to its own step, and
        beyond the last one the weight is 0.
    """

    kind: Literal["binary", "exp", "power", "gaussian", "linear", "steps"]
    rate: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()

    def weights(self, minutes: np.ndarray) -> np.ndarray:
        """Return the weight of each of ``minutes``, float64."""
        if self.kind == "exp":
            return np.asarray(np.exp(-self.rate * minutes))
        if self.kind == "power":
            return np.asarray(np.maximum(minutes, FLOOR_MINUTES) ** -self.rate)
        if self.kind == "gaussian":
            return np.asarray(np.exp(-0.5 * np.square(minutes / self.rate)))
        if self.kind == "linear":
            return np.asarray(np.maximum(1.0 - minutes / self.rate, 0.0))
        if self.kind == "steps":
            place = np.zeros(len(minutes), dtype=np.min_scalar_type(len(self.steps)))  # a byte a pair: half the time of eight
            for bound, _ in self.steps:
                place += minutes > bound
            return np.array([*(weight for _, weight in self.steps), 0.0]).take(place, mode="clip")
        return np.ones(len(minutes))

    @property
    def end(self) -> float:
        """Return the minutes beyond which every weight is 0; ``inf`` where there are none."""
        if self.kind == "steps":
            return max((bound for bound, weight in self.steps if weight > 0), default=0.0)
        return self.rate if self.kind == "linear" else math.inf

    def __str__(self) -> str:
        if self.kind == "steps":
            return "steps:" + ",".join(f"{bound:.15g}={weight:.15g}" for bound, weight in self.steps)
        return self.kind if self.kind == "binary" else f"{self.kind}:{self.rate:.15g}"


BINARY = Decay("binary")
LUO_QI = Decay("steps", steps=((10, 1.0), (20, 0.68), (30, 0.22)))
"""Weights of Luo & Qi 2009, made for driving in the United States: choose others where people travel otherwise."""
WAN = Decay("steps", steps=((10, 0.962), (20, 0.704), (30, 0.377), (60, 0.042)))
"""Weights of Wan, Zou & Sternberg 2012."""
EXPONENTIAL = Decay("exp", 0.1)
_Rated = Literal["exp", "power", "gaussian", "linear"]
_WITH_RATE: dict[str, _Rated] = {"exp": "exp", "power": "power", "gaussian": "gaussian", "linear": "linear"}


def parse_decay(text: str) -> Decay:
    """Read ``exp:0.1``, ``power:1``, ``gaussian:20``, ``linear:60``, ``steps:10=1,20=.68,30=.22`` or ``binary``.

    Raises
    ------
    InputError : another function, a rate that is not above 0, bounds that do not rise or a weight outside 0-1.
    """
    kind, _, rest = text.strip().partition(":")
    try:
        if kind == "binary" and not rest:
            return BINARY
        if kind in _WITH_RATE:
            rate = float(rest)
            if math.isfinite(rate) and rate > 0:
                return Decay(_WITH_RATE[kind], rate)
        if kind == "steps":
            pairs = [part.split("=") for part in rest.split(",")]
            steps = tuple((float(bound), float(weight)) for bound, weight in pairs)
            bounds = [0.0, *(bound for bound, _ in steps)]
            rising = all(math.isfinite(b) and a < b for a, b in itertools.pairwise(bounds))
            if rising and all(0 <= weight <= 1 for _, weight in steps):
                return Decay("steps", steps=steps)
    except ValueError:
        pass
    raise InputError("access.decay", value=text[:80])
