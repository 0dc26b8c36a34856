"""What servers do wrong on the network, as data: a path, how its link has to end, and what is wrong there.

`NETWORK_CASES` names them all; the routes are the server's (`tests.site.hostile`). A case without a reason is an odd
answer that is right all the same, and is stored.
"""

from __future__ import annotations

import gzip
import itertools
import random
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

import brotli
from backports import zstd

from storage.reasons import Reason
from tests.site.wire import HTML, Asked, Misdeed, answer, good_page, half_page, head

BOMB_SIZE = 200 * 1024 * 1024
"""What a bomb becomes once it is unpacked, and what an endless stream sends at most."""

SLOW_S = 60.0
"""How long a slow server goes on; clients are expected to leave earlier."""

_MEBIBYTE = b" " * (1024 * 1024)
_CHUNKED = "Transfer-Encoding: chunked"


class Case(NamedTuple):
    """One misbehaviour: its path, the reason its link ends with (None: it is stored), and what the server does."""

    path: str
    reason: Reason | None
    text: str


# Bodies and their lengths


def _cut(*fields: str, status: str = "200 OK", version: str = "1.1") -> Misdeed:
    return lambda peer, asked: peer.sendall(head(status, HTML, *fields, version=version) + half_page(asked))


def _length_too_short(peer: socket.socket, asked: Asked) -> None:
    page = good_page(asked)
    peer.sendall(head("200 OK", HTML, f"Content-Length: {len(page) // 2}") + page)


def _lengths(*lengths: str) -> Misdeed:
    def send(peer: socket.socket, asked: Asked) -> None:
        page = good_page(asked)
        fields = [f"Content-Length: {length.format(right=len(page))}" for length in lengths]
        peer.sendall(head("200 OK", HTML, *fields) + page)

    return send


def _length_and_chunks(peer: socket.socket, asked: Asked) -> None:
    page = good_page(asked)
    peer.sendall(head("200 OK", HTML, "Content-Length: 10", _CHUNKED) + _chunk(page) + b"0\r\n\r\n")


def _until_close(*, version: str = "1.1") -> Misdeed:
    return lambda peer, asked: peer.sendall(head("200 OK", HTML, version=version) + good_page(asked))


def _truncated_chunks(peer: socket.socket, asked: Asked) -> None:
    peer.sendall(head("200 OK", _CHUNKED, HTML) + _chunk(half_page(asked)))  # and no last chunk


def _chunk_garbage(peer: socket.socket, asked: Asked) -> None:
    peer.sendall(head("200 OK", _CHUNKED, HTML) + _chunk(half_page(asked)) + b"banana\r\n" + good_page(asked))


def _chunk(piece: bytes) -> bytes:
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


def _reset(*, after: Callable[[Asked], bytes]) -> Misdeed:
    def send(peer: socket.socket, asked: Asked) -> None:
        peer.sendall(after(asked))
        time.sleep(0.2)  # the client has to read what is on its way: a reset throws it away
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()

    return send


def _says(status: str, body: bytes = b"", *fields: str) -> Misdeed:
    return lambda peer, _asked: peer.sendall(head(status, HTML, *fields) + body)


# Compression


def _deflate(page: bytes) -> bytes:
    return zlib.compress(page)


def _raw_deflate(page: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(page) + packer.flush()


_PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "deflate": _deflate, "br": brotli.compress, "zstd": zstd.compress,
}  # fmt: skip


