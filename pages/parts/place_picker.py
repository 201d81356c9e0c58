"""Where a site is: a click on the map, a town of the registry, or pasted coordinates; and at once in words where that lies."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from data.site_records import NO_PLACE
from geo.coordinates import Reading, is_link, read_coordinates
from geo.gazetteer import Gazetteer
from geo.memo import kept_with_registry
from geo.model import COUNTRIES, Scope
from geo.places import Places, places_of
from geo.registry import Registry
from i18n import Translator
from layers.place_picker import PickerCommand, picker_command, picker_map
from pages.parts import load
from pages.parts.draft import Draft
from pages.parts.fields import PREFIX, choose, fault, text
from pages.parts.show_map import TILES
from routes.assets import patch_streamlit_folium

MAP = "contribute_map"
HEIGHT = 380
SEARCH, AREA, FOUND, TURNED = (PREFIX + name for name in ("search", "area", "found", "turned"))
DONE = PREFIX + "search_done"
_CLICKED = "contribute_clicked"
TOWN_ZOOM, POINT_ZOOM = 12, 13
NEAR_TOWN_KM = 10.0
"""A point farther than this from the town that was searched for is not in it."""


def show(registry: Registry, draft: Draft, scope: Scope, tr: Translator) -> None:
    """Draw the step and let ``draft.answers["place"]`` follow it."""
    if AREA not in st.session_state:
        st.session_state[AREA] = _said_before(registry, draft)
    _take_click(registry, draft)
    if "place" in draft.withheld:
        st.info(tr("contribute.place_withheld"))
    typed = text("search", tr("contribute.search"), "", hint=tr("contribute.search_hint"), most=500, live="600ms")
    _take_text(registry, draft, typed, tr)
    said = choose("area", tr("contribute.area"), _areas(registry, scope, tr.lang), "", lambda code: _area_words(registry, code, tr.lang),
                  placeholder=tr("contribute.area_by_point"))  # fmt: skip
    _take_area(registry, draft, said)
    _say_where(registry, draft, said, tr)
    fault(registry, draft, "place", tr)
    st.caption(tr("contribute.map_hint"))
    _draw_map(registry, draft, tr)


def point_at(registry: Registry, before: dict[str, Any], lon: float, lat: float, said: str) -> dict[str, Any]:
    """Return the place of a point: in the governorate that was chosen, else in the one around it; its town stays where it is near.

    Parameters
    ----------
    before : the place so far; empty for none.
    lon, lat : degrees, WGS 84.
    said : the governorate that was chosen; empty where the point decides.
    """
    area_id = said or places_of(registry).settle(lon, lat).area_id
    country = str(registry.areas.at[area_id, "country"]) if area_id else ""
    town = str(before.get("locality_id") or "")
    if town:
        at = places_of(registry).locality(town)
        north, east = (lat - float(str(at["lat"]))) * 111.2, (lon - float(str(at["lon"]))) * 111.2 * math.cos(math.radians(lat))
        town = town if at["area_id"] == area_id and math.hypot(north, east) <= NEAR_TOWN_KM else ""
    return {**NO_PLACE, "country": country, "area_id": area_id, "locality_id": town, "lon": lon, "lat": lat, "position_kind": "exact"}


def orient(places: Places, found: Reading) -> tuple[Reading, bool]:
    """Return coordinates the way round in which they lie in a governorate, and whether both ways do."""
    if found.ordered:
        return found, False
    here, there = bool(places.areas_near(found.lon, found.lat)), bool(places.areas_near(found.lat, found.lon))
    return (found.swapped if there and not here else found), here and there


def _said_before(registry: Registry, draft: Draft) -> str | None:
    """Return the governorate that the draft says against its point, or without one; None where the point tells it."""
    place = draft.answers["place"] or {}
    area_id = str(place.get("area_id") or "")
    told = place.get("lon") is not None and places_of(registry).settle(place["lon"], place["lat"]).area_id == area_id
    return None if told or not area_id else area_id


def _take_click(registry: Registry, draft: Draft) -> None:
    """Take the point of the last click on the map, once; what is not a click of ours is left alone."""
    value = st.session_state.get(MAP)
    if not isinstance(value, dict) or value.get("event") != "place" or st.session_state.get(_CLICKED) == value.get("n"):
        return
    st.session_state[_CLICKED] = value.get("n")
    lon, lat = value.get("lon"), value.get("lat")
    if isinstance(lon, int | float) and isinstance(lat, int | float) and abs(lon) <= 180 and abs(lat) <= 90:
        draft.answers["place"] = point_at(registry, draft.answers["place"] or {}, float(lon), float(lat), st.session_state.get(AREA) or "")
        draft.faults.pop("place", None)
        st.session_state[SEARCH] = st.session_state[DONE] = ""


def _take_text(registry: Registry, draft: Draft, typed: str, tr: Translator) -> None:
    """Take coordinates as soon as they can be read, or offer the towns that the text names."""
    if not typed.strip():
        st.session_state[DONE] = ""
        return
    found = read_coordinates(typed)
    if found is None and is_link(typed):
        st.warning(tr("contribute.link_hides"))
        return
    if found is None:
        _offer_towns(registry, draft, typed, tr)
        return
    reading, both = orient(places_of(registry), found)
    turned = both and st.button(tr("contribute.turn_round"), key="contribute_turn")
    if st.session_state.get(DONE) != typed or turned:
        st.session_state[TURNED] = turned and not st.session_state.get(TURNED, False)
        st.session_state[DONE] = typed
        taken = reading.swapped if st.session_state[TURNED] else reading
        draft.answers["place"] = point_at(registry, draft.answers["place"] or {}, taken.lon, taken.lat, st.session_state.get(AREA) or "")
        draft.faults.pop("place", None)
        draft.moved += 1


def _offer_towns(registry: Registry, draft: Draft, typed: str, tr: Translator) -> None:
    said = st.session_state.get(AREA) or ""
    towns = _gazetteer(registry).search(typed, areas=(said,) if said else ()) or _gazetteer(registry).search(typed)
    if not towns:
        st.warning(tr("contribute.no_town"))
        return
    if st.session_state.get(FOUND) not in (None, *towns):
        del st.session_state[FOUND]
    chosen = st.radio(tr("contribute.which_town"), towns, index=None, key=FOUND, format_func=lambda code: _town_words(registry, code, tr.lang))
    if chosen and st.session_state.get(DONE) != chosen:
        st.session_state[DONE] = chosen
        town = places_of(registry).locality(chosen)
        area_id = str(town["area_id"])
        if said and said != area_id:
            st.session_state[AREA] = None
        draft.answers["place"] = {"country": str(registry.areas.at[area_id, "country"]), "area_id": area_id, "locality_id": chosen,
                                  "lon": float(str(town["lon"])), "lat": float(str(town["lat"])), "position_kind": "locality"}  # fmt: skip
        draft.faults.pop("place", None)
        draft.moved += 1


def _take_area(registry: Registry, draft: Draft, said: str) -> None:
    """Let the choice of a governorate stand over that of a point or a town, and go to it where there is no point."""
    place = draft.answers["place"] or {}
    before = place.get("area_id") or ""
    if place.get("position_kind") == "exact":
        if before != (said or places_of(registry).settle(place["lon"], place["lat"]).area_id):
            draft.answers["place"] = point_at(registry, place, place["lon"], place["lat"], said)
    elif said and said != before:
        draft.answers["place"] = {**NO_PLACE, "country": str(registry.areas.at[said, "country"]), "area_id": said}
        draft.moved += 1
    elif not said and before and place["position_kind"] == "none":
        draft.answers["place"] = {}


def _say_where(registry: Registry, draft: Draft, said: str, tr: Translator) -> None:
    """Say in words where the point lies, and whether that is where the reader said."""
    place = draft.answers["place"] or {}
    if not place.get("area_id") and place.get("lon") is None:
        return
    if place["lon"] is None:
        st.info(tr("contribute.only_area"))
        return
    at = tr("contribute.coordinates", lat=f"{place['lat']:.5f}", lon=f"{place['lon']:.5f}")
    near = places_of(registry).areas_near(place["lon"], place["lat"])
    inside = [area_id for area_id, distance in near.items() if distance == 0.0] or list(near)[:1]
    if place["position_kind"] == "locality":
        st.success(f"{tr('contribute.in_town', town=_town_words(registry, place['locality_id'], tr.lang))} {tr('contribute.only_town')}")
    elif not near:
        st.error(f"{at} {tr('contribute.outside')}")
    elif said and said not in inside:
        st.warning(f"{at} {tr('contribute.elsewhere', found=_area_words(registry, inside[0], tr.lang), said=_area_words(registry, said, tr.lang))}")
        st.button(tr("contribute.take_found", area=_area_words(registry, inside[0], tr.lang)), key="contribute_take", on_click=_let_point_decide)
    elif not said and len({places_of(registry).country_of[area_id] for area_id in inside}) > 1:
        both = tr("map.list_separator").join(_area_words(registry, area_id, tr.lang) for area_id in inside)
        st.info(f"{at} {tr('contribute.in_two', areas=both)}")
    else:
        st.success(f"{at} {tr('contribute.lies_in', area=_area_words(registry, place['area_id'], tr.lang))}")


def _let_point_decide() -> None:
    st.session_state[AREA] = None


def _draw_map(registry: Registry, draft: Draft, tr: Translator) -> None:
    patch_streamlit_folium()
    from streamlit_folium import st_folium  # not before the runtime is up: it registers its component at import

    place = draft.answers["place"] or {}
    point = None if place.get("lon") is None else (place["lon"], place["lat"])
    area_id = str(place.get("area_id") or "")
    outline = registry.governorates.geometry.get(area_id)
    bounds = None if outline is None else tuple(float(edge) for edge in outline.bounds)
    told = PickerCommand(
        token=f"{registry.edition}|{point}|{area_id}|{draft.moved}|{tr.lang}", point=point, selected=(area_id,) if area_id else (),
        countries=(draft.country,) if draft.country else (), go=f"{draft.key}|{draft.moved}",
        zoom=TOWN_ZOOM if place.get("position_kind") == "locality" else POINT_ZOOM, fit=bounds if bounds is None else (*bounds,),  # type: ignore[arg-type]
        watermark=tr("app.training") if registry.training else "",
    )  # fmt: skip
    shell = picker_map(tr, registry.edition, tiles=TILES if load.settings().online_tiles else None)
    st_folium(shell, key=MAP, height=HEIGHT, use_container_width=True, returned_objects=[], feature_group_to_add=picker_command(told))


def _areas(registry: Registry, scope: Scope, lang: str) -> list[str]:
    """Return the governorates that the reader may propose sites in, by country and name."""
    areas = registry.governorates
    own = [area_id for area_id, country in areas["country"].items() if scope.role != "planner" or {str(area_id), str(country)} & set(scope.areas)]
    order = {str(area_id): (COUNTRIES.index(str(areas.at[area_id, "country"])), registry.label("area", str(area_id), lang)) for area_id in own}
    return sorted(order, key=lambda code: order[code])


def _area_words(registry: Registry, area_id: str, lang: str) -> str:
    """Return a governorate with its country: packs share names."""
    return f"{registry.label('area', area_id, lang)} ({registry.label('area', str(registry.areas.at[area_id, 'country']), lang)})"


def _town_words(registry: Registry, locality_id: str, lang: str) -> str:
    return f"{registry.label('locality', locality_id, lang)} – {_area_words(registry, str(registry.localities.at[locality_id, 'area_id']), lang)}"


@kept_with_registry
def _gazetteer(registry: Registry) -> Gazetteer:
    return Gazetteer(registry)
