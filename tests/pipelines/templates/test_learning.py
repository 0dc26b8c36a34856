"""Templates are learned from what pages have in common, lose nothing, and are given up where the pages change."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import pytest
from lxml.html import document_fromstring

from pipelines.agreement import agreement, recall
from pipelines.extract import extract_html
from pipelines.extraction import Extraction
from pipelines.page import Fetched
from pipelines.template_learning import learn
from pipelines.templates.drift import drift_of
from pipelines.templates.learn import Lesson, derive
from pipelines.templates.learned import Learned
from pipelines.templates.template import HIT, Template, from_json, to_json
from tests.pipelines.templates import sites
from tests.pipelines.templates.sites import LAYOUTS, NOW, Story, pages, response, story

HOST = "news.example.com"
URL = f"https://{HOST}/1.html"


def read(page: Fetched, template: Template | None = None) -> Extraction:
    extraction = extract_html(
        page.body, url=page.url, content_type="text/html; charset=utf-8", now=NOW, zone=None, template=template
    )
    assert isinstance(extraction, Extraction), extraction
    return extraction


@lru_cache(maxsize=8)
def learned(name: str) -> Learned:
    layout, zh = LAYOUTS[name]
    return learn(HOST, pages(layout, range(30), zh=zh))


def sure(name: str) -> Template:
    found = learned(name)
    assert found.template is not None
    assert found.template.is_sure, found.note
    return found.template


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_sure_template_finds_the_whole_article_and_nothing_else(name: str) -> None:
    layout, zh = LAYOUTS[name]
    for number in range(100, 130):
        one = story(number, zh=zh, short=number % 5 == 0)
        extraction = read(response(layout(one), number), sure(name))
        assert (extraction.text, extraction.template) == (one.text, HIT)
        assert extraction.title == one.title
        assert extraction.published is not None
        assert extraction.published.local.date() == one.at.date()


@pytest.mark.parametrize("name", LAYOUTS)
def test_text_html_and_source_agree_on_the_fast_way(name: str) -> None:
    layout, zh = LAYOUTS[name]
    extraction = read(response(layout(story(101, zh=zh)), 101), sure(name))
    slow = read(response(layout(story(101, zh=zh)), 101))
    assert agreement(extraction.html, slow.html) > 0.9
    assert recall(extraction.source_html, extraction.text) > 0.99


def test_a_template_survives_its_way_through_the_archive() -> None:
    template = replace(sure("portal"), version=3)
    assert from_json(to_json(template), host=HOST, version=3) == template


@pytest.mark.parametrize("text", ["[]", "{}x", '{"body": "//p", "other": 1}', "x" * 300_000, "null"])
def test_rules_of_another_kind_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # also json's own
        from_json(text, host=HOST, version=1)


def test_lines_that_stand_under_every_article_are_cut_from_the_slow_path_too() -> None:
    template = replace(sure("portal"), is_sure=False)
    one = story(140, zh=True)
    page = response(sites.portal(one), 140)
    assert "仅供参考" in read(page).text
    corrected = read(page, template)
    assert (corrected.text, corrected.template) == (one.text, "")
    assert "仅供参考" not in corrected.html


def test_a_line_like_the_boilerplate_within_the_article_stays() -> None:
    statement = "示例财经网提醒：以上内容与数据仅供参考，使用前请您核实一下，风险由您自己承担。"
    one = story(150, zh=True)
    lines = (*one.paragraphs[:3], "记者写道：", statement, *story(151, zh=True).paragraphs, *one.paragraphs)
    told = replace(one, paragraphs=lines)
    assert read(response(sites.portal(told), 150), sure("portal")).text == told.text


def too_few() -> list[Fetched]:
    return pages(sites.portal, range(7), zh=True)


def copies() -> list[Fetched]:
    return [response(sites.portal(story(1, zh=True)), number) for number in range(20)]


def walls() -> list[Fetched]:
    return [response(f"<title>访问验证</title><p>请按住滑块 {number}</p>", number) for number in range(20)]


@pytest.mark.parametrize("given", [too_few, copies, walls, list])
def test_too_little_teaches_nothing(given: Callable[[], list[Fetched]]) -> None:
    found = learn(HOST, given())
    assert found.template is None
    assert "are needed" in found.note


def test_a_host_with_rules_of_its_publisher_is_not_learned() -> None:
    assert learn("finance.sina.com.cn", pages(sites.portal, range(10), zh=True)).note == "its publisher has rules"


def test_pages_of_nothing_in_common_teach_no_place() -> None:
    layouts = list(LAYOUTS.values())
    mixed = [
        response(layout(story(number, zh=zh)), number)
        for number in range(20)
        for layout, zh in [layouts[number % len(layouts)]]
    ]
    found = learn(HOST, mixed)
    assert found.template is None or not found.template.is_sure


def test_a_template_that_would_lose_words_only_corrects() -> None:
    def in_two_parts(one: Story) -> str:
        first, rest = one.paragraphs[:1], one.paragraphs[1:]
        tail = "".join(f"<div class=tail-{one.number}{n}><p>{line}</p></div>" for n, line in enumerate(rest))
        page = sites.portal(replace(one, paragraphs=first))
        return page.replace("<div class=right>", f"<div class=x-{one.number}>{tail}</div><div class=right>")

    found = learn(HOST, pages(in_two_parts, range(1, 20), zh=True))
    if found.template is not None and found.template.is_sure:
        for number in range(40, 50):
            one = story(number, zh=True)
            assert recall(read(response(in_two_parts(one), number), found.template).text, one.text) >= 0.98


def outcomes(layout: Callable[[Story], str], template: Template, *, zh: bool, count: int = 20) -> list[bool]:
    """Give whether the template served each page; each page's text is right, served or not."""
    served = []
    for number in range(200, 200 + count):
        one = story(number, zh=zh)
        extraction = read(response(layout(one), number), template)
        assert recall(extraction.text, one.text) > 0.95, extraction.template
        served.append(extraction.template == HIT)
    return served


