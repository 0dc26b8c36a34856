"""Walls and error pages are told from articles, also from articles about walls and errors."""

# ruff: noqa: E501 - rules and pages are read whole

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from pipelines import screens
from pipelines.extract import extract_html
from pipelines.extraction import Extraction, Refused
from pipelines.screens.signs import read_signs
from storage.reasons import Reason
from tests.pipelines.screens import shapes
from tests.pipelines.screens.shapes import EN, URL, ZH, article, page

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def refused(markup: str, url: str = URL, asked_url: str = "") -> Refused | None:
    return screens.refusal_of(read_signs(document_fromstring(markup), url), asked_url)


def extracted(markup: str, url: str = URL) -> Extraction | Refused:
    return extract_html(markup.encode(), url=url, content_type="text/html; charset=utf-8", now=NOW, zone=None)


def read(text: str, **changes: object) -> screens.Read:
    values = {"body": None, "is_dated": True, "has_time": False, "is_told": False} | changes
    return screens.Read(text, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        *((one, Reason.CAPTCHA) for one in shapes.CAPTCHAS),
        *((one, Reason.CONSENT_WALL) for one in shapes.CONSENT_WALLS),
        *((one, Reason.LOGIN_WALL) for one in shapes.LOGIN_WALLS),
        *((one, Reason.SOFT_404) for one in shapes.SOFT_404S),
        *shapes.ERROR_PAGES,
    ],
)
def test_what_stands_in_an_articles_place_is_told_by_its_reason_and_score(markup: str, reason: Reason) -> None:
    found = refused(markup)
    assert found is not None
    assert found.reason is reason, found.text
    assert "(score 0." in found.text or "(score 1" in found.text


@pytest.mark.parametrize(
    "said",
    ["You need to enable JavaScript to run this app.", "请启用 JavaScript 后浏览本页", "JavaScript is required."],
)
def test_a_page_that_is_empty_without_its_scripts_is_no_article(said: str) -> None:
    shell = f"<div id=root></div><noscript>{said}</noscript><script src=/app.js></script>"
    found = refused(page("Harbour News", shell))
    assert found is not None
    assert found.reason is Reason.NO_ARTICLE
    told = '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"..."}</script>'
    assert refused(page("Harbour News", shell, told)) is None


@pytest.mark.parametrize("markup", shapes.ARTICLES)
def test_an_article_about_them_and_one_with_a_banner_is_an_article(markup: str) -> None:
    found = refused(markup)
    assert found is None, found


def test_a_redirect_to_the_home_page_is_a_soft_404() -> None:
    home = page("示例财经", f"<p>{ZH * 20}</p>", dressed=True)
    found = refused(home, "https://news.example.com/", URL)
    assert found is not None
    assert (found.reason, "a redirect to /" in found.text) == (Reason.SOFT_404, True)
    assert refused(home, "https://news.example.com/", "https://news.example.com/index.html") is None
    assert refused(home, URL, "https://m.example.com/1234") is None


def test_a_redirect_to_a_login_page_is_a_login_wall() -> None:
    found = refused(page("示例财经", "<p>欢迎</p>"), "https://passport.example.com/login?next=1", URL)
    assert found is not None
    assert found.reason is Reason.LOGIN_WALL


@pytest.mark.parametrize(
    ("head", "url", "title", "is_live"),
    [
        ('<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>', URL, "Dawnport votes", True),
        ('<script type="application/ld+json">{"@type":"LiveBlogPosting","coverageEndTime":"2026-11-20T10:00:00Z"}</script>', URL, "Dawnport votes", False),
        ("", "https://news.example.com/live/4711", "直播：晨港集团股东大会", True),
        ("", "https://news.example.com/markets/live-updates-harbour", "Harbour strike: live updates", True),
        ("", URL, "Live music returns to the harbour", False),
        ("", URL, "直播带货的码头工人", False),
    ],
)  # fmt: skip
def test_a_live_blog_is_one_until_its_end(head: str, url: str, title: str, *, is_live: bool) -> None:
    signs = read_signs(document_fromstring(page(title, f"<h1>{title}</h1><p>{EN * 5}</p>", head)), url)
    found = screens.refusal_of_text(signs, read(EN * 5), now=NOW)
    assert (found.reason if found else None) == (Reason.LIVE_BLOG if is_live else None)


