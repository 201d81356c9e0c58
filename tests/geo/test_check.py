from __future__ import annotations

import datetime as dt
import math

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.check import check
from geo.errors import SchemaError
from geo.model import Column, Table

TABLE = Table(
    "things",
    "thing_id",
    (
        Column("name", "text", "name", required=True),
        Column("state", "text", "state", choices=("", "open", "closed")),
        Column("share", "float", "share", minimum=0, maximum=1),
        Column("count", "int", "count", minimum=0),
        Column("known", "bool", "known"),
        Column("day", "date", "day"),
        Column("codes", "codes", "codes"),
        Column("names", "names", "names"),
    ),
)
GOOD = {"name": "a", "state": "open", "share": 0.5, "count": 2, "known": True, "day": dt.date(2026, 1, 2), "codes": ("x",), "names": {"ar": "ا"}}


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([GOOD | row for row in rows], index=range(2, 2 + len(rows)))


def test_good_rows_come_back_typed() -> None:
    out = check(frame({}, {"state": None, "share": None, "count": 3.0, "day": "2026-01-02", "codes": ["y"], "names": {"he": "א", "en": ""}}), TABLE)
    assert out.index.name == "thing_id"
    assert list(out.columns) == list(TABLE.names)
    assert out["share"].dtype == "float64"
    assert math.isnan(out.loc[3, "share"])
    assert out["count"].tolist() == [2, 3]
    assert out["day"].tolist() == [dt.date(2026, 1, 2)] * 2
    assert out.loc[3, "codes"] == ("y",)
    assert out.loc[3, "names"] == {"he": "א"}
    assert out.loc[3, "state"] == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "required"), ({"name": None}, "required"), ({"name": 5}, "type"), ({"state": "ajar"}, "choice"), ({"share": 1.01}, "range"),
        ({"share": -0.1}, "range"), ({"share": "x"}, "type"), ({"share": math.inf}, "type"), ({"count": 1.5}, "type"), ({"count": -1}, "range"),
        ({"known": "yes"}, "type"), ({"day": "2026-13-01"}, "type"), ({"codes": "x"}, "type"), ({"codes": (1,)}, "type"), ({"names": {"fr": "a"}}, "type"),
        ({"names": "a"}, "type"),
    ],
)  # fmt: skip
def test_bad_cell_is_named(change: dict[str, object], code: str) -> None:
    with pytest.raises(SchemaError) as raised:
        check(frame({}, change), TABLE)
    assert [(cell.row, cell.column, cell.code) for cell in raised.value.cells] == [(3, next(iter(change)), f"import.{code}")]


def test_all_faults_are_told_at_once_in_the_order_of_rows() -> None:
    with pytest.raises(SchemaError) as raised:
        check(frame({"share": 2.0}, {"name": "", "count": -1}), TABLE)
    assert [(cell.row, cell.column) for cell in raised.value.cells] == [(2, "share"), (3, "name"), (3, "count")]
    assert raised.value.params == {"count": 3}


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(SchemaError) as raised:
        check(frame({}).drop(columns=["name", "day"]), TABLE)
    assert [cell.column for cell in raised.value.cells] == ["name", "day"]


def test_other_columns_go_and_the_input_is_not_changed() -> None:
    given_frame = frame({"extra": 1})
    before = given_frame.copy(deep=True)
    assert "extra" not in check(given_frame, TABLE).columns
    pd.testing.assert_frame_equal(given_frame, before)


def test_geometry_comes_back_in_degrees() -> None:
    places = gpd.GeoDataFrame(frame({}), geometry=[shapely.Point(35, 32)], crs=4326).to_crs(32636)
    out = check(places, TABLE)
    assert isinstance(out, gpd.GeoDataFrame)
    assert out.crs == 4326
    assert out.geometry.iloc[0].x == pytest.approx(35)


def test_empty_frame_passes() -> None:
    assert check(frame({}).iloc[:0], TABLE).empty


@given(
    st.lists(
        st.fixed_dictionaries({"share": st.one_of(st.floats(), st.text(max_size=3), st.none()), "name": st.one_of(st.text(max_size=3), st.none())}),
        max_size=8,
    )
)
def test_a_frame_passes_or_every_fault_is_listed(rows: list[dict[str, object]]) -> None:
    bad = {(i, "name") for i, row in enumerate(rows, start=2) if not row["name"]}
    for i, row in enumerate(rows, start=2):
        share = row["share"]
        if isinstance(share, str):
            try:
                share = float(share) if share else None
            except ValueError:
                bad.add((i, "share"))
                continue
            if share is not None and math.isnan(share):
                bad.add((i, "share"))
        if share is not None and not math.isnan(share) and not 0 <= share <= 1:
            bad.add((i, "share"))
    data = pd.DataFrame([GOOD | row for row in rows], columns=list(TABLE.names), index=pd.RangeIndex(2, 2 + len(rows)), dtype=object)
    try:
        assert len(check(data, TABLE)) == len(rows)
        assert not bad
    except SchemaError as error:
        assert {(cell.row, cell.column) for cell in error.cells} == bad  # noqa: PT017 - both ends are checked


AMOUNTS = Table(
    "places", "place_id", (Column("amounts", "amounts", "amounts", minimum=0), Column("features", "codes", "features", choices=("ramp", "lift")))
)


def test_amounts_are_numbers_by_code_within_their_limits() -> None:
    out = check(pd.DataFrame({"amounts": [{"a": 1}, None, {}], "features": [["ramp", "lift"], (), None]}), AMOUNTS)
    assert out["amounts"].tolist() == [{"a": 1.0}, {}, {}]
    assert out["features"].tolist() == [("ramp", "lift"), (), ()]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"amounts": {"a": 1, "b": -1}}, "import.range"),
        ({"amounts": {"a": math.nan}}, "import.type"),
        ({"amounts": {"a": "many"}}, "import.type"),
        ({"amounts": [1]}, "import.type"),
        ({"features": ("ramp", "slide")}, "import.choice"),
    ],
)
def test_amount_or_feature_that_cannot_be_is_refused(row: dict[str, object], code: str) -> None:
    with pytest.raises(SchemaError) as raised:
        check(pd.DataFrame([{"amounts": {}, "features": ()} | row]), AMOUNTS)
    assert [cell.code for cell in raised.value.cells] == [code]
