"""``cli.py review``: decide about what partners propose without a browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Lang, printable, told, words

if TYPE_CHECKING:
    from data.accounts import Accounts
    from data.store import Store
    from data.submissions import Submissions
    from geo.model import Scope
    from geo.registry import Registry
    from i18n import Translator

review = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Decide about what partners propose.")
As = Annotated[str, typer.Option("--as", help="Act with the rights of the person with this login; without it, as whoever runs this installation.")]
Id = Annotated[str, typer.Argument(help="Id of the proposal, as `review list` prints it.")]
Seen = Annotated[int, typer.Option("--seen", help="Version of the site that you saw, as `review show` prints it; another one now is refused.")]
PRESENT = -1


@dataclass(frozen=True, slots=True)
class Office:
    """The open store and accounts, and with whose rights a command acts."""

    store: Store
    accounts: Accounts
    scope: Scope

    @property
    def submissions(self) -> Submissions:
        """What was proposed."""
        from data.submissions import Submissions

        return Submissions(self.store)

    def registry(self) -> Registry:
        """Return the registry as the person may see it."""
        from data.snapshot import read_registry

        return read_registry(self.store, self.scope.sight)

    def names(self) -> dict[str, str]:
        """Return everybody's display name by id."""
        return {user.user_id: user.display_name for user in self.accounts.list_users()}


def opened(login: str) -> Office:
    """Open what the settings name, for a person, or for whoever runs the installation where ``login`` is empty."""
    from data.accounts import COMMAND_LINE
    from geo.model import SENSITIVITY, Scope
    from jobs.accounts import open_accounts
    from jobs.opening import open_store
    from settings import Settings

    settings = Settings.from_env()
    store = open_store(settings)
    accounts = open_accounts(settings, store)
    operator = Scope("ministry", SENSITIVITY["hidden"], COMMAND_LINE)
    return Office(store, accounts, accounts.scope_of_login(login) if login else operator)


@review.command(name="list")
def review_list(login: As = "", lang: Lang = "") -> None:
    """List what waits, governorate by governorate, the most urgent first."""
    from jobs.reviewing import queue_text

    tr = words(lang)
    with told(tr):
        office = opened(login)
        print(printable(queue_text(office.submissions.queue(office.scope), office.registry(), office.names(), dt.datetime.now(dt.UTC), tr)))


@review.command(name="show")
def review_show(submission: Id, login: As = "", lang: Lang = "") -> None:
    """Print a proposal beside the site as it stands; opening a protected place is logged."""
    from jobs.reviewing import comparison_text

    tr = words(lang)
    with told(tr):
        office = opened(login)
        comparison = office.submissions.compare(office.scope, submission)
        print(printable(comparison_text(comparison, office.registry(), office.names(), dt.datetime.now(dt.UTC), tr)))


@review.command(name="approve")
def review_approve(
    submission: Id,
    field: Annotated[list[str] | None, typer.Option(help="Approve only this field, by its code in brackets. May be given more than once.")] = None,
    reason: Annotated[str, typer.Option(help="Why the other fields are not approved; needed with --field.")] = "",
    seen: Seen = PRESENT,
    login: As = "",
    lang: Lang = "",
) -> None:
    """Approve a proposal, or only some of its fields; what is approved stands in the registry at once."""
    tr = words(lang)
    with _told(tr):
        print(tr(f"review.done.{_decide(opened(login), submission, field, seen, reason)}"))


@review.command(name="reject")
def review_reject(submission: Id, reason: Annotated[str, typer.Option(help="Why; the proposer reads it.")], login: As = "", lang: Lang = "") -> None:
    """Reject a proposal; nothing changes in the registry."""
    tr = words(lang)
    with _told(tr):
        print(tr(f"review.done.{_decide(opened(login), submission, [], PRESENT, reason)}"))


@review.command(name="send-back")
def review_send_back(
    submission: Id,
    reason: Annotated[str, typer.Option(help="What should be changed or answered; the proposer reads it.")],
    login: As = "",
    lang: Lang = "",
) -> None:
    """Send a proposal back to its proposer with a question."""
    tr = words(lang)
    with _told(tr):
        office = opened(login)
        version = office.submissions.get(office.scope, submission).version
        done = office.submissions.request_changes(office.scope, submission, version=version, reason=reason)
        print(tr(f"review.done.{done.state}"))


def _decide(office: Office, submission_id: str, fields: list[str] | None, seen: int, reason: str) -> str:
    """Decide about a proposal and return its state; None for ``fields`` approves all of them."""
    from data.site_edits import read_site

    submission = office.submissions.get(office.scope, submission_id)
    now = 0 if submission.op == "add" else read_site(office.store, office.scope, submission.site_id).version
    done = office.submissions.decide(
        office.scope, submission_id, version=submission.version, seen_version=now if seen == PRESENT else seen,
        accept=list(submission.proposed) if fields is None else fields, reason=reason,
    )  # fmt: skip
    return done.state


@contextmanager
def _told(tr: Translator) -> Iterator[None]:
    """Tell an error as all commands do, with the name of the field beside its code."""
    from geo.errors import AppError
    from jobs.reviewing import with_names

    with told(tr):
        try:
            yield
        except AppError as error:
            raise with_names(error, tr) from error
