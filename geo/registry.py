"""The registry at one revision: all frames together, the filter over its sites, and the names of its things."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.freshness import BANDS, freshness, freshness_band
from geo.model import LANGUAGES, Filter
from geo.text import fold

FALLBACK = {"ar": ("ar", "en", "he"), "he": ("he", "en", "ar"), "en": ("en", "ar", "he")}


@dataclass(frozen=True, eq=False)
class Registry:
    """Every frame of one revision for one scope. Shared between sessions: nobody changes it.

    Parameters
    ----------
    version : text that changes whenever what can be seen changes; safe in a URL.
    areas : ``model.AREAS`` with a ``geometry`` in EPSG:4326, index ``area_id``; countries and regions have none.
    localities, terms, sources, indicators, values, organisations, sites : frames of the tables of ``geo.model``.
    names : entity (``area``, ``locality``, ``term``, ``indicator``, ``organisation``, ``site``) to a frame indexed by
        the entity's id with one column per language; a missing name is NA.
    training : True for the training workspace, whose sites are invented.
    today : the day from which the age of a check is counted.
    redirects : id of a site that was merged into another one, to that one.
    """

    version: str
    areas: gpd.GeoDataFrame
    localities: pd.DataFrame
    terms: pd.DataFrame
    sources: pd.DataFrame
    indicators: pd.DataFrame
    values: pd.DataFrame
    organisations: pd.DataFrame
    sites: pd.DataFrame
    names: dict[str, pd.DataFrame]
    training: bool = False
    today: dt.date = field(kw_only=True)
    redirects: dict[str, str] = field(default_factory=dict)
    _labels: dict[tuple[str, str], pd.Series] = field(default_factory=dict, init=False, repr=False)
    _label_of: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict, init=False, repr=False)

    def on(self, day: dt.date) -> Registry:
        """Return the same data as seen on ``day``: itself where that is its day already, else one whose results are made anew."""
        return self if day == self.today else replace(self, today=day)

    @property
    def edition(self) -> str:
        """Text that changes whenever the data or the day does: the key of whatever says how old a check is; safe in a URL."""
        return f"{self.version}.{self.today:%Y%m%d}"

    def present_id(self, site_id: str) -> str:
        """Return the id under which a site stands now: its own, or that of the one it was merged into, however often."""
        passed = set()
        while site_id in self.redirects and site_id not in passed:
            passed.add(site_id)
            site_id = self.redirects[site_id]
        return site_id

    def labels(self, entity: str, lang: str) -> pd.Series:
        """Return the names of all things of ``entity`` in ``lang``, by id; another language where it has none there."""
        key = (entity, lang)
        if key not in self._labels:
            frame = self.names[entity]
            first, second, third = (frame[language] for language in FALLBACK[lang])
            self._labels[key] = first.fillna(second).fillna(third).astype(object)
        return self._labels[key]

    def label(self, entity: str, entity_id: str, lang: str) -> str:
        """Return the name of one thing in ``lang``; its id where it has no name at all."""
        key = (entity, lang)
        if key not in self._label_of:
            self._label_of[key] = {str(one): str(label) for one, label in self.labels(entity, lang).dropna().items()}
        return self._label_of[key].get(entity_id, entity_id)

    def every_name(self, entity: str) -> dict[str, list[str]]:
        """Return the names of all things of ``entity``, in whatever language, by id."""
        return {str(one): [text for text in texts if isinstance(text, str)] for one, *texts in self.names[entity][list(LANGUAGES)].itertuples()}

    def term_label(self, taxonomy: str, code: str, lang: str) -> str:
        """Return the name of a term, e.g. ``term_label("service", "legal_counselling", "ar")``."""
        return self.label("term", f"{taxonomy}:{code}", lang)

    def codes(self, taxonomy: str) -> list[str]:
        """Return the codes of a taxonomy in their order."""
        return self._codes_by_taxonomy.get(taxonomy, [])

    @cached_property
    def _codes_by_taxonomy(self) -> dict[str, list[str]]:
        ordered = self.terms.sort_values(["sort", "code"])
        return {str(taxonomy): [str(code) for code in rows["code"]] for taxonomy, rows in ordered.groupby("taxonomy")}

    @cached_property
    def governorates(self) -> gpd.GeoDataFrame:
        """Areas of level governorate or district: the ones with a boundary and with sites."""
        return self.areas[self.areas["level"].isin(["governorate", "district"])]

    @cached_property
    def known(self) -> dict[str, Iterable[str]]:
        """Field of a Filter to the codes that exist: what ``Filter.from_query`` accepts."""
        from geo.model import SITE_STATUS

        return {
            "countries": sorted(self.areas["country"].unique()),
            "areas": list(self.governorates.index),
            "services": self.codes("service"),
            "target_groups": self.codes("target_group"),
            "kinds": self.codes("kind"),
            "organisations": list(self.organisations.index),
            "statuses": SITE_STATUS,
            "freshness": BANDS,
        }

    @cached_property
    def _search_text(self) -> np.ndarray:
        """Folded text of each site that a search looks in: its names, organisation, place, governorate and address."""
        parts = [self._joined("site", pd.Series(self.sites.index, index=self.sites.index))]
        for entity, column in (("organisation", "organisation_id"), ("locality", "locality_id"), ("area", "area_id")):
            parts.append(self._joined(entity, self.sites[column]))
        parts.append(self.sites["address"].fillna("").astype(str))
        raw = parts[0]
        for part in parts[1:]:
            raw = raw + " " + part
        return np.array([f" {fold(text)}" for text in raw], dtype=object)

    def _joined(self, entity: str, ids: pd.Series) -> pd.Series:
        frame = self.names[entity]
        text = frame[LANGUAGES[0]].fillna("").astype(str)
        for language in LANGUAGES[1:]:
            text = text + " " + frame[language].fillna("").astype(str)
        return ids.map(text.to_dict()).astype(object).fillna("").astype(str)

    @cached_property
    def _codes_of(self) -> dict[str, tuple[np.ndarray, dict[str, int]]]:
        """Single-valued columns of sites as integer codes, so that a filter costs no text comparison."""
        out: dict[str, tuple[np.ndarray, dict[str, int]]] = {}
        for column in ("country", "area_id", "kind", "organisation_id", "status"):
            codes, uniques = pd.factorize(self.sites[column])
            out[column] = (codes, {str(value): i for i, value in enumerate(uniques)})
        return out

    @cached_property
    def _membership(self) -> dict[str, tuple[np.ndarray, dict[str, int]]]:
        """Many-valued columns of sites as a boolean matrix (code x site)."""
        out: dict[str, tuple[np.ndarray, dict[str, int]]] = {}
        for column in ("services", "target_groups"):
            values = self.sites[column].tolist()
            codes = sorted({code for row in values for code in row})
            position = {code: i for i, code in enumerate(codes)}
            matrix = np.zeros((len(codes), len(values)), dtype=bool)
            for i, row in enumerate(values):
                for code in row:
                    matrix[position[code], i] = True
            out[column] = (matrix, position)
        return out

    @cached_property
    def checked_days(self) -> np.ndarray:
        """For each site the day of its last check as an ordinal; 0 where there was none."""
        checked = [
            day.toordinal() if state == "verified" and isinstance(day, dt.date) else 0
            for day, state in zip(self.sites["verified_on"], self.sites["verification"], strict=True)
        ]
        return np.array(checked, dtype=np.int64)

    @cached_property
    def bands(self) -> np.ndarray:
        """For each site how fresh its last check is on ``today``: the place of its band in ``geo.freshness.BANDS``, as uint8."""
        found = freshness_band(freshness(self.sites["verified_on"], self.sites["verification"], self.today))
        return found.map({band: i for i, band in enumerate(BANDS)}).to_numpy(dtype=np.uint8)

    @cached_property
    def area_positions(self) -> np.ndarray:
        """For each site the place of its governorate in ``governorates``, or -1."""
        return np.asarray(self.governorates.index.get_indexer(pd.Index(self.sites["area_id"])), dtype=np.int64)

    @cached_property
    def organisation_positions(self) -> tuple[int, np.ndarray]:
        """How many organisations there are, and for each site the place of its own in ``organisations``, or -1."""
        return len(self.organisations), self.organisations.index.get_indexer(pd.Index(self.sites["organisation_id"])).astype(np.int64)

    @cached_property
    def planned(self) -> np.ndarray:
        """For each site whether it is only planned."""
        return (self.sites["status"] == "planned").to_numpy(dtype=bool)

    @cached_property
    def protected(self) -> np.ndarray:
        """For each site whether it is sensitive and has no point of its own."""
        sensitive = pd.to_numeric(self.sites["sensitivity"]).fillna(0) > 0
        return (sensitive & (self.sites["lon"].isna() | (self.sites["position_kind"] == "area_centroid"))).to_numpy(dtype=bool)

    @cached_property
    def placed(self) -> np.ndarray:
        """For each site whether it has a point."""
        return self.sites["lon"].notna().to_numpy(dtype=bool)

    def in_country(self, country: str) -> np.ndarray:
        """Say for each site whether it belongs to a pack."""
        codes, position = self._codes_of["country"]
        return np.asarray(codes == position.get(country, -2))

    def service_counts(self, services: Collection[str] = ()) -> np.ndarray:
        """Return for each site how many of ``services`` it gives; of all services where empty."""
        matrix, position = self._membership["services"]
        rows = [position[code] for code in services if code in position] if services else slice(None)
        return np.asarray(matrix[rows].sum(axis=0))

    def select(self, wanted: Filter) -> np.ndarray:
        """Say for each site whether it passes the filter.

        Parameters
        ----------
        wanted : codes that do not exist match nothing.

        Returns
        -------
        Boolean array in the order of ``sites``. The one implementation behind map, counts, table and exports.
        """
        mask = np.ones(len(self.sites), dtype=bool)
        single = {"country": wanted.countries, "area_id": wanted.areas, "kind": wanted.kinds,
                  "organisation_id": wanted.organisations, "status": wanted.statuses}  # fmt: skip
        for column, values in single.items():
            if values:
                codes, position = self._codes_of[column]
                mask &= np.isin(codes, [position[value] for value in values if value in position])
        for column, values in (("services", wanted.services), ("target_groups", wanted.target_groups)):
            if values:
                matrix, position = self._membership[column]
                mask &= matrix[[position[value] for value in values if value in position]].any(axis=0)
        if wanted.freshness:
            mask &= np.isin(self.bands, [BANDS.index(band) for band in BANDS if band in wanted.freshness])
        if wanted.verified_since:
            mask &= self.checked_days >= dt.date.fromisoformat(wanted.verified_since).toordinal()
        for word in fold(wanted.text).split():
            mask &= np.fromiter((word in text for text in self._search_text), dtype=bool, count=len(mask))
        return mask
