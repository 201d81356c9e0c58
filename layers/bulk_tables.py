"""Tables of an uploaded file for ``st.html``: what is wrong in which cell, and what would change."""

from __future__ import annotations

from collections.abc import Sequence

from layers.markup import safe


def plain_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows of text as a table that scrolls sideways where it is wider than the page.

    Parameters
    ----------
    caption : plain text over the table.
    heads : headings, one a column.
    rows : cells of plain text, each set in its own direction; line breaks stand.
    """
    head = "".join(f'<th scope="col">{safe(text)}</th>' for text in heads)
    lines = ("".join(f'<td dir="auto">{safe(text)}</td>' for text in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    table = f'<table class="jw-bulk"><caption>{safe(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<style>{_CSS}</style><div class="jw-bulk-wide" tabindex="0" role="region" aria-label="{safe(caption)}">{table}</div>'


_CSS = """
.jw-bulk-wide{overflow-x:auto;max-inline-size:100%}
.jw-bulk{inline-size:100%;border-collapse:collapse;font-size:.95rem}
.jw-bulk caption{text-align:start;font-weight:600;padding-block:.25rem}
.jw-bulk th,.jw-bulk td{text-align:start;vertical-align:top;padding:.35rem .5rem;border-block-end:1px solid #d5dbe1;white-space:pre-line;overflow-wrap:anywhere;min-inline-size:4rem}
"""
