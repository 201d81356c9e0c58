"""Two gap ledgers side by side: who gains and who loses a place between two kinds of day, or between two groups of travellers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.ledger import PARTS
from geo.registry import Registry
from jobs.gaps import rows_of, totals
from jobs.gaps_asked import GapsAsked
from jobs.ledger import Ledger, compared


@dataclass(frozen=True, eq=False)
class Comparison:
    """What is compared, and the differences.

    Parameters
    ----------
    first, second : what is asked for on either side.
    before, after : the ledgers.
    rows : index ``area_id``; need, and for each of ``geo.ledger.PARTS`` how many people more it has on the second side: they sum to 0.
    """

    first: GapsAsked
    second: GapsAsked
    before: Ledger
    after: Ledger
    rows: pd.DataFrame

    @property
    def totals(self) -> dict[str, int]:
        """Sums of ``rows`` over the governorates whose need is known."""
        return totals(self.rows)


def compare(registry: Registry, before: Ledger, after: Ledger, asked: GapsAsked) -> Comparison | None:
    """Return the comparison that is asked for; None where none is.

    Parameters
    ----------
    before, after : the ledgers of ``asked.ledger`` and of ``asked.other.ledger``; the numbers are those of ``cli.py ledger --compare``.
    """
    if asked.other is None:
        return None
    table = compared(before, after).set_index("area_id")
    return Comparison(asked, asked.other, before, after, table.loc[rows_of(before, registry, asked).index, ["need", *PARTS]])
