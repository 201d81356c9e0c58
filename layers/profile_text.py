"""How figures and cells of a profile are written: the one way of page, brief and command, so that they never differ."""

from __future__ import annotations

import math

from geo.profile import Figure
from i18n import Translator
from layers.gaps_markup import percent, roughly


def value_text(value: str | float | None, unit: str, tr: Translator) -> str:
    """Write a value with its unit.

    Parameters
    ----------
    value : None is told as not known, never as 0.
    unit : one of ``geo.profile.UNITS``. Minutes are rounded up to whole ones; scores have one decimal; others as in docs/howto/profile.md.
    tr : words.
    """
    if value is None:
        return tr("profile.not_known")
    if isinstance(value, str):
        return value
    if unit == "people":
        return tr.plural("profile.people", int(value))
    if unit == "minutes":
        return tr.plural("gaps.minutes", math.ceil(value))
    if unit == "share":
        return percent(float(value))
    if unit == "percent":
        return f"{value:.1f}%"
    decimals = 0 if unit in ("count", "rank") else 1
    return tr.number(value, decimals)


def number_text(value: str | float | None, unit: str, tr: Translator) -> str:
    """Write a value for a table whose heading says what it counts: people without the word."""
    return tr.number(value) if unit == "people" and isinstance(value, int | float) else value_text(value, unit, tr)


def figure_text(figure: Figure, tr: Translator) -> str:
    """Write the value of a figure with its interval, "rank 2 (1-4)"; estimates of people to three figures, and said to be so."""
    if figure.value is None and figure.unit == "minutes" and figure.low is not None:
        return tr("profile.more_than", minutes=value_text(figure.low, "minutes", tr))
    if figure.value is not None and figure.unit == "people" and figure.status == "estimate":
        return tr("profile.people_roughly", n=roughly(int(figure.value), tr))
    text = value_text(figure.value, figure.unit, tr)
    if figure.value is not None and figure.low is not None and figure.high is not None:
        low, high = (number_text(bound, figure.unit, tr) for bound in (figure.low, figure.high))
        return f"{text} (\u2066{low}-{high}\u2069)"
    return text


def worth_text(figure: Figure, titles: dict[str, str], tr: Translator) -> str:
    """Write what stands beside a figure: year, status, sources and note; empty parts are left out.

    Parameters
    ----------
    figure : of a profile.
    titles : of the sources, by id; an id without one stands for itself.
    tr : words.
    """
    return " · ".join(worth_parts(figure, titles, tr))


def worth_parts(figure: Figure, titles: dict[str, str], tr: Translator, *, sources: bool = True) -> list[str]:
    """Return the parts of ``worth_text``; without the sources where they stand somewhere else."""
    status = tr(f"need.status.{figure.status}") if figure.status else ""
    cited = "; ".join(titles.get(code, code) for code in figure.source_ids) if sources else ""
    year = str(figure.year) if figure.year is not None else ""
    return [part for part in (year, status, cited, figure.note) if part]
