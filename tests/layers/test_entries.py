"""Cards of what was sent, of sites and of those that may be the same: nothing that anybody wrote is more than text."""

from __future__ import annotations

import pytest

from geo.duplicates import Candidate
from geo.model import PUBLIC
from geo.submissions import STATES
from i18n import LANGUAGES, translator
from layers import entries
from tests.layers.plain import faults
from tests.layers.support import hostile_registry
from tests.make import make_registry
from tests.xss import PAYLOADS

EN = translator("en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_colour_and_words(lang: str, state: str) -> None:
    tr = translator(lang)
    page = entries.entry_card(name="x", state=state, lines=[], verdicts=[], fresh=False, tr=tr)
    assert tr(f"contribute.state_{state}") in page
    assert entries.TONES[state] in page
    assert tr("contribute.new") not in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_person_wrote_is_text(payload: str) -> None:
    page = entries.entry_card(name=payload, state="rejected", lines=[payload], verdicts=[(payload, payload)], fresh=True, tr=EN)
    note = entries.locked_note({"publisher": payload, "title": payload, "url": payload}, EN)
    link = entries.anchors([(payload, entries.start_link(EN, draft=payload))], payload)
    for made in (page, note, link):
        assert faults(made) == []


def test_sites_and_likely_ones_are_text_too() -> None:
    registry = hostile_registry()
    for site_id in registry.sites.index:
        name = registry.label("site", str(site_id), "en")
        line = entries.site_line(registry, str(site_id), name, EN)
        same = entries.likely_same(registry, [(Candidate(str(site_id), 90, (), None), name)], PUBLIC, EN)
        assert faults(line + same) == []


def test_the_tests_would_find_markup() -> None:
    for wrong in ("<p onclick=x>", "<img src=x>", "<a href='javascript:x'>"):
        assert faults(wrong)


def test_a_list_kept_elsewhere_links_to_the_web_only() -> None:
    assert 'href="https://example.org/list"' in entries.locked_note({"publisher": "Office", "url": "https://example.org/list"}, EN)
    assert "Office" in entries.locked_note({"publisher": "", "title": "Office", "url": ""}, EN)
    assert "href" not in entries.locked_note({"publisher": "Office", "url": "javascript:alert(1)"}, EN)


def test_a_likely_one_leads_to_its_history() -> None:
    registry = make_registry(3)
    site_id = str(registry.sites.index[0])
    page = entries.likely_same(registry, [(Candidate(site_id, 90, (), None), "same name")], PUBLIC, EN)
    assert f"/site?id={site_id}" in page
    assert "same name" in page
