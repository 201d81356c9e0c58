"""Snapshots: the profiles of all governorates of a country and the ledger behind them under a name, as they were, to be opened and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from data.kept import Kept, KeptRecords
from geo.errors import InputError
from geo.model import Scope
from geo.profile import Profile, figures_table
from geo.registry import Registry
from i18n import LANGUAGES, translator
from jobs.brief_work import work_counts
from jobs.ledger import ledger_table
from jobs.profile import CHANGE, ProfileInputs, make_profile
from jobs.profile_past import LEDGER_COLUMNS, SNAPSHOT, Snapshot, plain_rows, read_snapshot
from jobs.profile_plain import plain_profile

DIFFERENCES = ("area_id", "section", "figure", "unit", "before", "after", "difference")
Step = Callable[[float], None]
_WORDLESS = "en"
"""Any language would do: a table of figures has no words."""


def figures_now(registry: Registry, inputs: ProfileInputs, area_id: str = "") -> pd.DataFrame:
    """Return the figures of a governorate, or of all of the inputs' country, as a snapshot would keep them.

    Raises
    ------
    InputError : ``profile.area``.
    """
    return figures_table([make_profile(registry, inputs, code, translator(_WORDLESS)) for code in _areas(registry, inputs, area_id)])


def ledger_now(inputs: ProfileInputs, area_id: str = "") -> pd.DataFrame:
    """Return the rows of the gap ledgers behind the figures: ``jobs.profile_past.LEDGER_COLUMNS``, the rows of ``cli.py ledger``."""
    rows = [ledger_table(ledger) for ledger in inputs.ledgers.values()]
    found = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(LEDGER_COLUMNS))
    return found[(found["area_id"] == area_id) | (area_id == "")].reset_index(drop=True)


def keep_snapshot(
    records: KeptRecords, scope: Scope, registry: Registry, inputs: ProfileInputs, name: str, area_id: str = "", step: Step | None = None
) -> Kept:
    """Keep the present profiles under a name; the same name again is its next version, and equal data no version at all.

    Parameters
    ----------
    records : of the store.
    scope : who keeps it: may ``plan`` in the governorate, or in all of the country where none is named.
    registry : the public's, of which ``inputs`` were made.
    inputs : from ``jobs.profile.profile_inputs``.
    name : of the snapshot.
    area_id : only this governorate.
    step : is told what share of the work is done, 0-1.

    Raises
    ------
    InputError : ``profile.area``, and what ``KeptRecords.keep`` says.
    """
    body = _body(registry, inputs, area_id, step)
    return records.keep(scope, SNAPSHOT, country=inputs.country, area_id=area_id, name=name, body=body, edition=inputs.edition)


def _body(registry: Registry, inputs: ProfileInputs, area_id: str, step: Step | None) -> dict[str, Any]:
    """Return what a snapshot holds: aggregates that everybody sees, and no site; the names of organisations as they are now."""
    areas = _areas(registry, inputs, area_id)
    profiles: dict[str, dict[str, Profile]] = {}
    for at, code in enumerate(areas):
        if step is not None:
            step(at / len(areas))
        profiles[code] = {lang: make_profile(registry, inputs, code, translator(lang)) for lang in LANGUAGES}
    work = pd.concat([work_counts(registry, code) for code in areas], ignore_index=True)
    owners = sorted(set(work["organisation_id"]) - {""})
    return {
        "day": registry.today.isoformat(), "training": registry.training,
        "figures": plain_rows(figures_table([told[_WORDLESS] for told in profiles.values()])), "ledger": plain_rows(ledger_now(inputs, area_id)),
        "profiles": {code: {lang: _plain(profile) for lang, profile in told.items()} for code, told in profiles.items()},
        "work": plain_rows(work), "organisations": {code: {lang: registry.label("organisation", code, lang) for lang in LANGUAGES} for code in owners},
    }  # fmt: skip


def _plain(profile: Profile) -> dict[str, Any]:
    """Return a profile without what changed since an older snapshot: that would make equal data another version."""
    return plain_profile(replace(profile, sections=tuple(section for section in profile.sections if section.key != CHANGE)))


def _areas(registry: Registry, inputs: ProfileInputs, area_id: str) -> list[str]:
    here = registry.governorates
    return [area_id] if area_id else [str(code) for code in here.index[here["country"] == inputs.country]]


def snapshots(records: KeptRecords, country: str = "") -> list[Kept]:
    """Return what there is, every version, the newest first."""
    return records.all(SNAPSHOT, country)


def open_snapshot(records: KeptRecords, record_id: int) -> Snapshot:
    """Return a snapshot as it was kept.

    Raises
    ------
    InputError : ``kept.no_record``; ``snapshots.no_snapshot``: the record is something else.
    StoreError : ``kept.broken``.
    """
    try:
        return read_snapshot(records, record_id)
    except KeyError as error:
        raise InputError("snapshots.no_snapshot", record=record_id) from error


def differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that differ between two tables of figures, of the governorates that both hold.

    Parameters
    ----------
    before, after : from ``figures_now`` or ``Snapshot.figures``.

    Returns
    -------
    Columns ``DIFFERENCES``, a row for each figure whose value is not the same, in the order of ``after``, then those only ``before`` has;
    ``before`` and ``after`` are NaN where the figure is not known or not there, and ``difference`` where one of both is.

    Raises
    ------
    InputError : ``snapshots.no_shared``.
    """
    keys = ["area_id", "figure"]
    shared = set(before["area_id"]) & set(after["area_id"])
    if not shared:
        raise InputError("snapshots.no_shared")
    old, new = (table[table["area_id"].isin(shared)].set_index(keys) for table in (before, after))
    index = new.index.append(old.index.difference(new.index, sort=False))
    out = pd.DataFrame(index=index)
    for name in ("section", "unit"):
        out[name] = new[name].reindex(index).fillna(old[name].reindex(index))
    out["before"], out["after"] = old["value"].reindex(index), new["value"].reindex(index)
    out["difference"] = out["after"] - out["before"]
    changed = (out["before"] != out["after"]) & ~(out["before"].isna() & out["after"].isna())
    return out[changed].reset_index()[list(DIFFERENCES)]


def differences_of(table: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, figure: str) -> pd.Series:
    """Return how much a figure differs for each governorate that both tables hold: 0 where it is the same, NaN where it is not known.

    Parameters
    ----------
    table : from ``differences`` of both.
    before, after : as there.
    figure : its key.
    """
    areas = [code for code in dict.fromkeys(after["area_id"]) if code in set(before["area_id"])]
    known = [frame[(frame["figure"] == figure) & frame["value"].notna()].set_index("area_id").index for frame in (before, after)]
    found = table[table["figure"] == figure].set_index("area_id")["difference"].reindex(areas).fillna(0.0)
    both = pd.Series([code in known[0] and code in known[1] for code in areas], index=areas, dtype=bool)
    out: pd.Series = found.where(both)
    return out
