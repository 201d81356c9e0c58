"""What changed in a governorate since the last snapshot, and what was decided for it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

from geo.profile import Figure, ProfileColumn, ProfileTable, Section
from geo.registry import Registry
from i18n import Translator
from jobs.profile_inputs import ProfileInputs
from layers.profile_text import value_text


def change_section(inputs: ProfileInputs, area_id: str, figures: Mapping[str, Figure], tr: Translator) -> Section:
    """Return the figures that are not as the newest snapshot of the governorate has them.

    Parameters
    ----------
    inputs : with what was kept.
    area_id : the governorate.
    figures : of the other sections, by key.
    tr : words.
    """
    heading, snapshot = tr("profile.section.change"), inputs.past.last(inputs.country, area_id)
    if snapshot is None:
        return Section("change", heading, lines=(tr("profile.no_snapshot"),))
    own = snapshot.figures[snapshot.figures["area_id"] == area_id]
    old = {str(key): float(value) for key, value in zip(own["figure"], own["value"], strict=True)}
    rows, same = [], 0
    for key, figure in figures.items():
        before = old.get(key, math.nan)
        if key in old and (before == figure.value or (math.isnan(before) and figure.value is None)):
            same += 1
            continue
        was = tr("profile.not_in_snapshot") if key not in old else value_text(None if math.isnan(before) else before, figure.unit, tr)
        rows.append((figure.label, was, value_text(figure.value, figure.unit, tr)))
    columns = tuple(ProfileColumn(key, tr(f"profile.column.{key}"), "text") for key in ("figure", "before", "now"))
    said = tr("profile.since", name=snapshot.kept.name, day=tr.date(dt.date.fromisoformat(snapshot.day)))
    table = ProfileTable("change", tr("profile.table.change"), columns, tuple(rows))
    return Section("change", heading, (), (table,) if rows else (), (said, tr.plural("profile.unchanged", same)))


def decisions_section(registry: Registry, inputs: ProfileInputs, area_id: str, tr: Translator) -> Section:
    """Return what planning groups decided for the governorate or its country: the newest version of each name."""
    rows = tuple(
        (kept.name, kept.version, tr.date(kept.created_at.date()), registry.label("area", kept.area_id, tr.lang), kept.edition)
        for kept in inputs.past.decisions
        if kept.area_id in (area_id, inputs.country)
    )
    units = (("name", "text"), ("version", "count"), ("day", "text"), ("place", "text"), ("edition", "text"))
    table = ProfileTable(
        "decisions", tr("profile.table.decisions"), tuple(ProfileColumn(key, tr(f"profile.column.{key}"), unit) for key, unit in units), rows
    )
    return Section("decisions", tr("profile.section.decisions"), (), (table,) if rows else (), () if rows else (tr("profile.no_decision"),))
