"""Briefs of a snapshot: the page of that day again, whatever the data are now."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.kept import KeptRecords
from data.store import Store
from geo.errors import InputError
from geo.model import Scope
from geo.profile import Profile
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.brief_work import work_counts, work_rows
from jobs.briefs import brief_name, fingerprint, make_brief
from jobs.briefs_kept import kept_profile, kept_registry, kept_work
from jobs.profile import ProfileInputs, make_profile, profile_inputs
from jobs.profile_past import Snapshot
from jobs.profile_plain import plain_profile, profile_of
from jobs.snapshots import keep_snapshot, open_snapshot
from tests.make import make_registry, names

AREA = "PS0150"
MINISTRY = Scope("ministry", 0, "u1")


@functools.cache
def day() -> tuple[Registry, ProfileInputs]:
    """Return a day with sites whose organisation is not stated, and one that is protected."""
    registry = make_registry(60)
    here = registry.sites.index[registry.sites["area_id"] == AREA]
    sites = registry.sites.copy()
    sites.loc[here[0], "organisation_id"] = ""
    sites.loc[here[1], "sensitivity"] = 2
    sites.loc[here[1], "organisation_id"] = "org-hidden"
    sites.loc[here[1], ["lon", "lat"]] = float("nan")
    registry = dataclasses.replace(registry, sites=sites)
    return registry, profile_inputs(registry, lambda _: pd.Series(dtype=float), "PS")


@pytest.fixture
def snapshot(store: Store) -> Snapshot:
    registry, inputs = day()
    records = KeptRecords(store)
    return open_snapshot(records, keep_snapshot(records, MINISTRY, registry, inputs, "Meeting <b>").record_id)


def later(registry: Registry) -> Registry:
    """Return other data: sites and names are gone, others came."""
    other = make_registry(25, seed=9)
    renamed = other.names | {"organisation": names({f"org-{i}": (f"اسم {i}", f"שם {i}", f"Other name {i}") for i in range(3)})}
    return dataclasses.replace(other, names=renamed, version="later", today=registry.today.replace(year=2027))


def kept_sections(profile: Profile) -> tuple[object, ...]:
    return tuple(section for section in profile.sections if section.key != "change")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_brief_of_a_snapshot_is_the_page_of_that_day(lang: str, snapshot: Snapshot) -> None:
    registry, inputs = day()
    tr, now = translator(lang), later(registry)
    then = make_profile(registry, inputs, AREA, tr)
    found = kept_profile(now, snapshot, AREA, tr)
    assert found.sections == kept_sections(then)
    assert found.table("who_does_what").rows
    assert (found.name, found.edition, found.method[: len(then.method)]) == (then.name, then.edition, then.method)
    assert dict(found.method)[tr("brief.kept.digest")] == snapshot.kept.sha256
    assert fingerprint(found) == fingerprint(then)
    pd.testing.assert_frame_equal(kept_work(now, snapshot, AREA, tr), work_rows(registry, work_counts(registry, AREA), lang))


def test_a_profile_comes_back_from_plain_values_as_it_was() -> None:
    registry, inputs = day()
    profile = make_profile(registry, inputs, AREA, translator("ar"))
    assert profile_of(plain_profile(profile), AREA, "ar", profile.edition) == profile


def test_tables_are_the_same_bytes_whatever_the_data_are_now(snapshot: Snapshot, tmp_path: Path) -> None:
    registry, _ = day()
    tr = translator("en")
    sheets = []
    for now in (registry, later(registry)):
        old, profile = kept_registry(now, snapshot), kept_profile(now, snapshot, AREA, tr)
        assert (old.edition, len(old.sites)) == (registry.edition, 0)
        assert brief_name(old, profile, "csv") == "jiwar-brief-PS0150-en-2026-12-01.csv"
        work = kept_work(now, snapshot, AREA, tr)
        assert make_brief(old, profile, "xlsx", tr, work) == make_brief(old, profile, "xlsx", tr, work)
        (tmp_path / "brief.xlsx").write_bytes(make_brief(old, profile, "xlsx", tr, work))
        book = openpyxl.load_workbook(tmp_path / "brief.xlsx")
        sheets.append(([[[cell.value for cell in row] for row in sheet] for sheet in book], make_brief(old, profile, "csv", tr, work)))
        assert b"Meeting <b>" not in make_brief(old, profile, "html", tr, work)
    assert sheets[0] == sheets[1]
    assert "who_does_what" in book.sheetnames


def test_no_protected_site_and_no_place_is_kept(snapshot: Snapshot, store: Store) -> None:
    registry, _ = day()
    protected = registry.sites.index[registry.protected & (registry.sites["area_id"] == AREA).to_numpy(dtype=bool)]
    assert len(protected)
    _, body = KeptRecords(store).get(snapshot.kept.record_id)
    text = str(body)
    assert "org-hidden" not in text
    assert "site-0" not in text
    here = registry.sites[registry.sites["area_id"] == AREA]
    assert not any(str(value) in text for value in here["lon"].dropna())
    assert kept_work(registry, snapshot, AREA, translator("en"))["sites"].sum() == here.drop(protected)["services"].map(len).sum()


def test_an_organisation_that_is_no_longer_listed_keeps_its_numbers_and_loses_its_name(snapshot: Snapshot) -> None:
    registry, inputs = day()
    tr = translator("en")
    gone = dataclasses.replace(registry, organisations=registry.organisations.drop("org-1"))
    table, before = kept_profile(gone, snapshot, AREA, tr).table("who_does_what"), make_profile(registry, inputs, AREA, tr).table("who_does_what")
    assert table.rows == before.rows
    assert "org:org-1" in [column.key for column in before.columns]
    assert not [column for column in table.columns if "org-1" in column.key or column.label == "Organisation 1"]
    assert set(table.sums) <= {column.key for column in table.columns}
    work = kept_work(gone, snapshot, AREA, tr)
    assert "Organisation 1" not in set(work["organisation"])
    assert work["sites"].sum() == kept_work(registry, snapshot, AREA, tr)["sites"].sum()


def test_an_area_that_was_not_kept_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(InputError) as caught:
        kept_profile(day()[0], snapshot, "SY01", translator("en"))
    assert caught.value.code == "brief.not_in_snapshot"
