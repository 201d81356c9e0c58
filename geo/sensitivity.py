"""How sensitive a site is at least, whatever is said of it: by its kind, its services and the people it is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SENSITIVE_GROUPS = {"survivors": 2}
"""Least sensitivity of a site that says it is for these people, whatever its services."""


def least_sensitivity(of_terms: Mapping[str, int], *, kind: str, services: Iterable[str], target_groups: Iterable[str]) -> int:
    """Return the least sensitivity, 0-3, that a site may have.

    Parameters
    ----------
    of_terms : term id (``service:medical_care``) to its least sensitivity; a term that is not in it has none.
    kind, services, target_groups : codes of the site.
    """
    groups = list(target_groups)
    terms = [f"kind:{kind}", *(f"service:{code}" for code in services), *(f"target_group:{code}" for code in groups)]
    return max(0, *(int(of_terms.get(term, 0)) for term in terms), *(SENSITIVE_GROUPS.get(code, 0) for code in groups))
