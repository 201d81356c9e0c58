"""Duplicates: the labelled pairs, what must never change a score, and who is compared with whom."""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from geo.duplicates import AT_LEAST, Finder
from geo.matching import REASONS, compare
from geo.text import fold
from i18n import LANGUAGES, translator
from tests.geo.duplicate_support import PARTS, Labelled, finder, labelled, row, sites_of

EMPTY = finder()
NAMES = sorted({str(name) for part in PARTS for pair in labelled(part) for one in (pair.a, pair.b) for name in dict(one["names"]).values()})  # type: ignore[call-overload]
names = st.sampled_from(NAMES) | st.text(max_size=40)
rows = st.builds(
    row, names, kind=st.sampled_from(["clinic", "hospital", "school", "ngo_office", ""]), place=st.sampled_from(["Nablus", "Hebron", "Haifa"]),
    phone=st.sampled_from(["", "+97222345678", "+97222345678; +97286001122"]), east=st.none() | st.floats(-3000, 3000), north=st.floats(-3000, 3000),
)  # fmt: skip
BASELINES: dict[str, Callable[[str, str], float]] = {
    "ratio": fuzz.ratio, "WRatio": fuzz.WRatio, "token_sort_ratio": fuzz.token_sort_ratio, "token_set_ratio": fuzz.token_set_ratio,
}  # fmt: skip


def score(a: dict[str, object], b: dict[str, object]) -> int:
    return compare(EMPTY.record(a), EMPTY.record(b))[0]


def name_of(one: object) -> str:
    return fold(str(next(iter(dict(one["names"]).values()))))  # type: ignore[index]


def precision_recall(scored: list[tuple[float, bool]], at_least: float) -> tuple[float, float]:
    taken = [same for value, same in scored if value >= at_least]
    return (sum(taken) / len(taken) if taken else 1.0), sum(taken) / sum(same for _, same in scored)


def best_f1(scored: list[tuple[float, bool]]) -> float:
    pairs = (precision_recall(scored, threshold) for threshold in range(5, 101))
    return max(2 * p * r / (p + r) if p + r else 0.0 for p, r in pairs)


@functools.cache
def crowd(part: str) -> tuple[Finder, dict[str, str], list[tuple[str, str, float]]]:
    """All sites of a part in their towns, and every two that may be compared with their score."""
    found, entities = sites_of(part)
    search = finder(found)
    pairs = [(pair.a, pair.b, float(pair.score)) for pair in search.all_pairs(0)]
    return search, entities, pairs


def test_the_labelled_set_is_large_and_holds_hard_cases() -> None:
    pairs = [pair for part in PARTS for pair in labelled(part)]
    assert len(pairs) >= 150
    assert {"gender", "facility", "number", "branch", "towns", "similar_name", "cross_script"} <= {pair.case for pair in pairs}
    assert min(sum(pair.same for pair in labelled(part)) for part in PARTS) >= 50
    assert {pair.entity_a for pair in labelled("tuning")} & {pair.entity_a for pair in labelled("holdout")} == set()


@pytest.mark.parametrize(("part", "precision", "recall"), [("tuning", 0.97, 0.95), ("holdout", 0.95, 0.9)])
def test_precision_and_recall_on_the_labelled_pairs(part: str, precision: float, recall: float, capsys: pytest.CaptureFixture[str]) -> None:
    def scored(by: Callable[[Labelled], float]) -> list[tuple[float, bool]]:
        return [(by(pair), pair.same) for pair in labelled(part)]

    ours = scored(lambda pair: score(dict(pair.a), dict(pair.b)))
    found = precision_recall(ours, AT_LEAST)
    others = {name: best_f1(scored(lambda pair, how=how: how(name_of(pair.a), name_of(pair.b)))) for name, how in BASELINES.items()}  # type: ignore[misc]
    with capsys.disabled():
        beside = ", ".join(f"{name} {value:.2f}" for name, value in others.items())
        print(f"\n{part}, {len(ours)} pairs: precision {found[0]:.3f}, recall {found[1]:.3f} at {AT_LEAST}; best F1 {best_f1(ours):.2f} ({beside})")  # noqa: T201
    assert found[0] >= precision
    assert found[1] >= recall
    assert best_f1(ours) > max(others.values()) + 0.1


