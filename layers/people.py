"""Tables for whoever looks after accounts: the people with their rights, and what happened; escaped text for ``st.html``."""

from __future__ import annotations

from collections.abc import Sequence

from layers.markup import safe


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table that scrolls by itself where it is too wide; the first cell of a row is its heading.

    Parameters
    ----------
    caption, heads : words.
    rows : plain text, as many cells as there are heads.
    """
    head = "".join(f'<th scope="col">{safe(text)}</th>' for text in heads)
    body = "".join(_row(row) for row in rows)
    return (
        f'<div class="jw-wide" tabindex="0" role="region" aria-label="{safe(caption)}"><table class="jw-list"><caption>{safe(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    rest = "".join(f'<td dir="auto">{safe(text)}</td>' for text in cells[1:])
    return f'<tr><th scope="row" dir="auto">{safe(cells[0])}</th>{rest}</tr>'
