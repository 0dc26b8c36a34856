"""The extractors that are compared: ours, and those of others that are installed.

newspaper4k and readability-lxml ask for older versions of our own dependencies than ours; they run on ours:

    pip install -e '.[bench]'
    pip install --no-deps newspaper4k readability-lxml
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec

import trafilatura
from lxml.html import document_fromstring
from trafilatura.settings import Document

from pipelines.charset import decode
from pipelines.date_forms import HAN
from pipelines.markup import lines_of
from pipelines.saved import extract_saved

_NOW = datetime.now(UTC)
_NO_URL = "http://saved.invalid/"
_MANY_HAN = 200


@dataclass(frozen=True, slots=True)
class Read:
    """What an extractor says of a page; `published` ISO 8601 or "", `publishers` the names that it gives for it."""

    text: str = ""
    title: str = ""
    published: str = ""
    publishers: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    cpu_seconds: float = 0.0
    error: str = ""


def timed(name: str, body: bytes, url: str) -> Read:
    """Give what the extractor of that name reads; one that raises reads nothing."""
    started = time.process_time()
    try:
        read, error = EXTRACTORS[name](body, url), ""
    except Exception as failed:  # noqa: BLE001  # any of them may fail in any way; that is a result, too
        read, error = Read(), f"{type(failed).__name__}: {failed}"[:200]
    seconds = time.process_time() - started
    return Read(read.text, read.title, read.published, read.publishers, read.authors, seconds, error or read.error)


def installed() -> list[str]:
    return [name for name in EXTRACTORS if find_spec(_PACKAGES.get(name, name)) is not None]


def _finews(body: bytes, url: str) -> Read:
    row = extract_saved(body, id="", url=url, now=_NOW)
    if "error" in row:
        return Read(error=row["error"])
    return Read(
        text=row["text"], title=row["title"], published=row["published_at"] or "", authors=tuple(row["authors"]),
        publishers=tuple(filter(None, (row["publisher"], row["publisher_as_printed"]))),
    )  # fmt: skip


def _trafilatura(body: bytes, url: str) -> Read:
    document = trafilatura.bare_extraction(body, url=url or None, include_comments=False, with_metadata=True)
    if not isinstance(document, Document):
        return Read()
    return Read(
        text=document.text or "", title=document.title or "", published=document.date or "",
        publishers=tuple(filter(None, (document.sitename,))),
        authors=tuple(filter(None, (name.strip() for name in (document.author or "").split(";")))),
    )  # fmt: skip


def _newspaper(body: bytes, url: str) -> Read:
    from newspaper import Article

    source = decode(body, "")
    article = Article(
        url or _NO_URL, language="zh" if len(HAN.findall(source)) > _MANY_HAN else "en", fetch_images=False
    )
    article.download(input_html=source)
    article.parse()
    published = article.publish_date
    return Read(
        text=article.text, title=article.title, published=published.isoformat() if published else "",
        authors=tuple(article.authors),
    )  # fmt: skip


def _readability(body: bytes, _: str) -> Read:
    from readability import Document

    document = Document(decode(body, ""))
    lines = lines_of(document_fromstring(document.summary(html_partial=True)))
    return Read(text="\n".join(filter(None, (line.text for line in lines))), title=document.short_title())


def _resiliparse(body: bytes, _: str) -> Read:
    from resiliparse.extract.html2text import extract_plain_text

    return Read(text=extract_plain_text(decode(body, ""), main_content=True, alt_texts=False))


EXTRACTORS: dict[str, Callable[[bytes, str], Read]] = {
    "finews": _finews, "trafilatura": _trafilatura, "newspaper4k": _newspaper, "readability-lxml": _readability,
    "resiliparse": _resiliparse,
}  # fmt: skip
_PACKAGES = {"finews": "pipelines", "newspaper4k": "newspaper", "readability-lxml": "readability"}
