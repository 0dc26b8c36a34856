from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.saved import BadRow, SavedPage, extract_file, extract_saved, read_manifest

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://news.example.com/quay.html"
LINES = [
    "晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊。",
    "公司说，全年吞吐量将会因此增加三成，明年还会再建一座。",
]


def page(time: str = "2026年11月20日 10:05") -> bytes:
    body = "".join(f"<p>{line}</p>" for line in LINES * 3)
    return (
        f"<html lang=zh><head><title>晨港集团新码头投入运行</title></head><body><h1>晨港集团新码头投入运行</h1>"
        f"<div class=info>{time} 来源：某某日报</div><div class=content>{body}</div></body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("time", "url", "expected"),
    [
        ("2026年11月20日 10:05", URL, "2026-11-20T10:05:00"),
        ("2026-11-20T10:05:06+08:00", URL, "2026-11-20T10:05:06+08:00"),
        ("2026-11-20", URL, "2026-11-20"),
        ("", URL, None),
        ("2026年11月20日 10:05", "https://finance.sina.com.cn/roll/1.shtml", "2026-11-20T10:05:00+08:00"),
    ],
)
def test_the_time_has_the_offset_that_the_page_tells_and_no_other(time: str, url: str, expected: str | None):
    assert extract_saved(page(time), id="a", url=url, now=NOW)["published_at"] == expected


def test_a_row_has_all_that_was_read_and_is_json():
    row = extract_saved(page(), id="a", url=URL, now=NOW)
    assert json.loads(json.dumps(row)) == row
    assert (row["id"], row["url"], row["title"]) == ("a", URL, "晨港集团新码头投入运行")
    assert (row["publisher"], row["language"], row["authors"], row["images"]) == ("某某日报", "zh", [], [])
    assert row["text"].splitlines() == LINES * 3


def test_gzip_is_told_by_its_bytes():
    assert extract_saved(gzip.compress(page()), id="a", url=URL, now=NOW) == extract_saved(
        page(), id="a", url=URL, now=NOW
    )


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.7", gzip.compress(page())[:40], gzip.compress(bytes(70 * 1024 * 1024))],
    ids=["empty", "pdf", "cut", "bomb"],
)  # fmt: skip
def test_a_page_that_fails_gives_id_and_error(body: bytes):
    row = extract_saved(body, id="a", url=URL, now=NOW)
    assert sorted(row) == ["error", "id", "url"]
    assert row["id"] == "a"


def test_a_page_without_an_address_is_read():
    assert extract_saved(page(), id="a", url="", now=NOW)["title"] == "晨港集团新码头投入运行"


def test_a_manifest_gives_its_rows_in_order_and_names_those_that_are_none(tmp_path: Path):
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text('{"id":"a","path":"html/a.html","url":"u"}\n\n[1]\n{"path":"b.html"}\n{"id":', encoding="utf-8")
    first, second, third, fourth = read_manifest(manifest)
    assert first == SavedPage("a", tmp_path / "html/a.html", "u")
    assert isinstance(second, BadRow)
    assert third == SavedPage("4", tmp_path / "b.html", "")
    assert isinstance(fourth, BadRow)
    assert str(manifest) in fourth.error


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    row = extract_file(SavedPage("a", tmp_path / "no.html", URL), now=NOW)
    assert "no.html" in row["error"]
