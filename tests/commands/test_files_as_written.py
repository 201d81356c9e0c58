"""However a table is written - order of columns, quotes, line ends, separators, odd ids - the commands give the same numbers for the same ids."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import cli
from geo.measures import MEASURES, measure
from tests.geo.access_support import World, worlds

IDS = (
    "007",
    "7",
    "7.0",
    "NA",
    "nan",
    "None",
    "true",
    "1e5",
    "100000",
    "inf",
    "0x10",
    "-",
    "=1+1",
    "a b",
    "a,b",
    'q"t',
    "two\nlines",
    "בית",
    "قرية",
    "\u200frtl",
    "١٢",
)
"""Ids that a careless reader takes for numbers, for nothing, or for one another."""


@st.composite
def styles(draw: st.DrawFn) -> dict[str, object]:
    return {
        "mark": draw(st.sampled_from(",;\t")), "end": draw(st.sampled_from(["\n", "\r\n"])), "start": draw(st.sampled_from(["", "\ufeff", "\n"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])), "note": draw(st.booleans()), "turn": draw(st.integers(0, 2)), "last": draw(st.booleans()),
    }  # fmt: skip


def text_of(columns: dict[str, list[object]], style: dict[str, object]) -> str:
    names = list(columns)
    turn = int(str(style["turn"])) % len(names)
    names = names[turn:] + names[:turn]
    rows = [[columns[name][i] for name in names] for i in range(len(columns[names[0]]))]
    if style["note"]:
        names, rows = [*names, "note"], [[*row, 'x, "y"; z'] for row in rows]
    out = io.StringIO()
    csv.writer(out, delimiter=str(style["mark"]), lineterminator=str(style["end"]), quoting=style["quoting"]).writerows([names, *rows])  # type: ignore[arg-type]
    text = out.getvalue() if style["last"] else out.getvalue().removesuffix(str(style["end"]))
    return f"{style['start']}{text}"


@pytest.mark.parametrize("method", sorted(set(MEASURES) - {"raam"}))
@given(w=worlds(), ids=st.permutations(IDS), style=styles())
@settings(max_examples=8)
def test_the_way_a_file_is_written_changes_no_number(
    tmp_path_factory: pytest.TempPathFactory, method: str, w: World, ids: list[str], style: dict[str, object]
) -> None:
    folder: Path = tmp_path_factory.mktemp("files")
    point = dict(zip(w.people, ids, strict=False))
    site = dict(zip(w.places, reversed(ids), strict=False))
    tables: dict[str, dict[str, list[object]]] = {
        "points": {"point_id": [point[p] for p in w.people], "population": list(w.people.values())},
        "sites": {"site_id": [site[s] for s in w.places], "supply": list(w.places.values())},
        "minutes": {"point_id": [point[p] for p, _ in w.table], "site_id": [site[s] for _, s in w.table], "minutes": list(w.table.values())},
    }
    words = ["access", "--method", method, "--out", str(folder / "out.csv")]
    for name, columns in tables.items():
        (folder / name).write_bytes(text_of(columns, style).encode())
        words += [f"--{name}", str(folder / name)]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["pairs"] == len(w.table)
    with (folder / "out.csv").open(encoding="utf-8", newline="") as stream:
        found = {row["point_id"]: float(row["value"]) for row in csv.DictReader(stream)}
    expected = measure(method, w.population, w.supply, w.minutes)
    assert list(found) == [point[p] for p in w.people]
    assert list(found.values()) == pytest.approx(list(expected), rel=1e-9)
