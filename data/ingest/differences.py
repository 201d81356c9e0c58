"""What a proposal says that a site does not say already, as far as what stands there can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.ingest.template import is_kept

_TERMS = frozenset({"kind", "services", "target_groups"})


def differences(proposed: Mapping[str, Any], stated: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """Return the proposed fields that are not what the site has; its sensitivity rises with what it gives from now on."""
    out = {name: value for name, value in proposed.items() if is_kept(present, name) or not _is_equal(value, present.get(name))}
    least = int(stated["sensitivity"])
    if out.keys() & _TERMS and "sensitivity" not in proposed and least > int(present.get("sensitivity") or 0):
        out["sensitivity"] = least
    if "services" in out and "capacities" not in proposed:
        capacities = {code: number for code, number in (present.get("capacities") or {}).items() if code in out["services"]}
        out |= {} if _is_equal(capacities, present.get("capacities")) else {"capacities": capacities}
    return out


def named(record: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return the names in a record: one that says all that another says has the same."""
    return frozenset((lang, text) for lang, text in (record.get("names") or {}).items() if text)


def is_there(proposed: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Say whether a site that is there already says all that is proposed, as far as that can be seen."""
    return all(is_kept(record, name) or _is_equal(value, record.get(name)) for name, value in proposed.items())


def _is_equal(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = {key for key in {*one, *other} if one.get(key) not in (None, "") or other.get(key) not in (None, "")}
        return all(_is_equal(one.get(key), other.get(key)) for key in keys)
    if isinstance(one, float | int) or isinstance(other, float | int):
        # A capacity of nought is stated, and is not the same as none.
        return isinstance(one, float | int) and isinstance(other, float | int) and round(one, 7) == round(other, 7)
    return bool((one or None) == (other or None))
