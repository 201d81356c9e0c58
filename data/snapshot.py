"""The registry as frames: read from the store once a revision and kept for every session, route and command."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from data import clock, models, orm
from data.engine import reading
from data.publishing import CONTRIBUTIONS
from data.row_security import seeing
from data.secrecy import Secret
from data.site_records import HIDDEN, may_see, read_records
from data.store import Store
from geo import model
from geo.model import PUBLIC, Scope
from geo.registry import Registry


class RegistryCache:
    """Gives the registry of the store's present revision; reads the store again only after a write, and counts ages anew on a new day.

    Parameters
    ----------
    store : an open store.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._kept: dict[Scope, Registry] = {}

    def get(self, scope: Scope = PUBLIC) -> Registry:
        """Return the registry as ``scope`` may see it. Shared: nobody may change its frames."""
        version = self.store.version(hidden=scope.clearance >= HIDDEN)
        day = clock.today()
        kept = self._kept.get(scope)
        if kept is not None and (kept.version, kept.today) == (version, day):
            return kept
        with self._lock:
            kept = self._kept.get(scope)
            if kept is None or kept.version != version:
                kept = read_registry(self.store, scope)
            self._kept[scope] = kept = kept.on(day)
        return kept


def read_registry(store: Store, scope: Scope = PUBLIC) -> Registry:
    """Read all frames in one transaction.

    Parameters
    ----------
    store : an open store.
    scope : who asks. Places are masked for everybody; a site whose existence is hidden is there, without a point, only for whoever
        has that clearance where it is.

    Returns
    -------
    The registry with ``version`` of the store at that moment.
    """
    with reading(store.engine) as connection:
        revision = connection.execute(sa.select(models.Revision)).one()
        terms = _frame(connection, models.Term, model.TERMS)
        hidden = _hidden(connection, store.secret, scope)
        names = _names(connection)
        sites = _typed(_sites(connection, terms, hidden), model.SITES)
        sources = _sources(connection, sites)
        names["source"] = names["source"][names["source"].index.isin(sources.index)]
        names["site"] = _with_hidden_names(names["site"], hidden)
        return Registry(
            version=f"{revision.store_uid[:8]}-{revision.number}" + (f".{revision.hidden_number}" if scope.clearance >= HIDDEN else ""),
            areas=_areas(connection),
            localities=_frame(connection, models.Locality, model.LOCALITIES),
            terms=terms,
            sources=sources,
            indicators=_frame(connection, models.Indicator, model.INDICATORS),
            values=_frame(connection, models.IndicatorValue, model.INDICATOR_VALUES),
            organisations=_frame(connection, models.Organisation, model.ORGANISATIONS),
            sites=sites,
            names=names,
            training=revision.workspace == "training",
            today=clock.today(),
            redirects=_redirects(connection),
        )


