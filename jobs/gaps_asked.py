"""What a reader of the Gaps page asks for: codes that stand in an address, in a file and in the command alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from data.roads.scenarios import scenarios
from geo.memo import kept_with_registry
from geo.model import COUNTRIES
from geo.obstacles import CLASSES, DEFAULT_CLASS, DEFAULT_HOUR, REGIMES
from geo.registry import Registry
from geo.roads_rules import MODES
from jobs.ledger import LedgerAsked
from jobs.roads import Roads

FARTHEST = 120
"""Minutes up to which the coverage curve goes, and the longest limit of the page."""
CAPACITY_RULES = ("optimal", "in_order", "off")
BANDS = ("limit", "quarters")
"""Whose areas are drawn around chosen sites: of the limit alone, or of each quarter of an hour up to an hour."""
QUARTERS = (15, 30, 45, 60)
DEFAULT_SERVICE = "medical_care"
MOST_SITES = 5
"""How many sites can have their areas drawn at once."""
LONGEST_NAME = 80
"""Signs of a mobility class or a day in an address."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be asked for where roads are loaded.

    Parameters
    ----------
    classes : mobility classes: those that are always known, and those that the country's obstacles name.
    obstacles : how many obstacles stand on the day.
    scenarios : names of the days that people described and that change an obstacle here, as they wrote them: hostile text.
    """

    classes: tuple[str, ...] = CLASSES
    obstacles: int = 0
    scenarios: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[str, ...]:
        """The kinds of day that can be asked for."""
        return (*REGIMES, *self.scenarios)


def offer_of(roads: Roads, country: str) -> Offer | None:
    """Return what can be asked for in a country; None where no roads are loaded for it."""
    here = roads.of(country)
    if here is None:
        return None
    named = {name for one in here.obstacles for name in one.may_pass or () if len(name) <= LONGEST_NAME}
    standing = {one.obstacle_id for one in here.obstacles}
    told = tuple(one.name for one in scenarios(roads.data_dir) if not standing.isdisjoint(one.edits))
    return Offer((*CLASSES, *sorted(named - set(CLASSES))), len(here.obstacles), told)


@dataclass(frozen=True, slots=True)
class GapsAsked:
    """What a reader of the page asks for.

    Parameters
    ----------
    country : one of the packs; countries are never added up.
    area : a governorate of it; all of them where empty.
    service, group, limit, mode, regime, mobility, hour : as in ``LedgerAsked``; the regime may be the name of a scenario.
    capacity : one of ``CAPACITY_RULES``.
    compare_regime, compare_mobility : the other kind of day (or scenario) and the others who travel, to compare with; the same where empty.
    sites : whose areas of reach are drawn, see ``can_be_drawn``.
    bands : one of ``BANDS``.
    """

    country: str = "PS"
    area: str = ""
    service: str = DEFAULT_SERVICE
    group: str = "all"
    limit: int = 30
    mode: str = MODES[0]
    regime: str = REGIMES[0]
    mobility: str = DEFAULT_CLASS
    hour: int = DEFAULT_HOUR
    capacity: str = CAPACITY_RULES[0]
    compare_regime: str = ""
    compare_mobility: str = ""
    sites: tuple[str, ...] = ()
    bands: str = BANDS[0]

    @property
    def ledger(self) -> LedgerAsked:
        """The ledger that holds the answer: of all governorates, so that another one asked for needs no new one."""
        off = self.capacity == "off"
        rule = CAPACITY_RULES[0] if off else self.capacity
        return LedgerAsked(
            self.service,
            self.group,
            float(self.limit),
            self.mode,
            self.regime,
            allocation=rule,
            capacity_off=off,
            mobility=self.mobility,
            hour=self.hour,
        )

    @property
    def other(self) -> GapsAsked | None:
        """The same on the day, or for those, that it is compared with; None where that is no other one."""
        regime, mobility = self.compare_regime or self.regime, self.compare_mobility or self.mobility
        if (regime, mobility) == (self.regime, self.mobility):
            return None
        return replace(self, regime=regime, mobility=mobility, compare_regime="", compare_mobility="")

    @property
    def limits(self) -> tuple[int, ...]:
        """The minutes whose areas are drawn around chosen sites, rising."""
        return QUARTERS if self.bands == "quarters" else (self.limit,)

    @property
    def scenario(self) -> str:
        """The name of the scenario that is asked for; empty for a regime."""
        return "" if self.regime in REGIMES else self.regime

    @property
    def days_named(self) -> tuple[str, ...]:
        """The names among the days that are asked for that are no regimes."""
        return tuple(dict.fromkeys(day for day in (self.regime, self.compare_regime) if day and day not in REGIMES))

    def to_query(self) -> dict[str, list[str]]:
        """Return the values of the address; what is as by default, or empty, is left out, but for the country and the service."""
        plain = GapsAsked()
        out = {"country": [self.country], "service": [self.service]}
        for name in (one.name for one in fields(self) if one.name not in out):
            value = getattr(self, name)
            if value != getattr(plain, name):
                out[name] = [str(one) for one in value] if isinstance(value, tuple) else [str(value)]
        return out

    def on_roads(self, offer: Offer | None) -> GapsAsked:
        """Return the same as far as the country's roads let it be asked: without them no closure and no permit can be shown."""
        if offer is None:
            return replace(self, regime=REGIMES[0], mobility=DEFAULT_CLASS, hour=DEFAULT_HOUR, compare_regime="", compare_mobility="")
        return replace(
            self,
            regime=self.regime if self.regime in offer.days else REGIMES[0],
            compare_regime=self.compare_regime if self.compare_regime in offer.days else "",
            mobility=self.mobility if self.mobility in offer.classes else DEFAULT_CLASS,
            compare_mobility=self.compare_mobility if self.compare_mobility in offer.classes else "",
        )


