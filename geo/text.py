"""Folding of Arabic, Hebrew and Latin text, so that a search finds a name however it was spelt, and digits of any script."""

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
    mapped = with_western_digits(bare.translate(_LETTERS))
    return _NOT_WORD.sub(" ", mapped).strip()


def with_western_digits(text: str) -> str:
    """Return ``text`` with the digits of any script as 0 to 9; nothing else changes."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() and unicodedata.digit(sign, None) is not None else sign for sign in text)


def western(text: str) -> str:
    """Return ``text`` with Western digits, a point for the Arabic decimal mark, a comma for the Arabic thousands mark, and no blanks between digits."""
    plain = with_western_digits(text).replace("٫", ".").replace("٬", ",").replace("−", "-").replace("٪", "%").replace("％", "%").strip()
    return re.sub(r"(?<=\d)[\s\u00a0\u202f\u2009](?=\d{3}(\D|$))", "", plain)
