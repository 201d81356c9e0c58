"""Plain pages with forms for signing in, and the sign-in link of the top bar: escaped text, labelled fields, no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from layers.markup import safe


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled field of a form.

    Parameters
    ----------
    name : as it is sent.
    label : plain text over it.
    kind : its type: ``text`` or ``password``.
    autocomplete : what a browser or a password keeper may fill in.
    value : what stands in it; never a password.
    hint : plain text under it.
    longest : most signs it takes.
    ltr : its text runs from left to right in every language.
    """

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""
    hint: str = ""
    longest: int = 200
    ltr: bool = True


def form(
    action: str, button: str, fields: Sequence[Field] = (), hidden: Mapping[str, str] | None = None, *, title: str = "", quiet: bool = False
) -> str:
    """Return a form that posts to ``action``; ``quiet`` draws its button as one of lesser weight."""
    head = f"<h2>{safe(title)}</h2>" if title else ""
    kept = "".join(f'<input type="hidden" name="{safe(name)}" value="{safe(value)}">' for name, value in (hidden or {}).items())
    css = ' class="quiet"' if quiet else ""
    return f'<form method="post" action="{safe(action)}">{head}{kept}{"".join(map(_field, fields))}<button type="submit"{css}>{safe(button)}</button></form>'


def _field(field: Field) -> str:
    hint_id = f"{field.name}-hint"
    told = f' aria-describedby="{safe(hint_id)}"' if field.hint else ""
    hint = f'<small id="{safe(hint_id)}">{safe(field.hint)}</small>' if field.hint else ""
    direction = "ltr" if field.ltr else "auto"
    return (
        f'<p><label for="{safe(field.name)}">{safe(field.label)}</label>'
        f'<input id="{safe(field.name)}" name="{safe(field.name)}" type="{safe(field.kind)}" value="{safe(field.value)}" dir="{direction}" '
        f'autocomplete="{safe(field.autocomplete)}" maxlength="{field.longest}" autocapitalize="none" spellcheck="false" required{told}>{hint}</p>'
    )


def paragraph(text: str) -> str:
    """Return a line of text."""
    return f"<p>{safe(text)}</p>"


def rows(title: str, items: Sequence[tuple[str, str]]) -> str:
    """Return a titled list; each item is plain text and the markup that stands behind it, made by ``form``."""
    lines = "".join(f"<li><span>{safe(text)}</span>{behind}</li>" for text, behind in items)
    return f"<section><h2>{safe(title)}</h2><ul>{lines}</ul></section>"


def link(text: str, href: str) -> str:
    """Return a line with a link to a path of ours."""
    return f'<p><a href="{safe(href)}">{safe(text)}</a></p>'


def page(
    *,
    title: str,
    name: str,
    lang: str,
    direction: str,
    languages: Sequence[tuple[str, str, str]],
    blocks: Sequence[str],
    notice: str = "",
    error: str = "",
) -> str:
    """Return a whole page.

    Parameters
    ----------
    title : its heading.
    name : of the product; leads back to the map.
    lang, direction : of the document.
    languages : code, own name and address of this page in each language.
    blocks : markup made by the functions of this module.
    notice, error : plain text over the blocks, read out at once by a screen reader.
    """
    others = "".join(
        f'<a href="{safe(href)}" lang="{safe(code)}" hreflang="{safe(code)}"{" aria-current=true" if code == lang else ""}>{safe(own)}</a>'
        for code, own, href in languages
    )
    told = f'<p class="error" role="alert">{safe(error)}</p>' if error else f'<p class="notice" role="status">{safe(notice)}</p>' if notice else ""
    return (
        f'<!doctype html><html lang="{safe(lang)}" dir="{safe(direction)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{safe(title)} · {safe(name)}</title><style>{STYLE}</style></head>'
        f'<body><header><a href="/?lang={safe(lang)}"><b>{safe(name)}</b></a><nav>{others}</nav></header>'
        f"<main><h1>{safe(title)}</h1>{told}{''.join(blocks)}</main></body></html>"
    )


