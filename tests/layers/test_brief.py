"""The printed page of a brief: what is on it is the profile's, in three languages, on one page, and can be read by a machine."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from geo.errors import SetupError
from geo.profile import Profile
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.profile import shown_figures
from layers import brief_pdf as module
from layers.brief_fonts import joining_rules, print_fonts
from layers.brief_html import article, brief_html
from layers.brief_map import brief_map, drawn_sites
from layers.brief_page import BriefPage, brief_page
from layers.brief_pdf import brief_pdf
from layers.profile_text import figure_text, number_text
from tests.layers.brief_support import HOSTILE, invented_profile
from tests.layers.support import BASEMAP, hostile_registry
from tests.make import make_registry

AREA = "PS0150"
REGISTRY = make_registry(60)


def page_in(lang: str, profile: Profile | None = None, registry: Registry = REGISTRY) -> BriefPage:
    tr = translator(lang)
    return brief_page(
        registry, profile or invented_profile(tr), tr, fingerprint="0123456789abcdef" * 4, shown=shown_figures, legend=[("#0072b2", "A")]
    )


@dataclass(frozen=True)
class Printed:
    """A printed brief and what it was printed from."""

    lang: str
    page: BriefPage
    profile: Profile
    body: bytes

    @property
    def document(self) -> pypdfium2.PdfDocument:
        return pypdfium2.PdfDocument(self.body)


@pytest.fixture(scope="module", params=LANGUAGES)
def printed(request: pytest.FixtureRequest) -> Printed:
    tr = translator(request.param)
    profile = invented_profile(tr)
    page = page_in(tr.lang, profile)
    return Printed(tr.lang, page, profile, brief_pdf(page, brief_map(REGISTRY, AREA, tr, BASEMAP)))


def plain(text: str) -> str:
    """Return text without blanks, marks of direction, vowel signs and brackets.

    A reader of PDFs mirrors the brackets of a line that runs from right to left, and tells a vowel sign before or after its letter.
    """
    kept = (sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) not in ("Cf", "Cc", "Mn") and not sign.isspace())
    return re.sub(r"[()\[\]\ufffe]", "", "".join(kept))


def text_of(printed: Printed) -> str:
    return plain(printed.document[0].get_textpage().get_text_range())


def test_every_figure_and_every_cell_stands_on_the_one_page(printed: Printed) -> None:
    assert len(printed.document) == 1
    text, tr = text_of(printed), translator(printed.lang)
    wanted = [figure_text(figure, tr) for section in printed.profile.sections for figure in shown_figures(section)]
    wanted += [figure.label for section in printed.profile.sections for figure in shown_figures(section)]
    for section in printed.profile.sections:
        for table in section.tables:
            if table.key not in ("ledger", "who_does_what"):
                wanted += [number_text(cell, column.unit, tr) for row in table.rows for cell, column in zip(row, table.columns, strict=True)]
    assert len(wanted) > 30
    assert [words for words in wanted if plain(words) not in text] == []
    assert plain(tr("profile.not_known")) in text
    assert plain(printed.page.title) in text
    # Readers of PDFs order Latin words in a line that runs from right to left by a rule of their own.
    assert all(part in text for part in ("0123456789", "abcdef"))


def test_arabic_and_hebrew_can_be_found_and_copied_in_the_order_of_reading(printed: Printed) -> None:
    sentence = {
        "ar": "احتمال أن تكون بين الثلاث الأولى",  # lam and alef, joined and not
        "he": "ההסתברות להיות בין שלושת הראשונים",
        "en": "Chance of being in the first three",
    }[printed.lang]
    assert plain(sentence) in text_of(printed)


def test_the_fonts_are_in_the_file(printed: Printed) -> None:
    names = set()
    for found in printed.document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        font = pdfium.FPDFTextObj_GetFont(found.raw)
        assert pdfium.FPDFFont_GetIsEmbedded(font) == 1
        names.add(pdfium.FPDFFont_GetWeight(font))
    assert len(names) >= 1


def boxes(printed: Printed) -> Iterator[tuple[float, float, float, float]]:
    for found in printed.document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=1):
        left, bottom, right, top = found.get_bounds()
        if right > left and top > bottom:
            yield left, bottom, right, top


def test_nothing_is_clipped_and_no_words_stand_on_others(printed: Printed) -> None:
    width, height = printed.document[0].get_size()
    found = list(boxes(printed))
    assert len(found) > 100
    assert all(left >= 20 and bottom >= 20 and right <= width - 20 and top <= height - 20 for left, bottom, right, top in found)
    over = []
    for i, one in enumerate(found):
        for other in found[i + 1 :]:
            wide = min(one[2], other[2]) - max(one[0], other[0])
            tall = min(one[3], other[3]) - max(one[1], other[1])
            if wide > 1.5 and tall > 0.35 * min(one[3] - one[1], other[3] - other[1]):
                over.append((one, other))
    assert over == []
    picture = np.asarray(printed.document[0].render(scale=1).to_numpy())[:, :, :3]
    frame = 14
    assert (picture[:frame] == 255).all()
    assert (picture[-frame:] == 255).all()
    assert (picture[:, :frame] == 255).all()
    assert (picture[:, -frame:] == 255).all()


def test_the_same_page_gives_the_same_bytes(printed: Printed) -> None:
    assert brief_pdf(page_in(printed.lang), brief_map(REGISTRY, AREA, translator(printed.lang), BASEMAP)) == printed.body


def test_a_long_profile_is_cut_to_one_page_and_says_so() -> None:
    tr = translator("ar")
    page = page_in("ar", invented_profile(tr, services=38, organisations=14, hostile="جمعية لها اسم طويل جدا لا ينتهي " * 3))
    body = brief_pdf(page, brief_map(REGISTRY, AREA, tr, BASEMAP))
    document = pypdfium2.PdfDocument(body)
    assert len(document) == 1
    text = plain(document[0].get_textpage().get_text_range())
    assert any(plain(tr.plural("brief.and_more", left)) in text for left in range(1, 38))


def test_without_the_package_it_is_said_once_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    module._compiler.cache_clear()
    with pytest.raises(SetupError) as caught:
        brief_pdf(page_in("en"), "<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert caught.value.code == "brief.no_typst"
    module._compiler.cache_clear()


def test_letters_are_joined_with_one_glyph_each() -> None:
    rules = joining_rules({0x628: "beh", 0xFE91: "beh.i", 0xFE92: "beh.m", 0xFE90: "beh.f", 0x644: "lam", 0xFEDF: "lam.i", 0xFEE0: "lam.m", 0x627: "alef", 0xFE8E: "alef.f"},
                          {0xFEFB: ("lam.a", "alef.a"), 0xFEFC: ("lam.b", "alef.b")})  # fmt: skip
    assert "feature init { sub beh by beh.i; sub lam by lam.i; } init;" in rules
    assert "sub lam.i' [alef.f] by lam.a; sub lam.m' [alef.f] by lam.b;" in rules
    assert "sub lam.a alef.f' by alef.a; sub lam.b alef.f' by alef.b;" in rules
    assert all(body[:4] == b"\x00\x01\x00\x00" for body in print_fonts().values())


def test_a_sensitive_site_has_no_mark_on_the_map() -> None:
    here = (REGISTRY.sites["area_id"] == AREA) & REGISTRY.sites["lon"].notna()
    chosen = REGISTRY.sites.index[here][0]
    before = brief_map(REGISTRY, AREA, translator("en"), BASEMAP)
    for level in (1, 2, 3):
        sites = REGISTRY.sites.copy()
        sites.loc[chosen, "sensitivity"] = level
        hidden = replace(REGISTRY, sites=sites)
        assert drawn_sites(hidden, AREA).sum() == drawn_sites(REGISTRY, AREA).sum() - 1
        after = brief_map(hidden, AREA, translator("en"), BASEMAP)
        marks = re.compile(r'stroke-width="1.6"')
        assert len(marks.findall(after)) == len(marks.findall(before)) - 1


def test_the_map_is_the_same_in_every_language_but_for_its_words() -> None:
    shapes = {lang: sorted(re.findall(r' d="([^"]+)"', brief_map(REGISTRY, AREA, translator(lang), BASEMAP))) for lang in ("ar", "he")}
    assert shapes["ar"] == shapes["he"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_stand_alone_file_tells_what_the_page_tells_and_loads_nothing(lang: str) -> None:
    tr = translator(lang)
    page = page_in(lang)
    html = brief_html(REGISTRY, page, np.ones(len(REGISTRY.sites), dtype=bool), AREA, tr, basemap=BASEMAP)
    assert not re.findall(r"""(?:src|<link[^>]*href)\s*=\s*["']?https?:|url\(\s*["']?https?:|@import""", html)
    assert "default-src 'none'" in html
    told = article(page)
    for part in page.parts:
        assert all(f"<b>{line.value}</b>" in told for line in part.figures)
    assert "<script>alert" not in html
    assert HOSTILE not in html


def test_no_hostile_text_becomes_markup() -> None:
    registry = hostile_registry()
    tr = translator("en")
    profile = replace(invented_profile(tr), name="</main><script>alert(1)</script>")
    page = page_in("en", profile, registry)
    html = article(page) + brief_map(registry, AREA, tr, BASEMAP)
    assert not re.search(r"<(script|img|iframe|svg[^>]*onload)", html.replace("<svg xmlns", ""), re.IGNORECASE)
    assert len(pypdfium2.PdfDocument(brief_pdf(page, brief_map(registry, AREA, tr, BASEMAP)))) == 1
