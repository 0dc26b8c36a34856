"""jin10: the flash script and the flash API, whose cursor is inclusive; some items are locked."""

from __future__ import annotations

from tests.site.answers import Answer, Request, Route, json_answer, json_text, route, text_answer
from tests.site.state import SiteState
from tests.site.stories import Story

PAGE_SIZE = 20


def is_locked(story: Story) -> bool:
    """One of five is for members: no content, and a vip_title."""
    return story.number % 5 == 4


def content(story: Story) -> str:
    return f"【{story.title}】{story.text}" if story.number % 2 == 0 else story.text


def publisher(story: Story) -> str:
    return "" if story.number % 2 else "央视新闻"


def _newest(_request: Request, state: SiteState) -> Answer:
    items = [_item(story) for story in state.stories("jin10")[:50]]
    return text_answer(f"var newest = {json_text(items)};", "application/javascript; charset=utf-8")


def _flash_list(request: Request, state: SiteState) -> Answer:
    if not request.headers.get("x-app-id") or not request.headers.get("x-version"):
        return json_answer({"status": 502, "message": "Bad Gateway"}, status=502)
    max_time = request.query.get("max_time", "").replace("+", " ")
    shown = [story for story in state.stories("jin10") if not max_time or story.local() <= max_time][:PAGE_SIZE]
    return json_answer({"status": 200, "message": "OK", "data": [_item(story) for story in shown]})


def _item(story: Story) -> dict[str, object]:
    locked = is_locked(story)
    return {
        "id": story.key,
        "time": story.local(),
        "type": 0,
        "important": 1 if story.number % 4 == 0 else 0,
        "data": {
            "pic": "",
            "title": "",
            "source": publisher(story),
            "content": "" if locked else content(story),
            "source_link": "",
            "vip_title": story.title if locked else "",
            "lock": locked,
            "vip_level": 1 if locked else 0,
        },
        "tags": [],
        "channel": [1, 5],
        "remark": [],
    }


def routes() -> list[Route]:
    return [
        route("www.jin10.com", r"/flash_newest\.js", _newest),
        route("flash-api.jin10.com", r"/get_flash_list", _flash_list),
    ]