def _packed(encoding: str, pack: Callable[[bytes], bytes], *, cut: bool = False) -> Misdeed:
    def send(peer: socket.socket, asked: Asked) -> None:
        # Noise behind the page keeps half of the stream long enough for a whole article.
        noise = f"<!-- {random.Random(1).randbytes(3000).hex()} -->".encode()
        packed = pack(good_page(asked) + noise if cut else good_page(asked))
        answer(peer, packed[: len(packed) * 3 // 4] if cut else packed, f"Content-Encoding: {encoding}")

    return send


def _damaged_gzip(peer: socket.socket, asked: Asked) -> None:
    packed = gzip.compress(good_page(asked))
    answer(peer, packed[:-8] + b"\xff" * 4 + packed[-4:], "Content-Encoding: gzip")  # the checksum is another


def _gzip_often(page: bytes) -> bytes:
    for _ in range(20):
        page = gzip.compress(page)
    return page


def bomb_pieces() -> Iterator[bytes]:
    """Give a page of BOMB_SIZE bytes, piece by piece."""
    yield b"<html><head><title>Quarterly figures</title></head><body><p>"
    for _ in range(BOMB_SIZE // len(_MEBIBYTE)):
        yield _MEBIBYTE


def _zlib_bomb(wbits: int) -> bytes:
    packer = zlib.compressobj(level=1, wbits=wbits)
    return b"".join(map(packer.compress, bomb_pieces())) + packer.flush()


def _brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join(map(packer.process, bomb_pieces())) + bytes(packer.finish())


def _zstd_bomb() -> bytes:
    packer = zstd.ZstdCompressor(level=1)
    return b"".join(map(packer.compress, bomb_pieces())) + packer.flush()


_BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: _zlib_bomb(31),
    "deflate": lambda: _zlib_bomb(15),
    "br": _brotli_bomb,
    "zstd": _zstd_bomb,
    "gzip, gzip": lambda: gzip.compress(_bomb_of("gzip")),
    "br, gzip": lambda: gzip.compress(_bomb_of("br")),
}


@cache
def _bomb_of(encoding: str) -> bytes:
    return _BOMBS[encoding]()


def prepare_bombs() -> None:
    """Pack all bombs, once in a process: a client's patience is not to be spent on the server's work."""
    for encoding in _BOMBS:
        _bomb_of(encoding)


def _bomb(encoding: str) -> Misdeed:
    return lambda peer, _asked: answer(peer, _bomb_of(encoding), f"Content-Encoding: {encoding}")


# Too much, too slowly


def _stream(peer: socket.socket, _asked: Asked) -> None:
    peer.sendall(head("200 OK", _CHUNKED, HTML))
    for piece in bomb_pieces():
        peer.sendall(_chunk(piece))


def _announced(peer: socket.socket, _asked: Asked) -> None:
    peer.sendall(head("200 OK", f"Content-Length: {BOMB_SIZE}", HTML))
    for piece in bomb_pieces():
        peer.sendall(piece)


def _endless_until_close(peer: socket.socket, _asked: Asked) -> None:
    peer.sendall(head("200 OK", HTML))
    for piece in bomb_pieces():
        peer.sendall(piece)


def _tiny_chunks(peer: socket.socket, asked: Asked) -> None:
    peer.sendall(head("200 OK", _CHUNKED, HTML) + _chunk(half_page(asked)))
    for _ in range(100):
        peer.sendall(b"1\r\n \r\n" * 1_000)
    peer.sendall(_chunk(b"</article></body></html>") + b"0\r\n\r\n")


def _slowly(start: Callable[[Asked], bytes], piece: bytes) -> Misdeed:
    def send(peer: socket.socket, asked: Asked) -> None:
        peer.sendall(start(asked))
        until = time.monotonic() + SLOW_S
        while time.monotonic() < until:
            time.sleep(1)
            peer.sendall(piece)

    return send


def _silent(start: bytes) -> Misdeed:
    """Send a beginning and nothing more, until the client gives up and closes."""

    def send(peer: socket.socket, _asked: Asked) -> None:
        peer.sendall(start)
        peer.settimeout(SLOW_S)
        peer.recv(1)

    return send


def _without_end(start: bytes, pieces: Callable[[], Iterator[bytes]]) -> Misdeed:
    def send(peer: socket.socket, _asked: Asked) -> None:
        peer.sendall(start)
        for piece in itertools.islice(pieces(), BOMB_SIZE // 65536):
            peer.sendall(piece)

    return send


def _many_fields() -> Iterator[bytes]:
    for number in itertools.count():
        yield b"".join(b"X-Field-%d-%d: banana\r\n" % (number, one) for one in range(1_000))


def _with_fields(*fields: str) -> Misdeed:
    return lambda peer, asked: answer(peer, good_page(asked), *fields)


# Leading elsewhere


def _to(address: str, status: str = "302 Found") -> Misdeed:
    return lambda peer, _asked: answer(peer, b"", f"Location: {address}", status=status)


def _refresh(address: str, seconds: int = 0) -> Misdeed:
    field = f'<meta http-equiv="refresh" content="{seconds}; url={address}">'
    return lambda peer, asked: answer(peer, good_page(asked, field))


def _numbered(way: Callable[[str], Misdeed], path: str) -> Misdeed:
    """Lead to the same path with another number, without end."""

    def send(peer: socket.socket, asked: Asked) -> None:
        number = int(asked.path.partition("?")[2] or 0) + 1
        way(f"{path}?{number}")(peer, asked)

    return send


_OK = b"HTTP/1.1 200 OK\r\n"
_LARGE, _CUT_OFF, _SILENT = Reason.TOO_LARGE, Reason.TRUNCATED, Reason.UNREACHABLE
_FORBIDDEN, _BAD = Reason.ADDRESS_NOT_ALLOWED, Reason.BAD_ADDRESS

_DECLARED: tuple[tuple[str, Reason | None, str, Misdeed], ...] = (
    ("/truncated", _CUT_OFF, "Content-Length is too long", _cut("Content-Length: 90000")),
    ("/length-too-short", _CUT_OFF, "the body goes on behind its Content-Length", _length_too_short),
    ("/length-zero", _CUT_OFF, "Content-Length is 0, and a page comes", _lengths("0")),
    ("/length-twice", _SILENT, "two lengths that contradict each other", _lengths("{right}", "10")),
    ("/lengths-in-one", _SILENT, "two lengths in one field", _lengths("{right}, 10")),
    ("/length-same-twice", None, "the same length twice is lawful", _lengths("{right}", "{right}")),
    ("/length-negative", _SILENT, "a length below zero", _lengths("-5")),
    ("/length-is-a-word", _SILENT, "a length that is no number", _lengths("banana")),
    ("/length-and-chunks", None, "chunks win over a length", _length_and_chunks),
    ("/truncated-chunks", _CUT_OFF, "the last chunk is missing", _truncated_chunks),
    ("/chunk-garbage", _CUT_OFF, "a chunk's size is no number", _chunk_garbage),
    ("/until-close", None, "a whole page without a length", _until_close()),
    ("/until-close-cut", _CUT_OFF, "a page without a length, cut in the middle", _cut()),
    ("/http-1.0", None, "a whole page by HTTP/1.0", _until_close(version="1.0")),
    ("/http-1.0-cut", _CUT_OFF, "HTTP/1.0, cut in the middle", _cut(version="1.0")),
    ("/reset-in-body", _CUT_OFF, "reset within the body", _reset(after=lambda a: head("200 OK", HTML) + half_page(a))),
    ("/reset-in-head", _SILENT, "reset within the header fields", _reset(after=lambda _: _OK + b"Server: x\r\n")),
    ("/close", _SILENT, "closes without a word", lambda _peer, _asked: None),
    ("/head-cut", _SILENT, "closes within the header fields", lambda peer, _: peer.sendall(_OK + b"Content-Ty")),
    ("/garbage", _SILENT, "no HTTP at all", lambda p, _: p.sendall(b"\x00\x01\x02 this is no HTTP at all\r\n\r\n")),
    ("/ssh", _SILENT, "the greeting of another service", _silent(b"SSH-2.0-OpenSSH_9.9\r\n")),
    ("/part", _CUT_OFF, "a part (206), which nobody asked for",
     _says("206 Partial Content", b"<html>", "Content-Length: 6")),
    ("/not-modified", Reason.HTTP_ERROR, "304 without a condition", _says("304 Not Modified")),
    ("/continue-without-end", _LARGE, "100 Continue, again and again",
     _without_end(b"", lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000))),
    ("/switching", _SILENT, "101 Switching Protocols, then nothing",
     _silent(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")),
    *((f"/truncated-{name}", _CUT_OFF, f"{name} without its end", _packed(name, pack, cut=True))
      for name, pack in _PACK.items()),
    ("/gzip-damaged", _CUT_OFF, "a checksum that is another", _damaged_gzip),
    ("/gzip-that-is-plain", None, "Content-Encoding: gzip before a plain page", _packed("gzip", bytes)),
    ("/gzip-twice", None, "gzip in gzip is lawful",
     _packed("gzip, gzip", lambda page: gzip.compress(gzip.compress(page)))),
    ("/gzip-often", _LARGE, "gzip twenty times over", _packed(", ".join(["gzip"] * 20), _gzip_often)),
    ("/raw-deflate", None, "deflate without zlib's frame, as some send it", _packed("deflate", _raw_deflate)),
    ("/unknown-encoding", Reason.NOT_TEXT, "a Content-Encoding that nobody asked for", _packed("snappy", _raw_deflate)),
    *((f"/bomb-{name.replace(', ', '-in-')}", _LARGE, f"200 MB in {name}", _bomb(name)) for name in _BOMBS),
    ("/stream", _LARGE, "chunks without end", _stream),
    ("/announced", _LARGE, "a Content-Length of 200 MB", _announced),
    ("/endless", _LARGE, "a body without length and end", _endless_until_close),
    ("/tiny-chunks", None, "a hundred thousand chunks of one byte", _tiny_chunks),
    ("/field-of-1-mb", _LARGE, "one header field of 1 MB", _with_fields("X-Large: " + "a" * 1024 * 1024)),
    ("/fields-of-1-mb", _LARGE, "header fields of 1 MB", _with_fields(*(f"X-{n}: {'a' * 4000}" for n in range(250)))),
    ("/cookies-5000", _LARGE, "5,000 cookies", _with_fields(*(f"Set-Cookie: c{n}=1" for n in range(5_000)))),
    ("/fields-without-end", _LARGE, "header fields without end", _without_end(_OK, _many_fields)),
    ("/field-without-end", _LARGE, "a header field without end",
     _without_end(_OK + b"X-Long: ", lambda: itertools.repeat(b"a" * 65536))),
    ("/status-without-end", _LARGE, "a status line without end",
     _without_end(b"HTTP/1.1 200 ", lambda: itertools.repeat(b"a" * 65536))),
    ("/noise-without-end", _SILENT, "noise without end and without a line",
     _without_end(b"", lambda: itertools.repeat(b"\x00\xff" * 32768))),
    ("/hang", _SILENT, "says nothing", _silent(b"")),
    ("/hang-in-head", _SILENT, "header fields that never end", _silent(_OK + b"Server: x\r\n")),
    ("/hang-in-body", _SILENT, "a body that stops", _silent(head("200 OK", HTML, "Content-Length: 9000") + b"<html>")),
    ("/slow-head", _SILENT, "header fields, a byte a second", _slowly(lambda _: _OK + b"X-Slow: ", b"a")),
    ("/slow-body", _SILENT, "a body, a byte a second",
     _slowly(lambda _: head("200 OK", HTML, "Content-Length: 90000"), b"a")),
    ("/slow-chunks", _SILENT, "chunks, one a second", _slowly(lambda _: head("200 OK", HTML, _CHUNKED), _chunk(b"a"))),
    ("/redirect-loop", Reason.HTTP_ERROR, "redirects without end", _numbered(_to, "/redirect-loop")),
    ("/redirect-to-itself", Reason.HTTP_ERROR, "a redirect to itself", _to("/redirect-to-itself", "301 Moved")),
    ("/redirect-nowhere", Reason.HTTP_ERROR, "302 without an address", _says("302 Found", b"", "Content-Length: 0")),
    ("/redirect-file", _BAD, "a redirect to a file", _to("file:///etc/passwd")),
    ("/redirect-data", _BAD, "a redirect to data:", _to("data:text/html,<p>x</p>")),
    ("/redirect-script", _BAD, "a redirect to javascript:", _to("javascript:alert(1)")),
    ("/redirect-ftp", _BAD, "a redirect to ftp:", _to("ftp://10.0.0.1/x", "301 Moved")),
    ("/redirect-broken", _BAD, "a redirect to what is no address", _to("http://[half/")),
    *((f"/redirect-to-{quote(host, safe='')}", _FORBIDDEN, f"a redirect to {host}", _to(f"http://{host}/"))
      for host in (
        "10.0.0.1", "169.254.169.254", "[::ffff:10.0.0.1]", "[fd00::1]", "167772161", "0xa.1", "0.0.0.0", "100.64.0.1.",
        "user@192.168.0.1", "desk.invalid:25",
    )),
    ("/refresh-private", _FORBIDDEN, "a meta refresh to a private address", _refresh("http://192.168.0.1/")),
    ("/refresh-loop", Reason.HTTP_ERROR, "meta refreshes without end", _numbered(_refresh, "/refresh-loop")),
    ("/refresh-file", None, "a meta refresh to a file is not followed", _refresh("file:///etc/passwd")),
    ("/refresh-later", None, "a page that loads itself anew each minute", _refresh("/refresh-later", 60)),
    ("/fields-of-strange-forms", None, "header fields without a colon are skipped",
     _with_fields("no colon here", "X: 1")),
)  # fmt: skip

NETWORK_CASES: tuple[Case, ...] = tuple(Case(path, reason, text) for path, reason, text, _ in _DECLARED)
"""Every misbehaviour on the network; call `prepare_bombs` before the first request.

A client needs DOWNLOAD_TIMEOUT and HEADERS_TIMEOUT_S below SLOW_S.
"""

NETWORK_ROUTES: dict[str, Misdeed] = {path: misdeed for path, _, _, misdeed in _DECLARED}

GOOD_PATHS: tuple[str, ...] = tuple(f"/good-{number}" for number in range(20))
"""Pages beside them that have to be stored; any path without a route is such a page."""