@pytest.mark.parametrize("layout", [sites.redesigned, sites.misleading])
def test_a_redesign_is_noticed_within_20_pages_and_no_page_is_lost_meanwhile(layout: Callable[[Story], str]) -> None:
    recent = [True] * 20 + outcomes(layout, sure("portal"), zh=True)
    noticed = next(number for number in range(21, 41) if drift_of(recent[:number]))
    assert noticed - 20 <= 10


def test_after_a_redesign_the_newest_pages_teach_the_new_design() -> None:
    newest = pages(sites.redesigned, range(60, 70), zh=True)[::-1]
    before = pages(sites.portal, range(30), zh=True)[::-1]
    found = learn(HOST, [*newest, *before])
    assert found.template is not None
    assert found.template.is_sure, found.note
    assert all(outcomes(sites.redesigned, found.template, zh=True, count=10))


def test_a_template_does_not_drift_on_its_own_pages() -> None:
    assert all(outcomes(sites.portal, sure("portal"), zh=True, count=30))


def test_another_hosts_template_is_not_used() -> None:
    page = response(sites.portal(story(1, zh=True)), 1, host="www.example.org")
    assert read(page, sure("portal")).template == ""


def test_hostile_pages_end_with_a_template() -> None:
    body = b"<html><body><div id=artibody>" + b"<div>" * 200_000 + b"x" + b"<a href=/>x</a>" * 50_000
    extract_html(body, url=URL, content_type="text/html", now=NOW, zone=None, template=sure("portal"))


def test_hostile_pages_teach_in_bounded_time() -> None:
    def lesson(number: int) -> Lesson:
        words = [f"{line}. 第{number}页{sites.ZH_LINE}" for line in range(1_500)]
        blocks = (
            f"<div class='c{n} d{n % 7} box' id=i{n}><span>x</span><p>{word}</p></div>" for n, word in enumerate(words)
        )
        root = document_fromstring(f"<body><h1>标题{number}</h1>{'<div>' * 200}{''.join(blocks)}")
        return Lesson(URL, root, "\n".join(words), f"标题{number}", None, (), NOW)

    started = time.monotonic()
    derive(HOST, [lesson(number) for number in range(8)])
    assert time.monotonic() - started < 20
