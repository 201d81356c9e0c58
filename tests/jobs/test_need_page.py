"""What the Need page is asked, what it keeps and gives away, and the access and priority behind it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.packs import load_packs
from geo.demand import LEFT_OUT
from geo.errors import InputError, StoreError
from geo.ledger import PARTS
from geo.model import COUNTRIES
from geo.priority import GAPS, Weights, make_priority
from geo.priority_centre import top_tier
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.gaps import reach_ledger
from jobs.gaps_asked import FARTHEST
from jobs.ledger import Ledger, LedgerAsked, gap_ledger
from jobs.need import NeedAsked, make_need, need_of
from jobs.need_access import METRICS, need_access
from jobs.need_asked import KEYS, MOST_SERVICES, NeedPage, read_need
from jobs.need_export import export_need
from jobs.need_priority import list_for, priority_of, priority_table, unmet_of
from jobs.need_saved import again, decision_body, index_body, need_rows
from tests.jobs.test_need import registry as real
from tests.make import make_registry

registry = real
NOTHING = pd.Series(dtype=float)
EMPTY = make_registry(0)


@pytest.fixture(scope="module")
def invented() -> Registry:
    return make_registry(160, seed=4)


def ledger_of(registry: Registry) -> Callable[[LedgerAsked], Ledger]:
    made: dict[LedgerAsked, Ledger] = {}

    def ledger(asked: LedgerAsked) -> Ledger:
        if asked not in made:
            made[asked] = reach_ledger(registry, NOTHING, asked, lambda _: None)
        return made[asked]

    return ledger


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["PS", "SY", "keep", "mean", "access", "rank", "inform", "medical_care:2", "women:0", "medical_care:-1", "people_in_need:0", "x:nan", "45", "1e9", "٣٠", "2"]),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*KEYS, "x"]), st.lists(WORDS, max_size=8)))
def test_any_address_is_read_and_comes_back_as_itself(query: dict[str, list[str]]) -> None:
    asked = read_need(query, EMPTY)
    assert read_need(asked.to_query(), EMPTY) == asked
    assert asked.country in COUNTRIES
    assert len(asked.services) <= MOST_SERVICES
    assert sum(weight for _, weight in asked.services) > 0
    Weights(asked.services, asked.groups, asked.beta)


def test_nothing_is_chosen_about_missing_values_by_default() -> None:
    assert read_need({}, EMPTY).missing is None
    assert read_need({"missing": ["zero"]}, EMPTY).missing is None


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_kept_index_comes_out_the_same_for_anybody(registry: Registry, country: str) -> None:
    asked = NeedAsked(country, "mean", "minmax", "geometric", (("income_support", 3.0),) if country == "IL" else (), draws=300, seed=7)
    need = make_need(registry, asked)
    body = json.loads(json.dumps(index_body(need, asked, edition="e", year=2026, votes={"1": {"a": 100}})))
    found = again(body)
    pd.testing.assert_frame_equal(found.table, need.table)
    pd.testing.assert_frame_equal(need_rows(found.table), need_rows(need.table))
    assert (found.seed, found.draws, found.method) == (7, 300, need.method)


def test_a_kept_index_that_was_changed_is_found_out(registry: Registry) -> None:
    asked = NeedAsked("PS", "keep", draws=100)
    body = json.loads(json.dumps(index_body(make_need(registry, asked), asked, edition="e", year=2026)))
    other = json.loads(json.dumps(body))
    other["values"][0][2] = 99
    with pytest.raises(StoreError, match=r"needs\.values_changed"):
        again(other)
    body["results"][0]["score"] += 0.001
    with pytest.raises(StoreError, match=r"needs\.not_same"):
        again(body)


def test_minutes_stand_beside_need_and_add_up(invented: Registry) -> None:
    ledger = ledger_of(invented)(LedgerAsked("medical_care", "all", 30.0))
    found = need_access(invented, need_of(invented, "PS"), ledger, 30)
    points = ledger.points[ledger.points["country"] == "PS"]
    assert found.table["people"].sum() == points["need"].sum()
    assert found.reached + found.beyond == points["need"].sum()
    assert set(found.metrics) == set(METRICS)
    assert found.table["class"].isna().all()  # no need is known in the invented registry
    mean = np.average(points["placed_minutes"].clip(upper=FARTHEST), weights=points["need"].astype(float))
    assert found.metrics["mean"] == pytest.approx(mean)
    assert found.metrics["theil"] == pytest.approx(float(found.metrics["theil_between"] or 0) + float(found.metrics["theil_within"] or 0), abs=1e-9)
    assert found.metrics["concentration_index"] is None
    assert found.moran is None  # two places


def test_real_localities_are_enough_for_clusters() -> None:
    packs = load_packs(["PS"])
    here = replace(make_registry(160, seed=4), areas=packs.areas, localities=packs.localities, values=packs.values, indicators=packs.indicators)
    ledger = ledger_of(here)(LedgerAsked("medical_care", "all", 30.0))
    found = need_access(here, need_of(here, "PS"), ledger, 30)
    assert found.places > 300
    assert found.moran is not None
    assert found.moran.value > found.moran.expected
    assert found.table["class"].notna().all()
    assert found.metrics["concentration_index"] is not None


def test_the_priority_list_is_the_ledgers_gap_times_the_weights(invented: Registry) -> None:
    give = ledger_of(invented)
    weights = Weights((("medical_care", 2.0), ("food_assistance", 1.0)), (("all", 1.0),), 0.0)
    ledgers = {(s, "all"): give(LedgerAsked(s, "all", 30.0)) for s, _ in weights.services}
    found = priority_of(invented, need_of(invented, "PS"), ledgers, weights)
    for area in found.found.table.index:
        gaps = {s: ledgers[s, "all"].areas.loc[area] for s, _ in weights.services}
        by_hand = sum(u * float(gaps[s]["need"] - gaps[s]["served"]) for s, u in weights.services)
        assert found.found.table["priority"][area] == pytest.approx(by_hand)
        assert sum(float(gaps["medical_care"][part]) for part in PARTS) == gaps["medical_care"]["need"]
    table = priority_table(invented, "PS", found, "en")
    assert table["priority"].is_monotonic_decreasing
    for by, codes in (("service", [s for s, _ in weights.services]), ("gap", GAPS)):
        assert table[[f"{by}.{code}" for code in codes]].sum(axis=1).tolist() == pytest.approx(table["priority"].tolist())
    alone = list_for(invented, lambda _: NOTHING, "PS", weights, limit=30.0)
    pd.testing.assert_frame_equal(priority_table(invented, "PS", alone, "en"), table)
    with pytest.raises(InputError, match=r"cli\.unknown_code"):
        list_for(invented, lambda _: NOTHING, "XX", weights, limit=30.0)


def test_a_decision_is_kept_as_it_was_taken() -> None:
    weights = Weights((("S", 2.0),), (("all", 1.0), ("women", 3.0)), 0.7)
    assert decision_body(weights, limit=45, edition="e") == {
        "format": 1, "services": {"S": 2.0}, "groups": {"all": 1.0, "women": 3.0}, "beta": 0.7, "limit": 45, "edition": "e",
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", ["rank", "access", "priority"])
def test_files_say_what_the_page_says(invented: Registry, registry: Registry, lang: str, view: str) -> None:
    here = registry if view == "rank" else invented
    asked = NeedPage(country="PS", view=view, missing="keep", services=(("medical_care", 2.0),))
    tr, ledger = translator(lang), ledger_of(here)
    plain = export_need(here, asked, ledger, "csv", tr)
    assert plain.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(plain))
    book = openpyxl.load_workbook(io.BytesIO(export_need(here, asked, ledger, "xlsx", tr)))
    sheet = pd.DataFrame(book.worksheets[0].values)
    assert list(sheet.iloc[0]) == list(table.columns)
    assert len(sheet) == len(table) + 1
    assert book.worksheets[-1].title == "about"
    assert not [cell for one in book.worksheets for row in one.iter_rows() for cell in row if cell.data_type == "f"]
    if view == "rank":
        need = make_need(here, asked.index)
        assert table.set_index("area_id")["score"].to_dict() == pytest.approx(need.table["score"].to_dict(), nan_ok=True, abs=1e-8)
    if view == "priority":
        assert table["priority"].iloc[0] == pytest.approx(float(sheet[list(table.columns).index("priority")][1]))


def test_no_file_before_somebody_chose(invented: Registry) -> None:
    with pytest.raises(InputError, match=r"needs\.not_chosen"):
        export_need(invented, NeedPage(), ledger_of(invented), "csv", translator("en"))
    with pytest.raises(InputError, match=r"export\.unknown_format"):
        export_need(invented, NeedPage(missing="keep"), ledger_of(invented), "pdf", translator("en"))


def test_a_new_centre_takes_a_governorate_out_and_one_place_less_does_not() -> None:
    """The ledgers made again from a registry in which the centre stands."""
    packs = load_packs(["PS"])
    here = replace(make_registry(160, seed=4), areas=packs.areas, localities=packs.localities, values=packs.values, indicators=packs.indicators)
    weights = Weights((("medical_care", 2.0), ("food_assistance", 1.0)), (("all", 1.0),), 0.5)
    room = pd.Series(40_000.0, index=here.sites.index[::2])
    need = need_of(here, "PS")

    def ledgers(registry: Registry, capacity: pd.Series) -> dict[tuple[str, str], Ledger]:
        own = tuple(map(str, need.table.index))
        return {(s, "all"): gap_ledger(registry, capacity, LedgerAsked(s, "all", 30.0, governorates=own)) for s, _ in weights.services}

    found = priority_of(here, need, ledgers(here, room), weights)
    first, second = top_tier(found.found)
    assert list(found.centres) == first
    assert any(centre.locality_id for centre in found.centres.values())
    for area, centre in found.centres.items():
        assert (
            centre.candidates
            == (here.localities["area_id"] == area).sum() - here.localities[here.localities["area_id"] == area]["flag"].isin(LEFT_OUT).sum()
        )
        if not centre.locality_id:
            continue
        place = here.localities.loc[centre.locality_id]
        assert place["area_id"] == area
        row = here.sites.iloc[0].to_dict() | {
            "area_id": area, "country": "PS", "lon": place["lon"], "lat": place["lat"], "status": "active", "target_groups": (),
            "services": tuple(s for s, _ in weights.services), "position_kind": "exact",
        }  # fmt: skip
        more = pd.concat([here.sites, pd.DataFrame([row], index=["zz-new"])])

        def standing(places: int, sites: pd.DataFrame = more) -> pd.Series:
            made = ledgers(replace(here, sites=sites), pd.concat([room, pd.Series({"zz-new": float(places)})]))
            gaps = unmet_of({pair: ledger.areas for pair, ledger in made.items()})
            return make_priority(gaps, need.table["score"], pd.Series(dtype=float), weights, draws=2).table["priority"].astype(float)

        now, less = standing(centre.places), standing(centre.places - 1)
        assert now[area] < now[second].max()
        assert less[area] >= less[second].max() - 1e-6
        assert now[second].idxmax() == centre.below
    table = priority_table(here, "PS", found, "en").set_index("area_id")
    told = {area: centre for area, centre in found.centres.items() if centre.locality_id}
    assert table["centre_places"].dropna().to_dict() == {area: centre.places for area, centre in told.items()}
    assert table["centre_locality_id"][lambda column: column != ""].to_dict() == {area: centre.locality_id for area, centre in told.items()}
