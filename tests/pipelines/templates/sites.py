"""Sites of our own whose pages are made by a template each, as real sites' are: the same frame, another article."""

# ruff: noqa: E501 - markup is read whole

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.page import Fetched

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAMES = ["晨港", "北湾", "远岭", "清泽", "东岬", "栖云"]
FIRMS = ["Dawnport", "Northbay", "Farridge", "Clearmere", "Eastcape"]
ZH_LINE = "晨港集团公告说，码头的吞吐量比去年增加，等待泊位的船只减少。"
PEOPLE = ["王小明", "李大同", "赵一诺", "周可为"]


@dataclass(frozen=True, slots=True)
class Story:
    """One article of fiction, with what a page has to give back."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    at: datetime
    author: str

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def story(number: int, *, zh: bool, short: bool = False) -> Story:
    """Give a story, the same for the same number."""
    draw = random.Random(f"{number} {zh}")
    lines = 2 if short else draw.randint(4, 14)
    paragraphs = tuple((_zh if zh else _en)(draw, line) for line in range(lines))
    name = draw.choice(NAMES if zh else FIRMS)
    title = f"{name}集团第{number}期码头投入运行" if zh else f"{name} opens quay number {number} to the first ships"
    return Story(number, title, paragraphs, datetime(2026, 11, 1, 8) + timedelta(hours=number), draw.choice(PEOPLE))


def _zh(draw: random.Random, line: int) -> str:
    name, share = draw.choice(NAMES), draw.randint(2, 90)
    return draw.choice(
        [
            f"{name}集团第{line + 1}次公告说，码头的吞吐量比去年增加了百分之{share}，等待泊位的船只减少到{share}艘。",
            f"“我们会在{draw.randint(2, 11)}月动工建设下一座码头，”{name}公司董事长在仪式上说，“资金{share}亿元，全部自有。”",
            f"分析人士认为，{name}的运价在{draw.randint(1, 12)}周内还会上涨，涨幅大约是{share}个基点，货主已经提前订舱。",
        ]
    )  # fmt: skip


def _en(draw: random.Random, line: int) -> str:
    name, share = draw.choice(FIRMS), draw.randint(2, 90)
    return draw.choice(
        [
            f"{name} Group said in statement {line + 1} that its quay handled {share} percent more boxes than a year before, and that {share} ships now wait.",
            f'"We will begin the next quay in {draw.randint(2, 11)} months," the chairman of {name} told guests, "and pay {share} million from our own cash."',
            f"Analysts expect the rates of {name} to rise for {draw.randint(1, 12)} more weeks, by about {share} points, since freight has been booked early.",
        ]
    )  # fmt: skip


def _links(number: int, count: int = 15) -> str:
    return "".join(
        f"<li><a href='/a/{number + n}.html'>{story(number + n, zh=True).title}</a></li>" for n in range(1, count)
    )


def _paragraphs(one: Story, tag: str = "p") -> str:
    return "".join(f"<{tag}>{paragraph}</{tag}>" for paragraph in one.paragraphs)


def portal(one: Story) -> str:
    """A Chinese portal: furniture inside of the body, a disclaimer of its own under every article."""
    return f"""<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>{one.title}_示例财经网</title></head><body>
<div class=top><ul><li><a href=/>首页</a></li><li><a href=/gp>股票</a></li></ul></div>
<div class="wrap w1000"><div class=left><h1 class=tit>{one.title}</h1>
<div class=info><span class=time>{one.at:%Y-%m-%d %H:%M}</span><span class=src>来源：示例日报</span><span class=zz>作者：{one.author}</span></div>
<div class="content clearfix" id=artibody>{_paragraphs(one)}
<div class=tuijian><h4>相关新闻</h4><ul>{_links(one.number, 6)}</ul></div>
<p class=statement>示例财经网提醒：以上内容与数据仅供参考，使用前请您核实一下，风险由您自己承担。</p></div></div>
<div class=right><h3>热门</h3><ul>{_links(one.number + 50)}</ul></div></div>
<div class=foot><p>版权所有 示例财经网</p></div></body></html>"""


def blog(one: Story) -> str:
    """A blog in English: marked up, the body below an article element."""
    published = f"{one.at:%Y-%m-%dT%H:%M:%S}+00:00"
    return f"""<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{one.title} - Dawnport Ledger</title>
