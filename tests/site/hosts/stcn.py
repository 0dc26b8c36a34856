"""stcn (证券时报): lists in HTML with titles in brackets, and details."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from html import escape

from tests.site.answers import Answer, Request, Route, html_answer, not_found, route
from tests.site.markup import chinese_page, plain_body
from tests.site.state import SiteState
from tests.site.stories import Story


def article_url(story: Story) -> str:
    return f"https://www.stcn.com/article/detail/{story.key}.html"


def section(state: SiteState, name: str) -> list[Story]:
    """yw and company share a third of the desk; other sections have all."""
    lacking = {"yw": 1, "company": 0}.get(name)
    return [story for story in state.stories("stcn") if story.number % 3 != lacking]


def _list(request: Request, state: SiteState) -> Answer:
    rows = "".join(_row(story) for story in section(state, request.query.get("type", "")))
    return html_answer(
        chinese_page(
            "证券时报网",
            "快讯_证券时报网",
            f'<div class="content"><ul class="list infinite-list">{rows}</ul></div>',
        )
    )


def _row(story: Story) -> str:
    title = f"【{story.title}】" if story.number % 2 == 0 else story.title
    return (
        f'<li><div class="content"><div class="tt"><a href="/article/detail/{story.key}.html" target="_blank">{escape(title)}</a></div>'
        f'<div class="text ellipsis-2">{escape(story.lead[:60])}</div><div class="info"><span>证券时报网</span><span>{story.local("%H:%M")}</span></div></div></li>'
    )


def _detail(request: Request, state: SiteState) -> Answer:
    story = state.find("stcn", request.path.rpartition("/")[2].partition(".")[0])
    if story is None:
        return not_found()
    names = "".join(f"<div>{security.name}</div>" for security in story.securities)
    main = (
        f'<div class="detail"><div class="detail-title">{escape(story.title)}</div><div class="detail-info"><span>来源：证券时报网</span>'
        f'<span>作者：{story.author}</span><span>{story.local("%Y-%m-%d %H:%M")}</span></div><div class="detail-content">{plain_body(story)}</div>'
        f'<div class="detail-content-tags">{names}</div><div class="detail-content-editor">责任编辑: {story.author}</div></div>'
    )
    return html_answer(chinese_page("证券时报网", f"{story.title}_证券时报网", main, related=state.stories("stcn")))


def routes() -> list[Route]:
    return [
        route("www.stcn.com", r"/article/list(/\w+)?\.html", _list),
        route("www.stcn.com", r"/article/detail/\d+\.html", _detail),
    ]
