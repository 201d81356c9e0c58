"""The outside world: the store, the shipped packs, input formats and output formats."""
