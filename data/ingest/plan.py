"""The plan of an import: which rows come in, which stay out and why; nothing is written."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from data.ingest.cells import RowNotes
from data.ingest.clean import clean_text
from data.ingest.guess import guess_mapping
from data.ingest.mapping import Mapping
from data.ingest.placing import Place
from data.ingest.rows import Record, RowReader
from data.ingest.vocabulary import vocabulary_of
from data.sandbox import parse
from data.sources.table import MAX_BYTES, RawTable
from geo.check import check
from geo.errors import BadCell, InputError
from geo.incoming import incoming_frame
from geo.model import INCOMING
from geo.registry import Registry

DOUBTFUL_SHARE = 0.2
DOUBTFUL_ROWS = 5
_NAMES = ("name", "name_ar", "name_he", "name_en")


@dataclass(frozen=True, eq=False)
class ImportPlan:
    """What an import would do.

    Parameters
    ----------
    format : csv, xlsx, geojson, gpkg or osm.
    mapping : as applied.
    source_name : the file's name without its folders.
    sha256 : of the file's bytes.
    rows_total : rows in the file; the accepted and the rejected ones add up to it.
    incoming : ``geo.model.INCOMING``, the accepted rows, index = row number in the file.
    cells : refused and flagged cells in the order of rows.
    raw : the file as it was written.
    """

    format: str
    mapping: Mapping
    source_name: str
    sha256: str
    rows_total: int
    incoming: pd.DataFrame
    cells: tuple[BadCell, ...] = ()
    raw: RawTable = field(repr=False, default_factory=lambda: RawTable((), (), ()))

    @property
    def accepted(self) -> int:
        """Rows that passed all checks."""
        return len(self.incoming)

    @property
    def rejected(self) -> int:
        """Rows that stay out."""
        return self.rows_total - self.accepted


def plan_import(
    path_or_bytes: Path | str | bytes,
    filename: str,
    registry: Registry,
    *,
    format: str | None = None,  # noqa: A002 - the word that people know from the command line
    mapping: Mapping | None = None,
    today: dt.date | None = None,
) -> ImportPlan:
    """Read a file in the sandbox and check every row.

    Parameters
    ----------
    path_or_bytes : the file, or its bytes.
    filename : what the person calls it; a guess at country and kind, and shown in reports. Never opened.
    registry : areas, localities and terms to check against.
    format : csv, xlsx, geojson, gpkg or osm; None to go by the content.
    mapping : where the fields are; None to guess.
    today : checks dated later are not believed; None for the day in UTC.

    Returns
    -------
    The plan; accepted and rejected rows add up to all rows.

    Raises
    ------
    InputError : the file as a whole cannot be used; one reason.
    """
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else read_file(Path(path_or_bytes))
    found, table = parse(data, wanted=format)
    name = clean_text(re.split(r"[\\/]", filename)[-1])[:120] or "file"
    return plan_table(table, found, name, registry, sha256=hashlib.sha256(data).hexdigest(), mapping=mapping, today=today)


def read_file(path: Path) -> bytes:
    """Return the bytes of a regular file; InputError where it is missing, a folder, a device, unreadable or too large."""
    try:
        if not path.exists():
            raise InputError("import.not_found", name=path.name[:120])
        if not path.is_file():
            raise InputError("import.not_a_file", name=path.name[:120])
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise InputError("import.not_readable", name=path.name[:120]) from error
    if len(data) > MAX_BYTES:
        raise InputError("import.too_large", megabytes=round(size / 1e6), limit=MAX_BYTES // 1_000_000)
    return data


def plan_table(
    table: RawTable,
    format: str,  # noqa: A002 - as in plan_import
    source_name: str,
    registry: Registry,
    *,
    sha256: str = "",
    mapping: Mapping | None = None,
    today: dt.date | None = None,
) -> ImportPlan:
    """Check the rows of a table that is already read, from a file or live from OpenStreetMap; see `plan_import`.

    Parameters
    ----------
    sha256 : of the file; empty to take that of the table's own content.
    """
    digest = sha256 or hashlib.sha256(json.dumps([table.headers, table.rows, table.lon, table.lat]).encode()).hexdigest()
    used = mapping or guess_mapping(table.headers, vocabulary_of(registry), filename=source_name)
    used.check_headers(table.headers)
    check_enough(table, used)
    reader = RowReader(table, used, registry, today=today or dt.datetime.now(tz=dt.UTC).date())
    good, cells = settle([reader.read(i) for i in range(len(table))], used)
    return ImportPlan(format, used, source_name, digest, len(table), check(incoming_frame(good), INCOMING), cells, table)


def settle(read: Sequence[tuple[Record, Place, RowNotes]], mapping: Mapping) -> tuple[list[Record], tuple[BadCell, ...]]:
    """Return the records that may come in, and every refused or flagged cell in the order of rows.

    Parameters
    ----------
    read : what ``RowReader.read`` found in each row; here rows are judged by the other rows too.
    mapping : as applied.
    """
    cells = [cell for _, _, notes in read for cell in notes.cells]
    refused = {cell.row for cell in cells if cell.severity == "reject"}
    good = [(record, place) for record, place, notes in read if notes.number not in refused]
    doubtful = _doubtful(good, cells, mapping)
    refused |= set(doubtful)
    good = [(record, place) for record, place in good if record["row"] not in refused]
    twice = _twice([record for record, _ in good])
    refused |= {cell.row for cell in twice}
    kept = [cell for cell in cells if cell.row not in doubtful or cell.code != "import.locality_unknown"]
    ordered = tuple(sorted([*kept, *doubtful.values(), *twice], key=lambda cell: cell.row))
    return [record for record, _ in good if record["row"] not in refused], ordered


def check_enough(table: RawTable, mapping: Mapping) -> None:
    """Raise InputError where no row could ever pass: one reason for the file instead of one for each row."""
    headers = ", ".join(table.headers)[:400]
    if not mapping.has("kind"):
        raise InputError("import.no_kind_column", headers=headers)
    placed = table.lon is not None or (mapping.has("lon") and mapping.has("lat")) or mapping.has("area") or mapping.has("locality")
    if not placed:
        raise InputError("import.no_place_column", headers=headers)
    if not any(mapping.has(name) for name in (*_NAMES, "external_id")):
        raise InputError("import.no_name_column", headers=headers)
    points = [(x, y) for x, y in zip(table.lon or (), table.lat or (), strict=True) if x is not None and y is not None]
    beyond = sum(abs(x) > 180 or abs(y) > 90 for x, y in points)
    if not table.crs and beyond * 2 > len(points):
        raise InputError("import.crs_missing", value=f"{points[0][0]:.7g}, {points[0][1]:.7g}")


def _doubtful(good: list[tuple[Record, Place]], cells: list[BadCell], mapping: Mapping) -> dict[int, BadCell]:
    """Refuse rows that only their governorate's name places, where that column is wrong about many rows that can be compared.

    Such a column divides the country otherwise than the registry does (a ministry's four districts are not the six of the
    census), and would put sites in the wrong governorate. The refusal stands where the row's unknown locality stood.
    """
    verdicts = Counter(place.stated for _, place in good)
    compared = verdicts["agree"] + verdicts["differ"]
    if verdicts["differ"] < DOUBTFUL_ROWS or verdicts["differ"] < DOUBTFUL_SHARE * compared:
        return {}
    header = next(iter(mapping.columns.get("area", ())), "")
    params: dict[str, object] = {"differ": verdicts["differ"], "compared": compared, "area": header}
    unknown = {cell.row: cell for cell in cells if cell.code == "import.locality_unknown"}
    out = {}
    for row in (_row(record) for record, place in good if place.stated == "alone"):
        cell = unknown.get(row)
        out[row] = BadCell(row, cell.column if cell else header, cell.value if cell else "", "import.area_doubtful", params)
    return out


def _twice(records: list[Record]) -> list[BadCell]:
    first: dict[str, int] = {}
    out = []
    for record in records:
        own = str(record["external_id"])
        if own in first:
            code = "import.duplicate_row" if own.startswith("digest:") else "import.duplicate_id"
            out.append(BadCell(_row(record), "", own[:120], code, {"first": first[own]}))
        first.setdefault(own, _row(record))
    return out


def _row(record: Record) -> int:
    return int(str(record["row"]))
