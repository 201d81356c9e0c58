"""Briefs by address: a governorate's page as PDF, workbook, GeoPackage, stand-alone file or list; the public's figures, whoever asks."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from threading import BoundedSemaphore, Lock

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from data.kept import KeptRecords
from geo.errors import AppError, InputError, SetupError, StoreError
from geo.profile import Profile
from geo.registry import Registry
from i18n import translator
from jobs.briefs import FORMATS, brief_name, make_brief
from jobs.briefs_kept import kept_profile, kept_registry, kept_work
from jobs.profile import ProfileInputs, make_profile
from jobs.snapshots import open_snapshot

NUMBER = re.compile("[0-9]{1,9}")
AT_ONCE = 8
"""Readers who may wait for a brief; more are asked to come back."""
KEPT_BYTES = 32_000_000
"""Finished files that are kept: a room of people asks for the same one."""


def brief_routes(load: Callable[[], Registry], inputs: Callable[[Registry, str], ProfileInputs], records: Callable[[], KeptRecords]) -> list[Route]:
    """Return the route; ``?snapshot=12`` asks for a brief of that snapshot.

    Parameters
    ----------
    load : returns the public's registry.
    inputs : returns what the profiles of a country are made from; the page's own, so that a file holds what the page shows.
    records : returns what was kept.
    """
    kept = _Kept()
    free = BoundedSemaphore(AT_ONCE)

    def make(area_id: str, extension: str, lang: str, snapshot: int | None) -> tuple[bytes, str] | None:
        registry, tr = load(), translator(lang)
        if area_id not in registry.governorates.index:
            return None
        work = None
        if snapshot is None:
            profile = make_profile(registry, inputs(registry, str(registry.governorates["country"][area_id])), area_id, tr)
        else:
            found = open_snapshot(records(), snapshot)
            profile, work = kept_profile(registry, found, area_id, tr), kept_work(registry, found, area_id, tr)
            registry = kept_registry(registry, found)
        name = brief_name(registry, profile, extension)
        return kept.get(_key(registry, profile, extension), lambda: make_brief(registry, profile, extension, tr, work)), name

    async def brief(request: Request) -> Response:
        area_id, extension = request.path_params["area_id"], request.path_params["extension"]
        lang = translator(request.query_params.get("lang", "")).lang
        snapshot = request.query_params.get("snapshot")
        if extension not in FORMATS or not (snapshot is None or NUMBER.fullmatch(snapshot)):
            return PlainTextResponse("", status_code=404)
        if not free.acquire(blocking=False):
            return _told(InputError("brief.busy"), lang, 503)
        try:
            made = await run_in_threadpool(make, area_id, extension, lang, None if snapshot is None else int(snapshot))
        except (InputError, StoreError) as error:
            return _told(error, lang, 404)
        except SetupError as error:
            return _told(error, lang, 501)
        finally:
            free.release()
        if made is None:
            return PlainTextResponse("", status_code=404)
        body, name = made
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(body, media_type=FORMATS[extension], headers=headers)

    return [Route("/brief/{area_id}.{extension}", brief)]


def _told(error: AppError, lang: str, status: int) -> Response:
    tr = translator(lang)
    headers = {"Retry-After": "30"} if status == 503 else {}
    return PlainTextResponse(f"{tr(f'error.{error.code}', **error.params)} {tr(f'fix.{error.code}')}", status_code=status, headers=headers)


def _key(registry: Registry, profile: Profile, extension: str) -> str:
    """Return a digest of all that a file is made from: what is kept of a country changes without the edition."""
    return hashlib.sha256(f"{extension} {registry.edition} {registry.training} {profile!r}".encode()).hexdigest()


class _Kept:
    """The files made last, up to ``KEPT_BYTES``; each is made by whoever asks first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._files: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                return self._files[key]
        body = make()
        with self._lock:
            self._files[key] = body
            while sum(map(len, self._files.values())) > KEPT_BYTES and len(self._files) > 1:
                self._files.popitem(last=False)
        return body
