"""The domain: its tables as lists of columns, its vocabularies, and the values that pages, routes and commands pass down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

LANGUAGES = ("ar", "he", "en")
COUNTRIES = ("PS", "SY", "IL")

Dtype = Literal["text", "int", "float", "bool", "date", "codes", "names", "amounts"]
"""``codes`` is a tuple of text codes, ``names`` a dict of language to text, ``amounts`` a dict of code to number."""

SITE_STATUS = ("active", "planned", "temporarily_closed", "inactive", "damaged", "destroyed", "unknown")
POSITION_KINDS = ("exact", "locality", "masked", "area_centroid", "none")
VERIFICATION = ("verified", "unverified")
VALUE_STATUS = ("official", "estimate", "derived", "inferred", "demo")
MARKS = ("provider", "centre", "planning")
ACCESSIBILITY = ("step_free", "accessible_toilet", "sign_language", "tactile_guidance", "accessible_parking")
"""What makes a site usable for persons with disabilities; what is not stated is unknown."""
SENSITIVITY = {"public": 0, "displaced": 1, "area_only": 2, "hidden": 3}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name, kind, unit, meaning, and what is allowed in it."""

    name: str
    dtype: Dtype
    meaning: str
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the domain: its name, the index that identifies a row, and its columns in order."""

    name: str
    index: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, without the index."""
        return tuple(column.name for column in self.columns)


LON = Column("lon", "float", "longitude, WGS 84", "degrees", minimum=-180, maximum=180)
LAT = Column("lat", "float", "latitude, WGS 84", "degrees", minimum=-90, maximum=90)

AREAS = Table(
    "areas",
    "area_id",
    (
        Column("country", "text", "pack the area belongs to", required=True, choices=COUNTRIES),
        Column("level", "text", "administrative level", required=True, choices=("country", "region", "governorate", "district")),
        Column("parent_id", "text", "the area around it"),
        Column("iso", "text", "ISO 3166-2 code"),
        Column("area_km2", "float", "land area as published", "km2", minimum=0),
        LON,
        LAT,
        Column("precision", "text", "how the boundary was made, e.g. generalised 500 m"),
        Column("source_id", "text", "where the boundary comes from", required=True),
    ),
)

LOCALITIES = Table(
    "localities",
    "locality_id",
    (
        Column("area_id", "text", "governorate or district; empty for the 14 localities outside all"),
        Column("country", "text", "pack that lists the locality", required=True, choices=COUNTRIES),
        LON,
        LAT,
        Column("population", "float", "people as listed by the source; missing where it lists none", "people", minimum=0),
        Column("flag", "text", "settlement or in_other_pack", choices=("", "settlement", "in_other_pack")),
        Column("distance_km", "float", "distance from its area where the point lies outside the generalised boundary", "km", minimum=0),
        Column("source_id", "text", "where the row comes from", required=True),
    ),
)

TERMS = Table(
    "terms",
    "term_id",
    (
        Column("taxonomy", "text", "which list", required=True, choices=("service", "target_group", "kind", "sector")),
        Column("code", "text", "code within the list", required=True),
        Column("parent", "text", "code of the sector of a service; mark of a kind"),
        Column("sensitivity", "int", "least sensitivity of a site that gives this service", minimum=0, maximum=3),
        Column("osm_tag", "text", "OpenStreetMap tags that mean the same"),
        Column("source_id", "text", "where the term comes from", required=True),
        Column("sort", "int", "order in lists"),
    ),
)

SOURCES = Table(
    "sources",
    "source_id",
    (
        Column("title", "text", "as cited", required=True),
        Column("publisher", "text", "who publishes it"),
        Column("year", "int", "year of the data"),
        Column("url", "text", "where it can be found"),
        Column("licence", "text", "terms of use", required=True),
        Column("status", "text", "official, estimate, derived, inferred or demo", choices=VALUE_STATUS),
        Column("locked", "int", "1: the list is kept elsewhere, and its sites are corrected there", minimum=0, maximum=1),
    ),
)

