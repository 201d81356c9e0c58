"""Health facilities of OpenStreetMap that have an Arabic and a Latin name: does one name find the other?"""

from __future__ import annotations

import json
import math
import random
import re
from pathlib import Path

import pytest

from geo.duplicates import AT_LEAST
from geo.matching import compare
from tests.geo.duplicate_support import METRES_A_DEGREE, finder

FILE = Path(__file__).parents[2] / ".." / "shared" / "data" / "facilities" / "hotosm_pse_health_facilities_points.geojson"
KINDS = {"pharmacy", "hospital", "clinic", "doctors", "dentist"}
ASIDE_M = 100


def is_arabic(text: str) -> bool:
    return bool(re.search("[\u0621-\u064a]", text))


@pytest.mark.skipif(not FILE.exists(), reason="the shared test data are not here")
def test_a_latin_name_finds_its_arabic_one_among_all_facilities(capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(1)
    sites: dict[str, dict[str, object]] = {}
    asked: dict[str, dict[str, object]] = {}
    for i, feature in enumerate(json.loads(FILE.read_text(encoding="utf-8"))["features"]):
        tags, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"][:2]
        given = [tags[key] for key in ("name:ar", "name:en", "name") if tags.get(key)]
        arabic, latin = [name for name in given if is_arabic(name)], [name for name in given if not is_arabic(name)]
        kind = tags["amenity"] if tags["amenity"] in KINDS else "other"
        site = {"kind": kind, "area_id": "", "locality_id": "", "phone": "", "lon": lon, "lat": lat, "position_kind": "exact"}
        if arabic:
            sites[f"s{i}"] = site | {"names": {"ar": arabic[0]}}
            if latin:
                turn = rng.uniform(0, 2 * math.pi)
                aside = {"lon": lon + ASIDE_M * math.cos(turn) / (METRES_A_DEGREE * 0.85), "lat": lat + ASIDE_M * math.sin(turn) / METRES_A_DEGREE}
                asked[f"s{i}"] = site | aside | {"names": {"en": latin[0]}}
    search = finder(sites)
    among = first = enough = others = 0
    for site_id, row in asked.items():
        found = [one.site_id for one in search.candidates(row)]
        among += site_id in found
        first += found[:1] == [site_id]
        enough += compare(search.record(row), search.record(sites[site_id]))[0] >= AT_LEAST
        others += sum(one.site_id != site_id for one in search.candidates(row, top=len(sites), at_least=AT_LEAST))
    count = len(asked)
    with capsys.disabled():
        shares = f"first {first / count:.3f}, first three {among / count:.3f}, at {AT_LEAST} {enough / count:.3f}"
        print(f"\nOpenStreetMap, {count} of {len(sites)} facilities: {shares}; {others} others at {AT_LEAST}")  # noqa: T201
    assert count > 500
    assert among / count >= 0.95
    assert enough / (enough + others) > 0.85
