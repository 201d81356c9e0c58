"""Travel time over partitions: sites that stand together make a part, and the limit is the buffer around them.

Searches start at the sites and end at the limit, and no search knows of another; so each part finds, to the millisecond, the pairs that one run
over everything finds, and no search is done twice. (With parts of the points instead, every part would search again from all sites around it.)
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from geo.errors import InputError
from geo.roads import Floats, Ints
from geo.roads_snap import Snapped
from geo.travel import Engine, Minutes, Whole, arcs_to_sites, chosen, of_sites, pairs_of_sites
from geo.travel_network import Csr, Network
from jobs.compute import Compute, Progress, run_parts

PART_WORK = 100_000_000
"""Sites x nodes in one part: about a second of the compiled engine (own choice)."""
FEWEST = 8
"""Parts at least, so that several workers have something to do and one that is lost costs little (own choice)."""
_PLAIN = ("mode", "nodes", "extra_ms")


@dataclass(frozen=True, slots=True)
class Part:
    """Some sites of a run that was laid down in a folder.

    Parameters
    ----------
    folder : what `lay_down` wrote; every worker must be able to open it. sites : numbers of sites, rising.
    limit : minutes. engine : of ``geo.travel``.
    """

    folder: str
    sites: Ints
    limit: float
    engine: Engine


@dataclass(frozen=True, slots=True)
class _Opened(Network):
    """A network whose arcs towards the sites were sorted, and made fewer where that pays, once for all parts."""

    back: Csr

    def arcs(self, *, reverse: bool = False) -> Csr:
        """Return the arcs, those of the reversed graph from disk."""
        return self.back if reverse else Network.arcs(self)


def parted(
    net: Network, points: Snapped, sites: Snapped, limit: float, keep_in: Path, compute: Compute, *,
    scheduler: str = "", workers: int = 0, parts: int = 0, on_progress: Progress | None = None,
) -> Minutes:  # fmt: skip
    """Return what ``geo.travel.matrix`` returns for travel to sites, computed in parts.

    Parameters
    ----------
    net, points, sites, limit : see ``geo.travel.matrix``.
    keep_in : folder for the files of this run, which are gone afterwards; workers on other machines must see it under the same path.
    compute, scheduler, workers, on_progress : see ``jobs.compute.run_parts``.
    parts : how many; 0 = by the work, never by the number of workers.

    Raises
    ------
    What ``jobs.compute.run_parts`` and ``geo.travel.matrix`` raise; InputError ``compute.no_folder`` where a worker does not see ``keep_in``.
    """
    engine: Engine = chosen(net, len(sites), "auto")
    many = parts or max(FEWEST, -(-len(sites) * net.nodes // PART_WORK))
    keep_in.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=keep_in, prefix=".run-") as folder:
        bins = together(sites.lon, sites.lat, np.flatnonzero(~sites.off), many)

        def prepare() -> None:
            lay_down(Path(folder), net, points, sites, arcs_to_sites(net, points, sites, limit, engine=engine))

        found = run_parts(
            reached,
            [Part(folder, rows, limit, engine) for rows in bins],
            compute,
            scheduler=scheduler,
            workers=workers,
            on_progress=on_progress,
            prepare=prepare,
        )
    none = np.zeros(0, dtype=np.int32)
    counts, places, ms = (np.concatenate([none, *(part[i] for part in found)]) for i in range(3))
    found.clear()
    return of_sites(np.concatenate([none, *bins]).astype(np.int32), (counts, places, ms), len(points), len(sites), engine=engine)


def together(lon: Floats, lat: Floats, rows: Ints, parts: int) -> list[Ints]:
    """Return ``rows`` of places in bins of equal size (to one), each of neighbours: halved across the longer side, again and again."""
    if parts <= 1 or len(rows) <= 1:
        return [np.sort(rows)] if len(rows) else []
    wide = np.ptp(lon[rows]) * np.cos(np.radians(lat[rows].mean())) >= np.ptp(lat[rows])
    order = rows[np.argsort((lon if wide else lat)[rows], kind="stable")]
    parts = min(parts, len(rows))
    cut = len(rows) * (parts // 2) // parts
    return [*together(lon, lat, order[:cut], parts // 2), *together(lon, lat, order[cut:], parts - parts // 2)]


def reached(part: Part) -> tuple[Whole, Whole, Whole]:
    """Return the pairs of a part's sites within its limit, see ``geo.travel.pairs_of_sites``.

    Raises
    ------
    InputError : ``compute.no_folder``: this machine does not see the folder of the run.
    """
    net, points, sites = _opened(Path(part.folder))
    some = Snapped(*(getattr(sites, one.name)[part.sites] for one in fields(Snapped)))
    return pairs_of_sites(net, points, some, part.limit, engine=part.engine)


def lay_down(folder: Path, net: Network, points: Snapped, sites: Snapped, back: Csr) -> None:
    """Write what all parts of a run share, as arrays that workers map into memory instead of loading them."""
    (folder / "plain.json").write_text(json.dumps({name: getattr(net, name) for name in _PLAIN}), encoding="utf-8")
    shared: dict[str, Network | Csr | Snapped] = {"net": net, "back": back, "points": points, "sites": sites}
    for name, whole in shared.items():
        for one in fields(whole):
            array = getattr(whole, one.name)
            if one.name not in _PLAIN and array is not None:
                np.save(folder / f"{name}.{one.name}.npy", array, allow_pickle=False)


def _opened(folder: Path) -> tuple[Network, Snapped, Snapped]:
    def arrays(name: str, kind: type[Network | Csr | Snapped]) -> dict[str, Any]:
        names = [one.name for one in fields(kind) if one.name not in _PLAIN and (one.name != "number" or (folder / f"{name}.number.npy").exists())]
        return {key: np.asarray(np.load(folder / f"{name}.{key}.npy", mmap_mode="r", allow_pickle=False)) for key in names}

    try:
        plain = json.loads((folder / "plain.json").read_text(encoding="utf-8"))
        net = _Opened(**plain, **arrays("net", Network), back=Csr(**arrays("back", Csr)))
        return net, Snapped(**arrays("points", Snapped)), Snapped(**arrays("sites", Snapped))
    except OSError as error:
        raise InputError("compute.no_folder", folder=str(folder.parent)) from error
