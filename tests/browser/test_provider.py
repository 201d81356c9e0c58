"""Signing in through an identity provider in Chromium: a provider on this machine, Streamlit's own way there and back, and rights of ours."""

from __future__ import annotations

import datetime as dt
import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.accounts import Accounts
from data.rights import Right
from i18n import LANGUAGES, translator
from tests.browser import test_sign_in
from tests.browser.explore_page import Explore
from tests.browser_support import ROOT, streamlit_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
accounts = test_sign_in.accounts
CLAIMS = {"sub": "subject-of-rana", "name": "Rana K.", "email": "rana@example.org", "email_verified": True, "role": "admin"}
PROVIDERS_STYLE = "https://cdn.jsdelivr.net/npm/@picocss/"
"""The pages of the provider, not ours, ask for this; there is no network."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Address of a provider that believes whoever says who they are."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--user-claims", json.dumps(CLAIMS)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/.well-known/openid-configuration")
            yield address
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    import time

    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the provider did not start")


@pytest.fixture(scope="module")
def provider_address(environment: dict[str, str], issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server whose people may come from the provider."""
    secrets: Path = tmp_path_factory.mktemp("provider") / "secrets.toml"
    secrets.write_text(
        '[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "' + "x7" * 20 + '"\nclient_id = "jiwar"\n'
        f'client_secret = "for this test alone"\nserver_metadata_url = "{issuer}/.well-known/openid-configuration"\n'
    )
    with streamlit_server(ROOT / "app.py", {**environment, "STREAMLIT_SECRETS_FILES": str(secrets)}) as address:
        yield address


def go_to_provider(explore: Explore, lang: str) -> Page:
    """Go from a page to the provider, and say there who one is."""
    tr, page = translator(lang), explore.page
    explore.goto("/sources", lang=lang)
    page.locator(".jw-identity a", has_text=tr("account.sign_in_short")).click()
    page.get_by_role("link", name=tr("account.provider")).click()
    page.get_by_role("button", name=CLAIMS["sub"]).first.click()
    return page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_is_not_known_here_is_told_so_and_goes_on_as_the_public(new_page: Callable[..., Explore], provider_address: str, lang: str) -> None:
    tr = translator(lang)
    explore = new_page(base=provider_address)
    page = go_to_provider(explore, lang)
    page.get_by_text(tr("account.provider_unknown", name=CLAIMS["email"])).wait_for()
    page.get_by_role("button", name=tr("account.provider_use_code")).wait_for()
    assert "jiwar_session" not in {cookie["name"] for cookie in page.context.cookies()}
    page.get_by_role("link", name=tr("account.provider_go_on")).click()
    page.locator(".jw-identity a", has_text=tr("account.sign_in_short")).wait_for()
    forget_the_providers_style(explore)


def forget_the_providers_style(explore: Explore) -> None:
    """Check that the provider's pages alone asked another host for something, and let that pass."""
    assert all(url.startswith(PROVIDERS_STYLE) for url in explore.seen.foreign)
    explore.seen.foreign.clear()


def test_from_the_provider_by_an_invitation_to_rights_of_ours(new_page: Callable[..., Explore], accounts: Accounts, provider_address: str) -> None:
    lang = "ar"
    tr = translator(lang)
    explore = new_page(base=provider_address)
    page = explore.page

    code = accounts.invite(Right("planner", area_id="PS0150", clearance=1), actor="test", lifetime=dt.timedelta(days=1))
    go_to_provider(explore, lang)
    page.get_by_label(tr("account.code")).fill(code)
    page.get_by_role("button", name=tr("account.provider_use_code")).click()
    page.get_by_role("heading", name=tr("sources.title")).wait_for()
    page.locator(".jw-identity a", has_text="Rana K.").wait_for()
    scope = accounts.sessions.scope(next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "jiwar_session"))
    assert (scope.role, scope.areas, scope.clearance) == ("planner", ("PS0150",), 1)
    login = next(user.login for user in accounts.list_users() if user.user_id == scope.user_id)

    accounts.end_sessions(login, actor="test")
    explore.goto("/sources", lang=lang)
    page.locator(".jw-ended").wait_for()
    assert accounts.sessions.list_open(scope.user_id) == []

    go_to_provider(explore, lang)
    page.locator(".jw-identity a", has_text="Rana K.").wait_for()
    assert len(accounts.sessions.list_open(scope.user_id)) == 1
    page.locator(".jw-identity").get_by_role("button", name=tr("account.sign_out")).click()
    page.locator(".jw-identity a", has_text=tr("account.sign_in_short")).wait_for()
    assert [cookie["name"] for cookie in page.context.cookies() if cookie["name"].startswith(("jiwar_session", "_streamlit_user"))] == []
    assert accounts.unlink(login, actor="test") == 1
    accounts.close(login, actor="test")
    forget_the_providers_style(explore)
