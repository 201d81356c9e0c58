from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geo.model import POSITION_KINDS, SITE_STATUS
from i18n import translator
from layers.site_card import site_card
from tests.layers.support import hostile_registry
from tests.make import make_registry

REGISTRY = make_registry(12)
FIRST = str(REGISTRY.sites.index[0])


def with_site(**values: object) -> dict[str, object]:
    sites = REGISTRY.sites.astype(object)
    for column, value in values.items():
        sites.loc[FIRST, column] = value
    return site_card(replace(REGISTRY, sites=sites), FIRST, translator("en"))


def rows(card: dict[str, object], key: str) -> list[dict[str, object]]:
    return [row for row in card["rows"] if row["key"] == key]  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_the_card_speaks_the_readers_language(lang: str) -> None:
    card = site_card(REGISTRY, FIRST, translator(lang))
    assert card["title"] == REGISTRY.label("site", FIRST, lang)
    assert (card["lang"], card["dir"]) == (lang, "ltr" if lang == "en" else "rtl")
    services = [REGISTRY.term_label("service", code, lang) for code in REGISTRY.sites.loc[FIRST, "services"]]
    assert rows(card, "services")[0]["value"] == translator(lang)("map.list_separator").join(services)
    assert rows(card, "source")[0]["value"] == "Invented for a test (2026)"


def test_every_phone_number_is_a_link_of_its_own_and_reads_left_to_right() -> None:
    phones = rows(with_site(phone="+972 2 234-5678; +963112223344"), "phone")
    assert [(row["value"], row["href"], row["ltr"]) for row in phones] == [
        ("+972 2 234-5678", "tel:+97222345678", True),
        ("+963112223344", "tel:+963112223344", True),
    ]


@pytest.mark.parametrize(("website", "linked"), [("https://example.org", True), ("javascript:alert(1)", False), ("example.org", False)])
def test_only_web_addresses_become_links(website: str, linked: bool) -> None:
    assert ("href" in rows(with_site(website=website), "website")[0]) is linked


def test_what_is_not_known_has_no_row() -> None:
    card = with_site(phone="", website=None, hours=pd.NA, address=float("nan"), organisation_id=None, services=(), target_groups=())
    assert {row["key"] for row in card["rows"]} == {"kind", "place", "email", "source"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", ["ar", "he", "en"])
def test_every_state_and_every_kind_of_position_has_words(lang: str) -> None:
    tr = translator(lang)
    assert all(tr(f"map.status.{status}") for status in SITE_STATUS)
    assert all(tr(f"map.position.{kind}") for kind in POSITION_KINDS if kind != "exact")


def test_a_place_that_stands_for_the_site_needs_no_note() -> None:
    assert with_site(position_kind="exact")["note"] == ""
    assert "locality" in str(with_site(position_kind="locality")["note"])


def test_an_unchecked_site_says_so() -> None:
    assert "Not checked" in str(with_site(verification="unverified")["tags"])
    assert with_site(verification="unverified", verified_on=None)["tags"][1] == "Not checked"  # type: ignore[index]


def test_hostile_text_stays_text_and_makes_no_link() -> None:
    registry = hostile_registry()
    for site_id in registry.sites.index:
        card = site_card(registry, str(site_id), translator("en"))
        assert card["title"] == registry.names["site"].loc[site_id, "en"]
        for row in card["rows"]:
            assert row.get("href", "tel:").startswith(("tel:", "http"))


def test_a_site_that_does_not_exist_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        site_card(REGISTRY, "nobody", translator("en"))
