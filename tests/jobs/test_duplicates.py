from __future__ import annotations

import json

import pytest

from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.duplicates import duplicates_json, duplicates_text, find_duplicates, finder
from tests.geo.duplicate_support import registry_of, row


@pytest.fixture
def registry() -> Registry:
    return registry_of({"one": row("عيادة الهدى"), "two": row("Al-Huda Clinic", east=30), "three": row("Manara School", kind="school", east=60)})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pairs_are_told_with_names_distance_score_and_reasons(registry: Registry, lang: str) -> None:
    tr = translator(lang)
    pairs = find_duplicates(registry)
    text = duplicates_text(registry, pairs, tr)
    for part in (
        "عيادة الهدى",
        "Al-Huda Clinic",
        "[one]",
        "[two]",
        str(pairs[0].score),
        tr("duplicates.reason.similar_name"),
        tr("duplicates.metres", metres="30"),
    ):
        assert part in text
    assert text.splitlines()[-1] == tr.plural("duplicates.found", 1)
    assert "Manara" not in text


def test_programs_get_the_same_pairs(registry: Registry) -> None:
    pairs = find_duplicates(registry, at_least=0)
    told = json.loads(json.dumps(duplicates_json(registry, pairs, "en")))
    assert [one["score"] for one in told] == sorted((pair.score for pair in pairs), reverse=True)
    assert [one["name"] for one in told[0]["sites"]] == ["عيادة الهدى", "Al-Huda Clinic"]
    assert told[0]["metres"] == pytest.approx(30, abs=1)
    assert told[0]["reasons"] == ["similar_name", "near", "same_kind"]


def test_sites_without_a_place_have_no_distance() -> None:
    registry = registry_of({"one": row("عيادة الهدى", east=None), "two": row("Al-Huda Clinic", east=None)})
    pairs = find_duplicates(registry)
    assert translator("en")("duplicates.no_distance") in duplicates_text(registry, pairs, translator("en"))
    assert duplicates_json(registry, pairs, "en")[0]["metres"] is None


def test_no_pairs_are_told_too(registry: Registry) -> None:
    assert duplicates_text(registry, [], translator("en")) == "0 pairs of sites that may be one. Nothing was merged."
    assert finder(registry).candidates(row("No such place", place="Homs")) == []
