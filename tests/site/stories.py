"""Invented articles and flashes, each made whole from its desk's name and its number: the same for ever.

A desk is what one list of one publisher draws from ("eastmoney", "cls-depth"). Numbers count from 0 in the
order of time; every desk opens with OPENING_COUNT stories, and the site can publish further ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from random import Random

from tests.site import prose
from tests.site.prose import Run, Security

BEIJING = timezone(timedelta(hours=8))
# The opening stories cross a midnight of Beijing: the day of an id is not always the day in UTC.
FIRST_AT = datetime(2025, 6, 11, 22, 3, 8, tzinfo=BEIJING)
INTERVAL = timedelta(minutes=7, seconds=11)

EASTMONEY_PUBLISHERS = (
    "上海证券报",
    "澎湃新闻",
    "证券时报网",
    "界面新闻",
    "中国证券报",
    "财联社",
    "上海证券报·中国证券网",
    "期货日报",
)
PUBLISHER_ALIASES = {"证券时报网": "证券时报", "上海证券报·中国证券网": "上海证券报"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph in pieces: plain words and the names of securities that markup can link."""

    runs: tuple[Run, ...]
    strong: bool = False

    @property
    def text(self) -> str:
        return "".join(run if isinstance(run, str) else run.name for run in self.runs)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with its real size in pixels; nothing answers at `url`."""

    url: str
    width: int
    height: int
    alt: str = ""


Block = Paragraph | Picture


@dataclass(frozen=True, slots=True)
class Story:
    """One article or flash; `key` is the id in its publisher's own form, `published_at` aware UTC."""

    desk: str
    number: int
    key: str
    title: str
    blocks: tuple[Block, ...]
    publisher: str
    author: str
    published_at: datetime
    edits: int = 0

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Picture))

    @property
    def text(self) -> str:
        """The whole text, a paragraph a line."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    @property
    def lead(self) -> str:
        return self.paragraphs[0].text

    @property
    def securities(self) -> tuple[Security, ...]:
        """Companies that the text names, in order, each once; boards are none."""
        runs = (run for paragraph in self.paragraphs for run in paragraph.runs)
        return tuple(dict.fromkeys(run for run in runs if isinstance(run, Security) and not run.is_board))

    @property
    def boards(self) -> tuple[Security, ...]:
        runs = (run for paragraph in self.paragraphs for run in paragraph.runs)
        return tuple(dict.fromkeys(run for run in runs if isinstance(run, Security) and run.is_board))

    def local(self, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
        """Give the publication time as printed in Beijing."""
        return self.published_at.astimezone(BEIJING).strftime(pattern)

    @property
    def seconds(self) -> int:
        """Give the publication time in seconds since 1970."""
        return int(self.published_at.timestamp())

    def edited(self, text: str) -> Story:
        """Give the story with a sentence more, as a publisher adds it later."""
        return replace(self, blocks=(*self.blocks, Paragraph((text,))), edits=self.edits + 1)


@dataclass(frozen=True, slots=True)
class Desk:
    """What tells one desk's stories from another's; `opening` is how many it shows at first."""

    name: str
    publisher: str
    form: str
    opening: int = 8


WIRE_DESKS = {
    "sec": "SEC",
    "fed": "Federal Reserve",
    "ecb": "European Central Bank",
    "bis": "Bank for International Settlements",
    "boe": "Bank of England",
    "boj": "Bank of Japan",
    "boc": "Bank of Canada",
    "hkma": "Hong Kong Monetary Authority",
    "imf": "International Monetary Fund",
    "cftc": "CFTC",
    "fca": "Financial Conduct Authority",
    "fsb": "Financial Stability Board",
    "cnbc": "CNBC",
    "marketwatch": "MarketWatch",
    "nasdaq": "Nasdaq",
    "yahoo": "Yahoo Finance",
    "ft": "Financial Times",
}
"""Desks of the English hosts in the shipped catalogue, and the names that they print."""

DESKS = {
    desk.name: desk
    for desk in (
        Desk("eastmoney", "", "article", 20),
        Desk("cls", "财联社", "flash"),
        Desk("cls-depth", "财联社", "article"),
        Desk("wallstreetcn-live", "华尔街见闻", "flash"),
        Desk("wallstreetcn", "华尔街见闻", "article"),
        Desk("sina-live", "新浪财经", "flash"),
        Desk("sina", "新浪财经", "article"),
        Desk("tonghuashun", "同花顺财经", "article"),
        Desk("stcn", "证券时报", "article"),
        Desk("cs", "中国证券报", "article"),
        Desk("yicai", "第一财经", "article"),
        Desk("jin10", "金十数据", "flash"),
        Desk("futunn", "富途牛牛", "flash", 6),
        Desk("caixin", "财新网", "article", 6),
        Desk("pboc", "中国人民银行", "article", 5),
        Desk("markets", "Example Markets", "english"),
        Desk("ledger", "Example Ledger", "english"),
        Desk("wire", "Example Wire", "english"),
        Desk("courier", "Example Courier", "english"),
        Desk("tribune", "Example Tribune", "english", 10),
        *(Desk(name, publisher, "english", 3) for name, publisher in WIRE_DESKS.items()),
    )
}


@lru_cache(maxsize=4096)
def story(desk_name: str, number: int) -> Story:
    """Give the story of a desk with this number; the same whenever and wherever it is asked.

    >>> story("eastmoney", 3) == story("eastmoney", 3)
    True
    """
    desk = DESKS[desk_name]
    draw = Random(f"finews {desk_name} {number}")
    published_at = (FIRST_AT + number * INTERVAL).astimezone(UTC)
    title, blocks = _english(draw) if desk.form == "english" else _chinese(draw, desk.form, number)
    author = prose.english_author(draw) if desk.form == "english" else prose.chinese_author(draw)
    publisher = desk.publisher or EASTMONEY_PUBLISHERS[number % len(EASTMONEY_PUBLISHERS)]
    return Story(
        desk_name,
        number,
        _key(desk_name, number, published_at),
        title,
        blocks,
        publisher,
        author,
        published_at,
    )


def _chinese(draw: Random, form: str, number: int) -> tuple[str, tuple[Block, ...]]:
    company, other = draw.sample(prose.COMPANIES, 2)
    title = prose.chinese_title(draw, company)
    first = Paragraph((f"第{number}号快讯：", company, f"今日公告，{prose.chinese_paragraph(draw, 1)}"))
    if form == "flash":
        return title, (Paragraph((*first.runs, prose.chinese_paragraph(draw, draw.randint(1, 2)))),)
    opening = Paragraph(
        (
            f"记者{draw.randint(1, 28)}日获悉，",
            company,
            "与",
            other,
            f"均有新进展。{prose.chinese_paragraph(draw, 2)}",
        )
    )
    blocks: list[Block] = [opening]
    for position in range(draw.randint(4, 7)):
        blocks.append(Paragraph((prose.chinese_paragraph(draw, draw.randint(2, 4)),)))
        if position == 0:
            blocks.append(_picture(draw))
            blocks.extend([Paragraph(("图片来源：公司官网",))] if number % 5 == 0 else [])
        if position == 1:
            blocks.append(Paragraph(("产能与订单",), strong=True))
            blocks.append(Paragraph(("按", prose.NEW_ENERGY, "板块口径统计，", prose.chinese_paragraph(draw, 2))))
    blocks.append(_picture(draw))
    blocks.append(
        Paragraph(
            (
                "另外，",
                company,
                "、",
                other,
                f"已有{draw.randint(2, 9)}家子公司参与。{prose.chinese_paragraph(draw, 1)}",
            )
        )
    )
    return title, tuple(blocks)


def _english(draw: Random) -> tuple[str, tuple[Block, ...]]:
    company, symbol = draw.choice(prose.ENGLISH_COMPANIES)
    blocks: list[Block] = [
        Paragraph((f"{company} (NYSE: {symbol}) said that plans had changed. {prose.english_paragraph(draw, 2)}",))
    ]
    blocks.extend(Paragraph((prose.english_paragraph(draw, draw.randint(2, 4)),)) for _ in range(draw.randint(5, 8)))
    blocks.insert(2, _picture(draw))
    return prose.english_title(draw, company), tuple(blocks)


def _picture(draw: Random) -> Picture:
    width, height = draw.randint(600, 1400), draw.randint(300, 1100)
    name = f"D{draw.randint(10**19, 10**20 - 1)}"
    return Picture(f"https://dfscdn.dfcfw.com/download/{name}_w{width}h{height}.jpg", width, height, "图")


def _key(desk: str, number: int, published_at: datetime) -> str:
    local = published_at.astimezone(BEIJING)
    if desk == "eastmoney":
        return f"{local:%Y%m%d}{3_400_000_000 + number * 917:010d}"
    if desk == "jin10":
        return f"{local:%Y%m%d%H%M%S}{(number * 7919) % 1000:03d}800"
    if desk == "tonghuashun":
        return str(669_000_000 + number * 53)
    starts = {
        "cls": 2_053_000,
        "cls-depth": 2_071_000,
        "wallstreetcn-live": 2_871_000,
        "wallstreetcn": 3_749_000,
        "sina-live": 4_217_000,
    }
    return str(starts.get(desk, 1_500_000) + number * 3)
