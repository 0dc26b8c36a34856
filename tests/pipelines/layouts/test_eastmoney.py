import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring, tostring

from pipelines.clean import clean_fragment
from pipelines.layouts.eastmoney import Refusal, is_detail, merge, missing, read_detail, read_page
from pipelines.page import Hints
from storage.reasons import Reason
from storage.types import Mention
from tests.pipelines.test_clean import STORY

CODE = "NW202209010000000001"
TIME = "2022/09/01 10:00:00"
BODY = "<p>　　临溪港今日开港。</p><p class='em_media'>（文章来源：临溪日报）</p>"


def answer(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def parse_page(page: str) -> HtmlElement:
    return document_fromstring(page)


def hints(body: bytes) -> Hints:
    read = read_detail(body)
    assert isinstance(read, Hints), read
    return read


def refusal(body: bytes) -> Refusal:
    read = read_detail(body)
    assert isinstance(read, Refusal), read
    return read


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"http://choicewzp1.eastmoney.com/NewsData/GetNewsText.do?id={CODE}", True),
        (f"http://183.136.162.242/NewsData/GetNewsText.do?id={CODE}", True),
        ("https://newsinfo.eastmoney.com/kuaixun/v2/api/article/202209010000000001?guid=1", True),
        ("http://newsinfo.eastmoney.com/kuaixun/v2/api/content/getnews?newsid=202209010000000001&newstype=1", True),
        ("http://finance.eastmoney.com/a/202209010000000001.html", False),
        ("https://newsinfo.example.com/kuaixun/v2/api/article/202209010000000001", False),
        ("http://[bad", False),
    ],
)
def test_detail_apis_are_known_by_their_address(url: str, expected: object):
    assert is_detail(url) is expected


@pytest.mark.parametrize(
    "value",
    [
        {"infoCode": CODE, "title": "开港", "from": "临溪日报", "showtime": TIME, "content": BODY},
        {"infocode": CODE, "title": "开港", "medianame": "临溪日报", "datetime": TIME, "text": BODY},
        {"data": {"code": CODE, "Art_Title": "开港", "Art_Media_Name": "临溪日报", "Art_ShowTime": TIME,
                  "Art_Content": BODY}},
        {"Id": CODE, "Title": "开港", "From": "临溪日报", "Date": TIME, "Author": ["林知远"], "text": BODY},
        {"code": 1, "data": {"news": {"newsid": CODE, "title": "开港", "source": "临溪日报",
                                      "showTime": TIME, "body": BODY}}},
        {"infoCode": CODE, "title": "开港", "mediaName": "临溪日报", "showTime": TIME, "content": "",
         "text": BODY},
        {"infoCode": CODE, "title": "开港", "mediaName": "临溪日报", "showTime": TIME, "text": "x",
         "content": BODY},
        {"infoCode": CODE, "title": "开港", "mediaName": "临溪日报", "showTime": TIME, "text": BODY,
         "content": "<p>　&nbsp;</p>"},
    ],
    ids=["content", "text", "newsinfo", "old", "nested", "content-empty", "both", "content-blank"],
)  # fmt: skip
def test_every_documented_form_is_read(value: object):
    read = hints(answer(value))
    assert read.external_id == CODE
    assert read.title == "开港"
    assert read.html == BODY
    assert read.publisher == "临溪日报"
    assert read.published == TIME
    assert missing(read) == ()


def wrapped(form: str, encoding: str = "utf-8") -> bytes:
    return form.format(json.dumps({"title": "开港", "content": BODY}, ensure_ascii=False)).encode(encoding)


@pytest.mark.parametrize(
    "body",
    [
        wrapped("\ufeff{}"),
        wrapped("{}", "gbk"),
        wrapped("json({})"),
        wrapped("jQuery123_4({});"),
        wrapped("var x={};"),
        wrapped(" \r\n{}\n"),
    ],
    ids=["mark", "gbk", "jsonp", "jquery", "var", "space"],
)
def test_every_wrapping_is_read(body: bytes):
    assert hints(body).html == BODY


def test_placeholders_are_filled_from_the_answers_own_lists():
    value = {
        "news": {
            "newsid": "202209010000000001",
            "title": "开港",
            "body": "<p>甲<!--Link#0-->乙</p><!--IMG#1--><!--IMG#9--><!--Video#0-->"
            "<!-- EM_StockImg_Start -->k<!-- EM_StockImg_End -->",
            "links": [{"text": "港<口"}],
            "images": [
                {"src": "/0.png"},
                {"src": "http://h/1.png?a=1&b=2", "width": "600", "height": 400, "style": '"x'},
            ],
        }
    }
    read = hints(b"json(" + answer(value) + b")")
    assert read.html == (
        '<p>甲港&lt;口乙</p><img src="http://h/1.png?a=1&amp;b=2" width="600" height="400">'
        "<!-- EM_StockImg_Start -->k<!-- EM_StockImg_End -->"
    )


