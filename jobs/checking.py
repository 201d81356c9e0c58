"""Look at the set-up and say in plain words what is there and what is missing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from data.engine import reading
from data.row_security import bypassed
from data.snapshot import read_registry
from data.store import Store
from geo.errors import AppError
from geo.model import COUNTRIES
from geo.registry import Registry
from i18n import Translator
from jobs.accounts import open_accounts
from jobs.opening import open_store
from jobs.provider import PACKAGES, provider
from settings import Settings

NEEDED = ("streamlit", "folium", "folium-offline", "geopandas", "shapely", "pyogrio", "SQLAlchemy", "osmnx")
OPTIONAL = {"psycopg": "postgres", "distributed": "dask"}
"""Packages that are there only if somebody wants what they are for; key of the words for it."""
SCHEDULER_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is as it should be, whether it may be missing, and the words."""

    good: bool
    text: str
    optional: bool = False


def check_set_up(settings: Settings, tr: Translator) -> list[Finding]:
    """Return what was found, in the order in which a person would put it right."""
    return [*_packages(tr), *_scheduler(settings, tr), _sign_in(tr), *_places(settings, tr), *_store(settings, tr)]


def _packages(tr: Translator) -> Iterator[Finding]:
    yield Finding(good=True, text=tr("cli.doctor.python", version=platform.python_version()))
    missing = [name for name in NEEDED if _version(name) is None]
    found = ", ".join(f"{name} {_version(name)}" for name in NEEDED if name not in missing)
    yield Finding(good=True, text=tr("cli.doctor.packages", names=found))
    if missing:
        yield Finding(good=False, text=tr("cli.doctor.missing", names=", ".join(missing)))
    for module, purpose in OPTIONAL.items():
        there = importlib.util.find_spec(module) is not None
        yield Finding(good=there, optional=True, text=tr(f"cli.doctor.{purpose}_{'there' if there else 'missing'}"))


def _scheduler(settings: Settings, tr: Translator) -> Iterator[Finding]:
    """Say whether a Dask scheduler that is set listens."""
    if settings.dask_scheduler:
        where = urlsplit(settings.dask_scheduler)
        try:
            socket.create_connection((where.hostname or "", where.port or 0), timeout=SCHEDULER_SECONDS).close()
        except (OSError, ValueError):
            yield Finding(good=False, text=tr("compute.scheduler_silent", address=settings.dask_scheduler))
        else:
            yield Finding(good=True, text=tr("compute.scheduler_there", address=settings.dask_scheduler))


def _sign_in(tr: Translator) -> Finding:
    found = provider()
    if found.state == "off":
        there = all(importlib.util.find_spec(name) is not None for name in PACKAGES)
        return Finding(good=there, optional=True, text=tr(f"cli.doctor.oidc_{'there' if there else 'missing'}"))
    return Finding(good=found.state == "ready", text=tr(f"account.provider_{found.state}", names=", ".join(found.missing)))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _places(settings: Settings, tr: Translator) -> Iterator[Finding]:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    writable = os.access(folder, os.W_OK)
    free = shutil.disk_usage(folder).free // 1_000_000
    yield Finding(
        good=writable, text=tr("cli.doctor.folder" if writable else "cli.doctor.folder_closed", folder=str(settings.data_dir), free=tr.number(free))
    )


def _store(settings: Settings, tr: Translator) -> Iterator[Finding]:
    try:
        store = open_store(settings)
        registry = read_registry(store)
        open_accounts(settings, store)
    except AppError as error:
        yield Finding(good=False, text=tr(f"error.{error.code}", **error.params))
        return
    engine = "GeoPackage (SQLite)" if settings.embedded else "PostgreSQL"
    yield Finding(
        good=True, text=tr("cli.doctor.store", engine=engine, workspace=tr(f"cli.workspace.{settings.workspace}"), version=registry.version)
    )
    yield from _row_security(store, tr)
    yield from _packs(registry, tr)


def _row_security(store: Store, tr: Translator) -> Iterator[Finding]:
    """Say whether PostgreSQL's own net under what is sealed holds; an SQLite file has none."""
    if store.engine.dialect.name == "postgresql":
        with reading(store.engine) as connection:
            loose = bypassed(connection)
        yield Finding(
            good=not loose, optional=True, text=tr("safety.rows_bypassed" if loose else "safety.rows_held", role=str(store.engine.url.username))
        )


def _packs(registry: Registry, tr: Translator) -> Iterator[Finding]:
    for country in COUNTRIES:
        areas = registry.governorates[registry.governorates["country"] == country]
        sites = int((registry.sites["country"] == country).sum())
        name = registry.label("area", country, tr.lang)
        yield Finding(good=len(areas) > 0, text=tr("cli.doctor.pack", name=name, areas=tr.number(len(areas)), sites=tr.number(sites)))
