"""Towns and villages found by what somebody types."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.gazetteer import Gazetteer
from geo.registry import Registry
from tests.make import make_registry, names


@pytest.fixture
def registry() -> Registry:
    made = make_registry(3)
    towns = made.localities.copy()
    towns["population"] = [10.0, 20.0, 30.0, 40.0]
    towns["flag"] = ["", "", "", "in_other_pack"]
    words: dict[str, tuple[str | None, str | None, str | None]] = {
        "LPS0101": ("يعبد", None, "Ya'bad"), "LPS0150": ("يطّا", "יטא", "Yatta"), "LSY01": ("دوما", None, "Duma"), "LIL-HA": ("حيفا", "חיפה", "Yatta Haifa"),
    }  # fmt: skip
    return replace(made, localities=towns, names={**made.names, "locality": names(words)})


@pytest.mark.parametrize("text", ["Yatta", "yat", "يطا", "יטא", "Yatta Hebron", "يطا الخليل", "Ein Sara Street 5, Yatta", "شارع المدرسة، يطا"])
def test_a_town_is_found_in_any_language_with_its_governorate_and_in_an_address(registry: Registry, text: str) -> None:
    assert Gazetteer(registry).search(text) == ["LPS0150"]


@pytest.mark.parametrize("text", ["", "y", "Nowhere", "Hebron", "<script>"])
def test_what_names_no_town_finds_none(registry: Registry, text: str) -> None:
    assert Gazetteer(registry).search(text) == []


def test_the_exact_name_comes_first_then_the_larger_place(registry: Registry) -> None:
    assert Gazetteer(registry).search("ya") == ["LPS0150", "LPS0101"]
    assert Gazetteer(registry).search("ya", areas=["PS0101"]) == ["LPS0101"]
    assert Gazetteer(registry).search("ya", top=1) == ["LPS0150"]