@pytest.mark.parametrize("part", PARTS)
def test_the_true_duplicate_is_among_the_first_three(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    search, entities, _ = crowd(part)
    counted, ours, theirs = 0, 0, 0
    for site_id, entity in entities.items():
        twins = {other for other in entities if other != site_id and entities[other] == entity}
        if not twins:
            continue
        counted += 1
        ours += bool(twins & {one.site_id for one in search.candidates(site_id)})
        near = [one.site_id for one in search.candidates(site_id, top=len(entities), at_least=0)]
        name = name_of_site(search, site_id)
        theirs += bool(twins & set(sorted(near, key=lambda other: -fuzz.WRatio(name, name_of_site(search, other)))[:3]))
    with capsys.disabled():
        print(f"\n{part}, {counted} records with a duplicate: {ours / counted:.3f} have it among the first three, WRatio {theirs / counted:.3f}")  # noqa: T201
    assert ours / counted >= 0.95
    assert ours > theirs


def name_of_site(search: Finder, site_id: str) -> str:
    return fold(str(search.registry.names["site"].loc[site_id].dropna().iloc[0]))


@pytest.mark.parametrize(("part", "precision", "recall"), [("tuning", 0.9, 0.9), ("holdout", 0.85, 0.85)])
def test_precision_and_recall_where_every_two_sites_of_a_town_are_compared(
    part: str, precision: float, recall: float, capsys: pytest.CaptureFixture[str]
) -> None:
    _, entities, pairs = crowd(part)
    scored = [(value, entities[a] == entities[b]) for a, b, value in pairs]
    found = precision_recall(scored, AT_LEAST)
    with capsys.disabled():
        print(f"\n{part}, all {len(scored)} pairs within 500 m: precision {found[0]:.3f}, recall {found[1]:.3f} at {AT_LEAST}")  # noqa: T201
    assert found[0] >= precision
    assert found[1] >= recall


def test_plain_similarity_does_worse_where_every_two_sites_of_a_town_are_compared() -> None:
    for part in PARTS:
        search, entities, pairs = crowd(part)
        ours = best_f1([(value, entities[a] == entities[b]) for a, b, value in pairs])
        for how in BASELINES.values():
            theirs = best_f1([(how(name_of_site(search, a), name_of_site(search, b)), entities[a] == entities[b]) for a, b, _ in pairs])
            assert ours > theirs + 0.3


@given(rows, rows)
@example(row(""), row(""))
def test_a_score_is_the_same_either_way_round_and_from_0_to_100(a: dict[str, object], b: dict[str, object]) -> None:
    value, reasons, metres = compare(EMPTY.record(a), EMPTY.record(b))
    assert 0 <= value <= 100
    assert (value, reasons, metres) == compare(EMPTY.record(b), EMPTY.record(a))
    assert set(reasons) <= set(REASONS)


def disguised(name: str, seed: int) -> str:
    """Return a name with vowel signs, in other case and other spaces."""
    rng = random.Random(seed)
    marks = {"ا": "\u064e\u064f\u0652", "א": "\u05b7\u05b8\u05b0"}
    out = []
    for letter in name:
        kind = "ا" if "\u0621" <= letter <= "\u064a" else "א" if "א" <= letter <= "ת" else ""
        out.append((letter.swapcase() if rng.random() < 0.5 else letter) + (rng.choice(marks[kind]) if kind and rng.random() < 0.5 else ""))
    return "".join(out).replace(" ", "  ")


@given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 1000))
def test_the_order_of_words_and_marks_do_not_matter(name: str, other: str, seed: int) -> None:
    words = name.split(" ")
    random.Random(seed).shuffle(words)
    assert score(row(disguised(" ".join(words), seed)), row(other)) == score(row(name), row(other))


@given(names, names, st.integers(0, 1000))
def test_no_name_scores_higher_than_the_same_one(name: str, other: str, seed: int) -> None:
    same = disguised(name, seed)
    assume(fold(name))
    assume(fold(same) == fold(name))
    highest = score(row(name, kind=""), row(same, kind=""))
    assert highest >= AT_LEAST
    assert highest >= score(row(name, kind=""), row(other, kind=""))


