"""A server that misbehaves: one route a misbehaviour, each of them seen on a real host.

It answers for every host name, in plain HTTP, and counts connections and requests. `ROUTES` lists the misdeeds;
every other path is a good article, whose text names the address and the Host field that it was asked by. What goes
wrong on the network is declared in `tests.site.hostile_network`.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from html import escape
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

from tests.site.hostile_network import GOOD_PATHS, NETWORK_CASES, NETWORK_ROUTES, Case, prepare_bombs
from tests.site.wire import Asked, Misdeed, answer, article

__all__ = [
    "GOOD_PATHS",
    "NETWORK_CASES",
    "ROUTES",
    "Asked",
    "Case",
    "HostileServer",
    "answer",
    "article",
    "prepare_bombs",
]


class HostileServer:
    """The running server, as a context manager; `connections` counts those that were accepted."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.requests: list[Asked] = []
        self.connections = 0
        self.stopped = threading.Event()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        outer = self

        class Server(socketserver.ThreadingTCPServer):
            address_family = family
            allow_reuse_address = True
            daemon_threads = True
            block_on_close = False
            request_queue_size = 128

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer.connections += 1
                with contextlib.suppress(OSError):
                    outer.converse(self.request)

        self._server = Server((address, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def paths(self) -> list[str]:
        """Give what was asked for, without robots.txt."""
        return [asked.path for asked in self.requests if asked.path != "/robots.txt"]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def converse(self, peer: socket.socket) -> None:
        """Answer one request and close: a misdeed must not spoil the next request of its connection."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = peer.recv(65536)
            if not piece:
                return
            head += piece
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        target = first.split(" ")[1]
        asked = Asked(fields.get("host", ""), target, fields.get("user-agent", ""), tuple(fields.items()))
        self.requests.append(asked)
        ROUTES.get(asked.path.partition("?")[0], article)(peer, asked)


def _robots(peer: socket.socket, _asked: Asked) -> None:
    answer(peer, b"User-agent: *\nDisallow: /private\n")


def _status(status: str) -> Misdeed:
    return lambda peer, _asked: answer(peer, f"<html><body>{status}</body></html>".encode(), status=status)


def _redirect(peer: socket.socket, asked: Asked) -> None:
    """Send on to where the query says: /redirect?to=ADDRESS."""
    to = parse_qs(asked.path.partition("?")[2])["to"][0]
    answer(peer, b"", f"Location: {to}", status="302 Found")


def _refresh(peer: socket.socket, asked: Asked) -> None:
    """Send on to where the query says, by a meta element: /refresh?to=ADDRESS."""
    to = escape(parse_qs(asked.path.partition("?")[2])["to"][0])
    answer(peer, f'<html><head><meta http-equiv="refresh" content="0; url={to}"></head></html>'.encode())


def _challenge(peer: socket.socket, _asked: Asked) -> None:
    answer(peer, "<html><title>访问验证</title><body><p>请按住滑块，拖动到最右边</p></body></html>".encode())


ROUTES: dict[str, Misdeed] = {
    "/robots.txt": _robots,
    "/status-401": _status("401 Unauthorized"),
    "/status-403": _status("403 Forbidden"),
    "/status-404": _status("404 Not Found"),
    "/status-410": _status("410 Gone"),
    "/status-429": _status("429 Too Many Requests"),
    "/status-500": _status("500 Internal Server Error"),
    "/status-503": _status("503 Service Unavailable"),
    "/redirect": _redirect,
    "/refresh": _refresh,
    "/challenge": _challenge,
    **NETWORK_ROUTES,
}
"""What goes wrong at which path."""
