"""Small GeoTIFF files for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.transform import Affine


def write_tif(path: Path, values: np.ndarray[Any, Any], west: float, north: float, cell: float, *, crs: str = "EPSG:4326", **more: Any) -> Path:
    """Write rows x columns (or bands x rows x columns) of values, north up, with -99999 for no data."""
    bands = values if values.ndim == 3 else values[None]
    told = {"crs": crs, "transform": Affine(cell, 0, west, 0, -cell, north), "nodata": -99999, "dtype": bands.dtype.name} | more
    with rasterio.open(path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2], count=bands.shape[0], **told) as file:
        file.write(bands)
    return path
