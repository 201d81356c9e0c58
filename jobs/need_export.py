"""What the Need page shows as files: the very numbers of its ranking, its map of need and access, and its priority list."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import pandas as pd

from data.exports.meta import SOURCE_COLUMNS, ExportMeta
from data.exports.tables import FORMATS, TablesFile
from geo.errors import InputError
from geo.registry import Registry
from i18n import Translator
from jobs.ledger import Ledger, LedgerAsked
from jobs.need import Need, make_need
from jobs.need_access import NeedAccess, need_access
from jobs.need_asked import NeedPage
from jobs.need_priority import PriorityList, priority_of, priority_table
from jobs.need_saved import need_rows
from jobs.roads import Roads

MIME = {extension: mime for extension, (mime, _) in FORMATS.items()}
CONTRIBUTION = ("service", "group", "gap")


def export_need(
    registry: Registry, asked: NeedPage, ledger: Callable[[LedgerAsked], Ledger], extension: str, tr: Translator, roads: Roads | None = None
) -> bytes:
    """Return the view that is asked for as a file.

    Parameters
    ----------
    registry : the public's.
    asked : what the page shows; its ``missing`` must be chosen.
    ledger : gives a ledger, from ``jobs.gaps.reach_ledger``; asked only where the view needs one.
    extension : a key of ``MIME``.
    tr : words of the file.
    roads : what is loaded, as for the ledgers.

    Raises
    ------
    InputError : the format is not one of ours; ``needs.not_chosen``: nobody chose what becomes of missing values.
    """
    if extension not in FORMATS:
        raise InputError("export.unknown_format", name=extension, formats=", ".join(FORMATS))
    if asked.missing is None:
        raise InputError("needs.not_chosen")
    need = make_need(registry, asked.index)
    named = _named(registry, asked.country, tr)
    if asked.view == "access":
        tables = access_tables(need_access(registry, need, ledger(asked.ledger), asked.limit), named)
    elif asked.view == "priority":
        found = priority_of(registry, need, {pair: ledger(one) for pair, one in asked.ledgers.items()}, asked.decision, roads=roads)
        tables = {"priority": priority_table(registry, asked.country, found, tr.lang), "ways_out": ways_out_table(found)}
    else:
        tables = {"ranking": named(need_rows(need.table)), "values": cells_table(need)}
    words = {name: column_words(registry, name, tr) for table in tables.values() for name in table.columns}
    return FORMATS[extension][1](TablesFile(tables, words, method_lines(registry, need, asked, tr), _meta(registry, need, asked, tr)))


def cells_table(need: Need) -> pd.DataFrame:
    """Return each value behind the index with its year, unit, status and source; empty where it is not known."""
    return need.cells.reset_index()


def access_tables(found: NeedAccess, named: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return need and minutes by governorate, and the measures of the country; minutes without end as the text ``over``."""
    table = found.table.rename_axis("area_id").reset_index()
    for name in ("median", "p90", "open_median"):
        table[name] = [None if pd.isna(value) else "over" if value == float("inf") else value for value in table[name].astype(object)]
    metrics = pd.DataFrame({"metric": list(found.metrics), "value": [found.metrics[name] for name in found.metrics]}).astype({"value": float})
    return {"need_access": named(table), "metrics": metrics}


def ways_out_table(found: PriorityList) -> pd.DataFrame:
    """Return the places behind ``places_out`` of the priority list, one row for each service and group."""
    rows = [(area, service, group, count, way.below) for area, way in found.ways_out.items() for service, group, count in way.places]
    return pd.DataFrame(rows, columns=["area_id", "service", "group", "places", "below"])


def column_words(registry: Registry, name: str, tr: Translator) -> str:
    """Return what a column is."""
    kind, _, code = name.partition(".")
    if not code:
        return tr(f"needs.column.{name}")
    label = tr(f"needs.gap.{code}") if kind == "gap" else registry.term_label({"group": "target_group"}.get(kind, kind), code, tr.lang)
    return tr("needs.column.contribution", of=label)


def method_lines(registry: Registry, need: Need, asked: NeedPage, tr: Translator) -> list[tuple[str, str, str]]:
    """Return how the figures were made, as (code, words, value)."""
    shares = {node.node_id: node.weight for node in need.index.tree.indicators}
    weights = "; ".join(f"{registry.label('indicator', name, tr.lang)}: {weight:g}" for name, weight in shares.items())
    values = {
        "missing": tr(f"needs.missing.{asked.missing}"), "scale": tr(f"needs.scale.{asked.normalisation}"), "mean": tr(f"needs.mean.{asked.aggregation}"),
        "weights": weights, "doubt": tr("needs.about_doubt", draws=tr.number(need.draws), seed=need.seed),
    }  # fmt: skip
    if asked.view == "access":
        who = registry.term_label("target_group", asked.group, tr.lang)
        values["access"] = tr("needs.about_access", service=registry.term_label("service", asked.service, tr.lang), group=who)
    if asked.view == "priority":
        terms = [(registry.term_label("service", code, tr.lang), weight) for code, weight in asked.services]
        terms += [(registry.term_label("target_group", code, tr.lang), weight) for code, weight in asked.groups]
        told = "; ".join(f"{label}: {weight:g}" for label, weight in terms)
        values["priority"] = tr("needs.about_priority", weights=told, beta=f"{asked.beta:g}", within=tr.plural("gaps.minutes", asked.limit))
    return [(code, tr(f"needs.about.{code}"), value) for code, value in values.items()]


def _named(registry: Registry, country: str, tr: Translator) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def named(table: pd.DataFrame) -> pd.DataFrame:
        out = table.copy()
        out.insert(1, "area", [registry.label("area", str(area), tr.lang) for area in table["area_id"]])
        out.insert(2, "country", country)
        return out

    return named


def _meta(registry: Registry, need: Need, asked: NeedPage, tr: Translator) -> ExportMeta:
    used = registry.sources[registry.sources.index.isin(need.cells["source_id"].dropna())]
    return ExportMeta(
        title=f"{tr('app.name')}: {tr('needs.title')}", lang=tr.lang, words=tr,
        filter_text=f"{registry.label('area', asked.country, tr.lang)}: {tr(f'needs.view.{asked.view}')}", data_version=registry.version,
        created=registry.today, training=registry.training, watermark=tr("export.watermark") if registry.training else "",
        disclaimer=tr("export.disclaimer"), sources=used.rename_axis("source_id").reset_index()[list(SOURCE_COLUMNS)],
        areas=gpd.GeoDataFrame(geometry=[], crs=4326),
    )  # fmt: skip
