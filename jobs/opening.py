"""Open the store of the settings with the shipped data in it."""

from __future__ import annotations

import pandas as pd

from data import models
from data.packs import Packs, load_packs, packs_version
from data.store import ImportRequest, Store
from data.training import TRAINING_SOURCE_ID, training_sites, training_source
from settings import Settings

ACTOR = "packs"


def open_store(settings: Settings) -> Store:
    """Open the store, make it if it is not there, and load the packs where they are not the ones it holds.

    Parameters
    ----------
    settings : where the store is, and whether it is the training workspace: that one gets invented sites, and only those.

    Raises
    ------
    StoreError, SetupError : as ``Store.open``.
    """
    store = Store.open(settings)
    if store.packs_version() != packs_version():
        load_packs_into(store, load_packs())
    return store


def load_packs_into(store: Store, packs: Packs) -> None:
    """Write the packs' areas, lists and indicators, and the registry or, in a training store, the invented sites."""
    reference = {
        models.Source: packs.sources,
        models.Area: packs.areas,
        models.Locality: packs.localities,
        models.Term: packs.terms,
        models.Indicator: packs.indicators,
        models.IndicatorValue: packs.values,
    }
    store.load_reference(reference, packs.names)
    sources = pd.concat([packs.sources, training_source()])
    sites = {TRAINING_SOURCE_ID: training_sites(packs)} if store.workspace == "training" else packs.registry
    for source_id, incoming in sites.items():
        row = sources.loc[source_id]
        source = {"source_id": source_id} | {str(key): None if pd.isna(value) else value for key, value in row.items()}
        store.apply_import(ImportRequest(source, incoming, (), len(incoming), packs.version, "pack"), actor=ACTOR)
    store.mark_packs(packs.version)
