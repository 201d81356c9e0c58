"""What a reader of the Need page asks for: codes that stand in an address, in a file and in the command alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from data.packs.index_tree import default_index
from geo.demand import EVERYBODY
from geo.index_steps import Aggregate, Normalise
from geo.model import COUNTRIES
from geo.need import Missing
from geo.priority import BETA, Weights
from geo.registry import Registry
from jobs.gaps_asked import DEFAULT_SERVICE, FARTHEST
from jobs.ledger import LedgerAsked
from jobs.need import NeedAsked

VIEWS = ("rank", "access", "priority")
MISSING: tuple[Missing, ...] = get_args(Missing)
NORMALISE: tuple[Normalise, ...] = ("goalposts", "minmax", "rank")
AGGREGATE: tuple[Aggregate, ...] = get_args(Aggregate)
MOST_SERVICES, MOST_GROUPS = 5, 3
"""How many services and groups a list weighs at once: each pair of them is a ledger."""
MOST_WEIGHT = 100.0


@dataclass(frozen=True, slots=True)
class NeedPage:
    """What is asked for.

    Parameters
    ----------
    country : one of the packs; countries are never compared.
    view : one of ``VIEWS``.
    missing : what becomes of missing values; None: not chosen yet, and the page asks for it.
    normalisation, aggregation, weights : as in ``NeedAsked``.
    service, group, limit : whose minutes to what the map of need and access shows; minutes within which the priority list counts a site.
    services, groups : of the priority list, with their weights.
    beta : as in ``geo.priority.Weights``.
    """

    country: str = "PS"
    view: str = VIEWS[0]
    missing: Missing | None = None
    normalisation: Normalise = "goalposts"
    aggregation: Aggregate = "arithmetic"
    weights: tuple[tuple[str, float], ...] = ()
    service: str = DEFAULT_SERVICE
    group: str = EVERYBODY
    limit: int = 30
    services: tuple[tuple[str, float], ...] = ((DEFAULT_SERVICE, 1.0),)
    groups: tuple[tuple[str, float], ...] = ((EVERYBODY, 1.0),)
    beta: float = BETA

    @property
    def index(self) -> NeedAsked:
        """The index."""
        return NeedAsked(self.country, self.missing, self.normalisation, self.aggregation, self.weights)

    @property
    def ledger(self) -> LedgerAsked:
        """The ledger whose minutes stand beside the need."""
        return LedgerAsked(self.service, self.group, float(self.limit))

    @property
    def ledgers(self) -> dict[tuple[str, str], LedgerAsked]:
        """Service and group to the ledger that the priority list needs; those that weigh nothing need none."""
        pairs = [(s, g) for s, u in self.services if u > 0 for g, w in self.groups if w > 0]
        return {(s, g): LedgerAsked(s, g, float(self.limit)) for s, g in pairs}

    @property
    def decision(self) -> Weights:
        """The weights of the priority list."""
        return Weights(self.services, self.groups, self.beta)

    def to_query(self) -> dict[str, list[str]]:
        """Return the values of the address; what is as by default is left out, but for the country."""
        plain = NeedPage()
        out = {"country": [self.country]}
        for name, key in _TEXTS.items():
            value = getattr(self, name)
            if value is not None and value != getattr(plain, name):
                out[key] = [f"{value:g}" if isinstance(value, float) else str(value)]
        for name, key in _PAIRS.items():
            if getattr(self, name) != getattr(plain, name):
                out[key] = [f"{code}:{weight:g}" for code, weight in getattr(self, name)]
        return out


_TEXTS = {
    "view": "view",
    "missing": "missing",
    "normalisation": "scale",
    "aggregation": "mean",
    "service": "service",
    "group": "group",
    "limit": "limit",
    "beta": "beta",
}
_PAIRS = {"weights": "weight", "services": "u", "groups": "w"}
KEYS = ("country", *_TEXTS.values(), *_PAIRS.values())


def read_need(query: Mapping[str, Sequence[str]], registry: Registry) -> NeedPage:
    """Read what is asked for from the values of an address; what is not known, or cannot be weighed with, is as by default.

    Parameters
    ----------
    query : short name to values, as they stand in the address: hostile text.
    registry : knows the codes.
    """
    plain = NeedPage()

    def one(key: str, known: Sequence[str], otherwise: str) -> str:
        return next((value for value in query.get(key, ()) if value in known), otherwise)

    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    country = one("country", countries, plain.country if plain.country in countries else countries[0])
    services, groups = registry.codes("service"), registry.codes("target_group")
    first = plain.service if plain.service in services else services[0]
    minutes = next((int(text) for text in query.get("limit", ()) if text.isascii() and text.isdecimal() and len(text) < 4), plain.limit)
    beta = next((value for value in (_number(text) for text in query.get("beta", ())) if value is not None and value <= 2), plain.beta)
    indicators = [node.node_id for node in default_index(country).tree.indicators]
    weights = read_pairs(query.get("weight", ()), indicators, len(indicators))
    return NeedPage(
        country=country,
        view=one("view", VIEWS, plain.view),
        missing=cast("Missing | None", one("missing", MISSING, "") or None),
        normalisation=cast("Normalise", one("scale", NORMALISE, plain.normalisation)),
        aggregation=cast("Aggregate", one("mean", AGGREGATE, plain.aggregation)),
        weights=weights if _weigh(weights, indicators) else (),
        service=one("service", services, first),
        group=one("group", groups, plain.group),
        limit=min(max(minutes, 1), FARTHEST),
        services=_some(read_pairs(query.get("u", ()), services, MOST_SERVICES), ((first, 1.0),)),
        groups=_some(read_pairs(query.get("w", ()), groups, MOST_GROUPS), plain.groups),
        beta=beta,
    )


def read_pairs(texts: Sequence[str], known: Sequence[str], most: int) -> tuple[tuple[str, float], ...]:
    """Return the codes and weights of texts such as ``medical_care:2``, each code once; others are passed over."""
    found: dict[str, float] = {}
    for text in texts:
        code, _, written = text.partition(":")
        weight = _number(written)
        if code in known and code not in found and weight is not None and len(found) < most:
            found[code] = weight
    return tuple(found.items())


def _number(text: str) -> float | None:
    try:
        value = float(text) if len(text) < 12 and text.isascii() else math.nan
    except ValueError:
        return None
    return value if 0 <= value <= MOST_WEIGHT else None


def _some(pairs: tuple[tuple[str, float], ...], otherwise: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    return pairs if any(weight > 0 for _, weight in pairs) else otherwise


def _weigh(weights: tuple[tuple[str, float], ...], indicators: Sequence[str]) -> bool:
    """Say whether an index can be made with these weights: not all of them are 0."""
    given = dict(weights)
    return any(given.get(name, 1.0) > 0 for name in indicators)
