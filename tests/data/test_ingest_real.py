"""The importer on real files of the region: exact accounts, and what is refused and why."""

from __future__ import annotations

from collections import Counter

import pytest
import shapely

from data.ingest import ImportPlan, plan_import
from tests.data.sources.help import SHARED, pack_registry

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared files are not here")


def plan(path: str) -> ImportPlan:
    file = SHARED / path
    return plan_import(file, file.name, pack_registry())


def account(result: ImportPlan) -> tuple[int, int, int]:
    return result.rows_total, result.accepted, result.rejected


def reasons(result: ImportPlan, severity: str) -> dict[str, int]:
    return dict(Counter(cell.code.removeprefix("import.") for cell in result.cells if cell.severity == severity))


def test_health_facilities_of_palestine() -> None:
    result = plan("facilities/hotosm_pse_health_facilities_points.geojson")
    assert account(result) == (1544, 1544, 0)
    assert reasons(result, "flag") == {"named_by_kind": 26, "kind_general": 3}
    kinds = result.incoming["kind"].value_counts().to_dict()
    assert kinds == {
        "pharmacy": 865,
        "doctors": 208,
        "clinic": 199,
        "hospital": 168,
        "dentist": 91,
        "laboratory": 8,
        "other": 3,
        "rehabilitation_centre": 2,
    }
    assert set(result.incoming["country"]) == {"PS"}
    assert result.incoming["area_id"].value_counts()["PS0140"] == 13
    assert result.incoming["area_id"].nunique() == 16
    assert set(result.incoming["position_kind"]) == {"exact"}
    assert result.incoming["external_id"].str.fullmatch(r"osm:node/\d+").all()


def test_health_facilities_lie_in_their_area_or_near_its_generalised_border() -> None:
    result = plan("facilities/hotosm_pse_health_facilities_points.geojson")
    areas = pack_registry().areas.geometry
    sites = result.incoming
    inside = [areas[area].covers(shapely.Point(lon, lat)) for area, lon, lat in zip(sites["area_id"], sites["lon"], sites["lat"], strict=True)]
    assert sum(inside) >= 1540


def test_welfare_departments_of_israel() -> None:
    result = plan("facilities/isr_welfare_departments.csv")
    assert account(result) == (325, 259, 66)
    assert reasons(result, "reject") == {"area_doubtful": 61, "duplicate_id": 2, "other_pack": 1, "empty_row": 1, "no_place": 1, "no_name": 1}
    sites = result.incoming
    assert sites["position_kind"].value_counts().to_dict() == {"locality": 224, "none": 35}
    assert set(sites["services"]) == {("social_welfare_office",)}
    assert set(sites["country"]) == {"IL"}
    assert sites["phone"].str.startswith("+972").sum() > 250


def test_rows_without_a_place_of_their_own_come_only_from_councils_of_many_villages() -> None:
    result = plan("facilities/isr_welfare_departments.csv")
    unplaced = result.incoming[result.incoming["position_kind"] == "none"]
    many = {cell.row for cell in result.cells if cell.code == "import.locality_many"}
    assert set(unplaced.index) == many


def test_ministry_districts_are_not_taken_for_the_districts_of_the_registry() -> None:
    result = plan("facilities/isr_welfare_departments.csv")
    ashkelon, shmona = result.incoming.loc[2], next(row for _, row in result.incoming.iterrows() if "קרית שמונה" in row["names"].values())
    assert (result.raw.column("district")[0], ashkelon["area_id"]) == ("ירושלים", "IL-D")
    assert shmona["area_id"] == "IL-Z"
    doubtful = next(cell for cell in result.cells if cell.code == "import.area_doubtful")
    assert doubtful.params == {"differ": 114, "compared": 225, "area": "district"}


@pytest.mark.parametrize("suffix", ["osm", "osm.pbf"])
def test_amenities_of_an_nabk(suffix: str) -> None:
    result = plan(f"roads/an_nabk_syria.{suffix}")
    assert account(result) == (38, 18, 20)
    assert reasons(result, "reject") == {"not_social_service": 20}
    assert reasons(result, "flag") == {"named_by_kind": 7}
    assert result.incoming["kind"].value_counts().to_dict() == {"school": 14, "pharmacy": 3, "hospital": 1}
    assert set(result.incoming["area_id"]) == {"SY03"}
    refused = Counter(cell.params["tag"] for cell in result.cells if cell.severity == "reject")
    assert refused["amenity=place_of_worship"] == 11


def test_both_encodings_of_the_extract_give_the_same_sites() -> None:
    xml, pbf = (plan(f"roads/an_nabk_syria.{suffix}").incoming for suffix in ("osm", "osm.pbf"))
    assert xml["external_id"].tolist() == pbf["external_id"].tolist()
    assert xml["names"].tolist() == pbf["names"].tolist()


def test_a_second_reading_says_the_same() -> None:
    first, second = (plan("facilities/isr_welfare_departments.csv") for _ in range(2))
    assert first.incoming["digest"].tolist() == second.incoming["digest"].tolist()
    assert first.sha256 == second.sha256
