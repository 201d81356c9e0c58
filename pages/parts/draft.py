"""What somebody is filling in about a site: opened from an address, checked, kept as a draft at every step, and sent for review."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.proposals import Fault, clean_proposal
from data.site_edits import SiteView, read_site
from data.site_records import NO_PLACE
from data.submission import Submission
from data.submissions import Submissions
from geo.errors import AppError, InputError, StoreError
from geo.model import Scope
from geo.permissions import may
from geo.registry import Registry
from geo.sensitivity import least_sensitivity
from geo.submissions import EMPTY, PROPOSABLE, changed_fields

STEPS: Mapping[str, tuple[str, ...]] = {
    "name": ("names", "kind", "status"),
    "place": ("place",),
    "services": ("services", "capacities", "target_groups", "hours", "accessibility"),
    "reach": ("phone", "email", "website", "address", "note"),
    "protection": ("sensitivity",),
    "review": (),
}
"""The steps of the form and the fields that each asks for."""
GIVEN = {"sensitivity", "status"}
"""Fields that a new form says before anybody has answered."""
EDITABLE = ("draft", "changes_requested")
REFUSALS = ("review.no_submission", "review.not_allowed", "history.no_site")
"""What is told alike: that it is not there, and that it is not for this reader."""


class LockedError(InputError):
    """A site's list is kept elsewhere; ``params`` has its ``source``."""


@dataclass(slots=True)
class Draft:
    """A form that is being filled in, of one person in one browser session.

    Parameters
    ----------
    user_id : who fills it in.
    op : ``add`` or ``edit``.
    site_id : of the site that is to change.
    submission_id, version, state : of the kept draft; empty until something is kept.
    organisation_id : who runs the site.
    record : the site as it stands, empty for a new one; None in what is withheld.
    withheld : fields that are kept on file and not shown.
    country : of the site, or the usual one of who fills it in; decides how phone numbers are read where no place is known.
    answers : what the form says, all fields.
    comment : to the reviewer.
    returned : why it was sent back.
    key : the same however often it is sent; also sets the form's widgets apart from those of another form.
    faults : of the last try, by field.
    error : why it could not be kept or sent.
    moved : raised whenever the map is to go to the place.
    """

    user_id: str
    op: str
    site_id: str = ""
    submission_id: str = ""
    version: int = 0
    state: str = "draft"
    organisation_id: str = ""
    record: dict[str, Any] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    country: str = ""
    answers: dict[str, Any] = field(default_factory=lambda: {**EMPTY, "status": "active"})
    comment: str = ""
    returned: str = ""
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    faults: dict[str, Fault] = field(default_factory=dict)
    error: AppError | None = None
    moved: int = 0

    @property
    def address(self) -> dict[str, list[str]]:
        """The address's values under which the form opens again."""
        if self.submission_id:
            return {"draft": [self.submission_id]}
        return {"do": ["add"]} if self.op == "add" else {"site": [self.site_id]}


def check_may_change(scope: Scope, view: SiteView) -> None:
    """Refuse a site that the asker may not propose changes of.

    Raises
    ------
    InputError : it is not within the asker's reach. LockedError : its list is kept elsewhere.
    """
    if not may(scope, "propose", area_id=view.area_id, country=view.country, organisation_id=view.organisation_id):
        raise InputError("review.not_allowed")
    if view.locked:
        raise LockedError("review.locked", source=view.source_id)


def site_to_change(submissions: Submissions, scope: Scope, site_id: str) -> SiteView:
    """Return a site that the asker may propose changes of, or the one that it was merged into; raises as ``check_may_change``."""
    view = read_site(submissions.store, scope, site_id)
    if view.merged_into:
        view = read_site(submissions.store, scope, view.merged_into)
    check_may_change(scope, view)
    return view


def of_site(submissions: Submissions, scope: Scope, site_id: str) -> Draft:
    """Return a correction of a site: the one that the asker has begun already, or a new one; raises as ``check_may_change``."""
    view = site_to_change(submissions, scope, site_id)
    begun = [one for one in submissions.own(scope) if one.site_id == view.site_id and one.op == "edit" and one.state in EDITABLE]
    return of_submission(submissions, scope, begun[0].submission_id) if begun else _around(scope, view)


