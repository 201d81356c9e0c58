"""The catalogues: complete, alike in all languages, and with words for every key that the code asks for."""

from __future__ import annotations

import ast
import datetime as dt
import re
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from i18n import LANGUAGES, LOCALE_DIR, NATIVE_NAMES, Translator, from_browser, translator

ROOT = Path(__file__).parents[1]
CODE = ("pages", "layers", "routes", "jobs", "commands", "data", "geo", "cli.py", "main.py", "app.py")
PLURAL_FORMS = {"ar": 6, "he": 2, "en": 2}
TRANSLATORS = {"tr", "words", "plural"}
ERRORS = {"AppError", "InputError", "StoreError", "SetupError"}
CODE_PLACE = 3
"""Place of the code among the arguments of ``BadCell``."""


def read_messages(lang: str) -> list[tuple[str, Message]]:
    out = []
    for path in sorted((LOCALE_DIR / lang).glob("*.po")):
        with path.open("rb") as stream:
            out += [(path.name, message) for message in read_po(stream, locale=lang) if message.id]
    return out


def key_of(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def forms_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple) else (message.string,)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


MESSAGES = {lang: read_messages(lang) for lang in LANGUAGES}
FORMS = {lang: {key_of(message): forms_of(message) for _, message in messages} for lang, messages in MESSAGES.items()}
KEYS = set(FORMS["en"])


@dataclass(frozen=True)
class Asked:
    """A key that code asks for: a pattern, because part of it may be known only when it runs."""

    place: str
    pattern: str
    fixed: bool
    plural: bool
    given: frozenset[str] | None


