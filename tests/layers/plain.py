"""What markup really holds: the elements, attributes and addresses that a browser would make of it."""

from __future__ import annotations

from html.parser import HTMLParser

ELEMENTS = {"a", "article", "aside", "b", "caption", "div", "h3", "li", "p", "span", "style", "table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {"class", "dir", "href", "rel", "scope", "style", "target"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.wrong += [] if tag in ELEMENTS else [tag]
        for name, value in attrs:
            local = (value or "").startswith(("/", "https://", "http://")) and not (value or "").startswith("//")
            self.wrong += [] if name in ATTRIBUTES and (name != "href" or local) else [f"{tag} {name}={value}"]


def faults(markup: str) -> list[str]:
    """Return the elements, attributes and addresses in markup that are none of ours."""
    reader = _Reader()
    reader.feed(markup)
    return reader.wrong
