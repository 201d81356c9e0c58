"""Rasters (GeoTIFF): read in a confined process."""
