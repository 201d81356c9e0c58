"""Whether people may sign in through an OpenID Connect provider: what ``[auth]`` in ``.streamlit/secrets.toml`` says, and what is missing."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from typing import Literal

NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
PACKAGES = ("authlib", "httpx")
SHORTEST_SECRET = 32
"""Fewest signs of ``cookie_secret``: whoever guesses it can claim to be anybody."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What was found.

    Parameters
    ----------
    state : ``off`` without ``[auth]``; ``incomplete`` where keys are missing or the cookie secret is short; ``no_package`` where packages
        are missing; ``ready``.
    missing : names of what is missing.
    """

    state: Literal["off", "incomplete", "no_package", "ready"]
    missing: tuple[str, ...] = ()


@functools.cache
def provider() -> Provider:
    """Look once a process."""
    from streamlit import secrets

    section = secrets.get("auth") if secrets.load_if_toml_exists() else None
    if not section:
        return Provider("off")
    missing = tuple(key for key in NEEDED if not str(section.get(key, "")))
    if not missing and len(str(section["cookie_secret"])) < SHORTEST_SECRET:
        missing = ("cookie_secret",)
    if missing:
        return Provider("incomplete", missing)
    absent = tuple(name for name in PACKAGES if importlib.util.find_spec(name) is None)
    return Provider("no_package", absent) if absent else Provider("ready")
