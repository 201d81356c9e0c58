from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import markup
from layers.markup import BarRow, bars, document, downloads, safe, watermark
from tests.xss import PAYLOADS

VOID = {"meta", "i"}


class Reader(HTMLParser):
    """The tags, attributes and text that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text())
def test_safe_text_reads_back_and_holds_no_sign_of_html_or_of_a_template(text: str) -> None:
    made = safe(text)
    assert not set(made) & set("<>\"'`${}\\")
    reader = Reader(f"<p title='{made}'>{made}</p>")
    assert reader.tags == ["p"]
    assert dict(reader.attributes)["title"] == text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_are_text_everywhere(payload: str) -> None:
    row = BarRow(payload, 1.0, payload, href="?area=" + payload)
    for made in (bars([row], payload, (payload, payload)), watermark(payload), downloads(payload, [(payload, "?x=" + payload)])):
        reader = Reader(made)
        assert set(reader.tags) <= {
            "style",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "span",
            "i",
            "b",
            "a",
            "div",
            "section",
            "h2",
            "ul",
            "li",
        }
        assert not [name for name, _ in reader.attributes if name.startswith("on")]
        # The parser drops nothing but a carriage return: what was put in as a name is what is read.
        assert payload in reader.text


def test_bars_draw_zero_and_say_where_there_is_no_data() -> None:
    made = bars(
        [BarRow("a", 4, "4 sites"), BarRow("b", 0, "0 sites"), BarRow("c", None, "no data"), BarRow("d", 1, "1 site", dimmed=True)],
        "Sites",
        ("Area", "Sites"),
    )
    assert [made.count(f"inline-size:{share}") for share in ("100.0%", "0.0%", "25.0%")] == [1, 1, 1]
    assert made.count('<tr><th scope="row"') + made.count('<tr class="jw-dim"><th scope="row"') == 4
    assert made.count('<i class="jw-none">') == 1
    assert "<caption>Sites</caption>" in made
    assert made.count('scope="col"') == 2


def test_bars_of_nothing_and_of_zeros_are_tables_too() -> None:
    assert "<tbody></tbody>" in bars([], "Sites", ("a", "b"))
    assert "0.0%" in bars([BarRow("a", 0, "0")], "Sites", ("a", "b"))


@pytest.mark.parametrize(
    ("href", "kept"),
    [("?area=PS0101", True), ("/data/x.csv", True), ("https://example.org", True), ("#top", True), ("javascript:alert(1)", False), ("//evil.example", False),
     ("/\\evil.example", False), ("JAVASCRIPT:alert(1)", False), ("data:text/html,x", False), (" javascript:alert(1)", False), ("", False)],
)  # fmt: skip
def test_only_safe_links_are_kept(href: str, kept: bool) -> None:
    assert ("<a " in bars([BarRow("a", 1, "1", href=href)], "c", ("a", "b"))) is kept
    assert ("<a " in downloads("x", [("CSV", href)])) is kept


def test_a_document_keeps_data_inside_its_block() -> None:
    text = '{"a": "</script><script>window.hit=1</script>\u2028"}'
    made = document(title="<t>", lang="ar", direction="rtl", styles=["p{}"], data={"x": text}, scripts=["var a=1"], heading="<h>", notes=["<n>"])
    reader = Reader(made)
    assert reader.tags.count("script") == 2
    assert made.count("</script>") == 2
    assert "\\u003c/script\\u003e" in made
    assert 'dir="rtl"' in made
    assert "&lt;t&gt;" in made


@pytest.mark.parametrize("script", ["a</script>b", "a</SCRIPT>b"])
def test_a_script_that_would_end_its_element_is_refused(script: str) -> None:
    with pytest.raises(ValueError, match="end its own element"):
        document(title="", lang="en", direction="ltr", styles=[], data={}, scripts=[script], heading="", notes=[])


def test_the_policy_of_a_document_lets_nothing_in_from_outside() -> None:
    assert "default-src 'none'" in markup._POLICY
    assert "http" not in markup._POLICY
