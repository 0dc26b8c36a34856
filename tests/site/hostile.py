"""A server that misbehaves: one route a misbehaviour, each of them seen on a real host.

It answers for every host name, in plain HTTP, and counts connections and requests. `ROUTES` lists the misdeeds;
every other path is a good article, whose text names the address and the Host field that it was asked by.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import zlib
from collections.abc import Callable, Iterator
from html import escape
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import parse_qs

import brotli
from backports import zstd

BOMB_SIZE = 200 * 1024 * 1024
"""What a bomb becomes once it is unpacked, and what the endless stream sends."""

_MEBIBYTE = b" " * (1024 * 1024)
_HEAD = b"<html><head><title>Quarterly figures</title></head><body><p>"


class Asked(NamedTuple):
    """One request as it came; `path` has the query."""

    host: str
    path: str
    user_agent: str


Misdeed = Callable[[socket.socket, Asked], None]


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
        asked = Asked(fields.get("host", ""), first.split(" ")[1], fields.get("user-agent", ""))
        self.requests.append(asked)
        path = asked.path.partition("?")[0]
        if path == "/hang":
            peer.settimeout(60)
            peer.recv(1)  # nothing comes, until the client gives up and closes
            return
        ROUTES.get(path, article)(peer, asked)


def answer(peer: socket.socket, body: bytes, *fields: str, status: str = "200 OK") -> None:
    """Send a whole, well-formed answer."""
    peer.sendall(_start(status, f"Content-Length: {len(body)}", "Content-Type: text/html; charset=utf-8", *fields))
    peer.sendall(body)


def article(peer: socket.socket, asked: Asked) -> None:
    """Send a good article, which says how it was asked for."""
    said = f"This page was asked for as {escape(asked.path)} of the host {escape(asked.host)}, which is all it knows."
    filler = "<p>The harbour company reported steady figures for the quarter, and its board expects no change.</p>" * 4
    title = "Steady figures at the harbour"
    body = f"<article><h1>{title}</h1><p>{said}</p>{filler}</article>"
    answer(peer, f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode())


def _start(status: str, *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Connection: close", *fields]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def _robots(peer: socket.socket, _asked: Asked) -> None:
    answer(peer, b"User-agent: *\nDisallow: /private\n")


def _status(status: str) -> Misdeed:
    return lambda peer, _asked: answer(peer, f"<html><body>{status}</body></html>".encode(), status=status)


def _redirect(peer: socket.socket, asked: Asked) -> None:
    """Send on to where the query says: /redirect?to=ADDRESS."""
    to = parse_qs(asked.path.partition("?")[2])["to"][0]
    answer(peer, b"", f"Location: {to}", status="302 Found")


def _loop(peer: socket.socket, asked: Asked) -> None:
    turn = int(asked.path.partition("?")[2] or 0) + 1
    answer(peer, b"", f"Location: /redirect-loop?{turn}", status="302 Found")


def _truncated(peer: socket.socket, _asked: Asked) -> None:
    peer.sendall(_start("200 OK", "Content-Length: 90000", "Content-Type: text/html") + _good_page())


def _truncated_chunks(peer: socket.socket, _asked: Asked) -> None:
    peer.sendall(_start("200 OK", "Transfer-Encoding: chunked", "Content-Type: text/html"))
    page = _good_page()
    peer.sendall(f"{len(page):x}\r\n".encode() + page + b"\r\n")  # and no last chunk


def _truncated_gzip(peer: socket.socket, _asked: Asked) -> None:
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(_good_page()) + packer.flush()
    answer(peer, packed[: len(packed) // 2], "Content-Encoding: gzip")


def _stream(peer: socket.socket, _asked: Asked) -> None:
    peer.sendall(_start("200 OK", "Transfer-Encoding: chunked", "Content-Type: text/html"))
    for piece in _bomb_pieces():
        peer.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    peer.sendall(b"0\r\n\r\n")


def _announced(peer: socket.socket, _asked: Asked) -> None:
    peer.sendall(_start("200 OK", f"Content-Length: {BOMB_SIZE}", "Content-Type: text/html"))
    for _ in range(BOMB_SIZE // len(_MEBIBYTE)):
        peer.sendall(_MEBIBYTE)


def _bomb(encoding: str) -> Misdeed:
    def send(peer: socket.socket, _asked: Asked) -> None:
        answer(peer, _packed(encoding), f"Content-Encoding: {encoding}")

    return send


_bombs: dict[str, bytes] = {}


def _packed(encoding: str) -> bytes:
    if encoding not in _bombs:
        _bombs[encoding] = b"".join(_PACKERS[encoding]())
    return _bombs[encoding]


def _bomb_pieces() -> Iterator[bytes]:
    yield _HEAD
    for _ in range(BOMB_SIZE // len(_MEBIBYTE)):
        yield _MEBIBYTE


def _gzip_pieces() -> Iterator[bytes]:
    packer = zlib.compressobj(level=1, wbits=31)
    yield from map(packer.compress, _bomb_pieces())
    yield packer.flush()


def _brotli_pieces() -> Iterator[bytes]:
    packer = brotli.Compressor(quality=5)
    yield from map(packer.process, _bomb_pieces())
    yield packer.finish()


def _zstd_pieces() -> Iterator[bytes]:
    packer = zstd.ZstdCompressor(level=1)
    yield from map(packer.compress, _bomb_pieces())
    yield packer.flush()


_PACKERS = {"gzip": _gzip_pieces, "br": _brotli_pieces, "zstd": _zstd_pieces}


def _good_page() -> bytes:
    return b"<html><body><article>" + b"<p>Half of this page is on its way, and the rest will never come.</p>" * 20


def _garbage(peer: socket.socket, _asked: Asked) -> None:
    peer.sendall(b"\x00\x01\x02 this is no HTTP at all\r\n\r\n")


def _close(_peer: socket.socket, _asked: Asked) -> None:
    """Say nothing."""


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
    "/redirect-loop": _loop,
    "/truncated": _truncated,
    "/truncated-chunks": _truncated_chunks,
    "/truncated-gzip": _truncated_gzip,
    "/stream": _stream,
    "/announced": _announced,
    "/bomb-gzip": _bomb("gzip"),
    "/bomb-br": _bomb("br"),
    "/bomb-zstd": _bomb("zstd"),
    "/garbage": _garbage,
    "/close": _close,
    "/challenge": _challenge,
}
"""What goes wrong at which path; "/hang" besides, which never answers."""
