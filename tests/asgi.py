"""A client for routes that needs no port: one request through the ASGI interface, and the answer."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.routing import BaseRoute


@dataclass(frozen=True)
class Answer:
    """Status, headers in lower case, the body as sent and as a browser would read it, and the cookies that were set."""

    status_code: int
    headers: dict[str, str]
    sent: bytes
    cookies: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        """The body, decompressed."""
        return gzip.decompress(self.sent) if self.headers.get("content-encoding") == "gzip" else self.sent

    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.content)


class Client:
    """Asks an application made of ``routes``."""

    def __init__(self, routes: list[Any]) -> None:
        typed: list[BaseRoute] = list(routes)
        self._app = Starlette(routes=typed)

    def get(self, url: str, headers: dict[str, str] | None = None) -> Answer:
        """Ask for ``url``, a path with a query, as a server would hand it on."""
        return self.ask("GET", url, headers)

    def ask(
        self, method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"", *, scheme: str = "http", host: str = "127.0.0.1"
    ) -> Answer:
        """Send a request with a body from the address ``host``."""
        parts = urlsplit(url)
        pairs = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": scheme, "path": unquote(parts.path),
            "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "", "headers": pairs, "client": (host, 1),
            "server": ("127.0.0.1", 80),
        }  # fmt: skip
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        asyncio.run(self._app(scope, receive, send))
        start = next(message for message in messages if message["type"] == "http.response.start")
        found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        cookies = tuple(value.decode() for name, value in start["headers"] if name.decode().lower() == "set-cookie")
        return Answer(start["status"], found, b"".join(message.get("body", b"") for message in messages), cookies)
