from __future__ import annotations

import pytest

from bench.__main__ import names
from bench.duplicates import invented, run


def test_the_invented_sites_are_the_same_each_time() -> None:
    assert "duplicates" in names()
    assert str(invented(30)) == str(invented(30))
    assert {str(one["position_kind"]) for one in invented(100).values()} == {"exact", "none"}


def test_a_small_run_prints_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--sites", "200"])
    told = capsys.readouterr().out
    assert [
        figure
        for figure in ("lexicon", "query_ms, with a place", "query_ms, without a place", "WRatio", "all pairs", "pairs/s", "goal")
        if figure not in told
    ] == []
