"""Errors for people: they travel between processes as they are."""

from __future__ import annotations

import copy
import pickle

import pytest

from geo.errors import AppError, BadCell, InputError, SchemaError, SetupError, StoreError


@pytest.mark.parametrize("error", [InputError("a.b", value="x", n=3), StoreError("c"), SetupError("d", name="é"), AppError("e")])
def test_an_error_comes_out_of_a_pickle_as_it_went_in(error: AppError) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert (again.code, again.params, str(again)) == (error.code, error.params, str(error))


def test_a_tables_bad_cells_travel_with_it() -> None:
    again = pickle.loads(pickle.dumps(SchemaError([BadCell(2, "lon", "east", "no_number")])))
    assert (again.code, again.params) == ("schema", {"count": 1})
    assert again.cells == [BadCell(2, "lon", "east", "no_number")]
