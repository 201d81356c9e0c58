"""Reads the rows of a table of indicator values one by one, and notes what is good, what is blank and what is wrong."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence

from data.indicators_cells import EARLIEST, AreaNames, read_amount, read_year
from data.indicators_columns import IndicatorNames, Layout
from data.indicators_said import COUNTED, PERCENT, SHOWN, ValuesAsked, own_statuses
from data.ingest.clean import clean_text
from data.sources.table import RawTable
from geo.errors import BadCell
from geo.model import LANGUAGES, VALUE_STATUS, Scope
from geo.permissions import may
from geo.places import country_named
from geo.registry import Registry
from geo.text import fold, western


class ValueReader:
    """Reads the rows of a table one by one and notes what is good, what is blank and what is wrong."""

    def __init__(
        self, table: RawTable, layout: Layout, registry: Registry, asked: ValuesAsked, scope: Scope, areas: AreaNames, names: IndicatorNames,
        given: tuple[str, str],
    ) -> None:  # fmt: skip
        self._at = {header: i for i, header in enumerate(table.headers)}
        self._layout, self._registry, self._asked, self._scope, self._areas, self._names, self._given = (
            layout,
            registry,
            asked,
            scope,
            areas,
            names,
            given,
        )
        self.good: list[dict[str, object]] = []
        self.cells: list[BadCell] = []
        self.filled = self.blank = 0

    def read(self, number: int, row: tuple[str, ...]) -> None:
        """Read one row."""
        headers = [*self._layout.roles["value"]] if self._layout.kind == "long" else [*self._layout.years, *self._layout.indicators]
        filled = [header for header in headers if clean_text(row[self._at[header]])]
        self.filled += len(filled)
        if not any(clean_text(cell) for cell in row):
            return
        self.blank += len(headers) - len(filled)
        if not filled:
            return
        area_id = self._area(number, row)
        status, source = self._status(number, row), self._text(row, "source")[1] or self._asked.source.title
        if not area_id or not status:
            return
        for header in filled:
            about = self._about(number, row, header)
            if about is None:
                continue
            code, unit, year = about
            value = self._value(number, header, clean_text(row[self._at[header]]), unit)
            if value is not None:
                self.good.append({"row": number, "column": header, "indicator_id": code, "area_id": area_id, "year": year, "value": value, "unit": unit,
                                  "status": status, "source": source[:200]})  # fmt: skip

    def _text(self, row: tuple[str, ...], role: str) -> tuple[str, str]:
        """Return the header and the text of the first filled cell of a role; the first header and an empty text where there is none."""
        headers = self._layout.roles.get(role, ())
        for header in headers:
            if text := clean_text(row[self._at[header]]):
                return header, text
        return (headers[0] if headers else ""), ""

    def _no(self, number: int, header: str, text: str, code: str, params: Mapping[str, object] | None = None) -> None:
        self.cells.append(BadCell(number, header, text[:SHOWN], code, dict(params or {})))

    def _area(self, number: int, row: tuple[str, ...]) -> str:
        country_header, said = self._text(row, "country")
        country = country_named(said) if said else self._asked.country
        if said and not country:
            self._no(number, country_header, said, "indicators.country_unknown")
            return ""
        candidates: set[str] | None = None
        header = text = ""
        for role in ("code", "area"):
            named, words = self._text(row, role)
            header, text = (named, words) if words or not header else (header, text)
            if not words:
                continue
            ids = set(self._areas.find(words, country))
            if not ids:
                self._no(number, named, words, "indicators.area_unknown", {"nearest": self._areas.labels(self._areas.nearest(words, country))})
                return ""
            if candidates is not None and not candidates & ids:
                self._no(number, named, words, "indicators.areas_differ", {"areas": self._areas.labels(tuple(sorted(candidates | ids)))})
                return ""
            candidates = ids if candidates is None else candidates & ids
        if candidates is None:
            self._no(number, header, "", "indicators.area_missing")
            return ""
        if len(candidates) > 1:
            self._no(number, header, text, "indicators.area_ambiguous", {"areas": self._areas.labels(tuple(sorted(candidates)))})
            return ""
        area_id = next(iter(candidates))
        if not may(self._scope, "add_indicator", area_id=area_id, country=str(self._registry.areas["country"][area_id])):
            self._no(number, header, text, "indicators.not_own_area", {"area": self._areas.label(area_id)})
            return ""
        return area_id

    def _status(self, number: int, row: tuple[str, ...]) -> str:
        header, text = self._text(row, "status")
        if not text:
            return self._asked.status
        status = text.casefold()
        if status not in VALUE_STATUS or status not in own_statuses(self._scope):
            known = status in VALUE_STATUS
            code = "indicators.status_row" if known else "indicators.status_unknown"
            self._no(number, header, text, code, {"choices": ", ".join(own_statuses(self._scope))})
            return ""
        return status

    def _about(self, number: int, row: tuple[str, ...], header: str) -> tuple[str, str, int] | None:
        """Return indicator, unit and year of the value under ``header``; None, with what is wrong noted, where one of them is not clear."""
        code, unit = self._indicator(number, row, header)
        if not code:
            return None
        unit_header, said = self._text(row, "unit")
        if said and fold(said) != fold(unit) and not (unit in PERCENT and western(said) == "%"):
            self._no(number, unit_header, said, "indicators.unit_differs", {"unit": unit})
            return None
        year_header, text = (header, header) if self._layout.kind == "years" else self._text(row, "year")
        year = self._layout.years.get(header) if self._layout.kind == "years" else read_year(text) if text else self._asked.year
        if year is None:
            self._no(number, year_header or header, text, "indicators.year_unreadable" if text else "indicators.year_missing")
            return None
        if not EARLIEST <= year <= self._registry.today.year:
            self._no(number, year_header or header, text, "indicators.year_range", {"first": EARLIEST, "last": self._registry.today.year})
            return None
        return code, unit, year

    def _indicator(self, number: int, row: tuple[str, ...], header: str) -> tuple[str, str]:
        name_header, text = self._text(row, "indicator")
        code = self._layout.indicators.get(header, "") or (self._names.find(text) if text else "")
        if (
            text
            and not code
            and self._given[0]
            and fold(text) in {fold(name) for name in (self._asked.new.names.values() if self._asked.new else ())}
        ):
            return self._given
        if text and not code:
            self._no(number, name_header, text, "indicators.indicator_unknown", {"nearest": ", ".join(self._near(text))})
            return "", ""
        if not code and not self._given[0]:
            self._no(number, header, "", "indicators.indicator_missing")
            return "", ""
        return (code, str(self._registry.indicators["unit"][code])) if code else self._given

    def _near(self, text: str) -> Sequence[str]:
        names = self._registry.names["indicator"]
        spelt = {fold(str(name)): str(name) for lang in LANGUAGES for name in names[lang].dropna()}
        return [spelt[key] for key in difflib.get_close_matches(fold(text), list(spelt), n=3, cutoff=0.0)]

    def _value(self, number: int, header: str, text: str, unit: str) -> float | None:
        if western(text).endswith("%") and unit not in PERCENT:
            self._no(number, header, text, "indicators.percent_sign", {"unit": unit})
            return None
        value, code = read_amount(text.rstrip("%٪％ "), counted=unit in COUNTED)
        if code or math.isnan(value):
            self._no(number, header, text, code or "indicators.not_a_number")
            return None
        if unit in PERCENT and value > 100:
            self._no(number, header, text, "indicators.over_100", {"unit": unit})
            return None
        if value < 0 and (unit in (*PERCENT, *COUNTED) or unit.startswith("per ")):
            self._no(number, header, text, "indicators.negative", {"unit": unit})
            return None
        return value
