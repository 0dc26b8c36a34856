"""Whole bodies only: decompressed to their end, and those that end with the connection only if they show their end."""

from __future__ import annotations

import re
from typing import Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from crawler.compression import ENCODINGS, decompress
from crawler.errors import ResponseRefused
from storage.reasons import Reason

_TAIL = 16 * 1024
"""How far from its end a page's last end tag is looked for: comments and scripts of caches may follow it."""

_HEAD = 16 * 1024
"""The part of a page that holds its first 4,096 characters in any encoding."""

_PAGE_END = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<([A-Za-z_][\w:.-]{0,100})")
_PROLOG = re.compile(rb"<\?[^>]{0,1000}>|<!--.{0,1000}?-->|<![^>]{0,1000}>", re.DOTALL)
_LAST_TAG = re.compile(rb"</([A-Za-z_][\w:.-]{0,100})\s*>\s*(?:<!--[^>]{0,1000}-->\s*)*$")


class WholeBodies:
    """In the place of Scrapy's HttpCompressionMiddleware: asks for compressed answers, and hands on whole ones.

    Statuses of errors are handed on as they are: nothing of them is stored.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ", ".join(ENCODINGS))

    def process_response(self, request: Request, response: Response) -> Response:
        """Give the response with its plain body.

        Raises:
            ResponseRefused: the body is too large, damaged or cut.
        """
        if request.method == "HEAD":
            return response
        plain = self._plain(response)
        is_good = 200 <= response.status < 300  # noqa: PLR2004
        if is_good and response.status == 206:  # noqa: PLR2004
            raise ResponseRefused(Reason.TRUNCATED, "the server sends a part of it (206), which nobody asked for")
        if is_good and "partial" in response.flags and plain is response and not shows_its_end(response.body):
            raise ResponseRefused(Reason.TRUNCATED, "the body has no length, and no end: the connection was closed")
        return plain

    def _plain(self, response: Response) -> Response:
        fields = [field.decode("latin-1") for field in response.headers.getlist("Content-Encoding")]
        if not fields or not response.body:
            return response
        body = decompress(response.body, fields, most_bytes=self._most_bytes)
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        if issubclass(kind, TextResponse):
            return response.replace(cls=kind, headers=headers, body=body, encoding=None)
        return response.replace(cls=kind, headers=headers, body=body)


class HeadMetaRefresh(MetaRefreshMiddleware):
    """Scrapy's own, which decodes a whole page for its first 4,096 characters and keeps the text with the response.

    For pages of 8 MB that held 250 MB more in a crawl (tried).
    """

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002  # Scrapy's signature
    ) -> Request | Response:
        if len(response.body) <= _HEAD:
            return super().process_response(request, response)
        head = response.replace(body=response.body[:_HEAD])
        answer = super().process_response(request, head)
        return response if answer is head else answer


def shows_its_end(body: bytes) -> bool:
    """Tell whether a body that only the closed connection ended is whole, as far as it can show.

    A page has to have the end tag of its html or body element near its end, XML that of its first element at its end,
    JSON its last bracket. Anything else cannot show it, and is taken for whole. An HTML page may lawfully leave both
    end tags out: such a page, sent without a length, counts as cut.

    >>> shows_its_end(b"<html><p>All of it.</p></html>"), shows_its_end(b"<html><p>Half of")
    (True, False)
    """
    # In UTF-16 every other byte of a tag is a zero.
    text = (
        (body[:_TAIL] if len(body) <= _TAIL else body[:4096]).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    )
    tail = body[-_TAIL:].replace(b"\0", b"").rstrip()
    if text.startswith((b"{", b"[")):
        return tail.endswith(b"}" if text.startswith(b"{") else b"]")
    if not text.startswith(b"<"):
        return bool(text)
    return _PAGE_END.search(tail) is not None or _ends_as_begun(text, tail)


def _ends_as_begun(start: bytes, tail: bytes) -> bool:
    first = _FIRST_TAG.search(_PROLOG.sub(b"", start))
    last = _LAST_TAG.search(tail)
    return first is not None and last is not None and first[1] == last[1]