INDICATORS = Table(
    "indicators",
    "indicator_id",
    (
        Column("unit", "text", "unit of the values", required=True),
        Column("direction", "int", "1: more is more need; -1: less is more need; 0: neither", minimum=-1, maximum=1),
        Column("aggregation", "text", "how areas combine", choices=("sum", "mean", "none")),
        Column("sort", "int", "order in lists"),
    ),
)

INDICATOR_VALUES = Table(
    "indicator_values",
    "value_id",
    (
        Column("indicator_id", "text", "which indicator", required=True),
        Column("area_id", "text", "which area", required=True),
        Column("year", "int", "year of the value", required=True),
        Column("value", "float", "the value", required=True),
        Column("unit", "text", "unit of the value", required=True),
        Column("status", "text", "official, estimate, derived, inferred or demo", required=True, choices=VALUE_STATUS),
        Column("source_id", "text", "where the value comes from", required=True),
    ),
)

ORGANISATIONS = Table(
    "organisations",
    "organisation_id",
    (Column("source_id", "text", "where the row comes from"),),
)

SITES = Table(
    "sites",
    "site_id",
    (
        Column("country", "text", "pack of the site's governorate", required=True, choices=COUNTRIES),
        Column("area_id", "text", "governorate or district; empty where the source gives none"),
        Column("locality_id", "text", "populated place"),
        Column("kind", "text", "what sort of site; a term of taxonomy kind", required=True),
        Column("mark", "text", "provider, centre or planning; the parent of its kind", choices=MARKS),
        Column("sector", "text", "sector that most of its services belong to; empty where it has none"),
        Column("status", "text", "working state", required=True, choices=SITE_STATUS),
        Column("organisation_id", "text", "who runs it"),
        LON,
        LAT,
        Column("position_kind", "text", "what the position is worth", required=True, choices=POSITION_KINDS),
        Column("sensitivity", "int", "0 public, 1 displaced, 2 governorate only, 3 existence hidden", minimum=0, maximum=3),
        Column("verification", "text", "whether somebody checked it", required=True, choices=VERIFICATION),
        Column("verified_on", "date", "day of the last check; for an unverified site, day or year of the source"),
        Column("services", "codes", "services given here; terms of taxonomy service"),
        Column("target_groups", "codes", "people it is for; terms of taxonomy target_group"),
        Column("capacities", "amounts", "service to its capacity; a service that is not in it has an unknown one", "places"),
        Column("accessibility", "codes", "what makes it usable for persons with disabilities", choices=ACCESSIBILITY),
        Column("address", "text", "street address as given"),
        Column("phone", "text", "public phone numbers in E.164, separated by '; '"),
        Column("email", "text", "public e-mail of the organisation"),
        Column("website", "text", "web page"),
        Column("hours", "text", "opening hours in OSM notation or as given"),
        Column("note", "text", "what the source says besides"),
        Column("flags", "codes", "what a check marked, e.g. area_mismatch"),
        Column("external_id", "text", "id in its source"),
        Column("source_id", "text", "where the row comes from", required=True),
    ),
)
"""Sites as everybody without clearance may see them: masked positions only, hidden sites left out."""

