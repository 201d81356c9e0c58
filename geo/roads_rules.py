"""What a road's tags mean for travel: speeds, surfaces, directions, barriers, as tables with their sources.

Sources: OSRM = the stock profiles ``car.lua`` and ``foot.lua`` of the Open Source Routing Machine; OCHA = obstacle fact sheet for the
West Bank, September 2024; guess = the project's own assumption, to be replaced where local knowledge is better.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

RULES_VERSION = 3
"""Part of the key of every graph kept on disk: a changed rule makes a new graph."""

MODES = ("car", "walk", "shared_taxi", "ambulance")
WALK_KPH = 5.0
"""On foot on any road. Source: OSRM foot.lua."""
CONNECTOR_KPH = 5.0
"""From a place to the nearest road, on foot in every mode. Source: OSRM foot.lua."""
MAXSPEED_FACTOR = 0.8
"""What is driven of the speed that a sign allows. Source: OSRM ``speed_reduction``."""
SIGNAL_MINUTES = 2.0 / 60.0
"""A traffic light, for all but ambulances. Source: OSRM car.lua."""
TAXI_FACTOR = 1.3
TAXI_WAIT_MINUTES = 10.0
"""A shared taxi is a car that is slower and waited for. Source: guess."""

CAR_KPH: Mapping[str, float] = {
    "motorway": 90, "motorway_link": 45, "trunk": 85, "trunk_link": 40, "primary": 65, "primary_link": 30, "secondary": 55, "secondary_link": 25,
    "tertiary": 40, "tertiary_link": 20, "unclassified": 25, "residential": 25, "living_street": 10, "service": 15, "road": 25, "track": 10,
}  # fmt: skip
"""Kilometres an hour by ``highway``. Source: OSRM car.lua; track and road: guess (OSRM drives on no track, villages live on them)."""
SURFACE_KPH: Mapping[str, float] = {"gravel": 40, "unpaved": 40, "dirt": 40, "clay": 30, "sand": 20, "earth": 20, "mud": 10}
"""Most that a car drives on a surface. Source: OSRM car.lua."""
TRACKTYPE_KPH: Mapping[str, float] = {"grade1": 60, "grade2": 40, "grade3": 30, "grade4": 25, "grade5": 20}
"""Most that a car drives on a grade of track. Source: OSRM car.lua."""
FERRY_KPH = 5.0
"""A ferry without a ``duration``. Source: OSRM car.lua."""
NO_WALK = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
"""Where nobody walks unless ``foot`` says so. Source: OSRM foot.lua."""
WALK_ONLY = frozenset({"footway", "path", "steps", "pedestrian", "corridor", "bridleway", "cycleway"})
"""Where people walk and no car drives. Source: OSRM foot.lua; cycleway and bridleway: guess."""
CLOSED_ACCESS = frozenset({"no", "private", "agricultural", "forestry", "emergency", "psv", "military"})
"""Values of ``access`` that keep a car out. Source: OSRM car.lua; private and military: guess."""
ACCESS_CAR = ("motorcar", "motor_vehicle", "vehicle", "access")
ACCESS_FOOT = ("foot", "access")
"""The tags that say who may enter; the first that is there has the last word. Source: OSRM."""
IMPLIED_ONEWAY = frozenset({"roundabout", "circular"})
MAXSPEED_WORDS: Mapping[str, float] = {"walk": 5.0, "none": 130.0}
_MILE = 1.609344


@dataclass(frozen=True, slots=True)
class BarrierRule:
    """What a ``barrier`` on a road does to one way of travelling.

    Parameters
    ----------
    car, foot : whether one may pass. ambulance : whether an ambulance may, that a car may not.
    minutes : delay of a car; of a walker too where ``foot_minutes`` is None.
    foot_minutes : delay of a walker.
    source : where the rule comes from.
    free_for : mobility classes that it does not delay; obstacles loaded as data say it place by place.
    """

    car: bool
    foot: bool
    minutes: float = 0.0
    foot_minutes: float | None = None
    source: str = "OSRM"
    free_for: frozenset[str] = frozenset()
    ambulance: bool = False


BARRIERS: Mapping[str, BarrierRule] = {
    "gate": BarrierRule(car=True, foot=True), "lift_gate": BarrierRule(car=True, foot=True), "toll_booth": BarrierRule(car=True, foot=True),
    "cattle_grid": BarrierRule(car=True, foot=True), "entrance": BarrierRule(car=True, foot=True), "sally_port": BarrierRule(car=True, foot=True),
    "no": BarrierRule(car=True, foot=True), "swing_gate": BarrierRule(car=True, foot=True, source="guess"),
    "height_restrictor": BarrierRule(car=True, foot=True), "kerb": BarrierRule(car=True, foot=True, source="guess"),
    "border_control": BarrierRule(car=True, foot=True, minutes=15, source="OSRM passes it; minutes: as a checkpoint (guess)"),
    "checkpoint": BarrierRule(car=True, foot=True, minutes=15, source="OCHA class: staffed, +15 (0-180); free_for: guess", free_for=frozenset({"israeli_citizen"})),
    "bollard": BarrierRule(car=False, foot=True), "block": BarrierRule(car=False, foot=True, foot_minutes=5, source="OCHA class: roadblock"),
    "jersey_barrier": BarrierRule(car=False, foot=True, foot_minutes=5, source="OCHA class: roadblock"),
    "debris": BarrierRule(car=False, foot=True, foot_minutes=5, source="OCHA class: earth mound"),
    "ditch": BarrierRule(car=False, foot=True, foot_minutes=5, source="OCHA class: trench"),
    "wall": BarrierRule(car=False, foot=False), "city_wall": BarrierRule(car=False, foot=False), "fence": BarrierRule(car=False, foot=False),
    "restricted": BarrierRule(car=False, foot=True, ambulance=True, source="a gate that its access closes to cars; ambulances: guess, as on roads"),
    "restricted_to_all": BarrierRule(car=False, foot=False, ambulance=True, source="the same, closed to walkers too"),
    "other": BarrierRule(car=False, foot=True, source="OSRM: what is not on its list is not driven through"),
}  # fmt: skip
BARRIER_CODES = ("", *sorted(BARRIERS))
"""Position = the code that a node carries; 0 is no barrier."""


@dataclass(frozen=True, slots=True)
class WayRule:
    """What one way allows: kilometres an hour (0 = not allowed) and its direction.

    Parameters
    ----------
    car, ambulance, walk : kilometres an hour.
    oneway : 1 along the way only, -1 against it only, 0 both; walkers always go both ways.
    minutes : crossing time of a ferry; 0 where the speed decides.
    """

    car: float
    ambulance: float
    walk: float
    oneway: int = 0
    minutes: float = 0.0


def way_rule(tags: Mapping[str, str]) -> WayRule | None:
    """Return what a way's tags allow; None where nobody travels on it."""
    if tags.get("route") == "ferry":
        return _ferry(tags)
    highway = tags.get("highway", "")
    if highway not in CAR_KPH and highway not in WALK_ONLY:
        return None
    foot_said = _said(tags, ACCESS_FOOT)
    walks = foot_said not in CLOSED_ACCESS if foot_said and (highway not in NO_WALK or "foot" in tags) else highway not in NO_WALK
    speed = _car_kph(tags, highway)
    closed = _said(tags, ACCESS_CAR) in CLOSED_ACCESS
    rule = WayRule(0.0 if closed else speed, speed, WALK_KPH if walks else 0.0, _direction(tags, highway))
    return rule if rule.car or rule.ambulance or rule.walk else None