@pytest.mark.parametrize(
    ("head", "url", "title", "text", "is_media"),
    [
        ('<script type="application/ld+json">{"@type":"VideoObject"}</script>', "https://news.example.com/video/1", "The quay opens", "Watch.", True),
        ("<meta property=og:type content=video.other>", URL, "The quay opens", EN[:60], True),
        ("", "https://news.example.com/gallery/2", "组图：新码头", "新码头投入运行。", True),
        ("", "https://news.example.com/shipin/2.html", "[视频]新码头", "新码头投入运行。", True),
        ('<script type="application/ld+json">{"@type":"VideoObject"}</script>', "https://news.example.com/video/1", "The quay opens", EN * 8, False),
        (shapes.ARTICLE_HEAD, URL, "The quay opens", EN, False),
        ("", URL, "快讯", "新码头投入运行。", False),
    ],
)  # fmt: skip
def test_a_media_page_is_one_without_an_articles_text(
    head: str, url: str, title: str, text: str, *, is_media: bool
) -> None:
    signs = read_signs(document_fromstring(page(title, f"<h1>{title}</h1><p>{text}</p>", head)), url)
    found = screens.refusal_of_text(signs, read(text), now=NOW)
    assert (found.reason if found else None) == (Reason.MEDIA_PAGE if is_media else None)


def test_a_video_page_without_any_text_is_told_as_such() -> None:
    found = extracted(page("The quay", "<video></video>", "<meta property=og:type content=video.other>"))
    assert isinstance(found, Refused)
    assert found.reason is Reason.MEDIA_PAGE


def headlines(url: str, head: str = "", text: str = "", **known: object) -> Refused | None:
    titles = [f"晨港集团第{number}座码头今天投入运行" for number in range(8)]
    lines = "\n".join([*titles, text]) if text else "\n".join(titles)
    body = document_fromstring("".join(f"<li><a href=/{n}>{title}</a></li>" for n, title in enumerate(titles)))
    signs = read_signs(document_fromstring(page("示例财经", "<p></p>", head)), url)
    return screens.refusal_of_text(signs, read(lines, body=body, **known), now=NOW)


def test_a_list_of_headlines_is_an_index_page() -> None:
    found = headlines("https://news.example.com/markets/")
    assert found is not None
    assert (found.reason, "8 linked headlines" in found.text) == (Reason.INDEX_PAGE, True)


def test_an_article_with_many_links_is_none() -> None:
    assert headlines(URL, text=ZH * 12) is None
    assert headlines(URL, is_told=True) is None
    assert headlines(URL, shapes.ARTICLE_HEAD) is None


@pytest.mark.parametrize(
    ("head", "text", "is_partial"),
    [
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>', EN * 3, True),
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>', ZH * 3, True),
        ('<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>', EN * 40, False),
        ('<script type="application/ld+json">{"@type":"NewsArticle","wordCount":900,"isAccessibleForFree":false}</script>', EN * 15, True),
        ("", ZH + "\n剩余85%的内容，订阅后继续阅读", True),
        ("", ZH + "\n本文为付费文章，购买后阅读全文", True),
        ("", EN + "\nSubscribe to continue reading this article.", True),
        ("", EN + "\nAlready a subscriber? Log in", True),
        ("", EN * 3, False),
        ("", ZH, False),
        ("", "Papers say: subscribe to continue reading.\n" + EN * 60, False),
    ],
)  # fmt: skip
def test_a_stub_is_the_beginning_of_an_article_to_be_paid_for(head: str, text: str, *, is_partial: bool) -> None:
    body = "".join(f"<p>{line}</p>" for line in text.splitlines())
    signs = read_signs(document_fromstring(page("The quay", f"<h1>The quay</h1>{body}", head)), URL)
    assert screens.is_stub(signs, text) is is_partial


def test_a_stub_is_stored_as_partial_and_not_refused() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
    extraction = extracted(article("The quay opens to the first ships", [EN, EN], head))
    assert isinstance(extraction, Extraction)
    assert extraction.partial


def test_scripts_do_not_make_a_wall_longer() -> None:
    script = f"<script>var words = '{'x' * 5000}';</script><style>{'a' * 5000}</style>"
    found = refused(f"<html><body>{script}<p>请完成安全验证</p></body></html>")
    assert found is not None
    assert found.reason is Reason.CAPTCHA


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_no_text_breaks_the_look(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    refused(f"<html><head><title>{escaped}</title></head><body><p id='{escaped}'>{escaped}</p></body></html>")


@pytest.mark.parametrize(
    "unit", ["请完成", "you are looking for ", "subscribe ", "抱歉", "we use ", "404 ", "。", "live "]
)
def test_no_rule_takes_long_on_a_hostile_page(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    found = extracted(page(text[:5_000], f"<h1>{text}</h1><p>{text}</p>"))
    assert isinstance(found, Extraction | Refused)


def test_a_page_of_100_000_elements_is_looked_at_only_as_far_as_needed() -> None:
    assert refused(f"<html><body><p>{ZH * 20}</p>{'<i>x</i>' * 100_000}</body></html>") is None
