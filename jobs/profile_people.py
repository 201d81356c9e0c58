"""The people of a governorate: how many there are, and the target groups among them with the rule of each."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.profile import Figure, ProfileColumn, ProfileTable, Section
from geo.registry import Registry
from i18n import Translator
from jobs.profile_inputs import ProfileInputs

GROUPS = "groups"


def people_section(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Section:
    """Return population and target groups; a group whose share is not known has no number."""
    population = _population(inputs, area_id, tr)
    groups, rows, unknown = [], [], []
    sources: list[str] = []
    for code, shares in inputs.groups.items():
        share, label = row_of(shares, area_id), registry.term_label("target_group", code, tr.lang)
        known = population.value is not None and pd.notna(share["share"])
        if not known:
            unknown.append(label)
            groups.append(Figure(f"people.group.{code}", label, None, "people"))
            continue
        count = float(round(int(population.value or 0) * float(share["share"])))  # as the ledger counts the need of a group
        rule, wider = tr(f"gaps.rule.{share['rule']}"), str(share["stated_for"])
        note = rule if wider == area_id else tr("profile.stated_for", rule=rule, place=registry.label("area", wider, tr.lang))
        own = tuple(dict.fromkeys([*population.source_ids, str(share["source_id"])]))
        status = "derived" if share["status"] == "official" else str(share["status"])  # a share of people is nobody's count of them
        groups.append(Figure(f"people.group.{code}", label, count, "people", None, None, int(share["year"]), status, own, note))
        rows.append((label, count, float(share["share"]), note, str(int(share["year"])), tr(f"need.status.{status}")))
        sources.extend(own)
    units = (("group", "text"), ("people", "people"), ("share", "share"), ("rule", "text"), ("year", "text"), ("status", "text"))
    table = ProfileTable(
        GROUPS, tr("profile.table.groups"), tuple(ProfileColumn(key, tr(f"profile.column.{key}"), unit) for key, unit in units), tuple(rows),
        source_ids=tuple(dict.fromkeys(sources)),
    )  # fmt: skip
    lines = (tr("profile.groups_unknown", groups=tr("profile.comma").join(unknown)),) if unknown else ()
    return Section("people", tr("profile.section.people"), (population, *groups), (table,) if rows else (), lines)


def row_of(frame: pd.DataFrame, area_id: str) -> dict[str, Any]:
    """Return the row of an area by column."""
    row: dict[str, Any] = frame.loc[area_id].to_dict()  # type: ignore[assignment]
    return row


def _population(inputs: ProfileInputs, area_id: str, tr: Translator) -> Figure:
    key, label = "people.population", tr("profile.figure.people.population")
    row = row_of(inputs.people, area_id)
    if pd.isna(row["value"]):
        return Figure(key, label, None, "people")
    return Figure(key, label, float(round(row["value"])), "people", None, None, int(row["year"]), str(row["status"]), (str(row["source_id"]),))
