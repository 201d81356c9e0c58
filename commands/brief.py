"""``cli.py brief``: briefs of governorates as files: a printed page, a workbook, a GeoPackage, a stand-alone file, a list of who does what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.common import one_line, told, words, write_whole
from commands.profile import inputs_of, opened


def brief(
    area: Annotated[list[str] | None, typer.Argument(help="Governorates or districts, by their codes, e.g. PS0150.")] = None,
    *,
    out: Annotated[Path, typer.Option("--out", help="The folder for the files; it is made if it is not there.")],
    every: Annotated[bool, typer.Option("--all", help="All governorates and districts of all countries.")] = False,
    lang: Annotated[list[str] | None, typer.Option("--lang", help="Language of the briefs: ar, he or en. May be given more than once.")] = None,
    file_format: Annotated[
        list[str] | None, typer.Option("--format", help="One of pdf, xlsx, gpkg, html or csv; pdf when it is not given. May be given more than once.")
    ] = None,
    snapshot: Annotated[
        int | None, typer.Option(help="Number of a kept snapshot, as `snapshots list` prints it: its figures instead of those of now.")
    ] = None,
) -> None:
    """Write briefs; the same data gives the same files. One line of JSON tells how many there are and how long they took."""
    from time import perf_counter

    from data.kept import KeptRecords
    from geo.errors import InputError
    from i18n import LANGUAGES, translator
    from jobs.briefs import FORMATS, brief_name, make_brief
    from jobs.briefs_kept import kept_profile, kept_registry, kept_work
    from jobs.profile import make_profile
    from jobs.snapshots import open_snapshot

    languages = list(dict.fromkeys(lang or [words("").lang]))
    formats = list(dict.fromkeys(file_format or ["pdf"]))
    tr = words(languages[0])
    with told(tr):
        unknown = [("lang", code) for code in languages if code not in LANGUAGES] + [("format", code) for code in formats if code not in FORMATS]
        if unknown:
            raise InputError("cli.unknown_code", option=unknown[0][0], value=unknown[0][1])
        store, registry = opened()
        kept = None
        if snapshot is not None:
            kept = open_snapshot(KeptRecords(store), snapshot)
            every_area = list(dict.fromkeys(kept.figures["area_id"]))
        else:
            every_area = [str(code) for code in registry.governorates.index]
        areas = every_area if every else list(dict.fromkeys(area or ()))
        if not areas:
            raise InputError("brief.nothing")
        for code in areas:
            if code not in registry.governorates.index:
                raise InputError("profile.area", value=code[:40])
        _make_folder(out)
        started = perf_counter()
        inputs = {}
        shown = registry if kept is None else kept_registry(registry, kept)
        for country in dict.fromkeys(str(registry.governorates["country"][code]) for code in areas if kept is None):
            inputs[country] = inputs_of(store, registry, country)
        prepared = perf_counter()
        written, took = 0, dict.fromkeys(formats, 0.0)
        jobs = [(code, language) for code in areas for language in languages]
        with typer.progressbar(jobs, label=tr("brief.working"), file=sys.stderr) as bar:
            for code, language in bar:
                own = translator(language)
                if kept is None:
                    profile, work = make_profile(registry, inputs[str(registry.governorates["country"][code])], code, own), None
                else:
                    profile, work = kept_profile(registry, kept, code, own), kept_work(registry, kept, code, own)
                for name in formats:
                    begun = perf_counter()
                    write_whole(out / brief_name(shown, profile, name), make_brief(shown, profile, name, own, work))
                    took[name] += perf_counter() - begun
                    written += 1
        seconds = perf_counter() - started
        print(one_line({
            "briefs": len(jobs), "files": written, "edition": shown.edition, "out": str(out), "seconds": round(seconds, 2),
            "seconds_of_preparing": round(prepared - started, 2), "seconds_per_brief": round((seconds - (prepared - started)) / len(jobs), 3),
            "seconds_per_file": {name: round(total / len(jobs), 3) for name, total in took.items()},
        }))  # fmt: skip


def _make_folder(folder: Path) -> None:
    """Make the folder for the files.

    Raises
    ------
    InputError : ``cli.cannot_write``.
    """
    from geo.errors import InputError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("cli.cannot_write", file=str(folder), reason=error.strerror or "") from error