def identity(text: str, href: str, sign_out: str = "", *, ended: str = "") -> str:
    """Return the top bar's link: to signing in, or with a name to the account, and then the form that signs out; for ``st.html``.

    Parameters
    ----------
    text, href : of the link.
    sign_out : markup of ``form``.
    ended : plain text over the page, for somebody whose session has ended while the page was open.
    """
    told = f'<p class="jw-ended" role="alert">{safe(ended)}</p>' if ended else ""
    link = f'<a href="{safe(href)}" target="_self" dir="auto">{safe(text)}</a>'
    return f'<style>{_IDENTITY_CSS}</style><div class="jw-identity">{link}{sign_out}</div>{told}'


STYLE = """
@font-face{font-family:'Noto Sans Arabic';src:url(/assets/noto-arabic.ttf);unicode-range:U+0600-06FF,U+0750-077F,U+08A0-08FF,U+FB50-FDFF,U+FE70-FEFF}
@font-face{font-family:Heebo;src:url(/assets/heebo.ttf)}
*{box-sizing:border-box}
body{margin:0;background:#f5f3ee;color:#222;font:16px/1.5 Heebo,'Noto Sans Arabic',system-ui,sans-serif}
header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.5rem 1rem;padding:.75rem 1rem;background:#fff;border-block-end:1px solid #e6e3dc}
header a{color:#0b5c8a;text-decoration:none;padding:.35rem .2rem}
nav{display:flex;gap:.75rem}
nav a[aria-current]{color:#222;font-weight:600}
main{max-inline-size:28rem;margin:1.5rem auto;padding:0 1rem 2rem}
h1{font-size:1.6rem;margin:0 0 .75rem}
h2{font-size:1.15rem;margin:0 0 .5rem}
form,section{background:#fff;border:1px solid #e6e3dc;border-radius:.5rem;padding:1rem;margin-block:1rem}
form p{margin:0 0 .9rem}
label{display:block;font-weight:600}
input{inline-size:100%;font:inherit;padding:.5rem .6rem;border:1px solid #77776f;border-radius:.35rem;background:#fff;color:inherit}
html[dir=rtl] input[dir=ltr]{text-align:right}
small{display:block;color:#555;font-size:.875rem}
button{font:inherit;min-block-size:2.75rem;padding:.4rem 1.2rem;border:1px solid #0b5c8a;border-radius:.35rem;background:#0b5c8a;color:#fff;cursor:pointer}
button.quiet{background:#fff;color:#0b5c8a}
a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
main a{color:#0b5c8a}
ul{list-style:none;margin:0;padding:0}
li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem;padding-block:.5rem;border-block-end:1px solid #e6e3dc}
li form{border:0;padding:0;margin:0}
main>p{overflow-wrap:anywhere}
.error{background:#fdecea;border-inline-start:4px solid #a3261b;padding:.6rem .8rem}
.notice{background:#e8f4ee;border-inline-start:4px solid #1b7a4b;padding:.6rem .8rem}
"""

POLICY = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Content-Security-Policy of these pages: only this very style applies, nothing runs, nothing frames them, forms stay here."""

_IDENTITY_CSS = """
.st-key-language_switch{flex-direction:row-reverse!important;align-items:center;gap:.75rem!important}
.st-key-language_switch>*{width:auto!important;flex:none!important}
.jw-identity{display:flex;align-items:center;gap:.6rem;font-size:.875rem;white-space:nowrap}
.jw-identity a{color:#0b5c8a;text-decoration:none;padding:.3rem 0;max-inline-size:10rem;overflow:hidden;text-overflow:ellipsis}
.jw-identity form{margin:0}
.jw-identity button{font:inherit;border:1px solid #0b5c8a;border-radius:.4rem;background:#fff;color:#0b5c8a;padding:.25rem .6rem;cursor:pointer}
.jw-ended{position:fixed;z-index:999991;inset-block-end:1rem;inset-inline:1rem;margin:0 auto;max-inline-size:34rem;padding:.7rem 1rem;text-align:center;
 background:#fdecea;color:#222;border:1px solid #a3261b;border-radius:.5rem;white-space:normal}
.jw-identity :is(a,button):focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
@media(max-width:640px){.st-key-language_switch{gap:.5rem!important}.jw-identity a{max-inline-size:4.5rem}.jw-identity form{display:none}}
"""
