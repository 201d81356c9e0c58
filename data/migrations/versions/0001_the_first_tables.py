"""The first tables, the GeoPackage's own tables, and the triggers that keep the audit append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.orm

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = ("audit_event", "exact_view", "submission_event")
STATES = "'draft', 'submitted', 'changes_requested', 'approved', 'partly_approved', 'rejected', 'withdrawn'"
BEFORE = {
    "sqlite": (
        """CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
        """INSERT INTO gpkg_spatial_ref_sys VALUES
        ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
        ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
        ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,
        AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],
        UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
        'longitude and latitude on WGS 84')""",
        """CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id))""",
        """CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL REFERENCES gpkg_contents(table_name), column_name TEXT NOT NULL,
        geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id), z TINYINT NOT NULL,
        m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name), UNIQUE (table_name))""",
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS postgis",
        """CREATE FUNCTION gpkg_point(lon double precision, lat double precision) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326) $$""",
        """CREATE FUNCTION gpkg_geometry(wkb bytea) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT ST_GeomFromWKB(wkb, 4326) $$""",
    ),
}
AFTER = {
    "sqlite": (
        """INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
        ('site', 'features', 'site', 'Sites; sensitive ones masked or without a point', 4326),
        ('area', 'features', 'area', 'Areas, boundaries as in the cited source', 4326)""",
        "INSERT INTO gpkg_geometry_columns VALUES ('site', 'geom', 'POINT', 4326, 0, 0), ('area', 'geom', 'MULTIPOLYGON', 4326, 0, 0)",
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in APPEND_ONLY
            for verb in ("UPDATE", "DELETE")
        ),
    ),
    "postgresql": (
        """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
        *(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {verbs} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            for table in APPEND_ONLY
            for name, verbs, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
        ),
        "CREATE INDEX ix_site_geom ON site USING gist (geom)",
        # What a transaction does not say for whom it reads shows it nothing: the settings are NULL or empty then.
        "ALTER TABLE site_exact ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE site_exact FORCE ROW LEVEL SECURITY",
        """CREATE POLICY site_exact_server ON site_exact
        USING (current_setting('jiwar.sight', true) = 'server') WITH CHECK (current_setting('jiwar.sight', true) = 'server')""",
        """CREATE POLICY site_exact_reader ON site_exact FOR SELECT USING (
        sensitivity <= CASE WHEN current_setting('jiwar.clearance', true) ~ '^[0-3]$' THEN current_setting('jiwar.clearance', true)::int ELSE 0 END
        AND (current_setting('jiwar.reach', true) = 'anywhere' OR (current_setting('jiwar.reach', true) = 'named'
        AND ARRAY[country_key, area_key, organisation_key] && string_to_array(coalesce(current_setting('jiwar.keys', true), ''), ','))))""",
    ),
}
TAKE_BACK = {
    "sqlite": ("DROP TABLE gpkg_geometry_columns", "DROP TABLE gpkg_contents", "DROP TABLE gpkg_spatial_ref_sys"),
    "postgresql": (),
}
TAKE_BACK_LAST = {
    "sqlite": (),
    "postgresql": (
        "DROP FUNCTION refuse_change()",
        "DROP FUNCTION gpkg_point(double precision, double precision)",
        "DROP FUNCTION gpkg_geometry(bytea)",
    ),
}


def upgrade() -> None:
    """Make the tables; in PostgreSQL first the two functions that the generated geometries call, in SQLite ours."""
    dialect = op.get_bind().dialect.name
    for statement in BEFORE[dialect]:
        op.execute(statement)
    op.create_table(
        "audit_event",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("entity_version", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_entity_entity_id"), ["entity", "entity_id"], unique=False)

    op.create_table(
        "indicator",
        sa.Column("indicator_id", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("direction", sa.Integer(), nullable=False),
        sa.Column("aggregation", sa.Text(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.CheckConstraint("direction IN (-1, 0, 1)", name=op.f("ck_indicator_direction")),
        sa.PrimaryKeyConstraint("indicator_id", name=op.f("pk_indicator")),
    )
    op.create_table(
        "name",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("entity IN ('area', 'locality', 'term', 'indicator', 'organisation', 'site', 'source')", name=op.f("ck_name_entity")),
        sa.CheckConstraint("lang IN ('ar', 'he', 'en')", name=op.f("ck_name_lang")),
        sa.PrimaryKeyConstraint("entity", "entity_id", "lang", name=op.f("pk_name")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hidden_number", sa.Integer(), nullable=False),
        sa.Column("store_uid", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("packs_version", sa.Text(), nullable=False),
        sa.CheckConstraint("workspace IN ('registry', 'training')", name=op.f("ck_revision_workspace")),
        sa.CheckConstraint("id = 1", name=op.f("ck_revision_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_table(
        "source",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("locked", sa.Integer(), nullable=False),
        sa.CheckConstraint("locked IN (0, 1)", name=op.f("ck_source_locked")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source")),
    )
    op.create_table(
        "area",
        sa.Column("fid", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("iso", sa.Text(), nullable=False),
        sa.Column("area_km2", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("boundary", sa.LargeBinary(), nullable=True),
        sa.Column("geom", data.orm.Geometry("MultiPolygon"), sa.Computed("gpkg_geometry(boundary)", persisted=True), nullable=True),
        sa.CheckConstraint("level IN ('country', 'region', 'governorate', 'district')", name=op.f("ck_area_level")),
        sa.ForeignKeyConstraint(["parent_id"], ["area.area_id"], name=op.f("fk_area_parent_id_area")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_area_source_id_source")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_area")),
        sa.UniqueConstraint("area_id", name=op.f("uq_area_area_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_country"), ["country"], unique=False)

    op.create_table(
        "import_batch",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", data.orm.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("accepted + rejected + unchanged = rows_total", name=op.f("ck_import_batch_account")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_import_batch_source_id_source")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_source_id"), ["source_id"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_organisation_source_id_source")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "term",
        sa.Column("term_id", sa.Text(), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("sensitivity", sa.Integer(), nullable=False),
        sa.Column("osm_tag", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.CheckConstraint("sensitivity BETWEEN 0 AND 3", name=op.f("ck_term_sensitivity")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_term_source_id_source")),
        sa.PrimaryKeyConstraint("term_id", name=op.f("pk_term")),
        sa.UniqueConstraint("taxonomy", "code", name=op.f("uq_term_taxonomy_code")),
    )
    op.create_table(
        "import_issue",
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.CheckConstraint("severity IN ('reject', 'flag')", name=op.f("ck_import_issue_severity")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.batch_id"], name=op.f("fk_import_issue_batch_id_import_batch"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issue_id", name=op.f("pk_import_issue")),
    )
    with op.batch_alter_table("import_issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_issue_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "indicator_value",
        sa.Column("value_id", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('official', 'estimate', 'derived', 'inferred', 'demo')", name=op.f("ck_indicator_value_status")),
        sa.ForeignKeyConstraint(["area_id"], ["area.area_id"], name=op.f("fk_indicator_value_area_id_area")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.indicator_id"], name=op.f("fk_indicator_value_indicator_id_indicator")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_indicator_value_source_id_source")),
        sa.PrimaryKeyConstraint("value_id", name=op.f("pk_indicator_value")),
        sa.UniqueConstraint("indicator_id", "area_id", "year", "source_id", name=op.f("uq_indicator_value_indicator_id_area_id_year_source_id")),
    )
    with op.batch_alter_table("indicator_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_value_area_id"), ["area_id"], unique=False)

    op.create_table(
        "locality",
        sa.Column("locality_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("population", sa.Double(), nullable=True),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("distance_km", sa.Double(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.area_id"], name=op.f("fk_locality_area_id_area")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_locality_source_id_source")),
        sa.PrimaryKeyConstraint("locality_id", name=op.f("pk_locality")),
    )
    with op.batch_alter_table("locality", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_locality_area_id"), ["area_id"], unique=False)

    op.create_table(
        "service",
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=True),
        sa.Column("term_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_service_organisation_id_organisation")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_service_source_id_source")),
        sa.ForeignKeyConstraint(["term_id"], ["term.term_id"], name=op.f("fk_service_term_id_term")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_service")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_term_id"), ["term_id"], unique=False)

    op.create_table(
        "site",
        sa.Column("fid", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=True),
        sa.Column("locality_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("position_kind", sa.Text(), nullable=False),
        sa.Column("sensitivity", sa.Integer(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("flags", data.orm.Json, nullable=False),
        sa.Column("accessibility", data.orm.Json, nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("geom", data.orm.Geometry("Point"), sa.Computed("gpkg_point(lon, lat)", persisted=True), nullable=True),
        sa.CheckConstraint("(lon IS NULL) = (position_kind = 'none')", name=op.f("ck_site_position_kind_none")),
        sa.CheckConstraint("position_kind IN ('exact', 'locality', 'masked', 'area_centroid', 'none')", name=op.f("ck_site_position_kind")),
        sa.CheckConstraint("sensitivity = 0 OR (address = '' AND note = '' AND locality_id IS NULL)", name=op.f("ck_site_sensitive_has_no_address")),
        sa.CheckConstraint("sensitivity = 0 OR position_kind NOT IN ('exact', 'locality')", name=op.f("ck_site_sensitive_is_masked")),
        sa.CheckConstraint(
            "status IN ('active', 'planned', 'temporarily_closed', 'inactive', 'damaged', 'destroyed', 'unknown')", name=op.f("ck_site_status")
        ),
        sa.CheckConstraint("verification IN ('verified', 'unverified')", name=op.f("ck_site_verification")),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_site_lon_lat_both")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_site_lon_lat_range")),
        sa.CheckConstraint("sensitivity < 2 OR lon IS NULL", name=op.f("ck_site_area_only_has_no_point")),
        sa.CheckConstraint("sensitivity BETWEEN 0 AND 2", name=op.f("ck_site_sensitivity")),
        sa.ForeignKeyConstraint(["area_id"], ["area.area_id"], name=op.f("fk_site_area_id_area")),
        sa.ForeignKeyConstraint(["kind"], ["term.term_id"], name=op.f("fk_site_kind_term")),
        sa.ForeignKeyConstraint(["locality_id"], ["locality.locality_id"], name=op.f("fk_site_locality_id_locality")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_site_organisation_id_organisation")),
        sa.ForeignKeyConstraint(["source_id"], ["source.source_id"], name=op.f("fk_site_source_id_source")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_site")),
        sa.UniqueConstraint("site_id", name=op.f("uq_site_site_id")),
        sa.UniqueConstraint("source_id", "external_id", name=op.f("uq_site_source_id_external_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_area_id_status"), ["area_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_lon_lat"), ["lon", "lat"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('phone', 'email', 'website')", name=op.f("ck_contact_kind")),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_contact_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_site_id"), ["site_id"], unique=False)

    op.create_table(
        "service_at_location",
        sa.Column("sal_id", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Double(), nullable=True),
        sa.CheckConstraint("mode IN ('in_person', 'mobile', 'phone', 'online')", name=op.f("ck_service_at_location_mode")),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_service_at_location_capacity")),
        sa.ForeignKeyConstraint(["service_id"], ["service.service_id"], name=op.f("fk_service_at_location_service_id_service")),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_service_at_location_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sal_id", name=op.f("pk_service_at_location")),
        sa.UniqueConstraint("service_id", "site_id", "mode", name=op.f("uq_service_at_location_service_id_site_id_mode")),
    )
    with op.batch_alter_table("service_at_location", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_at_location_service_id"), ["service_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_at_location_site_id"), ["site_id"], unique=False)

    op.create_table(
        "site_exact",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("sensitivity", sa.Integer(), nullable=False),
        sa.Column("country_key", sa.Text(), nullable=False),
        sa.Column("area_key", sa.Text(), nullable=False),
        sa.Column("organisation_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("sensitivity BETWEEN 1 AND 3", name=op.f("ck_site_exact_sensitivity")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site_exact")),
    )
    op.create_table(
        "exact_view",
        sa.Column("view_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_exact_view")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "submission",
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("created_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("submitted_at", data.orm.Instant(timezone=True), nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_submission_state")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission")),
        sa.UniqueConstraint("client_key", name=op.f("uq_submission_client_key")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_submitted_by"), ["submitted_by"], unique=False)
    op.create_table(
        "submission_event",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("at", data.orm.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_submission_event_state")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.submission_id"], name=op.f("fk_submission_event_submission_id_submission")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_submission_event")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("submission_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_event_submission_id"), ["submission_id"], unique=False)
    op.create_table(
        "site_target_group",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("term_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_site_target_group_site_id_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["term_id"], ["term.term_id"], name=op.f("fk_site_target_group_term_id_term")),
        sa.PrimaryKeyConstraint("site_id", "term_id", name=op.f("pk_site_target_group")),
    )
    op.create_table(
        "sal_target_group",
        sa.Column("sal_id", sa.Text(), nullable=False),
        sa.Column("term_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sal_id"], ["service_at_location.sal_id"], name=op.f("fk_sal_target_group_sal_id_service_at_location"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.term_id"], name=op.f("fk_sal_target_group_term_id_term")),
        sa.PrimaryKeyConstraint("sal_id", "term_id", name=op.f("pk_sal_target_group")),
    )
    op.create_table(
        "schedule",
        sa.Column("schedule_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("sal_id", sa.Text(), nullable=True),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sal_id"], ["service_at_location.sal_id"], name=op.f("fk_schedule_sal_id_service_at_location"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_schedule_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("schedule_id", name=op.f("pk_schedule")),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_site_id"), ["site_id"], unique=False)
    for statement in AFTER[dialect]:
        op.execute(statement)


def downgrade() -> None:
    """Take everything back."""
    for statement in TAKE_BACK[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedule_site_id"))

    op.drop_table("schedule")
    op.drop_table("sal_target_group")
    op.drop_table("site_target_group")
    op.drop_table("site_exact")
    op.drop_table("exact_view")
    with op.batch_alter_table("submission_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_event_submission_id"))
    op.drop_table("submission_event")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_submitted_by"))
        batch_op.drop_index(batch_op.f("ix_submission_state"))
    op.drop_table("submission")
    with op.batch_alter_table("service_at_location", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_at_location_site_id"))
        batch_op.drop_index(batch_op.f("ix_service_at_location_service_id"))

    op.drop_table("service_at_location")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_site_id"))

    op.drop_table("contact")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_site_lon_lat"))
        batch_op.drop_index(batch_op.f("ix_site_area_id_status"))

    op.drop_table("site")
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_term_id"))
        batch_op.drop_index(batch_op.f("ix_service_organisation_id"))

    op.drop_table("service")
    with op.batch_alter_table("locality", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_locality_area_id"))

    op.drop_table("locality")
    with op.batch_alter_table("indicator_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_value_area_id"))

    op.drop_table("indicator_value")
    with op.batch_alter_table("import_issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_issue_batch_id"))

    op.drop_table("import_issue")
    op.drop_table("term")
    op.drop_table("organisation")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batch_source_id"))

    op.drop_table("import_batch")
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_country"))

    op.drop_table("area")
    op.drop_table("source")
    op.drop_table("revision")
    op.drop_table("name")
    op.drop_table("indicator")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_entity_entity_id"))
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))

    op.drop_table("audit_event")
    for statement in TAKE_BACK_LAST[op.get_bind().dialect.name]:
        op.execute(statement)
