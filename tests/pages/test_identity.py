"""The top bar's link without a browser: the public, a name, and a cookie that opens nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from data.rights import Right
from data.sessions import COOKIE
from geo.model import PUBLIC
from i18n import LANGUAGES, translator
from pages.parts import identity, load
from tests.pages.test_explore import html, page

PASSWORD = "seven olive trees"


@pytest.fixture
def token(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Token of a planner, in the cookies of every page that is run."""
    assert workspace
    user_id = load.accounts().create_user("rana", "<b>Rana</b>", PASSWORD, locale="en", actor="test", right=Right("planner", area_id="PS0150"))
    token = load.accounts().sessions.open(user_id)
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: token})
    return token


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_public_is_offered_to_sign_in(lang: str) -> None:
    test = page("sources", lang=lang)
    assert f"/auth/sign-in?lang={lang}&amp;next=%2F" in html(test)
    assert translator(lang)("account.sign_in_short") in html(test)
    assert translator(lang)("account.sign_out") not in html(test)


def test_who_is_signed_in_sees_the_name_as_text_and_a_way_out(token: str) -> None:
    test = page("sources", lang="en")
    assert "&lt;b&gt;Rana&lt;/b&gt;" in html(test)
    assert 'action="/auth/sign-out?lang=en"' in html(test)
    assert token not in html(test)
    assert identity.scope().areas == ("PS0150",)


def test_a_revoked_session_is_the_public_at_the_next_run(token: str) -> None:
    test = page("sources", lang="en")
    assert "Rana" in html(test)
    who = load.accounts().sessions.find(token)
    assert who is not None
    load.accounts().sessions.revoke(who.user_id, actor="test")
    test.run()
    assert "Rana" not in html(test)
    assert "/auth/sign-in" in html(test)
    assert identity.scope() == PUBLIC
    assert not test.exception
