from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.places import TOLERANCE_KM, Places, Settled, country_named, points_in
from tests.data.sources.help import pack_registry
from tests.make import make_registry

SQUARES = Places(make_registry())
PACKS = Places(pack_registry())
KM = 1 / 111.0
"""One kilometre in degrees of latitude, nearly."""


@pytest.mark.parametrize(
    ("lon", "lat", "area"), [(35.25, 32.25, "PS0101"), (35.25, 31.25, "PS0150"), (36.1, 33.1, "SY01"), (34.5, 32.75, "IL-HA"), (35.0, 32.0, "PS0101")]
)
def test_point_in_a_square(lon: float, lat: float, area: str) -> None:
    assert SQUARES.settle(lon, lat) == Settled(area, area[:2])


def test_point_just_outside_belongs_to_the_nearest_within_five_kilometres() -> None:
    assert SQUARES.settle(35.25, 32.5 + 4.5 * KM) == Settled("PS0101", "PS")
    assert SQUARES.settle(35.25, 32.5 + 5.5 * KM).problem == "import.outside"


def test_swapped_coordinates_are_told_from_places_outside() -> None:
    assert SQUARES.settle(32.25, 35.25).problem == "import.swapped"
    assert SQUARES.settle(10.0, 50.0).problem == "import.outside"
    assert SQUARES.settle(0.0, 0.0).problem == "import.outside"


def test_stated_area_is_kept_near_its_border_and_marked_inside_another() -> None:
    inside_hebron = (35.25, 31.5 - 1 * KM)
    south_of_all = SQUARES.settle(35.25, 31.0 - 4 * KM, stated=("PS0150",))
    assert south_of_all == Settled("PS0150", "PS")
    far = SQUARES.settle(*inside_hebron, stated=("PS0101",))
    assert far.area_id == "PS0150"
    assert far.flags == ("area_mismatch",)


def test_stated_area_within_five_kilometres_of_a_point_in_its_neighbour_is_kept_with_a_mark() -> None:
    jerusalem, west = ("PS0140",), (35.2, 31.78)
    settled = PACKS.settle(*west, stated=jerusalem)
    assert (settled.area_id, settled.flags, settled.found) == ("PS0140", ("area_mismatch",), "IL-JM")


@pytest.mark.parametrize(("country", "area", "flags"), [("", "SY14", ("in_two_packs",)), ("SY", "SY14", ()), ("IL", "IL-Z", ())])
def test_point_in_two_packs_takes_the_stated_one_else_the_first_with_a_mark(country: str, area: str, flags: tuple[str, ...]) -> None:
    assert PACKS.settle(35.75, 33.0, country=country) == Settled(area, area[:2], flags)


def test_point_far_inside_another_pack_is_a_problem() -> None:
    settled = PACKS.settle(35.17, 32.1, country="IL")
    assert (settled.problem, settled.found, settled.area_id) == ("import.other_pack", "PS0125", "")


@pytest.mark.parametrize(
    "text", ["PS0150", "ps-hbn", "Hebron", "HEBRON governorate", "محافظة الخليل", "الخليل", "الخَلِيل", "חברון", "נפת חברון", " hebron "]
)
def test_area_by_code_or_name_in_any_language(text: str) -> None:
    assert PACKS.area_named(text) == ("PS0150",)


def test_area_name_that_two_packs_share_is_both_until_the_country_is_known() -> None:
    assert PACKS.area_named("Jerusalem") == ("IL-JM", "PS0140")
    assert PACKS.area_named("القدس", "PS") == ("PS0140",)
    assert PACKS.area_named("דרום", "IL") == ("IL-D",)
    assert PACKS.area_named("Atlantis") == ()
    assert PACKS.area_named("West Bank") == ()
    assert PACKS.area_named("") == ()


@pytest.mark.parametrize(
    ("text", "country", "name", "near"),
    [
        ("نابلس", "PS", "Nablus", False),
        ("קרית אתא", "IL", "Qiryat Ata", True),
        ("שוהם", "IL", "Shoham", True),
        ("תל אביב - יפו", "IL", "Tel Aviv", False),
    ],
)
def test_locality_by_name(text: str, country: str, name: str, near: bool) -> None:
    locality, found_near = PACKS.locality_named(text, country=country)
    assert pack_registry().label("locality", locality, "en") == name
    assert found_near is near


