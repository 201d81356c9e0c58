"""Which column of a file holds which field: the mapping that is shown, written to TOML and read back before it is applied."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping as Readable
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from geo.errors import InputError

FIELDS = (
    "external_id", "name", "name_ar", "name_he", "name_en", "organisation", "organisation_ar", "organisation_he", "organisation_en", "kind", "services",
    "target_groups", "country", "area", "locality", "address", "lon", "lat", "position_kind", "phone", "email", "website", "hours", "status", "sensitivity", "verified_on",
    "capacity", "capacities", "accessibility", "note",
)  # fmt: skip
"""The fields of an incoming site in flat form; each has words under ``import.field.<name>``."""

_MOST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where each field of a site comes from.

    Parameters
    ----------
    columns : field to the file's headers, in order of preference: the first with a text in it counts
        (``kind``, ``services`` and ``target_groups`` look at all of them, ``locality`` tries one after the other).
    constants : field to the text that holds for every row whose columns say nothing.
    """

    columns: Readable[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    constants: Readable[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def has(self, name: str) -> bool:
        """Say whether any column or constant gives the field ``name``."""
        return bool(self.columns.get(name)) or bool(self.constants.get(name))

    def to_toml(self) -> str:
        """Return the mapping as TOML text that `from_toml` reads back."""
        lines = ["[columns]"]
        for name in FIELDS:
            headers = self.columns.get(name, ())
            if headers:
                lines.append(f"{name} = {_toml(headers[0]) if len(headers) == 1 else '[' + ', '.join(map(_toml, headers)) + ']'}")
        lines += ["", "[constants]"]
        lines += [f"{name} = {_toml(self.constants[name])}" for name in FIELDS if self.constants.get(name)]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, text: str) -> Mapping:
        """Read a mapping from TOML text with the tables ``columns`` and ``constants``; values are texts or lists of texts.

        Raises
        ------
        InputError : ``import.mapping_syntax``, ``import.mapping_field`` (a field that does not exist), ``import.mapping_value``.
        """
        try:
            document = tomllib.loads(text[:_MOST_TEXT])
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise InputError("import.mapping_syntax", reason=str(error)[:120]) from error
        for name in document:
            if name not in ("columns", "constants"):
                raise InputError("import.mapping_field", field=name[:60])
        columns = {name: _texts(name, value) for name, value in _entries(document, "columns")}
        constants = {name: "; ".join(_texts(name, value)) for name, value in _entries(document, "constants")}
        return cls(columns, constants)

    def check_headers(self, headers: Sequence[str]) -> None:
        """Raise InputError ``import.mapping_header`` where the mapping names a column that the file does not have."""
        missing = [header for own in self.columns.values() for header in own if header not in headers]
        if missing:
            raise InputError("import.mapping_header", column=missing[0][:120], headers=", ".join(headers)[:400])


def _entries(document: dict[str, object], name: str) -> list[tuple[str, object]]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise InputError("import.mapping_value", field=name)
    for key in table:
        if key not in FIELDS:
            raise InputError("import.mapping_field", field=str(key)[:60])
    return list(table.items())


def _texts(name: str, value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str | int | float) for item in values):
        raise InputError("import.mapping_value", field=name)
    return tuple(str(item) for item in values if str(item).strip())


def _toml(text: str) -> str:
    # JSON strings are TOML basic strings, but for the one control character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
