"""Bytes -> text: the charset by evidence, since many pages declare none or a wrong one."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_SAMPLE = 20_000
_META = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}encoding=[\"']([\w.-]{2,40})",
    re.IGNORECASE,
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs",
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
}  # fmt: skip
"""What browsers read for a name: the larger charset. Source: WHATWG Encoding Standard, 4.2."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def decode(body: bytes, content_type: str = "") -> str:
    """Give a page's text: by its byte order mark, else as UTF-8 where it is valid UTF-8, else as declared.

    Valid UTF-8 wins over any declaration: text in another charset is hardly ever valid UTF-8 by chance. Never
    raises; NULs and lone surrogates, which no database takes, are left out.
    """
    return _UNSTORABLE.sub("", _decode(body, content_type))


def _decode(body: bytes, content_type: str) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(body) - error.start < 4 and error.start:  # noqa: PLR2004  # cut inside the last character
            return body.decode("utf-8", "replace")
    return body.decode(_declared(body, content_type) or _guessed(body), "replace")


def _declared(body: bytes, content_type: str) -> str | None:
    """Give the declared charset whose text has the fewest characters that cannot be; None where none fits."""
    names = [match[1] for match in [_HEADER.search(content_type)] if match]
    names += [(found[0] or found[1]).decode("ascii", "replace") for found in _META.findall(body[:4096])]
    fitting = [(name, faults) for name in names if (faults := _faults(body, name)) is not None]
    best = min(fitting, key=lambda pair: pair[1], default=None)
    return _SUPERSETS.get(best[0].lower(), best[0]) if best is not None and best[1] <= len(body) // 200 else None


def _faults(body: bytes, name: str) -> int | None:
    try:
        return body[:_SAMPLE].decode(_SUPERSETS.get(name.lower(), name), "replace").count("\ufffd")
    except (LookupError, UnicodeError):
        return None


def _guessed(body: bytes) -> str:
    if _faults(body, "gb18030") == 0:
        return "gb18030"
    found = from_bytes(body[:_SAMPLE]).best()
    return found.encoding if found is not None else "utf-8"
