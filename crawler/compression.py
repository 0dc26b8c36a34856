"""Content-Encoding undone: each layer bounded, and whole or refused.

Scrapy 2.19 hands on what it could unpack of a gzip, deflate or br stream without an end as if it were all (tried).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable
from typing import Protocol

import brotli

from crawler.errors import ResponseRefused
from storage.reasons import Reason

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ENCODINGS = ("gzip", "deflate", "br", "zstd")
"""What is asked for and understood; the order is that of the Accept-Encoding field."""

MOST_LAYERS = 3
_PIECE = 1024 * 1024
_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15  # zlib's wbits
_LARGEST_WINDOW = {
    int(zstd.DecompressionParameter.window_log_max): 23
}  # 8 MB, the most that RFC 9659 lets a server use
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_BROKEN = (zlib.error, brotli.error, zstd.ZstdError)


class _Stream(Protocol):
    """One compressed stream that is being read: gives at most a piece, knows whether more is in it."""

    @property
    def is_ended(self) -> bool: ...
    @property
    def rest(self) -> bytes: ...
    def read(self, data: bytes) -> bytes: ...


class _Zlib:
    def __init__(self, wbits: int) -> None:
        self._inflating = zlib.decompressobj(wbits)

    @property
    def is_ended(self) -> bool:
        return self._inflating.eof

    @property
    def rest(self) -> bytes:
        return self._inflating.unused_data

    def read(self, data: bytes) -> bytes:
        return self._inflating.decompress(self._inflating.unconsumed_tail + data, _PIECE)


class _Brotli:
    rest = b""  # there is one stream in a body; the library tells nothing of what is behind it

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def is_ended(self) -> bool:
        return bool(self._stream.is_finished())

    def read(self, data: bytes) -> bytes:
        return bytes(self._stream.process(data, output_buffer_limit=_PIECE))


class _Zstd:
    def __init__(self) -> None:
        self._stream = zstd.ZstdDecompressor(options=_LARGEST_WINDOW)

    @property
    def is_ended(self) -> bool:
        return self._stream.eof

    @property
    def rest(self) -> bytes:
        return self._stream.unused_data

    def read(self, data: bytes) -> bytes:
        return self._stream.decompress(data, _PIECE)


def decompress(body: bytes, fields: Iterable[str], *, most_bytes: int) -> bytes:
    """Give a body without the layers that its Content-Encoding fields name.

    A body that is plain in spite of its fields comes back as it is: some caches unpack, and keep the field.

    Raises:
        ResponseRefused: larger than `most_bytes` in any layer, without its end, damaged, or in too many layers or
            in one that nobody asked for.

    >>> decompress(zlib.compress(b"news"), ["deflate"], most_bytes=100)
    b'news'
    """
    layers = [name for field in fields for name in (part.strip().lower() for part in field.split(",")) if name]
    layers = [name for name in layers if name != "identity"]
    if len(layers) > MOST_LAYERS:
        raise ResponseRefused(Reason.TOO_LARGE, f"the body is compressed {len(layers)} times over")
    for name in reversed(layers):
        body = _without(name, body, most_bytes)
    return body


def _without(name: str, body: bytes, most_bytes: int) -> bytes:
    magic = _MAGIC.get(name, b"")
    if not body or (not body.startswith(magic) and _is_plain(body)):
        return body
    try:
        if name in {"gzip", "x-gzip"}:
            return _read(lambda: _Zlib(_GZIP), body, most_bytes, magic=magic)
        if name == "zstd":
            return _read(_Zstd, body, most_bytes, magic=magic)
        if name == "br":
            return _read(_Brotli, body, most_bytes)
        if name == "deflate":
            return _read(lambda: _Zlib(_deflate_form(body)), body, most_bytes)
    except _BROKEN as error:
        raise ResponseRefused(Reason.TRUNCATED, f"its {name} body is damaged: {error}") from error
    raise ResponseRefused(Reason.NOT_TEXT, f"the body has the unknown Content-Encoding {name[:40]!r}")


def _deflate_form(body: bytes) -> int:
    """Tell zlib's form, which the standard asks for, from the raw one that some servers send (RFC 9110, 8.4.1.2)."""
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0  # noqa: PLR2004  # RFC 1950
    return _ZLIB if is_zlib else _RAW_DEFLATE


def _read(make: Callable[[], _Stream], body: bytes, most_bytes: int, *, magic: bytes = b"") -> bytes:
    """Read the streams of a body one after another; what is behind the last one and is none is padding."""
    pieces: list[bytes] = []
    size = 0
    data = body
    while data and (data is body or (magic and data.startswith(magic))):
        stream = make()
        while True:
            piece = stream.read(data)
            size += len(piece)
            if size > most_bytes:
                raise ResponseRefused(Reason.TOO_LARGE, "the body is larger than DOWNLOAD_MAXSIZE after decompression")
            pieces.append(piece)
            if stream.is_ended:
                break
            if not piece:
                raise ResponseRefused(Reason.TRUNCATED, "the compressed body has no end")
            data = b""
        data = stream.rest
    return b"".join(pieces)


def _is_plain(body: bytes) -> bool:
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"<", b"{", b"["}
