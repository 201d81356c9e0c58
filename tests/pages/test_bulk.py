"""Many sites at once without a browser: what a partner is offered, told and sends, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.own_sites import own_sites
from data.rights import Right
from data.sessions import COOKIE
from geo.model import Scope
from i18n import LANGUAGES, translator
from jobs.bulk import make_template
from pages.parts import load
from tests.jobs.bulk_support import Row, edit_form
from tests.pages.test_explore import html

PASSWORD = "seven olive trees"


def run(lang: str) -> None:
    from i18n import translator
    from pages.parts import bulk, identity, load

    scope = identity.scope()
    bulk.show(load.registry(scope), scope, load.submissions(), translator(lang))


@pytest.fixture
def partner(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    """A partner with sites of its own, signed in on every page that is run."""
    assert workspace
    organisations = load.registry().sites["organisation_id"]
    right = Right("partner", organisation_id=str(organisations[organisations != ""].value_counts().index[0]))
    user_id = load.accounts().create_user("rana", "Rana", PASSWORD, locale="en", actor="test", right=right)
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: load.accounts().sessions.open(user_id)})
    return Scope("partner", 0, user_id, (), right.organisation_id)


def page(lang: str) -> AppTest:
    test = AppTest.from_function(run, args=(lang,), default_timeout=60)
    test.run()
    assert not test.exception
    return test


def form(partner: Scope, lang: str) -> bytes:
    return make_template(load.store(), load.registry(), partner.organisation_id, translator(lang))


def upload(test: AppTest, name: str, body: bytes) -> AppTest:
    test.file_uploader[0].upload(name, body, "application/octet-stream").run()
    assert not test.exception
    return test


def spoil(rows: list[Row]) -> None:
    rows[0]["hours"] = "Sa <b>10:00</b>"
    rows.append({**dict.fromkeys(rows[0]), "name_en": "New <i>one</i>", "kind": "clinic", "area": "PS0150"})
    rows.append({**dict.fromkeys(rows[0]), "name_en": "Bad one", "kind": "spaceport", "area": "PS0150"})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_partner_sees_what_a_form_would_do_and_sends_it_once(partner: Scope, lang: str) -> None:
    tr = translator(lang)
    body = edit_form(form(partner, lang), spoil)
    count = len(own_sites(load.store(), partner.organisation_id))
    test = upload(page(lang), "form.xlsx", body)
    assert {metric.label: metric.value for metric in test.metric} == {
        tr("bulk.count.added"): "1", tr("bulk.count.edited"): "1", tr("bulk.count.unchanged"): tr.number(count - 1), tr("bulk.count.refused"): "1",
    }  # fmt: skip
    shown = html(test)
    assert tr("error.import.kind_unknown") in shown
    assert "spaceport" in shown
    assert "&lt;i&gt;one&lt;/i&gt;" in shown
    assert "<b>10:00" not in shown
    test.button(key="bulk_send").click().run()
    assert not test.exception
    assert [found.value for found in test.success] == [tr("bulk.account", sent="2", unchanged=tr.number(count - 1), refused="1")]
    assert {found.state for found in load.submissions().own(partner)} == {"submitted"}
    assert len(load.submissions().own(partner)) == 2
    again = upload(page(lang), "form.xlsx", body)
    again.button(key="bulk_send").click().run()
    assert [found.value for found in again.success] == [tr("bulk.account", sent="0", unchanged=tr.number(count + 1), refused="1")]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("body", "code"), [(b"MZ\x90\0" * 9, "import.unknown_format"), (b"PK\x03\x04 not a book", "import.broken_zip")])
def test_hostile_file_is_told_in_words(partner: Scope, lang: str, body: bytes, code: str) -> None:
    assert partner
    test = upload(page(lang), "form.xlsx", body)
    assert len(test.error) == 1
    assert translator(lang)(f"error.{code}") in test.error[0].value


def test_untouched_form_offers_nothing_to_send(partner: Scope) -> None:
    test = upload(page("en"), "form.xlsx", form(partner, "ar"))
    assert [found.value for found in test.info] == [translator("en")("bulk.nothing")]
    assert not test.button


def test_who_lost_the_right_meanwhile_sends_nothing(partner: Scope) -> None:
    test = upload(page("en"), "form.xlsx", edit_form(form(partner, "en"), spoil))
    load.accounts().close("rana", actor="test")
    test.button(key="bulk_send").click().run()
    assert not test.exception
    assert load.submissions().own(partner) == []
    assert not test.success


@pytest.mark.usefixtures("workspace")
def test_public_is_told_that_this_is_for_partners() -> None:
    test = page("en")
    assert [found.value for found in test.caption] == [translator("en")("bulk.partners_only")]
    assert not test.file_uploader
