"""Captures: what was fetched stays readable, by everybody's readers, whatever kills the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from storage.captures import CaptureWriter, Exchange, check_folder, payload_digest, read_capture, verify
from storage.errors import CaptureError
from tests.journeys.conftest import ROOT

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAGE = Exchange(
    "https://example.org/新闻?a=1", 200, (("Content-Type", "text/html; charset=gbk"),), "正文".encode(), NOW
)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[CaptureWriter]:
    opened = CaptureWriter(tmp_path, prefix="t", max_bytes=200_000)
    yield opened
    opened.close()


def warcio_records(path: Path) -> list[tuple[str, str | None, bytes]]:
    with path.open("rb") as stream:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


def test_a_response_reads_back_as_it_was_kept(tmp_path: Path, writer: CaptureWriter) -> None:
    refs = [writer.write(replace(PAGE, body=bytes([number]) * 5000)) for number in range(20)]
    writer.close()
    for number, ref in enumerate(refs):
        back = read_capture(tmp_path, ref.file, ref.offset)
        assert (back.status, back.body, back.fetched_at) == (200, bytes([number]) * 5000, NOW)
    assert verify(tmp_path) == []


def test_another_reader_finds_every_record_with_its_digest(tmp_path: Path, writer: CaptureWriter) -> None:
    first = writer.write(PAGE)
    writer.write(PAGE, known=first)
    writer.close()
    records = warcio_records(tmp_path / first.file)
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "revisit"]
    assert records[1][1] == "https://example.org/%E6%96%B0%E9%97%BB?a=1"
    assert records[1][2] == PAGE.body


def test_the_same_bytes_again_are_a_revisit_without_a_body(writer: CaptureWriter) -> None:
    large = replace(PAGE, body=os.urandom(100_000))
    first = writer.write(large)
    assert writer.write(large, known=first).length < first.length / 50
    assert writer.write(replace(large, body=b"other"), known=first).digest == payload_digest(b"other")


def test_the_coding_on_the_wire_is_not_claimed_for_a_decoded_body(tmp_path: Path, writer: CaptureWriter) -> None:
    wire = (
        ("Content-Encoding", "gzip"),
        ("Content-Length", "17"),
        ("Transfer-Encoding", "chunked"),
        ("X", "a\r\nb: c"),
    )
    ref = writer.write(replace(PAGE, headers=(*wire, ("X", "a\r\nb: c"))))
    headers = dict(read_capture(tmp_path, ref.file, ref.offset).headers)
    assert headers == {"X": "a  b: c", "Content-Length": str(len(PAGE.body))}


def test_a_file_is_open_until_it_is_closed_and_has_an_index_then(tmp_path: Path, writer: CaptureWriter) -> None:
    ref = writer.write(PAGE)
    assert [path.name for path in tmp_path.iterdir()] == [f"{ref.file}.open"]
    writer.close()
    assert {path.suffix for path in tmp_path.iterdir()} == {".gz", ".cdxj"}
    (index,) = tmp_path.glob("*.cdxj")
    assert index.read_text(encoding="utf-8").startswith("org,example)/新闻?a=1 20261124090000 {")


def test_a_new_day_and_a_full_file_begin_a_new_one(writer: CaptureWriter) -> None:
    one = writer.write(replace(PAGE, body=os.urandom(300_000)))
    two = writer.write(PAGE)
    three = writer.write(replace(PAGE, fetched_at=NOW + timedelta(days=1)))
    assert len({one.file, two.file, three.file}) == 3


def test_what_a_killed_process_kept_is_readable(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from tests.storage.test_captures import PAGE;"
        "from storage.captures import CaptureWriter;"
        "w = CaptureWriter(Path(sys.argv[1]), prefix='k'); r = w.write(PAGE); w.flush();"
        "print(r.file, r.offset, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    file, offset = process.stdout.readline().split()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert read_capture(tmp_path, file, int(offset)).body == PAGE.body


def test_two_writers_in_one_folder_do_not_meet(tmp_path: Path) -> None:
    writers = [CaptureWriter(tmp_path, prefix="t") for _ in range(2)]
    refs = [writer.write(replace(PAGE, body=str(turn).encode())) for turn in range(10) for writer in writers]
    for writer in writers:
        writer.close()
    assert [read_capture(tmp_path, ref.file, ref.offset).body for ref in refs] == [
        str(turn).encode() for turn in range(10) for _ in range(2)
    ]


def test_a_folder_that_cannot_be_written_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CaptureError, match="set CAPTURES_DIR") as caught:
        check_folder(tmp_path / "file" / "captures")
    assert "\n" not in str(caught.value)
    with pytest.raises(CaptureError, match="set CAPTURES_DIR"):
        CaptureWriter(tmp_path / "file" / "captures", prefix="t").write(PAGE)


def test_a_wrong_offset_and_a_missing_file_are_named(tmp_path: Path, writer: CaptureWriter) -> None:
    ref = writer.write(PAGE)
    writer.close()
    with pytest.raises(CaptureError):
        read_capture(tmp_path, ref.file, ref.offset + 3)
    with pytest.raises(CaptureError, match="is missing"):
        read_capture(tmp_path, "none.warc.gz", 0)


def test_a_changed_byte_is_found(tmp_path: Path, writer: CaptureWriter) -> None:
    ref = writer.write(replace(PAGE, body=os.urandom(5000)))
    writer.close()
    path = tmp_path / ref.file
    content = bytearray(path.read_bytes())
    content[ref.offset + ref.length // 2] ^= 0xFF
    path.write_bytes(content)
    assert len(verify(tmp_path)) == 1


_line = st.text(st.characters(codec="latin-1"), max_size=30)


@given(
    st.binary(max_size=2000), st.lists(st.tuples(st.from_regex(r"[A-Za-z-]{1,20}", fullmatch=True), _line), max_size=5)
)
def test_any_body_and_any_fields_come_back(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, fields: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("captures")
    writer = CaptureWriter(folder, prefix="t")
    ref = writer.write(replace(PAGE, body=body, headers=tuple(fields)))
    writer.close()
    assert read_capture(folder, ref.file, ref.offset).body == body
