# ruff: noqa: E501 - a payload's record stands on one line, as the sites send it
"""Every shipped source with a documented payload reads a payload of that shape, unchanged.

The payloads are our own fiction in the shapes that the sites answer in.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from apscheduler.triggers.cron import CronTrigger

from crawler.errors import ListRefused
from crawler.listing import Listing
from crawler.lists import read_list
from crawler.lists.paging import first_url
from crawler.sources import Source, detail_url, find_source, load_sources
from pipelines.json_items import JsonRefused, read_detail
from pipelines.page import Hints
from storage.reasons import Reason
from storage.types import Kind, Media

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
SOURCES = load_sources()
DIGITS = "202611240812345678"
NW = f"NW{DIGITS}"
PAGE = f"http://finance.eastmoney.com/a/{DIGITS}.html"
SHARE = f"http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode={NW}"
TIME = "2026-11-24 08:12:00"
TITLE = "沿海港口吞吐量连续三月回升"
FLASH = "【沿海港口吞吐量回升】港务集团今日说，十月吞吐量同比增长三成。"


def source(key: str) -> Source:
    return find_source(SOURCES, key)


def read(key: str, answer: object, **options: object) -> Listing:
    one = source(key)
    body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    values = {"url": first_url(one, now=NOW), "content_type": "", "now": NOW, **options}
    return read_list(one, body=body, **values)


def shown(listing: Listing) -> list[tuple[str, str | None]]:
    return [(found.url, found.hints.title) for found in listing.found]


def test_the_catalogue_has_thirty_sources_of_both_languages():
    assert len(SOURCES) >= 30
    assert {one.language for one in SOURCES} == {"zh", "en"}
    assert {one.kind for one in SOURCES} == {"eastmoney", "api", "feed", "sitemap", "listing"}
    assert len({one.url for one in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("one", SOURCES, ids=lambda one: one.key)
def test_every_source_says_where_its_address_is_documented_and_when_it_runs(one):
    assert one.documented
    assert not one.verified
    assert one.timezone != "UTC"
    assert one.schedule
    assert CronTrigger.from_crontab(one.schedule, timezone=one.timezone)
    url = first_url(one, now=NOW)
    assert urlsplit(url).hostname
    assert "{" not in url


@pytest.mark.parametrize(
    ("key", "item", "envelope"),
    [
        ("eastmoney-rolling", {"id": 4711, "infoCode": NW, "title": TITLE, "digest": FLASH, "url_w": "", "showtime": TIME}, "records"),
        ("eastmoney-media", {"infocode": NW, "from": "某某日报", "title": TITLE, "showtime": TIME, "simdigest": "摘"}, "nodeList"),
        ("eastmoney-market-37", {"infoCode": NW, "title": TITLE, "medianame": "某某日报", "datetime": TIME}, "record"),
        ("eastmoney-market-38", {"infoCode": NW, "title": TITLE, "medianame": "某某日报", "datetime": TIME}, "record"),
        ("eastmoney-market-39", {"infoCode": NW, "title": TITLE, "medianame": "某某日报", "datetime": TIME}, "record"),
    ],
)  # fmt: skip
def test_the_webapi_lists(key, item, envelope):
    (found,) = read(key, {envelope: [item]}).found
    assert (found.url, found.kind, found.hints.title) == (SHARE, Kind.ARTICLE, TITLE)
    assert (found.hints.external_id, found.hints.published) == (NW, TIME)
    assert found.hints.publisher == ("某某日报" if key != "eastmoney-rolling" else None)


def test_the_rolling_list_prefers_the_page_and_has_its_category():
    (found,) = read("eastmoney-rolling", {"records": [{"infoCode": NW, "title": TITLE, "url_w": PAGE}]}).found
    assert (found.url, found.aliases) == (PAGE, (SHARE,))
    assert source("eastmoney-rolling").category.slug == "emnews"
    assert source("eastmoney-rolling").category.name == "东财滚动新闻"


def test_the_information_list():
    record = {"code": NW, "data": {"showtime": "今天 16:25", "simdigest": "【…】摘要", "from": "某研究中心"}}
    (found,) = read("eastmoney-information", {"data": {"records": [record], "limit_up_board": {}}}).found
    assert (found.url, found.hints.published, found.hints.publisher) == (SHARE, "今天 16:25", "某研究中心")
    assert found.hints.title is None
    assert dict(source("eastmoney-information").headers)["appid"].endswith("@MOBILEAPP")


def test_fast_news_pages_back_by_its_cursor():
    item = {"code": DIGITS, "title": "", "summary": FLASH, "showTime": TIME, "realSort": "1763943120000000",
            "stockList": ["90.BK0428", "1.600018"], "image": [], "pinglun_Num": 1, "share": 1, "titleColor": 0}  # fmt: skip
    answer = {
        "req_trace": "1",
        "code": "1",
        "message": "success",
        "data": {"sortEnd": "1763943", "fastNewsList": [item]},
    }
    listing = read("eastmoney-fast-news", answer)
    (found,) = listing.found
    assert (found.kind, found.hints.text, found.hints.title) == (Kind.FLASH, FLASH, None)
    assert {mention.symbol for mention in found.hints.mentions} == {"BK0428", "600018"}
    assert "sortEnd=1763943&" in (listing.next_url or "")


def test_fast_news_in_a_script_before_and_after():
    item = {"sort": "1", "newsid": DIGITS, "url_w": PAGE, "url_m": PAGE.replace("http://finance", "https://wap"),
            "url_unique": PAGE, "title": TITLE, "digest": FLASH, "simdigest": FLASH, "showtime": TIME,
            "ordertime": TIME, "column": "100,102", "newstype": "1"}  # fmt: skip
    answer = json.dumps({"rc": 1, "me": "", "LivesList": [item], "PageCount": 5}, ensure_ascii=False)
    for body in (f"var ajaxResult={answer};", f"{answer}\nvar ajaxResult=", f"\ufeffvar ajaxResult={answer}"):
        listing = read("eastmoney-fast-news-v1", body.encode())
        (found,) = listing.found
        assert (found.url, found.hints.title, found.hints.text) == (PAGE, TITLE, FLASH)
        assert listing.next_url == "https://newsapi.eastmoney.com/kuaixun/v1/getlist_102_ajaxResult_50_2_.html"


def test_fast_news_v2():
    item = {"id": DIGITS, "newsid": DIGITS, "title": TITLE, "digest": FLASH, "url_w": PAGE, "url_unique": PAGE,
            "showtime": TIME, "Art_Media_Name": "某某日报", "commentnum": "0", "image": "", "sort": "1"}  # fmt: skip
    (found,) = read("eastmoney-fast-news-v2", {"rc": 1, "news": [item]}).found
    assert (found.url, found.hints.publisher, found.hints.text) == (PAGE, "某某日报", FLASH)


@pytest.mark.parametrize("key", [one.key for one in SOURCES if one.key.startswith("eastmoney-column-")])
def test_the_column_lists(key):
    item = {"code": DIGITS, "showTime": TIME, "title": TITLE, "mediaName": "", "summary": "摘要", "image": "",
            "url": f"http://finance.eastmoney.com/news/1345,{DIGITS}.html", "uniqueUrl": PAGE, "Np_dst": "CMS"}  # fmt: skip
    data = {"page_index": 1, "page_size": 20, "totle_hits": 5000, "list": [item]}
    listing = read(key, {"code": "1", "message": "success", "data": data})
    (found,) = listing.found
    assert (found.url, found.hints.external_id, found.hints.publisher) == (PAGE, NW, None)
    assert f"http://finance.eastmoney.com/news/1345,{DIGITS}.html" in found.aliases
    assert "page_index=2" in (listing.next_url or "")
    with pytest.raises(ListRefused, match="data is null"):
        read(key, {"code": "1", "message": "success", "data": None})


def test_the_list_of_a_stock_and_of_the_terminal():
    article = {"Art_Code": DIGITS, "Art_ShowTime": TIME, "Art_Title": TITLE, "Art_Url": PAGE, "Np_dst": "CMS",
               "Art_OriginUrl": f"http://finance.eastmoney.com/news/1354,{DIGITS}.html"}  # fmt: skip
    blog = {"Art_Code": "20261124101113747001360", "Art_Title": "某用户的帖子", "Np_dst": "CFH", "Author": "某用户"}
    found = read("eastmoney-stock-600519", {"code": 1, "data": {"list": [article, blog]}}).found
    assert [one.hints.external_id for one in found] == [NW, None]
    assert found[1].url == "https://caifuhao.eastmoney.com/news/20261124101113747001360"
    item = {"infoCode": NW, "showDateTime": 1763943120000, "title": TITLE, "content": "开头…", "source": "某基金报"}
    (one,) = read("eastmoney-terminal-345", {"items": [item]}).found
    assert (one.hints.published, one.hints.publisher) == ("1763943120000", "某基金报")


def test_cls_telegraph():
    item = {"id": 2485865, "ctime": 1763943120, "modified_time": 1763943200, "title": "", "brief": FLASH, "content": FLASH,
            "level": "B", "reading_num": 47, "shareurl": "https://api3.cls.cn/share/article/2485865?sv=8.4.6", "is_ad": 0,
            "images": [], "subjects": [{"subject_name": "港口"}], "stock_list": [{"StockID": "sh600018", "name": "某港"}],
            "author": ""}  # fmt: skip
    answer = {
        "errno": 0,
        "data": {"roll_data": [item, {**item, "id": 1, "ctime": 1763943000}, {**item, "id": 2, "is_ad": 1}]},
    }
    listing = read("cls-telegraph", answer)
    found = listing.found[0]
    assert (found.url, found.aliases, found.kind) == ("https://www.cls.cn/detail/2485865", (), Kind.FLASH)
    assert (found.hints.text, found.hints.published, found.hints.modified) == (FLASH, "1763943120", "1763943200")
    assert [(one.symbol, one.market, one.name) for one in found.hints.mentions] == [("600018", "SH", "某港")]
    assert listing.bad[0].text == "item 3: an advertisement"
    assert "last_time=1763943001&" in (listing.next_url or "")
    assert "sign=" in (listing.next_url or "")
    with pytest.raises(ListRefused) as caught:
        read("cls-telegraph", {"errno": 10012, "msg": "签名错误"})
    assert caught.value.reason is Reason.BLOCKED


def test_cls_depth():
    item = {"id": 12, "title": TITLE, "brief": "摘要", "ctime": 1763943120, "source": "财联社",
            "article_tag": [{"name": "港口"}], "image": "https://img.example.com/1.jpg"}  # fmt: skip
    for answer in ({"errno": 0, "data": [item]}, {"data": [item]}):
        (found,) = read("cls-depth-headlines", answer).found
        assert (found.url, found.hints.title) == ("https://www.cls.cn/detail/12", TITLE)
        assert found.hints.images == (Media("https://img.example.com/1.jpg"),)


def test_wallstreetcn_lives():
    item = {"id": 3171938, "uri": "https://wallstreetcn.com/livenews/3171938", "title": "", "content": "<p>全文</p>",
            "content_text": "全文", "content_more": "<p>还有</p>", "content_short": "全", "display_time": 1763943120, "score": 2,
            "author": {"display_name": "某编辑"}, "images": [{"uri": "https://img.example.com/1.png", "width": 3, "height": 4}],
            "tags": [], "channels": ["global-channel"]}  # fmt: skip
    answer = {"code": 20000, "message": "OK", "data": {"items": [item], "next_cursor": "1763943120"}}
    listing = read("wallstreetcn-lives", answer)
    (found,) = listing.found
    assert found.url == "https://wallstreetcn.com/livenews/3171938"
    assert (found.hints.html, found.hints.text) == ("<p>全文</p><p>还有</p>", "全文")
    assert found.hints.images == (Media("https://img.example.com/1.png", width=3, height=4),)
    assert (listing.next_url or "").endswith("&cursor=1763943120")


def test_wallstreetcn_articles_and_their_detail():
    resource = {"id": 3750001, "uri": "https://wallstreetcn.com/articles/3750001", "title": TITLE, "content_short": "摘要",
                "display_time": 1763943120}  # fmt: skip
    items = [{"resource_type": "article", "resource": resource}, {"resource_type": "ad", "resource": {"id": 1}}]
    listing = read("wallstreetcn-articles", {"code": 20000, "message": "OK", "data": {"items": items}})
    (found,) = listing.found
    assert (found.url, found.hints.summary, len(listing.bad)) == (resource["uri"], "摘要", 1)
    one = source("wallstreetcn-articles")
    address = detail_url(one, found.hints.external_id, now=NOW)
    assert address == "https://api-one.wallstcn.com/apiv1/content/articles/3750001?extract=0"
    detail = {"title": TITLE, "content": "<p>正文</p>", "content_more": "", "source_name": "某通讯社", "is_priced": True,
              "author": {"display_name": "某记者"}, "asset_tags": [{"name": "港口"}], "audio_uri": ""}  # fmt: skip
    body = json.dumps({"code": 20000, "data": detail}).encode()
    assert read_detail(body, one.api.detail) == Hints(
        title=TITLE, html="<p>正文</p>", publisher="某通讯社", authors=("某记者",), partial=True
    )
    gone = '{"code":60301,"message":"内容不存在或已被删除","data":{}}'.encode()
    with pytest.raises(JsonRefused, match="内容不存在") as caught:
        read_detail(gone, one.api.detail)
    assert caught.value.reason is Reason.GONE


def test_sina_7x24_plain_and_as_jsonp():
    item = {"id": 5117491, "rich_text": FLASH, "create_time": TIME, "docurl": "https://finance.sina.cn/7x24/2026-11-24/d-a.d.html",
            "tag": [{"id": "8", "name": "央行"}], "multimedia": "", "ext": "{}"}  # fmt: skip
    feed = {"list": [item, {**item, "id": 5, "docurl": ""}], "html": ""}
    answer = {"result": {"status": {"code": 0, "msg": "OK"}, "data": {"feed": {**feed, "max_id": 9, "min_id": 5}}}}
    jsonp = f"try{{callback({json.dumps(answer, ensure_ascii=False)});}}catch(e){{}};".encode()
    for body in (answer, jsonp):
        found = read("sina-7x24", body).found
        assert [one.url for one in found] == [item["docurl"], "https://finance.sina.com.cn/7x24/?id=5"]
        assert (found[0].hints.text, found[0].hints.published) == (FLASH, TIME)


@pytest.mark.parametrize("key", ["sina-roll", "sina-roll-us-stocks"])
def test_sina_roll(key):
    url = "https://finance.sina.com.cn/roll/2026-11-24/doc-initmeav9622448.shtml"
    item = {"title": TITLE, "intro": "摘要", "url": url, "wapurl": "https://finance.sina.cn/a.d.html", "media_name": "某某网",
            "author": "", "ctime": "1763943120", "intime": "1763943121", "mtime": "1763943122", "summary": "", "keywords": "港口",
            "images": []}  # fmt: skip
    listing = read(key, {"result": {"status": {"code": 0}, "data": [item]}})
    (found,) = listing.found
    assert (found.url, found.aliases) == (url, ("https://finance.sina.cn/a.d.html",))
    assert (found.hints.publisher, found.hints.published) == ("某某网", "1763943120")
    assert "page=2" in (listing.next_url or "")


def test_10jqka():
    url = "https://news.10jqka.com.cn/20261124/c675235068.shtml"
    item = {"id": "4080349", "seq": "675235068", "title": TITLE, "digest": "摘要", "url": url, "appUrl": url + "?a=1",
            "shareUrl": "https://m.10jqka.com.cn/c675235068.shtml", "ctime": "1763943120", "rtime": "1763943200",
            "source": "某某社", "picUrl": "", "color": "2", "tags": [{"name": "x"}], "tagInfo": [], "stocks": []}  # fmt: skip
    (found,) = read("10jqka-news", {"code": "200", "msg": "", "time": "1", "data": {"list": [item]}}).found
    assert (found.url, found.hints.publisher, found.hints.modified) == (url, "某某社", "1763943200")


def test_yicai():
    base = {"NewsTitle": TITLE, "NewsAuthor": "某记者", "NewsSource": "第一财经", "CreaterName": "某人", "CreateDate": "2026-11-24T08:12:00",
            "ChannelName": "产经", "originPic": "https://img.example.com/1.jpg", "VideoUrl": None, "NewsNotes": "摘要"}  # fmt: skip
    items = [{**base, "url": "/news/101.html", "AppID": 1}, {**base, "url": "/news/102.html", "AppID": 0},
             {**base, "url": "https://m.yicai.com/103.html", "AppID": 0}]  # fmt: skip
    found = read("yicai-latest", items).found
    assert [one.url for one in found] == [
        "https://www.yicai.com/news/101.html",
        "https://www.yicai.com/vip/news/102.html",
        "https://m.yicai.com/103.html",
    ]
    assert found[0].hints.published == "2026-11-24T08:12:00"


def test_jin10_in_its_script_and_from_its_api():
    plain = {"id": "20261124081255462800", "time": "2026-11-24 08:12:55", "type": 0, "important": 0, "tags": [], "channel": [1, 5],
             "data": {"pic": "", "title": "", "source": "某台", "content": FLASH, "source_link": "https://example.com/"},
             "remark": []}  # fmt: skip
    locked = {**plain, "id": "20261124081200000000", "time": "2026-11-24 08:12:00",
              "data": {"content": "", "vip_title": "会员内容", "lock": True, "vip_level": 1}}  # fmt: skip
    script = f"var newest = {json.dumps([plain, locked], ensure_ascii=False)};".encode()
    api = {"status": 200, "message": "OK", "data": [plain, locked]}
    for key, answer in (("jin10-newest", script), ("jin10-flash", api)):
        listing = read(key, answer)
        assert shown(listing) == [
            ("https://flash.jin10.com/detail/20261124081255462800", None),
            ("https://flash.jin10.com/detail/20261124081200000000", "会员内容"),
        ]
        assert [one.hints.partial for one in listing.found] == [False, True]
        assert (listing.found[0].hints.html, listing.found[0].hints.publisher) == (FLASH, "某台")
    assert (listing.next_url or "").endswith("max_time=2026-11-24%2008%3A12%3A00")
    assert set(dict(source("jin10-flash").headers)) == {"x-app-id", "x-version"}


def test_the_other_flash_and_data_lists():
    news = [{"title": "", "content": FLASH, "time": "1763943120", "detailUrl": "https://news.futunn.com/flash/1"}]
    (flash,) = read("futunn-flash", {"code": 0, "data": {"data": {"news": news}}}).found
    assert (flash.hints.text, flash.kind) == (FLASH, Kind.FLASH)
    data = [{"tag": "市场动态", "summary": "摘要", "url": "https://database.caixin.com/2026-11-24/102.html"}]
    (found,) = read("caixin-data", {"data": {"data": data}}).found
    assert found.hints.summary == "摘要"


@pytest.mark.parametrize("key", ["stcn-news", "stcn-companies"])
def test_stcn(key):
    page = f"""<html><head><meta charset="utf-8"></head><body><div class="breadcrumb"><a href="/">首页</a></div>
    <ul><li><div class="tt"><a href="/article/detail/1234567.html">【{TITLE}】</a></div><div class="info">证券时报</div></li>
    <li><div class="title"><a href="https://company.stcn.com/2.html">第二条</a></div></li></ul></body></html>"""
    assert shown(read(key, page.encode())) == [
        ("https://www.stcn.com/article/detail/1234567.html", TITLE),
        ("https://company.stcn.com/2.html", "第二条"),
    ]


@pytest.mark.parametrize("encoding", ["gb2312", "utf-8"])
@pytest.mark.parametrize("key", ["cs-news", "cs-companies"])
def test_cs_in_both_charsets(key, encoding):
    page = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}"></head><body>
    <ul class="ch_type3_list"><li><a href="./hg/202611/t20261124_6400001.html"><h3>{TITLE}</h3><em>26-11-24 08:12</em></a></li>
    </ul><a href="/about/">关于我们的各种说明文字</a></body></html>"""
    (found,) = read(key, page.encode(encoding)).found
    assert found.url == source(key).url + "hg/202611/t20261124_6400001.html"
    assert (found.hints.title, found.hints.published) == (TITLE, "26-11-24 08:12")


