"""What somebody sent and what became of it, and the sites that it can be sent about: cards for ``st.html``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from geo.duplicates import Candidate
from geo.model import Scope
from geo.registry import Registry
from i18n import Translator
from layers.freshness import Link, last_check, site_links
from layers.markup import safe

TONES = {
    "draft": "#5b5b55", "submitted": "#0b5c8a", "changes_requested": "#9a4a00", "approved": "#1b6e4f", "partly_approved": "#7a5a00",
    "rejected": "#a3261b", "withdrawn": "#5b5b55",
}  # fmt: skip
"""State of a submission to the colour of its mark, dark enough for white letters."""


def style() -> str:
    """Return the style of the page: once for all that is drawn on it."""
    return f"<style>{_CSS}</style>"


def entry_card(*, name: str, state: str, lines: Sequence[str], verdicts: Sequence[tuple[str, str]], fresh: bool, tr: Translator) -> str:
    """Return what became of one submission.

    Parameters
    ----------
    name : of the site, as text.
    state : one of ``geo.submissions.STATES``.
    lines : what there is to say about it.
    verdicts : field and reason of what was not accepted.
    fresh : the reader has not seen this decision before.
    """
    new = f'<b class="jw-new">{safe(tr("contribute.new"))}</b>' if fresh else ""
    said = "".join(f'<p dir="auto">{safe(line)}</p>' for line in lines)
    rejected = "".join(f'<li><b>{safe(field)}</b> <span dir="auto">{safe(reason)}</span></li>' for field, reason in verdicts)
    listed = f"<ul>{rejected}</ul>" if rejected else ""
    mark = f'<span style="background:{TONES[state]}">{safe(tr(f"contribute.state_{state}"))}</span>'
    return f'<article class="jw-entry"><h3 dir="auto">{safe(name)}</h3><p class="jw-state">{mark}{new}</p>{said}{listed}</article>'


def site_line(registry: Registry, site_id: str, note: str, tr: Translator) -> str:
    """Return a site of the reader's in two lines: its name, then what it is, where, when it was checked, and a note."""
    site = registry.sites.loc[site_id]
    parts = [registry.term_label("kind", str(site["kind"]), tr.lang), registry.label("area", str(site["area_id"]), tr.lang) if site["area_id"] else "",
             last_check(registry, site_id, tr)]  # fmt: skip
    about = " · ".join(part for part in parts if part)
    told = f'<p class="jw-note">{safe(note)}</p>' if note else ""
    name = registry.label("site", site_id, tr.lang)
    return f'<article class="jw-entry"><h3 dir="auto">{safe(name)}</h3><p>{safe(about)}</p>{told}</article>'


def likely_same(registry: Registry, found: Sequence[tuple[Candidate, str]], scope: Scope, tr: Translator) -> str:
    """Return the sites that may be the one that is being written about, each with why and with links.

    Parameters
    ----------
    found : candidates and the words of their reasons.
    """
    items = []
    for one, reasons in found:
        site = registry.sites.loc[one.site_id]
        where = registry.label("area", str(site["area_id"]), tr.lang) if site["area_id"] else ""
        links = " ".join(_anchor(link) for link in site_links(registry, one.site_id, scope, tr))
        items.append(
            f'<li><b dir="auto">{safe(registry.label("site", one.site_id, tr.lang))}</b> <span>{safe(" · ".join(filter(None, (where, reasons))))}</span> {links}</li>'
        )
    head = f"<h3>{safe(tr('contribute.same_title'))}</h3><p>{safe(tr('contribute.same_hint'))}</p>"
    return f"<aside class='jw-same'>{head}<ul>{''.join(items)}</ul></aside>"


def anchors(links: Sequence[Link], text: str = "") -> str:
    """Return a line of text with links to paths of ours after it."""
    said = f"<p>{safe(text)}</p>" if text else ""
    return f"<div class='jw-anchors'>{said}{' '.join(_anchor(link) for link in links)}</div>"


def locked_note(source: Mapping[Any, Any], tr: Translator) -> str:
    """Return that a site's list is kept elsewhere, by whom, and the way there where it is known.

    Parameters
    ----------
    source : row of ``model.SOURCES``.
    """
    keeper = str(source.get("publisher") or source.get("title") or "")
    url = str(source.get("url") or "")
    link = f'<a href="{safe(url)}" rel="noopener noreferrer" target="_blank">{safe(url)}</a>' if url.startswith(("https://", "http://")) else ""
    return f'<div class="jw-anchors"><p>{safe(tr("contribute.locked", keeper=keeper))}</p>{link}</div>'


def start_link(tr: Translator, **query: str) -> str:
    """Return the path of the Contribute page in the reader's language."""
    return f"/contribute?{urlencode({**query, 'lang': tr.lang})}"


def _anchor(link: Link) -> str:
    words, href = link
    return f'<a href="{safe(href)}" target="_self">{safe(words)}</a>'


_CSS = """
.jw-entry{overflow-wrap:anywhere}
.jw-entry h3,.jw-same h3{font-size:1.05rem!important;font-weight:600;margin:0;padding:0!important;text-align:start}
.jw-entry p{margin:.15rem 0;color:#4c4c48;text-align:start}
.jw-entry .jw-state span,.jw-new{display:inline-block;color:#fff;border-radius:.3rem;padding:0 .5rem;font-size:.875rem;font-weight:500;margin-inline-end:.4rem}
.jw-new{background:#0b5c8a}
.jw-entry ul,.jw-same ul{margin:.3rem 0 0;padding:0;list-style:none}
.jw-entry li{border-inline-start:3px solid #a3261b;padding-inline-start:.6rem;margin:.25rem 0}
.jw-entry .jw-note{color:#7a3d00}
.jw-same{border:1px solid #d9d5cb;border-inline-start:4px solid #e6ab02;border-radius:.4rem;padding:.6rem .9rem}
.jw-same p,.jw-same span{color:#4c4c48;font-size:.9rem;margin:.1rem 0}
.jw-same li{padding-block:.3rem;margin:0;overflow-wrap:anywhere}
:is(.jw-same,.jw-anchors) a{color:#0b5c8a;display:inline-block;padding-block:.2rem;margin-inline-end:.9rem}
.jw-anchors p{margin:0 0 .3rem;max-inline-size:46rem}
:is(.jw-same,.jw-anchors) a:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
html[dir=rtl] :is(.jw-entry,.jw-same) :is(h3,p,li){text-align:right}
html[dir=ltr] :is(.jw-entry,.jw-same) :is(h3,p,li){text-align:left}
[data-testid=stCaptionContainer]{opacity:1!important}
[data-testid=stCaptionContainer] :is(p,label){color:#55554f!important}
html[dir=rtl] .st-key-contribute_form [data-testid=stCaptionContainer] :is(p,label){direction:rtl;text-align:right}
.st-key-contribute_form{max-inline-size:54rem}
.st-key-contribute_form input{unicode-bidi:plaintext}
:is(.st-key-contribute_w_names_ar,.st-key-contribute_w_names_he) input{direction:rtl}
:is(.st-key-contribute_w_names_en,.st-key-contribute_w_phone,.st-key-contribute_w_email,.st-key-contribute_w_website) input{direction:ltr;text-align:left}
html[dir=rtl] :is(.st-key-contribute_w_phone,.st-key-contribute_w_email,.st-key-contribute_w_website) input{text-align:right}
"""
