"""The screens: one file each, with TITLE (a key of the catalogues), SLUG, ICON, shown(scope) (the menu lists it) and render(tr)."""

from __future__ import annotations

from pages import contribute, data_sources, explore, gaps, indicators, need, people, review, site

ALL = (explore, gaps, need, indicators, contribute, review, people, data_sources, site)
"""In the order of the menu; the first one is the start page."""
