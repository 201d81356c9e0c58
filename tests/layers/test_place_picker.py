"""The map for choosing a place: a shell that stays, and commands that no text can break out of."""

from __future__ import annotations

import pytest

from i18n import LANGUAGES, translator
from layers import browser
from layers.explore import OnlineTiles
from layers.place_picker import PickerCommand, picker_command, picker_map
from tests.xss import PAYLOADS


def script(element: object) -> str:
    return str(element.get_root().render())  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_shell_asks_this_server_only_and_says_what_to_do(lang: str) -> None:
    page = script(picker_map(translator(lang), "v1"))
    assert f"/data/base.{lang}.json?v=v1" in page
    assert f"/data/areas.{lang}.json?v=v1" in page
    assert "/data/sites" not in page
    assert "mountPicker" in page
    assert "tile.openstreetmap" not in page


def test_online_tiles_are_offered_only_where_they_are_given() -> None:
    tiles = OnlineTiles("https://tiles.example/{z}/{x}/{y}.png", "© Tiles")
    assert "tiles.example" in script(picker_map(translator("en"), "v1", tiles=tiles))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_version_or_a_watermark_cannot_run(payload: str) -> None:
    assert payload not in script(picker_map(translator("en"), payload))
    made = picker_command(PickerCommand("t", watermark=payload))
    rendered = "".join(child._template.module.script(child, {}) for child in made._children.values())
    assert "<" not in rendered.replace("\\u003c", "")


def test_the_command_carries_the_point_and_where_to_go() -> None:
    made = picker_command(PickerCommand("t", point=(35.09, 31.53), selected=("PS0150",), go="k|3", zoom=12))
    rendered = "".join(child._template.module.script(child, {}) for child in made._children.values())
    for part in ('"point": [35.09, 31.53]', '"selected": ["PS0150"]', '"go": "k|3"', '"zoom": 12'):
        assert part in rendered


def test_the_script_is_part_of_the_maps_script() -> None:
    assert b"jiwar.mountPicker" in browser.own_script().body
