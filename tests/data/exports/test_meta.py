import numpy as np
import pytest

from data.exports import FORMATS, file_name
from data.exports.meta import AREA_COLUMNS
from geo.counts import counts_by_area
from geo.model import LANGUAGES, Filter
from tests.data.exports.cases import table_and_meta
from tests.make import make_registry


def test_meta_counts_are_those_of_the_page() -> None:
    registry = make_registry(40)
    mask = registry.select(Filter(countries=("PS",)))
    _, meta = table_and_meta(registry, mask)
    counts = counts_by_area(registry, mask)
    assert meta.areas["area_id"].tolist() == counts.index.tolist()
    assert meta.areas["sites"].tolist() == counts["sites"].tolist()
    assert meta.areas["geometry"].notna().all()
    assert meta.areas.columns.tolist() == [*AREA_COLUMNS, "geometry"]


def test_an_area_without_a_value_has_no_need_and_never_zero() -> None:
    areas = table_and_meta()[1].areas.set_index("area_id")
    assert areas.loc["SY01", ["need_value", "need_status"]].tolist() == [0.0, "inferred"]
    assert areas["need_value"].isna().tolist() == [False, False, False, True]
    assert areas.loc["IL-HA", ["need_indicator", "need_label", "need_status"]].tolist() == ["", "", ""]


def test_the_sources_are_those_that_rows_and_counts_rest_on() -> None:
    _, meta = table_and_meta()
    assert meta.sources["source_id"].tolist() == ["invented"]
    assert meta.sources["licence"].tolist() == ["CC0"]


def test_only_invented_data_is_marked() -> None:
    table, meta = table_and_meta()
    assert meta.watermark == ""
    assert meta.marked(table) is table
    assert file_name(meta, "csv") == "jiwar-sites-2026-11-22.csv"
    table, meta = table_and_meta(make_registry(3, training=True), lang="en")
    assert "TRAINING" in meta.watermark
    assert meta.marked(table)["notice"].tolist() == [meta.watermark] * 3
    assert "notice" not in table.columns
    assert "TRAINING" in file_name(meta, "csv")


def test_facts_leave_out_what_is_empty() -> None:
    codes = [code for code, _, _ in table_and_meta()[1].facts()]
    assert codes == ["title", "filter", "data_version", "created", "language", "disclaimer"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    table, meta = table_and_meta(hxl=True)
    assert FORMATS[name].write(table, meta) == FORMATS[name].write(table, meta)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_chosen_is_a_file_with_no_rows(name: str, lang: str) -> None:
    registry = make_registry(5, training=True)
    table, meta = table_and_meta(registry, np.zeros(5, dtype=bool), lang=lang)
    assert len(FORMATS[name].write(table, meta)) > 100


@pytest.mark.parametrize("name", FORMATS)
def test_writing_changes_nothing(name: str) -> None:
    table, meta = table_and_meta(make_registry(5, training=True))
    before, areas = table.copy(), meta.areas.copy()
    FORMATS[name].write(table, meta)
    assert table.equals(before)
    assert meta.areas.equals(areas)
