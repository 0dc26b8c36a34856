"""10jqka (同花顺): the push list, whose numbers are strings, and article pages in GBK."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from html import escape

from tests.site.answers import Answer, Request, Route, html_answer, json_answer, not_found, route
from tests.site.markup import chinese_page, plain_body
from tests.site.state import SiteState
from tests.site.stories import Story


def article_url(story: Story) -> str:
    return f"https://news.10jqka.com.cn/{story.local('%Y%m%d')}/c{story.key}.shtml"


def item_id(story: Story) -> str:
    return str(4_080_000 + story.number)


def _push_list(request: Request, state: SiteState) -> Answer:
    stories = state.stories("tonghuashun")
    page, size = request.number("page", 1), request.number("pagesize", 20)
    shown = [_item(story) for story in stories[(page - 1) * size : page * size]]
    return json_answer(
        {
            "code": "200",
            "msg": "success",
            "time": "1749686400",
            "data": {"list": shown, "total": str(len(stories))},
        }
    )


def _item(story: Story) -> dict[str, object]:
    return {
        "id": item_id(story),
        "seq": story.key,
        "title": story.title,
        "digest": story.lead,
        "url": article_url(story),
        "appUrl": f"https://m.10jqka.com.cn/{story.local('%Y%m%d')}/c{story.key}.shtml",
        "shareUrl": f"https://m.10jqka.com.cn/{story.local('%Y%m%d')}/c{story.key}.shtml",
        "ctime": str(story.seconds),
        "rtime": str(story.seconds + 156),
        "source": "同花顺财经",
        "picUrl": "",
        "color": "2" if story.number % 4 == 0 else "1",
        "tags": [{"id": "21101", "name": "公司"}],
        "tagInfo": [{"id": "21101", "name": "公司", "type": "0", "score": "0.9"}],
        "stocks": [
            {"name": security.name, "stockCode": security.code, "stockMarket": "17"} for security in story.securities
        ],
    }


def _page(request: Request, state: SiteState) -> Answer:
    story = state.find("tonghuashun", request.path.rpartition("/c")[2].partition(".")[0])
    if story is None:
        return not_found()
    main = (
        f'<div class="main-text atc-content"><h2 class="main-title">{escape(story.title)}</h2><div class="info-fl"><span id="pubtime_baidu">'
        f'{story.local()}</span><span id="source_baidu">来源：<a href="/">同花顺财经</a></span><span id="author_baidu">作者：{story.author}</span></div>'
        f'<div id="contentApp">{plain_body(story)}</div></div>'
    )
    page = chinese_page(
        "同花顺财经", f"{story.title}_同花顺财经", main, charset="gbk", related=state.stories("tonghuashun")
    )
    # The Content-Type field names no charset: only the page's meta element does.
    return html_answer(page, charset="gbk", declared="")


def routes() -> list[Route]:
    return [
        route("news.10jqka.com.cn", r"/tapp/news/push/stock/?", _push_list),
        route("news.10jqka.com.cn", r"/\d{8}/c\d+\.shtml", _page),
        route("m.10jqka.com.cn", r"/\d{8}/c\d+\.shtml", _page),
    ]
