"""How the figures of the gap ledger were made, in words that the page and its files share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, cast

from geo.obstacles import CLASSES, REGIMES
from geo.registry import Registry
from i18n import Translator
from jobs.gaps_account import need_facts
from jobs.gaps_asked import GapsAsked
from jobs.gaps_compare import Comparison
from jobs.grids import grid_line
from jobs.ledger import Ledger
from jobs.ways import ESTIMATE
from layers.gaps_markup import percent


def years_text(years: Sequence[int]) -> str:
    """Write years as one, or from the first to the last."""
    return "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"


def listed(texts: Iterable[str], tr: Translator) -> str:
    """Write texts one after the other, with the comma of the language."""
    return ("\u060c " if tr.lang == "ar" else ", ").join(texts)


def source_titles(registry: Registry, source_ids: Sequence[str]) -> str:
    """Return the titles of sources; the id of one that has none."""
    return "; ".join(str(registry.sources["title"].get(code, code)) for code in source_ids)


def need_lines(registry: Registry, ledger: Ledger, asked: GapsAsked, tr: Translator) -> list[str]:
    """Return where the need comes from: people, the group among them, and the share of these who need the service."""
    need = need_facts(registry, asked)
    status = listed((tr(f"need.status.{code}") for code in need.statuses), tr)
    lines = [
        tr(
            "gaps.from_people",
            people=tr.number(need.people),
            years=years_text(need.years),
            status=status,
            source=source_titles(registry, need.sources),
        )
        if need.sources
        else tr("gaps.from_people_unknown")
    ]
    group = registry.term_label("target_group", asked.group, tr.lang)
    if need.shares is None:
        lines.append(tr("gaps.from_group_unknown", group=group))
    elif need.group_rules:
        low, high = (percent(share) for share in need.shares)
        rules = listed((tr(f"gaps.rule.{code}") for code in need.group_rules), tr)
        share = low if low == high else tr("need.range", low=low, high=high)
        lines.append(tr("gaps.from_group", group=group, share=share, rule=rules, source=source_titles(registry, need.group_sources)))
    if need.need_rule:
        lines.append(tr("gaps.from_share", share=percent(need.need_share), rule=tr(f"gaps.rule.{need.need_rule}"), source=need.need_source))
    else:
        lines.append(tr("gaps.from_everybody"))
    told = cast("Mapping[str, Any]", ledger.account["where"]).get(asked.country, {})
    return [*lines, grid_line(told, asked.country, tr) or tr("gaps.from_shared_out")]


def minutes_worth(ledger: Ledger, asked: GapsAsked) -> Literal["estimate", "mixed", "roads"]:
    """Say whether the minutes of the country are an estimate, go by roads, or both."""
    way = _way(ledger, asked)
    if way["engine"] == ESTIMATE:
        return "estimate"
    return "mixed" if way["estimated_points"] or way["estimated_sites"] else "roads"


def minutes_lines(ledger: Ledger, asked: GapsAsked, tr: Translator) -> list[str]:
    """Say how the minutes were made, and what they cannot show."""
    way, worth = _way(ledger, asked), minutes_worth(ledger, asked)
    mode, detour = tr(f"travel.mode.{asked.mode}"), ledger.account["detour"]
    if worth == "estimate":
        return [tr("gaps.minutes_estimate", mode=mode, detour=detour), tr("gaps.no_roads")]
    source = " ".join(str(part) for part in (way["source"], way["year"]) if part)
    lines = [tr("gaps.minutes_roads", mode=mode, source=source, regime=movement(asked, tr))]
    if worth == "mixed":
        lines.append(tr("gaps.minutes_partly", points=tr.number(way["estimated_points"]), sites=tr.number(way["estimated_sites"]), detour=detour))
    if told := ledger.account.get("scenario"):
        lines.append(_scenario_line(cast("Mapping[str, Any]", told), tr))
    if way["obstacles"]:
        return [*lines, tr("gaps.minutes_obstacles", n=tr.number(way["obstacles"]), source=way["obstacles_source"])]
    return [*lines, tr("gaps.minutes_no_obstacles")]


def movement(asked: GapsAsked, tr: Translator) -> str:
    """Say on what kind of day, who travels, and when."""
    return tr("gaps.movement", regime=day_label(asked.regime, tr), mobility=class_label(asked.mobility, tr), hour=f"{asked.hour:02d}:00")


def day_label(code: str, tr: Translator) -> str:
    """Return the words for a kind of day; the name that people gave it where it is a scenario, kept together in any direction of writing."""
    return tr(f"travel.regime.{code}") if code in REGIMES else f"\u2068{code}\u2069"


def class_label(code: str, tr: Translator) -> str:
    """Return the words for a mobility class; the name that the obstacles give it where it is none of ours."""
    return tr(f"gaps.mobility.{code}") if code in CLASSES else f"\u2068{code}\u2069"


def _scenario_line(told: Mapping[str, Any], tr: Translator) -> str:
    """Say what a day that people described changes, and how much of it does not stand here."""
    regime = tr(f"travel.regime.{told['on']}")
    line = tr("gaps.scenario", name=day_label(told["name"], tr), regime=regime, n=tr.number(told["edits"]))
    lost = len(told["edits_not_here"])
    return f"{line} {tr('gaps.scenario_lost', n=tr.number(lost))}" if lost else line


def side_words(compared: Comparison, tr: Translator) -> tuple[str, str]:
    """Return what stands on either side of a comparison."""
    return movement(compared.first, tr), movement(compared.second, tr)


def _way(ledger: Ledger, asked: GapsAsked) -> dict[str, Any]:
    """Return the account of the ways of the country; an estimate where nobody of it was asked for."""
    countries = cast("dict[str, dict[str, Any]]", ledger.account["countries"])
    return countries.get(asked.country, {"engine": ESTIMATE})
