"""Folding of Arabic, Hebrew and Latin text, so that a search finds a name however it was spelt."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ء": "", "ؤ": "و", "ئ": "ي", "ى": "ي", "ة": "ه", "ـ": "",
        "ک": "ك", "ی": "ي", "ھ": "ه", "گ": "ك",
        "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ",
        "ß": "ss", "ı": "i", "ʻ": "", "ʼ": "", "ʿ": "", "ʾ": "", "’": "", "‘": "", "'": "", "`": "", "´": "", "׳": "", "״": "", '"': "",
    }
)  # fmt: skip
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Return ``text`` in the form that searches and comparisons use.

    Marks are dropped (harakat, niqqud, Latin accents), hamza carriers become their bare letter, alef maqsura
    becomes yeh, teh marbuta becomes heh, Hebrew final letters become plain ones, digits become Western,
    case is folded, and whatever is not a letter or digit becomes one space.

    Parameters
    ----------
    text : any text.

    Returns
    -------
    The folded text; folding twice changes nothing.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    mapped = "".join(str(unicodedata.digit(c)) if c.isdigit() and unicodedata.digit(c, None) is not None else c for c in bare.translate(_LETTERS))
    return _NOT_WORD.sub(" ", mapped).strip()