def test_the_peoples_bank():
    page = """<html><body><a href="/goutongjiaoliu/113456/113469/index.html">新闻发布</a><font class="newslist_style">
    <a href="/goutongjiaoliu/113456/113469/5501234/index.html" title="公开市场业务公告">公开市场业务公告</a></font></body></html>"""
    assert shown(read("pboc-news", page.encode())) == [
        ("http://www.pbc.gov.cn/goutongjiaoliu/113456/113469/5501234/index.html", "公开市场业务公告")
    ]


@pytest.mark.parametrize("key", [one.key for one in SOURCES if one.kind == "feed"])
def test_the_feeds(key):
    root = "https://" + (urlsplit(source(key).url).hostname or "")
    feed = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title><item>
    <title>Harbour Board holds its rate</title><link>{root}/news/2026/rate</link><pubDate>Tue, 24 Nov 2026 08:12:00 GMT</pubDate>
    </item></channel></rss>"""
    assert shown(read(key, feed.encode())) == [(f"{root}/news/2026/rate", "Harbour Board holds its rate")]


@pytest.mark.parametrize("key", [one.key for one in SOURCES if one.kind == "sitemap"])
def test_the_news_sitemaps(key):
    root = "https://" + (urlsplit(source(key).url).hostname or "")
    entry = "<url><loc>{}</loc><n:news><n:publication_date>2026-11-24T08:12:00Z</n:publication_date><n:title>Up</n:title></n:news></url>"
    body = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
        f"{entry.format(root + '/2026/11/24/up.html')}<url><loc>{root}/about</loc></url></urlset>"
    )
    assert shown(read(key, body.encode())) == [(f"{root}/2026/11/24/up.html", "Up")]