@given(st.lists(rows, min_size=1, max_size=8))
def test_a_site_is_never_its_own_candidate_and_pairs_are_those_of_the_candidates(some: list[dict[str, object]]) -> None:
    search = finder({f"s{i}": one for i, one in enumerate(some)})
    found = {}
    for i in range(len(some)):
        candidates = search.candidates(f"s{i}", top=len(some), at_least=0)
        assert f"s{i}" not in {one.site_id for one in candidates}
        assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)
        found |= {tuple(sorted((f"s{i}", one.site_id))): one.score for one in candidates}
    pairs = search.all_pairs(0)
    assert {(pair.a, pair.b): pair.score for pair in pairs} == found
    assert len(pairs) == len(found)


@given(st.lists(rows, min_size=2, max_size=5), rows)
def test_another_site_changes_no_score(some: list[dict[str, object]], another: dict[str, object]) -> None:
    sites = {f"s{i}": one for i, one in enumerate(some)}
    before = finder(sites).all_pairs(0)
    after = finder({**sites, "z": another}).all_pairs(0)
    assert [pair for pair in after if "z" not in (pair.a, pair.b)] == before


def test_a_row_finds_the_site_that_it_would_double() -> None:
    search = finder({"a": row("عيادة الندى"), "b": row("عيادة الهدى", east=40), "c": row("Al-Huda School", kind="school", east=80)})
    best, *others = search.candidates(row("Al-Huda Clinic", east=20))
    assert (best.site_id, best.reasons) == ("b", ("similar_name", "near", "same_kind"))
    assert best.score >= AT_LEAST
    assert best.metres == pytest.approx(20, abs=1)
    assert all(one.score < AT_LEAST for one in others)


def test_rows_without_a_place_of_their_own_are_looked_for_in_their_town() -> None:
    search = finder({"near": row("عيادة الهدى", east=900), "away": row("عيادة الهدى", place="Hebron"), "none": row("عيادة الهدى", east=None)})
    assert {one.site_id: one.metres for one in search.candidates(row("Huda Clinic", east=None))} == {"near": None, "none": None}
    assert [one.site_id for one in search.candidates(row("Huda Clinic"))] == ["none"]
    assert len(search.candidates(row("Huda Clinic"), within_m=1_000)) == 2


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("Girls School", "مدرسة بنين", "other_gender"), ("North Clinic", "عيادة الجنوب", "other_side"), ("School 1", "מקיף ב׳", "other_number"),
        ("مشفى الهدى", "Huda Clinic", "other_facility"), ("Primary School", "مدرسة ثانوية", "other_stage"), ("מועדון נוער", "Women's club", "other_people"),
        ("Charity, Hebron", "جمعية نابلس", "other_place"),
    ],
)  # fmt: skip
def test_what_tells_two_apart_keeps_the_score_low(a: str, b: str, reason: str) -> None:
    value, reasons, _ = compare(EMPTY.record(row(a, kind="")), EMPTY.record(row(b, kind="")))
    assert reason in reasons
    assert value <= 40


def test_a_phone_number_an_organisation_and_distance_count() -> None:
    here, there = row("Manara Centre", phone="+97222345678"), row("Manara Social Centre", phone="+97222345678; +97286001122")
    alone = score(here, row("Manara Social Centre"))
    assert score(here, there) > alone
    assert score(here, row("Manara Social Centre", east=None)) < alone
    assert score(here, row("Manara Social Centre", east=300)) < alone
    assert score(here, row("Manara Social Centre", east=5_000)) <= 30
    run_by = {"organisation": {"en": "Society of Nablus"}}
    assert score(here | run_by, row("Manara Social Centre") | {"organisation": {"ar": "", "en": "society of NABLUS"}}) > alone


def test_a_phone_number_alone_makes_no_duplicate() -> None:
    for a, b in combinations(("Manara Centre", "مدرسة اليرموك", "בית אבות אורנים"), 2):
        assert score(row(a, phone="+97222345678"), row(b, phone="+97222345678")) < AT_LEAST


def test_only_a_site_that_is_there_can_be_asked_about() -> None:
    with pytest.raises(KeyError):
        EMPTY.candidates("nobody")
    assert EMPTY.candidates(row("Huda Clinic")) == []
    assert EMPTY.all_pairs(0) == []
    assert math.isfinite(score({"names": {}}, {"names": {"en": "Huda Clinic"}}))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_words(lang: str) -> None:
    assert [code for code in REASONS if not translator(lang).has(f"duplicates.reason.{code}")] == []
