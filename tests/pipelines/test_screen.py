"""Walls and error pages are told from articles, also from articles about walls and errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from pipelines.extraction import Refused
from pipelines.screen import refusal_of
from storage.reasons import Reason

TEXT = "<p>港口公司今日公布季度数据，各项指标平稳，董事会预计全年不会有大的变化。</p>" * 20


def refused(markup: str) -> Refused | None:
    return refusal_of(document_fromstring(markup))


@pytest.mark.parametrize(
    "markup",
    [
        "<html><head><title>访问验证</title></head><body><p>请按住滑块，拖动到最右边</p></body></html>",
        "<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript</noscript></body></html>",
        "<html><body><p>您的访问过于频繁，请稍后再试</p></body></html>",
        "<html><body><div id='aliyunCaptcha-window'></div></body></html>",
        "<html><body><p>Wait</p><script src='https://ct.captcha-delivery.com/c.js'></script></body></html>",
        "<html><body><h1>Please verify you are a human</h1></body></html>",
        "<html><body><p>We have detected unusual traffic from your network.</p></body></html>",
    ],
)
def test_a_wall_is_a_captcha(markup: str) -> None:
    found = refused(markup)
    assert found is not None
    assert found.reason is Reason.CAPTCHA


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("404 Not Found", Reason.GONE), ("页面不存在", Reason.GONE), ("您访问的内容已被删除", Reason.GONE),
        ("系统繁忙", Reason.NO_ARTICLE), ("503 Service Unavailable", Reason.NO_ARTICLE),
        ("Access Denied", Reason.NO_ARTICLE),
    ],
)  # fmt: skip
def test_an_error_page_with_status_200_is_no_article(title: str, reason: Reason) -> None:
    found = refused(f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>")
    assert found is not None
    assert found.reason is reason
    assert title in found.text


@pytest.mark.parametrize("title", ["短信验证码骗局调查", "404 Not Found", "The captcha turns twenty"])
def test_an_article_about_walls_and_errors_is_an_article(title: str) -> None:
    assert refused(f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{TEXT}</body></html>") is None


def test_a_short_article_is_no_wall() -> None:
    assert refused("<html><head><title>快讯</title></head><body><p>央行今日开展逆回购操作。</p></body></html>") is None


def test_scripts_do_not_make_a_wall_longer() -> None:
    script = f"<script>var words = '{'x' * 5000}';</script><style>{'a' * 5000}</style>"
    found = refused(f"<html><body>{script}<p>请完成安全验证</p></body></html>")
    assert found is not None
    assert found.reason is Reason.CAPTCHA


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_no_text_breaks_the_look(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    refused(f"<html><head><title>{escaped}</title></head><body><p id='{escaped}'>{escaped}</p></body></html>")


def test_a_page_of_100_000_elements_is_looked_at_only_as_far_as_needed() -> None:
    assert refused(f"<html><body>{TEXT}{'<i>x</i>' * 100_000}</body></html>") is None
