"""The local site itself: it answers as the real hosts do, and the same way every time."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.site import expected
from tests.site.answers import json_answer
from tests.site.bulk import bulk_feed, bulk_page, bulk_text
from tests.site.hosts import eastmoney_desk, jin10, wallstreetcn
from tests.site.hosts.english import MARKETS
from tests.site.server import NewsSite
from tests.site.state import SiteState
from tests.site.stories import DESKS, story


class Got(NamedTuple):
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as running:
        yield running


def get(site: NewsSite, url: str, **headers: str) -> Got:
    """Ask the site for a true URL, the way CONNECT_TO does it."""
    host, _, path = url.partition("://")[2].partition("/")
    request = urllib.request.Request(f"http://127.0.0.1:{site.port}/{path}", headers={"Host": host, **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return Got(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Got(error.code, error.headers, error.read())


def test_the_three_webapi_lists_have_their_three_envelopes_and_spellings(site: NewsSite) -> None:
    rolling = get(site, "http://183.136.162.242/web/webapi?type=102&count=100&newsid=1").json["records"]
    nodes = get(site, "http://183.136.162.242/web/webapi?type=45&count=100&newsid=1").json["nodeList"]
    markets = get(site, "http://43.240.125.15:1818/information/newmarket/web/webapi?marketType=37&count=100").json
    assert {"id", "infoCode", "title", "digest", "url_w", "showtime"} == set(rolling[0])
    assert {"infocode", "from", "title", "showtime", "simtitle", "simdigest"} == set(nodes[0])
    assert {"infoCode", "medianame", "title", "datetime"} == set(markets["record"][0])
    bare = [record for record in rolling if record["title"] == record["showtime"] == record["url_w"] == ""]
    assert len(bare) == 2


def test_one_article_comes_up_under_the_same_digits_in_several_lists(site: NewsSite) -> None:
    rolling = get(site, "http://183.136.162.242/web/webapi?type=102&count=100").json["records"]
    columns = get(
        site,
        "https://np-listapi.eastmoney.com/comm/web/getNewsByColumns?column=344&page_index=1&page_size=20&req_trace=7",
    ).json
    digits = {record["infoCode"].removeprefix("NW") for record in rolling} & {
        item["code"] for item in columns["data"]["list"]
    }
    assert digits
    assert columns["code"] == "1"
    assert columns["req_trace"] == "7"
    assert "totle_hits" in columns["data"]


def test_fast_news_pages_back_by_its_sort_end_until_the_end(site: NewsSite) -> None:
    seen: list[str] = []
    end = ""
    while True:
        url = f"https://np-weblist.eastmoney.com/comm/web/getFastNewsList?fastColumn=102&sortEnd={end}&pageSize=6&req_trace=1"
        data = get(site, url).json["data"]
        if not data["fastNewsList"]:
            break
        seen.extend(item["code"] for item in data["fastNewsList"])
        end = data["sortEnd"]
    assert seen == [shown.key for shown in eastmoney_desk.desk(site.state)]


def test_a_missing_req_trace_is_refused(site: NewsSite) -> None:
    assert get(site, "https://np-weblist.eastmoney.com/comm/web/getFastNewsList?pageSize=6").status == 403


def test_the_old_fast_news_is_a_script(site: NewsSite) -> None:
    body = get(site, "https://newsapi.eastmoney.com/kuaixun/v1/getlist_102_ajaxResult_50_1_.html").body.decode()
    assert body.startswith("var ajaxResult={")
    assert json.loads(body.removeprefix("var ajaxResult=").removesuffix(";"))["LivesList"][0]["newstype"] == "1"


def test_the_k_line_changes_at_every_fetch_and_nothing_else_does(site: NewsSite) -> None:
    url = f"http://choicewzp1.eastmoney.com/NewsData/GetNewsText.do?id=NW{story('eastmoney', 0).key}"
    first, second = (get(site, url).json["content"] for _ in range(2))
    assert first != second
    assert re.sub(r"token=\w+", "", first) == re.sub(r"token=\w+", "", second)
    assert '<span id="bk_90.BK0473">' in first.partition("em_media")[2]


def test_each_address_of_an_article_has_the_whole_of_it(site: NewsSite) -> None:
    shown = story("eastmoney", 4)
    paragraph = shown.paragraphs[1].text
    for url in (
        f"https://finance.eastmoney.com/a/{shown.key}.html",
        f"http://finance.eastmoney.com/news/1345,{shown.key}.html",
        f"https://wap.eastmoney.com/a/{shown.key}.html",
        f"https://emwap.eastmoney.com/info/detail/{shown.key}",
        f"https://newsinfo.eastmoney.com/kuaixun/v2/api/article/{shown.key}",
    ):
        assert paragraph in get(site, url).body.decode(), url
    share = get(site, f"http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode=NW{shown.key}")
    assert paragraph not in share.body.decode()


def test_a_callback_makes_jsonp(site: NewsSite) -> None:
    sina = get(site, "https://zhibo.sina.com.cn/api/zhibo/feed?page=1&page_size=20&zhibo_id=152&callback=cb1").body
    assert sina.startswith(b"try{cb1({")
    assert sina.endswith(b"});}catch(e){};")
    digits = story("eastmoney", 2).key
    article = get(site, f"https://newsinfo.eastmoney.com/kuaixun/v2/api/article/{digits}?callback=cb2").body
    assert article.startswith(b'cb2({"data":{')


def test_cls_wants_a_signature_and_small_pages(site: NewsSite) -> None:
    url = "https://www.cls.cn/v1/roll/get_roll_list?app=CailianpressWeb&last_time=&rn={}&sv=8.4.6"
    assert get(site, url.format(20)).json["errno"] == 10012
    assert get(site, url.format(51) + "&sign=x").json["data"]["roll_data"] == []
    shown = get(site, url.format(20) + "&sign=x").json["data"]["roll_data"]
    assert [item["is_ad"] for item in shown].count(1) == 1
    assert any(item["title"] == "" and item["content"].startswith("【") for item in shown)
    older = get(site, url.replace("last_time=", f"last_time={shown[3]['ctime']}").format(20) + "&sign=x").json
    assert all(item["ctime"] < shown[3]["ctime"] for item in older["data"]["roll_data"])


def test_a_deleted_and_a_priced_article_of_wallstreetcn(site: NewsSite) -> None:
    detail = "https://api-one.wallstcn.com/apiv1/content/articles/{}?extract=0"
    assert get(site, detail.format(story("wallstreetcn", wallstreetcn.DELETED).key)).json["code"] == 60301
    priced = get(site, detail.format(story("wallstreetcn", wallstreetcn.PRICED).key)).json["data"]
    assert priced["is_priced"] is True
    assert "产能与订单" not in priced["content"]


def test_jin10_wants_its_header_fields_and_repeats_the_item_at_the_cursor(site: NewsSite) -> None:
    url = "https://flash-api.jin10.com/get_flash_list?channel=-8200&vip=1"
    assert get(site, url).status == 502
    fields = {"x-app-id": "bVBF4FyRTn5NJF5n", "x-version": "1.0.0"}
    first = get(site, url, **fields).json["data"]
    again = get(site, f"{url}&max_time={first[2]['time'].replace(' ', '+')}", **fields).json["data"]
    assert again[0]["id"] == first[2]["id"]
    locked = [item for item in first if item["data"]["lock"]]
    assert len(locked) == sum(jin10.is_locked(shown) for shown in site.state.stories("jin10"))
    assert all(item["data"]["content"] == "" and item["data"]["vip_title"] for item in locked)


def test_pages_of_10jqka_are_gbk(site: NewsSite) -> None:
    url = get(site, "https://news.10jqka.com.cn/tapp/news/push/stock/?page=1").json["data"]["list"][0]["url"]
    page = get(site, url)
    assert page.headers["Content-Type"] == "text/html"
    assert story("tonghuashun", 7).title in page.body.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("utf-8")


def test_cs_declares_gb2312_on_one_page_and_utf_8_on_another(site: NewsSite) -> None:
    listing = get(site, "https://www.cs.com.cn/ssgs/").body.decode()
    pages = [
        get(site, url).body for url in re.findall(r'href="(https://www\.cs\.com\.cn/[^"]+/t\d+_\d+\.html)"', listing)
    ]
    assert {b'charset="gb2312"' in page for page in pages} == {True, False}


def test_a_known_feed_is_not_sent_again_until_it_changes(site: NewsSite) -> None:
    first = get(site, f"{MARKETS.home}/rss.xml")
    known = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    again = get(site, f"{MARKETS.home}/rss.xml", **known)
    assert (again.status, again.body) == (304, b"")
    site.publish(1, "markets")
    assert get(site, f"{MARKETS.home}/rss.xml", **known).status == 200


def test_the_sitemap_index_leads_to_every_article(site: NewsSite) -> None:
    index = get(site, "https://www.example-courier.test/sitemap.xml").body.decode()
    children = re.findall(r"<loc>(.*?)</loc>", index)
    packed = next(get(site, child).body for child in children if child.endswith(".gz"))
    urls = set(re.findall(r"<loc>(.*?)</loc>", gzip.decompress(packed).decode()))
    assert urls == {one.url for one in expected.of("example-courier", site.state)}


def test_the_listing_ends_and_its_robots_txt_closes_private(site: NewsSite) -> None:
    url, links = "https://www.example-tribune.test/markets/", set()
    while url:
        page = get(site, url).body.decode()
        links.update(re.findall(r'href="(/\d{4}/[^"]+)"', page))
        more = re.search(r'rel="next" href="([^"]+)"', page)
        url = f"https://www.example-tribune.test{more[1]}" if more else ""
    assert {f"https://www.example-tribune.test{link}" for link in links} == {
        one.url for one in expected.of("example-tribune", site.state)
    }
    assert b"Disallow: /private/" in get(site, "https://www.example-tribune.test/robots.txt").body


def test_every_other_host_allows_robots(site: NewsSite) -> None:
    assert get(site, "https://www.stcn.com/robots.txt").body == b"User-agent: *\nAllow: /\n"


def test_time_moves_on_only_when_told(site: NewsSite) -> None:
    url = "http://183.136.162.242/web/webapi?type=45&count=100"
    before = get(site, url).json["nodeList"]
    assert get(site, url).json["nodeList"] == before
    site.publish(4)
    after = get(site, url).json["nodeList"]
    assert after[-len(before) :] == before
    assert len(after) == len(before) + 2
    site.remove(before[0]["infocode"].removeprefix("NW"))
    assert before[0] not in get(site, url).json["nodeList"]


def test_an_edited_flash_has_more_text_and_a_later_modified_time(site: NewsSite) -> None:
    key = story("cls", 3).key
    site.edit(key, "新增一句。", desk="cls")
    items = get(site, "https://www.cls.cn/v1/roll/get_roll_list?rn=20&sign=x").json["data"]["roll_data"]
    edited = next(item for item in items if item["id"] == int(key))
    assert edited["content"].endswith("新增一句。")
    assert edited["modified_time"] > edited["ctime"]


def test_failures_strike_as_often_as_they_are_ordered(site: NewsSite) -> None:
    url = "https://www.stcn.com/article/list.html?type=kx"
    site.fail("www.stcn.com", "/article/list", 503, times=2)
    assert [get(site, url).status for _ in range(3)] == [503, 503, 200]
    site.fail("www.stcn.com", "/article/list", "captcha")
    assert "验证" in get(site, url).body.decode()
    site.fail("www.stcn.com", "/article/list", "close")
    with pytest.raises(http.client.RemoteDisconnected):
        get(site, url)
    site.fail("www.stcn.com", "/article/list", "truncate")
    with pytest.raises(http.client.IncompleteRead):
        get(site, url)


def test_extra_routes_come_first_and_removed_hosts_close(site: NewsSite) -> None:
    site.add("www.stcn.com", "/article/detail/*", 410, {"Content-Type": "text/plain"}, "gone")
    assert get(site, "https://www.stcn.com/article/detail/1.html")[::2] == (410, b"gone")
    site.add("new.test", "/a?b=1", 200, (), lambda request: json_answer({"path": request.path}))
    assert get(site, "https://new.test/a?b=1").json == {"path": "/a"}
    site.remove_host("new.test")
    with pytest.raises(http.client.RemoteDisconnected):
        get(site, "https://new.test/a?b=1")
    assert [seen.path for seen in site.seen("new.test")] == ["/a?b=1", "/a?b=1"]
    assert site.requests[0].headers["host"] == "www.stcn.com"


def test_a_connection_is_kept_for_many_requests(site: NewsSite) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    local_ports = set()
    for number in range(20):
        connection.request("GET", f"/article/{number}.html", headers={"Host": "bulk.test"})
        with connection.getresponse() as response:
            assert response.read() == bulk_page(number)
        local_ports.add(connection.sock.getsockname()[1])
    connection.close()
    assert len(local_ports) == 1


def test_the_stories_are_the_same_in_every_process() -> None:
    """Golden values: other tests and the demo name these ids and titles."""
    first = story("eastmoney", 0)
    assert first.key == "202506113400000000"
    script = "from tests.site.stories import story; print(story('eastmoney', 0).title); print(story('wire', 5).text)"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-X", "utf8", "-c", script]
    printed = subprocess.run(command, capture_output=True, check=True, cwd=root, encoding="utf-8").stdout
    assert printed == f"{first.title}\n{story('wire', 5).text}\n"


def test_no_two_stories_have_the_same_id_or_text() -> None:
    stories = [story(desk, number) for desk in DESKS for number in range(40)]
    assert len({one.text for one in stories}) == len(stories)
    assert len({(one.desk, one.key) for one in stories}) == len(stories)


@pytest.mark.parametrize("key", sorted(expected.LISTS))
def test_what_is_expected_of_a_list_is_whole(key: str) -> None:
    state = SiteState()
    found = expected.of(key, state)
    assert 3 <= len(found) <= 20
    assert all(one.identity for one in found)
    assert all(one.text or one.partial for one in found)
    assert all(one.published.startswith("2025-06-1") and one.published.endswith("Z") for one in found)
    assert all(one.publisher != "证券时报网" for one in found)


def test_bulk_pages_weigh_what_news_pages_weigh() -> None:
    sizes = [len(bulk_page(number)) for number in range(200)]
    assert min(sizes) >= 25_000
    assert max(sizes) <= 310_000
    assert 90_000 < sum(sizes) / len(sizes) < 130_000
    assert bulk_page(17) == bulk_page(17)
    assert all(line in bulk_page(4).decode() for line in bulk_text(4).splitlines())


def test_the_long_feed_has_its_20_000_links() -> None:
    feed = bulk_feed(20_000)
    assert feed.count(b"<item>") == 20_000
    assert len(feed) < 8 * 1024 * 1024


def test_the_command_says_where_it_serves_and_ends_on_sigterm() -> None:
    command = [sys.executable, "-m", "tests.site"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        assert re.fullmatch(r"serving on 127\.0\.0\.1:\d+\n", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
