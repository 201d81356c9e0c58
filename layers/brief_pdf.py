"""The brief as a PDF of one A4 page: Typst sets the page, with its own shaping of Arabic and Hebrew and without any library of the system."""

from __future__ import annotations

import functools
import json
import re
import tempfile
import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import SetupError
from layers.brief_fonts import print_fonts
from layers.brief_page import BriefPage

if TYPE_CHECKING:
    import typst

_TEMPLATE = Path(__file__).with_name("brief.typ")
_LOCK = threading.Lock()
_SIGNS = re.compile("[\u064b-\u0652\u0670\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")


def brief_pdf(page: BriefPage, svg: str) -> bytes:
    """Return the page as PDF; the same page gives the same bytes.

    Parameters
    ----------
    page : what stands on it. Its texts reach the template as data and are never read as markup.
    svg : the map.

    Raises
    ------
    SetupError : ``brief.no_typst``: the package that sets the page is not installed.
    """
    given = {"page": without_vowel_signs(json.dumps(page.values(), ensure_ascii=False)), "map": without_vowel_signs(svg)}
    with _LOCK:  # one page at a time: the compiler keeps state between two
        made = _compiler().compile(_TEMPLATE.read_bytes(), sys_inputs=given, format="pdf")
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made


def without_vowel_signs(text: str) -> str:
    """Return text without the vowel signs of Arabic and Hebrew, as both are usually printed.

    A sign and its letter are one cluster, which readers of PDFs would tell twice.
    """
    return _SIGNS.sub("", unicodedata.normalize("NFC", text))


@functools.cache
def _compiler() -> typst.Compiler:
    try:
        import typst
    except ImportError as error:
        raise SetupError("brief.no_typst") from error
    folder = tempfile.TemporaryDirectory(prefix="jiwar-fonts-")
    for name, body in print_fonts().items():
        (Path(folder.name) / name).write_bytes(body)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder.name])
    # The fonts are read when they are first needed, so that the folder lives as long as the process.
    _folders.append(folder)
    return typst.Compiler(font_paths=fonts)


_folders: list[tempfile.TemporaryDirectory[str]] = []
