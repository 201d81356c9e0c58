"""Single values: hostile text to plain text, phones to E.164, days, numbers, addresses of the web; each a small total function."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
import unicodedata
from urllib.parse import urlsplit

from data.exports.csv import restore
from geo.text import with_western_digits

LIMITS = {
    "name": 200,
    "organisation": 200,
    "address": 300,
    "note": 1000,
    "phone": 200,
    "email": 254,
    "website": 300,
    "hours": 200,
    "external_id": 120,
}
"""Most characters of a field; 200 for any other."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")
_NOTHING = frozenset({"n/a", "na", "nan", "null", "none", "nil", "#n/a"})
_EMAIL = re.compile(r"^[^\s@<>\"'(),;:\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$")
_HOST = re.compile(r"^[\w-]{1,63}(\.[\w-]{1,63})+$")
_PHONE_SPLIT = re.compile(r"[,;/|،؛\n]|\s-\s|\sor\s|\sأو\s|\sאו\s")
_DAY_FIRST = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
_NUMBER = re.compile(r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?$", re.IGNORECASE)
_LETTERS = {"ar": re.compile("[\u0620-\u064a\u066e-\u06d3]"), "he": re.compile("[\u05d0-\u05ea]"), "en": re.compile("[A-Za-z\u00c0-\u024f]")}


def clean_text(text: str) -> str:
    """Return ``text`` without control characters, marks that turn the writing direction round, and blanks around or repeated.

    Markup stays as the text that it is; whoever shows it escapes it. The apostrophe that our own exports put before
    formula-like text is taken off. A cell that only says "none" is empty.
    """
    if not text:
        return ""
    # A printable text has none of the signs to be taken out; most cells are printable.
    seen = text if text.isprintable() else _INVISIBLE.sub("", _CONTROL.sub(" ", text))
    plain = unicodedata.normalize("NFC", seen)
    plain = restore(" ".join(plain.split()))
    return "" if plain.lower() in _NOTHING or not any(char.isalnum() for char in plain) else plain


def script_of(text: str) -> str:
    """Return the language whose letters prevail in ``text``: ar, he, or en where there are none of either."""
    counts = {lang: len(letters.findall(text)) for lang, letters in _LETTERS.items()}
    return max(counts, key=lambda lang: counts[lang]) if any(counts.values()) else "en"


def read_number(text: str) -> float:
    """Return the number that ``text`` writes, with a point or a comma; NaN where it writes none or one that is not finite."""
    plain = with_western_digits(text.strip())
    plain = plain.replace("٫", ".").replace("−", "-").rstrip("°").strip()
    if not _NUMBER.match(plain):
        return math.nan
    value = float(plain.replace(",", "."))
    return value if math.isfinite(value) else math.nan


def read_day(text: str) -> dt.date | None:
    """Return the day that ``text`` writes as ``2026-11-22``, with or without a time, or as ``22/11/2026``; None for anything else."""
    plain = text.strip()
    try:
        match = _DAY_FIRST.match(plain)
        if match:
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
        return dt.date.fromisoformat(re.split(r"[T ]", plain)[0])
    except ValueError:
        return None


@functools.lru_cache(maxsize=4096)
def read_phones(text: str, country: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the phone numbers in ``text`` as E.164, and the parts that are none.

    Parameters
    ----------
    text : one or several numbers, parted by commas, semicolons, slashes or "or".
    country : the pack whose numbers may stand without their country code; PS and IL share their numbering, and a number
        that one of them does not know is looked for in the other. Empty for numbers that all have their country code.
    """
    good: list[str] = []
    bad: list[str] = []
    for part in (piece.strip() for piece in _PHONE_SPLIT.split(text)):
        if not part or not part.strip("0-. "):
            continue
        number = next((found for region in _REGIONS[country] if (found := _valid_number(part, region))), "")
        if not number:
            bad.append(part)
        elif number not in good:
            good.append(number)
    return tuple(good), tuple(bad)


_REGIONS: dict[str, tuple[str | None, ...]] = {"PS": ("PS", "IL"), "IL": ("IL", "PS"), "SY": ("SY",), "": (None,)}


def _valid_number(part: str, region: str | None) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(part, region)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else ""


def read_email(text: str) -> str:
    """Return the first e-mail address in ``text``; empty where there is none."""
    return next((part for part in re.split(r"[\s,;]+", text) if _EMAIL.match(part)), "")


def read_website(text: str) -> str:
    """Return ``text`` as an http or https address; empty where it is no such address (``javascript:`` and the like)."""
    plain = text.split(";", maxsplit=1)[0].strip()
    if "://" not in plain:
        plain = f"http://{plain}"
    try:
        parts = urlsplit(plain)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return plain if parts.scheme in ("http", "https") and _HOST.match(host) and not re.search(r"[\s<>\"'`{}\\]", plain) else ""
