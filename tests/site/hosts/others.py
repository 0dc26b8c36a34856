"""Three further lists of the catalogue: futunn's flashes, caixin's data news, the press releases of the PBoC."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from html import escape

from tests.site.answers import Answer, Request, Route, html_answer, json_answer, not_found, route
from tests.site.markup import INDENT, chinese_page, plain_body
from tests.site.state import SiteState
from tests.site.stories import Story

_PBOC_SECTION = "/goutongjiaoliu/113456/113469/"


def futunn_url(story: Story) -> str:
    return f"https://news.futunn.com/flash/{story.key}"


def caixin_url(story: Story) -> str:
    return f"https://database.caixin.com/{story.local('%Y-%m-%d')}/{story.key}.html"


def pboc_url(story: Story) -> str:
    return f"http://www.pbc.gov.cn{_PBOC_SECTION}{story.key}/index.html"


def futunn_titled(story: Story) -> bool:
    return story.number % 2 == 1


def _futunn(_request: Request, state: SiteState) -> Answer:
    news = [
        {
            "id": story.key,
            "title": story.title if futunn_titled(story) else "",
            "content": story.text,
            "time": str(story.seconds),
            "detailUrl": futunn_url(story),
        }
        for story in state.stories("futunn")
    ]
    return json_answer({"code": 0, "message": "成功", "data": {"code": 0, "data": {"news": news, "hasMore": False}}})


def _caixin(_request: Request, state: SiteState) -> Answer:
    news = [{"tag": "公司", "summary": story.lead[:120], "url": caixin_url(story)} for story in state.stories("caixin")]
    return json_answer({"code": 0, "msg": "success", "data": {"data": news, "total": len(news)}})


def _caixin_page(request: Request, state: SiteState) -> Answer:
    story = state.find("caixin", request.path.rpartition("/")[2].partition(".")[0])
    if story is None:
        return not_found()
    main = (
        f'<div id="conTit"><h1>{escape(story.title)}</h1><div id="artInfo">{story.local("%Y年%m月%d日 %H:%M")} 来源于 财新网</div></div>'
        f'<div id="Main_Content_Val">{plain_body(story, indent=INDENT)}</div>'
    )
    return html_answer(chinese_page("财新网", f"{story.title}_财新网", main, related=state.stories("caixin")))


def _pboc(_request: Request, state: SiteState) -> Answer:
    rows = "".join(
        f'<tr><td><font class="newslist_style"><a href="{_PBOC_SECTION}{story.key}/index.html" title="{escape(story.title)}">{escape(story.title)}</a></font>'
        f'<span class="hui12">{story.local("%Y-%m-%d")}</span></td></tr>'
        for story in state.stories("pboc")
    )
    return html_answer(chinese_page("中国人民银行", "新闻发布_中国人民银行", f'<table id="r_con">{rows}</table>'))


def _pboc_page(request: Request, state: SiteState) -> Answer:
    story = state.find("pboc", request.path.split("/")[-2])
    if story is None:
        return not_found()
    head = f'<meta name="ArticleTitle" content="{escape(story.title)}"><meta name="PubDate" content="{story.local("%Y-%m-%d %H:%M")}">'
    main = (
        f'<h2>{escape(story.title)}</h2><span id="laiyuan">文章来源：中国人民银行</span><span id="shijian">{story.local()}</span>'
        f'<div id="zoom">{plain_body(story, indent=INDENT)}</div>'
    )
    return html_answer(chinese_page("中国人民银行", story.title, main, head=head, related=state.stories("pboc")))


def routes() -> list[Route]:
    return [
        route("news.futunn.com", r"/news-site-api/main/get-flash-list", _futunn),
        route("cxdata.caixin.com", r"/api/dataplus/sjtPc/news", _caixin),
        route("database.caixin.com", r"/\d{4}-\d\d-\d\d/\d+\.html", _caixin_page),
        route("www.pbc.gov.cn", _PBOC_SECTION + r"index\.html", _pboc),
        route("www.pbc.gov.cn", _PBOC_SECTION + r"\d+/index\.html", _pboc_page),
    ]
