"""The one repository: every write to the store goes through it, in one transaction, with its audit."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from data import models, orm
from data.engine import make_engine, reading, writing
from data.migrate import is_current, upgrade
from data.secrecy import Secret
from data.site_imports import take_rows
from data.site_rows import SiteWriter
from geo.errors import BadCell, StoreError
from settings import Settings

REFERENCE = (models.Source, models.Area, models.Locality, models.Term, models.Indicator, models.IndicatorValue)
"""Tables that packs bring, in the order in which they may be written."""
WRITER_LOCK = 0x4A495752
"""Number of PostgreSQL's advisory lock that writers of the registry hold."""


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the rows of an import: ``accepted + rejected + unchanged`` is every row that was read.

    Parameters
    ----------
    kept : rows, among the rejected ones, of sites that were corrected here since: their list may not silently undo that.
    """

    accepted: int
    rejected: int
    unchanged: int
    kept: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A checked import, ready to be applied.

    Parameters
    ----------
    source : columns of ``models.Source``; the same ``source_id`` again means the same list of sites, renewed.
    incoming : ``geo.model.INCOMING``, the rows that passed.
    cells : what was refused or flagged.
    rows_total : rows read; ``len(incoming)`` plus the rejected ones.
    sha256 : digest of the file.
    format : its format.
    """

    source: Mapping[str, Any]
    incoming: pd.DataFrame
    cells: Sequence[BadCell]
    rows_total: int
    sha256: str
    format: str


class Store:
    """A store, opened. Safe to share between threads.

    Parameters
    ----------
    engine : from ``data.engine.make_engine``.
    secret : the installation's secret.
    workspace : ``registry`` or ``training``; a store is one or the other for good.
    """

    def __init__(self, engine: sa.Engine, secret: Secret, workspace: str = "registry") -> None:
        self.engine = engine
        self.secret = secret
        self.workspace = workspace

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Open the store of ``settings``, bringing its schema up to date.

        Raises
        ------
        StoreError : it cannot be reached or written, or belongs to the other workspace.
        SetupError : the database's driver is missing.
        """
        store = cls(make_engine(settings.database_url), Secret.from_file(settings.key_file), settings.workspace)
        store.set_up()
        return store

    def set_up(self) -> None:
        """Run missing migrations and write the revision row; refuse a store of the other workspace."""
        if not is_current(self.engine):
            upgrade(self.engine)
        with writing(self.engine) as connection:
            row = connection.execute(sa.select(models.Revision)).one_or_none()
            if row is None:
                first = {"id": 1, "number": 0, "hidden_number": 0, "store_uid": uuid.uuid4().hex, "workspace": self.workspace, "packs_version": ""}
                connection.execute(sa.insert(models.Revision), first)
            elif row.workspace != self.workspace:
                raise StoreError("store.other_workspace", have=row.workspace, wanted=self.workspace)

    def version(self, *, hidden: bool = False) -> str:
        """Return a text that changes with every write; unlike in any other store. Asked for at every rerun of a page, so it is kept cheap.

        Parameters
        ----------
        hidden : for somebody who may know of hidden sites. Nobody else's version tells that one of them was written.
        """
        with reading(self.engine) as connection:
            uid, number, hidden_number = connection.exec_driver_sql("SELECT store_uid, number, hidden_number FROM revision").one()
        return f"{uid[:8]}-{number}.{hidden_number}" if hidden else f"{uid[:8]}-{number}"

    def packs_version(self) -> str:
        """Return the version of the packs that were loaded last; empty before the first time."""
        with reading(self.engine) as connection:
            return str(connection.execute(sa.select(models.Revision.packs_version)).scalar_one())

    def load_reference(self, frames: Mapping[type[orm.Base], pd.DataFrame], names: pd.DataFrame) -> None:
        """Write areas, localities, terms, indicators, values and their sources and names, replacing older editions.

        Parameters
        ----------
        frames : table to frame as in ``geo.model``; areas as a GeoDataFrame in EPSG:4326.
        names : columns entity, entity_id, lang, text.
        """
        with self.transaction() as connection:
            for table in REFERENCE:
                if table in frames:
                    self._upsert(connection, table, _records(table, frames[table]))
            self._upsert(connection, models.Name, _records(models.Name, names))
            self.mark_changed(connection)

    def mark_packs(self, version: str) -> None:
        """Keep which packs are loaded completely."""
        with writing(self.engine) as connection:
            connection.execute(sa.update(models.Revision).values(packs_version=version))

    def apply_import(self, request: ImportRequest, *, actor: str, dry_run: bool = False) -> Account:
        """Write an import: new and changed sites, its account and its issues, all in one transaction.

        Parameters
        ----------
        request : the checked import.
        actor : who does it, for the audit.
        dry_run : take everything back at the end.

        Returns
        -------
        The account. Rows equal to what the same source said last are unchanged and touch nothing.
        """
        with self.transaction() as connection:
            self._upsert(connection, models.Source, _records(models.Source, pd.DataFrame([request.source])))
            batch_id = str(uuid.uuid4())
            writer = self.writer(connection, actor=actor, batch_id=batch_id)
            taken = take_rows(writer, request.incoming, str(request.source["source_id"]))
            rejected = request.rows_total - len(request.incoming) + len(taken.kept)
            account = Account(taken.accepted, rejected, request.rows_total - taken.accepted - rejected, taken.kept)
            now = dt.datetime.now(dt.UTC)
            batch = {"batch_id": batch_id, "source_id": request.source["source_id"], "sha256": request.sha256, "format": request.format,
                     "rows_total": request.rows_total, "accepted": account.accepted, "rejected": account.rejected,
                     "unchanged": account.unchanged, "actor": actor, "created_at": now}  # fmt: skip
            connection.execute(sa.insert(models.ImportBatch), batch)
            issues = [{"batch_id": batch_id, "row_number": cell.row, "column_name": cell.column, "code": cell.code, "severity": cell.severity}
                      for cell in request.cells]  # fmt: skip
            issues += [{"batch_id": batch_id, "row_number": row, "column_name": "", "code": "import.edited_here", "severity": "reject"}
                       for row in taken.kept]  # fmt: skip
            if issues:
                connection.execute(sa.insert(models.ImportIssue), issues)
            if taken.accepted:
                self.mark_changed(connection, openly=writer.wrote_open)
            if dry_run:
                connection.rollback()
        return account

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Open a writing transaction in which nobody else writes; a writer of SQLite is alone anyway, PostgreSQL needs to be told."""
        with writing(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER_LOCK)))
            yield connection

    def writer(self, connection: sa.Connection, *, actor: str, batch_id: str | None = None) -> SiteWriter:
        """Return a writer of sites in an open writing transaction; whoever uses it calls ``mark_changed`` at the end."""
        boundary = sa.select(models.Area.area_id, models.Area.boundary).where(models.Area.boundary.is_not(None))
        boundaries = {row.area_id: shapely.from_wkb(row.boundary) for row in connection.execute(boundary)}
        return SiteWriter(connection, secret=self.secret, boundaries=boundaries, actor=actor, batch_id=batch_id)

    def mark_changed(self, connection: sa.Connection, *, openly: bool = True) -> None:
        """Raise the revision: what anybody keeps of the registry is old from the end of this transaction on.

        Parameters
        ----------
        openly : something changed that everybody may see; otherwise only what those keep is old who may know of hidden sites.
        """
        self._set_extents(connection)
        number = "number" if openly else "hidden_number"
        connection.execute(sa.update(models.Revision).values({number: getattr(models.Revision, number) + 1}))

    def _upsert(self, connection: sa.Connection, table: type[orm.Base], records: Iterable[Mapping[str, Any]]) -> None:
        rows = [dict(record) for record in records]
        if not rows:
            return
        insert = (sqlite.insert if self.engine.dialect.name == "sqlite" else postgresql.insert)(table)
        key = _key_of(table)
        changed = {name: insert.excluded[name] for name in rows[0] if name not in key}
        connection.execute(insert.on_conflict_do_update(index_elements=key, set_=changed), rows)

    def _set_extents(self, connection: sa.Connection) -> None:
        """Keep the extents in the GeoPackage's table of contents true."""
        if self.engine.dialect.name != "sqlite":
            return
        extent = "(SELECT min(lon), min(lat), max(lon), max(lat) FROM {table})"
        for table in ("site", "area"):
            connection.exec_driver_sql(
                f"UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) = {extent.format(table=table)}, "  # noqa: S608 - two fixed names
                "last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = ?",
                (table,),
            )


