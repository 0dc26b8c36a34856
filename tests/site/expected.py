"""What the archive should hold of each list of the site, computed from the stories, not from pages.

The keys are those of the shipped catalogue where it has the list; the made-up English hosts have keys of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from tests.site.hosts import (
    cls,
    cs,
    eastmoney_desk,
    english,
    jin10,
    others,
    sina,
    stcn,
    tonghuashun,
    wallstreetcn,
    yicai,
)
from tests.site.hosts.outlets import Outlet
from tests.site.hosts.wires import WIRES
from tests.site.state import SiteState
from tests.site.stories import BEIJING, PUBLISHER_ALIASES, Picture, Story


@dataclass(frozen=True, slots=True)
class Expected:
    """One article or flash as it should be archived.

    `url` is the canonical address. `text` has a line for each paragraph.
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
        """Give what makes two finds the same article."""
        if self.external_id is not None and self.url.startswith("https://finance.eastmoney.com/a/"):
            return f"eastmoney:{self.external_id.removeprefix('NW')}"
        return f"url:{self.url.partition('://')[2]}"


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
        return [f"NW{story.key}" for story in _EASTMONEY[key](state) if story.number == eastmoney_desk.GONE]
    if key == "wallstreetcn-articles":
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


def _on_page(story: Story, url: str, external_id: str | None = None, precision: str = "second") -> Expected:
    """An article read from its page, whose text is without the credits of its pictures."""
    lines = (line for line in story.text.splitlines() if not line.startswith("图片来源"))
    return replace(_article(story, url, external_id, precision), text="\n".join(lines))


def _flash(story: Story, url: str, text: str, *, titled: bool = False) -> Expected:
    """A flash's text is all that its list shows; its title the list's, else the head, else the first sentence."""
    title = story.title if titled or text.startswith("【") else story.text.partition("。")[0]
    return replace(_article(story, url, story.key), kind="flash", title=title, text=text, pictures=())


def _eastmoney(story: Story) -> Expected:
    expected = _article(story, f"https://finance.eastmoney.com/a/{story.key}.html", f"NW{story.key}")
    if story.number == eastmoney_desk.DAY_ONLY:
        return replace(expected, title="", published=_iso(story, "day"), precision="day")
    # Plain words with line breaks have no pictures.
    return replace(expected, pictures=()) if story.number == eastmoney_desk.LINE_BREAKS else expected


def _shown(state: SiteState) -> list[Story]:
    return eastmoney_desk.desk(state)


def _column(code: str) -> Callable[[SiteState], list[Story]]:
    return lambda state: eastmoney_desk.column(_shown(state), code)


_COLUMNS = ("344", "345", "349", "350", "351", "353", "355")
_EASTMONEY: dict[str, Callable[[SiteState], list[Story]]] = {
    "eastmoney-rolling": lambda state: eastmoney_desk.rolling(state.stories("eastmoney")),
    "eastmoney-media": lambda state: eastmoney_desk.node_list(_shown(state)),
    "eastmoney-market-37": lambda state: eastmoney_desk.market(_shown(state), "37"),
    "eastmoney-market-38": lambda state: eastmoney_desk.market(_shown(state), "38"),
    "eastmoney-market-39": lambda state: eastmoney_desk.market(_shown(state), "39"),
    "eastmoney-information": lambda state: eastmoney_desk.choice(_shown(state)),
    **{f"eastmoney-column-{code}": _column(code) for code in _COLUMNS},
    "eastmoney-terminal-345": _column("345"),
    "eastmoney-stock-600519": lambda state: eastmoney_desk.of_stock(_shown(state)),
}


def _eastmoney_articles(stories: Iterable[Story]) -> list[Expected]:
    return [_eastmoney(story) for story in stories if story.number != eastmoney_desk.GONE]


def _eastmoney_information(state: SiteState) -> list[Expected]:
    """今天 16:25 is wrong for an article of another day: the detail tells, the page only to the minute."""
    return [
        replace(expected, published=expected.published[:-3] + "00Z", precision="minute") if only_page else expected
        for expected, only_page in (
            (_eastmoney(story), story.number == eastmoney_desk.ONLY_PAGE)
            for story in eastmoney_desk.choice(_shown(state))
            if story.number != eastmoney_desk.GONE
        )
    ]


def _eastmoney_flash(story: Story, publisher: str) -> Expected:
    """The lists as flashes, whose digest is the text; they show the gone article, too."""
    return replace(
        _eastmoney(story),
        kind="flash",
        text=eastmoney_desk.digest(story),
        pictures=(),
        publisher=PUBLISHER_ALIASES.get(publisher, publisher),
        publisher_as_printed=publisher,
    )


