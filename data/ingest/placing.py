"""The place of a row: its own coordinates, else its locality, else its governorate, and what is wrong with each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from data.ingest.cells import Cell, RowCells, RowNotes
from data.ingest.clean import read_number
from geo.model import LANGUAGES
from geo.places import Settled, country_named, places_of
from geo.registry import Registry

_LISTED = {"settlement": "import.settlement", "in_other_pack": "import.in_other_pack"}


INEXACT = ("locality", "masked", "area_centroid")
"""Words of an own export for coordinates that are not the place itself: they must not come back as exact."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row was placed.

    Parameters
    ----------
    stated : how the row's own words for its governorate did: ``agree`` or ``differ`` (another place spoke too),
        ``alone`` (they alone place the row), empty where it has none.
    """

    country: str = ""
    area_id: str = ""
    locality_id: str = ""
    lon: float = math.nan
    lat: float = math.nan
    position_kind: str = "none"
    stated: str = ""


class Placing:
    """Places rows with the areas and localities of a registry."""

    def __init__(self, registry: Registry) -> None:
        self.places = places_of(registry)
        self._registry = registry

    def area_label(self, area_id: str) -> str:
        """Return the names of an area in all languages with its code: the same words for every reader."""
        names = dict.fromkeys(self._registry.label("area", area_id, lang) for lang in LANGUAGES)
        return f"{' · '.join(names)} ({area_id})"

    def place(self, row: RowCells, point: tuple[float | None, float | None] | None, notes: RowNotes) -> Place:
        """Return where a row belongs; where it belongs nowhere, ``notes`` says why and the row is refused.

        Parameters
        ----------
        row : its cells.
        point : longitude and latitude from geometry; None or a pair of None where there is none.
        notes : takes what is refused and flagged.
        """
        so_far = notes.refusals
        country = self._country(row, notes)
        area_cell = row.first("area")
        stated = self.places.area_named(area_cell.text, country) if area_cell else ()
        if area_cell and not stated:
            notes.flag("import.area_unknown", area_cell)
        position = _coordinates(row, point, notes)
        if notes.refusals > so_far:
            return Place()
        if position is not None:
            return self._by_point(row, position, country, stated, notes)
        return self._by_name(row, country, stated, area_cell, notes)

    def _country(self, row: RowCells, notes: RowNotes) -> str:
        cell = row.first("country")
        country = country_named(cell.text) if cell else ""
        if cell and not country:
            notes.reject("import.country_unknown", cell)
        return country

    def _by_point(self, row: RowCells, position: tuple[float, float, Cell], country: str, stated: tuple[str, ...], notes: RowNotes) -> Place:
        lon, lat, cell = position
        settled = self.places.settle(lon, lat, country=country, stated=stated)
        if not self._accept(settled, cell, country, stated, notes):
            return Place()
        locality = next(
            (found for text in row.all("locality") if (found := self._locality_named(text.text, settled.country, (settled.area_id,))[0])),
            "",
        )
        if locality and str(self.places.locality(locality)["area_id"]) != settled.area_id:
            locality = ""
        said = row.first("position_kind")
        inexact = said is not None and said.text.strip().lower() in INEXACT
        return Place(settled.country, settled.area_id, locality, lon, lat, "locality" if inexact else "exact", _verdict(settled, stated))

    def _accept(self, settled: Settled, cell: Cell, country: str, stated: tuple[str, ...], notes: RowNotes) -> bool:
        found = self.area_label(settled.found) if settled.found else ""
        if settled.problem:
            notes.reject(settled.problem, cell, found=found, country=country)
            return False
        if "area_mismatch" in settled.flags:
            said = self.area_label(stated[0]) if stated else country
            notes.flag("import.area_mismatch", cell, mark="area_mismatch", stated=said, kept=self.area_label(settled.area_id))
        if "in_two_packs" in settled.flags:
            notes.flag("import.in_two_packs", cell, mark="in_two_packs", kept=settled.country)
        return True

    def _by_name(self, row: RowCells, country: str, stated: tuple[str, ...], area_cell: Cell | None, notes: RowNotes) -> Place:
        cells = row.all("locality")
        for cell in cells:
            area_id = self.places.area_of_list(cell.text, country=country)
            if area_id:
                notes.flag("import.locality_many", cell, mark="area_only")
                return self._area_only(area_id, "")
            locality, near = self._locality_named(cell.text, country, stated)
            if locality:
                return self._by_locality(locality, cell, country, stated, near=near, notes=notes)
        if len(stated) == 1:
            if cells:
                notes.flag("import.locality_unknown", cells[0], mark="area_only")
            return self._area_only(stated[0], "alone")
        if area_cell and len(stated) > 1:
            notes.reject("import.area_ambiguous", area_cell, areas="; ".join(map(self.area_label, stated)))
            return Place()
        named = self.places.area_named(cells[0].text, country) if cells else ()
        if len(named) == 1:
            notes.flag("import.locality_is_area", cells[0], mark="area_only")
            return self._area_only(named[0], "")
        if cells:
            notes.reject("import.place_unknown", cells[0])
        elif not any(cell.code == "import.area_unknown" for cell in notes.cells):
            notes.reject("import.no_place")
        else:
            notes.reject("import.place_unknown", area_cell)
        return Place()

    def _locality_named(self, text: str, country: str, areas: tuple[str, ...]) -> tuple[str, bool]:
        """Return the locality that a text means, by its id or by its name, and whether the name only nearly matches."""
        if text in self._registry.localities.index:
            return text, False
        return self.places.locality_named(text, country=country, areas=areas)

    def _area_only(self, area_id: str, verdict: str) -> Place:
        return Place(self.places.country_of[area_id], area_id, stated=verdict)

    def _by_locality(self, locality: str, cell: Cell, country: str, stated: tuple[str, ...], *, near: bool, notes: RowNotes) -> Place:
        found = self.places.locality(locality)
        lon, lat, area_id = float(str(found["lon"])), float(str(found["lat"])), str(found["area_id"])
        if near:
            names = dict.fromkeys(self._registry.label("locality", locality, lang) for lang in LANGUAGES)
            notes.flag("import.locality_spelling", cell, found=" · ".join(names))
        if found["flag"]:
            notes.flag(_LISTED[str(found["flag"])], cell, mark=str(found["flag"]))
        if area_id and (not stated or area_id in stated):
            settled = Settled(area_id, self.places.country_of[area_id])
        else:
            settled = self.places.settle(lon, lat, country=country, stated=stated)
        if not self._accept(settled, cell, country, stated, notes):
            return Place()
        return Place(settled.country, settled.area_id, locality, lon, lat, "locality", _verdict(settled, stated))


def _verdict(settled: Settled, stated: tuple[str, ...]) -> str:
    if not stated:
        return ""
    return "differ" if "area_mismatch" in settled.flags else "agree"


def _coordinates(row: RowCells, point: tuple[float | None, float | None] | None, notes: RowNotes) -> tuple[float, float, Cell] | None:
    """Return longitude, latitude and the cell to blame; None where the row has no coordinates or bad ones."""
    if point is not None and point[0] is not None and point[1] is not None:
        lon, lat, cell = point[0], point[1], Cell("geometry", f"{point[0]:.7g}, {point[1]:.7g}")
    else:
        east, north = row.first("lon"), row.first("lat")
        if east is None and north is None:
            return None
        if east is None or north is None:
            notes.reject("import.coordinates_half", east or north)
            return None
        lon, lat, cell = read_number(east.text), read_number(north.text), Cell(east.header, f"{east.text}, {north.text}")
        unreadable = [own for value, own in ((lon, east), (lat, north)) if math.isnan(value)]
        for own in unreadable:
            notes.reject("import.coordinates_unreadable", own)
        if unreadable:
            return None
    if abs(lon) > 180 or abs(lat) > 90:
        notes.reject("import.coordinates_range", cell)
        return None
    return lon, lat, cell
