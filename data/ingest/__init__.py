"""Import: a hostile file to checked rows. `plan_import` says what would happen; the store applies what it says.

bytes -> sandbox.parse -> RawTable -> Mapping (guessed, shown, changed) -> rows -> geo.check -> ImportPlan
"""

from __future__ import annotations

from data.ingest.guess import guess_mapping
from data.ingest.mapping import FIELDS, Mapping
from data.ingest.plan import ImportPlan, plan_import, plan_table
from data.ingest.report import mapping_text, report_text

__all__ = ["FIELDS", "ImportPlan", "Mapping", "guess_mapping", "mapping_text", "plan_import", "plan_table", "report_text"]
