"""Sina finance: the 7x24 feed, rolling news by page, article pages, a column list without years."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from html import escape

from tests.site.answers import Answer, Request, Route, html_answer, json_text, jsonp_answer, not_found, route
from tests.site.markup import INDENT, chinese_page, plain_body
from tests.site.state import SiteState
from tests.site.stories import Story

NO_ADDRESS = 3
"""The flash without a docurl."""


def article_path(story: Story) -> str:
    return f"/stock/{story.local('%Y-%m-%d')}/doc-init{story.key}.shtml"


def article_url(story: Story) -> str:
    return f"https://finance.sina.com.cn{article_path(story)}"


def flash_url(story: Story) -> str:
    """Give a flash's address; where it has no page, the one that its id makes."""
    if story.number == NO_ADDRESS:
        return f"https://finance.sina.com.cn/7x24/?id={story.key}"
    return f"https://finance.sina.cn/7x24/{story.local('%Y-%m-%d')}/detail-in{story.key}.d.html"


def rich_text(story: Story) -> str:
    """Give the flash as shown; every seventh has no title at its head."""
    return story.text if story.number % 7 == 6 else f"【{story.title}】{story.text}"


def _feed(request: Request, state: SiteState) -> Answer:
    stories = state.stories("sina-live")
    page, size = request.number("page", 1), request.number("page_size", 20)
    shown = stories[(page - 1) * size : page * size]
    feed = {
        "list": [_flash(story) for story in shown],
        "page_info": {
            "totalPage": -(-len(stories) // size),
            "pageSize": size,
            "page": page,
            "totalNum": len(stories),
        },
        "max_id": int(shown[0].key) if shown else 0,
        "min_id": int(shown[-1].key) if shown else 0,
    }
    answer = {"result": {"status": {"code": 0, "msg": "OK"}, "timestamp": "", "data": {"feed": feed}}}
    return jsonp_answer(request, answer, "try{{callback}({json});}catch(e){};")


def _flash(story: Story) -> dict[str, object]:
    url = "" if story.number == NO_ADDRESS else flash_url(story)
    stocks = [{"market": "cn", "symbol": security.code, "key": security.name} for security in story.securities]
    return {
        "id": int(story.key),
        "zhibo_id": 152,
        "rich_text": rich_text(story),
        "create_time": story.local(),
        "update_time": story.local(),
        "docurl": url,
        "tag": [{"id": "8", "name": "公司"}],
        "multimedia": "",
        "ext": json_text({"stocks": stocks, "needPushWB": False, "docurl": url}),
    }


def roll(state: SiteState, section: str) -> list[Story]:
    """2672, US stocks, has two thirds of the desk; other sections all."""
    return [story for story in state.stories("sina") if section != "2672" or story.number % 3]


def _roll(request: Request, state: SiteState) -> Answer:
    stories = roll(state, request.query.get("lid", ""))
    page, size = request.number("page", 1), request.number("num", 50)
    shown = stories[(page - 1) * size : page * size]
    result = {
        "status": {"code": 0, "msg": "succ"},
        "total": len(stories),
        "data": [_roll_item(story) for story in shown],
    }
    return jsonp_answer(request, {"result": result}, "try{{callback}({json});}catch(e){};")


def _roll_item(story: Story) -> dict[str, object]:
    times = dict.fromkeys(("ctime", "intime", "mtime"), str(story.seconds))
    return times | {
        "title": story.title,
        "intro": story.lead[:80],
        "url": article_url(story),
        "wapurl": article_url(story).replace("finance.sina.com.cn", "finance.sina.cn"),
        "media_name": "新浪财经",
        "author": story.author,
        "summary": "",
        "keywords": ",".join(security.name for security in story.securities),
        "images": [],
    }


def _page(request: Request, state: SiteState) -> Answer:
    key = request.path.rpartition("doc-init")[2].partition(".")[0]
    story = state.find("sina", key)
    if story is None:
        return not_found()
    names = ",".join(security.name for security in story.securities)
    head = (
        f'<meta property="article:published_time" content="{story.local("%Y-%m-%dT%H:%M:%S+08:00")}">'
        f'<meta property="article:author" content="新浪财经"><meta property="og:title" content="{escape(story.title)}">'
    )
    main = (
        f'<h1 class="main-title">{escape(story.title)}</h1><div class="date-source"><span class="date">{story.local("%Y年%m月%d日 %H:%M")}</span>'
        f'<span class="source">新浪财经</span></div><div class="article" id="artibody"><div id="left_hzh_ad"><p>新浪合作大平台期货开户 安全快捷有保障</p></div>'
        f'{plain_body(story, indent=INDENT)}<div class="appQr_wrap appendQr_wrap"><p>海量资讯、精准解读，尽在新浪财经APP</p></div>'
        f'<div class="app-kaihu-qr"><p>股市回暖，抄底炒股先开户！</p></div></div><div id="keywords" data-wbkey="{names}">关键字：{names}</div>'
    )
    return html_answer(
        chinese_page("新浪财经", f"{story.title}_新浪财经_新浪网", main, head=head, related=state.stories("sina"))
    )


def _column_page(_request: Request, state: SiteState) -> Answer:
    rows = "".join(
        f'<li><a href="{article_url(story)}" target="_blank">{escape(story.title)}</a><span>({story.local("%m月%d日 %H:%M")})</span></li>'
        for story in state.stories("sina")
    )
    return html_answer(
        chinese_page(
            "新浪财经",
            "公司新闻_新浪财经_新浪网",
            f'<div class="listBlk"><ul class="list_009">{rows}</ul></div>',
        )
    )


def routes() -> list[Route]:
    return [
        route("zhibo.sina.com.cn", r"/api/zhibo/feed", _feed),
        route("feed.mix.sina.com.cn", r"/api/roll/get", _roll),
        route("finance.sina.com.cn", r"/stock/\d{4}-\d\d-\d\d/doc-init\d+\.shtml", _page),
        route("finance.sina.cn", r"/stock/\d{4}-\d\d-\d\d/doc-init\d+\.shtml", _page),
        route("finance.sina.com.cn", r"/roll/c/\d+\.shtml", _column_page),
    ]
