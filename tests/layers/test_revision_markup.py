"""Proposals and history as HTML: everything that people wrote is text, and values stand under their headings."""

from __future__ import annotations

import pytest

from layers.revision_markup import DiffRow, Fact, QueueLine, TimelineItem, diff_table, facts, queue, similar, timeline
from tests.layers.test_markup import Reader
from tests.xss import PAYLOADS

PLAIN = {"style", "div", "section", "h2", "h3", "ul", "ol", "li", "a", "strong", "p", "bdi", "table", "caption", "thead", "tbody", "tr", "th", "td", "em",
         "dl", "dt", "dd"}  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_are_text_everywhere(payload: str) -> None:
    rows = [DiffRow(payload, (payload,), [(payload, payload), (payload,)])]
    made = (
        queue([(payload, [QueueLine("/review?id=1", payload, payload, "late", (payload, payload))])]),
        diff_table(payload, (payload, payload, payload), rows),
        facts(payload, [Fact(payload, (payload,), payload, ltr=True), Fact(payload, (payload,), "tel:" + payload), Fact(payload, (payload,))]),
        timeline([TimelineItem(payload, (payload,), (payload, payload, payload), rows)]),
        similar(payload, [(payload, "/site?id=1", (payload,))], empty=payload),
        similar(payload, [], empty=payload),
    )
    for html in made:
        reader = Reader(html)
        assert set(reader.tags) <= PLAIN
        assert not [name for name, _ in reader.attributes if name.startswith("on")]
        assert not [value for name, value in reader.attributes if name == "href" and not str(value).startswith("/")]
        assert "".join(payload.split()) in "".join(reader.text.split())


@pytest.mark.parametrize(
    ("href", "leads"),
    [
        ("tel:+97022345678", True),
        ("https://example.org/a?b=c", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("tel:x", False),
        ("", False),
    ],
)
def test_a_fact_leads_to_a_phone_or_a_page_and_nowhere_else(href: str, leads: bool) -> None:
    assert ("a" in Reader(facts("Site", [Fact("Web", ("x",), href)])).tags) == leads


def test_urgency_is_said_in_words() -> None:
    made = queue(
        [
            (
                "Hebron",
                [
                    QueueLine("/review?id=1", "Clinic", "Went to the ministry", "escalated", ("Correction",)),
                    QueueLine("/review?id=2", "School", "", "", ()),
                ],
            )
        ]
    )
    assert "Went to the ministry" in Reader(made).text
    assert made.count("<strong") == 1


def test_each_value_stands_under_its_heading() -> None:
    made = diff_table("Changes", ("Field", "Now", "Proposed"), [DiffRow("Phone", (), [("1",), ("2",)])])
    heads = [value for name, value in Reader(made).attributes if name == "data-head"]
    assert heads == ["Now", "Proposed"]
    with pytest.raises(ValueError, match="shorter"):
        diff_table("Changes", ("Field", "Now", "Proposed"), [DiffRow("Phone", (), [("1",)])])
