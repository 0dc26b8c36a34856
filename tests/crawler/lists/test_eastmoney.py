# ruff: noqa: E501 - a payload's record stands on one line, as the sites send it
"""Eastmoney's lists are one kind of item in ten envelopes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ListRefused
from crawler.lists.eastmoney import share_link
from storage.reasons import Reason
from storage.types import Kind
from tests.crawler.lists.given import a_source, reading

CODE = "202611240812345678"
SOURCE = a_source("eastmoney", timezone="Asia/Shanghai")
FLASH = a_source("eastmoney", item_kind="flash")


def read(answer, source=SOURCE):
    return reading(source, json.dumps(answer, ensure_ascii=False))


@pytest.mark.parametrize(
    "answer",
    [
        {"records": [{"id": 91, "infoCode": f"NW{CODE}", "title": "港口吞吐量回升", "showtime": "2026-11-24 08:12:00"}]},
        {"nodeList": [{"infocode": f"NW{CODE}", "from": "某某日报", "title": "港口吞吐量回升", "showtime": "2026-11-24 08:12:00"}]},
        {"record": [{"infoCode": f"NW{CODE}", "title": "港口吞吐量回升", "datetime": "2026-11-24 08:12:00"}]},
        {"data": {"records": [{"code": f"NW{CODE}", "data": {"title": "港口吞吐量回升", "showtime": "2026-11-24 08:12:00"}}]}},
        {"code": "1", "data": {"fastNewsList": [{"code": CODE, "title": "港口吞吐量回升", "showTime": "2026-11-24 08:12:00"}]}},
        {"rc": 1, "LivesList": [{"newsid": CODE, "id": CODE, "title": "港口吞吐量回升", "showtime": "2026-11-24 08:12:00"}]},
        {"rc": 1, "news": [{"newsid": CODE, "title": "港口吞吐量回升", "showtime": "2026-11-24 08:12:00"}]},
        {"code": 1, "data": {"list": [{"code": CODE, "title": "港口吞吐量回升", "showTime": "2026-11-24 08:12:00"}]}},
        {"data": {"list": [{"Art_Code": CODE, "Art_Title": "港口吞吐量回升", "Art_ShowTime": "2026-11-24 08:12:00"}]}},
        {"code": 0, "data": {"items": [{"infoCode": f"NW{CODE}", "title": "港口吞吐量回升", "showDateTime": "2026-11-24 08:12:00"}]}},
    ],
    ids=["records", "nodeList", "record", "data.records", "fastNewsList", "LivesList", "news", "columns", "Art", "items"],
)  # fmt: skip
def test_every_envelope_and_spelling_gives_the_same_item(answer):
    (found,) = read(answer).found
    assert found.hints.external_id == f"NW{CODE}"
    assert found.hints.title == "港口吞吐量回升"
    assert found.hints.published == "2026-11-24 08:12:00"
    assert CODE in found.url


def test_a_list_with_only_a_code_gives_the_share_link():
    (found,) = read({"nodeList": [{"infocode": f"NW{CODE}", "title": "一"}]}).found
    assert found.url == share_link(f"NW{CODE}")


def test_all_addresses_of_an_item_are_kept_the_web_page_first():
    page = f"http://finance.eastmoney.com/a/{CODE}.html"
    item = {"newsid": CODE, "url_w": page, "url_m": page.replace("finance", "wap"), "url_unique": page, "title": "一"}
    (found,) = read({"rc": 1, "LivesList": [item]}).found
    assert found.url == page
    assert found.aliases == (page.replace("finance", "wap"), f"https://finance.eastmoney.com/a/{CODE}.html")


def test_empty_title_time_and_address_are_real():
    item = {"infoCode": f"NW{CODE}", "title": "", "showtime": "", "url_w": "", "digest": "只有摘要"}
    (found,) = read({"records": [item]}).found
    assert (found.url, found.hints.title, found.hints.published) == (share_link(f"NW{CODE}"), None, None)


def test_community_posts_are_another_space_of_ids():
    item = {"Np_dst": "CFH", "Art_Code": CODE, "Art_Title": "博客", "Author": "某作者"}
    (found,) = read({"data": {"list": [item, {"Np_dst": "CMS", "Art_Code": CODE, "Art_Title": "新闻"}]}}).found[:1]
    assert (found.url, found.hints.external_id) == (f"https://caifuhao.eastmoney.com/news/{CODE}", None)


def test_a_flash_brings_its_text():
    item = {"code": CODE, "title": "", "summary": "【要闻】全文就在这里。", "showTime": "2026-11-24 08:12:00"}
    (found,) = read({"code": "1", "data": {"fastNewsList": [item]}}, FLASH).found
    assert (found.kind, found.hints.text) == (Kind.FLASH, "【要闻】全文就在这里。")


def test_wrong_types_cost_their_items_alone():
    good = {"infoCode": f"NW{CODE}", "title": "一"}
    other = {"infoCode": "NW202611240899999999", "title": "二"}
    listing = read({"records": [good, None, {"infoCode": ["x"]}, {"infoCode": f"NW{CODE[:-1]}0", "title": 5},
                                {"infoCode": "hello", "title": "三"}, other]})  # fmt: skip
    assert [one.hints.title for one in listing.found] == ["一", "二"]
    assert [one.text[:7] for one in listing.bad] == ["item 2:", "item 3:", "item 4:", "item 5:"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"code":"1","message":"success","data":null}', Reason.BAD_LIST),
        ('{"code":"-1","message":"fail","data":{"list":[]}}', Reason.BAD_LIST),
        ('{"records":{}}', Reason.BAD_LIST),
        ("null", Reason.BAD_LIST),
        ('{"records":[{"infoCode":"NW2026', Reason.BAD_LIST),
        ("<html><title>验证码</title></html>", Reason.CAPTCHA),
        ("<html>502</html>", Reason.BAD_LIST),
    ],
)
def test_a_list_that_is_none_is_refused(body, reason):
    with pytest.raises(ListRefused) as caught:
        reading(SOURCE, body)
    assert caught.value.reason is reason


def test_an_empty_list_is_the_end_and_no_failure():
    source = a_source("eastmoney", url="https://e.com/?p={page}", paging={"style": "page"})
    assert reading(source, '{"code":"1","data":{"list":[]}}').next_url is None


def test_the_cursor_of_fast_news_leads_to_the_next_page():
    paging = {"style": "cursor", "cursor": "data.sortEnd", "start": ""}
    source = a_source("eastmoney", url="https://e.com/?sortEnd={cursor}", paging=paging)
    answer = {"code": "1", "data": {"sortEnd": "1790642838057217", "fastNewsList": [{"code": CODE, "title": "一"}]}}
    assert read(answer, source).next_url == "https://e.com/?sortEnd=1790642838057217"


@given(st.dictionaries(st.sampled_from(["infoCode", "title", "url", "data", "Np_dst", "stockList"]),
                       st.none() | st.text(max_size=9) | st.integers() | st.lists(st.integers(), max_size=2)))  # fmt: skip
def test_no_item_crashes_the_reader(item):
    listing = read({"records": [item]})
    assert len(listing.found) + len(listing.bad) == 1
