"""XLSX: the sheet of sites, else the first that holds cells, read by calamine; `check_zip` measures the archive before anything is unpacked."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator

from data.sources.table import RawTable, cell_text, check_size, grid_table
from geo.errors import InputError

MAX_UNPACKED = 200_000_000
MAX_RATIO = 100
MAX_ENTRIES = 10_000
_SMALL = 1_000_000
_SITES = "sites"
"""Name of the sheet that our own workbooks keep the rows in; other sheets may stand before it."""


def check_zip(data: bytes) -> list[str]:
    """Read the central directory of a zip archive and return the names in it.

    Raises
    ------
    InputError : ``import.broken_zip``; ``import.zip_bomb`` above 200 MB unpacked, 10,000 entries, or 100 times its size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise InputError("import.broken_zip") from error
    unpacked = sum(entry.file_size for entry in entries)
    heavy = unpacked > MAX_UNPACKED or len(entries) > MAX_ENTRIES
    # A short file of one repeated letter may pack far better than 100 times, and does no harm.
    if heavy or any(entry.file_size > MAX_RATIO * max(entry.compress_size, 1) and entry.file_size > _SMALL for entry in entries):
        raise InputError("import.zip_bomb", megabytes=round(unpacked / 1e6), limit=MAX_UNPACKED // 1_000_000)
    return [entry.filename for entry in entries]


def read(data: bytes) -> RawTable:
    """Return the sheet called ``sites`` in the bytes of an XLSX file, else the first one with cells.

    Raises
    ------
    InputError : ``import.damaged``, ``import.password``, ``import.empty``, ``import.too_many_columns`` and ``..._rows``.
    """
    import python_calamine

    check_zip(data)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for sheet_name in sorted(book.sheet_names, key=lambda name: name != _SITES):
                sheet = book.get_sheet_by_name(sheet_name)
                if sheet.start is not None and sheet.height:
                    return grid_table(_lines(sheet))
    except python_calamine.PasswordError as error:
        raise InputError("import.password") from error
    except python_calamine.CalamineError as error:
        raise InputError("import.damaged") from error
    raise InputError("import.empty")


def _lines(sheet: object) -> Iterator[tuple[int, list[str]]]:
    check_size(rows=sheet.height - 1, columns=sheet.width)  # type: ignore[attr-defined]
    # iter_rows begins at the sheet's first row, empty or not, so the count is the number that a spreadsheet shows.
    for number, cells in enumerate(sheet.iter_rows(), start=1):  # type: ignore[attr-defined]
        texts = [_text(cell) for cell in cells]
        yield number, texts if any(texts) else []


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return cell_text(value)
