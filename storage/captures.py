"""Captures: every response that was fetched, kept in WARC 1.1 files, one gzip member a record.

Files are appended to record by record and are called `.warc.gz.open` until they are closed; a killed process
leaves an open file whose whole records read as well as a closed one's; `storage/capture_recovery.py` closes it.
Rows that point here are `storage/capture_index.py`'s. Source: WARC 1.1 (ISO 28500:2017).
"""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from storage.capture_files import OPEN, OpenFile, whole_records
from storage.cdxj import ascii_url, index_line
from storage.errors import CaptureError
from storage.types import iso_utc

LARGEST_FILE = 1_000_000_000
_PROBE_BYTES = 64 * 1024
_GZIP_LEVEL = 1  # level 6 costs 4.5 ms a page where 1 costs 2, for files a tenth smaller
_REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_LARGEST_HEAD = 24 * 1024  # bytes of header fields; FastWARC's readers refuse a whole file for one head over 32 KiB
# Scrapy hands bodies over decoded: the fields that describe the coding on the wire would be untrue beside them.
_WIRE_FIELDS = {"content-encoding", "transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One response as it was got: `headers` in order, `body` after content decoding, `fetched_at` aware.

    The record says so: fields of the coding on the wire (Content-Encoding, Transfer-Encoding) are left out of it,
    and its Content-Length is the body's. What a server sends above 24 KiB of fields is left out, too, and the
    record marked as truncated.
    """

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
        self._file: OpenFile | None = None
        self._day = ""
        self._index: list[str] = []
        self.abandoned: set[str] = set()
        """Names of files that the disk failed: what was appended to them since the last flush may not be there."""

    def write(self, exchange: Exchange, *, known: CaptureRef | None = None) -> CaptureRef:
        """Append one response; as a revisit record, without its body, where `known` has the same bytes.

        Raises:
            CaptureError: the folder cannot be written or its disk is full; nothing of the record stays.
        """
        digest = payload_digest(exchange.body)
        original = known if known is not None and known.digest == digest and exchange.body else None
        record = _record(exchange, digest, original)
        try:
            file = self._current(exchange.fetched_at)
            offset = file.append(record)
        except OSError as error:
            self._leave_broken()
            raise _unwritable(self._folder, error) from error
        ref = reference(exchange, file=file.name, offset=offset, length=len(record), digest=digest)
        self._index.append(index_line(ref, is_revisit=original is not None))
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
            # What a failed fsync did not write, the next one does not either, and says nothing.
            self._abandon()
            raise _unwritable(self._folder, error) from error

    def close(self) -> None:
        """Give the current file its closed name and its index.

        Raises:
            CaptureError: the disk did not take its end; it stays open by its name, with all its whole records.
        """
        closing, self._file = self._file, None
        try:
            if closing is not None:
                closing.close(self._index)
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def _leave_broken(self) -> None:
        """Begin a new file where the disk did not even take a half record back; the whole ones before it stay."""
        if self._file is not None and self._file.is_broken:
            self._abandon()

    def _abandon(self) -> None:
        if self._file is not None:
            self.abandoned.add(self._file.name)
            self._file.abandon()
            self._file = None

    def _current(self, at: datetime) -> OpenFile:
        day = f"{at.astimezone(UTC):%Y%m%d}"
        # Not `!=`: responses do not come in the order of their times, and each turn at midnight would begin a file.
        if self._file is not None and (self._file.size >= self._max_bytes or self._day < day):
            self.close()
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"{self._prefix}-{datetime.now(UTC):%Y%m%d%H%M%S}-{uuid.uuid4().hex[:8]}.warc.gz"
            self._file = OpenFile(self._folder, name, _warcinfo(name))
            self._day, self._index = day, []
        return self._file


def _record(exchange: Exchange, digest: str, original: CaptureRef | None) -> bytes:
    fields = _kept_fields(exchange)
    head = _http_head(exchange, fields)
    record = WarcRecord()
    kind = WarcRecordType.revisit if original is not None else WarcRecordType.response
    record.init_headers(kind, record_urn=f"uuid:{uuid.uuid4()}".encode())
    record.headers["WARC-Date"] = iso_utc(exchange.fetched_at)
    record.headers["WARC-Target-URI"] = ascii_url(exchange.url)
    record.headers["WARC-Payload-Digest"] = digest
    record.headers["Content-Type"] = "application/http; msgtype=response"
    if len(fields) < len(exchange.headers):
        record.headers["WARC-Truncated"] = "length"
    if original is not None:
        record.headers["WARC-Profile"] = _REVISIT_PROFILE
        record.headers["WARC-Refers-To-Target-URI"] = ascii_url(original.url)
        record.headers["WARC-Refers-To-Date"] = iso_utc(original.fetched_at)
    record.set_bytes_content(head if original is not None else head + exchange.body)
    return _member(record)


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


def _kept_fields(exchange: Exchange) -> list[tuple[str, str]]:
    """Give the header fields that fit into a head that every reader takes."""
    sizes = accumulate(len(name) + len(value) + 4 for name, value in exchange.headers)
    return [field for field, size in zip(exchange.headers, sizes, strict=True) if size <= _LARGEST_HEAD]


def _http_head(exchange: Exchange, kept: list[tuple[str, str]]) -> bytes:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = ""
    fields = [(name, value) for name, value in kept if name.lower() not in _WIRE_FIELDS]
    lines = [f"HTTP/1.1 {exchange.status} {phrase}", *(f"{name}: {value}" for name, value in fields)]
    lines.append(f"Content-Length: {len(exchange.body)}")
    # A field with a line break in it would end the head early.
    clean = (line.replace("\r", " ").replace("\n", " ") for line in lines)
    return ("\r\n".join(clean) + "\r\n\r\n").encode("latin-1", "replace")


def _media_type(exchange: Exchange) -> str:
    value = next((value for name, value in exchange.headers if name.lower() == "content-type"), "")
    return value.partition(";")[0].strip().lower()[:100]


def reference(exchange: Exchange, *, file: str, offset: int, length: int, digest: str) -> CaptureRef:
    return CaptureRef(
        file=file, offset=offset, length=length, digest=digest, url=exchange.url, fetched_at=exchange.fetched_at,
        status=exchange.status, media_type=_media_type(exchange),
    )  # fmt: skip


def read_capture(folder: Path, file: str, offset: int) -> Exchange:
    """Read one record back; a revisit has an empty body, its bytes are where `capture_index.place` says.

    Raises:
        CaptureError: the file is missing, or there is no whole record of a response at `offset`.
    """
    path, stream = _opened(folder, file)
    with stream:
        stream.seek(offset)
        for _, _, content in whole_records(stream, path):
            return parsed(content, f"{path} at offset {offset}").exchange
    raise CaptureError(f"{path} has no whole record at offset {offset}; the file is cut or the row is wrong")


def _opened(folder: Path, file: str) -> tuple[Path, BinaryIO]:
    for path in (folder / file, folder / (file + OPEN), folder / file):  # its writer may close it between two looks
        with suppress(FileNotFoundError):
            try:
                return path, path.open("rb")
            except PermissionError as error:
                raise CaptureError(f"the capture file {path} cannot be read ({error.strerror})") from error
    raise CaptureError(f"the capture file {folder / file} is missing; restore it from a backup")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A response or a revisit as its record tells it; `digest` is what the record promises."""

    exchange: Exchange
    digest: str
    is_revisit: bool


def parsed(content: bytes, place: str) -> Parsed:
    """Read an unpacked record.

    Raises:
        CaptureError: it is no whole response or revisit; `place` says which one.
    """
    try:
        record = WarcRecord.from_bytes(content)
        if not record.is_http:
            raise CaptureError(f"{place}: a record of type {record.record_type}, not a response")
        record.parse_http(max_header_len=len(content))
        promised, body = record.content_length, record.reader.read()
        exchange = Exchange(
            url=record.headers["WARC-Target-URI"], status=record.http_headers.status_code or 0,
            headers=record.http_headers.to_tuples(), body=body,
            fetched_at=datetime.fromisoformat(record.headers["WARC-Date"]),
        )  # fmt: skip
        digest = record.headers["WARC-Payload-Digest"]
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CaptureError(f"{place}: no record that we can read ({error!r})") from error
    if len(body) != promised:
        raise CaptureError(f"{place}: a record with {len(body)} of {promised} bytes")
    return Parsed(exchange, digest, is_revisit=record.record_type == WarcRecordType.revisit)


def verify(folder: Path) -> list[str]:
    """Read every record of every capture file and compare its digest; give what is wrong, one line each.

    An open file may end in half a record, which no row points at: a crawl writes it, or was killed then.
    """
    problems: list[str] = []
    for path in sorted([*folder.glob("*.warc.gz"), *folder.glob(f"*.warc.gz{OPEN}")]):
        try:
            with path.open("rb") as stream:
                problems += _problems(stream, path)
        except CaptureError as error:
            problems.append(str(error))
        except FileNotFoundError:
            # Its writer closed it in the meantime, which renames it; what it wrote, it checked.
            continue
        except OSError as error:
            problems.append(f"{path} cannot be read ({error.strerror or error})")
    return problems


def _problems(stream: BinaryIO, path: Path) -> Iterator[str]:
    end = 0
    for offset, length, content in whole_records(stream, path):
        end = offset + length
        try:
            yield from _wrong_digest(content, f"{path} at offset {offset}", is_first=offset == 0)
        except CaptureError as error:
            yield str(error)
    if path.suffix != OPEN and end != os.fstat(stream.fileno()).st_size:
        yield f"{path} is cut in its record at offset {end}"


def _wrong_digest(content: bytes, place: str, *, is_first: bool) -> Iterator[str]:
    if is_first:  # the warcinfo record
        return
    record = parsed(content, place)
    if not record.is_revisit and payload_digest(record.exchange.body) != record.digest:
        yield f"{place}: not the bytes that the digest {record.digest} promises"
