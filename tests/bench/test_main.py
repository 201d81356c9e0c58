from __future__ import annotations

import pytest

from bench.__main__ import main, names
from bench.map import SIZES, Result, goals, row


def test_the_map_benchmark_is_found_by_its_file() -> None:
    assert "map" in names()
    assert "map_server" not in names()


@pytest.mark.parametrize("arguments", [[], ["nothing"]])
def test_an_unknown_name_lists_those_there_are(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "map" in capsys.readouterr().err


def test_every_case_has_the_explore_map_beside_it() -> None:
    for sizes in SIZES.values():
        assert set(sizes) <= set(SIZES["explore"])


def test_goals_tell_met_from_missed() -> None:
    slow = Result("FastMarkerCluster", 10_000, 900.0, 1.0, 1.0)
    fast = [Result("explore", 10_000, 100.0, 49_000.0, 21.0), slow]
    assert [line.split(":")[0] for line in goals(fast)] == ["met", "met", "missed", "met"]
    assert row(slow, fast).split()[-1] == "9.0"
