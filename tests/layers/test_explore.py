from __future__ import annotations

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from geo.freshness import BANDS
from i18n import translator
from layers import browser
from layers.explore import Legend, MapCommand, NeedLayer, OnlineTiles, command, explore_map, map_config
from layers.payload import bitset
from tests.browser_support import ROOT
from tests.xss import PAYLOADS


def script_of(element: object) -> str:
    return str(element._template.module.script(element))  # type: ignore[attr-defined]


def sent(cmd: MapCommand) -> str:
    group = command(cmd)
    return "".join(script_of(child) for child in group._children.values())


def shell(lang: str, version: str, **more: object) -> str:
    made = explore_map(translator(lang), version, **more)  # type: ignore[arg-type]
    return re.sub("map_[0-9a-f]{32}", "map_div", "".join(script_of(child) for child in made._children.values()))


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_the_shell_is_the_same_for_the_same_language_and_version(lang: str) -> None:
    first = shell(lang, "7")
    assert first == shell(lang, "7")
    assert first != shell(lang, "8")
    assert len(first) < 7000


def test_versions_that_differ_after_an_underscore_stay_apart_for_st_folium() -> None:
    from streamlit_folium import generate_js_hash

    assert generate_js_hash(shell("ar", "a_1"), "map") != generate_js_hash(shell("ar", "a_2"), "map")
    assert generate_js_hash(shell("ar", "a_1"), "map") != generate_js_hash(shell("he", "a_1"), "map")


def test_readers_who_are_answered_differently_ask_at_different_addresses() -> None:
    made = [re.search(r"mount\(map_div, (\{.*\})\);", shell("en", "7", reader=reader)) for reader in ("", "partner-0")]
    urls = [json.loads(found.group(1))["urls"] for found in made if found]
    assert all(urls[0][name] != urls[1][name] for name in urls[0])
    assert "as=" not in "".join(urls[0].values())


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_the_bands_have_their_words_and_what_colours_the_marks_is_told_by_a_word_of_the_command(lang: str) -> None:
    bands = map_config(translator(lang))["bands"]
    assert [one["label"] for one in bands] == [translator(lang)(f"freshness.band.{band}") for band in BANDS]
    assert '"marks": "sector"' in sent(MapCommand("t", ""))
    assert len(sent(MapCommand("t", "", marks="check"))) == len(sent(MapCommand("t", ""))) - 1


@pytest.mark.parametrize("version", ["a b&c", "x/../y", "é'\""])
def test_a_version_is_quoted_in_addresses(version: str) -> None:
    found = re.search(r'"areas": ("[^"]+")', shell("en", version))
    assert found
    assert re.fullmatch(r"/data/areas\.en\.json\?v=[\w.%~-]+", json.loads(found.group(1)))


def test_the_shell_asks_no_other_host_once_it_is_localised() -> None:
    for lang in ("ar", "he", "en"):
        made = explore_map(translator(lang), "1", base_url="/jiwar")
        html = browser.localise(made.get_root().render(), "/jiwar")
        assert re.findall(r"https?:", html) == []
        assert "/jiwar/assets/" in html
        assert "/jiwar/data/sites." in html


def test_online_tiles_are_offered_only_when_asked_for() -> None:
    assert "tiles.example" not in shell("en", "1")
    assert "tiles.example" in shell("en", "1", tiles=OnlineTiles("https://tiles.example/{z}/{x}/{y}.png", "Example"))


def test_what_mirrors_mirrors() -> None:
    left, right = map_config(translator("en"))["corners"], map_config(translator("ar"))["corners"]
    swap = {"left": "right", "right": "left"}
    assert {key: re.sub("left|right", lambda m: swap[m.group()], corner) for key, corner in left.items()} == right


def test_a_command_for_ten_thousand_sites_is_small() -> None:
    mask = np.random.default_rng(1).random(10_000) < 0.5
    areas = {f"PS{i:04d}": i % 5 for i in range(36)}
    cmd = MapCommand(
        "token-1", bitset(mask), ("PS", "SY"), NeedLayer(areas), Legend("عنوان" * 5, "people", "2024", "PCBS" * 20, "estimate", ("1-2",) * 5)
    )
    assert len(sent(cmd).encode()) < 4096


def test_a_command_carries_its_values() -> None:
    cmd = MapCommand(
        "t",
        "AQ==",
        ("PS",),
        NeedLayer({"PS0101": 3}),
        Legend("A", "b", "2020", "s", "x", ("1",)),
        ("PS0101",),
        (1.0, 2.0, 3.0, 4.0),
        (35.0, 32.0, 12.0),
        "s-1",
        "W",
    )
    found = json.loads(re.sub(r"^window\.jiwar\.set\((.*)\);$", r"\1", sent(cmd)))
    assert found["need"] == {"classes": {"PS0101": 3}}
    assert (found["fit"], found["fly"], found["open_site"], found["watermark"], found["selected"]) == (
        [1, 2, 3, 4],
        [35, 32, 12],
        "s-1",
        "W",
        ["PS0101"],
    )
    assert json.loads(re.sub(r"^window\.jiwar\.set\((.*)\);$", r"\1", sent(MapCommand("t", ""))))["need"] is None


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_a_command_are_strings_that_end_no_script(payload: str) -> None:
    made = sent(MapCommand(payload, "", legend=Legend(payload, payload, payload, payload, payload, (payload,)), watermark=payload, open_site=payload))
    assert not set("<>&'") & set(made)
    assert json.loads(re.sub(r"^window\.jiwar\.set\((.*)\);$", r"\1", made))["watermark"] == payload


def test_importing_the_layers_loads_no_library_of_scripts_and_no_streamlit() -> None:
    code = "import sys, layers.explore, routes.assets, routes.mapdata; print([m for m in ('offlinefolium', 'streamlit_folium') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_script_of_ours_writes_html() -> None:
    source = browser.own_script().body.decode()
    for forbidden in ("innerHTML =", "insertAdjacentHTML", "outerHTML", "document.write", "eval(", "http://", "bindPopup", "bindTooltip"):
        assert forbidden not in source.replace("http://www.w3.org/2000/svg", "")
