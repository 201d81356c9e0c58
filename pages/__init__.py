"""The screens: one file each, with TITLE (a key of the catalogues), SLUG, ICON, shown(scope) (the menu lists it) and render(tr).

Where something can wait for a reader, waiting(scope) says how much: it stands beside the title in the menu.
"""

from __future__ import annotations

from pages import contribute, data_sources, explore, gaps, indicators, need, people, profile, review, site, snapshots

ALL = (explore, gaps, need, indicators, profile, snapshots, contribute, review, people, data_sources, site)
"""In the order of the menu, which has room for all of them at 1280 pixels; the first one is the start page."""
