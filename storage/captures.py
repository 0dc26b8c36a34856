"""Captures: every response that was fetched, kept in WARC 1.1 files, one gzip member a record.

Files are appended to record by record and are called `.warc.gz.open` until they are closed; a killed process
leaves an open file whose whole records read as well as a closed one's. Rows that point here are
`storage/capture_index.py`'s. Source: WARC 1.1 (ISO 28500:2017); CDXJ as pywb and OpenWayback read it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlsplit

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from storage.errors import CaptureError
from storage.types import iso_utc

LARGEST_FILE = 1_000_000_000
_PROBE_BYTES = 64 * 1024
_GZIP_LEVEL = 1  # level 6 costs 4.5 ms a page where 1 costs 2, for files a tenth smaller
_REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_OPEN = ".open"
_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))
# Scrapy hands bodies over decoded: the fields that describe the coding on the wire would be untrue beside them.
_WIRE_FIELDS = {"content-encoding", "transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One response as it was got: `headers` in order, `body` after content decoding, `fetched_at` aware."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where a record is: `file` in the captures folder (its closed name), `offset` and `length` in bytes.

    `digest` is the payload's ("sha1:" and Base32, as CDX tools expect it).
    """

    file: str
    offset: int
    length: int
    digest: str
    url: str
    fetched_at: datetime
    status: int
    media_type: str


def payload_digest(body: bytes) -> str:
    """Give a body's digest as WARC files and CDX indexes write it.

    >>> payload_digest(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def check_folder(folder: Path) -> None:
    """Make the captures folder where there is none, and see that it can be written.

    Raises:
        CaptureError: it cannot.
    """
    probe = folder / f".probe-{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(bytes(_PROBE_BYTES))  # an empty file fits on a full disk, too
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        with suppress(OSError):
            probe.unlink()


def _unwritable(folder: Path, error: OSError) -> CaptureError:
    return CaptureError(
        f"the captures folder {folder} cannot be written ({error.strerror or error}); "
        "set CAPTURES_DIR to one that can, or free space on its disk"
    )


class CaptureWriter:
    """Appends records to a file of its own; a new file begins with each UTC day and at LARGEST_FILE bytes."""

    def __init__(self, folder: Path, *, prefix: str, max_bytes: int = LARGEST_FILE) -> None:
        self._folder = folder
        self._prefix = prefix
        self._max_bytes = max_bytes
        self._file: _CaptureFile | None = None

    def write(self, exchange: Exchange, *, known: CaptureRef | None = None) -> CaptureRef:
        """Append one response; as a revisit record, without its body, where `known` has the same bytes.

        Raises:
            CaptureError: the folder cannot be written or its disk is full; nothing of the record stays.
        """
        digest = payload_digest(exchange.body)
        original = known if known is not None and known.digest == digest and exchange.body else None
        record = _record(exchange, digest, original)
        try:
            offset = self._current(exchange.fetched_at).append(record)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        assert self._file is not None
        ref = CaptureRef(
            file=self._file.name, offset=offset, length=len(record), digest=digest, url=exchange.url,
            fetched_at=exchange.fetched_at, status=exchange.status, media_type=_media_type(exchange),
        )  # fmt: skip
        self._file.index.append(_cdxj_line(ref, is_revisit=original is not None))
        return ref

    def flush(self) -> None:
        """Put all records on the disk for good; call before a database commits rows that point at them.

        Raises:
            CaptureError: the disk did not take them.
        """
        try:
            if self._file is not None:
                self._file.sync()
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def close(self) -> None:
        """Give the current file its closed name and its index.

        Raises:
            CaptureError: the disk did not take its end; it stays open by its name, with all its whole records.
        """
        closing, self._file = self._file, None
        try:
            if closing is not None:
                closing.close()
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def _current(self, at: datetime) -> _CaptureFile:
        day = f"{at.astimezone(UTC):%Y%m%d}"
        if self._file is not None and (self._file.size >= self._max_bytes or self._file.day != day):
            self.close()
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"{self._prefix}-{datetime.now(UTC):%Y%m%d%H%M%S}-{uuid.uuid4().hex[:8]}.warc.gz"
            self._file = _CaptureFile(self._folder, name, day)
        return self._file


class _CaptureFile:
    """One open file; `append` leaves either the whole record or nothing of it."""

    def __init__(self, folder: Path, name: str, day: str) -> None:
        self.name = name
        self.day = day
        self.index: list[str] = []
        self.size = 0
        self._final = folder / name
        self._path = folder / (name + _OPEN)
        self._file = self._path.open("xb", buffering=0)
        self.append(_warcinfo(name))

    def append(self, record: bytes) -> int:
        offset = self.size
        try:
            written = 0
            while written < len(record):
                written += self._file.write(record[written:])
        except OSError:
            self._file.truncate(offset)
            self._file.seek(offset)
            raise
        self.size = offset + len(record)
        return offset

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self.sync()
        self._file.close()
        self._final.with_name(self.name.removesuffix(".warc.gz") + ".cdxj").write_text(
            "".join(sorted(self.index)), encoding="utf-8"
        )
        self._path.rename(self._final)


def _record(exchange: Exchange, digest: str, original: CaptureRef | None) -> bytes:
    head = _http_head(exchange)
    record = WarcRecord()
    kind = WarcRecordType.revisit if original is not None else WarcRecordType.response
    record.init_headers(kind, record_urn=f"uuid:{uuid.uuid4()}".encode())
    record.headers["WARC-Date"] = iso_utc(exchange.fetched_at)
    record.headers["WARC-Target-URI"] = _ascii(exchange.url)
    record.headers["WARC-Payload-Digest"] = digest
    record.headers["Content-Type"] = "application/http; msgtype=response"
    if original is not None:
        record.headers["WARC-Profile"] = _REVISIT_PROFILE
        record.headers["WARC-Refers-To-Target-URI"] = _ascii(original.url)
        record.headers["WARC-Refers-To-Date"] = iso_utc(original.fetched_at)
    record.set_bytes_content(head if original is not None else head + exchange.body)
    return _member(record)


def _ascii(url: str) -> str:
    """Give an address without what could break a header line."""
    return quote(url, safe=_PRINTABLE, errors="replace")


def _warcinfo(name: str) -> bytes:
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo, record_urn=f"uuid:{uuid.uuid4()}".encode())
    record.headers["WARC-Date"] = iso_utc(datetime.now(UTC))
    record.headers["WARC-Filename"] = name
    record.headers["Content-Type"] = "application/warc-fields"
    record.set_bytes_content(b"software: finews\r\nformat: WARC File Format 1.1\r\n")
    return _member(record)


def _member(record: WarcRecord) -> bytes:
    buffer = BytesIO()
    stream = GzipWriter(buffer, compression_level=_GZIP_LEVEL)
    record.write(stream, checksum_data=False)
    stream.finish()
    return buffer.getvalue()


def _http_head(exchange: Exchange) -> bytes:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    fields = [(name, value) for name, value in exchange.headers if name.lower() not in _WIRE_FIELDS]
    lines = [f"HTTP/1.1 {exchange.status} {phrase}", *(f"{name}: {value}" for name, value in fields)]
    lines.append(f"Content-Length: {len(exchange.body)}")
    # A field with a line break in it would end the head early.
    clean = (line.replace("\r", " ").replace("\n", " ") for line in lines)
    return ("\r\n".join(clean) + "\r\n\r\n").encode("latin-1", "replace")


def _media_type(exchange: Exchange) -> str:
    value = next((value for name, value in exchange.headers if name.lower() == "content-type"), "")
    return value.partition(";")[0].strip().lower()[:100]


def _cdxj_line(ref: CaptureRef, *, is_revisit: bool) -> str:
    fields = {
        "url": ref.url, "mime": "warc/revisit" if is_revisit else ref.media_type, "status": str(ref.status),
        "digest": ref.digest, "length": str(ref.length), "offset": str(ref.offset), "filename": ref.file,
    }  # fmt: skip
    return f"{surt(ref.url)} {ref.fetched_at.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(fields, ensure_ascii=False)}\n"


def surt(url: str) -> str:
    """Give a URL's sort-friendly form, the key of a CDXJ index.

    >>> surt("https://www.example.org/a?b=1")
    'org,example)/a?b=1'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}){parts.path or '/'}{query}".lower()


