"""The tables of the store, the same on SQLite (a GeoPackage) and on PostgreSQL (with PostGIS).

``site`` holds only what everybody may see: positions there are already masked, and a site whose existence is hidden is not there at
all. What is kept from everybody is sealed in ``site_exact``. Names are rows of ``name``, never one column per language.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from data.orm import Base, Geometry, LongId, one_of
from geo import model


class Revision(Base):
    """One row: the numbers that every write raises, one of them for what everybody may see, and what this store is."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hidden_number: Mapped[int]
    store_uid: Mapped[str]
    workspace: Mapped[str]
    packs_version: Mapped[str]
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"), one_of("workspace", ("registry", "training"), name="workspace"))


class Source(Base):
    """Where figures and records come from."""

    __tablename__ = "source"
    source_id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    publisher: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]
    url: Mapped[str] = mapped_column(default="")
    licence: Mapped[str]
    status: Mapped[str] = mapped_column(default="")
    locked: Mapped[int] = mapped_column(default=0)
    __table_args__ = (sa.CheckConstraint("locked IN (0, 1)", name="locked"),)


class Name(Base):
    """What a thing is called in one language."""

    __tablename__ = "name"
    entity: Mapped[str] = mapped_column(primary_key=True)
    entity_id: Mapped[str] = mapped_column(primary_key=True)
    lang: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    __table_args__ = (
        one_of("lang", model.LANGUAGES, name="lang"),
        one_of("entity", ("area", "locality", "term", "indicator", "organisation", "site", "source"), name="entity"),
    )


class Area(Base):
    """An administrative unit; countries and regions carry no boundary."""

    __tablename__ = "area"
    fid: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    area_id: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str] = mapped_column(index=True)
    level: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("area.area_id"))
    iso: Mapped[str] = mapped_column(default="")
    area_km2: Mapped[float | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    precision: Mapped[str] = mapped_column(default="")
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"))
    boundary: Mapped[bytes | None]
    geom: Mapped[bytes | None] = mapped_column(Geometry("MultiPolygon"), sa.Computed("gpkg_geometry(boundary)", persisted=True))
    __table_args__ = (
        one_of("level", ("country", "region", "governorate", "district"), name="level"),
        {"sqlite_autoincrement": True},
    )


class Locality(Base):
    """A populated place."""

    __tablename__ = "locality"
    locality_id: Mapped[str] = mapped_column(primary_key=True)
    area_id: Mapped[str | None] = mapped_column(sa.ForeignKey("area.area_id"), index=True)
    country: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    population: Mapped[float | None]
    flag: Mapped[str] = mapped_column(default="")
    distance_km: Mapped[float | None]
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"))


class Term(Base):
    """A word of a list: services, target groups, kinds of site, sectors."""

    __tablename__ = "term"
    term_id: Mapped[str] = mapped_column(primary_key=True)
    taxonomy: Mapped[str]
    code: Mapped[str]
    parent: Mapped[str] = mapped_column(default="")
    sensitivity: Mapped[int] = mapped_column(default=0)
    osm_tag: Mapped[str] = mapped_column(default="")
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"))
    sort: Mapped[int] = mapped_column(default=0)
    __table_args__ = (sa.UniqueConstraint("taxonomy", "code"), sa.CheckConstraint("sensitivity BETWEEN 0 AND 3", name="sensitivity"))


class Indicator(Base):
    """What is measured."""

    __tablename__ = "indicator"
    indicator_id: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str]
    direction: Mapped[int] = mapped_column(default=0)
    aggregation: Mapped[str] = mapped_column(default="none")
    sort: Mapped[int] = mapped_column(default=0)
    __table_args__ = (sa.CheckConstraint("direction IN (-1, 0, 1)", name="direction"),)


class IndicatorValue(Base):
    """A measured value of one area in one year; no row means unknown, never 0."""

    __tablename__ = "indicator_value"
    value_id: Mapped[str] = mapped_column(primary_key=True)
    indicator_id: Mapped[str] = mapped_column(sa.ForeignKey("indicator.indicator_id"))
    area_id: Mapped[str] = mapped_column(sa.ForeignKey("area.area_id"), index=True)
    year: Mapped[int]
    value: Mapped[float]
    unit: Mapped[str]
    status: Mapped[str]
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"))
    __table_args__ = (
        sa.UniqueConstraint("indicator_id", "area_id", "year", "source_id"),
        one_of("status", model.VALUE_STATUS, name="status"),
    )


class Organisation(Base):
    """Who runs sites."""

    __tablename__ = "organisation"
    organisation_id: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"))
    version: Mapped[int] = mapped_column(default=1)


