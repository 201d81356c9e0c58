"""When a site was last checked and how fresh that is, in words; the links to its pages; and the list of what is due for a check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from geo.checks import Due
from geo.freshness import BANDS
from geo.model import Scope
from geo.permissions import may
from geo.registry import Registry
from i18n import Translator
from layers.markup import safe

Link = tuple[str, str]
"""Words and the path that they lead to."""


def band_words(registry: Registry, site_id: str, tr: Translator) -> str:
    """Say how long ago the last check of a site was, e.g. "12 to 24 months ago"."""
    return tr(f"freshness.band.{BANDS[registry.bands[registry.sites.index.get_loc(site_id)]]}")


def last_check(registry: Registry, site_id: str, tr: Translator) -> str:
    """Say on which day a site was last checked and how long ago that is; only the latter where no day is known."""
    words, day = band_words(registry, site_id, tr), int(registry.checked_days[registry.sites.index.get_loc(site_id)])
    return tr("freshness.checked", date=tr.date(dt.date.fromordinal(day)), band=words) if day else words


def site_links(registry: Registry, site_id: str, scope: Scope, tr: Translator) -> list[Link]:
    """Return the links to a site's history, and to its correction where the reader may propose one; the language goes along."""
    links = [(tr("freshness.history"), f"/site?{urlencode({'id': site_id, 'lang': tr.lang})}")]
    area_id, organisation_id, country = (str(registry.sites[name][site_id]) for name in ("area_id", "organisation_id", "country"))
    if may(scope, "propose", area_id=area_id, organisation_id=organisation_id, country=country):
        links.append((tr("freshness.correct"), f"/contribute?{urlencode({'site': site_id, 'lang': tr.lang})}"))
    return links


def due_list(registry: Registry, due: Sequence[Due], tr: Translator, *, most: int) -> str:
    """Return the sites that are due for a check, each a link to confirming it, for ``st.html``; empty where there are none.

    Parameters
    ----------
    registry : the registry.
    due : from ``geo.checks.due_for_check``.
    tr : words.
    most : how many are listed; the rest are counted.
    """
    if not due:
        return ""
    items = "".join(
        f'<li><a href="{safe("/contribute?" + urlencode({"site": one.site_id, "do": "verify", "lang": tr.lang}))}" target="_self" dir="auto">'
        f"{safe(registry.label('site', one.site_id, tr.lang))}</a> <span>{safe(last_check(registry, one.site_id, tr))}</span></li>"
        for one in due[:most]
    )
    rest = len(due) - most
    more = f"<p>{safe(tr.plural('freshness.more_due', rest))}</p>" if rest > 0 else ""
    head = f"<h2>{safe(tr.plural('freshness.due', len(due)))}</h2><p>{safe(tr('freshness.due_hint'))}</p>"
    return f"<style>{_CSS}</style><section class='jw-due'>{head}<ul>{items}</ul>{more}</section>"


_CSS = """
.jw-due{border:1px solid #d9d5cb;border-inline-start:4px solid #d95f02;border-radius:.4rem;padding:.6rem .9rem;text-align:start}
.jw-due h2{font-size:1rem;font-weight:600;margin:0;padding:0;text-align:start}
.jw-due p{margin:.15rem 0;font-size:.875rem;color:#4c4c48}
.jw-due ul{list-style:none;margin:.3rem 0 0;padding:0}
.jw-due li{display:flex;flex-wrap:wrap;gap:.1rem .8rem;padding-block:.2rem;margin:0;overflow-wrap:anywhere}
.jw-due a{color:#0b5c8a}
.jw-due a:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
.jw-due li span{color:#4c4c48;font-size:.875rem}
"""
