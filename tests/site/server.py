"""The server: many hosts on one port of this machine, told apart by the Host field, over HTTP/1.1.

It speaks plain HTTP whatever the scheme of the URL that was asked: clients connect to it with
CONNECT_TO='*=127.0.0.1:PORT' and keep the true URL and Host field.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import NamedTuple, Self

from tests.site.answers import Answer, Fields, Request, Route, html_answer, not_found, text_answer
from tests.site.hosts import all_routes
from tests.site.state import ADDITION, Behaviour, SiteState

MISHAPS = ("captcha", "html", "empty", "truncate", "close", "hang")
"""Behaviours by name: a challenge page, an error page and an empty body, each with status 200, a body that
breaks off half way, a connection closed without a word, and one that never answers."""

_CAPTCHA = (
    "<html><head><title>验证</title><script>var requestInfo={traceid:'0a1b2c'};</script></head><body>"
    "<div id='aliyunCaptcha-window' class='waf-nc-h5'><p>访问验证</p>"
    "<p>请按住滑块，拖动到最右边</p></div></body></html>"
)
_BROKEN_OFF = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n<html><body><p>"
_ERROR_PAGE = "<html><head><title>系统繁忙</title></head><body><h1>系统繁忙，请稍后再试</h1></body></html>"


class Seen(NamedTuple):
    """One request as it came; `path` has the query, header names are in lower case."""

    host: str
    path: str
    headers: Mapping[str, str]


class _Extra(NamedTuple):
    host: str
    path: str
    status: int
    headers: Fields
    body: bytes | Callable[[Request], Answer]


class NewsSite:
    """The running site, as a context manager; `state` moves its time on, `requests` is what came in.

    with NewsSite() as site:
        crawl(connect_to=site.connect_to)
        site.publish(3)
    """

    def __init__(self, port: int = 0, *, state: SiteState | None = None) -> None:
        self.state = state or SiteState()
        self.port = port
        self.requests: list[Seen] = []
        self._routes = _by_host(all_routes())
        self._extra: list[_Extra] = []
        self._removed_hosts: set[str] = set()
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._failed: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="news site", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            self._thread.join()
            raise OSError(f"the news site cannot listen on 127.0.0.1:{self.port}: {self._failed}") from self._failed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def connect_to(self) -> str:
        """Give the CONNECT_TO setting that leads every host here."""
        return f"*=127.0.0.1:{self.port}"

    def add(
        self,
        host: str,
        path: str,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: str | bytes | Callable[[Request], Answer] = b"",
    ) -> None:
        """Answer `path` of `host` this way, before all other routes; the last one added wins.

        `path` is a path with or without its query; one that ends in "*" stands for everything that begins so.
        """
        fields = tuple(headers.items() if isinstance(headers, Mapping) else headers)
        content = body.encode() if isinstance(body, str) else body
        with self._lock:
            self._extra.insert(0, _Extra(host.lower(), path, status, fields, content))

    def remove_host(self, host: str) -> None:
        """Let every connection that asks for `host` be closed without an answer."""
        with self._lock:
            self._removed_hosts.add(host.lower())

    def publish(self, count: int = 1, desk: str | None = None) -> None:
        """See SiteState.publish."""
        self.state.publish(count, desk)

    def edit(self, key: str, text: str = ADDITION, desk: str | None = None) -> None:
        """See SiteState.edit."""
        self.state.edit(key, text, desk)

    def remove(self, key: str, desk: str | None = None) -> None:
        """See SiteState.remove."""
        self.state.remove(key, desk)

    def fail(self, host: str, path: str, behaviour: Behaviour, times: int = 1) -> None:
        """See SiteState.fail."""
        self.state.fail(host, path, behaviour, times)

    def seen(self, host: str, path: str = "") -> list[Seen]:
        """Give the requests to a host whose path and query contain `path`, in the order they came."""
        return [request for request in list(self.requests) if request.host == host and path in request.path]

    def answer(self, request: Request) -> Answer | str:
        """Give the answer to a request, or the name of the mishap that it meets."""
        behaviour = "close" if request.host in self._removed_hosts else self.state.failure_for(request)
        if behaviour is None:
            return self._extra_answer(request) or self._routed(request)
        return _misbehave(behaviour, request)

    def _extra_answer(self, request: Request) -> Answer | None:
        with self._lock:
            extra = next((e for e in self._extra if e.host in (request.host, "*") and _covers(e.path, request)), None)
        if extra is None:
            return None
        return extra.body(request) if callable(extra.body) else Answer(extra.status, extra.headers, extra.body)

    def _routed(self, request: Request) -> Answer:
        routes = self._routes.get(request.host) or self._routes.get("*." + request.host.partition(".")[2])
        if routes is None:
            return text_answer(f"no host {request.host} lives here\n", status=404)
        for route in routes:
            if route.path.fullmatch(request.path):
                return route.answer(request, self.state)
        if request.path == "/robots.txt":
            return text_answer("User-agent: *\nAllow: /\n")
        return not_found()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, backlog=512)
        except OSError as error:
            self._failed = error
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the closed connections let go of their sockets in the loop's next turn

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._converse(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            try:
                while await self._exchange(reader, writer):
                    pass
            finally:
                writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; give whether the connection stays open."""
        request = await _read_request(reader)
        self.requests.append(Seen(request.host, request.target, request.headers))
        answer = self.answer(request)
        if answer == "hang":
            await reader.read()  # until the client gives up
            return False
        if isinstance(answer, str):
            if answer == "truncate":
                writer.write(_BROKEN_OFF)
                await writer.drain()
            return False
        stays = request.headers.get("connection", "").lower() != "close"
        writer.write(_rendered(answer, request.method, stays=stays))
        await writer.drain()
        return stays


def _by_host(routes: Iterable[Route]) -> dict[str, list[Route]]:
    hosts: dict[str, list[Route]] = {}
    for route in routes:
        hosts.setdefault(route.host, []).append(route)
    return hosts


def _covers(path: str, request: Request) -> bool:
    if path.endswith("*"):
        return request.target.startswith(path[:-1])
    return path in (request.target, request.path)


def _misbehave(behaviour: Behaviour, request: Request) -> Answer | str:
    if isinstance(behaviour, int):
        return html_answer(f"<h1>{behaviour} {HTTPStatus(behaviour).phrase}</h1>", status=behaviour)
    if isinstance(behaviour, Answer):
        return behaviour
    if callable(behaviour):
        return behaviour(request)
    if behaviour not in MISHAPS:
        raise ValueError(f"no mishap is called {behaviour!r}: one of {', '.join(MISHAPS)}, a status, or an Answer")
    pages = {"captcha": html_answer(_CAPTCHA), "html": html_answer(_ERROR_PAGE), "empty": Answer()}
    return pages.get(behaviour, behaviour)


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    method, target, _version = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    path, _, query_text = target.partition("?")
    host = headers.get("host", "").rpartition(":")
    name = host[0] if host[0] and host[2].isdigit() else headers.get("host", "")
    return Request(method, name.lower(), path, query_text, headers, body)


def _rendered(answer: Answer, method: str, *, stays: bool) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines.extend(f"{name}: {value}" for name, value in answer.headers)
    if answer.status not in (204, 304):
        lines.append(f"Content-Length: {len(answer.body)}")
    lines.append(f"Connection: {'keep-alive' if stays else 'close'}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if method == "HEAD" or answer.status in (204, 304) else head + answer.body
