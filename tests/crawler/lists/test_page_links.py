"""A category page gives its articles, not its navigation."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ListRefused
from storage.reasons import Reason
from tests.crawler.lists.given import SITE, a_source, reading

SHAPE = a_source("listing")
PAGE = """<html><head><meta charset="gbk"><base href="/ch/"></head><body>
<nav><a href="/">首页</a><a href="/about-us">关于我们公司的全部信息</a>
<a href="javascript:void(0)">展开更多内容列表哦</a></nav>
<ul class="l"><li><a href="202611/t20261124_123456.html"><img src="1.png"></a>
<a href="202611/t20261124_123456.html"><h3>【沿海港口吞吐量连续三月回升】</h3><em>2026-11-24 08:12</em></a></li>
<li><a href="https://other.example.org/2026/11/24/1.html">别家网站的一条很长的新闻标题</a></li>
<li><a href="/a/1234567.html">短</a></li></ul>
<a class="next" href="index_2.html">下一页</a><a class="sec" href="/sub/">子栏目</a></body></html>"""
ARTICLE = SITE + "ch/202611/t20261124_123456.html"


def test_links_are_known_by_their_shape():
    listing = reading(SHAPE, PAGE.encode("gbk"))
    assert [one.url for one in listing.found] == [ARTICLE]


def test_links_titles_and_dates_are_known_by_rules():
    rules = {"link": "ul.l a", "match": r"news\.example\.com", "title": "h3", "date": "./em/text()", "next": "a.next",
             "sections": "//a[@class='sec']"}  # fmt: skip
    source = a_source("listing", listing=rules)
    listing = reading(source, PAGE.encode("gbk"))
    found = listing.found[0]
    assert (found.url, found.hints.title, found.hints.published) == (
        ARTICLE,
        "沿海港口吞吐量连续三月回升",
        "2026-11-24 08:12",
    )
    assert [one.url for one in listing.found] == [ARTICLE, SITE + "a/1234567.html"]
    assert listing.next_url == SITE + "ch/index_2.html"
    assert listing.more_lists == (SITE + "sub/",)


def test_pages_may_be_counted():
    source = a_source("listing", url="https://news.example.com/c_{page}.html", paging={"style": "page"})
    assert reading(source, PAGE.encode("gbk")).next_url == SITE + "c_2.html"


@pytest.mark.parametrize(
    ("path", "is_article"),
    [
        ("/2026/11/24/markets.html", True),
        ("/a/202611243878840472.html", True),
        ("/news/central-bank-holds-rates-again", True),
        ("/detail?id=2485865", True),
        ("/about", False),
        ("/2026", False),
        ("/tag/rates-up", False),
    ],
)
def test_the_shape_of_an_article(path, is_article):
    body = f'<a href="{path}">A title that is long enough</a><a href="/x/999999.html">Another title of an article</a>'
    urls = [one.url for one in reading(SHAPE, body).found]
    assert (SITE.rstrip("/") + path in urls) is is_article


@pytest.mark.parametrize(
    ("body", "reason"),
    [("", Reason.BAD_LIST), ("<html><body>nothing</body></html>", Reason.BAD_LIST),
     ("<html><body>请完成安全验证</body></html>", Reason.BLOCKED)],
)  # fmt: skip
def test_a_page_without_articles_is_refused(body, reason):
    with pytest.raises(ListRefused) as caught:
        reading(SHAPE, body)
    assert caught.value.reason is reason


def test_a_later_page_without_articles_is_the_end():
    listing = reading(SHAPE, "<html><body>nothing</body></html>", page=2)
    assert (listing.found, listing.next_url) == ((), None)


@given(st.binary(max_size=150) | st.text(max_size=99).map(lambda text: f'<a href="{text}">{text}</a>'.encode()))
def test_no_bytes_crash_the_reader(body):
    with suppress(ListRefused):
        assert reading(SHAPE, body) is not None
