"""Every error that Jiwar tells a person, as a code with parameters; the words are in the catalogues.

AppError
├── InputError      a file or value that a person gave cannot be used
│   └── SchemaError     a table with bad cells, every one of them listed
├── StoreError      the store cannot do what was asked
└── SetupError      something is not installed or not configured

The code of an error is its key in the catalogues (``error.<code>``); ``params`` fill the words.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class AppError(Exception):
    """An error with a code that the pages and the command line put into words.

    Parameters
    ----------
    code : key in the catalogues without its ``error.`` prefix, for example ``import.empty``.
    params : values for the words' placeholders; plain text and numbers.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[object, ...]:
        """Let it travel between processes as it is; by default its class would be called with other arguments than its own."""
        return _again, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


def _again(kind: type[AppError], args: tuple[object, ...], state: dict[str, object]) -> AppError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class InputError(AppError):
    """A file or a value that a person gave cannot be used."""


class StoreError(AppError):
    """The store cannot do what was asked."""


class SetupError(AppError):
    """Something is not installed or not configured."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that was refused (or, with ``severity="flag"``, accepted but worth a look).

    Parameters
    ----------
    row : 1-based row in the file as a person sees it (the header is row 1 in a table file).
    column : the file's own header of the column; empty where the whole row is meant.
    value : the text that stood there, cut to 120 characters.
    code : key in the catalogues; ``error.<code>`` says what is wrong, ``fix.<code>`` what to do.
    params : values for the words' placeholders.
    severity : ``reject`` keeps the row out, ``flag`` lets it in with a mark.
    """

    row: int
    column: str
    value: str
    code: str
    params: dict[str, object] = field(default_factory=dict)
    severity: str = "reject"


class SchemaError(InputError):
    """A table does not have the columns or the values that it must have; ``cells`` lists all of them."""

    def __init__(self, cells: list[BadCell]) -> None:
        super().__init__("schema", count=len(cells))
        self.cells = cells
