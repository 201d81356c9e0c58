"""Names that a hostile partner could give a site: each would set ``window.hit`` if any page or map ran it."""

from __future__ import annotations

PAYLOADS = (
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "</style><script>window.hit=1</script>",
    "</textarea></title><svg onload=window.hit=1>",
    "<svg/onload=window.hit=1>",
    "<svg><script>window.hit=1</script></svg>",
    "<iframe srcdoc='<script>parent.hit=1;top.hit=1</script>'>",
    "<body onload=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<input autofocus onfocus=window.hit=1>",
    "<video><source onerror=window.hit=1></video>",
    "<a href='javascript:window.hit=1' id=x>x</a>",
    "javascript:window.hit=1",
    "data:text/html,<script>top.hit=1</script>",
    '"><img src=x onerror=window.hit=1>',
    "' onmouseover='window.hit=1",
    "${window.hit=1}",
    "`;window.hit=1;`",
    "`+(window.hit=1)+`",
    "\\`${window.hit=1}",
    "{{constructor.constructor('window.hit=1')()}}",
    "{{'window.hit=1'}}",
    "{% raw %}<script>window.hit=1</script>",
    "\\x3cscript\\x3ewindow.hit=1\\x3c/script\\x3e",
    "\\u003cimg src=x onerror=window.hit=1\\u003e",
    "-->\n<img src=x onerror=window.hit=1>\u2028<!--",
    "*/window.hit=1/*",
    '");window.hit=1;//',
    "]]><script>window.hit=1</script>",
    "&lt;img src=x onerror=window.hit=1&gt;",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hit=1>",
)

HIT = "Boolean(window.hit || top.hit || parent.hit)"
