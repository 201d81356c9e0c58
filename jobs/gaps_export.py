"""The gap ledger as a file: the very rows of the page and of ``cli.py ledger``, with what they were made from."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from data.exports.ledger import CHANCES, COLUMNS, FORMATS, LedgerFile, table_csv
from data.exports.meta import SOURCE_COLUMNS, ExportMeta
from geo.errors import InputError
from geo.ledger import PARTS
from geo.registry import Registry
from i18n import Translator
from jobs.gaps import rows_of, totals
from jobs.gaps_account import need_facts
from jobs.gaps_asked import GapsAsked
from jobs.gaps_chance import SPREAD, Chance, told_points
from jobs.gaps_compare import Comparison
from jobs.gaps_words import minutes_lines, minutes_worth, need_lines, side_words
from jobs.ledger import Ledger

MIME = {extension: mime for extension, (mime, _) in FORMATS.items()}


def export_ledger(
    registry: Registry,
    ledger: Ledger,
    asked: GapsAsked,
    extension: str,
    tr: Translator,
    compared: Comparison | None = None,
    chance: Chance | None = None,
) -> bytes:
    """Return the rows that are asked for as a file.

    Parameters
    ----------
    registry : the public's.
    ledger : from ``jobs.gaps.reach_ledger``.
    asked : country, governorate and what the ledger was asked for.
    extension : a key of ``MIME``.
    tr : words of the file.
    compared : what the ledger is compared with; None for nothing.
    chance : the chances of ``jobs.gaps_chance.country_chance``; None where they were not asked for.

    Raises
    ------
    InputError : the format is not one of ours.
    """
    if extension not in FORMATS:
        raise InputError("export.unknown_format", name=extension, formats=", ".join(FORMATS))
    rows = rows_of(ledger, registry, asked)
    table = rows.reset_index()
    table = table.assign(
        area=[registry.label("area", area_id, tr.lang) for area_id in table["area_id"]], country=asked.country, service=asked.service,
        group=asked.group, limit_minutes=asked.limit, mode=asked.mode, regime=asked.regime, mobility=asked.mobility, hour=asked.hour,
        minutes_status=minutes_worth(ledger, asked),
    )[list(COLUMNS)]  # fmt: skip
    sums = pd.DataFrame([{"country": asked.country, **totals(rows)}])[["country", "need", *PARTS]]
    if compared is not None:
        changes = compared.rows.reindex(rows.index)
        table = table.assign(
            compare_regime=compared.second.regime,
            compare_mobility=compared.second.mobility,
            **{f"{part}_change": changes[part].array for part in PARTS},
        )
        sums = sums.assign(**{f"{part}_change": compared.totals[part] for part in PARTS})
    shapes = registry.governorates.geometry.reindex(rows.index)
    method = _method(registry, ledger, asked, compared, tr)
    if chance is not None:
        method.append(("chances", tr("gaps.about.chances"), chance_note(chance, tr)))
    drawn = None if chance is None else _chances(registry, chance, asked, tr)
    return FORMATS[extension][1](LedgerFile(table, list(shapes), sums, method, _meta(registry, asked, tr), drawn))


def export_chances(registry: Registry, chance: Chance, asked: GapsAsked, tr: Translator) -> bytes:
    """Return the chances of the page as CSV: governorates as in its table, then their places as in ``cli.py chances``."""
    return table_csv(_chances(registry, chance, asked, tr), _meta(registry, asked, tr))


def chance_note(chance: Chance, tr: Translator) -> str:
    """Say how chances were drawn."""
    return tr("gaps.chance_note", draws=tr.number(chance.draws), seed=chance.seed)


def _chances(registry: Registry, chance: Chance, asked: GapsAsked, tr: Translator) -> pd.DataFrame:
    areas = chance.areas[chance.areas.index == asked.area] if asked.area else chance.areas
    points = told_points(chance)
    points = points[points["area_id"].isin(areas.index)]
    own = registry.localities.index
    points = points.rename_axis("point_id").reset_index().assign(
        level="place", point=[registry.label("locality" if one in own else "area", str(one), tr.lang) for one in points.index],
        off_roads=points["need"].where(points["probability"].isna(), 0).array,
    )  # fmt: skip
    told = pd.concat([areas.reset_index().rename(columns={"off": "off_roads"}).assign(level="governorate"), points], ignore_index=True)
    told = told.assign(
        area=[registry.label("area", area, tr.lang) for area in told["area_id"]], country=asked.country, service=asked.service, group=asked.group,
        limit_minutes=asked.limit, mode=asked.mode, scenario=asked.scenario, mobility=asked.mobility, hour=asked.hour, draws=chance.draws, seed=chance.seed,
    )  # fmt: skip
    told[["need", "off_roads"]] = told[["need", "off_roads"]].astype("Float64").astype("Int64")
    told[list(SPREAD)] = told[list(SPREAD)].astype(float).replace(np.inf, np.nan)
    return told.reindex(columns=list(CHANCES)).fillna({"point_id": "", "point": ""})


def _meta(registry: Registry, asked: GapsAsked, tr: Translator) -> ExportMeta:
    need = need_facts(registry, asked)
    shapes = registry.governorates["source_id"][registry.governorates["country"] == asked.country]
    used = registry.sources[registry.sources.index.isin([*need.sources, *need.group_sources, *shapes])]
    words = {
        "place": registry.label("area", asked.area or asked.country, tr.lang), "service": registry.term_label("service", asked.service, tr.lang),
        "group": registry.term_label("target_group", asked.group, tr.lang), "within": tr.plural("gaps.minutes", asked.limit),
        "mode": tr(f"travel.mode.{asked.mode}"),
    }  # fmt: skip
    return ExportMeta(
        title=f"{tr('app.name')}: {tr('gaps.file.title')}", lang=tr.lang, words=tr, filter_text=tr("gaps.file.asked", **words),
        data_version=registry.version, created=registry.today, training=registry.training,
        watermark=tr("export.watermark") if registry.training else "", disclaimer=tr("export.disclaimer"),
        sources=used.rename_axis("source_id").reset_index()[list(SOURCE_COLUMNS)], areas=gpd.GeoDataFrame(geometry=[], crs=4326),
    )  # fmt: skip


def _method(registry: Registry, ledger: Ledger, asked: GapsAsked, compared: Comparison | None, tr: Translator) -> list[tuple[str, str, str]]:
    need = " ".join(need_lines(registry, ledger, asked, tr))
    capacity = tr(f"gaps.from_capacity.{asked.capacity}")
    values = {"need": need, "capacity": capacity, "minutes": " ".join(minutes_lines(ledger, asked, tr)), "sums": tr("gaps.sums")}
    if compared is not None:
        first, second = side_words(compared, tr)
        values["compared"] = tr("gaps.change_table", first=first, second=second)
    return [(code, tr(f"gaps.about.{code}"), value) for code, value in values.items()]
