"""CDXJ indexes of capture files, as pywb and OpenWayback read them: one line a record, sorted by address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from storage.captures import CaptureRef

_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))


def index_line(ref: CaptureRef, *, is_revisit: bool) -> str:
    """Give a capture's line in a CDXJ index."""
    url = ascii_url(ref.url)
    fields = {
        "url": url, "mime": "warc/revisit" if is_revisit else ref.media_type, "status": str(ref.status),
        "digest": ref.digest, "length": str(ref.length), "offset": str(ref.offset), "filename": ref.file,
    }  # fmt: skip
    return f"{surt(url)} {ref.fetched_at.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(fields)}\n"


def ascii_url(url: str) -> str:
    """Give an address without what could break a line."""
    return quote(url, safe=_PRINTABLE, errors="replace")


def surt(url: str) -> str:
    """Give a URL's sort-friendly form, the key of a CDXJ index; what is no URL stays as it is.

    >>> surt("https://www.example.org/a?b=1"), surt("http://example.org:8080")
    ('org,example)/a?b=1', 'org,example:8080)/')
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url.lower()
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{place}){parts.path or '/'}{query}".lower()


def write_index(capture_file: Path, lines: Iterable[str]) -> None:
    """Write a capture file's CDXJ index beside it: whole, or not at all."""
    index = capture_file.with_name(capture_file.name.removesuffix(".warc.gz") + ".cdxj")
    half = index.with_name(f"{index.name}.part")
    try:
        half.write_text("".join(sorted(lines)), encoding="utf-8")
        half.rename(index)
    finally:
        half.unlink(missing_ok=True)
