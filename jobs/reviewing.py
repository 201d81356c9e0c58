"""What waits for review, put into words: the queue by governorate, a proposal beside its site, and what a decision did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyproj

from data.site_records import FIELDS, NO_PLACE
from data.submission import Comparison, Submission
from geo.errors import AppError
from geo.registry import Registry
from geo.submissions import FieldDiff, urgency
from i18n import Translator
from jobs.record_words import field_name, value_text

_EARTH = pyproj.Geod(ellps="WGS84")
_ACTORS = {"command line": "history.actor.command_line", "packs": "history.actor.packs"}


def title_of(submission: Submission, registry: Registry, lang: str) -> str:
    """Return the name of the site that a proposal is about; the proposed one where the registry does not have it."""
    if submission.site_id in registry.sites.index:
        return registry.label("site", submission.site_id, lang)
    names: Mapping[str, str] = submission.proposed.get("names") or submission.base.get("names") or {}
    return names.get(lang) or next(iter(names.values()), submission.site_id)


def days_waiting(submission: Submission, now: dt.datetime) -> int:
    """Return for how many whole days a proposal has waited; 0 where it was never sent."""
    return 0 if submission.submitted_at is None else max(0, (now - submission.submitted_at).days)


def waiting_words(submission: Submission, now: dt.datetime, tr: Translator) -> str:
    """Say how long a proposal has waited, and that it is late or went to the ministry where it did."""
    code = urgency(submission.submitted_at, now)
    return f"{tr(f'review.urgency.{code}')} · {days_words(submission, now, tr)}" if code else days_words(submission, now, tr)


def days_words(submission: Submission, now: dt.datetime, tr: Translator) -> str:
    """Say for how many days a proposal has waited."""
    days = days_waiting(submission, now)
    return tr.plural("review.days", days) if days else tr("review.today")


def by_area(waiting: Sequence[Submission], registry: Registry, tr: Translator) -> dict[str, list[Submission]]:
    """Return the queue by the name of the governorate; the one with the most urgent proposal first."""
    groups: dict[str, list[Submission]] = {}
    for submission in waiting:
        name = registry.label("area", submission.area_id, tr.lang) if submission.area_id else tr("review.no_area")
        groups.setdefault(name, []).append(submission)
    return groups


def actor_words(actor: str, names: Mapping[str, str], tr: Translator) -> str:
    """Return who did something: a display name, or what did it; the id where neither is known."""
    return tr(_ACTORS[actor]) if actor in _ACTORS else names.get(actor, actor)


def organisation_words(submission: Submission, registry: Registry, tr: Translator) -> str:
    """Return the name of the organisation whose site it is."""
    return registry.label("organisation", submission.organisation_id, tr.lang) if submission.organisation_id else tr("review.no_organisation")


def metres_moved(comparison: Comparison) -> float | None:
    """Return how far the proposed place is from the present one on the ellipsoid, metres; None where either is not known or withheld."""
    here, there = comparison.present.get("place"), comparison.submission.proposed.get("place")
    if not here or not there or here.get("lon") is None or there.get("lon") is None:
        return None
    _, _, metres = _EARTH.inv(here["lon"], here["lat"], there["lon"], there["lat"])
    return float(metres)


def as_incoming(comparison: Comparison, registry: Registry) -> dict[str, Any]:
    """Return what the site would be as a row that ``geo.duplicates`` compares with the registry."""
    whole = {name: value for name, value in comparison.present.items() if value is not None} | comparison.submission.proposed
    place = whole.get("place") or NO_PLACE
    organisation = registry.names["organisation"]
    own = comparison.submission.organisation_id
    names = organisation.loc[own].dropna().to_dict() if own in organisation.index else {}
    return {**place, "names": whole.get("names") or {}, "kind": whole.get("kind") or "", "phone": whole.get("phone") or "", "organisation": names}


def diff_words(diff: FieldDiff, tr: Translator) -> list[str]:
    """Return the signs of a field in words: changed meanwhile, kept back."""
    said = [tr("review.conflict")] if diff.conflict else []
    return [*said, tr("review.field_withheld")] if diff.withheld else said


def with_names(error: AppError, tr: Translator) -> AppError:
    """Return an error as it is, or a copy whose field is told by its name instead of its code."""
    if "field" not in error.params:
        return error
    codes = str(error.params["field"]).split(", ")
    names = tr("map.list_separator").join(field_name(code, tr) if code in FIELDS else code for code in codes)
    return type(error)(error.code, **{**error.params, "field": names})


def queue_text(waiting: Sequence[Submission], registry: Registry, names: Mapping[str, str], now: dt.datetime, tr: Translator) -> str:
    """Return the queue in words: a heading for each governorate and a line for each proposal, then how many wait."""
    lines = []
    for area, some in by_area(waiting, registry, tr).items():
        lines.append(area)
        for one in some:
            said = (tr(f"review.op.{one.op}"), title_of(one, registry, tr.lang), organisation_words(one, registry, tr),
                    actor_words(one.submitted_by, names, tr), waiting_words(one, now, tr))  # fmt: skip
            lines.append(f"  {one.submission_id}  {' · '.join(said)}")
    return "\n".join([*lines, tr.plural("review.waiting", len(waiting))])


def comparison_text(comparison: Comparison, registry: Registry, names: Mapping[str, str], now: dt.datetime, tr: Translator) -> str:
    """Return a proposal beside its site in words: who and what, then now and proposed for each field."""
    one = comparison.submission
    lines = [
        f"{tr(f'review.op.{one.op}')} · {title_of(one, registry, tr.lang)} · {tr(f'review.state.{one.state}')}",
        f"{organisation_words(one, registry, tr)} · {actor_words(one.submitted_by, names, tr)} · {waiting_words(one, now, tr)}",
        tr("review.site_version", version=comparison.version),
    ]
    lines += [f"{tr('review.comment')}: {one.comment}"] if one.comment else []
    lines += [tr(f"review.{code}") for code, said in (("stale_note", comparison.stale), ("locked_note", comparison.locked)) if said]
    for diff in comparison.diffs:
        lines.append("; ".join([f"{field_name(diff.field, tr)} ({diff.field})", *diff_words(diff, tr)]))
        if comparison.stale and not diff.withheld:
            lines.append(f"    {tr('review.column.base')}: {value_text(diff.field, diff.base, registry, tr)}")
        lines.append(
            f"    {tr('review.column.present')}: {tr('history.withheld') if diff.withheld else value_text(diff.field, diff.present, registry, tr)}"
        )
        lines.append(f"    {tr('review.column.proposed')}: {value_text(diff.field, diff.proposed, registry, tr)}")
    return "\n".join(lines)
