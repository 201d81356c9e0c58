"""Whether people may come from a provider, as the doctor tells it: off, incomplete, weak, without packages, ready."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator

import pytest
import streamlit

from i18n import LANGUAGES, translator
from jobs import provider as module
from jobs.checking import _sign_in
from jobs.provider import NEEDED, Provider, provider

WHOLE = dict.fromkeys(NEEDED, "x" * 32)


class Secrets(dict[str, object]):
    """What Streamlit read from ``secrets.toml``."""

    def load_if_toml_exists(self) -> bool:
        return bool(self)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, object]], Provider]]:
    def make(secrets: dict[str, object]) -> Provider:
        monkeypatch.setattr(streamlit, "secrets", Secrets(secrets))
        provider.cache_clear()
        return provider()

    yield make
    provider.cache_clear()


@pytest.mark.parametrize("secrets", [{}, {"other": 1}, {"auth": {}}])
def test_without_a_section_it_is_off(configured: Callable[[dict[str, object]], Provider], secrets: dict[str, object]) -> None:
    assert configured(secrets) == Provider("off")
    assert _sign_in(translator("en")).optional


@pytest.mark.parametrize("name", NEEDED)
def test_each_missing_key_is_named(configured: Callable[[dict[str, object]], Provider], name: str) -> None:
    for section in ({key: value for key, value in WHOLE.items() if key != name}, WHOLE | {name: ""}):
        assert configured({"auth": section}) == Provider("incomplete", (name,))
        for lang in LANGUAGES:
            finding = _sign_in(translator(lang))
            assert (finding.good, finding.optional) == (False, False)
            assert name in finding.text


def test_a_secret_that_can_be_guessed_keeps_the_provider_off(configured: Callable[[dict[str, object]], Provider]) -> None:
    assert configured({"auth": WHOLE | {"cookie_secret": "x" * 31}}) == Provider("incomplete", ("cookie_secret",))


def test_missing_packages_are_named(configured: Callable[[dict[str, object]], Provider], monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None if name == "authlib" else find(name))
    assert configured({"auth": dict(WHOLE)}) == Provider("no_package", ("authlib",))
    assert "requirements-oidc.txt" in _sign_in(translator("en")).text


def test_a_whole_section_is_ready(configured: Callable[[dict[str, object]], Provider]) -> None:
    assert configured({"auth": dict(WHOLE)}) == Provider("ready")
    assert _sign_in(translator("he")).good
