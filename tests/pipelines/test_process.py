"""The steps in one: a page becomes a draft whose every value says where it came from, or a reason."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.page import Fetched, Hints, Page, SourceFacts
from pipelines.process import process
from storage.drafts import Draft, Rejected
from storage.reasons import Reason
from storage.types import Kind, Precision

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CODE = "NW202203150000000001"
DIGITS = CODE.removeprefix("NW")
SHARE = f"http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode={CODE}"
NEWS_TEXT = f"http://choicewzp1.eastmoney.com/NewsData/GetNewsText.do?id={CODE}"
ARTICLE_API = f"https://newsinfo.eastmoney.com/kuaixun/v2/api/article/{DIGITS}"
ARTICLE_PAGE = f"http://finance.eastmoney.com/a/{DIGITS}.html"
NEWS = "https://news.example.com/news/harbour.html"
STORY = "晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊。" * 12


def fetched(url: str, body: object, content_type: str = "text/html; charset=utf-8") -> Fetched:
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return Fetched(url, url, 200, (("Content-Type", content_type),), content, NOW)


def page(url: str = SHARE, *responses: Fetched, hints: Hints | None = None, **changes: Any) -> Page:
    source = changes.pop("source", SourceFacts("example", timezone="Asia/Shanghai", language="zh"))
    kind = changes.pop("kind", Kind.ARTICLE)
    return Page(1, url, kind, source, NOW, hints=hints or Hints(), fetched=responses, **changes)


def draft(one: Page) -> Draft:
    result = process(one)
    assert isinstance(result, Draft), result
    assert pickle.loads(pickle.dumps(result)) == result, "it crosses to the crawl's process"
    return result


def rejected(one: Page) -> Rejected:
    result = process(one)
    assert isinstance(result, Rejected), result
    return result


def detail(**values: object) -> Fetched:
    return fetched(NEWS_TEXT, {"content": f"<p>　　{STORY}</p>", **values})


def html(*, title: str = "新码头投入运行", head: str = "", body: str = STORY) -> str:
    paragraphs = "".join(f"<p>{body}</p>" for _ in range(3))
    return (
        f"<html lang='zh'><head><title>{title}_示例网</title>{head}</head><body><nav><a href='/'>首页</a></nav>"
        f"<article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


class TestOrderOfSources:
    LISTED = Hints(external_id=CODE, title="列表的标题", publisher="列表报", published="2022-03-15 11:00:00")

    def test_a_detail_is_believed_before_the_list(self) -> None:
        one = detail(Title="详情的标题", From="详情报", Date="2022-03-15 11:38:08")
        found = draft(page(SHARE, one, hints=self.LISTED))
        assert (found.title, found.title_from) == ("详情的标题", "detail")
        assert (found.publisher, found.publisher_from) == ("详情报", "detail")
        assert (found.published_at, found.published_from) == (datetime(2022, 3, 15, 3, 38, 8, tzinfo=UTC), "detail")

    def test_the_list_tells_what_the_detail_lacks(self) -> None:
        found = draft(page(SHARE, detail(), hints=self.LISTED))
        assert (found.title, found.title_from) == ("列表的标题", "list")
        assert (found.publisher, found.publisher_from) == ("列表报", "list")
        assert (found.published_at, found.published_from) == (datetime(2022, 3, 15, 3, tzinfo=UTC), "list")

    def test_a_second_detail_tells_what_the_first_lacks(self) -> None:
        second = fetched(ARTICLE_API, {"data": {"Art_Title": "第二处的标题", "Art_ShowTime": "2022/03/15 12:00:00"}})
        found = draft(page(SHARE, detail(From="详情报"), second))
        assert (found.title, found.publisher) == ("第二处的标题", "详情报")
        assert found.text.startswith("晨港集团")

    def test_the_page_is_read_where_no_detail_has_the_body(self) -> None:
        printed = (
            f"<html><head><title>页面的标题_东方财富网</title></head><body><div class='newsContent'><h1>页面的标题</h1>"
            f"<div class='Body' id='ContentBody'><p>　　{STORY}</p></div></div></body></html>"
        )
        nothing = fetched(NEWS_TEXT, {"content": "", "text": ""})
        found = draft(page(SHARE, nothing, fetched(ARTICLE_API, {"data": None}), fetched(ARTICLE_PAGE, printed)))
        assert (found.title, found.title_from) == ("页面的标题", "page")
        assert found.canonical_url == f"https://finance.eastmoney.com/a/{DIGITS}.html"
        assert ARTICLE_PAGE in found.aliases
        assert NEWS_TEXT not in found.aliases, "an API's address is none of the article's"

    def test_what_the_body_prints_is_the_publisher(self) -> None:
        printed = "<p class='em_media'>（文章来源：<span>上海<a href='/'>证券</a></span>报·中国证券网）</p>"
        body = f"<p>　　{STORY}</p>{printed}"
        found = draft(page(SHARE, detail(content=body, From="东方财富网"), hints=self.LISTED))
        assert (found.publisher, found.publisher_as_printed) == ("上海证券报", "上海证券报·中国证券网")
        assert (found.publisher_from, found.category_slug) == ("body", "shanghaizhengquanbao")
        assert found.mentions == ()
        assert "文章来源" not in found.text

    def test_a_list_is_believed_where_it_tells_the_time_finer(self) -> None:
        head = "<meta property='article:published_time' content='2026-11-24'>"
        found = draft(page(NEWS, fetched(NEWS, html(head=head)), hints=Hints(published="2026-11-24 07:45:10")))
        assert (found.published_precision, found.published_from) == (Precision.SECOND, "list")
        assert found.published_at == datetime(2026, 11, 23, 23, 45, 10, tzinfo=UTC)

    def test_the_sources_own_publisher_and_category_come_last(self) -> None:
        source = SourceFacts("x", publisher="示例网", category_slug="emnews", category_name="滚动", timezone="UTC")
        found = draft(page(NEWS, fetched(NEWS, html()), source=source))
        assert (found.publisher, found.publisher_from) == ("示例网", "source")
        assert (found.category_slug, found.category_name) == ("emnews", "滚动")


class TestWhatIsMissing:
    def test_an_empty_time_is_the_day_of_the_number(self) -> None:
        found = draft(page(SHARE, detail(Title="标题", Date=""), hints=Hints(published="")))
        assert found.published_at == datetime(2022, 3, 14, 16, tzinfo=UTC), "midnight in Shanghai"
        assert (found.published_precision, found.published_from) == (Precision.DAY, "digits")

    def test_an_empty_title_is_the_head_of_the_text(self) -> None:
        found = draft(page(SHARE, detail(content=f"<p>【新码头投入运行】{STORY}</p>", Title="")))
        assert found.title == "新码头投入运行"
        found = draft(page(SHARE, detail(content="<p>晨港集团今日公告。详情待续。</p>")))
        assert (found.title, found.title_from) == ("晨港集团今日公告", "first-sentence")

    def test_an_unknown_time_is_not_invented(self) -> None:
        found = draft(page(NEWS, fetched(NEWS, html())))
        assert (found.published_at, found.published_precision, found.published_from) == (None, None, "")

    @pytest.mark.parametrize("printed", ["0001-01-01 00:00:00", "2022-02-30", "9999-99-99", "soon"])
    def test_an_impossible_time_is_unknown(self, printed: str) -> None:
        found = draft(page(NEWS, fetched(NEWS, html()), hints=Hints(published=printed)))
        assert found.published_at is None

    def test_a_wrong_type_costs_that_value(self) -> None:
        found = draft(page(SHARE, detail(Title=["list"], From={"an": "object"}, Date=7.5)))
        assert found.published_from == "digits"
        assert found.text.startswith("晨港集团")


class TestReasons:
    @pytest.mark.parametrize(
        ("responses", "reason"),
        [
            ([fetched(NEWS_TEXT, {"data": None})], Reason.GONE),
            ([fetched(NEWS_TEXT, {"content": ""}), fetched(ARTICLE_API, {"data": None})], Reason.GONE),
            ([fetched(NEWS_TEXT, "<html><title>验证</title><body>请按住滑块</body></html>")], Reason.CAPTCHA),
            ([fetched(NEWS_TEXT, {"content": ""})], Reason.NO_ARTICLE),
        ],
        ids=["null", "null-after-empty", "captcha", "empty"],
    )
    def test_an_eastmoney_number_without_a_text(self, responses: list[Fetched], reason: Reason) -> None:
        refused = rejected(page(SHARE, *responses))
        assert refused.reason is reason
        assert refused.text.startswith(SHARE)
        assert refused.link_id == 1

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("<html><title>404 Not Found</title><body>Not Found</body></html>", Reason.SOFT_404),
            ("<html><title>Just a moment...</title><body><div id='cf-challenge'></div></body></html>", Reason.CAPTCHA),
            ("<html><title>系统繁忙</title><body>系统繁忙，请稍后再试</body></html>", Reason.NO_ARTICLE),
            ("<html><body><nav>Home</nav></body></html>", Reason.NO_ARTICLE),
            ("<html><title>App</title><body><div id=app></div><script>x()</script></body></html>", Reason.NO_ARTICLE),
            (b"%PDF-1.7\n\x00\x01", Reason.NOT_TEXT),
            (b"", Reason.NOT_TEXT),
        ],
        ids=["not-found", "challenge", "busy", "navigation", "shell", "pdf", "empty"],
    )
    def test_a_page_that_is_no_article(self, body: str | bytes, reason: Reason) -> None:
        assert rejected(page(NEWS, fetched(NEWS, body))).reason is reason

    def test_a_home_page_is_a_list_of_headlines(self) -> None:
        cards = "".join(
            f"<h3><a href='/{n}.html'>晨港集团第{n}号码头今日投入运行</a></h3><p>{n}</p>" for n in range(30)
        )
        refused = rejected(
            page(NEWS, fetched(NEWS, f"<html><title>首页</title><body><main>{cards}</main></body></html>"))
        )
        assert refused.reason is Reason.INDEX_PAGE


class TestBody:
    def test_source_html_is_the_body_exactly_as_given(self) -> None:
        body = f"<p>　　{STORY}</p>\r\n<p>&nbsp;<b>粗</b><img src='//img.example.com/a.png' ></p><script>x()</script>"
        found = draft(page(SHARE, detail(content=body)))
        assert found.source_html == body
        assert "script" not in found.html
        assert "　" not in found.text

    def test_the_k_line_is_no_content_whatever_its_address(self) -> None:
        def with_token(token: str) -> Draft:
            k_line = (
                f"<!--EM_StockImg_Start--><p><a href='http://quote.eastmoney.com/unify/r/0.300364'>"
                f"<img src='https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=0.300364&token={token}'></a></p>"
                "<!--EM_StockImg_End-->"
            )
            return draft(page(SHARE, detail(content=f"<p>　　{STORY}</p>{k_line}")))

        first, second = with_token("aa11"), with_token("bb22")
        assert first.content_hash == second.content_hash
        assert first.media == second.media == ()
        assert first.text == second.text == STORY

    def test_empty_inline_elements_cost_no_words(self) -> None:
        body = (
            "<p>　　同花顺、<span id='stock_1.600160'><a class='keytip' data-code='1,600160'>巨化股份</a></span>"
            "<span id='quote_1.600160'></span>涨停，市场<span></span>情绪回升。</p>"
        )
        found = draft(page(SHARE, detail(content=body)))
        assert found.text == "同花顺、巨化股份涨停，市场情绪回升。"
        assert [(one.symbol, one.market, one.origin) for one in found.mentions] == [("600160", "SH", "publisher")]

    def test_images_alone_are_an_article(self) -> None:
        found = draft(
            page(SHARE, detail(content="<p><img src='https://img.example.com/a_w640h480.png'></p>", Title="图"))
        )
        assert (found.text, len(found.media)) == ("", 1)

    def test_a_page_may_claim_its_address_only_within_its_site(self) -> None:
        own = "<link rel='canonical' href='https://news.example.com/harbour'>"
        found = draft(page(NEWS, fetched(NEWS, html(head=own))))
        assert found.canonical_url == "https://news.example.com/harbour"
        foreign = "<link rel='canonical' href='https://elsewhere.example.org/harbour'>"
        assert "elsewhere" not in draft(page(NEWS, fetched(NEWS, html(head=foreign)))).canonical_url


class TestFlashes:
    def test_a_flash_needs_no_answer(self) -> None:
        hints = Hints(external_id="7", text="【新码头投入运行】晨港集团今日公告。", published="1750000000")
        found = draft(page("https://flash.example.com/7", hints=hints, kind=Kind.FLASH))
        assert (found.title, found.kind) == ("新码头投入运行", Kind.FLASH)
        assert found.published_at == datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC)
        assert found.external_id == "7"

    def test_a_locked_flash_is_stored_as_partial(self) -> None:
        hints = Hints(title="会员专享：码头扩建", text="", partial=True)
        found = draft(page("https://flash.example.com/8", hints=hints, kind=Kind.FLASH))
        assert (found.partial, found.title, found.text) == (True, "会员专享：码头扩建", "")

    def test_an_empty_flash_is_no_article(self) -> None:
        refused = rejected(page("https://flash.example.com/9", hints=Hints(title="空"), kind=Kind.FLASH))
        assert refused.reason is Reason.NO_ARTICLE
