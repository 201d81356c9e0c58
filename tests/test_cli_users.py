"""Accounts from the command line: what it prints, what it refuses, and that a password is never an argument."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from data.identities import Identity
from data.rights import Right
from geo.model import Scope
from i18n import LANGUAGES
from pages.parts import load

PASSWORD = "seven olive trees"
pytestmark = pytest.mark.usefixtures("workspace")


def run(*words: str, code: int = 0, typed: str = "") -> str:
    """Run ``cli.py users`` and return what it printed."""
    result = CliRunner().invoke(cli.app, ["users", *words], input=typed)
    assert result.exit_code == code, result.output
    return result.output


def add(login: str = "rana", *words: str) -> str:
    return run("add", login, "--password-stdin", "--lang", "en", *words, typed=f"{PASSWORD}\n")


def scope_of(login: str) -> Scope:
    accounts = load.accounts()
    return accounts.sessions.scope(accounts.sessions.open(accounts.check_password(login, PASSWORD, address="test")))


def test_an_account_is_added_granted_listed_and_revoked() -> None:
    assert "rana" in add("rana", "--name", "رنا", "--role", "planner", "--area", "PS0150", "--clearance", "1")
    granted = run("grant", "rana", "--role", "planner", "--area", "PS0115", "--until", "2999-12-31", "--clearance", "2", "--lang", "en")
    grant_id = re.findall(r"[0-9a-f]{32}", granted)[0]
    listed = run("list", "--lang", "en")
    assert "rana · رنا" in listed
    assert f"Planner · PS0115 · clearance 2 · until 31 December 2999 · {grant_id}" in listed
    scope = scope_of("rana")
    assert (scope.role, scope.clearance, scope.areas) == ("planner", 1, ("PS0115", "PS0150"))
    run("revoke", "rana", "--grant", grant_id)
    assert scope_of("rana").areas == ("PS0150",)
    accounts = load.accounts()
    token = accounts.sessions.open(accounts.check_password("rana", PASSWORD, address="test"))
    run("revoke", "rana", "--sessions")
    assert accounts.sessions.find(token) is None
    assert scope_of("rana").areas == ("PS0150",)
    run("revoke", "rana")
    assert "closed" in run("list", "--lang", "en")


def test_an_invitation_prints_a_code_that_works_once() -> None:
    printed = run("invite", "--role", "ministry", "--clearance", "3", "--lang", "en")
    code = re.findall(r"\b[A-Z2-7]{6}(?:-[A-Z2-7]{6}){3}\b", printed)[0]
    assert f"/auth/register?code={code}" in printed
    user_id = load.accounts().register_with_code(code, "dana", "Dana", PASSWORD, locale="he", address="test")
    assert scope_of("dana") == Scope("ministry", 3, user_id)


@pytest.mark.parametrize(
    "words",
    [("add", "rana", "--role", "owner", "--password-stdin"), ("add", "a b", "--password-stdin"), ("invite", "--role", "planner"),
     ("invite", "--role", "ministry", "--days", "0"), ("invite", "--role", "ministry", "--days", "91"), ("grant", "nobody", "--role", "ministry"),
     ("revoke", "nobody"), ("revoke", "nobody", "--sessions"), ("revoke", "nobody", "--grant", "x")],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_cannot_be_done_is_told_in_words(words: tuple[str, ...], lang: str) -> None:
    printed = run(*words, "--lang", lang, code=BAD_INPUT, typed=f"{PASSWORD}\n")
    assert len(printed.strip()) > 10
    assert "Traceback" not in printed
    assert load.accounts().list_users() == []


def test_a_provider_is_linked_and_unlinked() -> None:
    add()
    who = ("--issuer", "https://provider.example", "--subject", "subject-1")
    assert "rana" in run("link", "rana", *who, "--lang", "en")
    identity = Identity("https://provider.example", "subject-1")
    assert load.accounts().find_identity(identity, address="test") == load.accounts().list_users()[0].user_id
    for lang in LANGUAGES:
        assert "Traceback" not in run("link", "rana", *who, "--lang", lang, code=BAD_INPUT)
    run("unlink", "rana")
    assert load.accounts().find_identity(identity, address="test") is None
    run("unlink", "nobody", code=BAD_INPUT)


def test_a_day_that_is_none_is_refused() -> None:
    add()
    assert "2026-13-01" in run("grant", "rana", "--role", "ministry", "--until", "2026-13-01", code=BAD_INPUT)
    run("grant", "rana", "--role", "ministry", "--until", "2020-01-01", code=BAD_INPUT)


def test_the_password_is_asked_for_twice_and_not_shown() -> None:
    printed = run("add", "rana", "--lang", "en", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert PASSWORD not in printed
    assert scope_of("rana") == Scope()
    run("add", "other", "--password", PASSWORD, code=2)


def test_the_store_of_a_running_server_sees_it_at_once(workspace: Path) -> None:
    accounts = load.accounts()
    assert accounts.set_up_code()
    add("boss", "--role", "admin")
    assert accounts.set_up_code() is None
    assert (workspace / "data").exists()
    assert accounts.list_users()[0].grants[0].right == Right("admin")
