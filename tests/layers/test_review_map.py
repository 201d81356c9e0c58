"""The small map of one or two places: its marks, its words, and what it asks the server for."""

from __future__ import annotations

import json
import re

import pytest

from i18n import LANGUAGES, translator
from layers.review_map import Spot, review_map
from tests.layers.test_explore import script_of
from tests.xss import PAYLOADS

NOW, THEN = Spot(35.1, 31.5, "present", "Now"), Spot(35.2, 31.6, "proposed", "Proposed")


def config(*spots: Spot, lang: str = "en", version: str = "v1") -> dict[str, object]:
    """Return what the map's script is told."""
    made = "".join(script_of(child) for child in review_map(spots, translator(lang), version)._children.values())
    found = re.search(r"mountPlaces\(\w+, (\{.*\})\);", made)
    assert found
    told: dict[str, object] = json.loads(found.group(1))
    return told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_places_are_marked_with_words(lang: str) -> None:
    told = config(NOW, THEN, lang=lang)
    assert told["places"] == [
        {"lon": 35.1, "lat": 31.5, "role": "present", "words": "Now"},
        {"lon": 35.2, "lat": 31.6, "role": "proposed", "words": "Proposed"},
    ]
    assert told["corners"] == ({"zoom": "topleft", "scale": "bottomright"} if lang == "en" else {"zoom": "topright", "scale": "bottomleft"})


def test_no_place_is_part_of_an_address() -> None:
    assert config(NOW, THEN, version="a b")["urls"] == {"base": "/data/base.en.json?v=a%20b", "areas": "/data/areas.en.json?v=a%20b"}


def test_other_places_are_another_map() -> None:
    versions = {str(config(*spots)["version"]) for spots in ((NOW,), (THEN,), (NOW, THEN))}
    assert len(versions) == 3
    assert config(NOW)["version"] == config(NOW)["version"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_end_no_script(payload: str) -> None:
    made = "".join(script_of(child) for child in review_map([Spot(35.0, 31.0, "present", payload)], translator("en"), payload)._children.values())
    assert "</script" not in made
    assert config(Spot(35.0, 31.0, "present", payload))["places"][0]["words"] == payload  # type: ignore[index]
