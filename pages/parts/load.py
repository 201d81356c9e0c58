"""The open store, its registry and its accounts, shared by all sessions and routes of this process."""

from __future__ import annotations

import functools
from collections.abc import Collection

from data.accounts import Accounts
from data.snapshot import RegistryCache
from data.store import Store
from data.submissions import Submissions
from geo.model import PUBLIC, Scope
from geo.registry import Registry
from jobs.accounts import open_accounts
from jobs.opening import open_store
from jobs.roads import Roads
from settings import Settings


@functools.cache
def settings() -> Settings:
    """The settings this process was started with."""
    return Settings.from_env()


@functools.cache
def store() -> Store:
    """The open store of this process."""
    return open_store(settings())


@functools.cache
def _cache() -> RegistryCache:
    return RegistryCache(store())


@functools.cache
def accounts() -> Accounts:
    """The accounts of this process."""
    return open_accounts(settings(), store())


@functools.cache
def submissions() -> Submissions:
    """The submissions of this process's store."""
    return Submissions(store())


@functools.cache
def roads() -> Roads:
    """The roads and obstacles that are loaded; what another process adds is seen at once."""
    return Roads(settings().data_dir)


def registry(scope: Scope = PUBLIC) -> Registry:
    """Return the present registry as ``scope`` may see it; shared by all who see the same, so nobody changes its frames."""
    return _cache().get(scope.sight)


def identify(token: str, address: str, asked: Collection[str]) -> Scope:
    """Return what the holder of a session's token may do at this moment; see ``Door.identify``."""
    found = accounts().identify(token, address=address, asked=asked)
    return PUBLIC if found is None else found.scope


def forget() -> None:
    """Let go of the store, so that the next call opens it again with the settings of the environment."""
    for kept in (store, _cache, accounts, submissions, roads):
        kept.cache_clear()
    settings.cache_clear()
