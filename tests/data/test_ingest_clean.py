"""Single values: what is kept, what is taken off, what is refused."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest.clean import clean_text, read_day, read_email, read_number, read_phones, read_website, script_of


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  مركز \t العمل\n", "مركز العمل"), ("a\x00b\x1bc", "a b c"), ("safe\u202egnp.exe", "safegnp.exe"), ("\u2066x\u2069", "x"), ("<b>x</b>", "<b>x</b>"),
        ("N/A", ""), ("-", ""), ("none", ""), ("\ufeff", ""), ("'=1+1", "=1+1"), ("a\ud800b", "ab"), ("None Street", "None Street"), ("0", "0"),
    ],
)  # fmt: skip
def test_clean_text(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@given(st.text(max_size=50))
def test_clean_text_is_printable_and_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    assert all(unicodedata.category(char) not in ("Cc", "Cs") for char in clean)
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert clean == clean.strip()
    clean.encode()


@pytest.mark.parametrize(
    ("text", "lang"), [("صيدلية", "ar"), ("בית מרקחת", "he"), ("Pharmacy", "en"), ("صيدلية Al", "ar"), ("123", "en"), ("Аптека", "en")]
)
def test_script(text: str, lang: str) -> None:
    assert script_of(text) == lang


@pytest.mark.parametrize(
    ("text", "number"), [("35.2", 35.2), ("35,2", 35.2), ("٣٥٫٢", 35.2), ("-1", -1), ("−1", -1), ("35.2°", 35.2), ("1e2", 100), (".5", 0.5), ("0", 0)]
)
def test_numbers(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1e400", "1 2", "1,2,3", "35°12'", "1_0", "0x1"])
def test_texts_that_are_no_numbers(text: str) -> None:
    assert math.isnan(read_number(text))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", (2026, 11, 22)),
        ("22/11/2026", (2026, 11, 22)),
        ("1.2.2026", (2026, 2, 1)),
        ("2026-11-22T10:00:00", (2026, 11, 22)),
        ("2026-11-22 00:00", (2026, 11, 22)),
    ],
)
def test_days(text: str, day: tuple[int, int, int]) -> None:
    assert read_day(text) == dt.date(*day)


@pytest.mark.parametrize("text", ["", "11/22/2026", "2026-02-30", "yesterday", "22/11/26", "2026"])
def test_texts_that_are_no_days(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("text", "country", "good", "bad"),
    [
        ("08-6748109, 08-6748199", "IL", ("+97286748109", "+97286748199"), ()), ("02-5457930, 02-5457930", "IL", ("+97225457930",), ()),
        ("0599123456", "PS", ("+970599123456",), ()), ("+972 2 628 2222", "PS", ("+97226282222",), ()), ("011 223 4567", "SY", ("+963112234567",), ()),
        ("0", "IL", (), ()), ("call us", "IL", (), ("call us",)), ("02-2982020 / 12", "PS", ("+97022982020",), ("12",)),
    ],
)  # fmt: skip
def test_phones(text: str, country: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert read_phones(text, country) == (good, bad)


@pytest.mark.parametrize(
    ("text", "address"),
    [("a@b.org", "a@b.org"), ("x; a@b.org", "a@b.org"), ("a@b", ""), ("<a@b.org>", ""), ("javascript:a@b.org", ""), ("a@-", ""), ("", "")],
)
def test_emails(text: str, address: str) -> None:
    assert read_email(text) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [("https://a.org/x?y=1", "https://a.org/x?y=1"), ("www.a.org", "http://www.a.org"), ("http://a.org; http://b.org", "http://a.org"), ("javascript:alert(1)", ""),
     ("data://x.y", ""), ('https://a.org/"><script>', ""), ("http://[::1", ""), ("none given", ""), ("http://localhost", "")],
)  # fmt: skip
def test_websites(text: str, address: str) -> None:
    assert read_website(text) == address


@given(st.text(max_size=40), st.sampled_from(["PS", "IL", "SY"]))
def test_no_text_breaks_a_reader(text: str, country: str) -> None:
    good, _ = read_phones(text, country)
    assert all(number.startswith("+") and number[1:].isdigit() for number in good)
    assert math.isfinite(read_number(text)) or math.isnan(read_number(text))
    assert read_day(text) is None or isinstance(read_day(text), dt.date)
    assert read_website(text) == "" or read_website(text).startswith("http")
    read_email(text)
