"""OSRM's table, asked by an interpreter of its own, for which its wheels are made: ``PYTHON bench/_osrm.py FOLDER NODES``.

The roads are those of the world as an OpenStreetMap file, driven by OSRM's own car profile, which has turn penalties: its minutes are near Jiwar's and not
equal to them. Extracting and contracting are done once and are not counted. What is counted ends with arrays of the pairs within the limit.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

LIMIT = 30.0
PART = 500
"""Points that are asked for at once."""


def main(folder: Path, nodes: int) -> None:
    """Leave what it took and the pairs, as the other sides do."""
    import numpy as np
    import osrm

    here = folder / f"osrm-{nodes}"
    if not (here / "roads.osrm.hsgr").exists():
        profile = Path(osrm.__file__).parent / "share" / "profiles" / "car.lua"
        for words in (("extract", "-p", str(profile), "roads.osm.pbf"), ("contract", "roads.osrm")):
            subprocess.run([sys.executable, "-m", "osrm", *words], cwd=here, check=True, stdout=subprocess.DEVNULL)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    with np.load(folder / f"world-{nodes}" / "arrays.npz") as kept:
        lon, lat, sites, points = (kept[name] for name in ("lon", "lat", "sites", "points"))
    at = [(float(lon[node]), float(lat[node])) for node in (*sites, *points)]
    engine = osrm.OSRM(storage_config=str(here / "roads.osrm"), algorithm="CH", use_shared_memory=False, max_locations_distance_table=-1)
    begun, clock, pairs = time.process_time(), time.perf_counter(), []
    for first in range(0, len(points), PART):
        last = min(first + PART, len(points))
        few = [*at[: len(sites)], *at[len(sites) + first : len(sites) + last]]
        asked = osrm.TableParameters(
            coordinates=few, sources=list(range(len(sites), len(few))), destinations=list(range(len(sites))), annotations=["duration"],
        )  # fmt: skip
        table = np.array(engine.Table(asked)["durations"], dtype=np.float32)
        point, site = np.nonzero(table <= LIMIT * 60)
        pairs.append((point + first, site, table[point, site]))
    point, site, seconds = (np.concatenate(column) for column in zip(*pairs, strict=True))
    spent = time.process_time() - begun, time.perf_counter() - clock
    memory = next(line for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    told = {"spent": [*spent, int(memory.split()[1]) / 1024], "more": {"pairs": len(seconds)}}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    np.savez(folder / "answer.npz", point=point.astype(np.int32), site=site.astype(np.int32), ms=(seconds * 1000).astype(np.int32))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
