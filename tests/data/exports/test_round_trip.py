"""What we write, we can read: each export goes back through the importer."""

import dataclasses
import datetime as dt

import pytest

from data.exports import FORMATS
from data.ingest.plan import plan_import
from tests.data.exports.cases import table_and_meta
from tests.make import make_registry

SAME = ("external_id", "kind", "status", "country", "area_id", "services", "target_groups", "address", "phone", "email", "website", "hours", "note")


@pytest.mark.parametrize("hxl", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_an_export_can_be_imported(name: str, *, hxl: bool) -> None:
    made = make_registry(12)
    sites = made.sites.assign(phone="+97222345678; +97222345679", address="-5 Main St", note="=1+1", hours="@08:00")
    registry = dataclasses.replace(made, sites=sites)
    table, meta = table_and_meta(registry, hxl=hxl)
    plan = plan_import(FORMATS[name].write(table, meta), f"export.{name}", registry, today=dt.date(2026, 12, 1))
    assert (plan.rows_total, plan.accepted) == (12, 12)
    for field in SAME:
        assert plan.incoming[field].tolist() == sites[field].tolist(), field
    placed = sites["lon"].notna().to_numpy()
    for axis in ("lon", "lat"):
        assert plan.incoming[axis].to_numpy()[placed] == pytest.approx(sites[axis].to_numpy()[placed], abs=1e-7)
    checked = sites["verification"].to_numpy() == "verified"
    assert plan.incoming["verification"].tolist() == sites["verification"].tolist()
    assert plan.incoming["verified_on"].to_numpy()[checked].tolist() == sites["verified_on"].to_numpy()[checked].tolist()
    for names, (_, row) in zip(plan.incoming["names"], table.iterrows(), strict=True):
        assert names == {lang: row[f"name_{lang}"] for lang in ("ar", "he", "en") if row[f"name_{lang}"]}
