"""The maps of the Need page: governorates by score on fixed classes, or by need and minutes together."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from geo.bivariate import MINUTES_CUTS, NEED_CUTS, SIDE
from i18n import Translator
from layers.explore import Legend
from layers.palette import NEED_CLASSES

SCORE_CUTS = (2.0, 4.0, 6.0, 8.0)
"""Cut points of the five classes of a score of 0-10: the same for every country, method and year."""
BIVARIATE = ("#e8e8e8", "#ace4e4", "#5ac8c8", "#dfb0d6", "#a5add3", "#5698b9", "#be64ac", "#8c62aa", "#3b4994")
"""Class of ``geo.bivariate`` to colour, after Stevens 2015: more pink is more need, more blue more minutes."""


def score_layer(scores: pd.Series, about: Legend, tr: Translator) -> tuple[dict[str, int], Legend, dict[str, str]]:
    """Return each area's class, the legend, and what is said of an area that is pointed at; an area without a score is in no class.

    Parameters
    ----------
    scores : 0-10 by ``area_id``; NaN where there is none.
    about : year, source and status of the legend.
    tr : words.
    """
    known = scores.dropna()
    classes = {str(area): int(number) for area, number in zip(known.index, np.searchsorted(SCORE_CUTS, known, side="left"), strict=True)}
    bounds = (0.0, *SCORE_CUTS, 10.0)
    labels = tuple(tr("needs.range", low=f"{low:g}", high=f"{high:g}") for low, high in pairwise(bounds))
    tips = {str(area): tr("needs.score_of", score=f"{score:.1f}") for area, score in known.items()}
    legend = Legend(tr("needs.score"), tr("needs.score_unit"), about.year, about.source, about.status, labels, NEED_CLASSES)
    return classes, legend, tips


def both_layer(table: pd.DataFrame, about: Legend, tr: Translator) -> tuple[dict[str, int], Legend, dict[str, str]]:
    """Return the same for need and minutes together.

    Parameters
    ----------
    table : index ``area_id``; ``score``, ``median`` and ``class``.
    """
    known = table[table["class"].notna()]
    classes = {str(area): int(number) for area, number in known["class"].items()}
    labels = tuple(both_words(number, tr) for number in range(SIDE * SIDE))
    tips = {
        str(area): f"{tr('needs.score_of', score=f'{score:.1f}')} · {minutes_words(float(minutes), tr)}"
        for area, score, minutes in zip(known.index, known["score"], known["median"], strict=True)
    }
    return classes, Legend(tr("needs.both"), "", about.year, about.source, about.status, labels, BIVARIATE), tips


def both_words(number: int, tr: Translator) -> str:
    """Return the words of a class of need and minutes."""
    return tr("needs.both_class", need=need_words(number // SIDE, tr), minutes=band_words(number % SIDE, tr))


def need_words(part: int, tr: Translator) -> str:
    """Return the words of a class of need: low, middle, high."""
    return tr(f"needs.third.{part}")


def band_words(part: int, tr: Translator) -> str:
    """Return the words of a class of minutes."""
    near, far = (round(cut) for cut in MINUTES_CUTS)
    words = (tr.plural("needs.upto", near), tr("needs.between", low=near, high=far), tr.plural("needs.over", far))
    return words[part]


def minutes_words(minutes: float, tr: Translator, *, farthest: int = 120) -> str:
    """Return minutes in words; those without end as over the farthest."""
    if np.isnan(minutes):
        return tr("needs.not_known")
    return tr.plural("needs.over", farthest) if np.isinf(minutes) else tr.plural("gaps.minutes", int(np.ceil(minutes)))


def cuts_note(tr: Translator) -> str:
    """Return the cut points in a sentence."""
    near, far = (round(cut) for cut in MINUTES_CUTS)
    return tr("needs.both_note", low=f"{NEED_CUTS[0]:.1f}", high=f"{NEED_CUTS[1]:.1f}", near=near, far=far)
