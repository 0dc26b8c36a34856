"""Does a body do nothing but show itself? Pure, and strict: what is not plainly inert is not.

A parser of ours and a browser's may differ about broken markup, so every sign that could begin markup has to be a
whole, simple tag, a comment, an address in brackets, or plain text.
"""

from __future__ import annotations

import html
import re

_TAG = re.compile(
    r"""</?([a-zA-Z][a-zA-Z0-9]{0,30})"""
    r"""((?:[\s/]++[a-zA-Z_][\w:.-]*+(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?+)*+)\s*+/?>"""
)
_ATTRIBUTE = re.compile(r"""([a-zA-Z_][\w:.-]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?+""")
_OTHER = re.compile(r"""<(?:(?![a-zA-Z/!?])|https?://[^\s<>"']*+>|!--(?!-?>)(?:(?!--)[^<>])*+-->)""")
_ACTING = frozenset(
    {
        "applet", "audio", "base", "button", "dialog", "embed", "form", "frame", "frameset", "iframe", "input",
        "isindex", "keygen", "link", "listing", "marquee", "math", "meta", "noembed", "noframes", "noscript", "object",
        "option", "param", "plaintext", "portal", "script", "select", "slot", "source", "style", "svg", "template",
        "textarea", "title", "track", "video", "xmp",
    }
)  # fmt: skip
_ACTING_ATTRIBUTES = re.compile(r"on|srcdoc|formaction|action|xlink|http-equiv|xmlns|ping|srcset", re.IGNORECASE)
_SCHEME = re.compile(r"(?:javascript|vbscript|livescript|data|blob|file):", re.IGNORECASE)
_MARKDOWN = re.compile(r"\{:|\]\s*[(:]\s*<?\s*(?:javascript|vbscript|data|blob|file)\s*:", re.IGNORECASE)
"""What kramdown makes of text outside of HTML: attributes of its own, links."""
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")


def is_inert(markup: str) -> bool:
    """Tell whether a body runs nothing, frames nothing and asks for nothing but its pictures.

    >>> is_inert('<p class="x">A &lt; B, <a href="/1.html">one</a> < two</p>'), is_inert("<p onclick=x()>A</p>")
    (True, False)
    >>> is_inert("<a href='java&#10;script:x'>A</a>"), is_inert("<scr<b>ipt>")
    (False, False)
    """
    at = markup.find("<")
    while at != -1:
        tag = _TAG.match(markup, at)
        found = tag or _OTHER.match(markup, at)
        if found is None or (tag is not None and not _is_inert_tag(tag[1], tag[2])):
            return False
        at = markup.find("<", found.end())
    return _MARKDOWN.search(html.unescape(markup)) is None


def _is_inert_tag(name: str, attributes: str) -> bool:
    if name.lower() in _ACTING:
        return False
    for attribute in _ATTRIBUTE.finditer(attributes):
        value = _UNSEEN.sub("", html.unescape((attribute[2] or "").strip("\"'")))
        if _ACTING_ATTRIBUTES.match(attribute[1]) or _SCHEME.match(value):
            return False
    return True
