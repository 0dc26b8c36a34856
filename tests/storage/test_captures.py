"""Captures: what was fetched stays readable, by everybody's readers, whatever kills the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from storage.capture_files import whole_records
from storage.capture_recovery import recover
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
    wire = (("Content-Encoding", "gzip"), ("Content-Length", "17"), ("Transfer-Encoding", "chunked"))
    ref = writer.write(replace(PAGE, headers=(*wire, ("X", "a\r\nb: c"))))
    headers = dict(read_capture(tmp_path, ref.file, ref.offset).headers)
    assert headers == {"X": "a  b: c", "Content-Length": str(len(PAGE.body))}


def test_a_file_is_open_until_it_is_closed_and_has_an_index_then(tmp_path: Path, writer: CaptureWriter) -> None:
    ref = writer.write(PAGE)
    assert [path.name for path in tmp_path.iterdir()] == [f"{ref.file}.open"]
    writer.close()
    assert {path.suffix for path in tmp_path.iterdir()} == {".gz", ".cdxj"}
    (index,) = tmp_path.glob("*.cdxj")
    assert index.read_text(encoding="utf-8").startswith("org,example)/%e6%96%b0%e9%97%bb?a=1 20261124090000 {")


def test_a_new_day_and_a_full_file_begin_a_new_one(writer: CaptureWriter) -> None:
    one = writer.write(replace(PAGE, body=os.urandom(300_000)))
    two = writer.write(PAGE)
    three = writer.write(replace(PAGE, fetched_at=NOW + timedelta(days=1)))
    assert len({one.file, two.file, three.file}) == 3


def test_a_response_of_yesterday_begins_no_file(writer: CaptureWriter) -> None:
    """At midnight responses come in any order."""
    times = [NOW, NOW + timedelta(days=1), NOW, NOW + timedelta(days=1), NOW]
    assert len({writer.write(replace(PAGE, fetched_at=time)).file for time in times}) == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from storage.captures import CaptureWriter
from tests.storage.test_captures import PAGE
writer = CaptureWriter(Path(sys.argv[1]), prefix="k")
ref = writer.write(PAGE)
writer.write(PAGE, known=ref)
writer.flush()
print(ref.file, ref.offset, flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
"""


def start_writer(folder: Path) -> tuple[subprocess.Popen[str], str, int]:
    """Start a process that wrote PAGE, and the same bytes again, and dies by SIGKILL at a line on its input."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    file, offset = process.stdout.readline().split()
    return process, file, int(offset)


@pytest.fixture
def killed(tmp_path: Path) -> tuple[str, int]:
    """A folder with what a killed process left; gives the file's closed name and its record's offset."""
    process, file, offset = start_writer(tmp_path)
    process.communicate("die\n")
    return file, offset


def test_what_a_killed_process_kept_is_readable(tmp_path: Path, killed: tuple[str, int]) -> None:
    file, offset = killed
    assert [path.name for path in tmp_path.iterdir()] == [f"{file}.open"]
    assert read_capture(tmp_path, file, offset).body == PAGE.body
    assert verify(tmp_path) == []


def test_a_file_of_a_killed_process_is_closed_with_its_index(tmp_path: Path, killed: tuple[str, int]) -> None:
    file, offset = killed
    assert recover(tmp_path) == [file]
    assert [kind for kind, _, _ in warcio_records(tmp_path / file)] == ["warcinfo", "response", "revisit"]
    lines = (tmp_path / file.replace(".warc.gz", ".cdxj")).read_text(encoding="utf-8").splitlines()
    indexed = [json.loads(line.split(" ", 2)[2]) for line in lines]
    assert {entry["mime"] for entry in indexed} == {"text/html", "warc/revisit"}
    assert str(offset) in {entry["offset"] for entry in indexed}
    assert recover(tmp_path) == []


@pytest.mark.parametrize("bytes_left", [1, 15, 200, -1])
def test_half_a_record_is_set_aside_and_nothing_else(tmp_path: Path, killed: tuple[str, int], bytes_left: int) -> None:
    file, offset = killed
    path = tmp_path / f"{file}.open"
    whole = path.read_bytes()
    with path.open("rb") as stream:
        length = next(length for at, length, _ in whole_records(stream, path) if at == offset)
    half = whole[offset : offset + length][:bytes_left]
    path.write_bytes(whole + half)
    assert verify(tmp_path) == []
    with pytest.raises(CaptureError, match="no whole record"):
        read_capture(tmp_path, file, len(whole))
    assert recover(tmp_path) == [file]
    assert (tmp_path / file).read_bytes() == whole
    assert (tmp_path / f"{file}.cut").read_bytes() == half


def test_a_file_that_a_living_process_writes_stays_its_own(tmp_path: Path) -> None:
    process, file, _ = start_writer(tmp_path)
    assert recover(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == [f"{file}.open"]
    process.communicate("die\n")
    assert recover(tmp_path) == [file]


def test_a_damaged_file_is_not_closed_but_named(tmp_path: Path, killed: tuple[str, int]) -> None:
    file, offset = killed
    content = bytearray((tmp_path / f"{file}.open").read_bytes())
    content[offset + 60] ^= 0xFF
    (tmp_path / f"{file}.open").write_bytes(content)
    assert recover(tmp_path) == []
    (problem,) = verify(tmp_path)
    assert f"{file}.open" in problem


NO_SPACE = """
import os, resource, sys
from dataclasses import replace
from pathlib import Path
from storage.captures import CaptureWriter
from storage.errors import CaptureError
from tests.storage.test_captures import PAGE
writer = CaptureWriter(Path(sys.argv[1]), prefix="n")
first = writer.write(PAGE)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
for _ in range(2):
    try:
        writer.write(replace(PAGE, body=os.urandom(100_000)))
    except CaptureError as error:
        print(error)
