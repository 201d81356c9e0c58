"""Counts of issues on both databases: what is taken, what is kept sealed, and that no small number can be read or worked out."""

from __future__ import annotations

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data import change_models, models
from data.engine import reading
from data.exact_views import exact_views
from data.indicators_counts import LONGEST_ISSUE, CountsPlan, MonthCount, plan_counts
from data.indicators_issues import CENTRES, INDICATOR, CountsAccount, compare_counts, issue_counts, published, sent_counts, write_counts
from data.indicators_models import IssueSent
from data.indicators_said import SourceSaid
from data.snapshot import read_registry
from data.store import Store
from geo.errors import InputError
from geo.model import Scope
from geo.suppression import FEWEST
from tests.data.test_indicators_plan import REGISTRY, table
from tests.data.test_indicators_write import filled

__all__ = ["filled"]
PARTNER = Scope("partner", 0, "rana", (), "org-1")
OTHER = Scope("partner", 0, "omar", (), "org-2")
SAID = SourceSaid("Open files", "Rights centre", 2026, "Own data")
HEAD = ("issue", "area", "month", "count")
ROWS: tuple[tuple[object, ...], ...] = (
    ("Housing", "Hebron", "2026-01", 12), ("Housing", "Nablus", "2026-01", 40), ("Housing", "Jenin", "2026-02", 31), ("Permits", "Hebron", "2026-01", 3),
    ("Permits", "Nablus", "2026-02", 25), ("Permits", "Jenin", "2026-03", 17), ("permits", "الخليل", "٢٠٢٦-٠٣", "٤"),
)  # fmt: skip


def plan(*rows: tuple[object, ...], head: tuple[object, ...] = HEAD) -> CountsPlan:
    return plan_counts(table(head, *rows), REGISTRY)


def codes(one: CountsPlan) -> list[tuple[int, str, str]]:
    return [(cell.row, cell.column, cell.code.removeprefix("indicators.")) for cell in one.cells]


@pytest.mark.parametrize("extra", ["name", "phone", "age", "notes", "الاسم", "שם", "governorate", "year"])
def test_any_other_column_is_refused_with_its_name_whatever_it_holds(extra: str) -> None:
    with pytest.raises(InputError) as error:
        plan((*ROWS[0], ""), head=(*HEAD, extra))
    assert (error.value.code, error.value.params) == ("indicators.other_columns", {"columns": extra})


def test_headers_may_be_in_three_languages() -> None:
    for head in (("القضية", "المحافظة", "الشهر", "العدد"), ("נושא", "מחוז", "חודש", "מספר"), ("Issue", "p_code", "Month", "Count")):
        assert plan(("Housing", "PS0150", "01/2026", "1,200"), head=head).counts == (MonthCount("Housing", "PS0150", 2026, 1, 1200),)
    with pytest.raises(InputError) as error:
        plan(("Housing", "Hebron", 3), head=("issue", "area", "count"))
    assert error.value.code == "indicators.count_columns"


def test_bad_rows_are_refused_by_row_and_column_and_nothing_that_may_be_a_persons_is_repeated() -> None:
    one = plan(
        ("call 0599123456", "Hebron", "2026-01", 5), ("rana@example.org", "Hebron", "2026-01", 5), ("x" * (LONGEST_ISSUE + 1), "Hebron", "2026-01", 5),
        ("", "Hebron", "2026-01", 5), ("Housing", "Hebrom", "2026-01", 5), ("Housing", "West Bank", "2026-01", 5), ("Housing", "Jerusalem", "2026-01", 5),
        ("Housing", "Hebron", "2026-13", 5), ("Housing", "Hebron", "2026-12-05", 5), ("Housing", "Hebron", "2027-01", 5), ("Housing", "Hebron", "2026-01", -1),
        ("Housing", "Hebron", "2026-01", "few"), ("Housing", "Hebron", "2026-01", 1.5), ("Housing", "Hebron", "2026-01", ""),
        ("Housing", "Nablus", "2026-01", 5), ("HOUSING", "PS0115", "01/2026", 6),
    )  # fmt: skip
    assert [code for *_, code in codes(one)] == [
        "issue_unfit", "issue_unfit", "issue_unfit", "issue_unfit", "area_unknown", "area_unknown", "area_ambiguous", "month_unreadable", "month_unreadable",
        "month_range", "negative", "not_a_number", "not_whole", "not_a_number", "twice", "twice",
    ]  # fmt: skip
    assert {cell.value for cell in one.cells if cell.code == "indicators.issue_unfit"} == {""}
    assert (one.counts, one.refused) == ((), 16)
    with pytest.raises(InputError) as error:
        plan(*((f"Case of {chr(97 + i // 26)}{chr(97 + i % 26)}", "Hebron", "2026-01", 5) for i in range(61)))
    assert error.value.code == "indicators.too_many_issues"


