r"""The archive as JSON Lines: one article a line, all that is known of it, in UTF-8. Pure.

Times are UTC (`2022-03-15T03:38:08Z`). Signs that JSON allows as they are but a terminal or a program that splits lines
acts on (controls, bidi marks, U+2028) are written as escapes, which every JSON reader undoes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from storage.lookup import Article
from storage.types import iso_utc

_ACTED_ON = re.compile(r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def as_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """Give the lines, each with its end."""
    for article in articles:
        yield json_line(asdict(article)) + "\n"


def json_line(value: Mapping[str, object]) -> str:
    r"""Give one object as one line of JSON, readable as it stands.

    >>> json_line({"title": "沪指\u202e", "at": None})
    '{"title": "沪指\\u202e", "at": null}'
    """
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    return _ACTED_ON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso_utc(value)
    raise TypeError(f"{value!r} is no JSON")
