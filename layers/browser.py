"""Scripts, styles and fonts of the map, from this folder and from installed packages, each under a name that changes with its content."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

PREFIX = "/assets/"
LEAFLET_JS = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"
LEAFLET_CSS = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"
FONTS = {
    "noto-arabic.ttf": ("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),
    "heebo.ttf": ("fontpkg_heebo", "files/Heebo[wght].ttf"),
}
"""Name under ``PREFIX`` to package and file; the names are stable because the theme's settings name them too."""

_HERE = Path(__file__).parent
_SCRIPTS = (
    "core",
    "canvas",
    "base",
    "areas",
    "labels",
    "marks",
    "sites",
    "popup",
    "frame",
    "legend",
    "controls",
    "explore",
    "places",
    "place_picker",
    "reach",
    "gaps",
    "choropleth",
)
"""Files of ``js/`` in the order in which they need each other."""
_STYLES = ("map", "places")
_AFTER_LEAFLET = "\n;L.Icon.Default.imagePath='';L.Control.Attribution.prototype.options.prefix='Leaflet';"
"""The default icon's path is guessed from style sheets and fails under other names; the attribution's flag takes sides."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file for the browser: its name under ``PREFIX``, its media type and its bytes."""

    name: str
    media_type: str
    body: bytes


@functools.cache
def asset_name(url: str) -> str:
    """Return the name under which the file that folium asks for at ``url`` is served; it changes with the package that holds it."""
    extension = ".css" if ".css" in url else ".js"
    base = re.sub(r"[^A-Za-z0-9.]+", "-", url.rsplit("/", 1)[-1]).removesuffix(extension)
    digest = hashlib.sha256(f"{version('folium-offline')} {url} {_AFTER_LEAFLET}".encode()).hexdigest()[:10]
    return f"{digest}-{base}{extension}"


@functools.cache
def third_party() -> dict[str, Asset]:
    """Return what folium and its plugins ask for: URL to file. The first call takes about a second: it reads 3.5 MB."""
    from offlinefolium.elements import _res

    out = {}
    for url, text in _res.items():
        body = str(text).strip() + (_AFTER_LEAFLET if url == LEAFLET_JS else "")
        media_type = "text/css; charset=utf-8" if ".css" in url else "text/javascript; charset=utf-8"
        out[url] = Asset(asset_name(url), media_type, body.encode())
    return out


@functools.cache
def own_script() -> Asset:
    """Return the map's layers as one script."""
    body = "\n".join((_HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS).encode()
    return Asset(f"{_digest(body)}-jiwar-map.js", "text/javascript; charset=utf-8", body)


@functools.cache
def own_style() -> Asset:
    """Return the map's style, which takes its fonts from beside it."""
    body = "\n".join((_HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in ("fonts", *_STYLES)).encode()
    return Asset(f"{_digest(body)}-jiwar-map.css", "text/css; charset=utf-8", body)


def standalone_style() -> str:
    """Return the map's style without fonts: a single file takes those of the reader's machine."""
    return "\n".join((_HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES)


def font(name: str) -> bytes:
    """Return a font file of ``FONTS``; KeyError for another name."""
    package, path = FONTS[name]
    return files(package).joinpath(path).read_bytes()


def localise(text: str, base_url: str = "") -> str:
    """Return HTML or script in which every URL that folium asks for points to this server."""
    if "://" not in text:
        return text
    return _pattern().sub(lambda found: base_url + PREFIX + asset_name(found.group(0)), text)


@functools.cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(url) for url in sorted(third_party(), key=len, reverse=True)))


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:10]