def values(store: Store) -> dict[tuple[str, int], float]:
    found = read_registry(store).values
    found = found[found["indicator_id"] == INDICATOR]
    return {(str(area), int(year)): float(value) for area, year, value in zip(found["area_id"], found["year"], found["value"], strict=True)}


def test_counts_are_published_by_year_with_small_ones_held_back_and_kept_sealed(filled: Store) -> None:
    version = filled.version()
    assert compare_counts(filled, PARTNER, plan(*ROWS)) == CountsAccount(7, 0, 0, 0)
    assert write_counts(filled, PARTNER, plan(*ROWS), SAID) == CountsAccount(7, 0, 0, 0)
    assert filled.version() != version
    shown = issue_counts(filled).set_index(["issue", "area_id"])["count"]
    # Permits in Hebron are 3 + 4 = 7 in the year: shown, because only the sum of the year is told.
    assert shown[("Permits", "PS0150")] == 7
    assert values(filled) == {("PS0150", 2026): 19.0, ("PS0115", 2026): 65.0, ("PS0101", 2026): 48.0}
    registry = read_registry(filled)
    assert registry.label("indicator", INDICATOR, "he") == "פניות שהובאו למרכזים"
    own = registry.values[registry.values["indicator_id"] == INDICATOR]
    assert set(own["status"]) == {"estimate"}
    assert set(own["source_id"].map(registry.sources["title"])) == {"Open files"}
    assert set(issue_counts(filled)["months"]) == {3}


def test_a_small_count_and_what_would_give_it_away_are_nowhere_in_the_clear(filled: Store) -> None:
    write_counts(filled, PARTNER, plan(*ROWS, ("Violence", "Hebron", "2026-02", 2), ("Violence", "Nablus", "2026-02", 9)), SAID)
    shown = issue_counts(filled).set_index(["issue", "area_id"])["count"]
    assert pd.isna(shown[("Violence", "PS0150")])
    assert pd.isna(shown[("Violence", "PS0115")]) or pd.isna(shown[("", "PS0150")])
    with reading(filled.engine) as connection:
        sealed = connection.execute(sa.select(IssueSent.sealed)).scalars().all()
        audit = connection.execute(sa.select(change_models.AuditEvent.entity, change_models.AuditEvent.actor, change_models.AuditEvent.sealed)).all()
        senders = set(connection.execute(sa.select(IssueSent.sender)).scalars())
    assert all(b"Violence" not in bytes(one) and b"org-1" not in bytes(one) for one in (*sealed, *(row.sealed for row in audit)))
    assert [(row.entity, row.actor) for row in audit] == [("issue_counts", "rana")]
    assert all("org-1" not in sender for sender in senders)


def test_the_same_file_again_changes_nothing_and_a_correction_takes_the_old_ones_place(filled: Store) -> None:
    write_counts(filled, PARTNER, plan(*ROWS), SAID)
    version = filled.version()
    assert write_counts(filled, PARTNER, plan(*ROWS), SAID) == CountsAccount(0, 0, 7, 0)
    assert filled.version() == version
    assert write_counts(filled, PARTNER, plan(("Housing", "Hebron", "2026-01", 22)), SAID) == CountsAccount(0, 1, 0, 0)
    assert values(filled)[("PS0150", 2026)] == 29.0
    with reading(filled.engine) as connection:
        batches = connection.execute(
            sa.select(models.ImportBatch.accepted, models.ImportBatch.unchanged).order_by(models.ImportBatch.created_at)
        ).all()
    assert [tuple(row) for row in batches] == [(7, 0), (1, 0)]


