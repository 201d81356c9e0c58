"""Every setting of Jiwar, read once from the environment and passed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent
WORKSPACES = ("registry", "training")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and what is switched on.

    Parameters
    ----------
    data_dir : folder that holds everything written (``JIWAR_DATA_DIR``; ``var`` beside the code by default).
    database_url : SQLAlchemy URL of the store (``JIWAR_DATABASE_URL``; a GeoPackage in ``data_dir`` by default).
    accounts_url : SQLAlchemy URL of the accounts (``JIWAR_ACCOUNTS_URL``; by default an SQLite file of its own beside an embedded store,
        one for each workspace, else the database of the store).
    key_file : secret that seals exact places (``JIWAR_KEY_FILE``); outside ``data_dir``, so that a copied store opens nothing.
    workspace : ``registry`` for real records, ``training`` for invented ones (``JIWAR_WORKSPACE``).
    online_tiles : offer an online background map (``JIWAR_ONLINE_TILES=1``); off by default.
    dask_scheduler : address of the Dask scheduler for work on several machines (``JIWAR_DASK_SCHEDULER``, ``tcp://...`` or ``tls://...``).
    """

    data_dir: Path
    database_url: str
    accounts_url: str
    key_file: Path
    workspace: str = "registry"
    online_tiles: bool = False
    dask_scheduler: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from ``env`` (the process's own by default); ValueError for a workspace that does not exist."""
        env = os.environ if env is None else env
        workspace = env.get("JIWAR_WORKSPACE") or "registry"
        if workspace not in WORKSPACES:
            message = f"JIWAR_WORKSPACE must be one of {', '.join(WORKSPACES)}"
            raise ValueError(message)
        data_dir = Path(env.get("JIWAR_DATA_DIR") or ROOT / "var").absolute()
        database_url = env.get("JIWAR_DATABASE_URL") or f"sqlite:///{data_dir / workspace}.gpkg"
        embedded = database_url.startswith("sqlite")
        accounts_file = data_dir / ("accounts.sqlite" if workspace == "registry" else f"{workspace}-accounts.sqlite")
        return cls(
            data_dir=data_dir,
            database_url=database_url,
            accounts_url=env.get("JIWAR_ACCOUNTS_URL") or (f"sqlite:///{accounts_file}" if embedded else database_url),
            key_file=Path(env.get("JIWAR_KEY_FILE") or Path.home() / ".config" / "jiwar" / "places.key").absolute(),
            workspace=workspace,
            online_tiles=env.get("JIWAR_ONLINE_TILES", "") == "1",
            dask_scheduler=env.get("JIWAR_DASK_SCHEDULER", ""),
        )

    @property
    def embedded(self) -> bool:
        """Whether the store is the embedded SQLite file."""
        return self.database_url.startswith("sqlite")
