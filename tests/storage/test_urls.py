"""Addresses: one normal form, one identity an article, and nothing merged that is not the same."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.urls import BadUrl, canonical_url, digits_day, external_id, identity, infocode

DIGITS = "202205302396671645"
SPELLINGS = [
    f"NW{DIGITS}",
    f"nw{DIGITS}",
    DIGITS,
    f"http://finance.eastmoney.com/a/{DIGITS}.html",
    f"https://stock.eastmoney.com/a/{DIGITS}.html",
    f"http://global.eastmoney.com/a/{DIGITS}.html?from=timeline#comment",
    f"https://finance.eastmoney.com/news/1345,{DIGITS}.html",
    f"https://wap.eastmoney.com/a/{DIGITS}.html",
    f"https://emwap.eastmoney.com/info/detail/{DIGITS}",
    f"https://kuaixun.eastmoney.com/{DIGITS}.html",
    f"https://choicew2z.eastmoney.com/info/information/detail.html?infocode=NW{DIGITS}",
    f"http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode=NW{DIGITS}",
    f"https://anyhost.example/html_News/NewsShare.html?INFOCODE=NW{DIGITS}",
    f"http://choicewzp1.eastmoney.com/NewsData/GetNewsText.do?id=NW{DIGITS}",
    f"https://newsinfo.eastmoney.com/kuaixun/v2/api/article/{DIGITS}?guid=1",
    f"http://newsinfo.eastmoney.com/kuaixun/v2/api/content/getnews?newsid={DIGITS}&newstype=1",
    f"https://finance.eastmoney.com./a/./%32{DIGITS[1:]}.HTML",
    f"https://finance.eastmoney.com/a/{DIGITS}.html?infocode=",
]
OTHERS = [
    f"AN{DIGITS}",
    f"AP{DIGITS}",
    f"https://caifuhao.eastmoney.com/news/{DIGITS}",
    f"https://eastmoney.com.evil.example/a/{DIGITS}.html",
    f"https://example.org/p?id=1&infoCode={DIGITS}",
    f"https://noteastmoney.com/a/{DIGITS}.html",
    f"https://example.org/a/{DIGITS}.html",
    "https://finance.eastmoney.com/a/202205302396671646.html",
    "https://finance.eastmoney.com/a/cgnjj.html",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_number_is_one_article(spelling: str) -> None:
    assert external_id(spelling) == f"NW{DIGITS}"
    if "://" in spelling:
        assert identity(spelling) == f"eastmoney:{DIGITS}"
        assert canonical_url(spelling) == f"https://finance.eastmoney.com/a/{DIGITS}.html"


@pytest.mark.parametrize("other", OTHERS)
def test_what_only_looks_alike_is_another_article(other: str) -> None:
    assert external_id(other) != f"NW{DIGITS}"
    if "://" in other:
        assert identity(other) != f"eastmoney:{DIGITS}"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://data.eastmoney.com/report/zw_stock.jshtml?infocode=AP202607271827362101", "AP202607271827362101"),
        ("https://data.eastmoney.com/notices/detail/002569/AN202607271827362101.html", "AN202607271827362101"),
        ("https://np-cnotice-pc.eastmoney.com/api/content/ann?art_code=AN202607271827362101", "AN202607271827362101"),
        ("https://caifuhao.eastmoney.com/news/20260702101113747001360?from=guba", "CFH20260702101113747001360"),
    ],
)
def test_announcements_reports_and_posts_have_their_own_numbers(url: str, code: str) -> None:
    assert external_id(url) == code
    assert external_id(code) == infocode(code.lower()) == code
    assert identity(url) == identity(canonical_url(url)) == f"eastmoney:{code}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/#!/a/1", "https://example.org/#!/a/2"),
        ("https://example.org/#/a/1", "https://example.org/#/a/2"),
        ("https://www.com/a", "https://com/a"),
        ("https://example.org/?from=guba", "https://example.org/"),
    ],
)
def test_what_chooses_the_page_stays(one: str, other: str) -> None:
    assert identity(one) != identity(other)


def test_a_number_of_another_site_is_no_infocode() -> None:
    """jin10's ids have 20 digits that begin with a day."""
    url = "https://flash.jin10.com/detail/20260531172555462800"
    assert identity(url, "20260531172555462800") == "url:flash.jin10.com/detail/20260531172555462800"


