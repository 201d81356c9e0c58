"""``cli.py scenarios``: days that people describe themselves, by what is closed, open or delayed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Lang, one_line, printable, told, words
from commands.roads import AsJson

if TYPE_CHECKING:
    from data.roads.scenarios import Scenario
    from i18n import Translator

scenarios = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Name days of movement by the obstacles that are closed, open or delayed on them."
)
Name = Annotated[str, typer.Argument(help="Name of the scenario; it can then stand wherever usual, bad or closed can.")]


@scenarios.command(name="add")
def add_scenario_command(
    name: Name,
    edit: Annotated[list[str], typer.Option("--edit", help="OBSTACLE_ID=closed, =open or =delay:MINUTES. May be given more than once.")],
    on: Annotated[str, typer.Option("--on", help="The kind of day that it changes: usual, bad or closed.")] = "usual",
    *,
    as_json: AsJson = False,
    lang: Lang = "",
) -> None:
    """Keep a scenario, in place of one of the same name."""
    from data.roads.scenarios import keep_scenario, scenario_of
    from jobs.scenarios import unknown_edits
    from settings import Settings

    tr = words(lang)
    with told(tr):
        data_dir = Settings.from_env().data_dir
        one = scenario_of(name, edit, on)
        keep_scenario(data_dir, one)
        _tell(one, tr, as_json=as_json)
        if lost := unknown_edits(one, data_dir):
            print(printable(tr("scenarios.not_loaded", obstacles=", ".join(lost))), file=sys.stderr)


@scenarios.command(name="list")
def list_scenarios_command(*, as_json: AsJson = False, lang: Lang = "") -> None:
    """List the scenarios that are kept, with what they change."""
    from data.roads.scenarios import scenarios as kept
    from settings import Settings

    tr = words(lang)
    with told(tr):
        found = kept(Settings.from_env().data_dir)
        for one in found:
            _tell(one, tr, as_json=as_json)
        if not found and not as_json:
            print(tr("scenarios.none"))


@scenarios.command(name="remove")
def remove_scenario_command(name: Name, *, as_json: AsJson = False, lang: Lang = "") -> None:
    """Remove a scenario."""
    from data.roads.scenarios import remove_scenario
    from settings import Settings

    tr = words(lang)
    with told(tr):
        one = remove_scenario(Settings.from_env().data_dir, name)
        if as_json:
            _tell(one, tr, as_json=True)
        else:
            print(tr("scenarios.removed", name=one.name))


def _tell(one: Scenario, tr: Translator, *, as_json: bool) -> None:
    from dataclasses import asdict

    edits = ", ".join(f"{obstacle}={change}" for obstacle, change in one.edits.items())
    print(one_line(asdict(one)) if as_json else printable(tr("scenarios.line", name=one.name, regime=tr(f"travel.regime.{one.regime}"), edits=edits)))
