"""The form about one site, in a few steps with a plain question each; every step keeps the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from data.ingest.clean import LIMITS
from data.submissions import Submissions
from geo.memo import kept_with_registry
from geo.model import ACCESSIBILITY, LANGUAGES, SENSITIVITY, SITE_STATUS, Scope
from geo.registry import Registry
from geo.submissions import PROPOSABLE, changed_fields
from i18n import Translator
from layers.answers import answers_table, value_words
from layers.entries import anchors, start_link
from pages.parts import errors, likely_same, place_picker
from pages.parts.draft import STEPS, Draft, keep, least_level, send
from pages.parts.fields import choose, choose_many, fault, number, text

SHOWN_TWICE = ("verified_on",)
"""Fields that the form asks for in words of its own."""


def show(registry: Registry, draft: Draft, scope: Scope, submissions: Submissions, step: str, tr: Translator) -> str:
    """Draw a step of the form.

    Parameters
    ----------
    registry : as ``scope`` may see it.
    draft : what is being filled in; its answers follow the widgets.
    step : one of ``STEPS``.

    Returns
    -------
    The step to go to; the same one to stay, ``sent`` once it waits for review, ``reload`` where another device changed the draft.
    """
    order = list(STEPS)
    st.html(anchors([(tr("contribute.to_entries"), start_link(tr))]))
    st.subheader(f"{tr('contribute.step', number=order.index(step) + 1, total=len(order))} · {tr(f'contribute.ask_{step}')}", anchor=False)
    if draft.returned and draft.state == "changes_requested":
        st.warning(tr("contribute.sent_back"))
        st.text(draft.returned)
    with st.container(key="contribute_step"):
        _DRAW[step](registry, draft, scope, tr)
    if draft.error:
        errors.show(draft.error, tr)
        if draft.error.code == "review.changed_meanwhile" and st.button(tr("contribute.reload"), key="contribute_reload"):
            return "reload"
    return _review_buttons(registry, draft, scope, submissions, tr) if step == "review" else _buttons(registry, draft, scope, submissions, step, tr)


def _buttons(registry: Registry, draft: Draft, scope: Scope, submissions: Submissions, step: str, tr: Translator) -> str:
    order = list(STEPS)
    at = order.index(step)
    with st.container(horizontal=True, key="contribute_buttons"):
        back = at > 0 and st.button(tr("contribute.back"), key="contribute_back")
        forward = st.button(tr("contribute.next"), key="contribute_next", type="primary")
    if draft.submission_id:
        st.caption(tr("contribute.kept"))
    if not back and not forward:
        return step
    keep(submissions, scope, registry, draft)
    draft.faults = {name: found for name, found in draft.faults.items() if forward and name in STEPS[step]}
    if draft.error or draft.faults:
        st.rerun()
    return order[at - 1] if back else order[at + 1]


def _name(registry: Registry, draft: Draft, scope: Scope, tr: Translator) -> None:
    names = draft.answers["names"]
    lang_order = dict.fromkeys((tr.lang, *LANGUAGES))
    typed = {
        lang: text(f"names_{lang}", tr(f"contribute.name_{lang}"), names.get(lang, ""), most=LIMITS["name"], live="600ms") for lang in lang_order
    }
    draft.answers["names"] = {lang: typed[lang] for lang in LANGUAGES if typed[lang].strip()}
    fault(registry, draft, "names", tr)
    left, right = st.columns(2)
    with left:
        kinds = _by_label(registry, "kind", tr.lang)
        draft.answers["kind"] = choose("kind", tr("contribute.kind"), kinds, draft.answers["kind"], lambda code: registry.term_label("kind", code, tr.lang),
                                       placeholder=tr("contribute.choose"))  # fmt: skip
        fault(registry, draft, "kind", tr)
    with right:
        draft.answers["status"] = choose(
            "status", tr("contribute.status"), list(SITE_STATUS), draft.answers["status"], lambda code: tr(f"export.status.{code}")
        )
        fault(registry, draft, "status", tr)
    if draft.op == "add" and scope.role != "partner":
        draft.organisation_id = choose(
            "organisation", tr("contribute.organisation"), list(registry.organisations.index), draft.organisation_id,
            lambda code: registry.label("organisation", code, tr.lang), placeholder=tr("contribute.nobody"), disabled=bool(draft.submission_id),
        )  # fmt: skip
    likely_same.show(registry, draft, scope, tr)


def _place(registry: Registry, draft: Draft, scope: Scope, tr: Translator) -> None:
    place_picker.show(registry, draft, scope, tr)
    likely_same.show(registry, draft, scope, tr)


def _services(registry: Registry, draft: Draft, _scope: Scope, tr: Translator) -> None:
    answers = draft.answers
    lang = tr.lang
    answers["services"] = choose_many(
        "services", tr("contribute.services"), _by_sector(registry, lang), answers["services"],
        lambda code: f"{_sector(registry, code, lang)} · {registry.term_label('service', code, lang)}", tr("contribute.choose_many"),
    )  # fmt: skip
    fault(registry, draft, "services", tr)
    if least_level(registry, draft):
        st.info(tr("contribute.protects"))
    if answers["services"]:
        with st.expander(tr("contribute.capacities"), expanded=bool(answers["capacities"])):
            given = {
                code: number(f"capacity_{code}", registry.term_label("service", code, lang), answers["capacities"].get(code))
                for code in answers["services"]
            }
        answers["capacities"] = {code: amount for code, amount in given.items() if amount is not None}
    fault(registry, draft, "capacities", tr)
    answers["target_groups"] = choose_many(
        "target_groups", tr("contribute.target_groups"), registry.codes("target_group"), answers["target_groups"],
        lambda code: registry.term_label("target_group", code, lang), tr("contribute.choose_many"),
    )  # fmt: skip
    fault(registry, draft, "target_groups", tr)
    answers["hours"] = text("hours", tr("contribute.hours"), answers["hours"], hint=tr("contribute.hours_hint"), most=LIMITS["hours"])
    fault(registry, draft, "hours", tr)
    answers["accessibility"] = choose_many(
        "accessibility", tr("contribute.accessibility"), list(ACCESSIBILITY), answers["accessibility"], lambda code: tr(f"bulk.column.{code}"),
        tr("contribute.choose_many"),
    )  # fmt: skip
    fault(registry, draft, "accessibility", tr)


def _reach(registry: Registry, draft: Draft, _scope: Scope, tr: Translator) -> None:
    for name in STEPS["reach"]:
        hint = tr("contribute.withheld_hint") if name in draft.withheld else tr(f"contribute.{name}_hint")
        draft.answers[name] = text(name, tr(f"contribute.{name}"), draft.answers[name], hint=hint, most=LIMITS[name])
        fault(registry, draft, name, tr)


def _protection(registry: Registry, draft: Draft, _scope: Scope, tr: Translator) -> None:
    least = least_level(registry, draft)
    levels = [level for level in SENSITIVITY.values() if level >= least]
    if least:
        st.info(tr("contribute.least", level=tr(f"contribute.level_{least}")))
    value = max(int(draft.answers["sensitivity"] or 0), least)
    key = "contribute_w_sensitivity"
    if st.session_state.get(key) not in levels:
        st.session_state[key] = value
    st.session_state[key] = st.session_state[key]
    draft.answers["sensitivity"] = int(
        st.radio(tr("contribute.sensitivity"), levels, key=key, format_func=lambda level: tr(f"contribute.level_{level}"),
                 captions=[tr(f"contribute.level_{level}_means") for level in levels])
    )  # fmt: skip
    if draft.answers["sensitivity"] < int(draft.record.get("sensitivity") or 0):
        st.warning(tr("contribute.opens"))
    fault(registry, draft, "sensitivity", tr)


def _review(registry: Registry, draft: Draft, scope: Scope, tr: Translator) -> None:
    changed = changed_fields(draft.record, draft.answers)
    if draft.op == "edit" and not changed:
        st.info(tr("contribute.nothing_changed"))
    rows = []
    for name in PROPOSABLE:
        if name in SHOWN_TWICE or (draft.op == "edit" and name not in changed):
            continue
        before = (
            None
            if draft.op == "add"
            else [tr("contribute.withheld")]
            if name in draft.withheld
            else value_words(registry, name, draft.record[name], tr)
        )
        rows.append((name, tr(f"bulk.field.{name}"), before, value_words(registry, name, draft.answers[name], tr)))
    if rows:
        st.html(answers_table(rows, tr, caption=tr("contribute.review_edit" if draft.op == "edit" else "contribute.review_add")))
    for name in (name for names in STEPS.values() for name in names):
        if name in draft.faults:
            st.markdown(f"**{tr(f'bulk.field.{name}')}**")
            fault(registry, draft, name, tr)
    likely_same.show(registry, draft, scope, tr)


def _review_buttons(registry: Registry, draft: Draft, scope: Scope, submissions: Submissions, tr: Translator) -> str:
    asked = st.pills(tr("contribute.change"), [step for step in STEPS if step != "review"], format_func=lambda step: tr(f"contribute.part_{step}"),
                     key="contribute_change", default=None)  # fmt: skip
    checked = st.checkbox(tr("contribute.checked_today"), value=draft.op == "add", key="contribute_checked")
    draft.comment = text("comment", tr("contribute.comment"), draft.comment, most=500)
    with st.container(horizontal=True, key="contribute_buttons"):
        back = st.button(tr("contribute.back"), key="contribute_back")
        nothing = draft.op == "edit" and not changed_fields(draft.record, draft.answers)
        sent = st.button(tr("contribute.send"), key="contribute_send", type="primary", disabled=nothing)
    st.caption(tr("contribute.who_sees"))
    if sent:
        if send(submissions, scope, registry, draft, checked=checked):
            return "sent"
        st.rerun()
    return str(asked) if asked else "protection" if back else "review"


_DRAW: dict[str, Callable[[Registry, Draft, Scope, Translator], None]] = {
    "name": _name, "place": _place, "services": _services, "reach": _reach, "protection": _protection, "review": _review,
}  # fmt: skip


@kept_with_registry
def _by_label(registry: Registry, taxonomy: str, lang: str) -> list[str]:
    return sorted(registry.codes(taxonomy), key=lambda code: registry.term_label(taxonomy, code, lang))


@kept_with_registry
def _by_sector(registry: Registry, lang: str) -> list[str]:
    """Return the services in the order of their sectors, by name within each."""
    sectors: dict[str, Any] = {code: place for place, code in enumerate(registry.codes("sector"))}
    parents = registry.terms["parent"].to_dict()
    return sorted(
        registry.codes("service"), key=lambda code: (sectors.get(parents[f"service:{code}"], 99), registry.term_label("service", code, lang))
    )


def _sector(registry: Registry, service: str, lang: str) -> str:
    return registry.term_label("sector", str(registry.terms.at[f"service:{service}", "parent"]), lang)
