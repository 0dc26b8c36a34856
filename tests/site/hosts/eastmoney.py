"""Eastmoney's lists: three webapi forms, Choice, fast news old and new, columns, the PC client.

One desk stands behind all of them, so the same digits come up in several lists under several addresses.
"""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import re
from html import escape

from tests.site.answers import (
    Answer,
    Request,
    Route,
    html_answer,
    json_answer,
    json_text,
    jsonp_answer,
    route,
    text_answer,
)
from tests.site.hosts.eastmoney_desk import (
    DAY_ONLY,
    UNTITLED,
    article_url,
    choice,
    column,
    desk,
    digest,
    market,
    node_list,
    of_stock,
    rolling,
)
from tests.site.markup import chinese_page
from tests.site.state import SiteState
from tests.site.stories import Story

_KUAIXUN_V1 = re.compile(r"/kuaixun/v1/getlist_(\w+?)_ajaxResult_(\d+)_(\d+)_\.html")


def _webapi(request: Request, state: SiteState) -> Answer:
    count = request.number("count", 20)
    if request.query.get("type") == "102":
        return json_answer({"records": [_record(s) for s in rolling(state.stories("eastmoney"))[:count]]})
    if request.query.get("type") == "45":
        return json_answer({"nodeList": [_node(s) for s in node_list(desk(state))[:count]]})
    return json_answer({"records": []})


def _record(story: Story) -> dict[str, object]:
    bare = story.number in (UNTITLED, DAY_ONLY)
    return {
        "id": 8_800_000 + story.number,
        "infoCode": f"NW{story.key}",
        "title": "" if bare else story.title,
        "digest": story.lead if story.number == DAY_ONLY else digest(story),
        "url_w": "" if bare else article_url(story),
        "showtime": "" if bare else story.local(),
    }


def _node(story: Story) -> dict[str, object]:
    return {
        "infocode": f"NW{story.key}",
        "from": story.publisher,
        "title": story.title,
        "showtime": story.local(),
        "simtitle": story.title[:20],
        "simdigest": digest(story)[:80],
    }


def _market(request: Request, state: SiteState) -> Answer:
    shown = market(desk(state), request.query.get("marketType", ""))[: request.number("count", 20)]
    records = [
        {
            "infoCode": f"NW{story.key}",
            "title": story.title,
            "medianame": story.publisher,
            "datetime": story.local(),
        }
        for story in shown
    ]
    return json_answer({"record": records})


def _information_list(request: Request, state: SiteState) -> Answer:
    shown = choice(desk(state))[: request.number("count", 20)]
    records = [
        {
            "code": f"NW{story.key}",
            "data": {
                "showtime": story.local("今天 %H:%M"),
                "simdigest": digest(story),
                "from": story.publisher,
            },
        }
        for story in shown
    ]
    return json_answer({"data": {"records": records, "limit_up_board": {"count": 41, "rate": "0.78"}}})


def real_sort(story: Story) -> str:
    """Give the cursor of fast news: microseconds since 1970 as a string of 16 digits."""
    return str(story.seconds * 1_000_000 + 300_000 + story.number)


def _fast_news(request: Request, state: SiteState) -> Answer:
    trace = request.query.get("req_trace", "")
    if not trace:
        return json_answer({"code": "403", "message": "req_trace required"}, status=403)
    end = request.number("sortEnd", 0)
    older = [story for story in desk(state) if not end or int(real_sort(story)) < end]
    shown = older[: min(request.number("pageSize", 50), 200)]
    last = real_sort(shown[-1]) if shown else request.query.get("sortEnd", "")
    news = {
        "sortEnd": last,
        "index": 0,
        "size": len(shown),
        "total": 0,
        "fastNewsList": [_fast_item(story) for story in shown],
    }
    return jsonp_answer(request, {"req_trace": trace, "code": "1", "message": "success", "data": news})


def _fast_item(story: Story) -> dict[str, object]:
    named = [*story.boards, *story.securities]
    return {
        "code": story.key,
        "title": story.title,
        "summary": digest(story),
        "showTime": story.local(),
        "realSort": real_sort(story),
        "stockList": [f"{security.market}.{security.code}" for security in named],
        "image": [picture.url for picture in story.pictures[:1]] if story.number % 7 == 0 else [],
        "pinglun_Num": story.number,
        "share": 1,
        "titleColor": 3 if story.number % 5 == 0 else 0,
    }


def _fast_count(request: Request, state: SiteState) -> Answer:
    start = request.number("sortStart", 0)
    newer = sum(int(real_sort(story)) > start for story in desk(state))
    return json_answer(
        {
            "req_trace": request.query.get("req_trace", ""),
            "code": "1",
            "message": "success",
            "data": {"count": newer},
        }
    )


