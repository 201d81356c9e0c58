"""Benchmarks: ``python -m bench NAME``; one file a benchmark, each with ``run(arguments)``."""
