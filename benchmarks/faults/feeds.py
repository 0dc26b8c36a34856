"""A slow site with three feeds: one that keeps what it showed, one that moves on, one that empties."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any, Self

from tests.site.bulk import bulk_text, bulk_title

HOST = "faults.test"
FEEDS = ("stays", "moves", "empties")
SOURCES = "\n".join(
    f'[[source]]\nkey = "{name}"\nkind = "feed"\nurl = "https://{HOST}/{name}.xml"\npublisher = "Faults"\n'
    for name in FEEDS
)
_FIRST = {"stays": 100_000, "moves": 200_000, "empties": 300_000}


def page_url(number: int) -> str:
    return f"https://{HOST}/article/{number}.html"


class FeedSite:
    """The running site, as a context manager; `slow_s` is the longest that an answer takes.

    `shown` has the numbers that each feed shows now; what it showed before keeps its page.
    """

    def __init__(self, *, slow_s: float = 0.15, seed: int = 1) -> None:
        self.shown: dict[str, list[int]] = {name: [] for name in FEEDS}
        self.hanging: set[int] = set()
        """Pages that never come."""
        self.asked = 0
        """How many requests came."""
        self._made = dict(_FIRST)
        self._slow_s = slow_s
        self._random = Random(seed)
        self._stopped = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 128
            block_on_close = False

            def handle_error(self, *_: Any) -> None:
                """Say nothing: killed crawls leave broken connections."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def move_on(self, count: int = 8) -> None:
        """Publish `count` more in each feed; `moves` forgets all others, `empties` shows any only every other time."""
        for name in FEEDS:
            fresh = list(range(self._made[name], self._made[name] + count))
            if name == "stays":
                self.shown[name] = self.shown[name] + fresh
            elif name == "empties" and self.shown[name]:
                fresh, self.shown[name] = [], []
            else:
                self.shown[name] = fresh
            self._made[name] += len(fresh)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        self._stopped.wait(self._random.uniform(0, self._slow_s))
        name = handler.path.strip("/").partition(".")[0]
        if name in self.shown:
            self._send(handler, 200, "application/rss+xml", _feed(self.shown[name]))
        elif name.startswith("article/"):
            number = int(name.partition("/")[2])
            if number in self.hanging:
                self._stopped.wait(60)
                return
            self._send(handler, 200, "text/html; charset=utf-8", _page(number))
        else:
            self._send(handler, 404, "text/plain", "")

    def _send(self, handler: BaseHTTPRequestHandler, status: int, media_type: str, text: str) -> None:
        body = text.encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", media_type)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            handler.close_connection = True  # the crawl was killed


def _feed(numbers: list[int]) -> str:
    items = "".join(
        f"<item><title>{escape(bulk_title(n))}</title><link>{page_url(n)}</link></item>" for n in reversed(numbers)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Faults</title>{items}</channel></rss>'


def _page(number: int) -> str:
    text = "".join(f"<p>{escape(line)}</p>" for line in bulk_text(number).splitlines())
    title = escape(bulk_title(number))
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<time>2025-06-11 09:30</time>{text}</article></body></html>"
    )


def wait_for(condition: Callable[[], bool], *, seconds: float = 60, every_s: float = 0.02, what: str = "it") -> None:
    """Wait until a condition holds.

    Raises:
        TimeoutError: it did not within `seconds`.
    """
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        time.sleep(every_s)
