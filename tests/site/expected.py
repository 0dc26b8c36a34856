"""What the archive should hold of each list of the site, computed from the stories, not from pages.

The keys are those of the shipped catalogue where it has the list; the made-up English hosts have keys of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC

from tests.site.hosts import (
    cls,
    cs,
    eastmoney,
    eastmoney_detail,
    english,
    jin10,
    sina,
    stcn,
    tonghuashun,
    wallstreetcn,
    yicai,
)
from tests.site.state import SiteState
from tests.site.stories import BEIJING, PUBLISHER_ALIASES, Picture, Story


@dataclass(frozen=True, slots=True)
class Expected:
    """One article or flash as it should be archived.

    `url` is the canonical address, "" where the list gives none. `text` has a line for each paragraph.
    `published` is UTC in ISO 8601 at the `precision` that the source gives; `publisher` is the name after
    aliases, beside it what is printed. `pictures` are in the order of the text.
    """

    external_id: str | None
    url: str
    kind: str
    title: str
    text: str
    publisher: str
    publisher_as_printed: str
    published: str
    precision: str = "second"
    pictures: tuple[Picture, ...] = ()
    partial: bool = False

    @property
    def identity(self) -> str:
        """Give what makes two finds the same article; "" where only the list's item itself can tell it."""
        if self.external_id is not None and self.url.startswith("https://finance.eastmoney.com/a/"):
            return f"eastmoney:{self.external_id.removeprefix('NW')}"
        return f"url:{self.url.partition('://')[2]}" if self.url else ""


Reader = Callable[[SiteState], list[Expected]]


def of(key: str, state: SiteState) -> list[Expected]:
    """Give what one full crawl of a list should store, in its order, without ads and gone articles.

    Raises:
        KeyError: the site has no list of this key.
    """
    return LISTS[key](state)


def refused(key: str, state: SiteState) -> list[str]:
    """Give the ids of what a list shows but nobody can give: its details say that it is gone."""
    if key in _EASTMONEY:
        return [f"NW{story.key}" for story in _EASTMONEY[key](state) if story.number == eastmoney.GONE]
    if key == "wallstreetcn-news":
        return [story.key for story in state.stories("wallstreetcn") if story.number == wallstreetcn.DELETED]
    return []


def _iso(story: Story, precision: str = "second") -> str:
    moment = story.published_at
    if precision == "minute":
        moment = moment.replace(second=0)
    if precision == "day":
        moment = moment.astimezone(BEIJING).replace(hour=0, minute=0, second=0)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _article(story: Story, url: str, external_id: str | None = None, precision: str = "second") -> Expected:
    return Expected(
        external_id=external_id,
        url=url,
        kind="article",
        title=story.title,
        text=story.text,
        publisher=PUBLISHER_ALIASES.get(story.publisher, story.publisher),
        publisher_as_printed=story.publisher,
        published=_iso(story, precision),
        precision=precision,
        pictures=story.pictures,
    )


def _flash(story: Story, url: str, text: str, *, titled: bool = False) -> Expected:
    """A flash's text is all that its list shows; its title the list's, else the head, else the first sentence."""
    title = story.title if titled or text.startswith("【") else story.text.partition("。")[0]
    return replace(_article(story, url, story.key), kind="flash", title=title, text=text, pictures=())


def _eastmoney(story: Story) -> Expected:
    expected = _article(story, f"https://finance.eastmoney.com/a/{story.key}.html", f"NW{story.key}")
    if story.number == eastmoney.DAY_ONLY:
        return replace(expected, title="", published=_iso(story, "day"), precision="day")
    # Plain words with line breaks have no pictures.
    return replace(expected, pictures=()) if story.number == eastmoney_detail.LINE_BREAKS else expected


def _shown(state: SiteState) -> list[Story]:
    return eastmoney.desk(state)


_EASTMONEY: dict[str, Callable[[SiteState], list[Story]]] = {
    "eastmoney-rolling": lambda state: eastmoney.rolling(state.stories("eastmoney")),
    "eastmoney-nodelist": lambda state: eastmoney.node_list(_shown(state)),
    "eastmoney-market-37": lambda state: eastmoney.market(_shown(state), "37"),
    "eastmoney-market-38": lambda state: eastmoney.market(_shown(state), "38"),
    "eastmoney-market-39": lambda state: eastmoney.market(_shown(state), "39"),
    "eastmoney-choice": lambda state: eastmoney.choice(_shown(state)),
    "eastmoney-fast": _shown,
    "eastmoney-kuaixun": _shown,
    "eastmoney-kuaixun-v2": _shown,
    "eastmoney-columns": lambda state: eastmoney.column(_shown(state)),
    "eastmoney-pc": lambda state: eastmoney.column(_shown(state)),
}


