"""Pages are asked for as declared, and never for ever."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler.lists.paging import cls_sign, first_url, next_url, page_number
from tests.crawler.lists.given import NOW, a_source


def following(source, url, *, page=1, answer=None, items=({"t": 5},)):
    return next_url(source, url=url, page=page, answer=answer, items=items, now=NOW)


def test_page_numbers_count_from_start_by_step():
    paging = {"style": "page", "start": 0, "step": 20, "max_pages": 3}
    source = a_source("feed", url="https://e.com/?o={page}", paging=paging)
    first = first_url(source, now=NOW)
    assert first == "https://e.com/?o=0"
    assert following(source, first) == "https://e.com/?o=20"
    assert following(source, first, page=2) == "https://e.com/?o=40"
    assert page_number(source, "https://e.com/?o=40") == 3


def test_an_opaque_cursor_is_taken_from_the_answer_and_left_out_at_first():
    paging = {"style": "cursor", "cursor": "data.next"}
    source = a_source("feed", url="https://e.com/?c={cursor}&n=2", paging=paging)
    first = first_url(source, now=NOW)
    assert first == "https://e.com/?n=2"
    assert following(source, first, answer={"data": {"next": "a&b=1"}}) == "https://e.com/?c=a%26b%3D1&n=2"
    for nothing in ({}, {"data": {"next": ""}}, {"data": {"next": None}}, {"data": {"next": ["x"]}}):
        assert following(source, first, answer=nothing) is None


def test_an_empty_start_keeps_its_parameter():
    paging = {"style": "cursor", "cursor": "c", "start": ""}
    source = a_source("feed", url="https://e.com/?c={cursor}&n=2", paging=paging)
    assert first_url(source, now=NOW) == "https://e.com/?c=&n=2"


def test_an_exclusive_time_cursor_is_the_oldest_and_one_more():
    paging = {"style": "time", "field": "t", "bound": "exclusive", "start": "{now_s}"}
    source = a_source("feed", url="https://e.com/?t={cursor}", paging=paging)
    first = first_url(source, now=NOW)
    assert first == f"https://e.com/?t={int(NOW.timestamp())}"
    items = [{"t": 1700000300}, {"t": 1700000100}, {"t": 1700000200}]
    assert following(source, first, items=items) == "https://e.com/?t=1700000101"
    text = [{"t": "2026-05-31 17:25:55"}]
    assert following(source, first, items=text) == "https://e.com/?t=2026-05-31%2017%3A25%3A56"


def test_an_inclusive_time_cursor_is_the_oldest_itself():
    source = a_source(
        "feed", url="https://e.com/?t={cursor}", paging={"style": "time", "field": "t", "bound": "inclusive"}
    )
    items = [{"t": "2026-05-31 17:25:55"}, {"t": "2026-05-31 17:25:11"}, {"no": 1}, 7]
    assert following(source, "https://e.com/", items=items) == "https://e.com/?t=2026-05-31%2017%3A25%3A11"


def test_a_cursor_that_stands_still_ends_the_list():
    source = a_source(
        "feed", url="https://e.com/?t={cursor}&r={now_ms}", paging={"style": "time", "field": "t", "bound": "inclusive"}
    )
    assert following(source, "https://e.com/?t=5&r=1") is None
    assert following(source, "https://e.com/?t=6&r=1") is not None


def test_an_empty_page_ends_the_list():
    source = a_source("feed", url="https://e.com/?o={page}", paging={"style": "page"})
    assert following(source, "https://e.com/?o=1", items=()) is None


def test_the_signature_of_cls_agrees_with_the_published_vector_in_any_order():
    query = "sv=8.4.6&rn=20&app=CailianpressWeb&category=&last_time=1700000000&os=web&refresh_type=1"
    assert cls_sign(query) == "41509161771fae1234e752e93afd4f71"


@pytest.mark.parametrize("cursor", ["", "{now_s}"])
def test_a_signed_address_is_signed_on_every_page(cursor):
    paging = {"style": "time", "field": "t", "bound": "exclusive", "start": cursor}
    source = a_source("feed", url="https://e.com/?b=1&a={cursor}", sign="cls", paging=paging)
    second = following(source, first_url(source, now=NOW))
    for url in (first_url(source, now=NOW), second):
        unsigned, _, signature = urlsplit(url).query.rpartition("&sign=")
        assert signature == cls_sign(unsigned)
    assert ("a", "6") in parse_qsl(urlsplit(second).query)