def _read(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> pd.DataFrame:
    result = connection.execute(query)
    return pd.DataFrame(list(map(tuple, result)), columns=list(result.keys()), dtype=object)


def _frame(connection: sa.Connection, source: type[orm.Base], table: model.Table, without: Collection[str] = ()) -> pd.DataFrame:
    columns = [getattr(source, name) for name in (table.index, *table.names)]
    frame = _read(connection, sa.select(*columns).where(columns[0].not_in(without)).order_by(columns[0]))
    return _typed(frame.set_index(table.index), table)


def _typed(frame: pd.DataFrame, table: model.Table) -> pd.DataFrame:
    for column in table.columns:
        if column.dtype == "float":
            frame[column.name] = frame[column.name].astype(float)
        elif column.dtype == "int":
            frame[column.name] = frame[column.name].astype("Int64" if frame[column.name].isna().any() else "int64")
        elif column.dtype == "text":
            frame[column.name] = frame[column.name].where(frame[column.name].notna(), "").astype(object)
    return frame[list(table.names)]


def _areas(connection: sa.Connection) -> gpd.GeoDataFrame:
    columns = [models.Area.area_id, *(getattr(models.Area, name) for name in model.AREAS.names), models.Area.boundary]
    frame = _read(connection, sa.select(*columns).order_by(models.Area.fid)).set_index("area_id")
    shapes = [None if wkb is None else shapely.from_wkb(bytes(wkb)) for wkb in frame["boundary"]]
    return gpd.GeoDataFrame(_typed(frame, model.AREAS), geometry=gpd.GeoSeries(shapes, index=frame.index, crs=4326))


def _names(connection: sa.Connection) -> dict[str, pd.DataFrame]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for entity, entity_id, lang, text in connection.execute(sa.select(models.Name.entity, models.Name.entity_id, models.Name.lang, models.Name.text)):
        found.setdefault(entity, {}).setdefault(entity_id, {})[lang] = text
    out = {}
    for entity in ("area", "locality", "term", "indicator", "organisation", "site", "source"):
        names = dict(sorted(found.get(entity, {}).items()))
        wide = {lang: pd.array([one.get(lang) for one in names.values()], dtype="string") for lang in model.LANGUAGES}
        out[entity] = pd.DataFrame(wide, index=pd.Index(list(names), name="entity_id", dtype=object if not names else None))
    return out


def _redirects(connection: sa.Connection) -> dict[str, str]:
    """Return the sites that were merged into another one, with that one; not into one that became hidden."""
    there = sa.select(models.Site.site_id)
    rows = connection.execute(sa.select(models.Site.site_id, models.Site.merged_into).where(models.Site.merged_into.in_(there)))
    return {str(site_id): str(into) for site_id, into in rows}


def _hidden(connection: sa.Connection, secret: Secret, scope: Scope) -> dict[str, dict[str, Any]]:
    """Return the records of the hidden sites that ``scope`` may know of; nobody else's query touches what is sealed."""
    if scope.clearance < HIDDEN:
        return {}
    exact = models.SiteExact
    with seeing(connection, scope, secret):
        ids = connection.execute(sa.select(exact.site_id).where(exact.sensitivity == HIDDEN).order_by(exact.site_id)).scalars().all()
        found = {site_id: stored.record for site_id, stored in read_records(connection, secret, ids).items()}
    return {site_id: record for site_id, record in found.items() if not record["merged_into"] and may_see(scope, record)}


def _sources(connection: sa.Connection, sites: pd.DataFrame) -> pd.DataFrame:
    """Return the sources, without the lists of sites of which nobody sees a site: their titles would tell that there is one."""
    lists = set(connection.execute(sa.select(models.ImportBatch.source_id).distinct()).scalars()) | {CONTRIBUTIONS}
    tables = (models.Site, models.Area, models.Locality, models.Term, models.IndicatorValue, models.Organisation)
    cited = set(sites["source_id"]).union(*(connection.execute(sa.select(table.source_id).distinct()).scalars() for table in tables))
    return _frame(connection, models.Source, model.SOURCES, without=lists - cited)


def _with_hidden_names(names: pd.DataFrame, hidden: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    if not hidden:
        return names
    rows = {site_id: [record["names"].get(lang) for lang in model.LANGUAGES] for site_id, record in hidden.items()}
    more = pd.DataFrame.from_dict(rows, orient="index", columns=list(model.LANGUAGES)).astype("string")
    return pd.concat([names, more])


def _hidden_rows(hidden: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return hidden sites as rows of the frame: by governorate only."""
    rows = {}
    for site_id, record in hidden.items():
        row = {name: record.get(name, "") for name in model.SITES.names}
        checked = record["verified_on"]
        row |= {
            "country": record["place"]["country"], "area_id": record["place"]["area_id"], "locality_id": "", "lon": np.nan, "lat": np.nan,
            "position_kind": "none", "address": "", "note": "", "external_id": "", "verified_on": dt.date.fromisoformat(checked) if checked else None,
            "services": tuple(record["services"]), "target_groups": tuple(record["target_groups"]), "flags": tuple(record["flags"]),
            "accessibility": tuple(record["accessibility"]),
        }  # fmt: skip
        rows[site_id] = row
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(model.SITES.names))


def _sites(connection: sa.Connection, terms: pd.DataFrame, hidden: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    stored = [name for name in model.SITES.names if hasattr(models.Site, name)]
    columns = [models.Site.site_id, *(getattr(models.Site, name) for name in stored)]
    query = sa.select(*columns).where(models.Site.merged_into.is_(None)).order_by(models.Site.fid)
    frame = _read(connection, query).set_index("site_id")
    frame["kind"] = frame["kind"].str.removeprefix("kind:")
    services = sa.select(models.ServiceAtLocation.site_id, models.Service.term_id).join(models.Service).order_by(models.Service.term_id)
    frame["services"] = _codes(connection, services, frame.index)
    groups = sa.select(models.SiteTargetGroup.site_id, models.SiteTargetGroup.term_id).order_by(models.SiteTargetGroup.term_id)
    frame["target_groups"] = _codes(connection, groups, frame.index)
    frame["capacities"] = pd.Series(_capacities(connection, frame.index), index=frame.index, dtype=object)
    for kind in ("phone", "email", "website"):
        contacts = _read(connection, sa.select(models.Contact.site_id, models.Contact.value).where(models.Contact.kind == kind))
        frame[kind] = frame.index.map(contacts.set_index("site_id")["value"].to_dict())
    hours = _read(connection, sa.select(models.Schedule.site_id, models.Schedule.hours).where(models.Schedule.sal_id.is_(None)))
    frame["hours"] = frame.index.map(hours.set_index("site_id")["hours"].to_dict())
    for name in ("flags", "accessibility"):
        frame[name] = [tuple(codes) for codes in frame[name]]
    if hidden:
        frame = pd.concat([frame, _hidden_rows(hidden)])
    frame["mark"] = frame["kind"].map(terms[terms["taxonomy"] == "kind"].set_index("code")["parent"])
    sectors = terms[terms["taxonomy"] == "service"].set_index("code")["parent"].to_dict()
    frame["sector"] = [_main_sector([sectors.get(code, "") for code in row]) for row in frame["services"]]
    return frame.rename_axis("site_id")


def _codes(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]], site_ids: pd.Index) -> list[tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for site_id, term_id in connection.execute(query):
        found.setdefault(site_id, []).append(term_id.partition(":")[2])
    return [tuple(dict.fromkeys(found.get(site_id, ()))) for site_id in site_ids]


def _capacities(connection: sa.Connection, site_ids: pd.Index) -> list[dict[str, float]]:
    at = models.ServiceAtLocation
    found: dict[str, dict[str, float]] = {}
    query = sa.select(at.site_id, models.Service.term_id, at.capacity).join(models.Service)
    for site_id, term_id, capacity in connection.execute(query):
        if capacity is not None:
            found.setdefault(site_id, {})[term_id.partition(":")[2]] = float(capacity)
    return [found.get(site_id, {}) for site_id in site_ids]


def _main_sector(sectors: list[str]) -> str:
    """Return the sector that most services belong to; of equals the first by name; empty without services."""
    return max(sorted(set(sectors)), key=sectors.count) if sectors else ""
