"""Add values of indicators, a part of the Indicators page: what is said of the file, the file, what it would do, and writing it."""

from __future__ import annotations

import hashlib
from typing import Any

import streamlit as st

from data.indicators_cells import EARLIEST
from data.indicators_plan import MOST_BYTES
from data.indicators_said import UNITS, NewIndicator, SourceSaid, ValuesAsked, own_statuses
from geo.errors import AppError
from geo.memo import kept_with_registry
from geo.model import COUNTRIES, LANGUAGES, Scope
from geo.registry import Registry
from i18n import NATIVE_NAMES, Translator
from jobs.indicators_import import Upload, account_text, read_values, write_upload
from layers.bulk_tables import plain_table
from layers.indicators import value_text
from pages.parts import errors, identity, indicators_upload, load

VALUES_SHOWN = 12
_PLAN, _ROUND, _DONE, _ERROR = "indicators_plan", "indicators_round", "indicators_done", "indicators_error"
_NEW, _FROM_FILE = "+", ""


def show(registry: Registry, scope: Scope, present: str, tr: Translator) -> None:
    """Draw the part.

    Parameters
    ----------
    registry : the public's.
    scope : may add values somewhere.
    present : indicator that the page shows; it is offered first.
    """
    with st.expander(tr("indicators.add"), icon=":material/upload_file:", expanded=_DONE in st.session_state or _ERROR in st.session_state):
        if _DONE in st.session_state:
            st.success(st.session_state.pop(_DONE))
        st.write(tr("indicators.add_intro" if scope.role == "ministry" else "indicators.add_own"))
        asked = _fields(registry, scope, present, tr)
        turn = st.session_state.setdefault(_ROUND, 0)
        upload = st.file_uploader(tr("indicators.file"), key=f"indicators_file_{turn}", max_upload_size=MOST_BYTES // 1_000_000)
        if upload is not None:
            try:
                _show_plan(_plan(registry, scope, upload.getvalue(), asked), registry, tr)
            except AppError as error:
                errors.show(error, tr)
        if _ERROR in st.session_state:
            errors.show(st.session_state.pop(_ERROR), tr)


def _fields(registry: Registry, scope: Scope, present: str, tr: Translator) -> ValuesAsked:
    """Draw what is said about the file; return it as it stands."""
    codes = _codes(registry, tr.lang)
    first, second, third, fourth = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    choices = [*codes, _FROM_FILE, _NEW]
    words = {_FROM_FILE: tr("indicators.from_file"), _NEW: tr("indicators.new")}
    chosen = first.selectbox(
        tr("indicators.indicator"), choices, index=choices.index(present) if present in choices else 0, key="indicators_add_code",
        format_func=lambda code: words.get(code) or registry.label("indicator", code, tr.lang),
    )  # fmt: skip
    today = registry.today.year
    year = second.number_input(tr("indicators.year"), EARLIEST, today, None, key="indicators_add_year", help=tr("indicators.year_help"))
    status = third.selectbox(tr("indicators.status"), own_statuses(scope), key="indicators_add_status", index=own_statuses(scope).index("estimate"),
                             format_func=lambda code: tr(f"need.status.{code}"))  # fmt: skip
    country = fourth.selectbox(
        tr("explore.country"), ["", *COUNTRIES], key="indicators_add_country",
        format_func=lambda code: registry.label("area", code, tr.lang) if code else tr("indicators.any_country"),
    )  # fmt: skip
    new = _new_fields(tr) if chosen == _NEW else None
    return ValuesAsked(
        chosen if chosen != _NEW else "", None if year is None else int(year), str(status), source_fields("add", today, tr), new, str(country)
    )


def _new_fields(tr: Translator) -> NewIndicator:
    """Draw the fields of an indicator that is not there yet."""
    columns = st.columns(len(LANGUAGES))
    names = {lang: column.text_input(tr("indicators.name_in", language=NATIVE_NAMES[lang]), key=f"indicators_new_{lang}", max_chars=120)
             for lang, column in zip(LANGUAGES, columns, strict=True)}  # fmt: skip
    left, right = st.columns(2)
    unit = left.selectbox(tr("indicators.unit"), UNITS, key="indicators_new_unit", format_func=lambda one: tr(f"packs.unit.{one}"))
    direction = right.selectbox(tr("indicators.direction"), (1, -1, 0), key="indicators_new_direction",
                                format_func=lambda one: tr(f"indicators.direction_{'up' if one > 0 else 'down' if one < 0 else 'none'}"))  # fmt: skip
    return NewIndicator({lang: name for lang, name in names.items() if name.strip()}, str(unit), int(direction))


def source_fields(prefix: str, today: int, tr: Translator) -> SourceSaid:
    """Draw the four fields of a source that are needed, and its address; return what stands there."""
    first, second = st.columns(2)
    title = first.text_input(tr("indicators.source_title"), key=f"indicators_{prefix}_title", max_chars=200)
    publisher = second.text_input(tr("indicators.source_publisher"), key=f"indicators_{prefix}_publisher", max_chars=200)
    third, fourth = st.columns(2)
    year = third.number_input(tr("indicators.source_year"), EARLIEST, today, None, key=f"indicators_{prefix}_source_year")
    licence = fourth.text_input(tr("indicators.source_licence"), key=f"indicators_{prefix}_licence", max_chars=200)
    return SourceSaid(title, publisher, None if year is None else int(year), licence)


def _plan(registry: Registry, scope: Scope, body: bytes, asked: ValuesAsked) -> Upload:
    """Return the plan of a file; kept until the file, what is said of it, the registry or the person changes."""
    key = (hashlib.sha256(body).hexdigest(), repr(asked), registry.version, scope.user_id, scope.role, scope.areas)
    held: tuple[Any, Upload] | None = st.session_state.get(_PLAN)
    if held is None or held[0] != key:
        with st.spinner():
            held = (key, read_values(load.store(), registry, body, asked, scope))
        st.session_state[_PLAN] = held
    return held[1]


def _show_plan(upload: Upload, registry: Registry, tr: Translator) -> None:
    plan: Any = upload.plan
    indicators_upload.show_account(upload, tr)
    st.caption(tr("indicators.layout", kind=tr(f"indicators.layout_{plan.layout.kind}"), blank=tr.number(plan.blank)))
    indicators_upload.show_cells(upload, "indicators_errors", tr)
    if not len(plan.values):
        st.info(tr("indicators.nothing_to_write"))
        return
    rows = [
        (registry.label("area", row["area_id"], tr.lang), _name(registry, plan, row["indicator_id"], tr), str(row["year"]), value_text(row["value"], tr),
         tr(f"packs.unit.{row['unit']}") if tr.has(f"packs.unit.{row['unit']}") else row["unit"], tr(f"need.status.{row['status']}"), row["source"])
        for row in plan.values.head(VALUES_SHOWN).to_dict("records")
    ]  # fmt: skip
    heads = [tr(f"indicators.{name}") for name in ("area", "indicator", "year", "value", "unit", "status", "source")]
    st.html(plain_table(tr("indicators.sample"), heads, rows))
    st.button(tr("indicators.write"), type="primary", key="indicators_write", icon=":material/save:", on_click=_write, args=(upload, tr))


def _name(registry: Registry, plan: Any, code: str, tr: Translator) -> str:
    new = plan.new.get(code)
    return next(iter(new.names.values())) if new is not None else registry.label("indicator", code, tr.lang)


def _write(upload: Upload, tr: Translator) -> None:
    """Write the plan as who the reader is at this moment, and empty the field for the next file."""
    try:
        st.session_state[_DONE] = account_text(write_upload(load.store(), identity.scope(), upload), tr)
    except AppError as error:
        st.session_state[_ERROR] = error
        return
    st.session_state[_ROUND] += 1
    st.session_state.pop(_PLAN, None)


@kept_with_registry
def _codes(registry: Registry, lang: str) -> list[str]:
    return sorted((str(code) for code in registry.indicators.index), key=lambda code: registry.label("indicator", code, lang))
