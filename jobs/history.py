"""Tell a site's history, and the registry as it stood on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from data.history import replay, timeline
from data.store import Store
from geo.errors import InputError
from i18n import Translator


def history_text(store: Store, site_id: str, tr: Translator) -> str:
    """Return a site's changes in words, the oldest first: a line for each change and one for each field.

    Raises
    ------
    InputError : there is no such site.
    """
    lines = []
    for event in timeline(store, site_id):
        date = f"{event.at:%Y-%m-%d %H:%M} UTC"
        lines.append(
            tr("history.line", date=date, version=event.version, action=tr(f"history.{event.action}"), actor=event.actor, source=event.source)
        )
        lines += [f"    {change.field}: {_text(change.before, tr)} -> {_text(change.after, tr)}" for change in event.changes]
    return "\n".join(lines)


def registry_as_of(store: Store, day: str) -> list[dict[str, Any]]:
    """Return the sites as they stood at the end of a day (UTC), each with its id and fields.

    Raises
    ------
    InputError : ``day`` is not a day.
    """
    try:
        last = dt.datetime.combine(dt.date.fromisoformat(day), dt.time.max, tzinfo=dt.UTC)
    except ValueError as error:
        raise InputError("history.no_date", value=day[:40]) from error
    return [{"site_id": site_id, **fields} for site_id, fields in replay(store, until=last).items()]


def _text(value: Any, tr: Translator) -> str:
    if value is None or value in ("", [], {}):
        return tr("history.none")
    if isinstance(value, dict):
        return ", ".join(f"{lang}: {text}" for lang, text in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
