"""Who may do what, and where: one table of roles and actions. What is not in it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from geo.model import SENSITIVITY, Scope

ROLES = ("public", "partner", "planner", "ministry", "admin")
ACTIONS = ("view_public", "view_exact", "propose", "review", "publish", "import", "manage_users", "export", "plan", "add_indicator", "send_counts")
Reach = Literal["anywhere", "own_area", "own_organisation"]

ALLOWED: Mapping[str, Mapping[str, Reach]] = {
    "public": {"view_public": "anywhere", "export": "anywhere"},
    "partner": {
        "view_public": "anywhere", "export": "anywhere", "view_exact": "own_organisation", "propose": "own_organisation",
        "send_counts": "own_organisation",
    },
    "planner": {
        "view_public": "anywhere", "export": "anywhere", "view_exact": "own_area", "propose": "own_area", "review": "own_area",
        "plan": "own_area", "add_indicator": "own_area",
    },
    "ministry": {
        "view_public": "anywhere", "export": "anywhere", "view_exact": "anywhere", "propose": "anywhere", "review": "anywhere", "publish": "anywhere",
        "import": "anywhere", "plan": "anywhere", "add_indicator": "anywhere",
    },
    "admin": {"view_public": "anywhere", "export": "anywhere", "manage_users": "anywhere"},
}  # fmt: skip
"""Role to the actions that it allows and how far. ``export`` is of what the asker may see anyway; exact places are ``view_exact``;
``plan`` keeps what a planning group decided: an index, weights, a snapshot; ``add_indicator`` adds values of indicators; ``send_counts``
sends an organisation's own counts of issues."""


def may(
    scope: Scope,
    action: str,
    *,
    area_id: str = "",
    organisation_id: str = "",
    country: str = "",
    sensitivity: int = SENSITIVITY["hidden"],
) -> bool:
    """Say whether an action is allowed; an unknown role or action, or a place or owner that is not named, is refused.

    Parameters
    ----------
    scope : who asks.
    action : one of ``ACTIONS``.
    area_id, country : where the thing is that the action is about; a planner of a whole country has its code among the areas.
    organisation_id : whose it is.
    sensitivity : of the site, 0-3; only ``view_exact`` asks for it, and takes the highest where it is not said.
    """
    reach = ALLOWED.get(scope.role, {}).get(action)
    if reach is None:
        return False
    if action == "view_exact" and scope.clearance < sensitivity:
        return False
    if reach == "own_area":
        return any(place != "" and place in scope.areas for place in (area_id, country))
    if reach == "own_organisation":
        return organisation_id != "" and organisation_id == scope.organisation_id
    return reach == "anywhere"
