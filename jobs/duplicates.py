"""Find sites of the registry that may be one and the same, and say why; nothing is merged."""

from __future__ import annotations

from data.packs.words import name_words
from geo.duplicates import AT_LEAST, Finder, Pair
from geo.lexicon import Lexicon
from geo.memo import kept_with_registry
from geo.registry import Registry
from i18n import Translator


@kept_with_registry
def finder(registry: Registry) -> Finder:
    """Return what compares the registry's sites with each other and with new rows."""
    return Finder(registry, Lexicon.from_registry(registry, name_words()))


def find_duplicates(registry: Registry, *, at_least: int = AT_LEAST) -> list[Pair]:
    """Return the pairs of sites with at least this score (0-100), best first."""
    return finder(registry).all_pairs(at_least)


def reason_words(reasons: tuple[str, ...], tr: Translator) -> str:
    """Return the reasons of a score in words, parted as lists are in the language."""
    return tr("duplicates.separator").join(tr(f"duplicates.reason.{code}") for code in reasons)


def duplicates_text(registry: Registry, pairs: list[Pair], tr: Translator) -> str:
    """Return the pairs in words: score, names, ids, distance and reasons of each, and how many there are."""
    lines = []
    for pair in pairs:
        for start, site_id in ((f"{pair.score:>3}", pair.a), ("   ", pair.b)):
            lines.append(f"{start}  {registry.label('site', site_id, tr.lang)}  [{site_id}]")
        distance = tr("duplicates.no_distance") if pair.metres is None else tr("duplicates.metres", metres=tr.number(pair.metres))
        lines.append(f"     {distance} · {reason_words(pair.reasons, tr)}")
    return "\n".join([*lines, tr.plural("duplicates.found", len(pairs))])


def duplicates_json(registry: Registry, pairs: list[Pair], lang: str) -> list[dict[str, object]]:
    """Return the pairs for programs: ids, names in ``lang``, score, distance in metres (null where unknown) and reason codes."""
    return [
        {
            "sites": [{"site_id": site_id, "name": registry.label("site", site_id, lang)} for site_id in (pair.a, pair.b)],
            "score": pair.score,
            "metres": None if pair.metres is None else round(pair.metres, 1),
            "reasons": list(pair.reasons),
        }
        for pair in pairs
    ]