second = writer.write(replace(PAGE, body=b"small"))
assert second.file == first.file and second.offset == first.offset + first.length
writer.close()
print(first.file)
"""


def test_a_record_that_the_disk_does_not_take_leaves_nothing_behind(tmp_path: Path) -> None:
    """The limit on a file's size stands for the full disk: both write a part, then fail."""
    result = subprocess.run(
        [sys.executable, "-c", NO_SPACE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *errors, file = result.stdout.splitlines()
    assert len(errors) == 2
    assert all(str(tmp_path) in error and "free space" in error for error in errors)
    assert [body for _, _, body in warcio_records(tmp_path / file)][1:] == [PAGE.body, b"small"]
    assert verify(tmp_path) == []


def test_a_disk_without_a_byte_left_gets_no_empty_files(tmp_path: Path) -> None:
    program = NO_SPACE.replace("first = writer.write(PAGE)", "").replace("20_000", "0").partition("second =")[0]
    result = subprocess.run(  # its messages go to a pipe, which has no such limit
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(result.stdout.splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


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


def test_a_closed_file_that_is_cut_is_found(tmp_path: Path, writer: CaptureWriter) -> None:
    ref = writer.write(PAGE)
    writer.close()
    path = tmp_path / ref.file
    path.write_bytes(path.read_bytes()[:-1])
    (problem,) = verify(tmp_path)
    assert f"cut in its record at offset {ref.offset}" in problem
    with pytest.raises(CaptureError, match="no whole record"):
        read_capture(tmp_path, ref.file, ref.offset)


def test_a_file_that_somebody_else_wrote_to_is_not_called_closed(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path, prefix="t")
    ref = writer.write(PAGE)
    with (tmp_path / f"{ref.file}.open").open("ab") as other:
        other.write(b"x")
    with pytest.raises(CaptureError, match="bytes where"):
        writer.close()
    assert [path.name for path in tmp_path.iterdir()] == [f"{ref.file}.open"]


def test_endless_header_fields_make_no_file_that_readers_refuse(tmp_path: Path, writer: CaptureWriter) -> None:
    """FastWARC's reader gives up a whole file for one head over 32 KiB."""
    ref = writer.write(replace(PAGE, headers=(*PAGE.headers, *((f"X-{n}", "v" * 1000) for n in range(100)))))
    back = read_capture(tmp_path, ref.file, ref.offset)
    assert 10 < len(back.headers) < 30
    with (tmp_path / f"{ref.file}.open").open("rb") as stream:
        (record,) = FastIterator(stream, WarcRecordType.response)
    assert record.headers["WARC-Truncated"] == "length"


@pytest.mark.parametrize("url", ["http://[::1/", "http://a:99999/", "http://a/b c\r\nX: y", "", "a\ud800"])
def test_an_address_that_is_none_breaks_no_record(tmp_path: Path, writer: CaptureWriter, url: str) -> None:
    ref = writer.write(replace(PAGE, url=url))
    writer.close()
    assert read_capture(tmp_path, ref.file, ref.offset).body == PAGE.body
    assert len((tmp_path / ref.file.replace(".warc.gz", ".cdxj")).read_text(encoding="utf-8").splitlines()) == 1


WIRE = {"content-encoding", "transfer-encoding", "content-length"}
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
    back = read_capture(folder, ref.file, ref.offset)
    assert back.body == body
    assert [name for name, _ in back.headers if name.lower() not in WIRE] == [
        name for name, _ in fields if name.lower() not in WIRE
    ]
