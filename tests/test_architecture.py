"""The import rule: pages, commands and routes stand on jobs, those on layers and data, those on geo; nothing calls upward."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEAVES = {"i18n", "settings"}
BELOW = {"geo", "layers", "data", "jobs", *LEAVES}
FRONT = {"routes", "pages", "main"}
MAY_IMPORT: dict[str, set[str]] = {
    "geo": set(),
    "i18n": set(),
    "settings": set(),
    "layers": {"geo", "i18n"},
    "data": {"geo", "settings"},
    "jobs": {"geo", "layers", "data", *LEAVES},
    "routes": BELOW,
    "pages": BELOW | FRONT,
    "main": BELOW | FRONT,
    "commands": BELOW,
    "cli": BELOW | {"commands"},
    "app": BELOW | FRONT,
}
"""Part to the other parts that it may import; the doors to the browser know each other."""


def files(part: str) -> list[Path]:
    single = ROOT / f"{part}.py"
    return [single] if single.exists() else sorted((ROOT / part).rglob("*.py"))


def imported(tree: ast.Module, package: tuple[str, ...] = ()) -> set[str]:
    """Return the first segment of every module that the code imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(package[0] if node.level and package else (node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_nothing_imports_what_stands_above_or_beside_it(part: str) -> None:
    wrong = []
    for path in files(part):
        names = imported(ast.parse(path.read_text("utf-8")), path.relative_to(ROOT).parts[:-1])
        wrong += [f"{path.relative_to(ROOT)} imports {name}" for name in sorted(names & {*MAY_IMPORT, "tests", "bench"} - {part} - MAY_IMPORT[part])]
    assert wrong == []


def test_every_part_of_the_project_has_its_rule() -> None:
    ours = {path.name.removesuffix(".py") for path in ROOT.iterdir() if path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))}
    ours = {name for name in ours if not name.startswith(".") and name not in {"tests", "bench", "docs", "var", "venv", "build"}}
    assert ours - set(MAY_IMPORT) == set()


@pytest.mark.parametrize(
    "code",
    [
        "import data.store",
        "from data import store",
        "def f():\n    from data.store import Store",
        "if x:\n    import data",
        "import numpy, data as d",
    ],
)
def test_an_import_is_found_wherever_it_stands(code: str) -> None:
    assert "data" in imported(ast.parse(code))


def test_a_relative_import_stays_in_its_part() -> None:
    assert imported(ast.parse("from . import x"), ("geo",)) == {"geo"}


def test_the_core_needs_neither_streamlit_nor_folium_nor_a_database() -> None:
    outside = {"streamlit", "folium", "branca", "sqlalchemy", "streamlit_folium", "requests", "sqlite3"}
    assert [str(path) for path in files("geo") if imported(ast.parse(path.read_text("utf-8"))) & outside] == []
