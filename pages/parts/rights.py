"""The choice of a right, and rights in words: a role with its governorate or organisation, and a clearance."""

from __future__ import annotations

import streamlit as st

from data.account_models import ROLES
from data.rights import Right
from geo.model import COUNTRIES
from geo.registry import Registry
from i18n import Translator

CLEARANCES = (0, 1, 2, 3)


def choose(registry: Registry, tr: Translator, *, key: str) -> Right:
    """Draw the fields of a right and return what is chosen; a place that is not chosen yet is empty, and refused when it is given.

    Parameters
    ----------
    registry : has the governorates and organisations.
    tr : words.
    key : begin of the fields' keys.
    """
    role = st.selectbox(tr("people.role"), ROLES, format_func=lambda code: tr(f"account.role_{code}"), key=f"{key}_role")
    area = organisation = ""
    if role == "planner":
        area = (
            st.selectbox(
                tr("people.area"),
                _areas(registry),
                index=None,
                placeholder=tr("people.pick"),
                format_func=lambda code: area_name(registry, code, tr),
                key=f"{key}_area",
            )
            or ""
        )
    elif role == "partner":
        names = registry.labels("organisation", tr.lang)
        organisation = st.selectbox(
            tr("people.organisation"), sorted(registry.organisations.index, key=lambda one: str(names.get(one, one))), index=None, placeholder=tr("people.pick"),
            format_func=lambda one: registry.label("organisation", one, tr.lang), key=f"{key}_organisation",
        ) or ""  # fmt: skip
    clearance = 0
    if role != "admin":
        clearance = st.selectbox(
            tr("people.clearance"), CLEARANCES, format_func=lambda level: tr(f"people.clearance_{level}"), key=f"{key}_clearance"
        )
    return Right(role, area, organisation, clearance)


def area_name(registry: Registry, area_id: str, tr: Translator) -> str:
    """Return a governorate with its country, or a whole country."""
    if area_id in COUNTRIES:
        return tr("people.whole_country", country=registry.label("area", area_id, tr.lang))
    country = str(registry.areas["country"].get(area_id, ""))
    return f"{registry.label('area', area_id, tr.lang)} · {registry.label('area', country, tr.lang)}"


def place_name(registry: Registry, right: Right, tr: Translator) -> str:
    """Return where or for whom a right counts; empty where it counts everywhere."""
    if right.area_id:
        return area_name(registry, right.area_id, tr)
    return registry.label("organisation", right.organisation_id, tr.lang) if right.organisation_id else ""


def right_name(registry: Registry, right: Right, tr: Translator) -> str:
    """Return a right in one line."""
    clearance = tr("account.cli_clearance", level=right.clearance) if right.clearance else ""
    return " · ".join(filter(None, (tr(f"account.role_{right.role}"), place_name(registry, right, tr), clearance)))


def _areas(registry: Registry) -> list[str]:
    """Return countries, each followed by its governorates."""
    found = registry.governorates
    return [code for country in COUNTRIES for code in (country, *found.index[found["country"] == country])]
