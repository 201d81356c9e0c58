"""The small server that the map benchmark looks at."""
