"""Groups of commands: one file each, with a Typer app that ``cli.py`` adds."""
