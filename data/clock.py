"""What day it is: the one place that asks the machine's clock for it."""

from __future__ import annotations

import datetime as dt


def today() -> dt.date:
    """Return the day in UTC. Called as ``clock.today()``, so that a test can put another day in its place."""
    return dt.datetime.now(dt.UTC).date()


def utc_now() -> dt.datetime:
    """Return the instant in UTC."""
    return dt.datetime.now(dt.UTC)
