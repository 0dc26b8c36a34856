"""Eastmoney's details: GetNewsText, the empty share shell, newsinfo's articles, and the pages of four templates."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from tests.site.answers import (
    Answer,
    Request,
    Route,
    html_answer,
    json_answer,
    jsonp_answer,
    not_found,
    route,
)
from tests.site.hosts.eastmoney_desk import DAY_ONLY, GONE, LINE_BREAKS, NO_BODY, ONLY_PAGE, UNTITLED, digest
from tests.site.markup import chinese_page, eastmoney_body
from tests.site.state import SiteState
from tests.site.stories import Picture, Story

_DIGITS = re.compile(r"\d{18}")


def find(state: SiteState, address: str) -> Story | None:
    """Give the story whose digits an address or an infoCode holds, unless it is gone."""
    digits = _DIGITS.search(address)
    story = state.find("eastmoney", digits[0]) if digits else None
    return None if story is None or story.number == GONE else story


def _news_text(request: Request, state: SiteState) -> Answer:
    story = find(state, request.query.get("id", ""))
    if story is None or story.number == ONLY_PAGE:
        return json_answer({"content": "", "text": "", "Title": "", "Date": ""})
    body = {_body_key(story): _text_api_body(story, state.next_fetch())}
    if story.number in (UNTITLED, DAY_ONLY):
        return json_answer(body)
    if story.number == NO_BODY:
        body = {"content": "", "text": ""}
    return json_answer(_text_api_head(story) | body)


def _body_key(story: Story) -> str:
    """Rolling news has its body in content, the others in text."""
    return "content" if story.number % 4 in (0, 1) else "text"


def _text_api_body(story: Story, fetch: int) -> str:
    if story.number == LINE_BREAKS:
        return "<br>".join(escape(f"\u3000\u3000{paragraph.text}", quote=False) for paragraph in story.paragraphs)
    return eastmoney_body(story, fetch)


def _text_api_head(story: Story) -> dict[str, object]:
    return {
        "Id": f"NW{story.key}",
        "Author": [story.author],
        "Date": story.local(),
        "From": story.publisher,
        "Order": story.seconds,
        "Title": story.title,
        "docreader": "",
        "medianame": story.publisher,
        "newsid": story.key,
        "reletecodes": [security.code for security in story.securities],
        "relkey": "",
        "url": f"http://finance.eastmoney.com/news/1345,{story.key}.html",
    }


def _share_shell(_request: Request, _state: SiteState) -> Answer:
    return html_answer(
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>资讯分享</title><link rel="stylesheet" href="css/share.css"></head><body>'
        '<div id="header"></div><div id="title"></div><div id="content"></div><div class="download">打开东方财富Choice，查看更多资讯</div>'
        '<script src="js/zepto.min.js"></script><script src="js/newsshare.js?v=20210911"></script></body></html>'
    )


def _article_api(request: Request, state: SiteState) -> Answer:
    story = find(state, request.path)
    if story is None or story.number in (ONLY_PAGE, DAY_ONLY):
        return jsonp_answer(request, {"data": None})
    article = {
        "Art_Code": story.key,
        "Art_Title": story.title,
        "Art_Guidance": story.lead[:90],
        "Art_Media_Name": story.publisher,
        "Art_ShowTime": story.local("%Y/%m/%d %H:%M:%S"),
        "Art_Keyword": ",".join(security.name for security in story.securities),
        "Art_Content": eastmoney_body(story, state.next_fetch()),
    }
    return jsonp_answer(request, {"data": article})


def _get_news(request: Request, state: SiteState) -> Answer:
    story = find(state, request.query.get("newsid", ""))
    if story is None or story.number in (ONLY_PAGE, DAY_ONLY):
        return jsonp_answer(request, {"news": None, "shareUrl": ""})
    news = {
        "newsid": story.key,
        "title": story.title,
        "description": story.lead[:90],
        "simdigest": digest(story)[:80],
        "body": _body_with_placeholders(story),
        "source": story.publisher,
        "showtime": story.local(),
        "smallimage": "",
        "links": [{"text": security.name, "code": security.code} for security in story.securities],
        "images": [
            {
                "src": picture.url,
                "border": "0",
                "style": "",
                "width": str(picture.width),
                "height": str(picture.height),
            }
            for picture in story.pictures
        ],
    }
    return jsonp_answer(request, {"news": news, "shareUrl": f"https://wap.eastmoney.com/a/{story.key}.html"})


def _body_with_placeholders(story: Story) -> str:
    """Links and images stand outside of the body; comments mark their places."""
    numbers = {security: f"<!--Link#{number}-->" for number, security in enumerate(story.securities)}
    images = {picture: f"<p><!--IMG#{number}--></p>" for number, picture in enumerate(story.pictures)}
    parts = ["<!--文章主体-->"]
    for block in story.blocks:
        if isinstance(block, Picture):
            parts.append(images[block])
        else:
            runs = (r if isinstance(r, str) else numbers.get(r, r.name) for r in block.runs)
            parts.append(f"<p>{''.join(runs)}</p>")
    return "".join(parts)


def _page(request: Request, state: SiteState) -> Answer:
    story = find(state, request.path)
    if story is None or story.number == DAY_ONLY:
        return not_found()
    return html_answer(_template(story)(story, eastmoney_body(story, state.next_fetch()), state.stories("eastmoney")))


Template = Callable[[Story, str, tuple[Story, ...]], str]


def _template(story: Story) -> Template:
    if story.number == ONLY_PAGE:
        return _oldest_page
    return _old_page if story.number % 5 == 3 else _new_page


def _new_page(story: Story, body: str, related: tuple[Story, ...]) -> str:
    main = (
        f'<div class="contentwrap"><div class="title">{escape(story.title)}</div><div class="tipbox"><div class="infos">'
        f'<div class=" item">{story.local("%Y年%m月%d日 %H:%M")}</div><div class="item">来源：{escape(story.publisher)}</div>'
        f'<div class="item">作者：{story.author}</div></div></div><div class="abstract"><div class="txt">{escape(story.lead[:90])}</div></div>'
        f'<div class="txtinfos" id="ContentBody"> <!--文章主体--> {body}<p class="res-edit">（责任编辑：{story.author}）</p></div></div>{_DISCLAIMER}'
    )
    return chinese_page("东方财富网", f"{story.title}_东方财富网", main, related=related)


_DISCLAIMER = (
    '<div class="disclaimer"><p>郑重声明：东方财富发布此内容旨在传播更多信息，与本站立场无关，不构成投资建议。据此操作，风险自担。</p></div>'
    '<div class="qrcode"><p>打开微信，</p><p>点击底部的“发现”，使用“扫一扫”即可将网页分享至朋友圈。</p></div>'
)


def _old_page(story: Story, body: str, related: tuple[Story, ...]) -> str:
    main = (
        f'<div class="newsContent"><h1>{escape(story.title)}</h1><div class="Info"><div class="time">{story.local("%Y年%m月%d日 %H:%M")}</div>'
        f'<div class="source">来源：{escape(story.publisher)}</div></div><div class="b-review">摘要：{escape(story.lead[:90])}</div>'
        f'<div class="Body" id="ContentBody">{body}<p class="res-edit">（责任编辑：{story.author}）</p></div></div>{_DISCLAIMER}'
    )
    return chinese_page("东方财富网", f"{story.title} _ 东方财富网", main, related=related)


def _oldest_page(story: Story, body: str, related: tuple[Story, ...]) -> str:
    main = (
        f'<div class="newText"><h1>{escape(story.title)}</h1><div class="Info"><span>{story.local("%Y年%m月%d日 %H:%M")}</span>'
        f'<span>来源：{escape(story.publisher)}</span></div><div class="content_text">{body}</div></div>{_DISCLAIMER}'
    )
    return chinese_page("东方财富网", f"{story.title}_财经频道_东方财富网(eastmoney.com)", main, related=related)


def _mobile_page(request: Request, state: SiteState) -> Answer:
    story = find(state, request.path)
    if story is None or story.number == DAY_ONLY:
        return not_found()
    main = (
        f'<div class="atitle"><h1>{escape(story.title)}</h1><p class="ainfo">{story.local("%Y年%m月%d日 %H:%M")} 来源：{escape(story.publisher)}</p></div>'
        f'<div class="digest_content">{escape(story.lead[:90])}</div><article id="zwtext">{eastmoney_body(story, state.next_fetch())}</article>'
    )
    return html_answer(chinese_page("手机东方财富网", f"{story.title}_手机东方财富网", main))


def routes() -> list[Route]:
    page_hosts = ("finance", "stock", "fund", "hk", "global", "money", "biz", "enterprise")
    pages = [route(f"{host}.eastmoney.com", r"/(a/|news/\d+,)\d{18}\.html", _page) for host in page_hosts]
    return [
        route("choicewzp1.eastmoney.com", r"/NewsData/GetNewsText\.do", _news_text),
        route("choicewzp1.eastmoney.com", r"/html_News/NewsShare\.html", _share_shell),
        route("finews.zning.xyz", r"/NewsData/GetNewsText\.do", _news_text),
        route("finews.zning.xyz", r"/html_News/NewsShare\.html", _share_shell),
        route("choicew2z.eastmoney.com", r"/info/information/detail\.html", _share_shell),
        route("newsinfo.eastmoney.com", r"/kuaixun/v2/api/article/\d+", _article_api),
        route("newsinfo.eastmoney.com", r"/kuaixun/v2/api/content/getnews", _get_news),
        route("wap.eastmoney.com", r"/a/\d{18}\.html", _mobile_page),
        route("emwap.eastmoney.com", r"/info/detail/\d{18}", _mobile_page),
        route("kuaixun.eastmoney.com", r"/\d{18}\.html", _page),
        *pages,
    ]
