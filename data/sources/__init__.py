"""One file per input format: the bytes of an upload become a `RawTable` of text, inside the sandboxed child only."""

from data.sources.table import FORMATS, RawTable

__all__ = ["FORMATS", "RawTable"]
