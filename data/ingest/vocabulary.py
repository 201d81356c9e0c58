"""Words of a file to codes of the registry: kinds, services and target groups by code, name in any language, or OSM tag."""

from __future__ import annotations

import functools
from collections import defaultdict

import pandas as pd

from geo.memo import kept_with_registry
from geo.model import ACCESSIBILITY, LANGUAGES, SENSITIVITY, SITE_STATUS
from geo.registry import Registry
from geo.text import fold

TAG_KEYS = ("social_facility", "community_centre", "community_centre:for", "amenity", "healthcare", "government", "office")
"""OpenStreetMap keys that tell the kind, the most telling first."""

GROUP_KEYS = ("social_facility:for", "community_centre:for")

DEFAULT_SERVICE = {
    "pharmacy": "pharmacy",
    "hospital": "hospital_care",
    "clinic": "primary_care",
    "doctors": "primary_care",
    "dentist": "dental_care",
    "laboratory": "laboratory",
    "rehabilitation_centre": "rehabilitation",
    "school": "school_education",
    "kindergarten": "early_childhood",
    "welfare_department": "social_welfare_office",
    "nursing_home": "elder_care",
    "self_help_centre": "self_help_centre",
}
"""The service that a kind of site gives by its nature, taken where a row names none."""

"""Least sensitivity of a site that says it is for these people, whatever its services."""

SENSITIVE_TAGS = {f"{key}={value}": 2 for key in GROUP_KEYS for value in ("abused", "victim")}
"""Tags of places that shelter people from violence."""

_STATUS_WORDS = {
    "active": (
        "active",
        "open",
        "operational",
        "functioning",
        "functional",
        "working",
        "yes",
        "فعال",
        "نشط",
        "يعمل",
        "مفتوح",
        "عامل",
        "פעיל",
        "פתוח",
    ),
    "planned": ("planned", "proposed", "under construction", "مخطط", "قيد الإنشاء", "מתוכנן", "בהקמה"),
    "temporarily_closed": ("temporarily closed", "suspended", "مغلق مؤقتا", "متوقف مؤقتا", "סגור זמנית"),
    "inactive": ("inactive", "closed", "non functional", "not functioning", "no", "مغلق", "متوقف", "غير فعال", "סגור", "לא פעיל"),
    "damaged": ("damaged", "partially damaged", "متضرر", "متضرر جزئيا", "ניזוק", "פגוע"),
    "destroyed": ("destroyed", "fully damaged", "مدمر", "מהרוס", "הרוס"),
    "unknown": ("unknown", "غير معروف", "לא ידוע"),
}
_STATUS_OF = {fold(word): status for status, words in _STATUS_WORDS.items() for word in (status, *words)}
assert set(_STATUS_WORDS) == set(SITE_STATUS)  # noqa: S101 - a status without words could never be imported


_ACCESSIBILITY_WORDS = {
    "step_free": ("step free", "step free entrance", "wheelchair", "wheelchair accessible", "ramp", "مدخل بلا درج", "كرسي متحرك", "منحدر", "כניסה ללא מדרגות",
                  "כיסא גלגלים", "רמפה"),
    "accessible_toilet": ("accessible toilet", "disabled toilet", "مرحاض مهيأ", "حمام مهيأ", "שירותים נגישים", "שירותי נכים"),
    "sign_language": ("sign language", "لغة الإشارة", "שפת הסימנים"),
    "tactile_guidance": ("tactile guidance", "tactile paving", "braille", "إرشاد لمسي", "برايل", "הכוונה במישוש", "ברייל"),
    "accessible_parking": ("accessible parking", "disabled parking", "موقف مهيأ", "موقف سيارات مهيأ", "חניה נגישה", "חניית נכים"),
}  # fmt: skip
_ACCESSIBILITY_OF = {fold(word): code for code, words in _ACCESSIBILITY_WORDS.items() for word in (code, *words)}
assert set(_ACCESSIBILITY_WORDS) == set(ACCESSIBILITY)  # noqa: S101 - one without words could never be imported


def accessibility_named(text: str) -> str:
    """Return the feature of ``geo.model.ACCESSIBILITY`` that ``text`` names in any of the three languages; empty where it names none."""
    return _ACCESSIBILITY_OF.get(fold(text), "")


@functools.lru_cache(maxsize=1024)
def status_named(text: str) -> str:
    """Return the working state that ``text`` names in any of the three languages; empty where it names none."""
    return _STATUS_OF.get(fold(text), "")


def sensitivity_named(text: str) -> int | None:
    """Return the sensitivity that ``text`` names (0 to 3, or public, displaced, area_only, hidden); None where it names none."""
    plain = text.strip().lower().replace(" ", "_").removesuffix(".0")
    if plain in SENSITIVITY:
        return SENSITIVITY[plain]
    return int(plain) if plain in {"0", "1", "2", "3"} else None


class Vocabulary:
    """The terms of a registry, by every way of writing them.

    Parameters
    ----------
    registry : its terms and their names.
    """

    def __init__(self, registry: Registry) -> None:
        terms = registry.terms
        self.sensitivity = {(str(t), str(c)): int(s) for t, c, s in zip(terms["taxonomy"], terms["code"], terms["sensitivity"], strict=True)}
        self._codes: dict[str, tuple[str, ...]] = {}
        for taxonomy, code in self.sensitivity:
            self._codes[taxonomy] = (*self._codes.get(taxonomy, ()), code)
        self._known: dict[tuple[str, str], str] = {}
        self._by_word: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._by_tag: dict[tuple[str, str], set[str]] = defaultdict(set)
        names = registry.names["term"]
        for term_id, taxonomy, code, tags in zip(terms.index, terms["taxonomy"], terms["code"], terms["osm_tag"], strict=True):
            written = [
                str(code),
                *(str(names.loc[term_id, lang]) for lang in LANGUAGES if term_id in names.index and pd.notna(names[lang].get(term_id))),
            ]
            for text in written:
                self._by_word[str(taxonomy), fold(text)].add(str(code))
            for tag in str(tags or "").split(";"):
                if "=" in tag:
                    self._by_tag[str(taxonomy), tag.strip()].add(str(code))

    def codes(self, taxonomy: str) -> tuple[str, ...]:
        """Return all codes of a taxonomy."""
        return self._codes.get(taxonomy, ())

    def word(self, taxonomy: str, text: str) -> str:
        """Return the code that ``text`` stands for: the code itself or a name in any language; empty where none or several."""
        key = (taxonomy, text)
        if key not in self._known:
            self._known[key] = _only(self._by_word.get((taxonomy, fold(text)), set()))
        return self._known[key]

    def tag(self, taxonomy: str, key: str, value: str) -> str:
        """Return the code that the OSM tag ``key=value`` stands for; empty where none or several do."""
        return _only(self._by_tag.get((taxonomy, f"{key}={value.strip()}"), set()))

    def names_of(self, registry: Registry, taxonomy: str, code: str) -> dict[str, str]:
        """Return the names of a term by language."""
        return {lang: registry.term_label(taxonomy, code, lang) for lang in LANGUAGES}


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


@kept_with_registry
def vocabulary_of(registry: Registry) -> Vocabulary:
    """Return the vocabulary of a registry, made once for each."""
    return Vocabulary(registry)