def of_submission(submissions: Submissions, scope: Scope, submission_id: str) -> Draft:
    """Return one's own draft, to go on with.

    Raises
    ------
    InputError : it is not there, not one's own or not a draft. LockedError : the site's list is kept elsewhere by now.
    """
    found = own_submission(submissions, scope, submission_id)
    if found.state not in EDITABLE or found.op == "verify":
        raise InputError("review.closed")
    if found.op == "add":
        draft = Draft(scope.user_id, "add", country=found.country, organisation_id=found.organisation_id)
    else:
        draft = _around(scope, site_to_change(submissions, scope, found.site_id))
    draft.submission_id, draft.version, draft.state = found.submission_id, found.version, found.state
    draft.answers |= found.proposed
    draft.comment, draft.returned = found.comment, found.reason
    return draft


def own_submission(submissions: Submissions, scope: Scope, submission_id: str) -> Submission:
    """Return a submission of the asker's; InputError for another person's too."""
    found = submissions.get(scope, submission_id)
    if not scope.user_id or found.submitted_by != scope.user_id:
        raise InputError("review.no_submission")
    return found


def _around(scope: Scope, view: SiteView) -> Draft:
    answers = {name: EMPTY[name] if name in view.withheld else view.record[name] for name in PROPOSABLE}
    return Draft(scope.user_id, "edit", view.site_id, organisation_id=view.organisation_id, record=view.record, withheld=view.withheld,
                 country=view.country, answers=answers)  # fmt: skip


def least_level(registry: Registry, draft: Draft) -> int:
    """Return the least sensitivity that the answers so far ask for."""
    answers = draft.answers
    of_terms = {str(term): int(level) for term, level in registry.terms["sensitivity"].items()}
    return least_sensitivity(of_terms, kind=answers["kind"], services=answers["services"], target_groups=answers["target_groups"])


def proposal(registry: Registry, draft: Draft) -> tuple[dict[str, Any], list[Fault]]:
    """Return the fields that would change, clean, and what is wrong with those that cannot be taken; the answers become the clean ones."""
    draft.answers["sensitivity"] = max(int(draft.answers["sensitivity"] or 0), least_level(registry, draft))
    changed = {name: draft.answers[name] for name in changed_fields(draft.record, draft.answers)}
    whole = {name: EMPTY[name] if value is None and name in draft.withheld else value for name, value in draft.record.items()}
    if "place" in draft.withheld:
        whole["place"] = {**NO_PLACE, "country": draft.country}
    good, faults = clean_proposal(registry, changed, op=draft.op, whole=whole, today=registry.today)
    draft.answers |= good
    if draft.op == "edit":
        good = {name: good[name] for name in changed_fields(draft.record, good)}
    return good, faults


def keep(submissions: Submissions, scope: Scope, registry: Registry, draft: Draft) -> None:
    """Keep what can be taken of the answers, and note what cannot in ``faults`` and ``error``; nothing is kept of a form without answers."""
    good, faults = proposal(registry, draft)
    draft.faults, draft.error = {fault.field: fault for fault in faults}, None
    if not draft.submission_id and not set(good) - (GIVEN if draft.op == "add" else set()):
        return
    try:
        kept = submissions.save(
            scope, op=draft.op, proposed=good, site_id=draft.site_id, submission_id=draft.submission_id, version=draft.version, comment=draft.comment,
            client_key=draft.key, organisation_id=draft.organisation_id,
        )  # fmt: skip
    except (InputError, StoreError) as error:
        draft.error = error
        return
    draft.submission_id, draft.version, draft.state = kept.submission_id, kept.version, kept.state


def send(submissions: Submissions, scope: Scope, registry: Registry, draft: Draft, *, checked: bool) -> bool:
    """Send the form for review and say whether it waits there now; a second click on the same form finds it sent.

    Parameters
    ----------
    checked : the sender checked today what the form says.
    """
    try:
        if draft.submission_id and own_submission(submissions, scope, draft.submission_id).state == "submitted":
            return True
        if checked:
            draft.answers["verified_on"] = registry.today.isoformat()
        keep(submissions, scope, registry, draft)
        if draft.faults or draft.error:
            return False
        submissions.submit(scope, draft.submission_id, version=draft.version)
    except (InputError, StoreError) as error:
        draft.error = error
        return False
    return True


def verify(submissions: Submissions, scope: Scope, site_id: str, today: dt.date) -> None:
    """Send that a site is still as it is written, checked today; the same day again changes nothing. Raises as ``check_may_change``."""
    view = site_to_change(submissions, scope, site_id)
    item = {"op": "verify", "site_id": view.site_id, "proposed": {"verified_on": today.isoformat()}, "client_key": f"verify|{view.site_id}|{today}"}
    submissions.send_all(scope, [item])
