"""How well people are off together when those who have least count more: access poverty, Atkinson, Kolm-Pollak."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.inequality import weighted


def access_poverty(values: pd.Series, population: pd.Series, *, line: float, power: float = 0) -> float:
    """Return the Foster-Greer-Thorbecke index below a floor, sum p ((z - x) / z)^a over x < z.

    Parameters
    ----------
    values, population : as in ``gini``.
    line : z, the least that a person should have, > 0; who has exactly that is not poor.
    power : a: 0 the share of the poor, 1 how far below the line people are, 2 the same with the poorest counting more.

    Source: Foster, Greer & Thorbecke 1984, doi:10.2307/1913475.
    """
    if not (line > 0 and math.isfinite(line)):
        raise InputError("access.line", value=line)
    x, p, _ = weighted(values, population)
    poor = x < line
    return float((p[poor] * ((line - x[poor]) / line) ** power).sum()) if p.sum() > 0 else math.nan


def atkinson(values: pd.Series, population: pd.Series, *, aversion: float = 1.0) -> float:
    """Return Atkinson's index, 1 - EDE / mean with EDE = (sum p x^(1-e))^(1/(1-e)), at e = 1 the geometric mean.

    Parameters
    ----------
    values, population : as in ``gini``.
    aversion : e > 0; the higher, the more those count who have little. From 1 on a single 0 makes it 1.

    Source: Atkinson 1970, doi:10.1016/0022-0531(70)90039-6.
    """
    if not (aversion > 0 and math.isfinite(aversion)):
        raise InputError("access.aversion", value=aversion)
    x, p, mean = weighted(values, population)
    x, p = x[p > 0], p[p > 0]
    if not mean > 0:
        return math.nan
    if aversion >= 1 and (x == 0).any():
        return 1.0
    x = x / mean
    if aversion == 1:
        return float(1 - np.exp((p * np.log(x)).sum()))
    return float(1 - (p * x ** (1 - aversion)).sum() ** (1 / (1 - aversion)))


def kolm_pollak(values: pd.Series, population: pd.Series, *, eps: float = -1.0) -> float:
    """Return the Kolm-Pollak equally-distributed equivalent: the same value for everybody that would be as good.

    kappa = eps sum p x / sum p x^2; EDE = -1/kappa ln(sum p e^(-kappa x)). For minutes speak of "equal-equivalent travel time".

    Parameters
    ----------
    values, population : as in ``gini``.
    eps : below 0 for a burden (the result is the mean or more), above 0 for a good (the mean or less), 0 gives the mean.

    Source: Sheriff & Maguire 2020, doi:10.1017/bca.2020.22; Logan et al. 2021, doi:10.1177/23998083211002513.
    """
    x, p, mean = weighted(values, population)
    kappa = kolm_pollak_kappa(values, population, eps=eps)
    if kappa == 0 or not p.sum() > 0:
        return mean
    powers = -kappa * x[p > 0]
    top = powers.max()
    return float(-(top + np.log((p[p > 0] * np.exp(powers - top)).sum())) / kappa)


def kolm_pollak_kappa(values: pd.Series, population: pd.Series, *, eps: float = -1.0) -> float:
    """Return the aversion per unit of the values that ``kolm_pollak`` uses; 0 where all values are 0."""
    if not math.isfinite(eps):
        raise InputError("access.eps", value=eps)
    x, p, mean = weighted(values, population)
    squares = float((p * x**2).sum())
    return eps * mean / squares if squares > 0 else 0.0
