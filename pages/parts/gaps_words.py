"""What the Gaps page says besides its map: the inputs behind every number, why a governorate has its gaps, and the way out of an empty answer."""

from __future__ import annotations

import math
from urllib.parse import urlencode

import pandas as pd

from geo.memo import kept_with_registry
from geo.registry import Registry
from i18n import Translator
from jobs.gaps import coverage
from jobs.gaps_account import SiteFacts, need_facts, site_facts
from jobs.gaps_asked import FARTHEST, MOST_SITES, GapsAsked, can_be_drawn
from jobs.gaps_why import Why
from jobs.gaps_words import listed, minutes_lines, minutes_worth, need_lines, source_titles, years_text
from jobs.ledger import Ledger
from layers import gaps_markup
from layers.curve import curve_figure, curve_svg
from layers.explore import Legend
from layers.freshness import last_check
from layers.gaps_markup import percent

LISTED = 20
TOLD_MINUTES = (15, 30, 45, 60, 90, 120)


def place(registry: Registry, asked: GapsAsked, tr: Translator) -> str:
    """Return the name of the governorate or country that is asked for."""
    return registry.label("area", asked.area or asked.country, tr.lang)


def points_here(ledger: Ledger, asked: GapsAsked) -> pd.DataFrame:
    """Return the points of the ledger that are asked for."""
    found: pd.DataFrame = ledger.points[ledger.points["area_id" if asked.area else "country"] == (asked.area or asked.country)]
    return found


def about_need(registry: Registry, ledger: Ledger, asked: GapsAsked, tr: Translator) -> Legend:
    """Return unit, year, source and status for the map's legend."""
    facts = need_facts(registry, GapsAsked(country=asked.country, service=asked.service, group=asked.group))
    worth = {"estimate": [tr("gaps.status_minutes")], "mixed": [tr("gaps.status_partly")], "roads": []}
    status = [tr(f"need.status.{code}") for code in facts.statuses] + worth[minutes_worth(ledger, asked)]
    return Legend(unit=tr("gaps.unit"), year=years_text(facts.years), source=source_titles(registry, facts.sources), status=listed(status, tr))


def inputs(registry: Registry, ledger: Ledger, asked: GapsAsked, tr: Translator) -> str:
    """Return the sections that say what each column of the ledger was made from."""
    sites = site_facts(registry, ledger, asked)
    count = tr.number
    protected = [tr("gaps.from_protected")] if sites.protected else []
    served = [tr(f"gaps.from_capacity.{asked.capacity}"), tr("gaps.from_stated", sites=count(len(sites.stated)), places=_places(sites, tr))]
    unknown = [tr("gaps.from_unstated", sites=count(len(sites.unstated))), tr("gaps.from_doubtful", sites=count(len(sites.doubtful))), *protected]
    parts = [
        ("need", tr("gaps.need"), need_lines(registry, ledger, asked, tr), []),
        ("served", tr("gaps.part.served"), served, []),
        ("full", tr("gaps.part.full"), [tr("gaps.from_full")], []),
        ("out_of_reach", tr("gaps.part.out_of_reach"),
         [tr("gaps.from_out", within=tr.plural("gaps.minutes", asked.limit)), tr("gaps.from_closed", sites=count(len(sites.closed))), *minutes_lines(ledger, asked, tr)], []),
        ("excluded", tr("gaps.part.excluded"), [tr("gaps.from_excluded", sites=count(len(sites.refusing)))], _listed(registry, sites.refusing, tr)),
        ("unknown", tr("gaps.part.unknown"), unknown, _listed(registry, pd.concat([sites.unstated, sites.doubtful]), tr)),
    ]  # fmt: skip
    return gaps_markup.sections(tr("gaps.from", place=place(registry, asked, tr)), parts)


def _places(sites: SiteFacts, tr: Translator) -> str:
    total = float(sites.stated["capacity"].sum())
    return tr("gaps.no_limit") if math.isinf(total) else tr.number(total)


def _listed(registry: Registry, sites: pd.DataFrame, tr: Translator) -> list[tuple[str, str, str]]:
    """Return sites to telephone: name, page and number."""
    out = []
    for site_id in sites.index[:LISTED]:
        area, phone = registry.sites["area_id"][site_id], str(registry.sites["phone"][site_id] or "")
        beside = [
            registry.label("area", str(area), tr.lang) if area else "",
            f"\u2066{phone}\u2069" if phone else tr("gaps.no_phone"),
            last_check(registry, str(site_id), tr),
        ]
        out.append((registry.label("site", str(site_id), tr.lang), _site_path(str(site_id), tr), " · ".join(part for part in beside if part)))
    if len(sites) > LISTED:
        query = urlencode({"lang": tr.lang})
        out.append((tr("gaps.more_sites", n=tr.number(len(sites) - LISTED)), f"/?{query}", ""))
    return out


def _site_path(site_id: str, tr: Translator) -> str:
    return f"/site?{urlencode({'id': site_id, 'lang': tr.lang})}"


