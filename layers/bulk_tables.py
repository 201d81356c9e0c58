"""Tables of an uploaded file for ``st.html``: what is wrong in which cell, and what would change."""

from __future__ import annotations

from collections.abc import Sequence

from layers.markup import safe


def plain_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows of text as a table; on a narrow page each row stands as a card whose lines carry the headings.

    Parameters
    ----------
    caption : plain text over the table.
    heads : headings, one a column.
    rows : cells of plain text, each set in its own direction; line breaks stand.
    """
    head = "".join(f'<th scope="col">{safe(text)}</th>' for text in heads)
    lines = ("".join(_cell(title, text) for title, text in zip(heads, row, strict=True)) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<style>{_CSS}</style><table class="jw-bulk"><caption>{safe(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def _cell(title: str, text: str) -> str:
    return f'<td data-title="{safe(title)}"><bdi>{safe(text)}</bdi></td>'


_CSS = """
.jw-bulk{inline-size:100%;border-collapse:collapse;font-size:.95rem}
.jw-bulk caption{text-align:start;font-weight:600;padding-block:.25rem}
.jw-bulk th,.jw-bulk td{text-align:start;vertical-align:top;padding:.35rem .5rem;border-block-end:1px solid #d5dbe1;overflow-wrap:anywhere;white-space:pre-line}
.jw-bulk td{min-inline-size:4.5rem}
.jw-bulk th{white-space:nowrap}
@media (max-width:640px){
.jw-bulk,.jw-bulk tbody,.jw-bulk tr,.jw-bulk caption{display:block}
.jw-bulk thead{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
.jw-bulk tr{padding-block:.4rem;border-block-end:1px solid #d5dbe1}
.jw-bulk td{display:flex;gap:.5rem;padding:.15rem 0;border:0}
.jw-bulk td::before{content:attr(data-title);flex:0 0 6.5rem;color:#4b5563}
}
"""
