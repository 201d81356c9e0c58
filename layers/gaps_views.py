"""What else the map of the gap ledger can show: the difference of two days, and how surely people come to an open site."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd

from i18n import Translator
from layers.explore import Legend
from layers.gaps import NOWHERE, SHAPES, SHARES, Mark, shares
from layers.palette import NEED_CLASSES

DIFFERENCE_CUTS = (-0.25, -0.05, -0.005, 0.005, 0.05, 0.25)
"""Cut points of the seven classes of a difference of shares, centred on zero: the same for every service and every two days."""
DIFFERENCE_COLOURS = ("#542788", "#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806")
"""From fewer to more people without a place, ColorBrewer PuOr."""
CHANCE_COLOURS = tuple(reversed(NEED_CLASSES))
REACH_COLOURS = ("#49006a", "#ae017e", "#dd3497", "#f768a1")
"""Outlines of areas of reach, the shortest limit first: ColorBrewer RdPu, which no share, state, difference or choice has."""
MORE, FEWER, SAME, UNKNOWN = range(4)
_SAME_COLOUR = "#a8a8a1"


def signed(value: int, tr: Translator) -> str:
    """Write a difference with its sign, left to right in every language."""
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"\u2066{sign}{tr.number(abs(value))}\u2069"


def difference_layer(before: pd.DataFrame, after: pd.DataFrame, measure: str, about: Legend, tr: Translator) -> tuple[dict[str, int], Legend]:
    """Return each governorate's class of the difference, and the legend.

    Parameters
    ----------
    before, after : rows of the two ledgers, index ``area_id``; the need is that of both.
    measure : whose share is compared, one of ``layers.gaps.MEASURES``.
    about : unit, year, source and status of the legend.

    Returns
    -------
    A governorate is in no class, and is hatched, where its need is not known or nobody is in need, and where on either day for more than
    half of its people nobody knows, unless that is the very measure.
    """
    classes = {}
    for (area_id, row), (_, other) in zip(before.iterrows(), after.reindex(before.index).iterrows(), strict=True):
        first, second = shares(row), shares(other)
        if first is None or second is None or (measure != "unknown" and max(first["unknown"], second["unknown"]) > 0.5):
            continue
        classes[str(area_id)] = _difference_class(second[measure] - first[measure])
    bounds = [-100.0, *(100 * cut for cut in DIFFERENCE_CUTS), 100.0]
    labels = [tr("gaps.change_range", low=_points(low), high=_points(high)) for low, high in itertools.pairwise(bounds)]
    labels[len(labels) // 2] = tr("gaps.change.same")
    colours = tuple(reversed(DIFFERENCE_COLOURS)) if measure == "served" else DIFFERENCE_COLOURS
    title = tr("gaps.change_title", measure=tr(f"gaps.measure.{measure}"))
    return classes, replace(about, title=title, unit=tr("gaps.change_unit"), labels=tuple(labels), colours=colours)


def _difference_class(change: float) -> int:
    """Return the class; the two halves mirror each other, so that a gain and a loss of one size are equally dark."""
    if change < 0:
        return len(DIFFERENCE_CUTS) - _difference_class(-change)
    return int(np.searchsorted(DIFFERENCE_CUTS, change, side="right"))


def _points(value: float) -> str:
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"\u2066{sign}{abs(value):g}\u2069"


def difference_marks(measure: str, tr: Translator) -> tuple[Mark, ...]:
    """Return the marks of ``difference_signs``."""
    bad, good = DIFFERENCE_COLOURS[-1], DIFFERENCE_COLOURS[0]
    more, fewer = (good, bad) if measure == "served" else (bad, good)
    return (
        Mark(tr("gaps.change.more"), more, SHAPES["triangle"]), Mark(tr("gaps.change.fewer"), fewer, SHAPES["square"]),
        Mark(tr("gaps.change.same"), _SAME_COLOUR, SHAPES["dot"]), Mark(tr("gaps.part.unknown"), _SAME_COLOUR, SHAPES["hollow"]),
    )  # fmt: skip


def difference_signs(before: pd.DataFrame, after: pd.DataFrame, shown: np.ndarray, measure: str) -> str:
    """Return one sign a point: whether more or fewer people there are what is measured.

    Parameters
    ----------
    before, after : points of the two ledgers, in one order. shown : one truth value a point; others have no mark.
    """
    need = before["need"].to_numpy(dtype=float, na_value=0.0)
    drawn = shown & (need > 0)
    wanted = {"without": ["full", "out_of_reach", "excluded"], "unknown": ["unknown"], "served": ["served"]}[measure]
    first, second = (frame[wanted].to_numpy(dtype=float, na_value=0.0).sum(axis=1) for frame in (before, after))
    unknown = np.maximum(*(frame["unknown"].to_numpy(dtype=float, na_value=0.0) for frame in (before, after)))
    sign = np.where(second > first, MORE, np.where(second < first, FEWER, SAME))
    if measure != "unknown":
        sign = np.where(2 * unknown > need, UNKNOWN, sign)
    return "".join(str(one) if on else NOWHERE for one, on in zip(sign, drawn, strict=True))


def chance_layer(areas: pd.DataFrame, about: Legend, tr: Translator) -> tuple[dict[str, int], Legend]:
    """Return each governorate's class of the mean probability over its people, and the legend.

    Parameters
    ----------
    areas : index ``area_id``; need, ``off`` (people of whom nobody knows) and probability, NaN where nobody is known.

    Returns
    -------
    A governorate is in no class, and is hatched, where the probability is not known, and where more than half of its people stand off the roads.
    """
    known = areas[areas["probability"].notna() & (2 * areas["off"] <= areas["need"])]
    classes = {str(area): int(np.searchsorted(SHARES, probability, side="right")) for area, probability in known["probability"].items()}
    title = tr("gaps.measure.chance")
    return classes, replace(about, title=title, unit=tr("gaps.chance_unit"), labels=_chance_labels(tr), colours=CHANCE_COLOURS)


def chance_marks(tr: Translator) -> tuple[Mark, ...]:
    """Return the marks of ``chance_signs``: the five classes, and nobody knows."""
    marks = [Mark(label, colour, SHAPES["outlined"]) for label, colour in zip(_chance_labels(tr), CHANCE_COLOURS, strict=True)]
    return (*marks, Mark(tr("gaps.part.unknown"), _SAME_COLOUR, SHAPES["hollow"]))


def chance_signs(points: pd.DataFrame, order: pd.Index, shown: np.ndarray) -> str:
    """Return one sign a point.

    Parameters
    ----------
    points : index ``point_id``; need and probability. order : the points of the map. shown : one truth value for each of these.
    """
    there = points.reindex(order)
    drawn = shown & (there["need"].to_numpy(dtype=float, na_value=0.0) > 0)
    probability = there["probability"].to_numpy(dtype=float, na_value=np.nan)
    sign = np.where(np.isnan(probability), len(CHANCE_COLOURS), np.searchsorted(SHARES, probability, side="right"))
    return "".join(str(one) if on else NOWHERE for one, on in zip(sign, drawn, strict=True))


def _chance_labels(tr: Translator) -> tuple[str, ...]:
    bounds = [0, *(round(100 * cut) for cut in SHARES), 100]
    return tuple(tr("gaps.share_range", low=low, high=high) for low, high in itertools.pairwise(bounds))
