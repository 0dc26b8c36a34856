"""Eastmoney's desk: which of its stories each list shows, and the few that are not as they should be."""

from __future__ import annotations

from collections.abc import Sequence

from tests.site.state import SiteState
from tests.site.stories import Story

UNTITLED = 5
"""The story whose type=102 record has no title, time or address; newsinfo's detail tells them."""
DAY_ONLY = 9
"""The story that only type=102 shows, without title, time and address, and whose detail is the bare body."""
GONE = 13
"""The story that lists still show but no detail has."""
NO_BODY = 6
"""The story whose GetNewsText has everything but a body: newsinfo has it."""
ONLY_PAGE = 10
"""The story that neither detail API knows: its page, of the oldest template, has all."""
LINE_BREAKS = 14
"""The story whose GetNewsText gives words with <br> between paragraphs."""


def desk(state: SiteState) -> list[Story]:
    """Give the stories that every list but type=102 draws from, newest first."""
    return [story for story in state.stories("eastmoney") if story.number != DAY_ONLY]


def rolling(stories: Sequence[Story]) -> list[Story]:
    return [story for story in stories if story.number % 4 in (0, 1)]


def node_list(stories: Sequence[Story]) -> list[Story]:
    return [story for story in stories if story.number % 4 in (1, 2)]


def market(stories: Sequence[Story], market_type: str) -> list[Story]:
    """37, 38 and 39 share every sixth story."""
    rest = {"37": (0, 3), "38": (1, 3), "39": (2, 3)}.get(market_type, ())
    return [story for story in stories if story.number % 6 in rest]


def choice(stories: Sequence[Story]) -> list[Story]:
    return [story for story in stories if story.number % 5 in (0, 1)]


def column(stories: Sequence[Story], code: str = "344") -> list[Story]:
    """Each column lacks a fourth of the desk; neighbours lack different ones."""
    lacking = (int(code) + 1) % 4 if code.isdecimal() else 1
    return [story for story in stories if story.number % 4 != lacking]


def of_stock(stories: Sequence[Story]) -> list[Story]:
    return [story for story in stories if story.number % 5 in (1, 2)]


def digest(story: Story) -> str:
    return f"【{story.title}】{story.lead}"


def article_url(story: Story) -> str:
    return f"http://finance.eastmoney.com/a/{story.key}.html"
