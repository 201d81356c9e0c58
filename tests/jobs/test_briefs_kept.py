"""Briefs of a snapshot: the figures that were kept, whatever the data are now."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from data.kept import Kept
from geo.errors import InputError
from geo.ledger import PARTS
from geo.profile import Profile, figures_table
from i18n import LANGUAGES, translator
from jobs.briefs import brief_name, make_brief
from jobs.briefs_kept import kept_profile, kept_registry
from jobs.profile_past import LEDGER_COLUMNS, Snapshot
from layers.profile_text import figure_text
from tests.layers.brief_support import invented_profile
from tests.make import make_registry

REGISTRY = make_registry(30)


@pytest.fixture
def snapshot() -> Snapshot:
    kept = Kept(7, "snapshot", "PS", "PS", "Meeting <b>", 2, "d" * 64, "older.20251201", "somebody", dt.datetime(2025, 12, 1, tzinfo=dt.UTC))
    rows = [
        ("PS0150", "legal_counselling", "all", 711223, 100000, 0, 600000, 0, 11223),
        ("PS0150", "medical_care", "all", 711223, 711223, 0, 0, 0, 0),
        ("PS0150", "food_assistance", "all", None, None, None, None, None, None),
        ("PS0101", "medical_care", "all", 5, 0, 5, 0, 0, 0),
    ]
    ledger = pd.DataFrame(rows, columns=list(LEDGER_COLUMNS)).astype(dict.fromkeys(("need", *PARTS), "Int64"))
    return Snapshot(kept, "2025-12-01", figures_table([invented_profile(translator("en"))]), ledger, training=False)


def numbers(profile: Profile) -> pd.DataFrame:
    return figures_table([profile]).set_index("figure").sort_index()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_figures_are_those_that_were_kept(lang: str, snapshot: Snapshot) -> None:
    tr = translator(lang)
    profile = kept_profile(REGISTRY, snapshot, "PS0150", tr)
    pd.testing.assert_frame_equal(numbers(profile), snapshot.figures.set_index("figure").sort_index())
    assert profile.edition == "older.20251201"
    assert dict(profile.method)[tr("brief.kept.digest")] == "d" * 64
    ledger = profile.table("ledger")
    assert ledger.rows[0][1:] == (711223, 100000, 0, 600000, 0, 11223)
    assert ledger.rows[2][1:] == (None,) * 6
    top = profile.table("top_gaps")
    assert [row[1:4] for row in top.rows] == [(711223, 600000, 11223)]
    assert top.rows[0][4] == tr("profile.reason.out_of_reach")
    access = {str(row[0]): row for row in profile.table("access").rows}
    assert figure_text(profile.figure("people.population"), tr) == figure_text(invented_profile(tr).figure("people.population"), tr)
    assert access


def test_files_of_a_snapshot_name_its_day_and_hold_no_site(snapshot: Snapshot) -> None:
    tr, old = translator("en"), kept_registry(REGISTRY, snapshot)
    profile = kept_profile(REGISTRY, snapshot, "PS0150", tr)
    assert (old.edition, len(old.sites)) == ("older.20251201", 0)
    assert brief_name(old, profile, "pdf") == "jiwar-brief-PS0150-en-2025-12-01.pdf"
    for extension in ("xlsx", "html"):
        body = make_brief(old, profile, extension, tr)
        assert body == make_brief(old, profile, extension, tr)
        assert b"site-000" not in body
    assert b"<b>Meeting" not in make_brief(old, profile, "html", tr)
    assert b"Meeting <b>" not in make_brief(old, profile, "html", tr)


def test_an_area_that_was_not_kept_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(InputError) as caught:
        kept_profile(REGISTRY, snapshot, "SY01", translator("en"))
    assert caught.value.code == "brief.not_in_snapshot"
