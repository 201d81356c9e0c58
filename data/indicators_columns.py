"""What the columns of a file of indicator values are: long (a row a value) or wide (a column a year, or a column an indicator)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from data.indicators_cells import AreaNames, read_year
from data.ingest.clean import clean_text
from data.sources.table import RawTable
from geo.errors import InputError
from geo.registry import Registry
from geo.text import fold

_WORDS: Mapping[str, tuple[str, ...]] = {
    "code": ("area id", "area code", "pcode", "p code", "adm1 pcode", "adm2 pcode", "admin1pcode", "admin2pcode", "governorate code", "iso", "iso code",
             "iso 3166 2", "رمز المحافظة", "رمز المنطقة", "קוד מחוז"),
    "area": ("area", "governorate", "governorate name", "district", "province", "adm1 en", "adm2 en", "adm1 ar", "adm2 ar", "admin1", "admin2", "admin1name",
             "admin2name", "المحافظة", "محافظة", "اللواء", "القضاء", "מחוז", "נפה"),
    "region": ("region", "region name", "المنطقة", "الإقليم", "אזור"),
    "country": ("country", "country code", "iso2", "iso3", "adm0 pcode", "adm0 en", "الدولة", "البلد", "מדינה"),
    "indicator": ("indicator", "indicator id", "indicator code", "indicator name", "variable", "المؤشر", "مؤشر", "מדד", "מדדים"),
    "year": ("year", "السنة", "سنة", "العام", "שנה"),
    "value": ("value", "amount", "القيمة", "قيمة", "ערך"),
    "unit": ("unit", "units", "الوحدة", "وحدة القياس", "יחידה", "יחידת מידה"),
    "status": ("status", "الحالة", "סטטוס"),
    "source": ("source", "source title", "المصدر", "מקור"),
    "issue": ("issue", "issue type", "problem", "topic", "القضية", "قضية", "نوع القضية", "المشكلة", "נושא", "בעיה", "סוג פנייה"),
    "month": ("month", "period", "الشهر", "شهر", "חודש"),
    "count": ("count", "number", "cases", "العدد", "عدد", "מספר", "כמות"),
}  # fmt: skip
_KNOWN = {fold(word): role for role, words in _WORDS.items() for word in words}
_UNIT_BEHIND = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


def roles_of(headers: tuple[str, ...], wanted: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return role to the headers that have it, of the roles that are wanted; others are nobody's."""
    out: dict[str, tuple[str, ...]] = {}
    for header in headers:
        role = _KNOWN.get(fold(re.sub(r"[_#+]", " ", header)), "")
        if role in wanted:
            out[role] = (*out.get(role, ()), header)
    return out


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the values of a file are.

    Parameters
    ----------
    kind : ``long``, ``years`` or ``indicators``.
    roles : role to its headers: code, area (or, where a file has neither, region), country, indicator, year, value, unit, status, source.
    years : header to year, where each year has a column.
    indicators : header to indicator, where each indicator has a column.
    unread : headers of which nothing is read.
    """

    kind: str
    roles: Mapping[str, tuple[str, ...]]
    years: Mapping[str, int]
    indicators: Mapping[str, str]
    unread: tuple[str, ...]


class IndicatorNames:
    """Finds the indicator that a text names: its id, or its name in any language, spelling folded, also with the unit in brackets behind it."""

    def __init__(self, registry: Registry) -> None:
        names = registry.every_name("indicator")
        self._ids: dict[str, set[str]] = {}
        for code in registry.indicators.index:
            for text in (str(code), *names.get(str(code), ())):
                self._ids.setdefault(fold(text), set()).add(str(code))

    def find(self, text: str) -> str:
        """Return the id of the one indicator of this name; empty where there is none, or more than one."""
        for wording in (text, _UNIT_BEHIND.sub("", text)):
            found = self._ids.get(fold(wording), set())
            if len(found) == 1:
                return next(iter(found))
        return ""


def layout_of(table: RawTable, names: IndicatorNames, areas: AreaNames, *, country: str = "") -> Layout:
    """Say how a file is laid out.

    Raises
    ------
    InputError : ``indicators.no_area_column`` or ``indicators.no_value_column``, with the headers that the file has.
    """
    roles = roles_of(table.headers, ("code", "area", "region", "country", "indicator", "year", "value", "unit", "status", "source"))
    used = {header for headers in roles.values() for header in headers}
    rest = [header for header in table.headers if header not in used]
    wider = roles.pop("region", ())  # where a file names a governorate too, the region around it says nothing more
    if wider and not {"code", "area"} & set(roles):
        roles["area"] = wider
    if not {"code", "area"} & set(roles):
        named = _column_of_areas(table, rest, areas, country)
        if not named:
            raise InputError("indicators.no_area_column", headers=", ".join(table.headers)[:400])
        roles["area"] = (named,)
        rest.remove(named)
    if "value" in roles:
        return Layout("long", roles, {}, {}, tuple(rest))
    years = {header: year for header in rest if (year := read_year(header)) is not None}
    if years:
        return Layout("years", roles, years, {}, tuple(header for header in rest if header not in years))
    found = {header: code for header in rest if (code := names.find(header))}
    if not found:
        raise InputError("indicators.no_value_column", headers=", ".join(table.headers)[:400])
    return Layout("indicators", roles, {}, found, tuple(header for header in rest if header not in found))


def _column_of_areas(table: RawTable, headers: list[str], areas: AreaNames, country: str) -> str:
    """Return the first column most of whose filled cells name areas; empty where there is none."""
    for header in headers:
        filled = [text for cell in table.column(header)[:200] if (text := clean_text(cell))]
        if filled and sum(bool(areas.find(text, country)) for text in filled) * 2 > len(filled):
            return header
    return ""
