"""cls.cn: the signed telegraph list with its time cursor, depth lists that overlap, details in __NEXT_DATA__."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

import re
from html import escape

from tests.site.answers import Answer, Request, Route, html_answer, json_answer, json_text, not_found, route
from tests.site.markup import plain_body
from tests.site.prose import Security
from tests.site.state import SiteState
from tests.site.stories import Story

LARGEST_PAGE = 50
ADVERT_ID = 2_052_999
_PREFIXES = {"0": "sz", "1": "sh", "116": "hk", "106": "us"}


def untitled(story: Story) -> bool:
    """Half of the telegraph items have their title only at the head of the content."""
    return story.number % 2 == 0


def _roll_list(request: Request, state: SiteState) -> Answer:
    if not request.query.get("sign"):
        return json_answer({"errno": 10012, "msg": "签名错误", "data": {}})
    count = request.number("rn", 20)
    last_time = request.number("last_time", request.number("lastTime", 0))
    older = [story for story in state.stories("cls") if not last_time or story.seconds < last_time]
    shown = [] if count > LARGEST_PAGE else [_telegraph(story) for story in older[:count]]
    if shown and older[0].key == state.stories("cls")[0].key:  # the newest page carries an advertisement
        shown.insert(1, _advert(older[0]))
    return json_answer({"errno": 0, "msg": "", "data": {"roll_data": shown}})


def _telegraph(story: Story) -> dict[str, object]:
    return {
        "id": int(story.key),
        "ctime": story.seconds,
        "modified_time": story.seconds + 3600 * story.edits,
        "title": "" if untitled(story) else story.title,
        "brief": content(story)[:120],
        "content": content(story),
        "level": "B" if story.number % 3 == 0 else "C",
        "reading_num": 41_000 + story.number,
        "shareurl": f"https://api3.cls.cn/share/article/{story.key}?os=web&sv=8.4.6&app=CailianpressWeb",
        "is_ad": 0,
        "images": [],
        "subjects": [{"subject_id": 1103, "subject_name": "A股公告速递"}],
        "stock_list": [{"StockID": stock_id(security), "name": security.name} for security in story.securities],
        "author": None,
    }


def content(story: Story) -> str:
    return f"【{story.title}】财联社{story.local('%-m月%-d日')}电，{story.text}"


def stock_id(security: Security) -> str:
    return _PREFIXES[security.market] + security.code


def _advert(beside: Story) -> dict[str, object]:
    return _telegraph(beside) | {
        "id": ADVERT_ID,
        "title": "限时特惠：会员专享投研课程上线",
        "brief": "限时特惠",
        "content": "限时特惠：会员专享投研课程上线，点击了解。",
        "shareurl": "https://api3.cls.cn/share/ad/1",
        "is_ad": 1,
        "stock_list": [],
    }


def _cache(request: Request, state: SiteState) -> Answer:
    """The unsigned cache shows the newest page of the telegraph."""
    if request.query.get("name") != "telegraph":
        return json_answer({"errno": 0, "data": {}})
    shown = [_telegraph(story) for story in state.stories("cls")[:20]]
    return json_answer({"errno": 0, "msg": "", "data": {"roll_data": shown}})


def depth(state: SiteState, section: str) -> list[Story]:
    """1000, the headlines, has all; another section two thirds of it."""
    return [story for story in state.stories("cls-depth") if section == "1000" or story.number % 3]


def _depth_list(request: Request, state: SiteState) -> Answer:
    """Pages follow a score, not the time: the second page shows some of the first again."""
    stories = depth(state, request.path.rpartition("/")[2])
    last_time = request.number("last_time", 0)
    shown = [story for story in stories if not last_time or story.seconds < last_time + 1800][:30]
    shown[1:3] = reversed(shown[1:3])
    return json_answer({"errno": 0, "msg": "", "data": [_depth_item(story) for story in shown]})


def _depth_item(story: Story) -> dict[str, object]:
    return {
        "id": int(story.key),
        "title": story.title,
        "brief": story.lead[:100],
        "ctime": story.seconds,
        "source": "财联社",
        "article_tag": [{"id": 7, "name": "公司"}],
        "image": "",
    }


def _detail(request: Request, state: SiteState) -> Answer:
    key = request.path.rpartition("/")[2]
    story = state.find("cls-depth", key) or state.find("cls", key)
    if story is None:
        return not_found()
    detail = {
        "id": int(story.key),
        "title": story.title,
        "brief": story.lead[:100],
        "content": plain_body(story),
        "author": {"id": 31, "name": story.author},
        "ctime": story.seconds,
        "images": [],
    }
    page = json_text({"props": {"pageProps": {"articleDetail": detail}}, "page": "/detail", "buildId": "b1"})
    safe = re.sub(r"</", r"<\\/", page)
    return html_answer(
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(story.title)}</title></head><body><div id="__next">'
        f'<div class="nav">财联社 电报 盯盘 VIP</div><div class="detail-content">{plain_body(story)}</div></div>'
        f'<script id="__NEXT_DATA__" type="application/json">{safe}</script></body></html>'
    )


def routes() -> list[Route]:
    return [
        route("www.cls.cn", r"/v1/roll/get_roll_list", _roll_list),
        route("www.cls.cn", r"/api/cache", _cache),
        route("www.cls.cn", r"/v3/depth/list/\d+", _depth_list),
        route("www.cls.cn", r"/detail/\d+", _detail),
    ]
