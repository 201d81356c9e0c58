"""The registry of the test server, made once a process."""

from __future__ import annotations

import functools
import os

from geo.registry import Registry
from tests.layers.support import hostile_registry
from tests.make import make_registry


@functools.cache
def load() -> Registry:
    """Return the hostile registry, or one of as many sites as the environment says."""
    kind = os.environ["JIWAR_TEST_REGISTRY"]
    return hostile_registry() if kind == "hostile" else make_registry(int(kind))
