"""GeoPackage through GDAL, in a process in which GDAL has no other driver left."""

from __future__ import annotations

import io

import numpy as np
import shapely

from data.sources.crs import written_crs
from data.sources.positions import with_positions
from data.sources.table import MAX_ROWS, RawTable, cell_text, check_size, unique_headers
from geo.errors import InputError

DRIVERS = frozenset({"GPKG"})


def skipped_drivers() -> str:
    """Return every driver of the GDAL build but the allowed ones, as ``OGR_SKIP`` wants them: computed, so a new build hides none."""
    import pyogrio

    return ",".join(sorted(set(pyogrio.list_drivers()) - DRIVERS))


def read(data: bytes) -> RawTable:
    """Return the first layer with points (else the first layer with geometry) in the bytes of a GeoPackage.

    Raises
    ------
    InputError : ``import.sandbox`` where GDAL still has another driver, ``import.damaged``, ``import.empty``,
        ``import.crs_unknown`` and the limits.
    """
    import pyogrio
    import pyogrio.errors
    import pyogrio.raw

    if not set(pyogrio.list_drivers()) <= DRIVERS:
        raise InputError("import.sandbox")
    source = io.BytesIO(data)
    try:
        layer = _layer(pyogrio.list_layers(source))
        source.seek(0)
        meta, _, geometry, fields = pyogrio.raw.read(source, layer=layer, max_features=MAX_ROWS + 1, datetime_as_string=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FieldError) as error:
        raise InputError("import.damaged") from error
    count = 0 if geometry is None else len(geometry)
    if not count:
        raise InputError("import.empty")
    check_size(rows=count, columns=len(fields))
    columns = [_column(values) for values in fields]
    rows = tuple(zip(*columns, strict=True)) if columns else ((),) * count
    table = RawTable(unique_headers(meta["fields"]), rows, tuple(range(1, count + 1)))
    crs = meta.get("crs")
    return with_positions(table, shapely.from_wkb(geometry, on_invalid="ignore"), written_crs(crs) if crs and "ndefined" not in crs else None)


def _layer(layers: np.ndarray) -> str:
    shaped = [(str(name), str(kind)) for name, kind in layers if kind is not None]
    for name, kind in shaped:
        if "Point" in kind:
            return name
    if not shaped:
        raise InputError("import.no_geometry_layer")
    return shaped[0][0]


def _column(values: np.ndarray) -> list[str]:
    if values.dtype.kind == "f":
        return ["" if np.isnan(value) else cell_text(float(value)) for value in values]
    return [cell_text(value.item() if isinstance(value, np.generic) else value) for value in values]
