"""CSV: the encoding and the delimiter are found by stated rules, and a file in two encodings is refused with its line."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from data.sources.table import MAX_CELL, RawTable, grid_table
from geo.errors import InputError

DELIMITERS = ",;\t|"
_SCRIPTS = {"cp1255": ("\u05d0", "\u05ea"), "cp1256": ("\u0621", "\u064a")}
_FOREIGN_RUN = re.compile(rb"[\x80-\xff]+(?: [\x80-\xff]+)*")
_DECISIVE = 0.3


def read(data: bytes) -> RawTable:
    """Return the table in the bytes of a CSV file.

    Raises
    ------
    InputError : ``import.binary`` (NUL in the text), ``import.mixed_encodings`` (with the line), ``import.encoding``,
        ``import.empty`` and the limits of `grid_table`.
    """
    text = data.decode(find_encoding(data))
    if "\0" in text:
        raise InputError("import.binary")
    csv.field_size_limit(MAX_CELL * 10)
    return grid_table(_lines(text))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text))
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise InputError("import.damaged_line", line=reader.line_num) from error


def find_delimiter(text: str) -> str:
    """Return the delimiter under which most of the first 20 lines have the same number of cells, above one; else a comma."""
    sample = text[:100_000].splitlines()[:20]
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        widths = [len(cells) for cells in csv.reader(sample, delimiter=delimiter) if cells]
        width = max(set(widths), key=widths.count, default=1)
        score = widths.count(width) * width if width > 1 else 0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def find_encoding(data: bytes) -> str:
    """Return the Python name of the encoding of a text file.

    The rule: a UTF-16 byte order mark means UTF-16; whatever is valid UTF-8 is UTF-8 (with or without its mark);
    else Windows-1255 where the bytes make Hebrew letters, or Windows-1256 where they make Arabic ones.

    Raises
    ------
    InputError : ``import.mixed_encodings`` with the first line that is written otherwise than the file's beginning,
        ``import.encoding`` where the bytes make letters in none of them.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _certain(data, "utf-16")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _windows_encoding(data)
    return "utf-8-sig"


def _windows_encoding(data: bytes) -> str:
    found, guess = "", ""
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1):
        for run in _FOREIGN_RUN.findall(line):
            encoding, decisive = _encoding_of(run)
            guess = guess or encoding
            if decisive and not found:
                found = encoding
            elif decisive and encoding != found:
                raise InputError("import.mixed_encodings", line=number, first=_label(found), second=_label(encoding))
    if not (found or guess):
        raise InputError("import.encoding")
    return _certain(data, found or guess)


def _encoding_of(run: bytes) -> tuple[str, bool]:
    """Return the likeliest encoding of a run of non-ASCII bytes, and whether no other comes near; empty where none fits."""
    try:
        text = run.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if len(text) > 1:
        return "utf-8", True
    shares = {encoding: _share(run, encoding) for encoding in _SCRIPTS}
    best = max(shares, key=lambda encoding: shares[encoding])
    worst = min(shares.values())
    if shares[best] <= 0.5:
        return "", False
    return best, len(run) > 1 and shares[best] - worst >= _DECISIVE


def _share(run: bytes, encoding: str) -> float:
    first, last = _SCRIPTS[encoding]
    letters = run.replace(b" ", b"").decode(encoding, errors="replace")
    return sum(first <= letter <= last for letter in letters) / len(letters)


def _certain(data: bytes, encoding: str) -> str:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError("import.encoding_line", line=data.count(b"\n", 0, error.start) + 1, encoding=_label(encoding)) from error
    return encoding


def _label(encoding: str) -> str:
    return {"cp1255": "Windows-1255", "cp1256": "Windows-1256", "utf-8": "UTF-8", "utf-16": "UTF-16"}[encoding]