def read_asked(query: Mapping[str, Sequence[str]], registry: Registry) -> GapsAsked:
    """Read what is asked for from the values of an address; what is not a known code is as by default.

    Parameters
    ----------
    query : short name to values, as they stand in the address: hostile text.
    registry : knows the codes. Which mobility classes and scenarios there are, the roads know: see ``GapsAsked.on_roads``.
    """
    plain = GapsAsked()

    def one(name: str, known: Sequence[str], otherwise: str) -> str:
        return next((value for value in query.get(name, ()) if value in known), otherwise)

    def whole(name: str, otherwise: int) -> int:
        return next((int(text) for text in query.get(name, ()) if text.isascii() and text.isdecimal() and len(text) < 4), otherwise)

    countries = [country for country in COUNTRIES if country in registry.known["countries"]]
    country = one("country", countries, plain.country if plain.country in countries else countries[0])
    here = registry.governorates
    services = registry.codes("service")
    hour = whole("hour", plain.hour)
    return GapsAsked(
        country=country,
        area=one("area", list(here.index[here["country"] == country]), ""),
        service=one("service", services, plain.service if plain.service in services else services[0]),
        group=one("group", registry.codes("target_group"), plain.group),
        limit=min(max(whole("limit", plain.limit), 1), FARTHEST),
        mode=one("mode", MODES, plain.mode),
        regime=_name(query.get("regime", ()), plain.regime),
        mobility=_name(query.get("mobility", ()), plain.mobility),
        hour=hour if hour < 24 else plain.hour,
        capacity=one("capacity", CAPACITY_RULES, plain.capacity),
        compare_regime=_name(query.get("compare_regime", ()), ""),
        compare_mobility=_name(query.get("compare_mobility", ()), ""),
        sites=sites_to_draw(query.get("sites", ()), registry, country),
        bands=one("bands", BANDS, plain.bands),
    )


@kept_with_registry
def can_be_drawn(registry: Registry) -> pd.Series:
    """Say for each site whether its area of reach may be drawn: one that is not sensitive and has a public point of its own.

    A displaced point would tell of a place that it is not, and its area of the place that it is.
    """
    sites = registry.sites
    open_ = pd.to_numeric(sites["sensitivity"]).fillna(0) == 0
    found: pd.Series = open_ & sites["lon"].notna() & sites["position_kind"].isin(["exact", "locality"])
    return found.astype(bool)


def _name(values: Sequence[str], otherwise: str) -> str:
    return next((value for value in values if 0 < len(value) <= LONGEST_NAME and value.isprintable()), otherwise)


def sites_to_draw(values: Sequence[str], registry: Registry, country: str) -> tuple[str, ...]:
    """Return those of some ids that can be drawn in a country, each once, under the id that they have now; no more than ``MOST_SITES``."""
    ids = [site for site in dict.fromkeys(registry.present_id(value) for value in values[: 4 * MOST_SITES]) if site in registry.sites.index]
    there = registry.sites.index.get_indexer(pd.Index(ids, dtype=object)) if ids else np.zeros(0, dtype=int)
    good = can_be_drawn(registry).to_numpy()[there] & registry.in_country(country)[there]
    return tuple(site for site, may in zip(ids, good, strict=True) if may)[:MOST_SITES]
