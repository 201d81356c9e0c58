"""What a popup says about one site: plain text in the reader's words, to be set as text and never as HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo.registry import Registry
from i18n import Translator
from layers.freshness import Link, band_words


def site_card(registry: Registry, site_id: str, tr: Translator, links: Sequence[Link] = ()) -> dict[str, Any]:
    """Return the card of a site.

    Parameters
    ----------
    registry : public data.
    site_id : index of ``registry.sites``; KeyError for one that does not exist.
    tr : the reader's language.
    links : pages of ours about the site; none in a file that stands alone.

    Returns
    -------
    ``id``, ``lang``, ``dir``, ``title``, ``tags`` (status, day and age of the check in words), ``rows``, ``note`` (what the position is
    worth; may be empty) and ``links`` (``text`` and ``href``). A row has ``key`` (stable), ``label``, ``value`` and, where it is not prose, ``ltr`` (numbers and
    addresses of the network, shown left to right) and ``href``. Rows without a value are left out.
    """
    site = registry.sites.loc[site_id]
    lang = tr.lang

    def terms(taxonomy: str, codes: Any) -> str:
        return tr("map.list_separator").join(registry.term_label(taxonomy, code, lang) for code in codes)

    rows: list[dict[str, Any]] = []

    def add(key: str, value: str, **more: object) -> None:
        if value:
            rows.append({"key": key, "label": tr(f"map.card.{key}"), "value": value, **more})

    add("organisation", _name(registry, "organisation", site["organisation_id"], lang))
    add("kind", registry.term_label("kind", str(site["kind"]), lang))
    add("services", terms("service", site["services"]))
    add("target_groups", terms("target_group", site["target_groups"]))
    place = [_name(registry, "locality", site["locality_id"], lang), _name(registry, "area", site["area_id"], lang)]
    add("place", tr("map.list_separator").join(dict.fromkeys(part for part in place if part)))
    add("address", _text(site["address"]))
    add("hours", _text(site["hours"]), ltr=True)
    for number in filter(None, (part.strip() for part in _text(site["phone"]).split(";"))):
        add("phone", number, ltr=True, href="tel:" + "".join(c for c in number if c.isdigit() or c == "+"))
    add("email", _text(site["email"]), ltr=True)
    website = _text(site["website"])
    add("website", website, ltr=True, **({"href": website} if website.lower().startswith(("http://", "https://")) else {}))
    add("note", _text(site["note"]))
    add("flags", tr("map.list_separator").join(tr(f"import.flag.{flag}") for flag in site["flags"]))
    add("source", _source(registry, str(site["source_id"])))
    return {
        "id": str(site_id),
        "lang": lang,
        "dir": tr.direction,
        "title": registry.label("site", site_id, lang),
        "tags": [tr(f"map.status.{site['status']}"), _freshness(registry, site_id, tr)],
        "rows": rows,
        "note": "" if site["position_kind"] == "exact" else tr(f"map.position.{site['position_kind']}"),
        "links": [{"text": text, "href": href} for text, href in links],
    }


def _freshness(registry: Registry, site_id: str, tr: Translator) -> str:
    site = registry.sites.loc[site_id]
    day, state = site["verified_on"], "verified" if site["verification"] == "verified" else "unverified"
    if not isinstance(day, dt.date) or pd.isna(day):
        return tr(f"map.freshness.{state}")
    told = tr(f"map.freshness.{state}_on", date=tr.date(day))
    return f"{told} · {band_words(registry, site_id, tr)}" if state == "verified" else told


def _source(registry: Registry, source_id: str) -> str:
    if source_id not in registry.sources.index:
        return source_id
    title, year = str(registry.sources["title"][source_id]), pd.to_numeric(registry.sources["year"]).astype("float64")[source_id]
    return title if pd.isna(year) else f"{title} ({year:.0f})"


def _name(registry: Registry, entity: str, entity_id: object, lang: str) -> str:
    text = _text(entity_id)
    return registry.label(entity, text, lang) if text else ""


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value).strip()  # noqa: PLR0124 - NaN differs from itself
