"""Results kept as long as the registry they were made from."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from geo.registry import Registry

P = ParamSpec("P")
R = TypeVar("R")
MOST = 256


def kept_with_registry(function: Callable[Concatenate[Registry, P], R]) -> Callable[Concatenate[Registry, P], R]:
    """Remember what ``function(registry, *arguments)`` returned until the registry is gone; nobody may change the result.

    Parameters
    ----------
    function : takes a registry and hashable arguments, and depends on nothing else.
    """
    results: WeakKeyDictionary[Registry, dict[Any, R]] = WeakKeyDictionary()

    @functools.wraps(function)
    def remembered(registry: Registry, /, *args: P.args, **kwargs: P.kwargs) -> R:
        found = results.setdefault(registry, {})
        key = (args, tuple(kwargs.items()))
        if key not in found:
            if len(found) >= MOST:
                found.clear()
            found[key] = function(registry, *args, **kwargs)
        return found[key]

    return remembered
