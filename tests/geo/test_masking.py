"""Displaced points: the same every time, 1-3 km away, never outside their governorate."""

from __future__ import annotations

import math

import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.masking import FARTHEST_M, NEAREST_M, displace

KEY = bytes(32)
BOX = shapely.box(34.9, 31.2, 35.5, 32.4)
lons = st.floats(35.0, 35.4)
lats = st.floats(31.3, 32.3)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    return 111_320 * math.hypot((one[0] - other[0]) * math.cos(math.radians(one[1])), one[1] - other[1])


@given(lons, lats, st.uuids())
def test_a_point_moves_one_to_three_kilometres_and_stays_inside(lon: float, lat: float, site: object) -> None:
    moved = displace(lon, lat, key=KEY, site_id=str(site), inside=BOX)
    assert moved is not None
    assert shapely.contains_xy(BOX, *moved)
    assert NEAREST_M * 0.99 < metres((lon, lat), moved) < FARTHEST_M * 1.01


@given(lons, lats, st.uuids())
def test_it_is_the_same_every_time_so_that_nothing_can_be_averaged_away(lon: float, lat: float, site: object) -> None:
    assert len({displace(lon, lat, key=KEY, site_id=str(site), inside=BOX) for _ in range(3)}) == 1


def test_another_key_or_another_site_moves_it_elsewhere() -> None:
    places = {displace(35.2, 31.8, key=bytes([k]) * 32, site_id=f"s{s}", inside=None) for k in range(3) for s in range(3)}
    assert len(places) == 9


@given(lons, lats, st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_the_shown_point_stays_while_it_will_do(lon: float, lat: float, east: float, north: float) -> None:
    shown = (lon + east, lat + north)
    moved = displace(lon, lat, key=KEY, site_id="s", inside=BOX, shown=shown)
    assert moved is not None
    distance = 111_320 * math.hypot(east * math.cos(math.radians(lat)), north)
    if abs(distance - NEAREST_M) > 20 and abs(distance - FARTHEST_M) > 20:
        assert (moved == shown) is bool(NEAREST_M < distance < FARTHEST_M and shapely.contains_xy(BOX, *shown))


def test_another_place_of_the_same_site_is_displaced_by_another_way() -> None:
    """Whoever knows where a site stood, and so how it was displaced there, must not find where it went."""
    ways = set()
    for i in range(50):
        lon, lat = 35.1 + i / 1000, 31.8
        moved = displace(lon, lat, key=KEY, site_id="s", inside=None)
        assert moved is not None
        ways.add((round(moved[0] - lon, 4), round(moved[1] - lat, 4)))
    assert len(ways) == 50


def test_where_the_ring_has_no_place_inside_there_is_no_point() -> None:
    assert displace(35.2, 31.8, key=KEY, site_id="s", inside=shapely.box(35.199, 31.799, 35.201, 31.801)) is None


def test_points_spread_evenly_over_the_ring() -> None:
    places = [displace(35.2, 31.8, key=KEY, site_id=f"s{i}", inside=None) for i in range(2000)]
    far = [metres((35.2, 31.8), place) for place in places if place]
    half = math.sqrt((NEAREST_M**2 + FARTHEST_M**2) / 2)
    assert 0.45 < sum(distance < half for distance in far) / len(far) < 0.55
