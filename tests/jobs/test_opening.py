"""Opening a store loads the packs once, on both databases, and keeps invented sites away from real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.engine import make_engine, writing
from data.packs import load_packs
from data.snapshot import read_registry
from geo.errors import StoreError
from jobs.opening import open_store
from settings import Settings


def settings(tmp_path: Path, url: str, workspace: str = "registry") -> Settings:
    return Settings(data_dir=tmp_path, database_url=url, accounts_url=url, key_file=tmp_path / "places.key", workspace=workspace)


def test_the_packs_are_there_and_a_second_opening_changes_nothing(tmp_path: Path, database_url: str) -> None:
    store = open_store(settings(tmp_path, database_url))
    packs, registry = load_packs(), read_registry(store)
    assert list(registry.areas.index) == list(packs.areas.index)
    drawn = registry.governorates.index
    assert len(drawn) == 36
    assert registry.areas.geometry[drawn].geom_equals(packs.areas.geometry[drawn]).all()
    assert len(registry.values) == len(packs.values)
    assert len(registry.sites) == sum(len(frame) for frame in packs.registry.values())
    version = store.version()
    store.engine.dispose()
    again = open_store(settings(tmp_path, database_url))
    assert again.version() == version
    again.engine.dispose()


def test_protected_centres_of_the_registry_have_no_place(tmp_path: Path, database_url: str) -> None:
    store = open_store(settings(tmp_path, database_url))
    sites = read_registry(store).sites
    protected = sites[sites["sensitivity"] == 2]
    assert set(protected["area_id"]) == {"SY02", "SY07"}
    assert protected[["lon", "lat"]].isna().all(axis=None)
    assert (protected["locality_id"] == "").all()
    store.engine.dispose()


def test_a_training_store_holds_invented_sites_only(tmp_path: Path, database_url: str) -> None:
    fresh = make_engine(database_url)
    with writing(fresh) as connection:
        connection.exec_driver_sql("DELETE FROM revision")  # as a store that nobody has opened yet
    fresh.dispose()
    store = open_store(settings(tmp_path, database_url, "training"))
    registry = read_registry(store)
    assert registry.training
    assert set(registry.sites["source_id"]) == {"training"}
    assert registry.sources.at["training", "status"] == "demo"
    assert len(registry.sites) > 300
    store.engine.dispose()
    with pytest.raises(StoreError, match="other_workspace"):
        open_store(settings(tmp_path, database_url))


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path, database_url: str) -> None:
    open_store(settings(tmp_path, database_url)).engine.dispose()
    key = tmp_path / "places.key"
    first = key.read_bytes()
    assert len(first) == 32
    assert key.stat().st_mode & 0o777 == 0o600
    open_store(settings(tmp_path, database_url)).engine.dispose()
    assert key.read_bytes() == first
    key.write_bytes(b"short")
    with pytest.raises(StoreError, match="bad_key"):
        open_store(settings(tmp_path, database_url))
