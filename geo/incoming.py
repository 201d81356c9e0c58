"""Rows on their way into the store: completed, typed, and with the digest that makes a second import change nothing."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping

import pandas as pd

from geo.model import INCOMING

_EMPTY = {"text": "", "codes": (), "names": {}, "amounts": {}, "float": math.nan, "int": 0, "date": None}


def digest(record: Mapping[str, object]) -> str:
    """Return the SHA-256 of a row's fields: two rows with equal digests say the same.

    Parameters
    ----------
    record : fields of ``model.INCOMING``; ``digest`` itself is left out. NaN counts as empty.

    Returns
    -------
    64 hexadecimal digits; the order of keys, and of codes within a field, does not matter.
    """
    plain: dict[str, object] = {}
    for column in INCOMING.columns:
        value = record.get(column.name)
        if column.name == "digest":
            continue
        if column.dtype == "codes":
            plain[column.name] = sorted(value or ())  # type: ignore[call-overload]
        elif column.dtype == "names":
            plain[column.name] = value or None
        elif column.dtype == "amounts":
            plain[column.name] = {code: float(number) for code, number in (value or {}).items()}  # type: ignore[attr-defined]
        elif value is None or pd.isna(value):  # type: ignore[call-overload]
            plain[column.name] = _EMPTY["int"] if column.dtype == "int" else None
        elif column.dtype == "date":
            plain[column.name] = value.isoformat()  # type: ignore[attr-defined]
        elif column.dtype == "float":
            plain[column.name] = round(float(value), 7)  # type: ignore[arg-type]
        elif column.dtype == "int":
            plain[column.name] = int(value)  # type: ignore[call-overload]
        else:
            plain[column.name] = value or None
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def incoming_frame(records: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return records as a frame of ``model.INCOMING``, with what is missing left empty and the digests filled in.

    Parameters
    ----------
    records : each with ``row`` (1-based row in its file) and any fields of ``model.INCOMING``.

    Returns
    -------
    One row a record, index ``row``, columns in the order of ``model.INCOMING``.
    """
    rows = []
    for record in records:
        full = {column.name: record.get(column.name, _EMPTY[column.dtype]) for column in INCOMING.columns}
        full["digest"] = digest(full)
        rows.append({"row": record["row"], **full})
    frame = pd.DataFrame(rows, columns=["row", *INCOMING.names]).set_index("row")
    return frame.astype({"lon": float, "lat": float})