def _key_of(table: type[orm.Base]) -> list[str]:
    if table is models.Area:
        return ["area_id"]
    return [column.name for column in table.__table__.primary_key.columns]  # type: ignore[attr-defined]


def _records(table: type[orm.Base], frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as the columns of ``table``; NaN and NA become NULL or the column's default, a boundary becomes WKB."""
    flat = frame.reset_index() if frame.index.name else frame
    if isinstance(flat, gpd.GeoDataFrame):
        flat["boundary"] = [None if shape is None or shape.is_empty else shapely.to_wkb(_multi(shape), byte_order=1) for shape in flat.geometry]
        flat = pd.DataFrame(flat.drop(columns="geometry"))
    columns = {column.name: column for column in sa.inspect(table).columns}
    records: list[dict[str, Any]] = flat[[name for name in flat.columns if name in columns]].to_dict("records")  # type: ignore[assignment]
    return [{name: _plain(value, columns[name]) for name, value in record.items()} for record in records]


def _plain(value: Any, column: sa.Column[Any]) -> Any:
    if value is None or (not isinstance(value, bytes) and pd.isna(value)):
        if isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar:
            return column.default.arg
        return None if column.nullable else ""
    if value == "" and column.foreign_keys:
        return None
    return int(value) if isinstance(column.type, sa.Integer) else value.item() if hasattr(value, "item") else value


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return shape if isinstance(shape, shapely.MultiPolygon) else shapely.MultiPolygon([shape])
