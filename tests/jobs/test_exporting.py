"""Exports say the same as the page for the same filter."""

from __future__ import annotations

import datetime as dt
import io

import pandas as pd
import pytest

from geo.counts import counts_by_area
from geo.errors import InputError
from geo.model import Filter
from i18n import translator
from jobs.exporting import MIME, export_sites, filter_words
from tests.make import make_registry

DAY = dt.date(2026, 11, 22)
REGISTRY = make_registry(60)


def test_the_counts_of_a_chosen_governorate_are_those_beside_the_map() -> None:
    wanted = Filter(countries=("PS",), areas=("PS0150",))
    book = pd.read_excel(io.BytesIO(export_sites(REGISTRY, wanted, "xlsx", translator("en"), today=DAY)), sheet_name="areas", engine="openpyxl")
    beside = counts_by_area(REGISTRY, REGISTRY.select(Filter(countries=("PS",))), countries=("PS",))
    assert list(book.iloc[:, 0]) == ["PS0150"]
    assert int(book["sites"].iloc[0]) == int(beside.loc["PS0150", "sites"])


@pytest.mark.parametrize("extension", sorted(MIME))
def test_the_same_call_makes_the_same_file(extension: str) -> None:
    files = {export_sites(REGISTRY, Filter(countries=("PS",)), extension, translator("ar"), today=DAY) for _ in range(2)}
    assert len(files) == 1


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="unknown_format"):
        export_sites(REGISTRY, Filter(), "doc", translator("en"))


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_the_filter_is_said_in_words(lang: str) -> None:
    tr = translator(lang)
    words = filter_words(REGISTRY, Filter(areas=("PS0150",), services=("legal_counselling",), statuses=("active",), text="<b>"), tr)
    assert REGISTRY.label("area", "PS0150", lang) in words
    assert "<b>" in words
    assert filter_words(REGISTRY, Filter(), tr) == tr("explore.everything")


def test_training_files_are_marked() -> None:
    training = make_registry(5, training=True)
    for extension in ("csv", "geojson", "html"):
        assert translator("en")("app.training") in export_sites(training, Filter(), extension, translator("en"), today=DAY).decode()