def read_capture(folder: Path, file: str, offset: int) -> Exchange:
    """Read one record back; a revisit has an empty body, its bytes are where `capture_index.place` says.

    Raises:
        CaptureError: the file is missing, or there is no whole record at `offset`.
    """
    for name in (file, file + _OPEN):
        path = folder / name
        if path.exists():
            break
    else:
        raise CaptureError(f"the capture file {folder / file} is missing; restore it from a backup")
    with path.open("rb") as stream:
        stream.seek(offset)
        for record in _records(stream, path):
            return _exchange(record)
    raise CaptureError(f"{path} has no record at offset {offset}; the file is cut or the row is wrong")


def _records(stream: object, path: Path) -> Iterator[WarcRecord]:
    try:
        yield from ArchiveIterator(stream, parse_http=True)  # type: ignore[arg-type]
    except (OSError, ValueError, RuntimeError) as error:
        raise CaptureError(f"{path} cannot be read: {error}") from error


def _exchange(record: WarcRecord) -> Exchange:
    body = record.reader.read()
    is_revisit = record.record_type == WarcRecordType.revisit
    fields = record.http_headers.to_tuples() if record.http_headers else ()
    return Exchange(
        url=record.headers["WARC-Target-URI"] or "",
        status=(record.http_headers.status_code or 0) if record.http_headers else 0,
        headers=tuple(fields),
        body=b"" if is_revisit else body,
        fetched_at=datetime.fromisoformat(record.headers["WARC-Date"] or ""),
    )


def verify(folder: Path) -> list[str]:
    """Read every record of every capture file and compare its digest; give what is wrong, one line each."""
    problems: list[str] = []
    for path in sorted([*folder.glob("*.warc.gz"), *folder.glob(f"*.warc.gz{_OPEN}")]):
        try:
            with path.open("rb") as stream:
                problems += [f"{path}: {problem}" for problem in _wrong_digests(_records(stream, path))]
        except CaptureError as error:
            problems.append(str(error))
    return problems


def _wrong_digests(records: Iterator[WarcRecord]) -> Iterator[str]:
    for record in records:
        if record.record_type == WarcRecordType.response:
            promised = record.headers["WARC-Payload-Digest"]
            if payload_digest(record.reader.read()) != promised:
                yield f"record {record.record_id} has not the bytes that its digest {promised} promises"
