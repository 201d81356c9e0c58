"""The surface engine from files: against scikit-image, against known answers, and with places from which nobody can start."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from geo.grids import Grid
from i18n import LANGUAGES
from jobs.surface import cell_metres
from tests.geotiff import write_tif

EAST, NORTH, CELL = 700_000.0, 3_540_000.0, 100.0
"""Corner of the surfaces, in UTM zone 36."""


def places(path: Path, column: str, cells: dict[str, tuple[float, float]]) -> str:
    """Write the middles of cells, given as row and column, in degrees."""
    import pyproj

    back = pyproj.Transformer.from_crs(32636, 4326, always_xy=True)
    rows = [(name, *back.transform(EAST + (c + 0.5) * CELL, NORTH - (r + 0.5) * CELL)) for name, (r, c) in cells.items()]
    pd.DataFrame(rows, columns=[column, "lon", "lat"]).to_csv(path, index=False)
    return str(path)


def run(*words: str, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(cli.app, ["travel-time", *words])
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def test_minutes_are_what_scikit_image_says(tmp_path: Path) -> None:
    graph = pytest.importorskip("skimage.graph")
    rng = np.random.default_rng(5)
    friction = rng.uniform(0.006, 0.06, (25, 30)).astype("float32")
    friction[rng.random(friction.shape) < 0.25] = -99999
    friction[3, 4] = friction[20, 21] = 0.02
    sites, points = {"a": (3, 4), "b": (20, 21)}, {f"p{r}_{c}": (r, c) for r in range(0, 25, 3) for c in range(0, 30, 4)}
    out = tmp_path / "minutes.csv"
    told, said = run(
        "--engine", "raster", "--friction", str(write_tif(tmp_path / "f.tif", friction, EAST, NORTH, CELL, crs="EPSG:32636")),
        "--sites", places(tmp_path / "s.csv", "site_id", sites), "--points", places(tmp_path / "p.csv", "point_id", points),
        "--limit", "45", "--out", str(out), "--lang", "en",
    )  # fmt: skip
    found = pd.read_csv(out).set_index(["point_id", "site_id"])["minutes"].to_dict()
    expected = {}
    for site, cell in sites.items():
        costs = graph.MCP_Geometric(friction.astype(float), fully_connected=True).find_costs([cell])[0] * CELL
        expected |= {(point, site): costs[at] for point, at in points.items() if costs[at] <= 45}
    assert len(expected) > 20
    assert found == pytest.approx(expected, abs=2e-5)
    account = json.loads(told)
    blocked = [name for name, at in points.items() if friction[at] < 0]
    assert (account["engine"], account["estimate"], account["pairs"]) == ("raster", False, len(expected))
    assert (account["points_on_barrier"], account["points_outside"], account["sites_on_barrier"]) == (len(blocked), 0, 0)
    assert account["without_way"]["points"] == blocked[:20]
    assert f"{len(blocked)} points and 0 sites on a barrier" in said


def test_the_limit_is_within_and_places_without_a_start_are_told(tmp_path: Path) -> None:
    friction = np.full((1, 4), 0.01, dtype="float64")
    friction[0, 3] = 0.0
    sites = places(tmp_path / "s.csv", "site_id", {"a": (0, 0), "on": (0, 3), "out": (9, 0)})
    points = places(tmp_path / "p.csv", "point_id", {"same": (0, 0), "far": (0, 2), "out": (0, 50), "on": (0, 3)})
    surface = str(write_tif(tmp_path / "f.tif", friction, EAST, NORTH, CELL, crs="EPSG:32636"))
    asked = ("--engine", "raster", "--friction", surface, "--sites", sites, "--points", points, "--out", str(tmp_path / "m.csv"))
    account = json.loads(run(*asked, "--limit", "2")[0])
    assert pd.read_csv(tmp_path / "m.csv").to_numpy().tolist() == [["same", "a", 0.0], ["far", "a", 2.0]]
    assert [account[f"{name}_{what}"] for name in ("points", "sites") for what in ("outside", "on_barrier")] == [1, 1, 1, 1]
    assert account["without_way"] == {"points": ["out", "on"], "sites": ["on", "out"]}
    run(*asked, "--limit", "1.99")
    assert len(pd.read_csv(tmp_path / "m.csv")) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_does_not_go_together_is_refused_in_words(tmp_path: Path, lang: str) -> None:
    sites, points = (places(tmp_path / f"{name}.csv", f"{name}_id", {"a": (0, 9)}) for name in ("site", "point"))
    surface = str(write_tif(tmp_path / "f.tif", np.ones((1, 4), dtype="float32"), EAST, NORTH, CELL, crs="EPSG:32636"))
    common = ("--sites", sites, "--points", points, "--out", str(tmp_path / "m.csv"), "--lang", lang)
    wrong = [["--engine", "raster"], ["--friction", surface], ["--engine", "x"], ["--engine", "raster", "--friction", surface],
             ["--engine", "raster", "--friction", surface, "--regime", "closed"], ["--engine", "raster", "--friction", sites]]  # fmt: skip
    said = [run(*common, *words, code=BAD_INPUT)[1] for words in wrong]
    assert all(text.strip() and "Traceback" not in text for text in said)
    assert not (tmp_path / "m.csv").exists()


def test_a_cell_in_degrees_is_as_wide_as_in_the_middle_of_the_grid() -> None:
    height, width = (metres := cell_metres(Grid(np.zeros((120, 10), dtype="float32"), "EPSG:4326", 35.0, 33.0, 0.01, 0.01)))[0]
    assert height == pytest.approx(1108.8, abs=1)
    assert width == pytest.approx(1113.2 * math.cos(math.radians(32.4)), abs=2)
    assert 0.005 < metres[1] < 0.01
