from __future__ import annotations

import pandas as pd
import pytest

from bench.__main__ import names
from bench.access import ALONE, CASES, GOALS, invented


def test_the_invented_pairs_are_the_same_each_time_and_none_is_there_twice() -> None:
    assert "access" in names()
    pairs, people, places = invented(2_000)
    pd.testing.assert_frame_equal(pairs, invented(2_000)[0])
    assert not pairs.duplicated(["point", "site"]).any()
    assert (pairs["point"].max(), pairs["site"].max()) < (len(people), len(places))


@pytest.mark.parametrize("name", sorted(GOALS))
def test_peer_and_product_agree(name: str) -> None:
    answers = [CASES[name, side](*invented(3_000))() for side in ("peer", "ours")]
    assert answers[0] > 0
    assert answers[1] == pytest.approx(answers[0], rel=1e-9)


@pytest.mark.parametrize("name", sorted(ALONE))
def test_what_has_no_peer_runs(name: str) -> None:
    assert CASES[name, "ours"](*invented(1_000))() > 0
