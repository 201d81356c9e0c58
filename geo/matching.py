"""How likely two records are of one site: a score of their names and of what else is known, with its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geo.lexicon import Part
from geo.transliteration import word_similarity

CONFLICTS = ("gender", "facility", "number", "side", "stage", "people", "place")
"""What tells two sites apart where both names state it and no statement is the same."""
REASONS = (
    "same_name", "similar_name", "other_name", "near", "same_phone", "same_organisation", "same_kind", "one_number",
    *(f"other_{group}" for group in CONFLICTS), "far",
)  # fmt: skip
"""The codes of what speaks for and against."""
_SOUNDS_ALIKE = 0.72
_NAME_POINTS = 80.0
_CONFLICT_CAP = 40.0
_ELSEWHERE_CAP = 30.0
_EXTRA_WORDS = 0.5
_ONE_NUMBER = 10.0


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared of a site or of a row that is to become one.

    Parameters
    ----------
    names : each of its names in any language as searches see it, to its parts.
    kind, area_id, locality_id : codes; empty where unknown.
    x, y : metres in a plane; None where the position is not its own (that of a locality, a displaced one).
    phones : in E.164.
    organisations : id and folded names of who runs it.
    said : what the names say of each group (gender, side, number), and where they are silent on it the kind of facility.
    """

    names: Mapping[str, tuple[Part, ...]]
    kind: str = ""
    area_id: str = ""
    locality_id: str = ""
    x: float | None = None
    y: float | None = None
    phones: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    said: Mapping[str, frozenset[str]] = field(default_factory=dict)


def compare(a: Record, b: Record) -> tuple[int, tuple[str, ...], float | None]:
    """Return the score of two records (0-100), the codes of its reasons and their distance in metres; the same either way round.

    Up to 80 points for the names, more for being near, a phone number, an organisation and a kind in common. A conflict
    (girls' and boys' school, branch 1 and 2) caps the score at 40, another town or a long way at 30.
    """
    alike = max((name_similarity(one, other) for one in a.names.values() for other in b.names.values()), default=0.0)
    same = [min(_certainty(_weight(record.names[name])) for record in (a, b)) for name in a.names.keys() & b.names.keys()]
    alike = max(alike, *same) if same else alike
    metres = math.hypot(a.x - b.x, a.y - b.y) if a.x is not None and a.y is not None and b.x is not None and b.y is not None else None
    conflicts = _conflicts(a, b, metres)
    points = {
        "same_name" if same else "similar_name" if alike >= 0.6 else "other_name": _NAME_POINTS * alike,
        "near": 0.0 if metres is None else 6.0 if metres <= 50 else 3.0 if metres <= 200 else 0.0,
        "same_phone": 10.0 if a.phones & b.phones else 0.0,
        "same_organisation": 4.0 if a.organisations & b.organisations else 0.0,
        "same_kind": 4.0 if a.kind and a.kind == b.kind else 0.0,
        "one_number": -_ONE_NUMBER if not same and ("number" in a.said) != ("number" in b.said) else 0.0,
    }
    caps = [_ELSEWHERE_CAP if code in ("far", "other_place") else _CONFLICT_CAP for code in conflicts]
    total = min([max(0.0, math.fsum(points.values())), 100.0, *caps])
    named = [code for code, worth in points.items() if worth or code == "other_name"]
    return round(total), (*named, *conflicts), metres


def name_similarity(a: tuple[Part, ...], b: tuple[Part, ...]) -> float:
    """Return how alike two names are, 0 to 1; the same either way round.

    Parts in common over those and what is left: a part that only one name has weighs half, parts that stand against
    each other weigh double. Names of general words only are less certain than those with a word of their own.
    """
    options = [(likeness, one, other) for one in a for other in b if (likeness := _likeness(one, other)) > 0]
    options.sort(key=lambda option: (-option[0], *sorted((option[1].text, option[2].text))))
    left_a, left_b = set(a), set(b)
    common, half = [], []
    for likeness, one, other in options:
        if one in left_a and other in left_b:
            left_a.remove(one)
            left_b.remove(other)
            weight = min(one.weight, other.weight)
            common.append(likeness * weight)
            half.append((1 - likeness) * weight)
    shared, near_misses = math.fsum(common), math.fsum(half)
    rest = sorted((_weight(left_a), _weight(left_b)))
    whole = shared + near_misses + 2 * rest[0] + _EXTRA_WORDS * (rest[1] - rest[0])
    return round(shared / whole * _certainty(shared), 6) if whole else 0.0


def _certainty(weight: float) -> float:
    """Return what equal names prove: less where they are made of general words only."""
    return 0.85 + 0.15 * min(1.0, weight)


def _weight(parts: Iterable[Part]) -> float:
    return math.fsum(part.weight for part in parts)


def _likeness(a: Part, b: Part) -> float:
    if (a.text == b.text and a.group == b.group) or a.places & b.places:
        return 1.0
    best = max((word_similarity(one, other) for one in a.words for other in b.words), default=0.0)
    return best if best >= _SOUNDS_ALIKE else 0.0


def _conflicts(a: Record, b: Record, metres: float | None) -> list[str]:
    found = [f"other_{group}" for group in CONFLICTS if group in a.said and group in b.said and not a.said[group] & b.said[group]]
    if metres is not None:
        return [*found, "far"] if metres > 2_000 else found
    known = a.locality_id and b.locality_id and a.locality_id != b.locality_id
    apart = a.area_id and b.area_id and a.area_id != b.area_id
    return [*found, "other_place"] if (known or apart) and "other_place" not in found else found