@pytest.mark.parametrize(
    "text", ["", "NW", "NW12", "NW202213011234567890", "hello", "AN12", "NW2022053023966716٤٥", f"NW{DIGITS}x"]
)
def test_a_code_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadUrl, match="is no infoCode"):
        infocode(text)


@pytest.mark.parametrize(
    "url",
    ["", "x", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "mailto:a@b.example", "http://",
     "http:///path", "https://user:secret@example.org/", "http://exa mple.org/", "http://example.org/\x00",
     "http://example.org/\ud800", "http://example.org:99999/", "http://[::1", "https://example.org/" + "a" * 5000,
     "https://example.org/" + "中" * 1000, "https://example.org/\u3000a", "https://example.org/a\x85b", "https://<b>/",
     "https://ex%61mple.org/", "https://finance.eastmoney.com\\.evil.example/a", "https://x..org/", "https://80../",
     "https://" + "a" * 64 + ".org/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        canonical_url(url)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://EXAMPLE.org", "http://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/../../a", "https://example.org/a"),
        ("https://example.org/?b=2&a=1&utm_medium=mail", "https://example.org/?a=1&b=2"),
        ("https://example.org/a?id=1#part", "https://example.org/a?id=1"),
        ("https://example.org/?utm_source&id=1", "https://example.org/?id=1"),
        ("https://example.org/?utm%5Fsource=x&id=1", "https://example.org/?id=1"),
        ("https://example.org/?from=timeline&isappinstalled=0&id=1", "https://example.org/?id=1"),
        ("https://example.org/新闻", "https://example.org/%E6%96%B0%E9%97%BB"),
        ("https://api3.cls.cn/share/article/2485865?os=web&sv=8.4.6", "https://www.cls.cn/detail/2485865"),
        ("https://m.cls.cn/detail/2485865?sv=1", "https://www.cls.cn/detail/2485865"),
        (
            "https://caifuhao.eastmoney.com/news/20260702101113747001360?from=guba",
            "https://caifuhao.eastmoney.com/news/20260702101113747001360",
        ),
    ],
)
def test_one_page_has_one_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


def test_the_day_in_the_digits() -> None:
    assert str(digits_day("NW202205262391921712")) == "2022-05-26"
    assert digits_day("NW202202302391921712") is None
    assert digits_day("AN202205262391921712") is None


_PIECES = ["a.b", "80", "www.", "/", "/a/", DIGITS, ".html", "?", "&", "=", "%", "%2", "%32", "%2e", ".", "#", "#!",
           "\\", "utm_source", "spm", "infoCode=NW", "中", ";", "@", ":443", "[", "]", "::1", "|", "%7E"]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
@example("a.b/?utm_source&b=1")
@example("a.b\\/x")
@example("a.b/%%32f")
def test_an_address_and_its_normal_form_are_one_article(rest: str) -> None:
    try:
        once = canonical_url(f"https://{rest}")
    except BadUrl:
        return
    assert canonical_url(once) == once
    assert identity(once) == identity(f"https://{rest}")


_hosts = st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,5}){1,2}", fullmatch=True)
_paths = st.text(st.characters(codec="utf-8", exclude_characters="#\\"), max_size=30)


@given(_hosts, _paths, st.text(st.characters(codec="utf-8"), max_size=30))
@example("a.b", "/%2e%2e/%zz", "a=%&b")
@example("a.b", "//x/..//y/", "=&=")
def test_the_normal_form_is_its_own_normal_form(host: str, path: str, query: str) -> None:
    try:
        once = canonical_url(f"https://{host}/{path}?{query}")
    except BadUrl:
        return
    assert canonical_url(once) == once


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    external_id(text)
    with contextlib.suppress(BadUrl):
        assert canonical_url(text).startswith(("http://", "https://"))
