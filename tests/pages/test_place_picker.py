"""Where a point belongs, and which of two numbers is the latitude."""

from __future__ import annotations

import pytest

from geo.coordinates import Reading
from geo.places import Places
from pages.parts.place_picker import orient, point_at
from tests.make import make_registry

REGISTRY = make_registry(3)
TOWN = {"area_id": "PS0150", "locality_id": "LPS0150", "lon": 35.2, "lat": 31.2, "position_kind": "locality"}


def test_a_point_takes_the_governorate_around_it_unless_another_was_chosen() -> None:
    place = point_at(REGISTRY, {}, 35.2, 31.2, "")
    assert (place["country"], place["area_id"], place["lon"], place["lat"], place["position_kind"]) == ("PS", "PS0150", 35.2, 31.2, "exact")
    assert point_at(REGISTRY, {}, 35.2, 31.2, "SY01")["area_id"] == "SY01"
    nowhere = point_at(REGISTRY, {}, 10.0, 10.0, "")
    assert (nowhere["area_id"], nowhere["country"]) == ("", "")


@pytest.mark.parametrize(("lon", "lat", "town"), [(35.21, 31.21, "LPS0150"), (35.4, 31.4, ""), (35.2, 32.2, "")])
def test_the_town_stays_while_the_point_is_near_it_and_in_its_governorate(lon: float, lat: float, town: str) -> None:
    assert point_at(REGISTRY, TOWN, lon, lat, "")["locality_id"] == town


@pytest.mark.parametrize(
    ("reading", "lat", "both"),
    [
        (Reading(31.2, 35.2, ordered=False), 31.2, False),
        (Reading(35.2, 31.2, ordered=False), 31.2, False),
        (Reading(35.2, 31.2, ordered=True), 35.2, False),
        (Reading(10.0, 20.0, ordered=False), 10.0, False),
    ],
)
def test_the_way_round_that_lies_in_a_governorate_wins_unless_the_text_says_it(reading: Reading, lat: float, both: bool) -> None:
    found, either = orient(Places(REGISTRY), reading)
    assert (found.lat, either) == (lat, both)
