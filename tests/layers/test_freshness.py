"""The last check in words, the links of a site, and the list of what is due."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from geo.checks import due_for_check
from geo.freshness import BANDS
from geo.model import PUBLIC, Scope
from i18n import LANGUAGES, translator
from layers import palette
from layers.freshness import due_list, last_check, site_links
from layers.site_card import site_card
from tests.layers.support import hostile_registry
from tests.make import make_registry

REGISTRY = make_registry(24).on(dt.date(2028, 2, 1))
MINISTRY = Scope("ministry")


class Reader(HTMLParser):
    """Collects the tags, the addresses and the text of what a browser would make of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.hrefs: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hrefs += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_band_has_words_of_its_own_and_a_colour_of_its_own(lang: str) -> None:
    assert len({translator(lang)(f"freshness.band.{band}") for band in BANDS}) == len(BANDS)
    assert tuple(palette.BANDS) == BANDS
    assert len(set(palette.BANDS.values())) == len(BANDS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_day_and_the_age_of_a_check_are_told_and_the_date_of_a_source_is_not_taken_for_one(lang: str) -> None:
    tr = translator(lang)
    for site_id, site in REGISTRY.sites.iterrows():
        words = last_check(REGISTRY, str(site_id), tr)
        card = " ".join(site_card(REGISTRY, str(site_id), tr)["tags"])
        if site["verification"] == "verified":
            days = (REGISTRY.today - site["verified_on"]).days
            band = "fresh" if days <= 365 else "ageing" if days <= 730 else "stale"
            assert tr.date(site["verified_on"]) in words
            assert tr(f"freshness.band.{band}") in words
            assert tr(f"freshness.band.{band}") in card
        else:
            assert words == tr("freshness.band.never")


def test_a_check_without_a_day_is_none() -> None:
    registry = replace(REGISTRY, sites=REGISTRY.sites.assign(verification="verified", verified_on=None))
    assert last_check(registry, "site-00001", translator("en")) == "Never checked"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_links_keep_the_language_and_only_who_may_propose_gets_the_second(lang: str) -> None:
    tr = translator(lang)
    site = REGISTRY.sites.loc["site-00002"]
    for scope, count in (
        (PUBLIC, 1),
        (Scope("admin"), 1),
        (MINISTRY, 2),
        (Scope("partner", organisation_id=str(site["organisation_id"])), 2),
        (Scope("partner", organisation_id="org-x"), 1),
        (Scope("planner", areas=(str(site["area_id"]),)), 2),
        (Scope("planner", areas=("nowhere",)), 1),
    ):
        links = site_links(REGISTRY, "site-00002", scope, tr)
        assert len(links) == count
        assert all(parse_qs(urlsplit(href).query)["lang"] == [lang] for _, href in links)
        assert [urlsplit(href).path for _, href in links] == ["/site", "/contribute"][:count]


def test_an_id_of_any_signs_comes_back_from_the_link() -> None:
    site_id = "a/b c&lang=xx?#é"
    registry = replace(REGISTRY, sites=REGISTRY.sites.rename(index={"site-00002": site_id}))
    for _, href in site_links(registry, site_id, MINISTRY, translator("en")):
        query = parse_qs(urlsplit(href).query)
        assert query.get("id", query.get("site")) == [site_id]
        assert query["lang"] == ["en"]
        assert re.match(r"^/[a-z]+\?", href)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_links_to_confirming_each_site_and_counts_the_rest(lang: str) -> None:
    tr = translator(lang)
    due = due_for_check(REGISTRY, MINISTRY, dt.date(2031, 1, 1))
    read = Reader(due_list(REGISTRY, due, tr, most=10))
    assert [parse_qs(urlsplit(href).query) for href in read.hrefs] == [{"site": [one.site_id], "do": ["verify"], "lang": [lang]} for one in due[:10]]
    assert {urlsplit(href).path for href in read.hrefs} == {"/contribute"}
    assert tr.plural("freshness.due", len(due)) in read.text
    assert tr.plural("freshness.more_due", len(due) - 10) in read.text
    assert tr.plural("freshness.more_due", 1).strip() not in Reader(due_list(REGISTRY, due[:10], tr, most=10)).text
    assert due_list(REGISTRY, [], tr, most=10) == ""


def test_hostile_names_stay_text_in_the_list() -> None:
    registry = hostile_registry()
    due = due_for_check(registry, MINISTRY, dt.date(2031, 1, 1))
    read = Reader(due_list(registry, due, translator("en"), most=len(due)))
    assert set(read.tags) == {"style", "section", "h2", "p", "ul", "li", "a", "span"}
    assert len(read.hrefs) == len(due)
    assert all(href.startswith("/contribute?") for href in read.hrefs)
