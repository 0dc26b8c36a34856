"""A declared JSON list is read as declared."""

from __future__ import annotations

import json

import pytest

from crawler.errors import ListRefused
from storage.reasons import Reason
from tests.crawler.lists.given import a_source, reading

API = {
    "items": "data.list",
    "answer": {"ok": {"path": "errno", "equals": 0}, "blocked": {"path": "errno", "equals": 10012}},
    "refuse": [{"path": "is_ad", "equals": 1, "text": "an advertisement"}],
    "prefix": [{"path": "app", "equals": 0, "add": "/vip"}],
    "item": {"url": "url", "aliases": "wap", "title": "title", "published": "ctime"},
}
SOURCE = a_source("api", api=API)


def read(items, source=SOURCE):
    return reading(source, json.dumps({"errno": 0, "data": {"list": items}}))


def test_links_are_made_absolute_and_come_once():
    listing = read([{"url": "/a/1", "title": "一", "wap": "https://m.example.com/1"}, {"url": "/a/1"}])
    assert [(one.url, one.aliases) for one in listing.found] == [
        ("https://news.example.com/a/1", ("https://m.example.com/1",))
    ]


def test_a_relative_address_gets_its_declared_prefix():
    assert [one.url for one in read([{"url": "/n/1", "app": 0}, {"url": "/n/1", "app": 5}]).found] == [
        "https://news.example.com/vip/n/1",
        "https://news.example.com/n/1",
    ]


def test_advertisements_and_wrong_items_are_recorded():
    listing = read([{"url": "/1", "is_ad": 1}, {"url": 5}, {"title": "x"}, {"url": "mailto:a@b.c"}, {"url": "/ok"}])
    assert [one.text for one in listing.bad] == [
        "item 1: an advertisement",
        "item 2: url is a number, not a text",
        "item 3: it has no address",
        "item 4: its address 'mailto:a@b.c' is no web address",
    ]
    assert len(listing.found) == 1


@pytest.mark.parametrize(
    ("answer", "reason", "says"),
    [
        ({"errno": 10012, "msg": "签名错误"}, Reason.BLOCKED, "签名错误"),
        ({"errno": 1}, Reason.BAD_LIST, "errno = 1"),
        ({"errno": 0, "data": None}, Reason.BAD_LIST, "no list at data.list"),
        ({"errno": 0, "data": {"list": {}}}, Reason.BAD_LIST, "no list at data.list"),
    ],
)
def test_an_answer_that_failed_is_refused(answer, reason, says):
    with pytest.raises(ListRefused, match=says) as caught:
        reading(SOURCE, json.dumps(answer, ensure_ascii=False))
    assert caught.value.reason is reason


def test_a_flash_without_a_word_is_a_bad_item():
    source = a_source("api", item_kind="flash", api=API)
    listing = read([{"url": "/1", "title": ""}, {"url": "/2", "title": "有"}], source)
    assert (len(listing.found), listing.bad[0].text) == (1, "item 1: it has neither a title nor a text")
