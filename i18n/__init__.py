"""Words: one translator per language over the catalogues in ``locale/<language>/<part>.po``, plurals, numbers and dates.

Message ids are keys (``explore.title``). A key belongs to the catalogue file named like its first segment.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LOCALE_DIR = Path(__file__).parent / "locale"
LANGUAGES = ("ar", "he", "en")
DEFAULT_LANGUAGE = "ar"
NATIVE_NAMES = {"ar": "العربية", "he": "עברית", "en": "English"}
Direction = Literal["rtl", "ltr"]


@dataclass(frozen=True)
class _Message:
    forms: tuple[str, ...]


@functools.cache
def _catalogue(lang: str) -> tuple[dict[str, _Message], object]:
    from babel.messages.pofile import read_po

    messages: dict[str, _Message] = {}
    plural = None
    for path in sorted((LOCALE_DIR / lang).glob("*.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=lang)
        plural = plural or _plural_function(catalogue.plural_expr)
        for message in catalogue:
            if not message.id:
                continue
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            messages[str(key)] = _Message(tuple(str(form) for form in forms))
    return messages, plural


def _plural_function(expression: str) -> object:
    import gettext

    return gettext.c2py(expression)


@dataclass(frozen=True)
class Translator:
    """The words of one language.

    Parameters
    ----------
    lang : one of ``LANGUAGES``.
    """

    lang: str

    @property
    def direction(self) -> Direction:
        """Direction of writing."""
        return "ltr" if self.lang == "en" else "rtl"

    def __call__(self, key: str, /, **params: object) -> str:
        """Return the words for ``key`` with ``params`` filled in; KeyError where a catalogue lacks the key."""
        messages, _ = _catalogue(self.lang)
        text = messages[key].forms[0]
        return text.format(**params) if params else text

    def has(self, key: str) -> bool:
        """Say whether the catalogue has ``key``."""
        return key in _catalogue(self.lang)[0]

    def plural(self, key: str, n: int, /, **params: object) -> str:
        """Return the words for ``key`` in the plural form that ``n`` takes; ``{n}`` is filled with the number."""
        messages, rule = _catalogue(self.lang)
        forms = messages[key].forms
        form = forms[min(rule(abs(int(n))), len(forms) - 1)]  # type: ignore[operator]
        return form.format(n=self.number(n), **params)

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with Western digits and comma-separated thousands: the same in all languages."""
        return f"{value:,.{decimals}f}"

    def date(self, day: dt.date) -> str:
        """Write a day as the language does, with the months of the Levant in Arabic."""
        from babel.dates import format_date

        pattern, locale = {"ar": ("d MMMM y", "ar_PS"), "he": ("d בMMMM y", "he"), "en": ("d MMMM y", "en_GB")}[self.lang]
        return str(format_date(day, format=pattern, locale=locale))


def translator(lang: str) -> Translator:
    """Return the translator of ``lang``, or of the default language where there is no such one."""
    return Translator(lang if lang in LANGUAGES else DEFAULT_LANGUAGE)


def from_browser(locale: str | None) -> str:
    """Return the language for a browser's locale such as ``he-IL``; Arabic when unknown."""
    short = (locale or "").split("-")[0].split("_")[0].lower()
    return {"iw": "he"}.get(short, short) if short in (*LANGUAGES, "iw") else DEFAULT_LANGUAGE
