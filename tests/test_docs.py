"""What can be used is written down: commands, settings, formats and packs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from data.exports import FORMATS
from geo.model import COUNTRIES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = README + "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each command with its words, those of groups as ``group command``."""
    for name, command in group.commands.items():
        yield f"{before}{name}", command
        yield from commands(command, f"{before}{name} ") if hasattr(command, "commands") else ()


COMMANDS = dict(commands(typer.main.get_command(cli.app)))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_in_the_guides_and_helps_in_sentences(name: str) -> None:
    assert f"cli.py {name}" in GUIDES
    command = COMMANDS[name]
    texts = [command.help, *(parameter.help for parameter in command.params if parameter.name != "help")]
    assert [text for text in texts if not (text and text[0].isupper() and text.rstrip().endswith("."))] == []


def test_every_setting_is_in_the_readme() -> None:
    read = set(re.findall(r'env\.get\("(JIWAR_\w+)"', (ROOT / "settings.py").read_text(encoding="utf-8")))
    assert read
    assert read == set(re.findall(r"`(JIWAR_\w+)`", README))


@pytest.mark.parametrize("word", [*FORMATS, "html"])
def test_every_format_is_in_the_guides(word: str) -> None:
    assert {"gpkg": "geopackage", "xlsx": "excel"}.get(word, word) in GUIDES.lower()


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_pack_is_in_the_guides(country: str) -> None:
    assert country in (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
        broken += [f"{path.relative_to(ROOT)} -> {target}" for target in targets if not (path.parent / target).exists()]
    assert broken == []