def test_two_centres_are_added_up_only_where_neither_is_held_back(filled: Store) -> None:
    write_counts(filled, PARTNER, plan(("Housing", "Hebron", "2026-01", 12), ("Housing", "Nablus", "2026-01", 40)), SAID)
    write_counts(
        filled, OTHER, plan(("Housing", "Hebron", "2026-02", 8), ("Housing", "Nablus", "2026-02", 2), ("Housing", "Jenin", "2026-02", 9)), SAID
    )
    found = values(filled)
    held = issue_counts(filled)
    assert ("PS0115", 2026) not in found
    assert held[(held["issue"] == "") & held["count"].isna()]["area_id"].tolist().count("PS0115") == 1
    if ("PS0150", 2026) in found:
        assert found[("PS0150", 2026)] == 20.0
        assert CENTRES in read_registry(filled).sources.index


@pytest.mark.parametrize(
    "scope", [Scope(), Scope("partner", 3, "x"), Scope("planner", 3, "x", ("PS",)), Scope("ministry", 3, "x"), Scope("admin", 3, "x")]
)
def test_only_partners_of_an_organisation_send_counts(filled: Store, scope: Scope) -> None:
    with pytest.raises(InputError) as error:
        compare_counts(filled, scope, plan(*ROWS))
    assert error.value.code == "indicators.counts_not_allowed"
    with pytest.raises(InputError) as error:
        write_counts(filled, scope, plan(*ROWS), SAID)
    assert error.value.code == "indicators.counts_not_allowed"
    assert issue_counts(filled).empty


def test_counts_as_sent_open_with_clearance_for_whoever_may_see_that_place_and_each_opening_is_logged(filled: Store) -> None:
    write_counts(filled, PARTNER, plan(*ROWS), SAID)
    for scope in (Scope(), PARTNER, Scope("planner", 0, "p", ("PS",)), Scope("ministry", 0, "m"), Scope("ministry", 3)):
        with pytest.raises(InputError):
            sent_counts(filled, scope, purpose="test")
    with pytest.raises(InputError):
        sent_counts(filled, Scope("ministry", 1, "m"), purpose=" ")
    assert sent_counts(filled, Scope("planner", 1, "p", ("PS0115",)), purpose="plan") == [
        ("Housing", "PS0115", 2026, 1, 40),
        ("Permits", "PS0115", 2026, 2, 25),
    ]
    assert sent_counts(filled, Scope("planner", 3, "p", ("SY",)), purpose="plan") == []
    assert sent_counts(filled, Scope("partner", 3, "p", (), "org-2"), purpose="plan") == []
    assert len(sent_counts(filled, Scope("ministry", 1, "m"), purpose="audit")) == 7
    assert [(view.actor, view.purpose) for view in exact_views(filled)] == [("m", "audit"), ("p", "plan")]


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["Housing", "Permits", "Work"]), st.sampled_from(["PS0101", "PS0115", "PS0150"]), st.integers(1, 3)),
    st.integers(0, 12),
    min_size=1,
)


@given(COUNTS)
def test_no_shown_number_is_small_and_none_that_is_hidden_follows_from_the_others(cells: dict[tuple[str, str, int], int]) -> None:
    counts = [MonthCount(issue, area, 2026, month, count) for (issue, area, month), count in cells.items()]
    rows = published(counts, dict.fromkeys(("PS0101", "PS0115", "PS0150"), "PS"))
    truth: dict[tuple[str, str], int] = {}
    for count in counts:
        for issue in (count.issue, ""):
            truth[issue, count.area_id] = truth.get((issue, count.area_id), 0) + count.count
    assert {(row["issue"], row["area_id"]) for row in rows} == set(truth)
    for row in rows:
        number = truth[row["issue"], row["area_id"]]
        assert row["count"] in (None, number)
        assert row["count"] is None or not 0 < number < FEWEST
    for area in ("PS0101", "PS0115", "PS0150"):
        own = [row for row in rows if row["area_id"] == area]
        assert sum(row["count"] is None for row in own) != 1
