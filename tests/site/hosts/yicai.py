"""yicai (第一财经): lists in JSON with relative addresses, details whose date is in a script."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from html import escape

from tests.site.answers import Answer, Request, Route, html_answer, json_answer, not_found, route
from tests.site.markup import chinese_page, plain_body
from tests.site.state import SiteState
from tests.site.stories import Story


def is_vip(story: Story) -> bool:
    """AppID 0 stands for the paid section, whose addresses begin with /vip."""
    return story.number == 6


def article_url(story: Story) -> str:
    return f"https://www.yicai.com{'/vip' if is_vip(story) else ''}/news/{story.key}.html"


def _list(request: Request, state: SiteState) -> Answer:
    page, size = request.number("page", 1), request.number("pagesize", 25)
    return json_answer([_item(story) for story in state.stories("yicai")[(page - 1) * size : page * size]])


def _item(story: Story) -> dict[str, object]:
    return {
        "NewsID": int(story.key),
        "NewsTitle": story.title,
        "url": f"/news/{story.key}.html",
        "NewsAuthor": story.author,
        "NewsSource": "第一财经",
        "CreaterName": story.author,
        "CreateDate": story.local("%Y-%m-%dT%H:%M:%S"),
        "ChannelName": "公司",
        "originPic": "",
        "VideoUrl": "",
        "NewsNotes": story.lead[:80],
        "AppID": 0 if is_vip(story) else 1,
    }


def _detail(request: Request, state: SiteState) -> Answer:
    story = state.find("yicai", request.path.rpartition("/")[2].partition(".")[0])
    if story is None:
        return not_found()
    head = (
        f"<script>var _pb=[['actitle','{story.key}'],['actime','{story.local('%Y-%m-%d %H:%M:%S')}'],['acauthor','第一财经']];</script>"
        '<meta name="keywords" content="第一财经,公司">'
    )
    main = (
        f'<div class="title f-pr"><h1>{escape(story.title)}</h1><p class="f-ff1"><span>第一财经</span><em>{story.local("%Y-%m-%d %H:%M")}</em></p>'
        f'<p class="names">作者：{story.author} 责编：{story.author}</p></div><div class="m-txt"><div class="multiText" id="multi-text">'
        f"{plain_body(story)}</div></div>"
    )
    return html_answer(chinese_page("第一财经", f"{story.title}", main, head=head, related=state.stories("yicai")))


def routes() -> list[Route]:
    return [
        route("www.yicai.com", r"/api/ajax/get\w+", _list),
        route("www.yicai.com", r"(/vip)?/news/\d+\.html", _detail),
    ]