def why(registry: Registry, found: Why, asked: GapsAsked, tr: Translator) -> str:
    """Return the nearest sites of the chosen governorate, and its places with the most people without one."""
    sites, paths, actions = [], [], []
    drawn = can_be_drawn(registry)
    for site_id, row in found.sites.to_dict("index").items():
        sensitive = bool(registry.sites["sensitivity"][str(site_id)])
        capacity = (
            tr("gaps.not_stated") if pd.isna(row["capacity"]) else tr("gaps.no_limit") if math.isinf(row["capacity"]) else tr.number(row["capacity"])
        )
        state = tr(f"export.status.{registry.sites['status'][str(site_id)]}")
        shown = [state, *([] if row["admits"] else [tr("gaps.not_for_group")]), *([tr("gaps.displaced")] if sensitive else [])]
        sites.append(
            [
                registry.label("site", str(site_id), tr.lang),
                minutes_text(row["median"], tr),
                minutes_text(row["least"], tr),
                capacity,
                listed(shown, tr),
            ]
        )
        paths.append(_site_path(str(site_id), tr))
        actions.append(_toggle_site(asked, str(site_id), tr) if drawn[str(site_id)] else ("", ""))
    name = place(registry, asked, tr)
    heads = [tr(f"gaps.site_{column}") for column in ("name", "median", "least", "capacity", "state")] + [tr("gaps.sites_on_map")]
    tables = [
        gaps_markup.plain_table(tr("gaps.nearest", place=name), heads, sites, paths, actions)
        if sites
        else f"<p class='jw-note'>{tr('gaps.no_site_near')}</p>"
    ]
    rows = []
    for point_id, row in found.places.to_dict("index").items():
        label = registry.label("locality" if point_id in registry.localities.index else "area", str(point_id), tr.lang)
        nearest = registry.label("site", row["nearest"], tr.lang) if row["nearest"] else tr("gaps.none_near")
        rows.append(
            [
                label,
                tr.number(int(row["need"])),
                tr.number(int(row["without"])),
                tr.number(int(row["unknown"])),
                nearest,
                minutes_text(row["minutes"], tr),
            ]
        )
    if rows:
        heads = [tr(f"gaps.place_{column}") for column in ("name", "need", "without", "unknown", "nearest", "minutes")]
        tables.append(gaps_markup.plain_table(tr("gaps.worst_places", place=name), heads, rows))
    return "".join(tables)


def _toggle_site(asked: GapsAsked, site: str, tr: Translator) -> tuple[str, str]:
    """Return the words and the link that draw a site's area of reach, or take it away."""
    on = site in asked.sites
    sites = [one for one in asked.sites if one != site] if on else [*asked.sites[: MOST_SITES - 1], site]
    query = asked.to_query() | {"sites": sites, "lang": [tr.lang]}
    return tr("gaps.sites_hide" if on else "gaps.sites_show"), f"?{urlencode(query, doseq=True)}"


def minutes_text(value: float, tr: Translator) -> str:
    """Write minutes as whole ones, up; what is beyond the farthest as that."""
    return tr("gaps.beyond", n=FARTHEST) if math.isinf(value) else tr.plural("gaps.minutes", math.ceil(value))


def curve(registry: Registry, ledger: Ledger, asked: GapsAsked, tr: Translator) -> str:
    """Return the coverage curve with its figures beside it; empty where the need is not known."""
    found = coverage(points_here(ledger, asked), range(FARTHEST + 1))
    need = int(found["need"].iloc[0])
    if not need:
        return ""
    sure, maybe = (found[name] / need for name in ("open", "maybe"))
    within = tr.plural("gaps.minutes", asked.limit)
    alt = tr("gaps.curve_alt", within=within, sure=percent(float(sure[asked.limit])), maybe=percent(float(maybe[asked.limit])))
    svg = curve_svg(list(found.index), list(sure), list(maybe), limit=asked.limit, title=alt)
    keys = [("open", tr("gaps.curve_open")), ("maybe", tr("gaps.curve_maybe")), ("limit", tr("gaps.curve_limit", within=within))]
    figure = curve_figure(svg, caption=tr("gaps.curve", place=place(registry, asked, tr)), alt=alt, keys=keys, axis=tr("gaps.curve_axis"))
    limits = sorted({*TOLD_MINUTES, asked.limit})
    rows = []
    for at, *people in found.loc[limits, ["open", "maybe"]].itertuples():
        rows.append([tr.plural("gaps.minutes", at), *(f"{tr.number(count)} ({percent(count / need)})" for count in people)])
    heads = [tr("gaps.curve_within"), tr("gaps.curve_open"), tr("gaps.curve_maybe")]
    return figure + gaps_markup.plain_table(tr("gaps.curve_table"), heads, rows)


@kept_with_registry
def best_served(registry: Registry, country: str, without: str) -> tuple[str, int]:
    """Return the service that most sites of a country give, besides one, and how many; empty where there is none."""
    codes = [code for code in registry.codes("service") if code != without]
    here = registry.in_country(country)
    counts = [int(((registry.service_counts((code,)) > 0) & here).sum()) for code in codes]
    most = max(counts, default=0)
    return (codes[counts.index(most)], most) if most else ("", 0)