def _eastmoney_articles(stories: Iterable[Story]) -> list[Expected]:
    return [_eastmoney(story) for story in stories if story.number != eastmoney.GONE]


def _eastmoney_choice(state: SiteState) -> list[Expected]:
    """今天 16:25 is wrong for an article of another day: the detail tells, the page only to the minute."""
    found = []
    for story in eastmoney.choice(_shown(state)):
        expected = _eastmoney(story)
        if story.number == eastmoney_detail.ONLY_PAGE:
            expected = replace(expected, published=_iso(story, "minute"), precision="minute")
        found.append(expected)
    return [expected for expected in found if expected.external_id not in refused("eastmoney-choice", state)]


def _eastmoney_flashes(state: SiteState) -> list[Expected]:
    """The lists as flashes, whose digest is the text; all of them are shown, gone or not."""
    return [
        replace(_eastmoney(story), kind="flash", text=eastmoney.digest(story), pictures=()) for story in _shown(state)
    ]


def _reader(stories_of: Callable[[SiteState], list[Story]]) -> Reader:
    return lambda state: _eastmoney_articles(stories_of(state))


def _cls(state: SiteState) -> list[Expected]:
    return [
        _flash(story, f"https://www.cls.cn/detail/{story.key}", cls.content(story)) for story in state.stories("cls")
    ]


def _cls_depth(state: SiteState) -> list[Expected]:
    return [
        _article(story, f"https://www.cls.cn/detail/{story.key}", story.key) for story in state.stories("cls-depth")
    ]


def _wallstreetcn_live(state: SiteState) -> list[Expected]:
    return [
        _flash(
            story,
            f"https://wallstreetcn.com/livenews/{story.key}",
            wallstreetcn.content_text(story),
            titled=not wallstreetcn.untitled(story),
        )
        for story in state.stories("wallstreetcn-live")
    ]


def _wallstreetcn(state: SiteState) -> list[Expected]:
    found = []
    for story in state.stories("wallstreetcn"):
        expected = _article(story, f"https://wallstreetcn.com/articles/{story.key}", story.key)
        if story.number == wallstreetcn.PRICED:
            expected = replace(expected, text=story.lead, pictures=(), partial=True)
        if story.number != wallstreetcn.DELETED:
            found.append(expected)
    return found


def _sina_live(state: SiteState) -> list[Expected]:
    return [
        _flash(story, "" if story.number == sina.NO_ADDRESS else sina.flash_url(story), sina.rich_text(story))
        for story in state.stories("sina-live")
    ]


def _jin10(state: SiteState) -> list[Expected]:
    """A locked flash has the title for members and no text."""
    return [
        replace(_flash(story, "", "", titled=True), partial=True)
        if jin10.is_locked(story)
        else _flash(story, "", jin10.content(story))
        for story in state.stories("jin10")
    ]


def _pages(desk: str, url_of: Callable[[Story], str], precision: str = "second") -> Reader:
    return lambda state: [_article(story, url_of(story), precision=precision) for story in state.stories(desk)]


LISTS: dict[str, Reader] = {
    **{key: _reader(stories_of) for key, stories_of in _EASTMONEY.items()},
    "eastmoney-choice": _eastmoney_choice,
    "eastmoney-fast": _eastmoney_flashes,
    "eastmoney-kuaixun": _eastmoney_flashes,
    "eastmoney-kuaixun-v2": _eastmoney_flashes,
    "cls-telegraph": _cls,
    "cls-depth": _cls_depth,
    "wallstreetcn-live": _wallstreetcn_live,
    "wallstreetcn-news": _wallstreetcn,
    "sina-live": _sina_live,
    "sina-roll": _pages("sina", sina.article_url),
    "10jqka": _pages("tonghuashun", tonghuashun.article_url),
    "stcn": _pages("stcn", stcn.article_url, "minute"),
    "cs": _pages("cs", cs.article_url),
    "yicai": _pages("yicai", yicai.article_url),
    "jin10": _jin10,
    "example-markets": _pages("markets", english.MARKETS.url),
    "example-ledger": _pages("ledger", english.LEDGER.url),
    "example-wire": _pages("wire", english.WIRE.url),
    "example-courier": _pages("courier", english.COURIER.url),
    "example-tribune": _pages("tribune", english.TRIBUNE.url),
}