def _kuaixun_v1(request: Request, state: SiteState) -> Answer:
    found = _KUAIXUN_V1.fullmatch(request.path)
    size, page = (int(found[2]), int(found[3])) if found else (50, 1)
    stories = desk(state)
    shown = stories[(page - 1) * size : page * size]
    news = {
        "rc": 1,
        "me": "",
        "LivesList": [_live(story) for story in shown],
        "PageCount": -(-len(stories) // size),
    }
    return text_answer(f"var ajaxResult={json_text(news)};", "text/html; charset=utf-8")


def _live(story: Story) -> dict[str, object]:
    return {
        "sort": str(story.seconds * 1_000_000),
        "id": story.key,
        "newsid": story.key,
        "url_w": article_url(story),
        "url_m": f"https://wap.eastmoney.com/a/{story.key}.html",
        "url_unique": article_url(story),
        "url_pdf": "",
        "title": story.title,
        "simtitle": story.title[:20],
        "digest": digest(story),
        "simdigest": digest(story)[:80],
        "image": "",
        "titlestyle": "3" if story.number % 5 == 0 else "0",
        "type": "1",
        "simtype": "1",
        "simtype_zh": "快讯",
        "topic": "",
        "simspecial": "",
        "simtopic": "",
        "column": "100,102",
        "editor_id": "",
        "editor_name": "",
        "lasteditor_name": "",
        "showtime": story.local(),
        "ordertime": story.local(),
        "commentnum": str(story.number),
        "newstype": "1",
    }


def _kuaixun_v2(request: Request, state: SiteState) -> Answer:
    limit, page = request.number("limit", 20), request.number("p", 1)
    shown = desk(state)[(page - 1) * limit : page * limit]
    kept = (
        "id",
        "newsid",
        "title",
        "digest",
        "url_w",
        "url_m",
        "url_unique",
        "showtime",
        "ordertime",
        "column",
        "commentnum",
        "image",
        "sort",
    )
    news = [
        {key: value for key, value in _live(story).items() if key in kept}
        | {"Art_Media_Name": story.publisher, "Art_24Image": ""}
        for story in shown
    ]
    return jsonp_answer(request, {"rc": 1, "me": "", "news": news})


def _columns(request: Request, state: SiteState) -> Answer:
    trace = request.query.get("req_trace", "")
    if not trace:
        return json_answer({"code": "403", "message": "req_trace required"}, status=403)
    page, size = request.number("page_index", 1), request.number("page_size", 20)
    stories = column(desk(state), request.query.get("column", ""))
    shown = [_column_item(story) for story in stories[(page - 1) * size : page * size]]
    listing = {"page_index": page, "page_size": size, "totle_hits": min(len(stories), 5000), "list": shown}
    return jsonp_answer(request, {"req_trace": trace, "code": "1", "message": "success", "data": listing})


def _column_item(story: Story) -> dict[str, object]:
    return {
        "code": story.key,
        "showTime": story.local(),
        "title": story.title,
        "mediaName": "" if story.number % 8 == 3 else story.publisher,
        "summary": story.lead[:90],
        "image": "",
        "url": "" if story.number % 8 == 7 else f"http://finance.eastmoney.com/news/1345,{story.key}.html",
        "uniqueUrl": article_url(story),
        "Np_dst": "CMS",
    }


def _stock_news(request: Request, state: SiteState) -> Answer:
    items: list[dict[str, object]] = [
        {
            "Art_Code": story.key,
            "Art_ShowTime": story.local(),
            "Art_Title": story.title,
            "Art_Url": article_url(story),
            "Art_OriginUrl": f"http://finance.eastmoney.com/news/1354,{story.key}.html",
            "Np_dst": "CMS",
        }
        for story in of_stock(desk(state))[: request.number("pageSize", 20)]
    ]
    return json_answer({"code": 1, "message": "success", "data": {"list": items}})


def _pc_news(request: Request, state: SiteState) -> Answer:
    page, size = request.number("p", 1), request.number("pagesize", 20)
    shown = column(desk(state), request.query.get("columnCode", ""))[(page - 1) * size : page * size]
    items = [
        {
            "infoCode": f"NW{story.key}",
            "showDateTime": story.seconds * 1000,
            "title": story.title,
            "content": story.lead[:150],
            "source": story.publisher,
        }
        for story in shown
    ]
    return json_answer({"items": items})


def _column_page(request: Request, state: SiteState) -> Answer:
    """Give a column's page of HTML, /a/<slug>.html and /a/<slug>_<page>.html."""
    number = re.search(r"_(\d+)\.html$", request.path)
    page = int(number[1]) if number else 1
    shown = column(desk(state))[(page - 1) * 20 : page * 20]
    rows = "".join(
        f'<li id="newsTr{position}"><div class="text"><p class="title"><a href="http://finance.eastmoney.com/a/{story.key}.html" target="_blank">'
        f'{escape(story.title)}</a></p><p class="info">{escape(story.lead[:60])}</p><p class="time">{story.local("%m月%d日 %H:%M")}</p></div></li>'
        for position, story in enumerate(shown)
    )
    return html_answer(
        chinese_page(
            "东方财富网",
            "财经导读_东方财富网",
            f'<div class="repeatList"><ul id="newsListContent">{rows}</ul></div>',
        )
    )


def routes() -> list[Route]:
    kuaixun_v2 = r"/kuaixun/v2/api/list"
    return [
        route("183.136.162.242", r"/web/webapi", _webapi),
        route("43.240.125.15", r"/information/newmarket/web/webapi", _market),
        route("choicegw.eastmoney.com", r"/app/report/web/homePage/getInformationList", _information_list),
        route("np-weblist.eastmoney.com", r"/comm/web/getFastNewsList", _fast_news),
        route("np-listapi.eastmoney.com", r"/comm/web/getFastNewsList", _fast_news),
        route("np-weblist.eastmoney.com", r"/comm/web/getFastNewsCount", _fast_count),
        route("np-listapi.eastmoney.com", r"/comm/web/getNewsByColumns", _columns),
        route("np-listapi.eastmoney.com", r"/comm/web/getListInfo", _stock_news),
        route("newsapi.eastmoney.com", _KUAIXUN_V1.pattern, _kuaixun_v1),
        route("newsapi.eastmoney.com", kuaixun_v2, _kuaixun_v2),
        route("newsinfo.eastmoney.com", kuaixun_v2, _kuaixun_v2),
        route("eminfo.eastmoney.com", r"/pc_news/News/GetNewsList", _pc_news),
        route("finance.eastmoney.com", r"/a/c[a-z]+(_\d+)?\.html", _column_page),
    ]
