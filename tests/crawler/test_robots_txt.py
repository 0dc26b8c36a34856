"""robots.txt is read as RFC 9309 says, whatever stands in it."""

from __future__ import annotations

import string
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from crawler.robots_txt import MOST_BYTES, read_robots

RFC = b"""User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""
MERGED = b"User-agent: FINEWS\nDisallow: /a\nUser-agent: other\nDisallow: /b\nUser-agent: finews\nDisallow: /c\n"


def allows(body: bytes | str, path: str, token: str = "finews") -> bool:
    content = body.encode() if isinstance(body, str) else body
    return read_robots(content, token).allows(f"https://example.org{path}")


@pytest.mark.parametrize(
    ("token", "path", "allowed"),
    [
        ("other", "/picture.gif", False), ("other", "/example/x", False), ("other", "/publications/x", True),
        ("foobot", "/example/page.html", True), ("foobot", "/example/allowed.gif", True), ("foobot", "/", False),
        ("bazbot", "/example/page.html", False), ("barbot", "/picture.gif", True), ("quxbot", "/example/x", True),
    ],
)  # fmt: skip
def test_the_example_of_the_rfc(token: str, path: str, *, allowed: bool) -> None:
    assert allows(RFC, path, token) is allowed


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/ツ"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        ("/a%2fb", "/a%2Fb"),
        ("/a%2Ab", "/a*b"),
        ("/a$b", "/a$b"),
        ("/a%24", "/a$"),
        ("/100%", "/100%25"),
    ],
)
def test_percent_encoding_is_compared_in_one_form(rule: str, path: str) -> None:
    assert not allows(f"User-agent: *\nDisallow: {rule}", path)


@pytest.mark.parametrize(("rule", "path"), [("/a%2fb", "/a/b"), ("/a%2Ab", "/axb"), ("/%D0%C2", "/%B0%A1")])
def test_what_is_not_the_same_octets_is_another_path(rule: str, path: str) -> None:
    assert allows(f"User-agent: *\nDisallow: {rule}", path)


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        ("Disallow: /page\nAllow: /page", "/page", True),
        ("Disallow: /p\nAllow: /page", "/page", True),
        ("Allow: /page\nDisallow: /*.html", "/page.html", False),
        ("Disallow: /a*b*c$", "/aXbXc", False),
        ("Disallow: /a*b*c$", "/aXbXcX", True),
        ("Disallow: /ab*ab$", "/ab", True),
        ("Disallow: /fish$", "/fish/", True),
        ("Disallow:", "/anything", True),
        ("Allow: /dir/index.html\nDisallow: /", "/dir/", False),
    ],
)
def test_the_longest_rule_decides_and_the_kinder_of_two_equal_ones(lines: str, path: str, *, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{lines}", path) is allowed


@pytest.mark.parametrize(("path", "allowed"), [("/a", False), ("/b", True), ("/c", False)])
def test_groups_for_one_crawler_are_one_group(path: str, *, allowed: bool) -> None:
    assert allows(MERGED, path) is allowed


@pytest.mark.parametrize(
    ("agent", "is_ours"),
    [("finews", True), ("FiNews/2.0 (+https://example.org)", True), ("fine", False), ("finews-images", False)],
)
def test_a_group_is_found_by_the_whole_name(agent: str, *, is_ours: bool) -> None:
    assert allows(f"User-agent: {agent}\nDisallow: /", "/a") is not is_ours


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /a",
        "User-agent: *\nDisallow: /a".encode("utf-16"),
        b"User-agent: *\rDisallow: /a\r",
        b"user-agent:*\r\n\r\nDISALLOW :/a # a remark\r\n",
        b"User-agent: *\nthis is no rule\n<p>nor this</p>\n\xff\xfe\x00\nDisallow: /a",
        b"User-agent: *\nSitemap: https://example.org/map.xml\nDisallow: /a",
        b"Allow: /a\nUser-agent: *\nDisallow: /a",
        "User-agent: *\nDisallow: /新\nDisallow: /a".encode("gbk"),
    ],
)
def test_what_can_be_read_counts(body: bytes) -> None:
    assert not allows(body, "/abc")
    assert allows(body, "/b")


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html><html><body><p>Disallow: / is no rule here</p></body></html>", b"\x00" * 1000]
)
def test_what_is_no_robots_txt_allows_all(body: bytes) -> None:
    assert allows(body, "/a")


def test_it_may_be_asked_for_itself() -> None:
    assert allows("User-agent: *\nDisallow: /", "/robots.txt")


def test_only_the_first_500_kib_are_read() -> None:
    filler = b"#" * (MOST_BYTES - 100) + b"\n"
    rules = read_robots(b"User-agent: *\nDisallow: /a\n" + filler + b"x\n" * 100 + b"Disallow: /b\n", "finews")
    assert (rules.allows("https://example.org/a"), rules.allows("https://example.org/b")) == (False, True)


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("Crawl-delay: 2.5", 2.5), ("Crawl-delay: 1\nCrawl-delay: 3", 3), ("Crawl-delay: nan", None),
        ("Crawl-delay: -1", None), ("Crawl-delay: soon", None), ("Crawl-delay: 1e999", None), ("", None),
    ],
)  # fmt: skip
def test_a_crawl_delay_is_seconds_or_nothing(lines: str, seconds: float | None) -> None:
    assert read_robots(f"User-agent: *\n{lines}\nDisallow:".encode(), "finews").crawl_delay == seconds


@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: *\nDisallow: /" + b"*a" * 250_000,
        b"User-agent: *\n" + b"".join(b"Disallow: /*%d*b*c*\n" % number for number in range(25_000)),
        b"".join(b"User-agent: a%d\n" % number for number in range(40_000)) + b"Disallow: /x\n" * 100,
        b"User-agent: finews\nDisallow: /x\n" * 17_000,
    ],
    ids=["stars", "rules", "names", "groups"],
)
def test_a_hostile_one_is_read_in_bounded_time(body: bytes) -> None:
    began = monotonic()
    allows(body, "/" + "a" * 4000)
    assert monotonic() - began < 20


plain_path = st.text("abc/", min_size=1, max_size=4).map(lambda text: "/" + text)
pattern = st.tuples(plain_path, st.sampled_from(["", "*", "*b"]), st.sampled_from(["", "$"])).map("".join)
line = st.tuples(st.sampled_from(["Allow", "Disallow"]), pattern).map(": ".join)


@given(st.lists(line, max_size=6), st.sampled_from(["*", "finews", "other"]), plain_path)
def test_plain_files_are_read_as_protego_reads_them(lines: list[str], agent: str, path: str) -> None:
    text = "\n".join([f"User-agent: {agent}", *lines])
    # protego takes a "$" at the end for a letter, too; no path here has one.
    assert allows(text, path) is Protego.parse(text).can_fetch(f"https://example.org{path}", "finews")


@given(st.binary(max_size=300), st.text(string.printable, max_size=50))
def test_no_bytes_raise(body: bytes, path: str) -> None:
    allows(b"User-agent: *\nDisallow:" + body, "/" + path)