<meta property=og:type content=article><meta property=og:title content="{one.title}">
<meta property=article:published_time content="{published}"></head><body class="post-{one.number}">
<header class=site-header><nav><a href=/>Home</a><a href=/markets>Markets</a></nav></header>
<article class="post type-post post-{one.number}"><h1 class=entry-title>{one.title}</h1><div class=entry-meta>By Ann Field</div>
<div class=entry-content>{_paragraphs(one)}</div><div class=share-buttons>Share on somewhere</div></article>
<aside class=widget-area><h3>Recent posts</h3><ul>{"".join(f"<li><a href=/{n}>{story(one.number + n, zh=False).title}</a></li>" for n in range(9))}</ul></aside>
<footer class=site-footer><p>Dawnport Ledger is read in the harbour every day.</p></footer></body></html>"""


def built(one: Story) -> str:
    """A page of a framework: names of classes are hashes, anew at each build; only tags and data attributes stay."""
    draw = random.Random(one.number)
    names = [f"css-{draw.randrange(16**8):08x}" for _ in range(6)]
    return f"""<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{one.title} | Northbay Wire</title></head><body>
<div id=root><header class={names[0]}><a href=/>Northbay Wire</a></header><main class={names[1]}><div class={names[2]}><h1 class={names[3]}>{one.title}</h1>
<time datetime="{one.at:%Y-%m-%dT%H:%M:%S}Z">{one.at:%d %B %Y}</time><section data-testid=article-body class={names[4]}>{_paragraphs(one)}</section></div></main>
<footer class={names[5]}><p>Northbay Wire, all rights reserved.</p></footer></div></body></html>"""


def table(one: Story) -> str:
    """An old portal: tables, paragraphs by line breaks, the time in a cell of its own."""
    body = "<br><br>".join(f"　　{paragraph}" for paragraph in one.paragraphs)
    return f"""<html><head><meta charset=utf-8><title>{one.title}-远岭在线</title></head><body><table class=head><tr><td><a href=/>远岭在线</a></td></tr></table>
<table id=main_table width=960><tr><td class=title_td align=center><h1>{one.title}</h1></td></tr><tr><td class=time_td>{one.at:%Y年%m月%d日 %H:%M} 来源：远岭晚报</td></tr>
<tr><td class=zw id=zoom>{body}</td></tr></table><table class=bottom><tr><td>远岭在线版权所有</td></tr></table></body></html>"""


def redesigned(one: Story) -> str:
    """The portal after its redesign: other names, another order."""
    return f"""<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>{one.title} - 示例财经网</title></head><body>
<header class=g-header><a href=/>首页</a></header><section class=g-main><h1 class=m-headline>{one.title}</h1><p class=m-meta>{one.at:%Y-%m-%d %H:%M} 示例日报</p>
<div class=m-text>{_paragraphs(one)}</div><ul class=m-more>{_links(one.number)}</ul></section><footer class=g-footer><p>版权所有 示例财经网</p></footer></body></html>"""


def misleading(one: Story) -> str:
    """The portal after a redesign that keeps the body's name for a teaser: the article stands elsewhere."""
    return f"""<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>{one.title}_示例财经网</title></head><body>
<div class=left><h1 class=tit>{one.title}</h1><div class=info><span class=time>{one.at:%Y-%m-%d %H:%M}</span></div>
<div class=content id=artibody><p>{story(one.number + 500, zh=True).paragraphs[0]}</p></div>
<div class=m-text>{_paragraphs(one)}</div></div><footer class=g-footer><p>版权所有 示例财经网</p></footer></body></html>"""


LAYOUTS: dict[str, tuple[Callable[[Story], str], bool]] = {
    "portal": (portal, True), "blog": (blog, False), "built": (built, False), "table": (table, True),
}  # fmt: skip
"""By name: what makes a page of a story, and whether its stories are Chinese."""


def response(markup: str, number: int, host: str = "news.example.com") -> Fetched:
    url = f"https://{host}/2026/11/{number}.html"
    return Fetched(url, url, 200, (("Content-Type", "text/html; charset=utf-8"),), markup.encode(), NOW)


def pages(layout: Callable[[Story], str], numbers: range, *, zh: bool) -> list[Fetched]:
    return [response(layout(story(number, zh=zh, short=number % 7 == 0)), number) for number in numbers]
