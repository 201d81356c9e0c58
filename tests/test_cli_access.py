"""``cli.py access``, ``capacity`` and ``equity``: golden numbers from files, the summaries, and what bad files meet."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from geo.measures import MEASURES
from i18n import LANGUAGES
from tests.geo.access_support import World, bh5, golden, hospital, world

ARABIC = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")


def write(path: Path, header: str, rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header.split(","), *rows])
    return path


def files(folder: Path, w: World, *, third: str = "supply") -> list[str]:
    """Write a world and return the options that name its files."""
    points = write(folder / "points.csv", "point_id,population", list(w.people.items()))
    sites = write(folder / "sites.csv", f"site_id,{third}", list(w.places.items()))
    minutes = write(folder / "minutes.csv", "point_id,site_id,minutes", [(p, s, t) for (p, s), t in w.table.items()])
    return ["--points", str(points), "--sites", str(sites), "--minutes", str(minutes), "--out", str(folder / "out.csv")]


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.output


def told(*words: str) -> dict[str, Any]:
    output = run(*words)
    assert output.count("\n") == 1
    found: dict[str, Any] = json.loads(output)
    return found


def values(folder: Path, column: str = "value") -> list[float]:
    with (folder / "out.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["point_id", column]
    return [float(row[column]) for row in rows]


# --- golden numbers ---------------------------------------------------------------------------------------------------


def test_access_gives_the_golden_numbers(tmp_path: Path) -> None:
    g, of = golden("bh5"), files(tmp_path, bh5())
    told("access", *of, "--method", "2sfca", "--limit", "45")
    assert [round(v, 4) for v in values(tmp_path)] == g["tsfca_T45"]
    told("access", *of, "--method", "bfca", "--limit", "45")
    assert [round(v, 4) for v in values(tmp_path)] == g["bfca_T45"]
    g, of = golden("pysal_hospital"), files(tmp_path, hospital())
    for method, options, expected in (
        ("2sfca", ["--limit", "61", "--decay", "power:1"], g["tsfca"]),
        ("2sfca", ["--limit", "61"], g["binary61"]),
        ("e2sfca", ["--limit", "61"], g["e2_default"]),
        ("3sfca", ["--limit", "61", "--decay", "power:1"], [0.156332, 0.406293, 9.905212]),
        ("3sfca", ["--limit", "61", "--decay", "power:1", "--pysal-compat"], g["pysal_3sfca"]),
        ("raam", ["--pysal-compat"], g["raam_tau60"]),
    ):
        told("access", *of, "--method", method, *options)
        assert values(tmp_path) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("case", "ABCD")
@pytest.mark.parametrize("optimal", [[], ["--optimal"]])
def test_capacity_gives_the_golden_numbers(tmp_path: Path, case: str, optimal: list[str]) -> None:
    g = golden("accessmod_cases")[case]
    zones = [b - a for a, b in zip([0, *g["cum"]], g["cum"], strict=False)]
    of = files(tmp_path, world(zones, [g["cap"]], [[i + 1.0] for i in range(5)]), third="capacity")
    summary = told("capacity", *of, "--limit", "60", *optimal)
    assert sum(values(tmp_path, "served")) == pytest.approx(g["served"])
    assert summary["served"] == pytest.approx(g["served"])
    assert summary["unused"] == {"s0": pytest.approx(g["residual_cap"])}


def test_equity_gives_the_golden_numbers(tmp_path: Path) -> None:
    g = golden("bh5")
    income = ["" if v is None else v for v in g["income"]]
    file = write(tmp_path / "v.csv", "unit,value,population,ranking", list(zip(g["ids"], g["access30"], g["pop"], income, strict=True)))
    found = told("equity", "--values", str(file), "--line", "100000", "--palma-cuts", "1000,3000", "--out", "-")
    expected = {"gini": g["gini"], "concentration_index": g["ci"], "erreygers": g["ci_erreygers_sample_bounds"], "palma": g["palma"],
                "fgt0": g["fgt_100000"][0], "fgt1": g["fgt_100000"][1], "fgt2": g["fgt_100000"][2]}  # fmt: skip
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=5e-5)
    kp = golden("kp_toy")
    file = write(tmp_path / "v.csv", "unit,value,population", [(i, v, 1) for i, v in enumerate(kp["a"])])
    assert told("equity", "--values", str(file), "--eps", "-1")["kolm_pollak_ede"] == pytest.approx(kp["ede"])
    at = golden("atkinson")
    file = write(tmp_path / "v.csv", "unit,value,population", [(i, v, 1) for i, v in enumerate(at["x"])])
    found = told("equity", "--values", str(file), "--out", str(tmp_path / "e.json"))
    assert (found["atkinson_1"], found["atkinson_0.5"]) == (pytest.approx(at["eps1"], abs=1e-7), pytest.approx(at["eps05"], abs=1e-5))
    assert found["concentration_index"] is None
    assert json.loads((tmp_path / "e.json").read_text("utf-8")) == found


# --- what is written and told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", sorted(MEASURES))
def test_every_method_runs_on_the_same_files(tmp_path: Path, method: str) -> None:
    of = files(tmp_path, world([100, 0, 20], [10, 0], [[5, None], [46, 45.5], [None, None]]))
    summary = told("access", *of, "--method", method, "--limit", "45", "--decay", "exp:0.1")
    assert (summary["method"], summary["limit"], summary["points"], summary["points_without_route"]) == (method, 45, 3, 1)
    assert summary["people_without_route"] == 20
    assert len(values(tmp_path)) == 3
    assert values(tmp_path)[2] == (math.inf if method in {"nearest", "raam"} else 0)


@pytest.mark.parametrize(
    ("method", "given"), [("2sfca", 14), ("e2sfca", 14), ("3sfca", 14), ("availability", 14), ("m2sfca", 10 + 4 * 0.68), ("bfca", None)]
)
def test_the_summary_says_what_became_of_the_supply(tmp_path: Path, method: str, given: float | None) -> None:
    of = files(tmp_path, world([100, 0, 50], [10, 4, 7, 9], [[5, None, 70, None], [None, None, 5, 9], [None, 15, None, None]]))
    summary = told("access", *of, "--method", method, "--limit", "60")
    assert (summary["supply"], summary["supply_in_reach"], summary["sites_without_people"]) == (30, 14, 2)
    assert summary.get("supply_given") == (None if given is None else pytest.approx(given))
    assert "supply_in_reach" not in told("access", *of, "--method", "gravity")


@pytest.mark.parametrize(("options", "effective"), [
    (["e2sfca", "--limit", "45"], 30), (["e2sfca", "--limit", "20"], 20), (["2sfca", "--limit", "45"], 45), (["gravity"], None),
    (["gravity", "--decay", "linear:50"], 50), (["coverage", "--limit", "45", "--decay", "steps:10=1"], 45),
])  # fmt: skip
def test_the_summary_says_where_the_weights_end(tmp_path: Path, options: list[str], effective: float | None) -> None:
    of = files(tmp_path, world([10], [5], [[40]]))
    assert told("access", *of, "--method", *options)["effective_limit"] == effective


@pytest.mark.parametrize("optimal", [[], ["--optimal"]])
def test_served_people_and_unused_capacity_sum_to_the_capacity(tmp_path: Path, optimal: list[str]) -> None:
    of = files(tmp_path, world([10, 7], [5, 30, 2], [[40, 3, None], [2, None, None]]), third="capacity")
    summary = told("capacity", *of, "--limit", "60", *optimal)
    assert summary["capacity"] == 37
    assert summary["served"] + sum(summary["unused"].values()) == pytest.approx(37)


def test_points_keep_the_order_of_the_file_and_other_columns_are_told(tmp_path: Path) -> None:
    w = world([1, 2, 3], [6], [[1.0], [2.0], [3.0]])
    of = files(tmp_path, w)
    write(tmp_path / "points.csv", "name,population,point_id", [("c", 3, "p2"), ("a", 1, "p0"), ("b", 2, "p1")])
    assert told("access", *of, "--method", "availability")["ignored_columns"] == ["name"]
    assert [row.split(",")[0] for row in (tmp_path / "out.csv").read_text().split()[1:]] == ["p2", "p0", "p1"]
    assert sum(values(tmp_path)) == pytest.approx(6)


def test_arabic_digits_and_empty_lines_are_read(tmp_path: Path) -> None:
    w = world([1200.5, 30], [40, 2], [[5.25, 10.0], [30.0, None]])
    of = files(tmp_path, w)
    told("access", *of, "--method", "gravity")
    western = values(tmp_path)
    for name in ("points", "sites", "minutes"):
        file = tmp_path / f"{name}.csv"
        header, *rows = file.read_text("utf-8").splitlines()
        ids = "," if name != "minutes" else None
        arabic = [row.rpartition(",")[0] + "," + row.rpartition(",")[2].translate(ARABIC) for row in rows] if ids or rows else rows
        file.write_text("\ufeff" + "\r\n".join([header, "", *arabic, "", ""]), encoding="utf-8")
    told("access", *of, "--method", "gravity")
    assert values(tmp_path) == western


def test_capacity_in_the_order_of_a_column_or_of_the_table(tmp_path: Path) -> None:
    w = world([10, 10], [10, 10], [[1.0, 2.0], [3.0, None]])
    of = files(tmp_path, w, third="capacity")
    first = told("capacity", *of)
    write(tmp_path / "sites.csv", "site_id,capacity,order", [("s0", 10, 2), ("s1", "10", 1)])
    second = told("capacity", *of)
    assert (first["served"], second["served"]) == (10, 20)
    assert second["unused"] == {"s0": 0, "s1": 0}
    write(tmp_path / "sites.csv", "site_id,capacity", [("s0", 10), ("s1", 10)])
    best = told("capacity", *of, "--optimal")
    assert (best["served"], best["served_in_order"], best["gain_over_order"], best["in_reach"]) == (20, 10, 10, 20)
    write(tmp_path / "sites.csv", "site_id,capacity", [("s0", "inf"), ("s1", 0)])
    assert told("capacity", *of, "--optimal")["unused"] == {"s0": None, "s1": 0}


def test_the_table_can_go_to_standard_output(tmp_path: Path) -> None:
    of = files(tmp_path, world([1], [2], [[3.0]]))
    result = CliRunner().invoke(cli.app, ["access", *of[:-1], "-", "--method", "nearest"])
    assert result.stdout == "point_id,value\np0,3.0\n"
    assert json.loads(result.stderr)["method"] == "nearest"


# --- bad input --------------------------------------------------------------------------------------------------------

GOOD = {"points": "point_id,population\na,1\nb,2\n", "sites": "site_id,supply\ns,5\n", "minutes": "point_id,site_id,minutes\na,s,10\n"}
BAD = [
    ("points", "point_id,people\na,1\n", "1", "population"),
    ("points", "point_id,population\na,1\na,2\n", "3", "point_id"),
    ("points", "point_id,population\na,1\nb,many\n", "3", "population"),
    ("points", "point_id,population\na,1\nb,-2\n", "3", "population"),
    ("points", "point_id,population\na,1\nb,\n", "3", "population"),
    ("points", "point_id,population\na,1\nb,1e999\n", "3", "population"),
    ("points", "point_id,population\na,1\nb,2,3\n", "3", ""),
    ("points", "point_id,population\na,1\n,2\n", "3", "point_id"),
    ("sites", "site_id,supply\ns,-5\n", "2", "supply"),
    ("sites", "site_id,supply\ns,1,200\n", "2", ""),
    ("sites", 'site_id,supply\ns,"1,200"\n', "2", "supply"),
    ("minutes", "point_id,site_id,minutes\na,s,10\nz,s,10\n", "3", "point_id"),
    ("minutes", "point_id,site_id,minutes\na,s,10\na,z,10\n", "3", "site_id"),
    ("minutes", "point_id,site_id,minutes\na,s,-1\n", "2", "minutes"),
    ("minutes", "point_id,site_id,minutes\na,s,nan\n", "2", "minutes"),
    ("minutes", "point_id,site_id,minutes\na,s,10\n\na,s,11\n", "4", "site_id"),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("file", "text", "row", "column"), BAD)
def test_bad_cells_are_told_with_row_and_column_and_nothing_is_written(
    tmp_path: Path, lang: str, file: str, text: str, row: str, column: str
) -> None:
    for name, good in GOOD.items():
        (tmp_path / f"{name}.csv").write_text(text if name == file else good, encoding="utf-8")
    of = [word for name in GOOD for word in (f"--{name}", str(tmp_path / f"{name}.csv"))]
    result = CliRunner().invoke(cli.app, ["access", *of, "--method", "2sfca", "--limit", "30", "--out", str(tmp_path / "out.csv"), "--lang", lang])
    assert result.exit_code == BAD_INPUT
    assert result.stdout == ""
    line = next(line for line in result.stderr.splitlines() if f"{file}.csv" in line)
    assert row in line
    assert column in line
    assert "Traceback" not in result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"points.csv", "sites.csv", "minutes.csv"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("options", [
    ["--method", "4sfca"], ["--method", "2sfca", "--decay", "exp:-1"], ["--method", "2sfca", "--limit", "-1"], ["--method", "2sfca", "--limit", "nan"],
    ["--method", "raam", "--tau", "0"],
])  # fmt: skip
def test_bad_options_are_told(tmp_path: Path, lang: str, options: list[str]) -> None:
    of = files(tmp_path, world([1], [2], [[3.0]]))
    assert "Traceback" not in run("access", *of, *options, "--lang", lang, code=BAD_INPUT)
    assert not (tmp_path / "out.csv").exists()


def test_a_capacity_that_is_not_known_is_neither_none_nor_endless(tmp_path: Path) -> None:
    of = files(tmp_path, world([1], [2], [[3.0]]), third="capacity")
    write(tmp_path / "sites.csv", "site_id,capacity", [("s0", "")])
    assert "unknown is neither" in run("capacity", *of, "--lang", "en", code=BAD_INPUT)
    run("capacity", *of, "--limit", "-3", code=BAD_INPUT)


def test_many_bad_cells_are_counted(tmp_path: Path) -> None:
    of = files(tmp_path, world([1], [2], [[3.0]]))
    write(tmp_path / "minutes.csv", "point_id,site_id,minutes", [("p0", f"x{i}", 1) for i in range(50)])
    assert "More cells that cannot be used: 30." in run("access", *of, "--method", "nearest", "--lang", "en", code=BAD_INPUT)


@pytest.mark.parametrize(
    "options", [["--bounds", "1"], ["--bounds", "a,b"], ["--bounds", "0,inf"], ["--bounds", "4,9"], ["--line", "0"], ["--eps", "nan"]]
)
def test_bad_options_of_equity(tmp_path: Path, options: list[str]) -> None:
    file = write(tmp_path / "v.csv", "unit,value,population,ranking", [("a", 1, 1, 1), ("b", 2, 1, 2)])
    run("equity", "--values", str(file), *options, code=BAD_INPUT)


def test_a_file_or_a_folder_that_is_not_there(tmp_path: Path) -> None:
    of = files(tmp_path, world([1], [2], [[3.0]]))
    run("access", *of, "--method", "nearest", "--points", str(tmp_path / "none.csv"), code=BAD_INPUT)
    run("access", *of, "--method", "nearest", "--out", str(tmp_path / "none" / "out.csv"), code=BAD_INPUT)
    run("access", *of, "--method", "nearest", "--out", str(tmp_path / "points.csv" / "out.csv"), code=BAD_INPUT)
    (tmp_path / "sites.csv").write_bytes("site_id,supply\nעזרה,5\n".encode("cp1255"))
    run("access", *of, "--method", "nearest", code=BAD_INPUT)
