"""The reviewed words of names that mean the same in three languages, for the comparison of names."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data.packs.tables import read_text


def name_words(folder: Path = Path(__file__).parent) -> pd.DataFrame:
    """Return ``common/name_words.csv`` as text: columns concept, group, weight, ar, he, en; see ``geo.lexicon.Lexicon``."""
    return read_text(folder / "common" / "name_words.csv")
