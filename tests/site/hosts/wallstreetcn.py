"""wallstreetcn: lives and articles with opaque cursors, a mixed information flow, priced and deleted articles."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.site.answers import Answer, Request, Route, json_answer, route
from tests.site.markup import plain_body
from tests.site.state import SiteState
from tests.site.stories import Story

DELETED = 2
"""The article that the flow still shows and the detail answers with code 60301."""
PRICED = 4
"""The article whose detail breaks off because it is sold."""

_CHANNELS = ("global-channel", "a-stock-channel")


def untitled(story: Story) -> bool:
    return story.number % 3 == 0


def _lives(request: Request, state: SiteState) -> Answer:
    shown, cursor = _after_cursor(state.stories("wallstreetcn-live"), request)
    return _ok({"items": [_live(story) for story in shown], "next_cursor": cursor, "polling_cursor": ""})


def _after_cursor(stories: Sequence[Story], request: Request) -> tuple[list[Story], str]:
    """Give a page of what is older than the cursor, and the next cursor: the time of its last item."""
    cursor = request.query.get("cursor", "").partition(",")[0]
    older = [story for story in stories if not cursor.isdigit() or story.seconds < int(cursor)]
    shown = older[: request.number("limit", 20)]
    return shown, str(shown[-1].seconds) if shown else ""


def _ok(found: object) -> Answer:
    return json_answer({"code": 20000, "message": "OK", "data": found})


def _live(story: Story) -> dict[str, object]:
    return {
        "id": int(story.key),
        "uri": f"https://wallstreetcn.com/livenews/{story.key}",
        "title": "" if untitled(story) else story.title,
        "content": f"<p>{escape(content_text(story), quote=False)}</p>",
        "content_text": content_text(story),
        "content_more": "",
        "content_short": "",
        "display_time": story.seconds,
        "score": 2 if story.number % 4 == 0 else 1,
        "author": {"id": 12, "display_name": "华尔街见闻"},
        "images": [],
        "tags": [],
        "channels": list(_CHANNELS),
    }


def content_text(story: Story) -> str:
    return f"【{story.title}】{story.text}" if untitled(story) else story.text


def _flow(request: Request, state: SiteState) -> Answer:
    shown, cursor = _after_cursor(state.stories("wallstreetcn"), request)
    items: list[dict[str, object]] = [{"resource_type": "article", "resource": _article_item(story)} for story in shown]
    if items:
        items.insert(
            1,
            {
                "resource_type": "ad",
                "resource": {"id": 77, "uri": "https://wallstreetcn.com/ads/77", "title": "会员日"},
            },
        )
        items.insert(
            3,
            {
                "resource_type": "theme",
                "resource": {"id": 1005, "uri": "https://wallstreetcn.com/themes/1005", "title": "储能"},
            },
        )
    return _ok({"items": items, "next_cursor": cursor})


def _article_item(story: Story) -> dict[str, object]:
    return {
        "id": int(story.key),
        "uri": f"https://wallstreetcn.com/articles/{story.key}",
        "title": story.title,
        "content_short": story.lead[:80],
        "display_time": story.seconds,
        "is_priced": story.number == PRICED,
    }


def _stream(request: Request, state: SiteState) -> Answer:
    shown, cursor = _after_cursor(state.stories("wallstreetcn"), request)
    return _ok(
        {
            "items": [_article_item(story) for story in shown],
            "next_cursor": f"{cursor},{cursor}" if cursor else "",
        }
    )


def _detail(request: Request, state: SiteState) -> Answer:
    story = state.find("wallstreetcn", request.path.rpartition("/")[2])
    if story is None or story.number == DELETED:
        return json_answer({"code": 60301, "message": "内容不存在或已被删除", "data": {}})
    priced = story.number == PRICED
    return _ok(
        _article_item(story)
        | {
            "content": f"<p>{escape(story.lead, quote=False)}</p>" if priced else plain_body(story),
            "content_more": "",
            "source_name": "华尔街见闻",
            "author": {"id": 12, "display_name": story.author},
            "asset_tags": [{"name": security.name} for security in story.securities],
            "audio_uri": "",
        }
    )


def routes() -> list[Route]:
    hosts = ("api-one.wallstcn.com", "api-one-wscn.awtmt.com")
    answers = (
        ("lives", _lives),
        ("information-flow", _flow),
        ("articles", _stream),
        (r"articles/\d+", _detail),
    )
    return [route(host, f"/apiv1/content/{path}", answer) for host in hosts for path, answer in answers]
