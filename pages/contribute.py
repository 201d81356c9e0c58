"""Contribute: partners put their centres on the map, correct them, and see what became of what they sent."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from data.submissions import Submissions
from geo.errors import InputError
from geo.model import Scope
from geo.registry import Registry
from i18n import Translator
from layers.entries import anchors, locked_note, site_line, start_link, style
from pages.parts import bulk, fields, identity, load, my_entries, shell, site_form
from pages.parts.draft import EDITABLE, STEPS, Draft, LockedError, of_site, of_submission, own_submission, site_to_change
from routes.sign_in import REGISTER, SIGN_IN

TITLE = "contribute.menu"
SLUG = "contribute"
ICON = ":material/edit_location_alt:"
ROLES = ("partner", "planner", "ministry")
_ASKED = ("draft", "site", "do", "step")
_DRAFT = "contribute_draft"


def shown(_scope: Scope) -> bool:
    """Say whether the menu lists the page: for everybody."""
    return True


def render(tr: Translator) -> None:
    """Draw the page."""
    scope = identity.scope()
    asked = _asked()
    shell.language_switch(tr)
    st.html(style())
    st.title(tr("contribute.title"), anchor=False)
    if scope.role not in ROLES:
        shell.write_address(tr, {key: [value] for key, value in asked.items()})
        _show_way_in(tr, signed_in=identity.signed_in() is not None)
        return
    registry, submissions = load.registry(scope), load.submissions()
    my_entries.tell(tr)
    try:
        _show(registry, scope, submissions, asked, tr)
    except LockedError as error:
        shell.write_address(tr, {key: [value] for key, value in asked.items()})
        st.html(locked_note(dict(registry.sources.loc[str(error.params["source"])].fillna("").items()), tr))
        st.html(anchors([(tr("contribute.to_entries"), start_link(tr))]))
    except InputError as error:
        if not my_entries.is_refusal(error):
            raise
        shell.write_address(tr, {key: [value] for key, value in asked.items()})
        st.error(tr("contribute.refused"))
        st.html(anchors([(tr("contribute.to_entries"), start_link(tr))]))


def _asked() -> dict[str, str]:
    """Return what the last click asked for, else what the address does; a new form begins where a click asked for one."""
    target = st.session_state.pop(my_entries.GO, None)
    if target is not None:
        st.session_state.pop(_DRAFT, None)
        return dict(target)
    return {key: st.query_params[key] for key in _ASKED if st.query_params.get(key)}


def _show_way_in(tr: Translator, *, signed_in: bool) -> None:
    here = f"/{SLUG}?{urlencode({'lang': tr.lang})}"
    query = urlencode({"lang": tr.lang, "next": here})
    links = [] if signed_in else [(tr("contribute.sign_in"), f"{SIGN_IN}?{query}"), (tr("contribute.register"), f"{REGISTER}?{query}")]
    st.html(anchors(links, tr("contribute.no_right" if signed_in else "contribute.how_to_join")))


def _show(registry: Registry, scope: Scope, submissions: Submissions, asked: dict[str, str], tr: Translator) -> None:
    if asked.get("site") and asked.get("do") == "verify":
        _show_verify(registry, scope, submissions, asked["site"], tr)
    elif asked.get("draft") and own_submission(submissions, scope, asked["draft"]).state not in EDITABLE:
        shell.write_address(tr, {"draft": [asked["draft"]]})
        my_entries.show_entry(registry, own_submission(submissions, scope, asked["draft"]), scope, submissions, tr)
        st.html(anchors([(tr("contribute.to_entries"), start_link(tr))]))
    elif asked.get("draft") or asked.get("site") or asked.get("do") == "add":
        _show_form(registry, scope, submissions, asked, tr)
    else:
        shell.write_address(tr, {})
        my_entries.show(registry, scope, submissions, tr)
        if scope.organisation_id:
            bulk.show(registry, scope, submissions, tr)


def _show_form(registry: Registry, scope: Scope, submissions: Submissions, asked: dict[str, str], tr: Translator) -> None:
    draft = _open(registry, scope, submissions, asked)
    step = asked["step"] if asked.get("step") in STEPS else "name"
    shell.write_address(tr, draft.address | {"step": [step]})
    with st.container(key="contribute_form"):
        after = site_form.show(registry, draft, scope, submissions, step, tr)
    if after == step:
        return
    if after in STEPS:
        shell.write_address(tr, draft.address | {"step": [after]})
    else:
        st.session_state[my_entries.GO] = {"draft": draft.submission_id, "step": step} if after == "reload" else {}
        if after == "sent":
            st.session_state["contribute_done"] = "sent"
    st.rerun()


def _open(registry: Registry, scope: Scope, submissions: Submissions, asked: dict[str, str]) -> Draft:
    """Return the form that the address means: the one that is open in this session, or one that is opened now."""
    held: Draft | None = st.session_state.get(_DRAFT)
    if held is not None and held.user_id == scope.user_id and _is_same(held, asked):
        return held
    fields.forget()
    if asked.get("draft"):
        draft = of_submission(submissions, scope, asked["draft"])
    elif asked.get("site"):
        draft = of_site(submissions, scope, asked["site"])
    else:
        draft = Draft(scope.user_id, "add", organisation_id=scope.organisation_id, country=_usual_country(registry, scope))
    st.session_state[_DRAFT] = draft
    return draft


def _usual_country(registry: Registry, scope: Scope) -> str:
    """Return the one country that somebody's sites or governorates are in; empty where there are several, or none."""
    own = registry.sites.loc[registry.sites["organisation_id"] == scope.organisation_id, "country"] if scope.organisation_id else ()
    countries = {str(country) for country in own} | {
        str(registry.areas.at[area_id, "country"]) for area_id in scope.areas if area_id in registry.areas.index
    }
    return countries.pop() if len(countries) == 1 else ""


def _is_same(held: Draft, asked: dict[str, str]) -> bool:
    if asked.get("draft"):
        return held.submission_id == asked["draft"]
    return held.site_id == asked["site"] if asked.get("site") else held.op == "add"


def _show_verify(registry: Registry, scope: Scope, submissions: Submissions, site_id: str, tr: Translator) -> None:
    shell.write_address(tr, {"site": [site_id], "do": ["verify"]})
    view = site_to_change(submissions, scope, site_id)
    st.subheader(tr("contribute.ask_verify"), anchor=False)
    if view.site_id in registry.sites.index:
        st.html(site_line(registry, view.site_id, "", tr))
    with st.container(horizontal=True):
        st.button(
            tr("contribute.still"),
            key="contribute_still",
            type="primary",
            on_click=my_entries.confirm,
            args=(view.site_id, scope, submissions, registry.today),
        )
        st.button(tr("contribute.correct"), key="contribute_correct", on_click=my_entries.go, args=({"site": view.site_id},))
    st.html(anchors([(tr("contribute.to_entries"), start_link(tr))]))


if __name__ == "__main__":
    from main import main

    main(start=SLUG)
