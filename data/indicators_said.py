"""What is said about indicator values besides their numbers: source, worth, a new indicator; and who may say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.model import COUNTRIES, VALUE_STATUS, Scope
from geo.permissions import may

PERCENT = ("%", "% of individuals", "% of households", "% of labour force", "% of population")
COUNTED = ("people", "households", "cases")
UNITS = (*COUNTED, *PERCENT, "per 1,000 people", "index")
"""Units that a new indicator may have; each has words in the catalogues."""
OPERATOR = "command line"
"""Whoever runs the installation: may add everywhere, but is no ministry, so that nothing becomes official by them."""
SHOWN = 120


@dataclass(frozen=True, slots=True)
class NewIndicator:
    """An indicator that is not there yet.

    Parameters
    ----------
    names : language to name; at least one.
    unit : one of ``UNITS``.
    direction : 1: more is more need; -1: less is more need; 0: neither.
    """

    names: Mapping[str, str]
    unit: str
    direction: int = 0


@dataclass(frozen=True, slots=True)
class SourceSaid:
    """Where values come from, as whoever adds them says; a title of a row's own stands before ``title``."""

    title: str
    publisher: str
    year: int | None
    licence: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ValuesAsked:
    """What is said about a file besides its cells.

    Parameters
    ----------
    indicator : id or name of the indicator where no column names it; empty where one does.
    new : makes ``indicator`` if it is not there.
    year : where no column says it.
    status : of the values where no column says it; one of ``geo.model.VALUE_STATUS``.
    source : its four fields must be filled.
    country : decides between areas of one name; empty for none.
    """

    indicator: str
    year: int | None
    status: str
    source: SourceSaid
    new: NewIndicator | None = None
    country: str = ""


def may_be_official(scope: Scope) -> bool:
    """Say whether this person's word makes a value official: a person of the ministry who signed in."""
    return scope.role == "ministry" and scope.user_id not in ("", OPERATOR)


def own_statuses(scope: Scope) -> tuple[str, ...]:
    """Return what values that this person adds may be worth."""
    return tuple(status for status in VALUE_STATUS if status != "demo" and (status != "official" or may_be_official(scope)))


def adds_somewhere(scope: Scope) -> bool:
    """Say whether this person may add values for any area at all."""
    return any(may(scope, "add_indicator", area_id=area, country=area[:2]) for area in (*scope.areas, *COUNTRIES))
