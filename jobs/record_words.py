"""The fields of a site's record in words: what a reviewer compares, what a timeline tells, and what the command line prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from data.history import WITHHELD
from geo.model import SENSITIVITY
from geo.registry import Registry
from geo.submissions import PROPOSABLE
from i18n import LANGUAGES, NATIVE_NAMES, Translator

_LEVELS = {level: name for name, level in SENSITIVITY.items()}


def field_name(field: str, tr: Translator) -> str:
    """Return the name of a field of a record."""
    return tr(f"bulk.field.{field}") if field in PROPOSABLE else tr(f"history.field.{field}")


def value_lines(field: str, value: Any, registry: Registry, tr: Translator) -> tuple[str, ...]:
    """Return a value of a field in words, a line for each part of it.

    Parameters
    ----------
    field : of a record, as in ``data.site_records.FIELDS``.
    value : as the record has it; ``WITHHELD`` where it is kept from everybody.
    registry : gives the names of terms, places, organisations and sources.
    tr : the reader's language.

    Returns
    -------
    At least one line. Texts that people wrote are as they wrote them: to be set as text, each with its own direction.
    """
    if value == WITHHELD:
        return (tr("history.withheld"),)
    if not value and field != "sensitivity":
        return (tr("history.none"),)
    make = _LINES.get(field)
    lines = (str(value),) if make is None else make(value, registry, tr)
    return tuple(lines) or (tr("history.none"),)


def value_text(field: str, value: Any, registry: Registry, tr: Translator) -> str:
    """Return a value of a field in words, in one line."""
    return " · ".join(value_lines(field, value, registry, tr))


def _names(value: Mapping[str, str], _registry: Registry, _tr: Translator) -> list[str]:
    return [f"{NATIVE_NAMES[lang]}: {value[lang]}" for lang in LANGUAGES if value.get(lang)]


def _kind(value: str, registry: Registry, tr: Translator) -> list[str]:
    return [registry.term_label("kind", value, tr.lang)]


def _terms(taxonomy: str) -> Callable[[Any, Registry, Translator], list[str]]:
    return lambda value, registry, tr: [registry.term_label(taxonomy, code, tr.lang) for code in value]


def _place(value: Mapping[str, Any], registry: Registry, tr: Translator) -> list[str]:
    named = [registry.label("locality", value["locality_id"], tr.lang)] if value.get("locality_id") else []
    named += [registry.label("area", code, tr.lang) for code in (value.get("area_id"), value.get("country")) if code]
    lines = [tr("map.list_separator").join(dict.fromkeys(named))] if named else []
    if value.get("lon") is not None and value.get("lat") is not None:
        lines.append(f"{value['lat']:.5f}, {value['lon']:.5f}")
    kind = value.get("position_kind") or "none"
    return [*lines, tr(f"export.position_kind.{kind}")] if lines else []


def _capacities(value: Mapping[str, float], registry: Registry, tr: Translator) -> list[str]:
    return [
        f"{registry.term_label('service', code, tr.lang)}: {tr.number(number, 0 if number == int(number) else 1)}" for code, number in value.items()
    ]


def _day(value: str, _registry: Registry, tr: Translator) -> list[str]:
    return [tr.date(dt.date.fromisoformat(value))]


def _label(entity: str) -> Callable[[Any, Registry, Translator], list[str]]:
    return lambda value, registry, tr: [registry.label(entity, value, tr.lang)]


def _source(value: str, registry: Registry, _tr: Translator) -> list[str]:
    return [str(registry.sources["title"].get(value, value))]


_LINES: Mapping[str, Callable[[Any, Registry, Translator], list[str]]] = {
    "names": _names,
    "organisation_names": _names,
    "kind": _kind,
    "status": lambda value, _registry, tr: [tr(f"export.status.{value}")],
    "place": _place,
    "services": _terms("service"),
    "capacities": _capacities,
    "target_groups": _terms("target_group"),
    "accessibility": lambda value, _registry, tr: [tr(f"bulk.column.{code}") for code in value],
    "phone": lambda value, _registry, _tr: [part.strip() for part in value.split(";") if part.strip()],
    "sensitivity": lambda value, _registry, tr: [tr(f"bulk.sensitivity.{_LEVELS[int(value or 0)]}")],
    "verified_on": _day,
    "organisation_id": _label("organisation"),
    "verification": lambda value, _registry, tr: [tr(f"export.verification.{value}")],
    "flags": lambda value, _registry, tr: [tr(f"import.flag.{flag}") for flag in value],
    "source_id": _source,
    "merged_into": _label("site"),
}
