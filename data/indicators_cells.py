"""What the cells of a file of indicator values say: which area, which number, which year, which month; each a small total function."""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import math
import re

from geo.model import LANGUAGES
from geo.places import country_named, places_of
from geo.registry import Registry
from geo.text import fold, western

EARLIEST = 1900
"""Years before are taken for a mistake."""
NEAREST = 3
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_ONE_COMMA = re.compile(r"[+-]?\d+,\d+")
_MONTHS = (re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})([-/.]0?1)?( 00:00:00)?"), re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})"))


class AreaNames:
    """Finds the area that a text names: its id, ISO code, p-code or name in any language, spelling folded.

    Parameters
    ----------
    registry : its countries, regions, governorates and districts.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._places = places_of(registry)
        self._country_of = registry.areas["country"].astype(str).to_dict()
        self._around: dict[str, set[str]] = {}
        self._known: list[tuple[str, str]] = []
        names = registry.every_name("area")
        for area_id, level, iso in zip(registry.areas.index, registry.areas["level"], registry.areas["iso"], strict=True):
            texts = [str(area_id), str(iso), *names.get(area_id, ())]
            keys = {fold(text) for text in texts if fold(text)}
            self._known += [(key, str(area_id)) for key in sorted(keys)]
            if level in ("country", "region"):
                for key in keys:
                    self._around.setdefault(key, set()).add(str(area_id))
        self.find = functools.lru_cache(maxsize=10_000)(self._find)
        self.nearest = functools.lru_cache(maxsize=1_000)(self._nearest)

    def _find(self, text: str, country: str = "") -> tuple[str, ...]:
        """Return the areas that ``text`` names: none, one, or several where countries share a name.

        Parameters
        ----------
        text : as a person wrote it.
        country : only areas of this pack; empty for all.
        """
        found = self._places.area_named(text, country)
        if found:
            return found
        around = self._around.get(fold(text), set()) or ({country_named(text)} & set(self._country_of))
        return tuple(sorted(area for area in around if country in ("", self._country_of[area])))

    def _nearest(self, text: str, country: str = "") -> tuple[str, ...]:
        """Return the ids of the areas whose names are spelt most like ``text``, the nearest first."""
        wanted = fold(text)
        best: dict[str, float] = {}
        for key, area_id in self._known:
            if country in ("", self._country_of[area_id]):
                best[area_id] = max(best.get(area_id, 0.0), difflib.SequenceMatcher(None, wanted, key, autojunk=False).ratio())
        return tuple(sorted(best, key=lambda area_id: (-best[area_id], area_id))[:NEAREST])

    def label(self, area_id: str) -> str:
        """Return the names of an area in all languages with its code: the same words for every reader."""
        names = dict.fromkeys(self._registry.label("area", area_id, lang) for lang in LANGUAGES)
        return f"{' · '.join(names)} ({area_id})"

    def labels(self, area_ids: tuple[str, ...]) -> str:
        """Return the labels of several areas, separated by semicolons."""
        return "; ".join(map(self.label, area_ids))


def read_amount(text: str, *, counted: bool) -> tuple[float, str]:
    """Return the number that a cell writes, and what is wrong with it.

    Parameters
    ----------
    text : Western, Arabic-Indic or Persian digits, with a decimal and thousands marks; without a percent sign.
    counted : it counts people or things, so that ``1,234`` can only mean a thousand.

    Returns
    -------
    The number and an empty code; NaN and a code: ``indicators.not_a_number``, or ``indicators.comma`` where a comma may mean either.
    """
    plain = western(text)
    if _PLAIN.fullmatch(plain):
        value = float(plain)
        return (value, "") if math.isfinite(value) else (math.nan, "indicators.not_a_number")
    if _THOUSANDS.fullmatch(plain):
        if counted or plain.count(",") > 1 or "." in plain or "٬" in text:
            return float(plain.replace(",", "")), ""
        return math.nan, "indicators.comma"
    if _ONE_COMMA.fullmatch(plain):
        return float(plain.replace(",", ".")), ""
    return math.nan, "indicators.not_a_number"


def read_year(text: str) -> int | None:
    """Return the year that a text is, in any digits; None where it is none."""
    plain = western(text).removesuffix(".0")
    return int(plain) if re.fullmatch(r"[12]\d{3}", plain) else None


def read_month(text: str) -> tuple[int, int] | None:
    """Return year and month of ``2026-03``, ``03/2026`` or the first day of a month, as spreadsheets keep one; None for anything else."""
    plain = western(text)
    for pattern in _MONTHS:
        found = pattern.fullmatch(plain)
        if found and 1 <= int(found["month"]) <= dt.date.max.month:
            return int(found["year"]), int(found["month"])
    return None
