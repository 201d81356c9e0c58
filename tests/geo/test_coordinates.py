"""Coordinates in the ways in which people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coordinates import Reading, is_link, read_coordinates

HEBRON = (31.53, 35.09)


@pytest.mark.parametrize(
    "text",
    [
        "31.53, 35.09",
        " 31.53 35.09 ",
        "(31.53; 35.09)",
        "31.53,35.09",
        "31.53/35.09",
        "٣١٫٥٣، ٣٥٫٠٩",
        "۳۱.۵۳ ۳۵.۰۹",
        "\u200f31.53,\u200e 35.09\u200f",
    ],
)
def test_a_bare_pair_is_read_as_it_stands(text: str) -> None:
    assert read_coordinates(text) == Reading(*HEBRON, ordered=False)


@pytest.mark.parametrize(
    "text",
    [
        "31.53 N, 35.09 E",
        "N31.53 E35.09",
        "35.09E 31.53N",
        "lat: 31.53, lon: 35.09",
        "lon=35.09 lat=31.53",
        "31.53° شمالا، 35.09° شرقا",
        "31.53 צפון 35.09 מזרח",
        "خط العرض: ٣١٫٥٣ خط الطول: ٣٥٫٠٩",
        "geo:31.53,35.09?z=15",
        "https://www.google.com/maps/@31.53,35.09,15z",
        "https://www.google.com/maps/place/Some+Where/@31.9,35.9,15z/data=!3m1!4b1!4m5!3m4!1s0x0!8m2!3d31.53!4d35.09",
        "https://maps.google.com/?q=31.53,35.09",
        "https://www.google.com/maps/search/?api=1&query=31.53%2C35.09",
        "https://www.openstreetmap.org/#map=15/31.53/35.09",
        "https://www.openstreetmap.org/?mlat=31.53&mlon=35.09#map=12/31.9/35.9",
        "https://www.google.com/maps/dir/31.53,+35.09",
    ],
)
def test_letters_and_links_say_which_is_which(text: str) -> None:
    found = read_coordinates(text)
    assert found is not None
    assert (found.lat, found.lon) == pytest.approx(HEBRON)
    assert found.ordered


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("31°31'48\"N 35°05'24\"E", 31.53, 35.09),
        ("31° 31.8' N, 35° 5.4' E", 31.53, 35.09),
        ("31°31′48″ 35°05′24″", 31.53, 35.09),
        ("٣١°٣١'٤٨\" ش ٣٥°٠٥'٢٤\" ق", 31.53, 35.09),
        ("33.5 S 70.6 W", -33.5, -70.6),
        ("-33.5, -70.6", -33.5, -70.6),
        ("31,532 35,094", 31.532, 35.094),
        ("120.5, 31.5", 31.5, 120.5),
    ],
)
def test_minutes_seconds_signs_and_comma_decimals(text: str, lat: float, lon: float) -> None:
    found = read_coordinates(text)
    assert found is not None
    assert (found.lat, found.lon) == pytest.approx((lat, lon))


@pytest.mark.parametrize(
    "text",
    [
        "", "Yatta", "31.53", "31.53 35.09 12", "31°61'00\" 35°05'24\"", "91.5 N 35 E", "190, 200", "31.53 N 35.09 N", "31.53 E 35.09 E", "+970 2 222 2222",
        "https://maps.app.goo.gl/AbCdEf", "https://example.org/31", "Street 31, house 35 b", "3153509", "<img src=x onerror=alert(1)> 31, 35",
    ],
)  # fmt: skip
def test_anything_else_is_no_place(text: str) -> None:
    assert read_coordinates(text) is None


def test_a_link_is_known_as_one_even_without_coordinates() -> None:
    assert is_link("https://maps.app.goo.gl/AbCdEf")
    assert not is_link("31.53, 35.09")


@given(st.floats(-90, 90).map(lambda x: round(x, 6)), st.floats(-180, 180).map(lambda x: round(x, 6)))
def test_what_is_written_out_is_read_back(lat: float, lon: float) -> None:
    assert read_coordinates(f"https://www.openstreetmap.org/#map=15/{lat:.6f}/{lon:.6f}") == Reading(lat, lon, ordered=True)
    found = read_coordinates(f"{lat:.6f}, {lon:.6f}")
    assert found is not None
    assert (found.lat, found.lon) == (lat, lon)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    found = read_coordinates(text)
    assert found is None or (abs(found.lat) <= 90 and abs(found.lon) <= 180)
