"""Small invented registries for tests and benchmarks: squares for governorates, seeded sites in them."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import model
from geo.registry import Registry

AREA_IDS = ("PS0101", "PS0150", "SY01", "IL-HA")
KINDS = (("clinic", "provider"), ("community_centre", "centre"), ("planning_group", "planning"))
SECTORS = ("health", "legal", "aid")
SERVICES = (("medical_care", "health", 0), ("legal_counselling", "legal", 0), ("food_assistance", "aid", 0), ("women_girls_safe_space", "legal", 2))
GROUPS = ("all", "women", "older_people")


def frame(table: model.Table, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return rows as a frame with exactly the columns of ``table``."""
    out = pd.DataFrame(rows, columns=[table.index, *table.names]).set_index(table.index)
    for column in table.columns:
        if column.dtype == "float":
            out[column.name] = out[column.name].astype(float)
    return out


def names(rows: dict[str, tuple[str | None, str | None, str | None]]) -> pd.DataFrame:
    """Return ``{id: (ar, he, en)}`` as a frame of names."""
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(model.LANGUAGES)).astype("string")


def make_registry(count: int = 12, *, seed: int = 1, site_name: str | None = None, training: bool = False) -> Registry:
    """Return a registry of ``count`` sites in four square governorates; ``site_name`` replaces every site's names."""
    rng = np.random.default_rng(seed)
    squares = {"PS0101": (35.0, 32.0), "PS0150": (35.0, 31.0), "SY01": (36.0, 33.0), "IL-HA": (34.0, 32.5)}
    areas = frame(
        model.AREAS,
        [
            {"area_id": a, "country": a[:2], "level": "district" if a == "IL-HA" else "governorate", "parent_id": a[:2], "iso": "", "area_km2": 100.0,
             "lon": x + 0.25, "lat": y + 0.25, "precision": "invented square", "source_id": "invented"}
            for a, (x, y) in squares.items()
        ],
    )  # fmt: skip
    geometry = [shapely.box(x, y, x + 0.5, y + 0.5) for x, y in squares.values()]
    area_column = rng.integers(0, len(AREA_IDS), count)
    kind_column = rng.integers(0, len(KINDS), count)
    rows, site_names = [], {}
    for i in range(count):
        area = AREA_IDS[area_column[i]]
        x, y = squares[area]
        services = tuple(sorted({SERVICES[j][0] for j in rng.integers(0, 3, rng.integers(1, 3))}))
        sector = next(s for c, s, _ in SERVICES if c == services[0])
        placed = i % 6 != 5
        rows.append({
            "site_id": f"site-{i:05d}", "country": area[:2], "area_id": area, "locality_id": f"L{area}", "kind": KINDS[kind_column[i]][0],
            "mark": KINDS[kind_column[i]][1], "sector": sector, "status": "planned" if i % 7 == 6 else "active", "organisation_id": f"org-{i % 3}",
            "lon": x + 0.5 * rng.random() if placed else np.nan, "lat": y + 0.5 * rng.random() if placed else np.nan,
            "position_kind": "exact" if placed else "none", "sensitivity": 0, "verification": "verified" if i % 2 else "unverified",
            "verified_on": dt.date(2026, 1 + i % 11, 1), "services": services, "target_groups": (GROUPS[i % 3],), "capacities": {}, "accessibility": (), "address": f"{i} Main St",
            "phone": "+97222345678", "email": "office@example.org", "website": "", "hours": "Mo-Fr 08:00-16:00", "note": "", "flags": (), "external_id": str(i),
            "source_id": "invented",
        })  # fmt: skip
        site_names[f"site-{i:05d}"] = (site_name, site_name, site_name) if site_name else (f"مركز {i}", f"מרכז {i}" if i % 2 else None, f"Centre {i}")
    terms = [{"term_id": f"service:{c}", "taxonomy": "service", "code": c, "parent": s, "sensitivity": n, "osm_tag": "", "source_id": "invented", "sort": i}
             for i, (c, s, n) in enumerate(SERVICES)]  # fmt: skip
    terms += [{"term_id": f"kind:{c}", "taxonomy": "kind", "code": c, "parent": m, "sensitivity": 0, "osm_tag": "", "source_id": "invented", "sort": i}
              for i, (c, m) in enumerate(KINDS)]  # fmt: skip
    for taxonomy, codes in (("sector", SECTORS), ("target_group", GROUPS)):
        terms += [{"term_id": f"{taxonomy}:{c}", "taxonomy": taxonomy, "code": c, "parent": "", "sensitivity": 0, "osm_tag": "", "source_id": "invented",
                   "sort": i} for i, c in enumerate(codes)]  # fmt: skip
    values = [
        {
            "value_id": f"v{i}",
            "indicator_id": "poverty_rate",
            "area_id": a,
            "year": 2023,
            "value": v,
            "unit": "%",
            "status": s,
            "source_id": "invented",
        }
        for i, (a, v, s) in enumerate([("PS0101", 10.0, "official"), ("PS0150", 20.5, "estimate"), ("SY01", 0.0, "inferred")])
    ]
    values += [
        {
            "value_id": f"p{i}",
            "indicator_id": "population",
            "area_id": a,
            "year": 2020,
            "value": v,
            "unit": "people",
            "status": "official",
            "source_id": "invented",
        }
        for i, (a, v) in enumerate([("PS0101", 300_000.0), ("PS0150", 700_000.0), ("SY01", 1_500_000.0)])
    ]
    return Registry(
        version=f"test-{count}-{seed}",
        areas=gpd.GeoDataFrame(areas, geometry=geometry, crs=4326),
        localities=frame(
            model.LOCALITIES,
            [{"locality_id": f"L{a}", "area_id": a, "country": a[:2], "lon": x + 0.2, "lat": y + 0.2, "population": 5000.0, "flag": "", "distance_km": 0.0,
              "source_id": "invented"} for a, (x, y) in squares.items()],
        ),
        terms=frame(model.TERMS, terms),
        sources=frame(
            model.SOURCES,
            [{"source_id": "invented", "title": "Invented for a test", "publisher": "", "year": 2026, "url": "", "licence": "CC0", "status": "demo", "locked": 0}],
        ),
        indicators=frame(
            model.INDICATORS,
            [{"indicator_id": "population", "unit": "people", "direction": 0, "aggregation": "sum", "sort": 0},
             {"indicator_id": "poverty_rate", "unit": "%", "direction": 1, "aggregation": "none", "sort": 1}],
        ),
        values=frame(model.INDICATOR_VALUES, values),
        organisations=frame(model.ORGANISATIONS, [{"organisation_id": f"org-{i}", "source_id": "invented"} for i in range(3)]),
        sites=frame(model.SITES, rows),
        names={
            "area": names({"PS0101": ("جنين", "ג'נין", "Jenin"), "PS0150": ("الخليل", "חברון", "Hebron"), "SY01": ("دمشق", "דמשק", "Damascus"),
                           "IL-HA": ("حيفا", "חיפה", "Haifa")}),
            "locality": names({f"L{a}": (f"بلدة {a}", None, f"Town {a}") for a in AREA_IDS}),
            "term": names({str(t["term_id"]): (f"ع {t['code']}", f"ע {t['code']}", str(t["code"]).replace("_", " ").capitalize()) for t in terms}),
            "indicator": names({"population": ("السكان", "אוכלוסייה", "Population"), "poverty_rate": ("نسبة الفقر", "שיעור העוני", "Poverty rate")}),
            "organisation": names({f"org-{i}": (f"جمعية {i}", None, f"Organisation {i}") for i in range(3)}),
            "site": names(site_names),
        },
        training=training,
        today=dt.date(2026, 12, 1),
    )  # fmt: skip
