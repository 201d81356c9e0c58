"""The open store and its registry, shared by all sessions and routes of this process."""

from __future__ import annotations

import functools

from data.snapshot import RegistryCache
from geo.model import PUBLIC, Scope
from geo.registry import Registry
from jobs.opening import open_store
from settings import Settings


@functools.cache
def settings() -> Settings:
    """The settings this process was started with."""
    return Settings.from_env()


@functools.cache
def _cache() -> RegistryCache:
    return RegistryCache(open_store(settings()))


def registry(scope: Scope = PUBLIC) -> Registry:
    """Return the present registry as ``scope`` may see it; shared, so nobody changes its frames."""
    return _cache().get(scope)


def forget() -> None:
    """Let go of the store, so that the next call opens it again with the settings of the environment."""
    _cache.cache_clear()
    settings.cache_clear()
