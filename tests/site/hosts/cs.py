"""cs.com.cn (中国证券报): lists and articles, in gb2312 or utf-8 as each page's meta element says."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from html import escape

from tests.site.answers import Answer, Request, Route, html_answer, not_found, route
from tests.site.markup import INDENT, chinese_page, plain_body
from tests.site.state import SiteState
from tests.site.stories import Story


def is_gb2312(story: Story) -> bool:
    return story.number % 2 == 0


def article_url(story: Story) -> str:
    return f"https://www.cs.com.cn/ssgs/gsxw/{story.local('%Y%m')}/t{story.local('%Y%m%d')}_{story.key}.html"


def section(state: SiteState, name: str) -> list[Story]:
    """xwzx and ssgs share a third of the desk; other sections have all."""
    lacking = {"xwzx": 1, "ssgs": 0}.get(name)
    return [story for story in state.stories("cs") if story.number % 3 != lacking]


def _list(request: Request, state: SiteState) -> Answer:
    rows = "".join(
        f'<li><a href="{article_url(story)}"><h3>{escape(story.title)}</h3><p>{escape(story.lead[:60])}</p></a><em>{story.local("%y-%m-%d %H:%M")}</em></li>'
        for story in section(state, request.path.split("/")[1])
    )
    return html_answer(chinese_page("中证网", "上市公司_中证网", f'<ul class="ch_type3_list">{rows}</ul>'), declared="")


def _detail(request: Request, state: SiteState) -> Answer:
    story = state.find("cs", request.path.rpartition("_")[2].partition(".")[0])
    if story is None:
        return not_found()
    main = (
        '<div class="artc_route"><div><a href="/">中证网</a> &gt; <a href="/ssgs/">上市公司</a></div></div><article class="cont_article"><header>'
        f'<h1>{escape(story.title)}</h1><div class="artc_info"><div><em>{story.author}</em><em>中国证券报</em></div>'
        f'<time class="time" datetime="{story.local("%Y-%m-%dT%H:%M:%S+08:00")}">{story.local("%Y-%m-%d %H:%M")}</time></div></header>'
        f"<section>{plain_body(story, indent=INDENT)}</section></article>"
    )
    charset = "gb2312" if is_gb2312(story) else "utf-8"
    page = chinese_page("中证网", f"{story.title}-中证网", main, charset=charset, related=state.stories("cs"))
    return html_answer(page, charset="gbk" if is_gb2312(story) else "utf-8", declared="")


def routes() -> list[Route]:
    return [
        route("www.cs.com.cn", r"/(\w+/)+(index(_\d+)?\.s?html)?", _list),
        route("www.cs.com.cn", r"/(\w+/)+\d{6}/t\d{8}_\d+\.html", _detail),
    ]
