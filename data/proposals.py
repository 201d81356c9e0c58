"""Check what somebody proposes for a site, field by field: typed, cleaned and within what is known, or a fault that says what to do."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from data.ingest.clean import LIMITS, clean_text, read_email, read_phones, read_website
from data.site_records import NO_PLACE
from geo.model import ACCESSIBILITY, LANGUAGES, LAT, LON, SENSITIVITY, SITE_STATUS
from geo.places import places_of
from geo.registry import Registry
from geo.sensitivity import least_sensitivity
from geo.submissions import EMPTY, PROPOSABLE

LARGEST_CAPACITY = 1_000_000
OLDEST_CHECK = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that cannot be taken as it is.

    Parameters
    ----------
    field : one of ``geo.submissions.PROPOSABLE``.
    code : key in the catalogues: ``error.<code>`` says what is wrong, ``fix.<code>`` what to do.
    params : values for the words' placeholders.
    """

    field: str
    code: str
    params: dict[str, object] = dataclasses.field(default_factory=dict)


def clean_proposal(
    registry: Registry, proposed: Mapping[str, Any], *, op: str, whole: Mapping[str, Any] | None = None, today: dt.date
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the proposed fields as the store takes them, and what is wrong with them.

    Parameters
    ----------
    registry : whose areas, places and terms count.
    proposed : fields of ``PROPOSABLE`` as a form or a file has them: hostile. Others are left out.
    op : ``add`` asks for what a site needs.
    whole : the site's record around an edit; what is not proposed is taken from it (None where it is withheld).
    today : a check cannot be later.

    Returns
    -------
    The good fields, in the order of the form, and the faults; a field with a fault is not among the good ones.
    """
    good: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in PROPOSABLE:
        if name in proposed:
            try:
                good[name] = _CLEAN[name](proposed[name], registry, today)
            except _FaultError as error:
                faults.append(Fault(name, error.code, error.params))
    around = {**EMPTY, **(whole or {}), **good}
    country = (around["place"] or {}).get("country") or ""
    if good.get("phone"):
        numbers, bad = read_phones(good["phone"], country or "PS")
        good["phone"] = "; ".join(numbers)
        if bad:
            del good["phone"]
            faults.append(Fault("phone", "proposal.phone", {"value": bad[0][:40]}))
    if "capacities" in good:
        good["capacities"] = {code: number for code, number in good["capacities"].items() if code in (around["services"] or [])}
    least = _least(registry, around)
    judged = op == "add" or {"sensitivity", "kind", "services", "target_groups"} & set(good)
    if judged and int(around["sensitivity"] or 0) < least and not any(one.field == "sensitivity" for one in faults):
        good.pop("sensitivity", None)
        faults.append(Fault("sensitivity", "proposal.sensitivity", {"least": least}))
    if op == "add":
        if not any(one.field == "sensitivity" for one in faults):
            good.setdefault("sensitivity", 0)
        for name in ("names", "kind", "place"):
            if not good.get(name) and not any(one.field == name for one in faults):
                faults.append(Fault(name, "proposal.missing"))
    return good, faults


class _FaultError(Exception):
    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _least(registry: Registry, record: Mapping[str, Any]) -> int:
    of_terms = {str(term): int(level) for term, level in registry.terms["sensitivity"].items()}
    return least_sensitivity(of_terms, kind=record["kind"], services=record["services"] or (), target_groups=record["target_groups"] or ())


def _text(name: str) -> Callable[[Any, Registry, dt.date], str]:
    def clean(value: Any, _registry: Registry, _today: dt.date) -> str:
        text = clean_text(str(value or ""))
        limit = LIMITS.get(name, 200)
        if len(text) > limit:
            raise _FaultError("proposal.too_long", most=limit)
        return text

    return clean


def _names(value: Any, _registry: Registry, _today: dt.date) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _FaultError("proposal.missing")
    clean = {lang: clean_text(str(value.get(lang) or "")) for lang in LANGUAGES}
    if any(len(text) > LIMITS["name"] for text in clean.values()):
        raise _FaultError("proposal.too_long", most=LIMITS["name"])
    names = {lang: text for lang, text in sorted(clean.items()) if text}
    if not names:
        raise _FaultError("proposal.missing")
    return names


def _code(taxonomy: str) -> Callable[[Any, Registry, dt.date], str]:
    def clean(value: Any, registry: Registry, _today: dt.date) -> str:
        if not value:
            raise _FaultError("proposal.missing")
        if value not in registry.codes(taxonomy):
            raise _FaultError("proposal.unknown_code", value=str(value)[:60])
        return str(value)

    return clean


def _codes(taxonomy: str) -> Callable[[Any, Registry, dt.date], list[str]]:
    def clean(value: Any, registry: Registry, _today: dt.date) -> list[str]:
        known = set(ACCESSIBILITY) if taxonomy == "accessibility" else set(registry.codes(taxonomy))
        unknown = [code for code in value or () if code not in known]
        if unknown:
            raise _FaultError("proposal.unknown_code", value=str(unknown[0])[:60])
        return sorted(set(value or ()))

    return clean


def _status(value: Any, _registry: Registry, _today: dt.date) -> str:
    if value not in SITE_STATUS:
        raise _FaultError("proposal.unknown_code", value=str(value)[:60])
    return str(value)


def _capacities(value: Any, registry: Registry, _today: dt.date) -> dict[str, float]:
    numbers = {}
    if not isinstance(value or {}, Mapping):
        raise _FaultError("proposal.capacity", value=str(value)[:40])
    for code, raw in sorted((value or {}).items()):
        if code not in registry.codes("service"):
            raise _FaultError("proposal.unknown_code", value=str(code)[:60])
        try:
            number = float(raw)
        except (TypeError, ValueError) as error:
            raise _FaultError("proposal.capacity", value=str(raw)[:40]) from error
        if not 0 <= number <= LARGEST_CAPACITY:
            raise _FaultError("proposal.capacity", value=str(raw)[:40])
        numbers[code] = number
    return numbers


def _sensitivity(value: Any, _registry: Registry, _today: dt.date) -> int:
    if isinstance(value, bool) or value not in SENSITIVITY.values():
        raise _FaultError("proposal.unknown_code", value=str(value)[:60])
    return int(value)


def _day(value: Any, _registry: Registry, today: dt.date) -> str | None:
    if not value:
        return None
    try:
        day = dt.date.fromisoformat(str(value))
    except ValueError as error:
        raise _FaultError("proposal.day", value=str(value)[:40]) from error
    if not OLDEST_CHECK <= day <= today:
        raise _FaultError("proposal.day_range", value=day.isoformat())
    return day.isoformat()


def _place(value: Any, registry: Registry, _today: dt.date) -> dict[str, Any]:
    """Return a place that agrees with itself: point and locality lie in the governorate, a locality alone gives its own point."""
    given = {**NO_PLACE, **(value if isinstance(value, Mapping) else {})}
    area_id = str(given["area_id"] or "")
    if area_id not in registry.governorates.index:
        raise _FaultError("proposal.no_area")
    country = str(registry.areas.loc[area_id, "country"])
    locality_id = str(given["locality_id"] or "")
    if locality_id and (locality_id not in registry.localities.index or registry.localities.loc[locality_id, "area_id"] != area_id):
        raise _FaultError("proposal.locality_elsewhere")
    lon, lat = given["lon"], given["lat"]
    if lon is None and lat is None:
        if not locality_id:
            return {**NO_PLACE, "country": country, "area_id": area_id}
        at: Mapping[str, Any] = registry.localities.loc[locality_id].to_dict()  # type: ignore[assignment]
        return {**NO_PLACE, "country": country, "area_id": area_id, "locality_id": locality_id, "lon": float(at["lon"]), "lat": float(at["lat"]),
                "position_kind": "locality"}  # fmt: skip
    try:
        x, y = float(lon), float(lat)
    except (TypeError, ValueError) as error:
        raise _FaultError("proposal.coordinates") from error
    if not (math.isfinite(x) and math.isfinite(y) and _within(x, LON.minimum, LON.maximum) and _within(y, LAT.minimum, LAT.maximum)):
        raise _FaultError("proposal.coordinates")
    near = places_of(registry).areas_near(x, y)
    if area_id not in near:
        other = min(near, key=lambda code: near[code]) if near else ""
        raise _FaultError("proposal.point_elsewhere" if other else "proposal.point_outside", area=area_id, other=other)
    kind = "locality" if given["position_kind"] == "locality" and locality_id else "exact"
    return {"country": country, "area_id": area_id, "locality_id": locality_id, "lon": round(x, 7), "lat": round(y, 7), "position_kind": kind}


def _within(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _checked(name: str, read: Callable[[str], str], code: str) -> Callable[[Any, Registry, dt.date], str]:
    def clean(value: Any, registry: Registry, today: dt.date) -> str:
        text = _text(name)(value, registry, today)
        found = read(text) if text else ""
        if text and not found:
            raise _FaultError(code, value=text[:60])
        return found

    return clean


_CLEAN: dict[str, Callable[[Any, Registry, dt.date], Any]] = {
    "names": _names, "kind": _code("kind"), "status": _status, "place": _place, "services": _codes("service"), "capacities": _capacities,
    "target_groups": _codes("target_group"), "hours": _text("hours"), "phone": _text("phone"), "email": _checked("email", read_email, "proposal.email"),
    "website": _checked("website", read_website, "proposal.website"), "address": _text("address"), "accessibility": _codes("accessibility"),
    "note": _text("note"), "sensitivity": _sensitivity, "verified_on": _day,
}  # fmt: skip
