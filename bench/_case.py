"""One side of a case, in a process of its own: ``python -m bench._case CASE SIDE SIZE FOLDER CPUS``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from bench._run import pin, tell

MODULES = ("_travel", "_measures", "_growth")


def main(arguments: list[str]) -> None:
    """Run the side and leave what it tells."""
    case, side, size, folder, cpus = arguments
    pin(int(cpus))
    for module in MODULES:
        cases = importlib.import_module(f"bench.{module}").CASES
        if (case, side) in cases:
            tell(cases[case, side](int(size), Path(folder)), Path(folder))
            return
    raise SystemExit(f"no such case: {case} {side}")


if __name__ == "__main__":
    main(sys.argv[1:])
