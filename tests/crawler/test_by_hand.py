"""Links that a person gives: one bad line costs itself, an argument that means nothing is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.by_hand import links_by_hand
from crawler.errors import BadArgument

CODE = "NW202203152309565655"
SHARE_LINK = f"http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode={CODE}"


def written(folder: Path, content: str | bytes) -> str:
    file = folder / "links.txt"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def urls(**given: str) -> list[str]:
    return [found.url for found in links_by_hand(**given).found]


def test_nothing_given_is_no_link() -> None:
    listing = links_by_hand()
    assert (listing.found, listing.bad) == ((), ())


@pytest.mark.parametrize("code", [CODE, CODE.lower(), f" {CODE} ", CODE.removeprefix("NW")])
def test_an_infocode_becomes_its_share_link(code: str) -> None:
    assert urls(code=code) == [SHARE_LINK]


@given(st.integers(0, 10**12 - 1))
def test_every_number_of_a_day_is_an_infocode(number: int) -> None:
    code = f"NW20220315{number % 10**10:010d}"
    assert urls(code=code) == [SHARE_LINK.replace(CODE, code)]


@pytest.mark.parametrize("code", ["", "NW", "NW12", "XY202203152309565655", f"{CODE}/../x", f"{CODE}\n", "１２３"])
def test_an_infocode_that_is_none_is_named(code: str) -> None:
    if code.strip() == CODE:
        assert urls(code=code) == [SHARE_LINK]
        return
    with pytest.raises(BadArgument, match="infocode="):
        links_by_hand(code=code)


@pytest.mark.parametrize(
    "url", ["", "example.org/a", "file:///etc/passwd", "javascript:alert(1)", "http://", "http://[::1"]
)
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(BadArgument, match="url="):
        links_by_hand(url=url)


def test_a_file_has_one_link_a_line_in_order_and_a_bad_line_costs_itself(tmp_path: Path) -> None:
    lines = [
        "# my links",
        "https://example.org/1",
        "",
        "  https://example.org/2  ",
        "no link",
        CODE,
        "ftp://example.org/3",
    ]
    file = written(tmp_path, "\r\n".join(lines))
    listing = links_by_hand(file=file)
    assert [found.url for found in listing.found] == ["https://example.org/1", "https://example.org/2", SHARE_LINK]
    assert [bad.text.partition(": ")[0] for bad in listing.bad] == [f"{file}, line 5", f"{file}, line 7"]


def test_all_arguments_together_give_all_their_links(tmp_path: Path) -> None:
    file = written(tmp_path, "https://example.org/3")
    found = urls(url="https://example.org/1", code=CODE, file=file)
    assert found == ["https://example.org/1", SHARE_LINK, "https://example.org/3"]


def test_a_byte_order_mark_is_no_part_of_the_first_link(tmp_path: Path) -> None:
    assert urls(file=written(tmp_path, b"\xef\xbb\xbfhttps://example.org/1")) == ["https://example.org/1"]


@pytest.mark.parametrize("content", [b"\xff\xfeh\x00", b"https://example.org/\xe9"])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, content: bytes) -> None:
    file = written(tmp_path, content)
    with pytest.raises(BadArgument, match="cannot be read") as raised:
        links_by_hand(file=file)
    assert file in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for place in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(BadArgument, match="cannot be read"):
            links_by_hand(file=str(place))