def _fast_news(state: SiteState) -> list[Expected]:
    return [_eastmoney_flash(story, "东方财富") for story in _shown(state)]


def _fast_news_v2(state: SiteState) -> list[Expected]:
    return [_eastmoney_flash(story, story.publisher) for story in _shown(state)]


def _reader(stories_of: Callable[[SiteState], list[Story]]) -> Reader:
    return lambda state: _eastmoney_articles(stories_of(state))


def _cls(state: SiteState) -> list[Expected]:
    return [
        _flash(story, f"https://www.cls.cn/detail/{story.key}", cls.content(story)) for story in state.stories("cls")
    ]


def _cls_depth(section: str) -> Reader:
    return lambda state: [
        _on_page(story, f"https://www.cls.cn/detail/{story.key}", story.key) for story in cls.depth(state, section)
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
    return [_flash(story, sina.flash_url(story), sina.rich_text(story)) for story in state.stories("sina-live")]


def _jin10(state: SiteState) -> list[Expected]:
    """A locked flash has the title for members and no text; some name a source of their own."""
    found = []
    for story in state.stories("jin10"):
        url, publisher = f"https://flash.jin10.com/detail/{story.key}", jin10.publisher(story) or story.publisher
        if jin10.is_locked(story):
            expected = replace(_flash(story, url, "", titled=True), partial=True)
        else:
            expected = _flash(story, url, jin10.content(story))
        found.append(replace(expected, publisher=publisher, publisher_as_printed=publisher))
    return found


def _futunn(state: SiteState) -> list[Expected]:
    return [
        replace(
            _flash(story, others.futunn_url(story), story.text, titled=others.futunn_titled(story)), external_id=None
        )
        for story in state.stories("futunn")
    ]


def _tonghuashun(state: SiteState) -> list[Expected]:
    return [
        _on_page(story, tonghuashun.article_url(story), tonghuashun.item_id(story))
        for story in state.stories("tonghuashun")
    ]


def _pages(
    stories_of: Callable[[SiteState], Sequence[Story]], url_of: Callable[[Story], str], precision: str = "second"
) -> Reader:
    return lambda state: [_on_page(story, url_of(story), precision=precision) for story in stories_of(state)]


def _outlet(outlet: Outlet) -> Reader:
    return _pages(lambda state: state.stories(outlet.desk), outlet.url)


LISTS: dict[str, Reader] = {
    **{key: _reader(stories_of) for key, stories_of in _EASTMONEY.items()},
    "eastmoney-information": _eastmoney_information,
    "eastmoney-fast-news": _fast_news,
    "eastmoney-fast-news-v1": _fast_news,
    "eastmoney-fast-news-v2": _fast_news_v2,
    "cls-telegraph": _cls,
    "cls-depth-headlines": _cls_depth("1000"),
    "cls-depth-stocks": _cls_depth("1003"),
    "wallstreetcn-lives": _wallstreetcn_live,
    "wallstreetcn-articles": _wallstreetcn,
    "sina-7x24": _sina_live,
    "sina-roll": _pages(lambda state: sina.roll(state, "2516"), sina.article_url),
    "sina-roll-us-stocks": _pages(lambda state: sina.roll(state, "2672"), sina.article_url),
    "10jqka-news": _tonghuashun,
    "stcn-news": _pages(lambda state: stcn.section(state, "yw"), stcn.article_url, "minute"),
    "stcn-companies": _pages(lambda state: stcn.section(state, "company"), stcn.article_url, "minute"),
    "cs-news": _pages(lambda state: cs.section(state, "xwzx"), cs.article_url),
    "cs-companies": _pages(lambda state: cs.section(state, "ssgs"), cs.article_url),
    "yicai-latest": _pages(lambda state: state.stories("yicai"), yicai.article_url),
    "jin10-newest": _jin10,
    "jin10-flash": _jin10,
    "futunn-flash": _futunn,
    "caixin-data": _pages(lambda state: state.stories("caixin"), others.caixin_url, "minute"),
    "pboc-news": _pages(lambda state: state.stories("pboc"), others.pboc_url),
    **{wire.key: _outlet(wire.outlet) for wire in WIRES},
    "example-markets": _outlet(english.MARKETS),
    "example-ledger": _outlet(english.LEDGER),
    "example-wire": _outlet(english.WIRE),
    "example-courier": _outlet(english.COURIER),
    "example-tribune": _outlet(english.TRIBUNE),
}
