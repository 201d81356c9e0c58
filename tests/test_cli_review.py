"""Reviewing, taking back and merging from the command line: what it prints, with whose rights, and what it refuses."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import cli
from commands.common import BAD_INPUT
from data.exact_views import exact_views
from data.rights import Right
from data.site_edits import read_site
from geo.model import PUBLIC
from i18n import LANGUAGES, translator
from pages.parts import load
from tests.pages.review_support import a_site, partner, propose

pytestmark = pytest.mark.usefixtures("workspace")
PASSWORD = "seven olive trees"


def run(*words: str, code: int = 0) -> str:
    """Run a command and return what it printed."""
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.output


def state(submission_id: str) -> str:
    return load.submissions().get(partner(), submission_id).state


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_and_one_proposal_are_told_in_words(lang: str) -> None:
    tr, one = translator(lang), propose(phone="+97248552000", services=["legal_counselling"])
    listed = run("review", "list", "--lang", lang)
    assert one.submission_id in listed
    assert tr.plural("review.waiting", 1) in listed
    assert tr("review.today") in listed
    shown = run("review", "show", one.submission_id, "--lang", lang)
    assert tr("review.column.proposed") + ": +97248552000" in shown
    assert load.registry().term_label("service", "legal_counselling", lang) in shown
    assert tr("review.site_version", version=1) in shown


def test_two_fields_are_approved_and_the_proposer_reads_why_the_third_is_not() -> None:
    one = propose()
    run("review", "approve", one.submission_id, "--field", "phone", "--field", "hours", code=BAD_INPUT)
    assert state(one.submission_id) == "submitted"
    run("review", "approve", one.submission_id, "--field", "phone", "--field", "hours", "--reason", "Still open")
    done = load.submissions().get(partner(), one.submission_id)
    assert done.decisions == {"status": ("rejected", "Still open"), "phone": ("accepted", ""), "hours": ("accepted", "")}
    told = run("history", a_site(), "--lang", "en")
    assert "proposal approved by the command line" in told
    assert "Phone: +97248552045 -> +97248552000" in told
    assert "Why: Still open" in told


def test_all_are_approved_rejected_or_sent_back() -> None:
    for command, expected in (("approve", "approved"), ("reject", "rejected"), ("send-back", "changes_requested")):
        one = propose(phone="+97248552000")
        run("review", command, one.submission_id, "--reason", "So it is")
        assert state(one.submission_id) == expected


def test_what_was_not_seen_is_not_approved() -> None:
    one, other = propose(phone="+97248552000"), propose(hours="24/7")
    run("review", "approve", other.submission_id)
    assert translator("en")("review.stale_note") in run("review", "show", one.submission_id, "--lang", "en")
    run("review", "approve", one.submission_id, "--seen", "1", code=BAD_INPUT)
    assert state(one.submission_id) == "submitted"
    run("review", "approve", one.submission_id, "--seen", "2")
    assert state(one.submission_id) == "approved"


def test_a_login_acts_with_its_own_rights_and_never_on_its_own_proposal() -> None:
    accounts, one = load.accounts(), propose()
    accounts.create_user("far", "Far", PASSWORD, locale="en", actor="test", right=Right("planner", area_id="SY"))
    accounts.create_user("near", "Near", PASSWORD, locale="en", actor="test", right=Right("planner", area_id="IL"))
    assert one.submission_id not in run("review", "list", "--as", "far")
    run("review", "approve", one.submission_id, "--as", "far", code=BAD_INPUT)
    run("review", "show", one.submission_id, "--as", "far", code=BAD_INPUT)
    run("review", "list", "--as", "nobody", code=BAD_INPUT)
    near = accounts.scope_of_login("near")
    made = load.submissions().save(near, op="edit", site_id=a_site(), proposed={"phone": ""})
    own = load.submissions().submit(near, made.submission_id, version=made.version)
    run("review", "approve", own.submission_id, "--as", "near", code=BAD_INPUT)
    run("review", "approve", one.submission_id, "--as", "near")
    assert "proposal approved by Near" in run("history", a_site(), "--lang", "en")


@pytest.mark.parametrize("field", ["nothing", "organisation_id", "<b>"])
def test_a_field_that_is_not_proposed_is_refused_by_name(field: str) -> None:
    one = propose()
    run("review", "approve", one.submission_id, "--field", field, "--reason", "x", code=BAD_INPUT)
    assert state(one.submission_id) == "submitted"


def test_showing_a_protected_place_is_logged() -> None:
    one = propose(sensitivity=2, note="Blue door")
    assert "Blue door" in run("review", "show", one.submission_id)
    assert [view.actor for view in exact_views(load.store())] == ["command line"]


def test_a_site_is_taken_back_and_merged_and_parted() -> None:
    sites = load.registry().sites
    gone, kept = a_site(), str(sites.index[sites.index != a_site()][0])
    old = str(sites.at[gone, "phone"])
    run("review", "approve", propose(phone="+97248552000").submission_id)
    run("revert", gone, "--to", "1", "--reason", "A hoax")
    assert load.registry().sites.at[gone, "phone"] == old
    run("merge", gone, kept, "--reason", "One door")
    assert load.registry().redirects == {gone: kept}
    run("merge", gone, kept, "--reason", "Again", code=BAD_INPUT)
    run("revert", gone, "--to", "3", "--reason", "Two doors")
    assert load.registry().redirects == {}
    assert read_site(load.store(), PUBLIC, gone).version == 5
    told = run("history", gone, "--lang", "en")
    assert "merged into another site by the command line" in told
    assert told.count("taken back to an earlier version") == 2


def test_what_is_not_there_is_refused() -> None:
    for words in (("revert", "nothing", "--to", "1", "--reason", "x"), ("revert", a_site(), "--to", "9", "--reason", "x"),
                  ("revert", a_site(), "--to", "1", "--reason", " "), ("merge", a_site(), a_site(), "--reason", "x"),
                  ("merge", a_site(), "nothing", "--reason", "x"), ("review", "show", "nothing"), ("history", "nothing")):  # fmt: skip
        run(*words, code=BAD_INPUT)
