"""The answer of the Gaps page in one line, and what is said where its address asks for a day that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from i18n import Translator
from layers.gaps_markup import LedgerRow, roughly, row_name
from layers.markup import safe


def answer(place: str, totals: Mapping[str, int], limit: int, tr: Translator, largest: LedgerRow | None = None) -> str:
    """Return the answer in one line.

    Parameters
    ----------
    place : name of the country or the governorate.
    totals : need and ``PARTS``, in whole people, over the governorates whose need is known.
    limit : minutes.
    tr : words.
    largest : the governorate with the most people without a place, where the answer is of several; its name leads to its choice.
    """
    within, need = tr.plural("gaps.minutes", limit), roughly(totals["need"], tr)
    lost = _lost(totals)
    if not totals["need"]:
        parts = [tr("gaps.answer_unknown")]
    elif lost == totals["out_of_reach"] == totals["need"]:
        parts = [tr("gaps.answer_nobody", need=need, within=within)]
    else:
        parts = [tr("gaps.answer", need=need, without=roughly(lost, tr), within=within)]
    if totals["unknown"]:
        parts.append(tr("gaps.answer_doubt", unknown=roughly(totals["unknown"], tr)))
    told = safe(" ".join(parts))
    if largest is not None and lost:
        slot = "\ue000"  # of nobody's language; the words around it stay as the catalogue has them
        words = safe(tr("gaps.answer_largest", place=slot, n=roughly(_lost(largest.values), tr)))
        told += f" {words.replace(slot, f'<bdi>{row_name(largest)}</bdi>')}"
    return f"<p class='jw-answer'><strong>{safe(place)}</strong>: {told}</p>"


def _lost(values: Mapping[str, int] | pd.Series) -> int:
    return int(values["full"] + values["out_of_reach"] + values["excluded"])


def lost_day(name: str, tr: Translator) -> str:
    """Say that a day of an address is not known here, for ``st.html``; its name is hostile text."""
    words = tr("gaps.lost_day", name=f"\u2068{name}\u2069")
    return f"<p class='jw-note' role='status'>{safe(words)}</p>"
