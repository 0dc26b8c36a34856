"""JSON of other people's APIs is read as declared; what is wrong with one value costs that item alone."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.json_items import (
    Condition,
    DetailFields,
    Envelope,
    ItemFields,
    JsonRefused,
    WrongType,
    at,
    load_json,
    merged,
    open_envelope,
    read_detail,
    read_item,
)
from pipelines.page import Hints
from storage.reasons import Reason
from storage.types import Media

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ItemFields(
    url=("url", "https://example.com/{id}"), external_id="id", title="title", summary="data.lead", html="{a?}{b?}",
    publisher=("from", "=某报"), authors="authors[].name", published="time", images="images", partial=("lock", "vip"),
)  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        b'{"rc":1}',
        b'\xef\xbb\xbf{"rc":1}',
        '{"rc":1}'.encode("utf-16"),
        b'cb({"rc":1})',
        b'cb({"rc":1});',
        b'jQuery112_345({"rc":1})',
        b'/**/cb({"rc":1});',
        b'try{callback({"rc":1});}catch(e){};',
        b'var ajaxResult={"rc":1};',
        b'var ajaxResult={"rc":1}',
        b'{"rc":1}var ajaxResult=',
        b'{"rc":1};\nvar ajaxResult=;',
        b'  \n{"rc":1}\n',
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_every_wrapper_that_sites_use_is_taken_off(body):
    assert load_json(body) == {"rc": 1}


def test_a_list_in_a_script_is_read():
    assert load_json(b'var newest = [{"id":"1"}];') == [{"id": "1"}]


def test_gbk_is_read_where_the_bytes_are_no_utf8():
    assert load_json('{"title":"央行降准"}'.encode("gbk")) == {"title": "央行降准"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.BAD_LIST),
        (b'{"a": [1, 2', Reason.BAD_LIST),
        ('{"a": "被切断'.encode()[:-1], Reason.BAD_LIST),
        (b'{"a": 1} and more of it {}', Reason.BAD_LIST),
        (b"[" * 200_000, Reason.BAD_LIST),
        (b"[" * 500_000, Reason.TOO_HEAVY),
        (b"[" + b"1," * 2_500_000, Reason.TOO_HEAVY),
        (b'{"a":' * 100_000, Reason.BAD_LIST),
        (b"<html><body>down for repairs</body></html>", Reason.BAD_LIST),
        ("<html><title>安全验证</title></html>".encode(), Reason.CAPTCHA),
        (b'<script src="https://example.com/aliyun_waf.js"></script>', Reason.CAPTCHA),
        (b"<a href=/_____tmd_____/punish?x5secdata=1>", Reason.CAPTCHA),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Reason.BAD_LIST),
    ],
    ids=["empty", "cut", "cut in a character", "tail", "deep list", "deepest list", "endless list", "deep object",
         "html", "captcha", "waf", "punish", "picture"],
)  # fmt: skip
def test_what_is_no_json_is_refused_with_its_reason(body, reason):
    with pytest.raises(JsonRefused) as caught:
        load_json(body)
    assert caught.value.reason is reason
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "9" * 10_000, "1e999"])
def test_a_number_that_means_nothing_costs_its_own_item(number: str):
    first, second = load_json(f'[{{"at": {number}}}, {{"at": 7}}]'.encode())
    with pytest.raises(WrongType, match="at is"):
        read_item(first, ItemFields(published=("at",)))
    assert read_item(second, ItemFields(published=("at",))).hints.published == "7"


@given(JSON_VALUES)
@example("\ud800")
def test_what_json_writes_is_read_back(value):
    assert load_json(json.dumps(value).encode("utf-8")) == value


@given(st.binary(max_size=200))
@example(b"cb(")
@example(b"\xff\xfe")
def test_no_bytes_crash_the_reader(body):
    with suppress(JsonRefused):
        json.dumps(load_json(body))


def test_an_item_is_read_by_its_declaration():
    item = read_item(
        {
            "id": 7, "title": " 稀土<em>价格</em>上涨 ", "data": {"lead": "导语"}, "a": "<p>一</p>", "b": "",
            "authors": [{"name": "李平"}, {"name": "王安"}], "time": 1769400000000, "lock": 0, "vip": True,
            "images": [{"uri": "https://img.example.com/1.jpg", "width": 640, "height": "x"}, "", "/2.png"],
        },
        FIELDS,
    )  # fmt: skip
    assert item.url == "https://example.com/7"
    assert item.hints == Hints(
        external_id="7", title="稀土价格上涨", summary="导语", html="<p>一</p>", publisher="某报",
        authors=("李平", "王安"), published="1769400000000",
        images=(Media("https://img.example.com/1.jpg", width=640), Media("/2.png")),
        partial=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ("text", "not an object"),
        (None, "null"),
        ({"title": 12}, "title is a number"),
        ({"title": ["a"]}, "title is a list"),
        ({"title": True}, "title is true or false"),
        ({"time": {"s": 1}}, "time is an object"),
        ({"id": [1]}, "id is a list"),
        ({"url": {"href": "x"}}, "url is an object"),
        ({"time": 1e300}, "not a number that means something"),
        ({"title": "x" * 2_000_001}, "2000001 characters"),
    ],
)
def test_a_wrong_type_names_the_key_and_the_type(item, names):
    with pytest.raises(WrongType, match=names):
        read_item(item, FIELDS)


@given(JSON_VALUES)
def test_no_item_crashes_the_reader(value):
    for item in (value, {"title": value}, {"url": value}, {"images": value}, {"authors": value}, {"id": value}):
        try:
            read = read_item(item, FIELDS)
        except WrongType:
            continue
        (read.hints.title or "").encode()


def test_halves_of_surrogates_and_nul_do_not_reach_the_archive():
    item = read_item({"title": "a\ud83dbc\x00d", "id": 1}, FIELDS)
    assert item.hints.title == "a\ufffdbcd"


def test_a_path_goes_through_objects_and_lists_and_misses_quietly():
    value = {"a": {"b": [{"c": 1}, {"c": 2}, 3]}}
    assert at(value, "a.b[].c") == [1, 2, None]
    assert at(value, "a.x.y") is None
    assert at(value, "") == value


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"code": 60301, "message": "内容不存在或已被删除", "data": {}}, Reason.GONE),
        ({"code": 10012, "message": "sign"}, Reason.BLOCKED),
        ({"code": 500, "data": {}}, Reason.BAD_LIST),
        ({"code": "20000", "data": None}, Reason.BAD_LIST),
        (None, Reason.BAD_LIST),
    ],
)
def test_an_api_that_says_no_is_heard(answer, reason):
    envelope = Envelope(
        root="data",
        ok=Condition(path="code", equals=20000),
        gone=Condition(path="code", equals=60301),
        blocked=Condition(path="code", equals=[10012]),
    )
    with pytest.raises(JsonRefused) as caught:
        open_envelope(answer, envelope)
    assert caught.value.reason is reason


def test_a_detail_is_completed_with_what_the_list_said():
    declared = DetailFields(answer=Envelope(root="data"), item=ItemFields(title="title", html="{content}{more?}"))
    detail = read_detail('{"data":{"title":"","content":"<p>正文</p>","more":"<p>续</p>"}}'.encode(), declared)
    both = merged(detail, Hints(title="列表标题", published="1", partial=True))
    assert both == Hints(title="列表标题", html="<p>正文</p><p>续</p>", published="1", partial=True)
