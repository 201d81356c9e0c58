"""The only place where Python makes HTML: escaping, bars beside the map, the watermark and whole stand-alone documents."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TEMPLATE_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "`${}\\"})
_OPEN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def safe(text: object) -> str:
    """Return text that is nothing but text in HTML, in an attribute, and inside folium's JavaScript template literals.

    Besides the five signs of HTML, the signs of template literals become entities: ``html.escape`` alone lets ``${...}`` run.
    """
    return html.escape(str(text), quote=True).translate(_TEMPLATE_SIGNS)


@dataclass(frozen=True, slots=True)
class BarRow:
    """One row of ``bars``.

    Parameters
    ----------
    label : what the row is about.
    value : length of the bar, >= 0; None where there is no data, which is drawn as hatching and never as 0.
    text : the value in words, e.g. "12".
    more : further cells, one for each heading after the second.
    href : link behind the label: a query such as ``?area=PS0101``, a path, or an http(s) address; others are dropped.
    dimmed : drawn in grey, e.g. outside the selection.
    """

    label: str
    value: float | None
    text: str
    more: tuple[str, ...] = ()
    href: str | None = None
    dimmed: bool = False


def bars(rows: Sequence[BarRow], caption: str, headers: Sequence[str]) -> str:
    """Return a table whose second column is drawn as bars, for ``st.html``.

    Parameters
    ----------
    rows : in the order of drawing; rows of value 0 are drawn too, without a bar.
    caption : what the table shows; read first by a screen reader.
    headers : headings of the label, of the value and of each further cell.

    Returns
    -------
    HTML that mirrors with the direction of the page around it. The longest bar is the largest value.
    """
    largest = max((row.value or 0.0 for row in rows), default=0.0)
    body = "".join(_bar_row(row, largest) for row in rows)
    head = "".join(f'<th scope="col">{safe(text)}</th>' for text in headers)
    return f'<style>{_BARS_CSS}</style><table class="jw-bars"><caption>{safe(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _bar_row(row: BarRow, largest: float) -> str:
    share = 100 * (row.value or 0.0) / largest if largest > 0 else 0.0
    bar = '<i class="jw-none"></i>' if row.value is None else f'<i style="inline-size:{min(max(share, 0.0), 100.0):.1f}%"></i>'
    label = safe(row.label)
    if row.href is not None and _is_safe_link(row.href):
        label = f'<a href="{safe(row.href)}" target="_self">{label}</a>'
    css = ' class="jw-dim"' if row.dimmed else ""
    more = "".join(f'<td class="jw-more" dir="ltr">{safe(text)}</td>' for text in row.more)
    return f'<tr{css}><th scope="row" dir="auto">{label}</th><td><span>{bar}</span><b>{safe(row.text)}</b></td>{more}</tr>'


def _is_safe_link(href: str) -> bool:
    return href.startswith(("?", "#", "http://", "https://")) or (href.startswith("/") and not href.startswith(("//", "/\\")))


def downloads(heading: str, links: Sequence[tuple[str, str]]) -> str:
    """Return links to files, each (words, address), for ``st.html``; an address that is not safe is left out."""
    items = "".join(
        f'<li><a href="{safe(href)}" target="_blank" rel="noopener" download>{safe(text)}</a></li>' for text, href in links if _is_safe_link(href)
    )
    return f'<style>{_DOWNLOADS_CSS}</style><section class="jw-downloads"><h2>{safe(heading)}</h2><ul>{items}</ul></section>'


def watermark(text: str) -> str:
    """Return ``text`` written slantwise over the whole window, for ``st.html``; it lets clicks through and prints."""
    return f'<style>{_WATERMARK_CSS}</style><div class="jw-watermark"><span>{safe(text)}</span></div>'


def document(
    *,
    title: str,
    lang: str,
    direction: str,
    styles: Sequence[str],
    data: Mapping[str, str],
    scripts: Sequence[str],
    heading: str,
    notes: Sequence[str],
    below: str = "",
) -> str:
    """Return one HTML document that needs nothing from outside.

    Parameters
    ----------
    title, heading, notes : plain text: the window's title, the line over the map and the lines under it.
    lang, direction : of the document.
    styles, scripts : our own or a library's text, put in as it is; a script must not contain ``</script``.
    data : element id to JSON text, readable by ``JSON.parse(document.getElementById(id).textContent)``.
    below : markup of ours between the map and the notes, put in as it is.
    """
    if any("</script" in script.lower() for script in scripts) or any("</style" in style.lower() for style in styles):
        raise ValueError("a script or a style would end its own element")
    blocks = "".join(f'<script type="application/json" id="{safe(name)}">{text.translate(_OPEN_SCRIPT)}</script>' for name, text in data.items())
    lines = "".join(f"<p>{safe(note)}</p>" for note in notes)
    return (
        f'<!doctype html><html lang="{safe(lang)}" dir="{safe(direction)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{safe(title)}</title><style>{''.join(styles)}{_DOCUMENT_CSS}</style></head>"
        f'<body><header><h1>{safe(heading)}</h1></header><main><div id="map"></div></main>{below}<footer>{lines}</footer>{blocks}'
        f"{''.join(f'<script>{script}</script>' for script in scripts)}</body></html>"
    )


_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:"

_BARS_CSS = """
.jw-bars{inline-size:100%;border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
.jw-bars caption{text-align:start;font-weight:600;padding-block-end:.4rem;color:inherit}
.jw-bars th,.jw-bars td{border:0;padding:.2rem .3rem;text-align:start;vertical-align:middle;font-weight:400}
.jw-bars thead th:nth-child(n+3){text-align:end}
.jw-bars thead th{color:#5b5b55;font-size:.8rem;border-block-end:1px solid #d8d8d2}
.jw-bars tbody th{overflow-wrap:anywhere}
.jw-bars :is(th,td):nth-child(2){inline-size:38%}
.jw-bars td span{display:inline-block;vertical-align:middle;inline-size:calc(100% - 3.4rem);margin-inline-end:.4rem}
.jw-bars td.jw-more{text-align:end;white-space:nowrap}
.jw-bars td span{block-size:.8rem;border-inline-start:1px solid #9a9a92}
.jw-bars td i{display:block;block-size:100%;background:#0b5c8a;min-inline-size:0}
.jw-bars td b{font-weight:600}
.jw-bars .jw-none{inline-size:100%;background:repeating-linear-gradient(45deg,#fff 0 3px,#bdbdb6 3px 4px)}
.jw-bars .jw-dim th,.jw-bars .jw-dim b{color:#6b6b65}
.jw-bars .jw-dim i{background:#a8bcc8}
.jw-bars a{color:#0b5c8a;text-decoration:underline;text-underline-offset:2px}
.jw-bars a:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
@media print{.jw-bars td i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""

_DOWNLOADS_CSS = """
.jw-downloads h2{font-size:1rem;font-weight:600;margin:0 0 .4rem;padding:0;text-align:start}
.jw-downloads ul{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;margin:0;padding:0}
.jw-downloads li{margin:0}
.jw-downloads a{display:block;padding:.35rem .8rem;border:1px solid #0b5c8a;border-radius:.4rem;color:#0b5c8a;text-decoration:none}
.jw-downloads a:hover{background:#eef3f6}
.jw-downloads a:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
"""

_WATERMARK_CSS = """
.jw-watermark{position:fixed;inset:0;z-index:999;pointer-events:none;display:grid;place-items:center;overflow:hidden}
.jw-watermark span{transform:rotate(-28deg);font-size:min(16vw,9rem);font-weight:700;letter-spacing:.04em;white-space:nowrap;color:rgba(140,20,20,.11)}
"""

_DOCUMENT_CSS = """
html,body{margin:0;block-size:100%;background:#fff;color:#222;font:16px/1.5 Heebo,'Noto Sans Arabic',system-ui,sans-serif}
body{display:flex;flex-direction:column}
header{padding:.5rem 1rem}
h1{font-size:1.15rem;margin:0}
main{flex:1 1 auto;min-block-size:18rem;position:relative}
#map{position:absolute;inset:0}
footer{padding:.3rem 1rem;font-size:.78rem;color:#555}
footer p{margin:0}
"""
