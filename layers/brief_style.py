"""How QGIS draws the layers of a brief: the colours of the map, as QML."""

from __future__ import annotations

from collections.abc import Mapping

from i18n import Translator
from layers import palette
from layers.markup import safe


def brief_styles(tr: Translator) -> dict[str, str]:
    """Return the styles: layer to QML. Sites are coloured by their sector."""
    area = _symbol(
        "fill",
        "0",
        "SimpleFill",
        {"color": _colour(palette.ACCENT, 40), "outline_color": _colour(palette.ACCENT), "outline_width": "0.6", "style": "solid"},
    )
    symbols, categories = [], []
    sectors = [*((code, colour, tr(f"map.sector.{code}")) for code, colour in palette.SECTORS.items()), ("", palette.OTHER, tr("brief.other_sector"))]
    for i, (code, colour, words) in enumerate(sectors):
        look = {"name": "circle", "color": _colour(colour), "outline_color": _colour("#ffffff"), "size": "2.4", "size_unit": "MM"}
        symbols.append(_symbol("marker", str(i), "SimpleMarker", look))
        categories.append(f'<category render="true" symbol="{i}" value="{safe(code)}" label="{safe(words)}" type="string"/>')
    return {
        "governorate": _qml(f'<renderer-v2 type="singleSymbol"><symbols>{area}</symbols></renderer-v2>'),
        "sites": _qml(
            f'<renderer-v2 type="categorizedSymbol" attr="sector"><categories>{"".join(categories)}</categories><symbols>{"".join(symbols)}</symbols></renderer-v2>'
        ),
    }


def _symbol(kind: str, name: str, layer: str, look: Mapping[str, str]) -> str:
    options = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in look.items())
    return (
        f'<symbol type="{kind}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0"><layer class="{layer}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{options}</Option></layer></symbol>'
    )


def _colour(web: str, alpha: int = 255) -> str:
    red, green, blue = (int(web[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def _qml(renderer: str) -> str:
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version=\"3.22\" styleCategories=\"Symbology\">{renderer}</qgis>"