INCOMING = Table(
    "incoming",
    "row",
    (
        Column("external_id", "text", "id in its source, or a digest of name, area, place and address", required=True),
        Column("names", "names", "name by language; at least one", required=True),
        Column("organisation", "names", "name of the organisation by language; empty dict where unknown"),
        Column("kind", "text", "a term of taxonomy kind", required=True),
        Column("status", "text", "working state", required=True, choices=SITE_STATUS),
        Column("country", "text", "pack", required=True, choices=COUNTRIES),
        Column("area_id", "text", "governorate or district; empty only where the source gives no place at all"),
        Column("locality_id", "text", "populated place"),
        LON,
        LAT,
        Column("position_kind", "text", "exact (own coordinates), locality (placed by its locality) or none", choices=POSITION_KINDS),
        Column("sensitivity", "int", "highest of the row's own and its services'", minimum=0, maximum=3),
        Column("verification", "text", "verified only where the row states the day of a check", required=True, choices=VERIFICATION),
        Column("verified_on", "date", "day of the last check; for an unverified row, day of the source"),
        Column("services", "codes", "terms of taxonomy service"),
        Column("target_groups", "codes", "terms of taxonomy target_group"),
        Column("capacities", "amounts", "service to its capacity, where the row states one", "places", minimum=0),
        Column("accessibility", "codes", "what makes it usable for persons with disabilities", choices=ACCESSIBILITY),
        Column("address", "text", "street address"),
        Column("phone", "text", "E.164 numbers separated by '; '"),
        Column("email", "text", "e-mail"),
        Column("website", "text", "web page"),
        Column("hours", "text", "opening hours"),
        Column("note", "text", "what the source says besides, in the source's words or English"),
        Column("flags", "codes", "what a check marked"),
        Column("digest", "text", "SHA-256 over all the fields above: equal digest, equal row", required=True),
    ),
)
"""Rows of an import that passed all checks, exact positions included: input of ``Store.apply_import`` only."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks: what may be seen and changed. Part of every cache key; ``geo.permissions.may`` reads it.

    Parameters
    ----------
    role : ``public``, ``partner``, ``planner``, ``ministry`` or ``admin``.
    clearance : highest sensitivity whose exact places may be seen, 0-3.
    user_id : who it is; empty for the public.
    areas : areas of a planner, in order; the code of a country stands for all of it.
    organisation_id : organisation of a partner.
    """

    role: str = "public"
    clearance: int = 0
    user_id: str = ""
    areas: tuple[str, ...] = ()
    organisation_id: str = ""

    @property
    def sight(self) -> Scope:
        """What decides about what is seen, without who it is: people of the same sight share what is kept.

        Exact places are in no frame, so that only whoever may know of hidden sites sees another registry than everybody.
        """
        return replace(self, user_id="") if self.clearance >= SENSITIVITY["hidden"] else Scope()


PUBLIC = Scope()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a person asked to see; codes only, so that a link means the same in every language.

    An empty tuple or text means "all". Within one field any value may match; all fields must match.
    """

    countries: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    freshness: tuple[str, ...] = ()
    verified_since: str = ""
    text: str = ""

    def with_(self, **changes: object) -> Filter:
        """Return a copy with the given fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def to_query(self) -> dict[str, list[str]]:
        """Return the filter as URL query values: field's short name to list of codes; empty fields left out."""
        out: dict[str, list[str]] = {}
        for field_name, key in QUERY_KEYS.items():
            value = getattr(self, field_name)
            if value:
                out[key] = [value] if isinstance(value, str) else list(value)
        return out

    @classmethod
    def from_query(cls, query: dict[str, list[str]], known: dict[str, Iterable[str]]) -> Filter:
        """Read a filter from URL query values; what is not a known code is dropped.

        Parameters
        ----------
        query : short name to list of values, as they stand in the URL: hostile text.
        known : field name to the codes that exist. Fields without an entry take nothing.
        """
        from datetime import date

        values: dict[str, object] = {}
        for field_name, key in QUERY_KEYS.items():
            raw = query.get(key, [])
            if field_name == "text":
                values[field_name] = raw[0].strip()[:80].strip() if raw else ""
            elif field_name == "verified_since":
                try:
                    values[field_name] = date.fromisoformat(raw[0]).isoformat() if raw else ""
                except ValueError:
                    values[field_name] = ""
            else:
                allowed = set(known.get(field_name, ()))
                values[field_name] = tuple(dict.fromkeys(code for code in raw if code in allowed))
        return cls(**values)  # type: ignore[arg-type]


QUERY_KEYS = {
    "countries": "country",
    "areas": "area",
    "services": "service",
    "target_groups": "group",
    "kinds": "kind",
    "organisations": "org",
    "statuses": "status",
    "freshness": "checked",
    "verified_since": "since",
    "text": "q",
}
