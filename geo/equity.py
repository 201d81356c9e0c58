"""All measures of how equal access is, by name: what the command and the pages show."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from geo.inequality import concentration_index, erreygers, gini, hoover, palma, palma_of_units, theil, theil_parts, weighted
from geo.welfare import access_poverty, atkinson, kolm_pollak, kolm_pollak_kappa


def all_metrics(
    values: pd.Series,
    population: pd.Series,
    ranking: pd.Series | None = None,
    groups: pd.Series | None = None,
    *,
    eps: float = -1.0,
    aversions: Sequence[float] = (0.5, 1.0),
    line: float | None = None,
    bounds: tuple[float, float] | None = None,
    cuts: tuple[float, float] | None = None,
) -> dict[str, object]:
    """Return all measures by name; those that lack what they need are None.

    Parameters
    ----------
    values, population : as in ``gini``.
    ranking : as in ``concentration_index``; places where it is missing are left out of what needs it, and their people
        are told as ``people_without_ranking``.
    groups : as in ``theil_parts``.
    eps, line, bounds, cuts : as in ``kolm_pollak``, ``access_poverty``, ``erreygers`` and ``palma``.
    aversions : of Atkinson's index.
    """
    x, _, mean = weighted(values, population)
    between, within = theil_parts(values, population, groups) if groups is not None else (math.nan, math.nan)
    out: dict[str, float] = {
        "mean": mean, "gini": gini(values, population), "theil": theil(values, population), "theil_between": between, "theil_within": within,
        "hoover": hoover(values, population), "palma": math.nan, "palma_of_units": math.nan, "concentration_index": math.nan, "erreygers": math.nan,
    }  # fmt: skip
    told: dict[str, object] = {"units": len(x), "population": float(population.sum())}
    if ranking is not None:
        ranked = ranking.reindex(values.index).notna()
        some, people, rank = values[ranked], population.reindex(values.index)[ranked], ranking.reindex(values.index)[ranked]
        if people.sum() > 0:
            out["palma"] = palma(some, people, rank, cuts=cuts)
            out["palma_of_units"] = palma_of_units(some, people, rank)
            out["concentration_index"] = concentration_index(some, people, rank)
            out["erreygers"] = erreygers(some, people, rank, bounds=bounds)
        told |= {"people_without_ranking": float(population.sum() - people.sum()), "erreygers_bounds": "sample" if bounds is None else list(bounds)}
    for power in (0, 1, 2):
        out[f"fgt{power}"] = math.nan if line is None else access_poverty(values, population, line=line, power=power)
    for aversion in aversions:
        out[f"atkinson_{aversion:g}"] = atkinson(values, population, aversion=aversion)
    out |= {"kolm_pollak_ede": kolm_pollak(values, population, eps=eps), "kolm_pollak_kappa": kolm_pollak_kappa(values, population, eps=eps)}
    told |= {"eps": eps, "poverty_line": line}
    return told | {name: value if math.isfinite(value) else None for name, value in out.items()}
