"""A site's history in words, how it stood at an earlier time, and the registry as it stood on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data.history import WITHHELD, Change, Event, replay, timeline
from data.store import Store
from geo.errors import InputError
from geo.model import PUBLIC, Scope
from geo.registry import Registry
from geo.submissions import EMPTY
from i18n import Translator
from jobs.record_words import field_name, value_text
from jobs.reviewing import actor_words


def history_text(store: Store, registry: Registry, site_id: str, tr: Translator, *, names: Mapping[str, str], scope: Scope = PUBLIC) -> str:
    """Return a site's changes in words, the oldest first: a line for each change and one for each field.

    Parameters
    ----------
    store, registry : the open store, and what names the things in it.
    site_id : also of a site that was merged into another one.
    tr : words.
    names : display names of the people whose ids are among the actors.
    scope : who asks.

    Raises
    ------
    InputError : there is no such site.
    """
    lines = []
    for event in timeline(store, site_id, scope):
        lines.append(event_words(event, names, tr))
        lines += [f"    {words}" for words in why(event, tr)]
        for change in event.changes:
            before, after = (value_text(change.field, value, registry, tr) for value in (change.before, change.after))
            lines.append(f"    {field_name(change.field, tr)}: {before} -> {after}")
    return "\n".join(lines)


def event_words(event: Event, names: Mapping[str, str], tr: Translator) -> str:
    """Return when what was done to which version, by whom and from which source, in one line."""
    said = (moment(event.at, tr), tr("history.version", version=event.version),
            tr("history.by", action=tr(f"history.{event.action}"), actor=actor_words(event.actor, names, tr)), event.source)  # fmt: skip
    return " · ".join(part for part in said if part)


def why(event: Event, tr: Translator) -> list[str]:
    """Return the reason of a change in words, or that it is kept back; nothing where there is none."""
    if not event.reason:
        return []
    return [tr("history.why", reason=tr("history.withheld") if event.reason == WITHHELD else event.reason)]


def moment(at: dt.datetime, tr: Translator) -> str:
    """Return an instant in words, in universal time: the same for all who read it."""
    return tr("history.moment", day=tr.date(at.date()), time=f"{at:%H:%M}")


def standing(events: Iterable[Event]) -> dict[str, Any]:
    """Return the record that some changes of a site, the oldest first, make together; withheld values stay withheld."""
    record: dict[str, Any] = {}
    for event in events:
        for change in event.changes:
            record[change.field] = EMPTY.get(change.field) if change.after is None else change.after
    return record


def until_day(events: Sequence[Event], day: dt.date) -> list[Event]:
    """Return the changes up to the end of a day (UTC)."""
    return [event for event in events if event.at <= _end(day)]


def back_to(events: Sequence[Event], version: int) -> list[Change]:
    """Return what would change if a site were taken back to a version: its fields now and then."""
    now, then = standing(events), standing(event for event in events if event.version <= version)
    fields = dict.fromkeys([*now, *then])
    return [Change(name, now.get(name), then.get(name)) for name in fields if (now.get(name) or None) != (then.get(name) or None)]


def registry_as_of(store: Store, day: str) -> list[dict[str, Any]]:
    """Return the sites as they stood at the end of a day (UTC), each with its id and fields.

    Raises
    ------
    InputError : ``day`` is not a day.
    """
    try:
        last = _end(dt.date.fromisoformat(day))
    except ValueError as error:
        raise InputError("history.no_date", value=day[:40]) from error
    return [{"site_id": site_id, **fields} for site_id, fields in replay(store, until=last).items()]


def _end(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.max, tzinfo=dt.UTC)