def patterns(node: ast.expr) -> list[tuple[str, bool]]:
    """Return the patterns of the keys that an expression can be, and whether each is a plain text; none where nothing is known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [(re.escape(node.value), True)]
    if isinstance(node, ast.IfExp):
        return [*patterns(node.body), *patterns(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        parts = [re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w.]+" for part in node.values]
        return [("".join(parts), False)] if isinstance(node.values[0], ast.Constant) else []
    return []


def trees() -> Iterator[tuple[str, ast.Module]]:
    for part in CODE:
        for path in [ROOT / part] if part.endswith(".py") else sorted((ROOT / part).rglob("*.py")):
            if path.exists():
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def asked_for() -> Iterator[Asked]:
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
            if name in TRANSLATORS:
                names = [keyword.arg for keyword in node.keywords]
                given_names = None if None in names else frozenset(str(keyword) for keyword in names)
                for pattern, fixed in patterns(node.args[0]):
                    if "." in pattern:
                        yield Asked(f"{path}:{node.lineno}", pattern, fixed, name == "plural", given_names)


def error_codes() -> Iterator[tuple[str, str]]:
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            code = None
            if node.func.id in ERRORS:
                code = node.args[0] if node.args else None
            elif node.func.id == "BadCell":
                named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                code = named[0] if named else node.args[CODE_PLACE] if len(node.args) > CODE_PLACE else None
            for pattern, _ in patterns(code) if code is not None else []:
                yield f"{path}:{node.lineno}", pattern


ASKED = list(asked_for())


def test_the_code_asks_for_words() -> None:
    assert len(ASKED) > 20
    assert len(list(error_codes())) > 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_keys_in_the_same_files(lang: str) -> None:
    here = {(name, key_of(message)) for name, message in MESSAGES[lang]}
    assert here ^ {(name, key_of(message)) for name, message in MESSAGES["en"]} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_key_is_there_twice(lang: str) -> None:
    counted = Counter(key_of(message) for _, message in MESSAGES[lang])
    # The reader merges repeats within one file, so that the files themselves are counted too.
    written = Counter(
        key for path in (LOCALE_DIR / lang).glob("*.po") for key in re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), flags=re.MULTILINE)
    )
    assert [key for key, count in (counted + written).items() if count > 2 or counted[key] > 1 or written[key] > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_words_are_empty_or_in_doubt(lang: str) -> None:
    assert [key for key, forms in FORMS[lang].items() if not all(form and form.strip() for form in forms)] == []
    assert [key_of(message) for _, message in MESSAGES[lang] if message.fuzzy] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_placeholders_are_alike_in_all_languages(lang: str) -> None:
    wrong = []
    for key, forms in FORMS[lang].items():
        english = set().union(*(placeholders(form) for form in FORMS["en"].get(key, ("",))))
        wrong += [key] if set().union(*(placeholders(form) for form in forms)) - {"n"} != english - {"n"} else []
        if len(forms) > 1:
            wrong += [key for form in forms if placeholders(form) | {"n"} != english | {"n"}]
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plurals_have_all_forms_of_the_language(lang: str) -> None:
    for name, message in MESSAGES[lang]:
        assert len(forms_of(message)) == (PLURAL_FORMS[lang] if isinstance(message.id, tuple) else 1), (name, message.id)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_are_written_in_the_letters_of_the_language(lang: str) -> None:
    letters = {"ar": "[\u0621-\u064a]", "he": "[\u05d0-\u05ea]", "en": "[A-Za-z]"}
    foreign = {"ar": letters["he"], "he": letters["ar"], "en": f"{letters['ar']}|{letters['he']}"}[lang]
    assert [key for key, forms in FORMS[lang].items() if any(re.search(foreign, form) for form in forms)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_that_the_code_asks_for_has_words(lang: str) -> None:
    missing = [f"{asked.place}: {asked.pattern}" for asked in ASKED if not any(re.fullmatch(asked.pattern, key) for key in FORMS[lang])]
    assert missing == []


def test_every_placeholder_is_filled() -> None:
    wrong = []
    for asked in ASKED:
        if asked.given is None or not asked.fixed:
            continue
        for key in (key for key in KEYS if re.fullmatch(asked.pattern, key)):
            wanted = set().union(*(placeholders(form) for form in FORMS["en"][key])) - ({"n"} if asked.plural else set())
            wrong += [f"{asked.place}: {key} lacks {wanted - asked.given}"] if wanted - asked.given else []
    assert wrong == []


def test_plurals_are_asked_for_as_plurals() -> None:
    wrong = []
    for asked in ASKED:
        for key in (key for key in KEYS if asked.fixed and re.fullmatch(asked.pattern, key)):
            wrong += [f"{asked.place}: {key}"] if asked.plural != (len(FORMS["en"][key]) > 1) else []
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_error_has_words(lang: str) -> None:
    codes = [*error_codes(), ("geo/errors.py", "schema")]
    missing = [f"{place}: {code}" for place, code in codes if not any(re.fullmatch(f"error[.]{code}", key) for key in FORMS[lang])]
    assert missing == []


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_numbers_are_equal_in_all_languages(value: float, decimals: int) -> None:
    written = {Translator(lang).number(value, decimals) for lang in LANGUAGES}
    assert len(written) == 1
    assert set(written.pop()) <= set("0123456789,.-")


def test_thousands_are_separated() -> None:
    assert translator("ar").number(1234567) == "1,234,567"
    assert translator("he").number(-1234.5, 1) == "-1,234.5"


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("he", "rtl"), ("en", "ltr")])
def test_direction(lang: str, direction: str) -> None:
    assert translator(lang).direction == direction


@pytest.mark.parametrize(("lang", "written"), [("ar", "5 تشرين الثاني 2026"), ("en", "5 November 2026")])
def test_dates_are_written_as_the_language_does(lang: str, written: str) -> None:
    assert translator(lang).date(dt.date(2026, 11, 5)) == written


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("he-IL", "he"), ("iw", "he"), ("en_GB", "en"), ("AR-ps", "ar"), ("fr", "ar"), ("", "ar"), (None, "ar"), ("*", "ar"), ("enx", "ar")],
)
def test_the_language_of_a_browser(locale: str | None, lang: str) -> None:
    assert from_browser(locale) == lang


def test_a_language_that_is_not_there_is_the_default() -> None:
    assert translator("xx").lang == "ar"
    assert set(NATIVE_NAMES) == set(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plural_takes_the_form_of_the_number(lang: str) -> None:
    tr = translator(lang)
    plurals = [key for key, forms in FORMS[lang].items() if len(forms) > 1]
    chosen = {"ar": {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 99: 4, 100: 5, 103: 3}, "he": {0: 1, 1: 0, 2: 1}, "en": {0: 1, 1: 0, 2: 1, 1000: 1}}[lang]
    for key in plurals:
        names = set().union(*(placeholders(form) for form in FORMS[lang][key])) - {"n"}
        for n, form in chosen.items():
            wanted = FORMS[lang][key][form].format(n=tr.number(n), **dict.fromkeys(names, "x"))
            assert tr.plural(key, n, **dict.fromkeys(names, "x")) == wanted


def test_a_key_without_words_is_a_fault() -> None:
    assert not translator("ar").has("no.such")
    with pytest.raises(KeyError):
        translator("ar")("no.such")
