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


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_the_filter_by_the_last_check_is_said_in_words_and_counted_from_the_files_day(lang: str) -> None:
    tr, wanted = translator(lang), Filter(freshness=("stale", "never"))
    words = filter_words(REGISTRY, wanted, tr)
    assert all(tr(f"freshness.band.{band}") in words for band in wanted.freshness)
    later = dt.date(2030, 1, 1)
    for day in (DAY, later):
        rows = pd.read_csv(io.BytesIO(export_sites(REGISTRY, wanted, "csv", tr, today=day)), encoding="utf-8-sig")
        assert rows["site_id"].tolist() == REGISTRY.sites.index[REGISTRY.on(day).select(wanted)].tolist()
    assert REGISTRY.on(later).select(wanted).all()
    assert not REGISTRY.on(DAY).select(wanted).all()


@pytest.mark.parametrize(("asked", "told"), [("check", "check"), ("sector", "sector"), ("", "sector"), ("</script>", "sector")])
def test_the_map_in_one_file_is_coloured_as_the_page_was(asked: str, told: str) -> None:
    body = export_sites(REGISTRY, Filter(), "html", translator("en"), marks=asked, today=DAY).decode()
    assert f'"marks":"{told}"' in body
