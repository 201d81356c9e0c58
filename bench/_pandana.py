"""pandana's network of a world; apart, so that no other side imports what it does not need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np


def pandana_network(lon: np.ndarray, lat: np.ndarray, start: np.ndarray, head: np.ndarray, cost: np.ndarray) -> Any:
    """Return the network with seconds as its costs.

    pandana keeps a cost as a whole number of thousandths, cut off, in 32 bits: seconds are exact to the millisecond, and do not overflow as milliseconds do
    (whose hierarchy then does not end).
    """
    import pandas as pd

    tail = np.repeat(np.arange(len(lon)), np.diff(start))
    seconds = pd.DataFrame({"seconds": (cost + 0.25) / 1000})
    return import_module("pandana").Network(pd.Series(lon), pd.Series(lat), pd.Series(tail), pd.Series(head.astype(np.int64)), seconds, twoway=False)
