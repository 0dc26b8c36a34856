"""The archive as an Atom feed (RFC 4287): the articles given, with their clean HTML. Pure.

Titles are text and never markup. Signs that XML 1.0 has no way to write (controls, halves of surrogate pairs) become
U+FFFD; the archive has none of them in titles that were crawled.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from storage.lookup import Article
from storage.types import Precision, iso_utc

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEPT = {"\r": "&#13;"}
"""A reader of XML makes a bare carriage return a line feed."""


def as_atom(articles: Iterable[Article], *, title: str, updated: datetime, address: str = "") -> Iterator[str]:
    """Give the feed, entry by entry; `address` is where it can be had, `updated` the newest article's change."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    yield f"{_element('id', address or 'urn:finews:archive')}{_element('title', title)}"
    yield f"{_element('updated', iso_utc(updated))}<author><name>finews</name></author>\n"
    if address:
        yield f'<link rel="self" href={_attribute(address)}/>\n'
    for article in articles:
        yield _entry(article)
    yield "</feed>\n"


def _entry(article: Article) -> str:
    body = article.html or "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in article.text.splitlines())
    parts = [
        _element("id", f"urn:finews:{quote(article.identity, safe=':')}"),
        _element("title", article.title),
        f"<link href={_attribute(article.url)}/>\n",
        _element("updated", iso_utc(article.updated_at)),
    ]
    if article.published_at is not None and article.published_precision is not Precision.DAY:
        parts.append(_element("published", iso_utc(article.published_at)))
    parts += [
        f"<author>{_element('name', name)}</author>\n" for name in article.authors or (article.publisher,) if name
    ]
    parts += [f"<category term={_attribute(article.category_slug)} label={_attribute(article.category_name)}/>\n"]
    parts.append(f'<content type="html">{_text(body)}</content>\n')
    return f"<entry>\n{''.join(parts)}</entry>\n"


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>\n"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), _KEPT)


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))
