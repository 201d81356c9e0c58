"""How alike two words sound, whichever of Arabic, Hebrew and Latin letters each is written in."""

from __future__ import annotations

import functools
import itertools

# One letter a sound. Capitals A I U are letters that write a long vowel, small a e i o u Latin vowels, h an H at the end,
# E an ayn, y an Arabic yeh at the end.
_LETTERS = {
    **dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "ABTTJXXDDRZSCSDTZEGFKKLMNHUI", strict=True)),
    **dict(zip("אבגדהוזחטיכלמנסעפצקרשת", "ABGDHUZXTIKLMNSEPSKRCT", strict=True)),
    **dict(zip("abcdefghijklmnopqrstuvwxyz", "aBKDeFGHiJKLMNoPKRSTuVUSIZ", strict=True)),
    "پ": "P", "چ": "C", "ڤ": "V",
}  # fmt: skip
_LATIN_GROUPS = {"sh": "C", "kh": "X", "ch": "X", "gh": "G", "th": "T", "dh": "D", "tz": "S", "ts": "S", "ph": "F", "ck": "K",
                 "ou": "u", "oo": "u", "ee": "i", "ei": "i", "ai": "i", "ay": "i", "ey": "i", "aw": "u", "au": "u"}  # fmt: skip
_VOWELS = frozenset("AIUaeiouEy")
_CLASS = str.maketrans(
    {"V": "B", "F": "B", "P": "B", "G": "J", "X": "H", "K": "H", "C": "S", "Z": "S", "h": "H", **dict.fromkeys("AIUaeiouEy", None)}
)
_NEAR = {
    "GJ": 0.15, "FP": 0.1, "BP": 0.4, "BV": 0.15, "FV": 0.3, "UV": 0.2, "BU": 0.6, "HX": 0.1, "KX": 0.3, "CX": 0.3, "Hh": 0.0, "Xh": 0.15, "CS": 0.3,
    "SZ": 0.4, "DZ": 0.3, "DT": 0.6, "Aa": 0.0, "Ae": 0.1, "Ao": 0.2, "Ai": 0.3, "Au": 0.35, "Ia": 0.3, "Ie": 0.1, "Ii": 0.0, "Io": 0.4, "Iu": 0.4,
    "Ua": 0.35, "Ue": 0.4, "Ui": 0.4, "Uo": 0.0, "Uu": 0.0, "AI": 0.5, "AU": 0.5, "IU": 0.4, "ae": 0.1, "ei": 0.1, "ou": 0.05, "ao": 0.15, "ai": 0.25,
    "au": 0.25, "eo": 0.25, "eu": 0.3, "io": 0.3, "iu": 0.3, "EG": 0.3, "Ah": 0.1, "ah": 0.05, "eh": 0.1, "AE": 0.3, "EI": 0.3, "EU": 0.3,
    **dict.fromkeys(("Iy", "iy", "Ay", "ay", "ey", "hy"), 0.1),
    **{f"E{vowel}": 0.05 for vowel in "aeiou"},
}  # fmt: skip
"""Cost of one sound for another where it is less than ``_OTHER``; a pair is written in the order of the alphabet."""
_OTHER = 1.3
_ABSENT = {"A": 0.35, "I": 0.3, "U": 0.3, "E": 0.15, "h": 0.15, "y": 0.3, **dict.fromkeys("aeiou", 0.1)}
_FIRST_VOWEL = 0.8
_LAST_VOWEL = 0.5
_ARTICLES = {"ا": ("وال", "بال", "ال", "لل", "ابو"), "א": ("אל", "ה"), "a": ("al", "el", "ha", "ash", "as", "ad", "an", "az", "ar", "at")}


def script(word: str) -> str:
    """Return the first letter of the alphabet of a folded word's first letter: ``ا``, ``א`` or ``a``; empty for others."""
    first = word[:1]
    return "ا" if "؀" <= first <= "ۿ" else "א" if "א" <= first <= "ת" else "a" if "a" <= first <= "z" else ""


