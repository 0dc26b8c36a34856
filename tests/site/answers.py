"""What the local site speaks in: requests, answers, routes, and what several hosts share."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from tests.site.state import SiteState

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `host` without a port, `path` without the query; host and header names in lower case."""

    method: str
    host: str
    path: str
    query_text: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query_text}" if self.query_text else self.path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_text, keep_blank_values=True))

    def number(self, name: str, default: int) -> int:
        """Give a query field as a number; what is none counts as the default, as on the real hosts."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() else default


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    headers: Fields = ()
    body: bytes = b""


Handler = Callable[[Request, "SiteState"], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """Requests to `host` whose whole path matches `path`; "*" in front of a host stands for any beginning."""

    host: str
    path: re.Pattern[str]
    answer: Handler


def route(host: str, path: str, answer: Handler) -> Route:
    return Route(host, re.compile(path), answer)


def html_answer(markup: str, *, charset: str = "utf-8", declared: str | None = None, status: int = 200) -> Answer:
    """Give a page encoded in `charset`; `declared` is what the Content-Type field says ("" for nothing)."""
    said = charset if declared is None else declared
    media_type = f"text/html; charset={said}" if said else "text/html"
    return Answer(status, (("Content-Type", media_type),), markup.encode(charset, "xmlcharrefreplace"))


def text_answer(text: str, media_type: str = "text/plain; charset=utf-8", status: int = 200) -> Answer:
    return Answer(status, (("Content-Type", media_type),), text.encode())


def json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_answer(value: object, *, status: int = 200) -> Answer:
    return text_answer(json_text(value), "application/json; charset=utf-8", status)


def jsonp_answer(request: Request, value: object, form: str = "{callback}({json})") -> Answer:
    """Give JSON, wrapped as a script by `form` where the request names a callback."""
    callback = request.query.get("callback") or request.query.get("cb")
    if not callback:
        return json_answer(value)
    script = form.replace("{callback}", callback).replace("{json}", json_text(value))
    return text_answer(script, "application/javascript; charset=utf-8")


def not_found() -> Answer:
    return html_answer("<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>", status=404)


def conditional(request: Request, answer: Answer, changed_at: datetime) -> Answer:
    """Add ETag and Last-Modified to an answer, or give 304 where the request already has it."""
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    stamps = (("ETag", tag), ("Last-Modified", format_datetime(changed_at.astimezone(UTC), usegmt=True)))
    if _is_known(request, tag, changed_at):
        return Answer(304, stamps)
    return replace(answer, headers=answer.headers + stamps)


def _is_known(request: Request, tag: str, changed_at: datetime) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:  # RFC 9110 section 13.1.3: the date is ignored where a tag is sent
        return tag in known or known.strip() == "*"
    since = request.headers.get("if-modified-since")
    return since is not None and parsedate_to_datetime(since) >= changed_at.replace(microsecond=0)
