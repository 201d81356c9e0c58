from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.packs.words import name_words
from geo.model import LANGUAGES
from geo.text import fold
from tests.geo.duplicate_support import lexicon, pack_registry

WORDS = name_words()
LETTERS = {"ar": "[\u0621-\u064a ]+", "he": "[א-ת ]+", "en": "[a-z ]+"}


def texts(name: str) -> set[str]:
    return {part.text for part in lexicon().parts(name)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_meaning_has_words_in_the_letters_of_the_language(lang: str) -> None:
    for cell in WORDS[lang]:
        assert all(re.fullmatch(LETTERS[lang], word) for word in cell.split("|")), cell


def test_meanings_are_there_once_and_weigh_at_most_as_much_as_a_name() -> None:
    assert WORDS["concept"].is_unique
    assert WORDS["weight"].astype(float).between(0, 1).all()
    kinds = set(pack_registry().terms.query("taxonomy == 'kind'")["code"])
    assert set(WORDS.loc[WORDS["group"] == "facility", "concept"]) <= kinds


@pytest.mark.parametrize(
    "same",
    [("مستشفى", "בית חולים", "Hospital"), ("مدرسة للبنات", "בית ספר לבנות", "Girls' School"), ("جمعية خيرية", "עמותת צדקה", "Charity association"),
     ("مركز شبابي", "מרכז נוער", "Youth centre"), ("استشارات قانونية", "ייעוץ משפטי", "Legal counselling"), ("عيادة الشمال", "מרפאת הצפון", "North clinic")],
)  # fmt: skip
def test_words_of_three_languages_mean_the_same(same: tuple[str, ...]) -> None:
    assert len({frozenset(texts(name)) for name in same}) == 1


def test_names_of_places_are_known_in_every_language_and_words_such_as_north_are_not_places() -> None:
    found = [next(part for part in lexicon().parts(name) if part.places) for name in ("مركز الخليل", "מרכז חברון", "Hebron Centre")]
    assert found[0].places & found[1].places & found[2].places
    assert {part.group for part in found} == {"place"}
    assert not any(part.places for part in lexicon().parts("North Centre"))


def test_numbers_are_read_in_any_digits() -> None:
    assert "n2" in texts("عيادة ٢") & texts("Clinic 2") & texts("Second clinic") & texts("מרפאה ב׳")
    assert "n17" in texts("School 017")


def test_a_hebrew_article_before_a_hyphen_is_no_letter_of_a_branch() -> None:
    assert "n1" in texts("בית ספר א")
    assert "n1" not in texts("מרפאת א-זהרא")


known = st.sampled_from([word for lang in LANGUAGES for cell in WORDS[lang] for phrase in cell.split("|") for word in phrase.split()])


@given(st.lists(known | st.text(max_size=8), max_size=8), st.integers(0, 1000))
def test_the_parts_of_a_name_do_not_depend_on_the_order_of_its_words(words: list[str], seed: int) -> None:
    clean = fold(" ".join(words)).split()
    shuffled = random.Random(seed).sample(clean, len(clean))
    assert lexicon().parts(" ".join(clean)) == lexicon().parts(" ".join(shuffled))
