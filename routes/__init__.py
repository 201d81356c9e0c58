"""HTTP routes served beside the pages by the same process: browser assets and map data."""
