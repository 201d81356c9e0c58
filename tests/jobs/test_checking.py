"""What the look at the set-up says of a Dask scheduler that is set."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from i18n import LANGUAGES, translator
from jobs.checking import check_set_up
from settings import Settings


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scheduler_is_said_to_listen_or_not(real_data: Path, lang: str) -> None:
    def found(address: str) -> list[tuple[bool, str]]:
        env = {"JIWAR_DATA_DIR": str(real_data / "data"), "JIWAR_KEY_FILE": str(real_data / "places.key"), "JIWAR_DASK_SCHEDULER": address}
        return [(one.good, one.text) for one in check_set_up(Settings.from_env(env), translator(lang)) if address in one.text]

    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        assert [good for good, _ in found(address)] == [True]
    assert [good for good, _ in found(address)] == [False]
    assert [good for good, _ in found("no-address")] == [False]
