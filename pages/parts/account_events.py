"""What happened to accounts, as a table for administrators: who, when, what and whose account."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from data.accounts import COMMAND_LINE, SET_UP, Accounts
from data.audit import Event
from i18n import Translator
from layers import people

SHOWN = 100
COLUMNS = ("at", "what", "whose", "actor")
ACTORS = {COMMAND_LINE: "people.actor_command_line", SET_UP: "people.actor_set_up", "": "people.somebody"}


def show(accounts: Accounts, tr: Translator) -> None:
    """Draw the last lines, the newest first."""
    events = accounts.events(SHOWN)
    names = accounts.names_of({event.actor for event in events} | {event.user_id for event in events})
    st.html(people.table(tr("people.events_table"), [tr(f"people.column_{name}") for name in COLUMNS], [_line(event, names, tr) for event in events]))


def _line(event: Event, names: dict[str, str], tr: Translator) -> list[str]:
    at = event.at.astimezone(dt.UTC)
    actor = tr(ACTORS[event.actor]) if event.actor in ACTORS else names.get(event.actor, event.actor)
    return [f"{tr.date(at.date())}, {at:%H:%M}", tr(f"people.action_{event.action}"), names.get(event.user_id, ""), actor]
