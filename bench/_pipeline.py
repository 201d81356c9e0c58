"""A whole run as one process, from its start to its file: ``python -m bench._pipeline SIDE SIZE FOLDER``; each side imports what it needs and no more."""

import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

LIMITS = {10_000: 15.0}
LIMIT = 30.0
STEPS = {10: 1.0, 20: 0.68, 30: 0.22}


def ours(size: int, folder: str, out: str) -> None:
    """Load the roads, search, measure and write, as Jiwar does."""
    import numpy as np
    import pandas as pd

    from bench._roads import at_junctions
    from data.roads.read import kept_graph
    from geo.catchment import enhanced_two_step
    from geo.minutes import Minutes
    from geo.travel import matrix
    from geo.travel_network import make_network

    graph = kept_graph(Path(folder) / "graph")
    assert graph is not None
    with np.load(f"{folder}/arrays.npz") as kept:
        people, supply = (pd.Series(kept[name], [f"{name[0]}{i:06d}" for i in range(len(kept[name]))]) for name in ("people", "supply"))
    points, sites = at_junctions(graph, len(people), 3), at_junctions(graph, len(supply), 2)
    limit = LIMITS.get(size, LIMIT)
    found = matrix(make_network(graph, "car"), points, sites, limit, threads=1)
    minutes = Minutes.from_rows(found.point, found.site, found.minutes, people.index, supply.index)
    values = enhanced_two_step(people, supply, minutes, limit=limit).reindex(people.index)
    values.to_csv(out)


def scipy_access(size: int, folder: str, out: str) -> None:
    """Do the same with scipy's search and PySAL's access."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    with np.load(f"{folder}/arrays.npz") as kept:
        here = dict(kept)
    limit = LIMITS.get(size, LIMIT)
    nodes = len(here["lon"])
    table = csr_array((here["cost"].astype(float), here["head"], here["start"]), shape=(nodes, nodes))
    parts = []
    for first in range(0, len(here["sites"]), 50):
        reach = dijkstra(table, indices=here["sites"][first : first + 50], limit=limit * 60_000)[:, here["points"]]
        site, point = np.nonzero(np.isfinite(reach))
        parts.append(pd.DataFrame({"point": point, "site": site + first, "minutes": reach[site, point] / 60_000}))
    _access(pd.concat(parts, ignore_index=True), here, limit, out)


def pandana_access(size: int, folder: str, out: str) -> None:
    """Do the same with pandana's ranges and PySAL's access."""
    import numpy as np
    import pandas as pd

    from bench._pandana import pandana_network

    with np.load(f"{folder}/arrays.npz") as kept:
        here = dict(kept)
    limit = LIMITS.get(size, LIMIT)
    net = pandana_network(here["lon"], here["lat"], here["start"], here["head"], here["cost"])
    wanted = np.unique(here["sites"])
    found = net.nodes_in_range(wanted.tolist(), limit * 60)
    found.columns = ["from", "to", "seconds"]
    sites = pd.DataFrame({"from": here["sites"], "site": np.arange(len(here["sites"]))})
    points = pd.DataFrame({"to": here["points"], "point": np.arange(len(here["points"]))})
    pairs = found.merge(points, on="to").merge(sites, on="from")
    pairs["minutes"] = np.rint(pairs["seconds"] * 1000) / 60_000
    _access(pairs[["point", "site", "minutes"]], here, limit, out)


def _access(pairs: Any, here: dict[str, Any], limit: float, out: str) -> None:
    import numpy as np
    import pandas as pd

    access = import_module("access")

    demand = pd.DataFrame({"id": np.arange(len(here["people"])), "people": here["people"]})
    supply = pd.DataFrame({"id": np.arange(len(here["supply"])), "places": here["supply"]})
    asked = access.Access(
        demand_df=demand, demand_index="id", demand_value="people", supply_df=supply, supply_index="id", supply_value="places",
        cost_df=pairs, cost_origin="point", cost_dest="site", cost_name="minutes",
    )  # fmt: skip
    asked.enhanced_two_stage_fca(name="e", cost="minutes", max_cost=limit, weight_fn=access.weights.step_fn(STEPS))
    asked.access_df["e_places"].fillna(0.0).to_csv(out)


SIDES = {"ours": ours, "scipy + access": scipy_access, "pandana + access": pandana_access}

if __name__ == "__main__":
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    SIDES[sys.argv[1]](int(sys.argv[2]), sys.argv[3], sys.argv[4])
    memory = next(line for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    Path(f"{sys.argv[4]}.used").write_text(f"{time.process_time()} {int(memory.split()[1]) / 1024}", encoding="utf-8")
