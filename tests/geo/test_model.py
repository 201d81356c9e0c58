import dataclasses
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import model
from geo.model import QUERY_KEYS, Filter
from tests.make import make_registry

KNOWN = {name: tuple(codes) for name, codes in make_registry(9).known.items()}
CODES = {name: st.lists(st.sampled_from(codes), unique=True).map(tuple) for name, codes in KNOWN.items()}
DAYS = st.one_of(st.just(""), st.dates().map(str))
SEARCHES = st.text(max_size=80).map(str.strip)
FILTERS = st.builds(Filter, **CODES, verified_since=DAYS, text=SEARCHES)
HOSTILE = st.one_of(
    st.text(max_size=200), st.sampled_from(["<script>", "PS0150' OR 1=1", "PS0150\x00", "ps0150", "PS0150 ", "../../etc/passwd", "2026-13-45"])
)


@settings(deadline=None)
@given(FILTERS)
def test_a_link_reopens_the_same_filter(wanted: Filter) -> None:
    address = urlencode(wanted.to_query(), doseq=True)
    assert Filter.from_query(parse_qs(address, keep_blank_values=True), KNOWN) == wanted


@settings(deadline=None)
@given(st.dictionaries(st.one_of(st.sampled_from(sorted(QUERY_KEYS.values())), st.text(max_size=10)), st.lists(HOSTILE, max_size=5)))
def test_whatever_stands_in_the_address_only_known_codes_come_through(query: dict[str, list[str]]) -> None:
    wanted = Filter.from_query(query, KNOWN)
    for name, codes in KNOWN.items():
        assert set(getattr(wanted, name)) <= set(codes)
    assert len(wanted.text) <= 80
    assert wanted.verified_since == "" or model.Filter.from_query({"since": [wanted.verified_since]}, {}).verified_since == wanted.verified_since


def test_a_long_search_reopens_the_same_after_the_cut() -> None:
    wanted = Filter.from_query({"q": ["a" * 79 + " b"]}, KNOWN)
    assert Filter.from_query(wanted.to_query(), KNOWN) == wanted


def test_every_field_has_a_short_name_of_its_own() -> None:
    assert list(QUERY_KEYS) == [field.name for field in dataclasses.fields(Filter)]
    assert len(set(QUERY_KEYS.values())) == len(QUERY_KEYS)


def test_empty_fields_are_left_out_of_the_address() -> None:
    assert Filter().to_query() == {}
    assert Filter(areas=("PS0150", "SY01"), text="مركز").to_query() == {"area": ["PS0150", "SY01"], "q": ["مركز"]}


def test_a_code_of_another_field_and_a_repeat_are_dropped() -> None:
    found = Filter.from_query({"area": ["PS0150", "medical_care", "PS0150", "PS0101"]}, KNOWN)
    assert found == Filter(areas=("PS0150", "PS0101"))


def test_a_field_without_known_codes_takes_nothing() -> None:
    assert Filter.from_query({"area": ["PS0150"], "q": ["x"]}, {}) == Filter(text="x")


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "", "2026-1-1", "0000-00-00", "-1"])
def test_a_day_that_is_none_is_dropped(day: str) -> None:
    assert Filter.from_query({"since": [day]}, KNOWN).verified_since == ""


def test_a_filter_can_be_changed_only_into_another_one() -> None:
    wanted = Filter(text="a")
    assert wanted.with_(text="b", areas=("SY01",)) == Filter(text="b", areas=("SY01",))
    assert wanted == Filter(text="a")
    assert len({wanted, Filter(text="a"), Filter()}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        wanted.text = "b"  # type: ignore[misc]


def test_the_public_has_no_clearance() -> None:
    assert model.Scope() == model.PUBLIC == model.Scope("public", 0)


TABLES = [value for value in vars(model).values() if isinstance(value, model.Table)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_name_and_explain_each_column_once(table: model.Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert table.index not in table.names
    for column in table.columns:
        assert column.meaning
        assert table.column(column.name) is column
        assert column.minimum is None or column.maximum is None or column.minimum < column.maximum
    with pytest.raises(KeyError):
        table.column("no_such")
