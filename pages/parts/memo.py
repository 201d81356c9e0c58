"""Results kept as long as the registry they were made from."""

from geo.memo import kept_with_registry as kept_with_registry
