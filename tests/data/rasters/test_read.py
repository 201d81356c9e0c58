"""GeoTIFF files: what is read of them, and that a hostile one ends in one clear message."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rasterio.transform import Affine

from data.rasters import read
from data.rasters.read import read_grid
from geo.errors import InputError
from tests.geotiff import write_tif

VALUES = np.arange(12, dtype="float32").reshape(3, 4)


def refused(path: Path, **more: object) -> str:
    with pytest.raises(InputError) as raised:
        read_grid(path, **more)  # type: ignore[arg-type]
    return raised.value.code


def test_values_place_and_what_is_not_stated_are_read(tmp_path: Path) -> None:
    values = VALUES.copy()
    values[0, 0] = -99999
    grid = read_grid(write_tif(tmp_path / "a.tif", values, 35.0, 32.0, 0.5))
    assert (grid.crs, grid.west, grid.north, grid.width, grid.height) == ("EPSG:4326", 35.0, 32.0, 0.5, 0.5)
    assert np.isnan(grid.values[0, 0])
    assert grid.values.ravel()[1:].tolist() == VALUES.ravel()[1:].tolist()


def test_only_what_lies_within_the_bounds_is_read(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", VALUES.astype("int32"), 35.0, 32.0, 0.5)
    grid = read_grid(path, (35.6, 30.9, 36.4, 31.4), most=4)
    assert (grid.west, grid.north) == (35.5, 31.5)
    assert grid.values.tolist() == [[5, 6], [9, 10]]
    assert grid.cells(np.array([35.6, 34.0]), np.array([31.4, 31.4])).tolist() == [[0, 0], [0, -1]]
    assert refused(path, bounds=(10.0, 10.0, 11.0, 11.0)) == "grids.elsewhere"
    assert refused(path, most=11) == "grids.too_many_cells"


def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    def made(name: str, values: np.ndarray = VALUES, **more: object) -> Path:
        return write_tif(tmp_path / name, values, 35.0, 32.0, 0.5, **more)  # type: ignore[arg-type]

    assert refused(tmp_path / "none.tif") == "grids.no_file"
    assert refused(made("bands.tif", np.stack([VALUES, VALUES]))) == "grids.bands"
    assert refused(made("kind.tif", VALUES.astype("complex64"), nodata=None)) == "grids.kind"
    assert refused(made("turned.tif", transform=Affine(0.5, 0.1, 35, 0, -0.5, 32))) == "grids.turned"
    assert refused(made("own.tif", crs="+proj=tmerc +lat_0=31.5 +lon_0=35.3 +k=0.97 +x_0=7 +ellps=bessel")) == "grids.crs"
    (tmp_path / "text.tif").write_text("id,lon,lat\n")
    assert refused(tmp_path / "text.tif") == "grids.not_tiff"
    whole = made("whole.tif", np.random.default_rng(0).random((200, 200)).astype("float32"), compress="deflate").read_bytes()
    (tmp_path / "half.tif").write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path / "half.tif") == "grids.damaged"
    (tmp_path / "noise.tif").write_bytes(b"II*\0" + bytes(range(256)) * 20)
    assert refused(tmp_path / "noise.tif") == "grids.damaged"


def test_a_file_that_asks_for_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_tif(tmp_path / "a.tif", VALUES, 35.0, 32.0, 0.5)
    monkeypatch.setattr(read, "MAX_BYTES", 100)
    assert refused(path) == "grids.too_large"
    monkeypatch.undo()
    child = tmp_path / "child.py"
    for code, expected in (("import sys; sys.exit(3)", "too_heavy"), ("import os; os.abort()", "too_heavy"), ("raise ValueError", "damaged"),
                           ("print('{}')", "damaged"), ("print('[1]')", "damaged"), ("import sys; sys.stderr.write('x'); sys.exit(4)", "damaged")):  # fmt: skip
        child.write_text(code)
        monkeypatch.setattr(read, "_CHILD", child)
        assert refused(path) == f"grids.{expected}"