def test_locality_that_only_looks_alike_is_not_taken() -> None:
    assert PACKS.locality_named("גולן", country="IL") == ("", False)


def test_first_place_of_a_list_is_not_the_place() -> None:
    assert PACKS.locality_named("חיפה, עכו, נצרת", country="IL") == ("", False)


def test_list_of_places_in_one_area_has_that_area_and_a_list_across_areas_has_none() -> None:
    assert PACKS.area_of_list("עפולה , נצרת , כרמיאל", country="IL") == "IL-Z"
    assert PACKS.area_of_list("חיפה , אשקלון , נצרת", country="IL") == ""
    assert PACKS.area_of_list("נצרת", country="IL") == ""


def test_two_localities_of_one_name_need_the_area() -> None:
    names = pack_registry().names["locality"]["en"].dropna()
    country, area = (pack_registry().localities[name] for name in ("country", "area_id"))
    twins = [list(group.index) for _, group in names.groupby(names) if len(group) == 2 and country[group.index].nunique() == 1]
    apart = [pair for pair in twins if area[pair].nunique() == 2]
    assert apart
    first, second = apart[0]
    assert PACKS.locality_named(names[first], country=country[first])[0] == ""
    assert PACKS.locality_named(names[first], country=country[first], areas=(area[first],))[0] == first
    assert PACKS.locality_named(names[second], country=country[second], areas=(area[second],))[0] == second


@pytest.mark.parametrize(
    ("text", "code"), [("PSE", "PS"), ("فلسطين", "PS"), ("Syrian Arab Republic", "SY"), ("ישראל", "IL"), ("Jordan", ""), ("", "")]
)
def test_country_by_name(text: str, code: str) -> None:
    assert country_named(text) == code


@given(st.floats(), st.floats(), st.sampled_from(["", "PS", "SY", "IL"]), st.sampled_from([(), ("PS0101",), ("SY01", "IL-HA")]))
def test_every_point_has_an_area_or_a_problem(lon: float, lat: float, country: str, stated: tuple[str, ...]) -> None:
    settled = SQUARES.settle(lon, lat, country=country, stated=stated)
    assert bool(settled.area_id) != bool(settled.problem)
    assert settled.country == (SQUARES.country_of[settled.area_id] if settled.area_id else "")


@given(st.floats(33.5, 37), st.floats(30.5, 34))
def test_area_that_is_given_is_never_further_than_the_tolerance(lon: float, lat: float) -> None:
    settled = SQUARES.settle(lon, lat)
    near = SQUARES.areas_near(lon, lat)
    assert all(0 <= distance <= TOLERANCE_KM for distance in near.values())
    assert settled.area_id in {"", *near}
    assert bool(near) == bool(settled.area_id)


@given(st.integers(0, 1_000), st.integers(0, 60))
def test_many_points_at_once_are_where_one_at_a_time_is(seed: int, many: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = shapely.buffer(shapely.points(rng.integers(0, 5, (6, 2)).astype(float)), 1.0, cap_style="square")
    lon, lat = rng.integers(-2, 14, (2, many)) / 2
    expected = [next((i for i, shape in enumerate(shapes) if shapely.intersects_xy(shape, x, y)), -1) for x, y in zip(lon, lat, strict=True)]
    assert points_in(shapes, lon, lat).tolist() == expected


def test_points_without_coordinates_or_areas_are_nowhere() -> None:
    square = np.array([shapely.box(0, 0, 1, 1)])
    assert points_in(square, np.array([0.5, np.nan, 1.0]), np.array([0.5, 0.5, np.nan])).tolist() == [0, -1, -1]
    assert points_in(square[:0], np.array([0.5]), np.array([0.5])).tolist() == [-1]
    assert points_in(np.array([shapely.Polygon()]), np.array([0.5]), np.array([0.5])).tolist() == [-1]