def without_article(word: str) -> tuple[str, ...]:
    """Return a folded word and what it may be without a written-on article (or ابو, which Latin writes apart).

    Arabic words always lose theirs; Hebrew and Latin ones have both forms, since the first letters may be the word's own.
    """
    kind = script(word)
    least = {"ا": 2, "א": 3, "a": 4}.get(kind, 0)
    for article in _ARTICLES.get(kind, ()):
        if word.startswith(article) and len(word) - len(article) >= least:
            bare = word[len(article) :]
            return (bare,) if kind == "ا" else (word, bare)
    return (word,)


@functools.lru_cache(maxsize=100_000)
def sounds(word: str) -> str:
    """Return a folded word as sounds, one letter each; doubled ones are one, unknown letters are left out."""
    out: list[str] = []
    i = 0
    while i < len(word):
        pair = _LATIN_GROUPS.get(word[i : i + 2])
        sound = pair or _LETTERS.get(word[i], "")
        i += 2 if pair else 1
        if sound and (not out or out[-1] != sound):
            out.append(sound)
    if len(out) > 1 and out[-1] == "H":
        out[-1] = "h"
    if len(out) > 1 and word.endswith("ي"):
        out[-1] = "y"  # a long i or, as folding leaves it, alef maqsura
    return "".join(out)


@functools.lru_cache(maxsize=100_000)
def skeleton(word: str) -> str:
    """Return the consonants of a folded word in one alphabet of ten classes, e.g. ``SLM`` of سلام, שלום and "salaam"."""
    bare = sounds(word).removesuffix("h").translate(_CLASS)
    return "".join(letter for letter, _ in itertools.groupby(bare))


@functools.lru_cache(maxsize=500_000)
def word_similarity(a: str, b: str) -> float:
    """Return how alike two folded words sound, 0 to 1; 1 for equal words, the same either way round.

    Words that share less than half of their skeletons' consonants are not alike. For others: the cheapest way of turning the sounds of one into those of the other, over the weight of the heavier word. Consonants
    cost 1 to leave out and 1.3 to replace; letters that the scripts use for one sound cost little; a vowel that the other
    script may not write costs little too, but at the beginning or end of a word it tells names apart.
    """
    if a == b:
        return 1.0
    ours, theirs = set(skeleton(a)), set(skeleton(b))
    if 2 * len(ours & theirs) < max(len(ours), len(theirs)):
        return 0.0
    first, second = sorted((sounds(a), sounds(b)))
    return _similarity(first, second)


def _similarity(a: str, b: str) -> float:
    if a == b:
        return 1.0 if a else 0.0
    if not a or not b:
        return 0.0
    lost_a, lost_b = _absent(a), _absent(b)
    row = [0.0, *itertools.accumulate(lost_b)]
    for i, sound in enumerate(a):
        above, row = row, [row[0] + lost_a[i]]
        for j, other in enumerate(b):
            change = _change(sound, other, starts=i == 0 and j == 0)
            row.append(min(above[j] + change, above[j + 1] + lost_a[i], row[j] + lost_b[j]))
    return max(0.0, round(1 - row[-1] / max(sum(lost_a), sum(lost_b), 1.0), 6))


def _absent(word: str) -> list[float]:
    costs = [_ABSENT.get(sound, 1.0) for sound in word]
    if word[0] in _VOWELS:
        costs[0] = _FIRST_VOWEL
    if word[-1] in "IUiuo":
        costs[-1] = max(costs[-1], _LAST_VOWEL)
    return costs


def _change(a: str, b: str, *, starts: bool) -> float:
    if a == b:
        return 0.0
    if starts and a in _VOWELS and b in _VOWELS:
        return 0.1
    return _NEAR.get(a + b if a < b else b + a, _OTHER)
