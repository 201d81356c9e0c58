"""What tests of jobs need that start processes of their own."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def _nothing_to_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spawned process runs the file of the main module again; after a page was tested that file is one that is gone."""
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
