"""Run a benchmark by the name of its file."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench


def names() -> list[str]:
    """Return the benchmarks there are: the modules of this folder."""
    return sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if not module.ispkg and not module.name.startswith("_"))


def main(arguments: list[str]) -> int:
    """Run what the first argument names and return its exit code; 2 with the list of names where it names nothing.

    ``--quick`` alone is ``access --quick``.
    """
    if arguments == ["--quick"]:
        arguments = ["access", *arguments]
    if not arguments or arguments[0] not in names():
        print(f"usage: python -m bench {{{','.join(names())}}} [options]", file=sys.stderr)
        return 2
    return int(importlib.import_module(f"bench.{arguments[0]}").run(arguments[1:]))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
