"""The fonts of printed briefs: Noto Sans Arabic and Heebo in two weights, made so that the text in a PDF can be found, copied and read aloud.

Noto Sans Arabic draws a letter as a skeleton and its dots. In a PDF a skeleton that many letters share has no letter of its own, so that
copied text is wrong. The font also holds each joined letter as one glyph; ours joins letters with those.
"""

from __future__ import annotations

import functools
import io
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from layers import browser

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILIES = ("Jiwar Sans", "Jiwar Arabic")
"""Latin and Hebrew from the first, Arabic from the second; changed fonts go by names of their own."""
WEIGHTS = {"Regular": 400, "Bold": 700}
_FEATURES = {"<initial>": "init", "<medial>": "medi", "<final>": "fina"}
_FORMS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFF00))
_LAM_ALEF = range(0xFEF5, 0xFEFD)
_LAM = 0x0644
_TAG_AND_LETTER = 2
_NAMES = (1, 16)
"""Places of the family's name in a font."""
_ARABIC = (*range(0x20, 0x7F), *range(0x0600, 0x0700), *range(0x200C, 0x2010), *range(0x2066, 0x206A))


@functools.cache
def print_fonts() -> dict[str, bytes]:
    """Return the fonts: file name to TrueType file. The first call takes about a second."""
    out = {}
    for family, name in zip(FAMILIES, ("heebo.ttf", "noto-arabic.ttf"), strict=True):
        for style, weight in WEIGHTS.items():
            out[f"{family.replace(' ', '')}-{style}.ttf"] = _instance(browser.font(name), family, weight, arabic=name == "noto-arabic.ttf")
    return out


def _instance(body: bytes, family: str, weight: int, *, arabic: bool) -> bytes:
    """Return one weight of a variable font under a name of ours."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(io.BytesIO(body), recalcTimestamp=False)
    if arabic:
        _keep_letters(font)
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes} | {"wght": weight}
    instancer.instantiateVariableFont(font, axes, inplace=True)
    if arabic:
        _join_whole_letters(font)
    for record in font["name"].names:
        if record.nameID in _NAMES:
            record.string = family
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _keep_letters(font: TTFont) -> None:
    """Leave only letters and their joined forms in the font, without its rules of joining."""
    from fontTools import subset

    del font["GSUB"]
    kept = subset.Subsetter(subset.Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, glyph_names=True))
    forms = (code for block in _FORMS for code in block if len(unicodedata.decomposition(chr(code)).split()) == _TAG_AND_LETTER)
    kept.populate(unicodes=[*_ARABIC, *forms, *_LAM_ALEF])
    kept.subset(font)


def _join_whole_letters(font: TTFont) -> None:
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString

    glyphs = font.getBestCmap()
    addOpenTypeFeaturesFromString(font, joining_rules(glyphs, {code: _halves(font, glyphs[code]) for code in _LAM_ALEF}), tables=["GSUB"])


def _halves(font: TTFont, ligature: str) -> tuple[str, str]:
    """Return the glyphs of lam and alef of which a ligature is put together; an alef with its sign becomes a glyph of its own.

    As one glyph the ligature stands for two letters, which readers of PDFs return in the wrong order.
    """
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    lam, alef, *signs = font["glyf"][ligature].components
    if not signs:
        return lam.glyphName, alef.glyphName
    whole = Glyph()
    whole.numberOfContours, whole.components = -1, [alef, *signs]
    name = f"{ligature}.alef"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = whole
    font["hmtx"][name] = font["hmtx"][alef.glyphName]
    return lam.glyphName, name


def joining_rules(glyphs: dict[int, str], halves: dict[int, tuple[str, str]]) -> str:
    """Return the rules of joining in OpenType's feature language.

    Parameters
    ----------
    glyphs : code point to name of the glyph.
    halves : code point of each lam-alef to the glyphs of lam and alef in it.

    Source: the decompositions of the presentation forms in the Unicode Character Database.
    """
    forms: dict[str, dict[int, str]] = defaultdict(dict)
    for code in (code for block in _FORMS for code in block if code in glyphs):
        tag, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if tag in _FEATURES and len(letters) == 1 and int(letters[0], 16) in glyphs:
            forms[_FEATURES[tag]][int(letters[0], 16)] = glyphs[code]
    rules = {tag: [f"sub {glyphs[letter]} by {form};" for letter, form in found.items() if form != glyphs[letter]] for tag, found in forms.items()}
    lams, alefs = set(), []
    for code, (lam, alef) in halves.items():
        tag, _, letter = unicodedata.decomposition(chr(code)).split()
        before, after = forms["medi" if tag == "<final>" else "init"][_LAM], forms["fina"][int(letter, 16)]
        lams.add((before, lam))
        alefs.append(f"sub {lam} {after}' by {alef};")
    after_lam = " ".join(forms["fina"][int(unicodedata.decomposition(chr(code)).split()[2], 16)] for code in halves if code % 2)
    first = " ".join(f"sub {before}' [{after_lam}] by {lam};" for before, lam in sorted(lams))
    lines = [f"feature {tag} {{ {' '.join(found)} }} {tag};" for tag, found in rules.items()]
    lines.append(f"feature rlig {{ lookup lam {{ {first} }} lam; lookup alef {{ {' '.join(alefs)} }} alef; }} rlig;")
    return "\n".join(["languagesystem DFLT dflt;", "languagesystem arab dflt;", *lines])
