"""The words of names that mean the same in Arabic, Hebrew and English, and names taken apart into such words and others."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from geo.model import LANGUAGES
from geo.registry import Registry
from geo.text import fold
from geo.transliteration import script, without_article

FILLER = "filler"
TOWN = 20_000.0
"""A name of a place with as many people says where a site is rather than what it is called."""
PROPER, TERM_WEIGHT, TOWN_WEIGHT = 1.0, 0.4, 0.3
_HEAD = re.compile(r"[,،;:(/]")
_HEBREW_ARTICLE = re.compile("(?<![\u0591-\u05c7א-ת])א[\u0591-\u05c7]*[-\u05be](?=[א-ת])")
_PREFIXES = {"ا": ("وال", "بال", "ال", "لل", "و", "ل", "ب"), "א": ("וה", "לה", "ה", "ל", "ב", "ו", "מ", "ש"), "a": ("al", "el", "ha")}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a name: a word or phrase that the lexicon knows, or a proper word.

    Parameters
    ----------
    text : what stands for it: the concept, or the folded word.
    words : its forms, to be compared by sound where they are not the same; none for a phrase.
    places : areas and localities that have this name.
    group : what it tells apart (gender, side, number); empty where nothing.
    weight : what it says about which site is meant, 0-1.
    """

    text: str
    words: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()
    group: str = ""
    weight: float = PROPER


class Lexicon:
    """Phrases, that is sets of folded words, to what they mean; order never matters.

    Parameters
    ----------
    words : columns concept, group, weight, ar, he, en; alternatives are parted by ``|``. The concept ``filler`` counts for
        nothing. The concepts of group ``facility`` are codes of kinds.
    """

    def __init__(self, words: pd.DataFrame) -> None:
        self.groups: dict[str, str] = {}
        self._meaning: dict[frozenset[str], list[Part]] = defaultdict(list)
        self._by_word: dict[str, list[frozenset[str]]] = defaultdict(list)
        self._places: set[frozenset[str]] = set()
        rows = words[["concept", "group", "weight", *LANGUAGES]].astype(str).itertuples(index=False)
        filler = words[words["concept"] == FILLER]
        self._filler = {fold(word) for language in LANGUAGES for cell in filler[language] for word in str(cell).split("|")}
        for concept, group, weight, *languages in rows:
            if concept != FILLER:
                self.groups[concept] = group
                for phrase in "|".join(languages).split("|"):
                    # Names in Latin letters often give a general word as it sounds ("Jadeed", "Markaziya").
                    heard = without_article(fold(phrase)) if " " not in phrase else ()
                    self._add(fold(phrase).split(), Part(concept, heard, group=group, weight=float(weight)))
        self.parts = functools.lru_cache(maxsize=100_000)(self._parts)

    @classmethod
    def from_registry(cls, registry: Registry, words: pd.DataFrame) -> Lexicon:
        """Return the lexicon of ``words`` with the registry's terms, areas and localities in it.

        What is left of a term's names without the words that are known already means the same in its languages. A name of
        a place that is made of known words only ("North") is not taken for a place.
        """
        lexicon = cls(words)
        lexicon._with_terms(registry.names["term"])
        lexicon._with_places(registry)
        lexicon.parts.cache_clear()
        return lexicon

    def _with_terms(self, names: pd.DataFrame) -> None:
        """Add what the terms mean; all of them are read before the first is added, so that their order does not matter."""
        found = []
        for term, *texts in names[list(LANGUAGES)].itertuples(name=None):
            left = [self._unknown(_HEAD.split(str(text))[0]) for text in texts if not pd.isna(text)]
            if sum(bool(words) for words in left) > 1:
                found += [(words, Part(f"term:{term}", weight=TERM_WEIGHT)) for words in left if words]
        for words, part in found:
            self._add(words, part)

    def _with_places(self, registry: Registry) -> None:
        people = registry.localities["population"].to_dict()
        named: dict[frozenset[str], set[str]] = defaultdict(set)
        for entity in ("area", "locality"):
            for place, *texts in registry.names[entity][list(LANGUAGES)].itertuples(name=None):
                for text in texts:
                    if not pd.isna(text) and self._unknown(str(text).split("(")[0]):
                        named[frozenset(self._tokens(str(text).split("(")[0]))].add(str(place))
        for phrase, places in named.items():
            if phrase in self._meaning:
                continue
            self._places.add(phrase)
            town = any(people.get(place, TOWN) >= TOWN for place in places)
            text = " ".join(sorted(phrase))
            forms = tuple(form for word in sorted(phrase) for form in without_article(word)) if len(phrase) == 1 else ("".join(sorted(phrase)),)
            self._add(phrase, Part(text, forms, frozenset(places), "place" if town else "", TOWN_WEIGHT if town else PROPER))

    def _add(self, words: Iterable[str], part: Part) -> None:
        phrase = frozenset(word for word in words if word not in self._filler)
        if phrase and part not in self._meaning[phrase]:
            if not self._meaning[phrase]:
                self._by_word[min(phrase)].append(phrase)
            self._meaning[phrase].append(part)

    def _tokens(self, text: str) -> list[str]:
        folded = fold(_HEBREW_ARTICLE.sub("", text))
        return [word for word in folded.split() if word not in self._filler]

    def _unknown(self, text: str) -> list[str]:
        """Return the words of ``text`` that have no meaning of their own yet."""
        return [part.text for part in self._parts(text) if part.words and part.text not in self.groups and not part.places]

    def _parts(self, text: str) -> tuple[Part, ...]:
        """Return the parts of a name, each once and in an order that does not depend on the words' own; cached as ``parts``."""
        tokens = set(self._tokens(text))
        # A word as it is comes before another word without its article or preposition.
        forms = {form: token for token in sorted(tokens, reverse=True) for form in _forms(token)} | {token: token for token in tokens}
        found: set[Part] = set()
        for phrase in sorted(self._phrases_in(forms), key=lambda words: (-len(words), len(words - tokens), sorted(words))):
            meant = {forms[word] for word in phrase}
            if (
                len(meant) == len(phrase)
                and meant <= tokens
                and (phrase not in self._places or all(word in (forms[word], *without_article(forms[word])) for word in phrase))
            ):
                found.update(self._meaning[phrase])
                tokens -= meant
        for token in tokens:
            found.add(Part(f"n{int(token)}", group="number", weight=0.4) if token.isdecimal() else Part(token, without_article(token)))
        return tuple(sorted(_each_once(found), key=lambda part: part.text))

    def _phrases_in(self, forms: dict[str, str]) -> Iterator[frozenset[str]]:
        for form in forms:
            for phrase in self._by_word.get(form, ()):
                if phrase <= forms.keys():
                    yield phrase


def _each_once(parts: Iterable[Part]) -> Iterator[Part]:
    """Put parts of one meaning together: "pharma pharmacy" says nothing twice."""
    alike: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        alike[part.text].append(part)
    for text, some in alike.items():
        words = tuple(sorted({word for part in some for word in part.words}))
        places = frozenset(place for part in some for place in part.places)
        group = max(part.group for part in some)
        yield Part(text, words, places, group, max(part.weight for part in some))


def _forms(token: str) -> list[str]:
    """Return a word and what it may be without an article or a preposition written on to it."""
    least = 3 if script(token) == "a" else 2
    return [token, *(token[len(p) :] for p in _PREFIXES.get(script(token), ()) if token.startswith(p) and len(token) - len(p) >= least)]
