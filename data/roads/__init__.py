"""Road graphs and obstacles: read in a confined process, kept on disk."""