def test_milliseconds_and_wrong_types_are_read_for_what_they_are():
    value = {
        "infoCode": [1], "code": 202209010000000001, "title": {"x": 1}, "Title": "开港", "content": 5, "text": BODY,
        "from": None, "source": ["x"], "showtime": True, "showDateTime": 1662000000000,
        "Author": [1, None, "林知远、周若川"],
        "stockList": ["106.NIO", 3, {"a": 1}], "digest": 7,
    }  # fmt: skip
    read = hints(answer(value))
    assert read == Hints(
        external_id="202209010000000001",
        title="开港",
        html=BODY,
        authors=("林知远", "周若川"),
        published="1662000000000",
        mentions=(Mention("NIO", "US", "", "publisher"),),
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (answer({"data": None}), Reason.GONE),
        (answer({"rc": 1, "data": {}}), Reason.GONE),
        (answer({"news": None, "shareUrl": ""}), Reason.GONE),
        (b"null", Reason.GONE),
        ("<html><title>访问验证</title>请完成验证码</html>".encode(), Reason.CAPTCHA),
        ("<html><title>访问验证</title></html>".encode("gbk"), Reason.CAPTCHA),
        (b"<script>var _waf='aliyun_waf_aa'</script>", Reason.CAPTCHA),
        (
            answer({"ret": ["FAIL_SYS_USER_VALIDATE"], "data": {"url": "https://h/_____tmd_____/punish?x5"}}),
            Reason.CAPTCHA,
        ),
        (b"<html><body>502 Bad Gateway</body></html>", Reason.NO_ARTICLE),
        (answer({"title": "x", "content": BODY})[:-9], Reason.NO_ARTICLE),
        (answer({"code": 0, "message": "error"}), Reason.NO_ARTICLE),
        (answer([1, 2]), Reason.NO_ARTICLE),
        (b"", Reason.NO_ARTICLE),
        (b"[" * 100_000, Reason.NO_ARTICLE),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(body: bytes, reason: Reason):
    assert refusal(body).reason is reason


@given(st.binary(max_size=300))
def test_no_bytes_are_too_broken(body: bytes):
    assert isinstance(read_detail(body), Hints | Refusal)


SCALARS = (
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(max_size=9)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
KEYS = st.sampled_from(
    ["title", "content", "text", "data", "news", "images", "links", "body", "Author", "showtime", "code"]
)


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_no_types_are_too_wrong(value: dict[str, object]):
    read = read_detail(answer({**value, "body": "<!--IMG#0--><!--Link#0-->"}))
    if isinstance(read, Hints):
        missing(read)


def test_what_is_missing_is_named():
    assert missing(Hints()) == ("body", "title", "published", "publisher")
    assert missing(Hints(html="<p></p>", title="x")) == ("body", "published", "publisher")
    assert missing(Hints(html=BODY)) == ("title", "published")
    assert missing(Hints(html="<p>甲</p>", title="x", published="1")) == ("publisher",)
    assert missing(Hints(html='<img src="/x">', title="x", published="1", publisher="甲")) == ()


def test_the_first_answer_wins_field_by_field():
    first = Hints(
        title="甲", html="<p> </p>", published="", partial=True, mentions=(Mention("NIO", "US", "", "publisher"),)
    )
    later = Hints(title="乙", html=BODY, published="2022-09-01", mentions=(Mention("600981", "SH", "", "publisher"),))
    merged = merge(first, later)
    assert (merged.title, merged.html, merged.published, merged.partial) == ("甲", BODY, "2022-09-01", False)
    assert [one.symbol for one in merged.mentions] == ["NIO", "600981"]
    assert merge(Hints(partial=True), Hints()).partial


NEW = (
    "<html><head><title>页题_东方财富网</title></head><body><div class='contentwrap'><div class='title'>开港</div>"
    "<div class='tipbox'><div class='infos'><div class=' item'>2022年09月01日 10:00</div><div class='item'>{}</div>"
    "<div class='item'>作者：林知远</div><div class='item'>编辑：周若川</div></div></div>"
    "<div class='abstract'><div class='txt'>摘要在此</div></div>"
    "<div class='txtinfos' id='ContentBody'><!--文章主体-->{}</div></div><div>相关阅读</div></body></html>"
)


@pytest.mark.parametrize("item", ["临溪日报", "来源：临溪日报"])
def test_the_new_page_is_read(item: str):
    read = read_page(parse_page(NEW.format(item, "<p>　　正文 &lt;甲&gt;。</p>")))
    assert read == Hints(
        title="开港",
        summary="摘要在此",
        html="<!--文章主体--><p>　　正文 &lt;甲&gt;。</p>",
        publisher="临溪日报",
        authors=("林知远",),
        published="2022年09月01日 10:00",
    )


def test_a_pages_body_is_the_details_body():
    read = read_page(parse_page(NEW.format("界面", STORY)))
    assert read is not None
    assert read.publisher == "望海证券报"
    base = "http://finance.eastmoney.com/"
    assert clean_fragment(read.html or "", base_url=base) == clean_fragment(STORY, base_url=base)


def test_the_old_page_is_read():
    read = read_page(
        parse_page(
            "<div class='newsContent'><h1>开港</h1><div class='time'>2021年09月01日 10:00</div>"
            "<div class='source'>来源：临溪日报</div>"
            "<div class='b-review'>摘要</div><div class='Body' id='ContentBody'><p>正文。</p></div></div>"
        )
    )
    assert read == Hints(
        title="开港", summary="摘要", html="<p>正文。</p>", publisher="临溪日报", published="2021年09月01日 10:00"
    )


@pytest.mark.parametrize(
    "page",
    [
        "<html><title>开港</title><div class='content_text'><p>正文。</p></div></html>",
        "<div class='atitle'>开港</div><div class='digest_content'></div><article id='zwtext'><p>正文。</p></article>",
        "<title></title><div class='Body'><p>正文。</p></div><div class='zwothers'>原标题：开港</div>",
    ],
)
def test_the_older_pages_are_read(page: str):
    assert read_page(parse_page(page)) == Hints(title="开港", html="<p>正文。</p>")


def test_a_page_without_a_container_is_none():
    assert read_page(parse_page("<p>页面不存在</p>")) is None


def test_the_tree_of_a_page_is_not_changed():
    root = parse_page(NEW.format("甲报", STORY))
    before = tostring(root)
    read_page(root)
    assert tostring(root) == before