def barrier_code(tags: Mapping[str, str]) -> int:
    """Return the code of a node's barrier: 0 for none; an ``access`` that lets cars in opens any barrier, one that keeps them out shuts it."""
    kind = tags.get("barrier", "")
    if not kind:
        return 0
    said = _said(tags, ACCESS_CAR)
    known = kind if kind in BARRIERS else "other"
    if said and not BARRIERS[known].car and said not in CLOSED_ACCESS:
        known = "gate"
    elif said in CLOSED_ACCESS and BARRIERS[known].car:
        known = "restricted" if _said(tags, ACCESS_FOOT) not in CLOSED_ACCESS else "restricted_to_all"
    return BARRIER_CODES.index(known)


def mean_kph(classes: Collection[str], speeds: Mapping[str, float] = CAR_KPH) -> float:
    """Return the speed of an edge that a simplifier merged from several classes: as if each class had the same share of its length."""
    known = [speeds[name] for name in classes if name in speeds]
    return len(known) / sum(1 / speed for speed in known) if known else 0.0


def maxspeed_kph(text: str) -> float:
    """Return a ``maxspeed`` in km/h; 0 where it says no number. The lowest counts where several are given."""
    found = []
    for part in text.replace("|", ";").split(";"):
        words = part.strip().lower()
        if words in MAXSPEED_WORDS:
            found.append(MAXSPEED_WORDS[words])
            continue
        number = words.removesuffix("mph").removesuffix("km/h").removesuffix("kmh").strip()
        try:
            speed = float(number) * (_MILE if words.endswith("mph") else 1.0)
        except ValueError:
            continue
        if 1.0 <= speed <= 200.0:  # also keeps NaN out
            found.append(speed)
    return min(found, default=0.0)


def _car_kph(tags: Mapping[str, str], highway: str) -> float:
    speed = CAR_KPH.get(highway, 0.0)
    if not speed:
        return 0.0
    signed = maxspeed_kph(tags.get("maxspeed", ""))
    speed = signed * MAXSPEED_FACTOR if signed else speed
    caps = (SURFACE_KPH.get(tags.get("surface", "")), TRACKTYPE_KPH.get(tags.get("tracktype", "")))
    return min([speed, *(cap for cap in caps if cap is not None)])


def _direction(tags: Mapping[str, str], highway: str) -> int:
    said = tags.get("oneway", "")
    if said in {"-1", "reverse", "T"}:
        return -1
    if said in {"yes", "true", "1", "F"}:
        return 1
    if said in {"no", "false", "0"}:
        return 0
    return 1 if highway == "motorway" or tags.get("junction") in IMPLIED_ONEWAY else 0


def _ferry(tags: Mapping[str, str]) -> WayRule | None:
    walks = _said(tags, ACCESS_FOOT) not in CLOSED_ACCESS
    drives = _said(tags, ACCESS_CAR) not in {*CLOSED_ACCESS, ""}
    minutes = _duration(tags.get("duration", ""))
    speed = FERRY_KPH if drives else 0.0
    rule = WayRule(speed, speed, FERRY_KPH if walks else 0.0, _direction(tags, ""), minutes)
    return rule if rule.car or rule.walk else None


def _duration(text: str) -> float:
    """Return minutes of ``HH:MM``, ``HH:MM:SS`` or a plain number of minutes; 0 where it is neither."""
    parts = text.strip().split(":")
    if not all(part.isdecimal() and len(part) < 4 for part in parts):
        return 0.0
    numbers = [int(part) for part in parts]
    if len(numbers) == 1:
        return float(numbers[0])
    return numbers[0] * 60 + numbers[1] + (numbers[2] / 60 if len(numbers) > 2 else 0.0)


def _said(tags: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((tags[key] for key in keys if tags.get(key)), "")
