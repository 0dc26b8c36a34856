"""Bodies of stories as the publishers' editors write them, and the page furniture round them."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from html import escape

from tests.site.prose import Security
from tests.site.stories import Paragraph, Picture, Story

INDENT = "\u3000\u3000"
"""The two ideographic spaces with which many newsrooms begin a paragraph."""

_CHANNELS = (
    "首页",
    "要闻",
    "股票",
    "基金",
    "期货",
    "外汇",
    "债券",
    "银行",
    "保险",
    "理财",
    "港股",
    "美股",
    "研报",
    "数据",
    "视频",
    "专题",
)


def plain_body(story: Story, *, indent: str = "") -> str:
    """Give the body as plain paragraphs and images; securities are words only."""
    return "".join(_plain_block(block, indent) for block in story.blocks)


def _plain_block(block: Paragraph | Picture, indent: str) -> str:
    if isinstance(block, Picture):
        return f'<p><img src="{block.url}" alt="{block.alt}" width="{block.width}" height="{block.height}"></p>'
    words = escape(indent + block.text, quote=False)
    return f"<p><strong>{words}</strong></p>" if block.strong else f"<p>{words}</p>"


def eastmoney_body(story: Story, fetch: int) -> str:
    """Give the body as Eastmoney's editors mark it up; the K-line's token and time are new at every `fetch`."""
    named: set[str] = set()
    indent = INDENT if story.number % 4 == 2 else ""
    parts = [
        '<p style="display:none;height:1px;overflow:hidden;"><br /></p>',
        _k_line(story.securities[0], fetch),
    ]
    parts.extend(
        _eastmoney_image(block) if isinstance(block, Picture) else _eastmoney_paragraph(block, indent, named)
        for block in story.blocks
    )
    if story.number % 3 == 0:
        parts.append(_ADVERTISEMENT)
    return "".join(parts) + f'<p class="em_media">（文章来源：{_linked_publisher(story.publisher)}）</p>'


_ADVERTISEMENT = (
    '<p><a class="toplink" href="https://acttg.eastmoney.com/pub/web_app_zx_01" target="_blank">全新妙想投研助理，立即体验</a></p>'
    '<p>在东方财富看资讯行情，选东方财富证券一站式开户交易>></p><p><img class="em_handle_adv_close" '
    'src="https://acttg.eastmoney.com/static/close.png" width="20" height="20" /></p>'
)


def _k_line(security: Security, fetch: int) -> str:
    quote = f"http://quote.eastmoney.com/unify/r/{security.market}.{security.code}"
    chart = f"https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid={security.market}.{security.code}&imageType=k"
    return (
        f'<!-- EM_StockImg_Start --><p style="text-align:center;"><a href="{quote}" data-code="{security.code}|{security.market}|7"'
        f' data-code2="{security.code}|{security.market}|3|" class="EmImageRemark" target="_blank"><img src="{chart}&token={fetch * 2654435761:032x}&at=1"'
        f' border="0" alt="K图 {security.code}_0" data-code="K {security.code}|{security.market}|7" style="border:#d1d1d1 1px solid;"'
        ' width="578" height="276" /></a></p><!-- EM_StockImg_End -->'
    )


def _eastmoney_image(picture: Picture) -> str:
    return (
        f'<center><img src="{picture.url}" alt="{picture.alt} " width="580" '
        'style="border:#d1d1d1 1px solid;padding:3px;margin:5px 0;" /></center>'
    )


def _eastmoney_paragraph(paragraph: Paragraph, indent: str, named: set[str]) -> str:
    words = indent + "".join(
        escape(r, quote=False) if isinstance(r, str) else _mention(r, named) for r in paragraph.runs
    )
    return f"<p><strong>{words}</strong></p>" if paragraph.strong else f"<p>{words} </p>"


def _mention(security: Security, named: set[str]) -> str:
    """A security's first mention is a link with an empty quote span behind it; a later one a span."""
    quote, comma = f"{security.market}.{security.code}", f"{security.market},{security.code}"
    if security.code in named:
        return f'<span web="1" href="http://quote.eastmoney.com/unify/r/{quote}" class="em_stock_key_common" data-code="{comma}">{security.name}</span>'
    named.add(security.code)
    kind, quote_kind = ("bk", "bkquote") if security.is_board else ("stock", "quote")
    return (
        f'<span id="{kind}_{quote}"><a href="http://quote.eastmoney.com/unify/r/{quote}" class="keytip" data-code="{comma}">{security.name}</a>'
        f'</span><span id="{quote_kind}_{quote}"></span>'
    )


def _linked_publisher(name: str) -> str:
    """Editors' software links 证券 inside a publisher's name to the board of brokers."""
    link = (
        '<span id="bk_90.BK0473"><a href="http://quote.eastmoney.com/unify/r/90.BK0473" class="keytip" data-code="90,BK0473">证券</a></span>'
        '<span id="bkquote_90.BK0473"></span>'
    )
    return escape(name).replace("证券", link, 1)


def chinese_page(
    site: str,
    title: str,
    main: str,
    *,
    head: str = "",
    charset: str = "utf-8",
    related: tuple[Story, ...] = (),
) -> str:
    """Give a whole page with the navigation, side lists, scripts and footer of a Chinese portal round `main`."""
    navigation = "".join(
        f'<li><a href="/channel/{n}/" title="{name}">{name}</a></li>' for n, name in enumerate(_CHANNELS)
    )
    links = "".join(f'<li><a href="/rank/{story.number}">{escape(story.title)}</a></li>' for story in related[:10])
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="{charset}"><title>{escape(title)}</title>{head}'
        '<script>var _hmt=_hmt||[];window.__page={"ab":"b","ts":0};function track(e){_hmt.push(["_trackEvent",e])}</script>'
        "<style>.nav li{float:left}.side{width:300px}.footer{clear:both;color:#999}</style></head><body>"
        f'<div class="header"><a class="logo" href="/">{site}</a><div class="search"><input name="q" placeholder="输入代码、名称或拼音">'
        f'</div></div><ul class="nav">{navigation}</ul>{main}'
        f'<div class="side"><h3>阅读排行</h3><ul class="rank">{links}</ul></div>'
        f'<div class="footer"><p>关于我们 | 广告服务 | 联系我们 | 诚聘英才 | 法律声明 | 隐私保护</p><p>{site} 版权所有</p></div>'
        '<script src="/static/app.js"></script></body></html>'
    )