class Site(Base):
    """A place where services are given. Its position, address and place are always safe to show."""

    __tablename__ = "site"
    fid: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    site_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(sa.ForeignKey("term.term_id"))
    status: Mapped[str]
    organisation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("organisation.organisation_id"), index=True)
    country: Mapped[str]
    area_id: Mapped[str | None] = mapped_column(sa.ForeignKey("area.area_id"))
    locality_id: Mapped[str | None] = mapped_column(sa.ForeignKey("locality.locality_id"))
    address: Mapped[str] = mapped_column(default="")
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    position_kind: Mapped[str]
    sensitivity: Mapped[int]
    verification: Mapped[str]
    verified_on: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(default="")
    flags: Mapped[list[str]]
    accessibility: Mapped[list[str]]
    merged_into: Mapped[str | None]
    edited: Mapped[bool]
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"))
    external_id: Mapped[str]
    digest: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    geom: Mapped[bytes | None] = mapped_column(Geometry("Point"), sa.Computed("gpkg_point(lon, lat)", persisted=True))
    __table_args__ = (
        sa.UniqueConstraint("source_id", "external_id"),
        sa.Index(None, "lon", "lat"),
        sa.Index(None, "area_id", "status"),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="lon_lat_both"),
        sa.CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="lon_lat_range"),
        sa.CheckConstraint("sensitivity BETWEEN 0 AND 2", name="sensitivity"),
        sa.CheckConstraint("sensitivity = 0 OR position_kind NOT IN ('exact', 'locality')", name="sensitive_is_masked"),
        sa.CheckConstraint("sensitivity = 0 OR (address = '' AND note = '' AND locality_id IS NULL)", name="sensitive_has_no_address"),
        sa.CheckConstraint("sensitivity < 2 OR lon IS NULL", name="area_only_has_no_point"),
        sa.CheckConstraint("(lon IS NULL) = (position_kind = 'none')", name="position_kind_none"),
        one_of("position_kind", model.POSITION_KINDS, name="position_kind"),
        one_of("status", model.SITE_STATUS, name="status"),
        one_of("verification", model.VERIFICATION, name="verification"),
        {"sqlite_autoincrement": True},
    )


class SiteExact(Base):
    """What is kept from everybody, sealed with the key outside the data folder: the exact place of a sensitive site, all of a hidden one.

    Country, area and organisation stand as keyed digests: enough for the database's own row-level security, and of no use without the key.
    """

    __tablename__ = "site_exact"
    site_id: Mapped[str] = mapped_column(primary_key=True)
    sensitivity: Mapped[int]
    country_key: Mapped[str]
    area_key: Mapped[str]
    organisation_key: Mapped[str]
    digest: Mapped[str]
    version: Mapped[int]
    sealed: Mapped[bytes]
    __table_args__ = (sa.CheckConstraint("sensitivity BETWEEN 1 AND 3", name="sensitivity"),)


class Service(Base):
    """A service that an organisation gives."""

    __tablename__ = "service"
    service_id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("organisation.organisation_id"), index=True)
    term_id: Mapped[str] = mapped_column(sa.ForeignKey("term.term_id"), index=True)
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"))


class ServiceAtLocation(Base):
    """A service at a site."""

    __tablename__ = "service_at_location"
    sal_id: Mapped[str] = mapped_column(primary_key=True)
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("service.service_id"), index=True)
    site_id: Mapped[str] = mapped_column(sa.ForeignKey("site.site_id", ondelete="CASCADE"), index=True)
    mode: Mapped[str] = mapped_column(default="in_person")
    capacity: Mapped[float | None]
    __table_args__ = (
        sa.UniqueConstraint("service_id", "site_id", "mode"),
        sa.CheckConstraint("capacity >= 0", name="capacity"),
        one_of("mode", ("in_person", "mobile", "phone", "online"), name="mode"),
    )


class SalTargetGroup(Base):
    """Whom a service at a site is for."""

    __tablename__ = "sal_target_group"
    sal_id: Mapped[str] = mapped_column(sa.ForeignKey("service_at_location.sal_id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[str] = mapped_column(sa.ForeignKey("term.term_id"), primary_key=True)


class SiteTargetGroup(Base):
    """Whom a site as a whole is for."""

    __tablename__ = "site_target_group"
    site_id: Mapped[str] = mapped_column(sa.ForeignKey("site.site_id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[str] = mapped_column(sa.ForeignKey("term.term_id"), primary_key=True)


class Schedule(Base):
    """Opening hours of a site or of a service at it, in OSM notation or as given."""

    __tablename__ = "schedule"
    schedule_id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(sa.ForeignKey("site.site_id", ondelete="CASCADE"), index=True)
    sal_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_at_location.sal_id", ondelete="CASCADE"))
    hours: Mapped[str]


class Contact(Base):
    """Public ways to reach a site: an organisation's own, never a person's."""

    __tablename__ = "contact"
    contact_id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(sa.ForeignKey("site.site_id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    value: Mapped[str]
    __table_args__ = (one_of("kind", ("phone", "email", "website"), name="kind"),)


class ImportBatch(Base):
    """One applied import: what was read, and the account of its rows."""

    __tablename__ = "import_batch"
    batch_id: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(sa.ForeignKey("source.source_id"), index=True)
    sha256: Mapped[str]
    format: Mapped[str]
    rows_total: Mapped[int]
    accepted: Mapped[int]
    rejected: Mapped[int]
    unchanged: Mapped[int]
    actor: Mapped[str]
    created_at: Mapped[dt.datetime]
    __table_args__ = (sa.CheckConstraint("accepted + rejected + unchanged = rows_total", name="account"),)


class ImportIssue(Base):
    """A cell that an import refused or flagged; without its value, which may be a sensitive place."""

    __tablename__ = "import_issue"
    issue_id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    batch_id: Mapped[str] = mapped_column(sa.ForeignKey("import_batch.batch_id", ondelete="CASCADE"), index=True)
    row_number: Mapped[int]
    column_name: Mapped[str]
    code: Mapped[str]
    severity: Mapped[str]
    __table_args__ = (one_of("severity", ("reject", "flag"), name="severity"),)
