"""Settings are read from the environment, and a wrong one is refused at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings import Settings


def test_without_any_setting_the_store_is_a_file_in_the_data_folder() -> None:
    found = Settings.from_env({})
    assert found.database_url == f"sqlite:///{found.data_dir / 'registry.gpkg'}"
    assert found.embedded
    assert not found.online_tiles
    assert found.dask_scheduler == ""
    assert found.data_dir not in found.key_file.parents


def test_each_setting_is_taken(tmp_path: Path) -> None:
    env = {"JIWAR_DATA_DIR": str(tmp_path), "JIWAR_DATABASE_URL": "postgresql://x/y", "JIWAR_KEY_FILE": str(tmp_path / "k"), "JIWAR_WORKSPACE": "training",
           "JIWAR_ONLINE_TILES": "1", "JIWAR_DASK_SCHEDULER": "tcp://10.0.0.5:8786"}  # fmt: skip
    found = Settings.from_env(env)
    assert (found.data_dir, found.database_url, found.key_file, found.workspace, found.online_tiles, found.dask_scheduler) == (
        tmp_path, "postgresql://x/y", tmp_path / "k", "training", True, "tcp://10.0.0.5:8786")  # fmt: skip
    assert not found.embedded


def test_an_unknown_workspace_is_refused() -> None:
    with pytest.raises(ValueError, match="registry, training"):
        Settings.from_env({"JIWAR_WORKSPACE": "play"})


def test_accounts_stand_apart_from_an_embedded_store_and_beside_a_servers_tables(tmp_path: Path) -> None:
    env = {"JIWAR_DATA_DIR": str(tmp_path)}
    real, training = Settings.from_env(env), Settings.from_env({**env, "JIWAR_WORKSPACE": "training"})
    assert real.accounts_url == f"sqlite:///{tmp_path / 'accounts.sqlite'}"
    assert len({real.accounts_url, training.accounts_url, real.database_url, training.database_url}) == 4
    assert Settings.from_env({**env, "JIWAR_DATABASE_URL": "postgresql://x/y"}).accounts_url == "postgresql://x/y"
    assert Settings.from_env({**env, "JIWAR_ACCOUNTS_URL": "sqlite:///elsewhere"}).accounts_url == "sqlite:///elsewhere"
