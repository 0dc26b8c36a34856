"""A body that only the closed connection ended is whole if it shows its end."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.bodies import shows_its_end

WHOLE = (
    b"<!doctype html><html><head></head><body><p>text</p></body></html>",
    b"<HTML><BODY>text</BODY></HTML>\n<!-- served in 3 ms -->\n<script>count()</script>",
    b"<p>no frame at all</p>",
    b"<!-- a --><?xml version='1.0'?><rss><channel><item/></channel></rss>\n<!-- cached -->\n",
    b"\xef\xbb\xbf<feed xmlns='x'><entry></entry></feed>",
    "<html><body>数据</body></html>".encode("utf-16"),
    b'{"data": [1, 2]}\n',
    b"[]",
    b"plain text shows no end",
)


@pytest.mark.parametrize("body", WHOLE)
def test_a_whole_body_shows_its_end(body: bytes) -> None:
    assert shows_its_end(body)


@pytest.mark.parametrize(
    "body", [b"", b"<html><body><p>te", b"<rss><channel></channel>", b'{"data": [1, 2]', b'[{"a": 1}', b"<html></bod"]
)
def test_a_cut_body_does_not(body: bytes) -> None:
    assert not shows_its_end(body)


@given(st.lists(st.text(alphabet="abc 数据", max_size=30), min_size=1, max_size=300), st.data())
def test_no_page_and_no_json_that_is_cut_shows_an_end(lines: list[str], data: st.DataObject) -> None:
    page = ("<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>").encode()
    answer = json.dumps({"lines": lines}).encode()
    assert shows_its_end(page)
    assert shows_its_end(answer)
    assert not shows_its_end(page[: data.draw(st.integers(0, len(page) - len("</body></html>")))])
    assert not shows_its_end(answer[: data.draw(st.integers(0, len(answer) - 2))])


def test_a_large_body_takes_no_long_look() -> None:
    assert not shows_its_end(b"<html>" + b"<!-- " * 1_600_000)
    assert not shows_its_end(b"<x>" + b"</x " * 2_000_000)
