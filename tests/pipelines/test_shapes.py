"""Whole pages in the shapes of Chinese portals and of their content systems, old and new; the words are ours."""

# ruff: noqa: E501 - markup is read whole

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipelines.extract import extract_html
from pipelines.extraction import Extraction

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TITLE = "晨港集团新码头投入运行"
LINES = [
    "本报北湾11月20日电 晨港集团今日公告，位于北湾的新码头投入运行，首批集装箱已经靠泊。",
    "公告说，新码头设计年吞吐量为一百二十万标准箱，全年吞吐量将会因此增加三成。",
    "公司董事长在仪式上表示，明年上半年还会动工建设第二座码头，资金为自有。",
    "当地的货运公司说，等待泊位的时间已经从三天缩短到了半天。（记者 陈晓舟）",
]
FLASH = ["【晨港集团：新码头投入运行】晨港集团公告，位于北湾的新码头投入运行。", "公司说，全年吞吐量将会增加三成。"]
OTHERS = [
    "远山物流前三季度净利润同比增长两成", "北湾渔港迎来入冬以来第一批归港渔船", "沿海三市联合发布港口发展规划",
    "货运司机讲述排队三天的故事", "集装箱运价连续四周回落", "造船厂交付两艘新型拖轮", "港口城市的秋天",
]  # fmt: skip


def links(separator: str = "li") -> str:
    return "".join(
        f"<{separator}><a href='/n/{number}.html'>{text}</a></{separator}>" for number, text in enumerate(OTHERS)
    )


def old_table(lines: list[str]) -> str:
    """Nested tables, font elements, paragraphs by line breaks and ideographic spaces."""
    text = "<br><br>".join(f"　　{line}" for line in lines)
    return f"""<table width=760 align=center><tr><td background=top.gif><a href=/>首页</a> | <a href=/c>财经</a> | <a href=/s>体育</a></td></tr></table>
    <table width=760 align=center><tr><td width=560 valign=top><table width=100%><tr><td>当前位置：<a href=/>首页</a> &gt; <a href=/c>财经</a></td></tr>
    <tr><td align=center><font size=5><b>{TITLE}</b></font></td></tr><tr><td align=center>http://news.example.com　2006年11月20日 10:05　来源：某某日报</td></tr>
    <tr><td><font class=f14 id=zoom>{text}</font></td></tr><tr><td align=right>（责任编辑：王小明）</td></tr>
    <tr><td align=right>【<a href=#>大</a> <a href=#>中</a> <a href=#>小</a>】【<a href=#>打印</a>】【<a href=#>关闭</a>】</td></tr>
    <tr><td>相关新闻</td></tr><tr><td>{links("div")}</td></tr></table></td><td width=200><b>热点新闻</b><br>{"<br>".join(OTHERS)}</td></tr></table>
    <table width=760><tr><td align=center>关于我们 | 广告服务 | 版权所有 示例网</td></tr></table>"""


def dedecms(lines: list[str]) -> str:
    return f"""<div class="place"><strong>当前位置:</strong> <a href=/>主页</a> &gt; <a href=/c>财经</a> &gt; </div><div class="viewbox"><div class="title"><h2>{TITLE}</h2></div>
    <div class="info"><small>时间:</small>2012-11-20 10:05<small>来源:</small>某某日报 <small>作者:</small>admin <small>点击:</small>128次</div>
    <div class="intro">{lines[0][:30]}...</div><div class="content"><table width="100%"><tr><td>{"".join(f"<div>　　{line}</div><div>&nbsp;</div>" for line in lines)}</td></tr></table>
    （责任编辑：admin）</div><div class="boxoff"><strong>------分隔线----------------------------</strong></div>
    <div class="context"><ul><li>上一篇：<a href=/1.html>{OTHERS[0]}</a></li><li>下一篇：<a href=/2.html>{OTHERS[1]}</a></li></ul><ul class="actbox"><li><a>收藏</a></li><li><a>举报</a></li><li><a>打印</a></li></ul></div></div>
    <div class="mt1"><dl class="tbox"><dt><strong>发表评论</strong></dt><dd>请自觉遵守互联网相关的政策法规，严禁发布色情、暴力、反动的言论。</dd></dl></div>
    <div class="pright"><dl class="tbox"><dt><strong>热点内容</strong></dt><dd><ul>{links()}</ul></dd></dl></div>"""


def phpcms(lines: list[str]) -> str:
    return f"""<div class="crumbs"><a href=/>首页</a><span> &gt; </span><a href=/c>财经</a> &gt; 正文</div><div id="Article"><h1>{TITLE}<br>
    <span>2014-11-20 10:05:33 &nbsp;&nbsp;来源：某某日报 &nbsp;&nbsp;评论：<a href=#>0</a> 点击：<a id=hits>12</a></span></h1>
    <div class="summary">核心提示：码头开了。</div><div class="content">{"".join(f"<p>　　{line}</p>" for line in lines)}<div class="bor"></div></div>
    <p style="margin-bottom:10px"><strong>热门搜索：</strong></p><p class="f14"><strong>上一篇：</strong><a href=/1.html>{OTHERS[0]}</a><br><strong>下一篇：</strong><a href=/2.html>{OTHERS[1]}</a></p>
    <div class="related"><h5 class="blue">延伸阅读：</h5><ul class="list blue lh24 f14">{links()}</ul></div></div>"""


def aspnet(lines: list[str]) -> str:
    """A form round the whole page, and a paragraph a div."""
    text = "".join(f"<div>\t{line}</div><div>\t&nbsp;</div>" for line in lines)
    return f"""<form name="form1" method="post" action="News.aspx?ID=1" id="form1"><input type=hidden name=__VIEWSTATE value=dDwt>
    <div id=menu><ul>{links()}</ul></div><div id=main><h1 id=lblTitle>{TITLE}</h1><div class=date>2014/11/20 10:05</div>
    <div class=magicword><ul><li><a href="javascript:;">小字</a></li><li><a href="javascript:;">中字</a></li><li><a href="javascript:;">大字</a></li></ul></div>
    <div id=ckuse><div id=Content1><div>記者陳曉舟、林北灣／綜合報導</div><div>&nbsp;</div>{text}</div></div><div class=hot><h3>熱門新聞</h3><ul>{links()}</ul></div></div>
    <div id=footer>本網站版權所有，非經授權，不得轉載</div></form>"""


def taiwan(lines: list[str]) -> str:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return f"""<header><nav><ul>{links()}</ul></nav></header><main><article><h1>{TITLE}</h1><time>2021-11-20 10:05</time><div class="social"><a>分享</a><a>LINE</a></div>
    <section class="article-body" itemprop="articleBody"><p>〔記者陳曉舟／北灣報導〕</p>{text}<p>▲新碼頭今日啟用。（圖／晨港集團提供）</p><p>延伸閱讀：</p>
    <p><a href=/1.html>{OTHERS[0]}</a></p><p><a href=/2.html>{OTHERS[1]}</a></p><p>加入某某新聞LINE好友，掌握最新消息</p><p>※本網站之文字、圖片，非經授權，不得轉載。</p></section>
    <div class="tags">關鍵字：<a>碼頭</a><a>航運</a></div></article><aside><h3>熱門</h3><ul>{links()}</ul></aside></main><footer>版權所有</footer>"""


def wemedia(lines: list[str]) -> str:
    text = "".join(
        f"<section style='margin:10px'><span style='font-size:15px'>{line}</span></section><section><br></section>"
        for line in lines
    )
    return f"""<div id=page-content><h1 id=activity-name>{TITLE}</h1><div id=meta_content><span>原创</span><span>陈晓舟</span><a id=js_name>北湾观察</a><em id=publish_time>2022-11-20 10:05</em></div>
    <div id=js_content><section><span>点击上方蓝字关注我们</span></section>{text}<section><span>长按识别二维码关注北湾观察</span></section><section><img src=/qr.png></section>
    <section><span>声明：本文仅代表作者个人观点，不代表本平台立场，如有侵权请联系删除。</span></section></div><div><span>阅读 1024</span><span>在看 12</span></div></div>"""


def portal(lines: list[str]) -> str:
    text = "".join(f"<p>　　{line}</p>" for line in lines)
    return f"""<div class=nav><a href=/>首页</a><a href=/c>财经</a></div><div class=wrap><div class=left><h1>{TITLE}</h1><div class=sub><span>2018-11-20 10:05</span><span>来源：某某日报</span><span>字号：<a>大</a><a>小</a></span></div>
    <div class=article><p>（原标题：晨港集团码头开了）</p>{text}<p>（责任编辑：王小明）</p><p>免责声明：本文仅供参考，不构成投资建议。投资有风险，入市需谨慎。</p>
    <p>扫描二维码下载示例财经客户端</p><p>关键词：<a>码头</a> <a>航运</a></p></div><div class=rel><h3>相关阅读</h3><ul>{links()}</ul></div>
    <div class=cmt><h3>网友评论</h3><p>登录后发表评论</p></div></div><div class=right><h3>24小时热文</h3><ul>{links()}</ul></div></div>"""


def in_one_item(lines: list[str]) -> str:
    text = "<br>\n<br>\n".join(f"　　{line}" for line in lines)
    return f"""<div id=top><a href=/>首页</a></div><ul class=show><li class=tit>{TITLE}</li><li class=from>2010-11-20 10:05:00 来源: 某某日报 浏览次数: 36</li><li class=con>{text}</li>
    <li class=pn>上一篇：<a href=/1.html>{OTHERS[0]}</a></li><li class=pn>下一篇：<a href=/2.html>{OTHERS[1]}</a></li></ul><ul class=hot>{links()}</ul>"""


SHAPES = [old_table, dedecms, phpcms, aspnet, taiwan, wemedia, portal, in_one_item]


def read(body: str, encoding: str = "utf-8") -> Extraction:
    source = f"<html><head><meta charset={encoding}><title>{TITLE}_财经_示例网</title></head><body>{body}</body></html>"
    url = "https://news.example.com/n/20.html"
    found = extract_html(source.encode(encoding), url=url, content_type="text/html", now=NOW, zone=None)
    assert isinstance(found, Extraction), found
    return found


@pytest.mark.parametrize("lines", [LINES, LINES * 4, FLASH], ids=["article", "long", "flash"])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_text_is_the_article_whole_and_nothing_else(shape, lines: list[str]):
    lines = [f"{number}、{line}" for number, line in enumerate(lines)] if len(lines) > len(LINES) else lines
    assert read(shape(lines)).text.splitlines() == lines


def linked_data(text: str) -> str:
    told = {"@type": "NewsArticle", "headline": TITLE, "articleBody": text}
    return f"<script type='application/ld+json'>{json.dumps(told, ensure_ascii=False)}</script>"


def test_a_body_that_a_script_shows_is_read_from_the_linked_data():
    shell = f"<div id=app><h1>{TITLE}</h1><p>本站需要启用脚本才能浏览全文。</p></div>"
    found = read(linked_data("\n\n".join(LINES)) + shell)
    assert found.text.splitlines() == LINES
    assert found.html.count("<p>") == len(LINES)


def test_linked_data_that_are_cut_do_not_cut_the_body():
    assert read(linked_data(LINES[0]) + portal(LINES)).text.splitlines() == LINES


def test_an_old_page_in_gbk_reads_the_same():
    assert read(old_table(LINES), "gbk").text.splitlines() == LINES


RICH = [
    ("<p>　　编者按：港口的秋天，忙碌而漫长。</p>", ["编者按：港口的秋天，忙碌而漫长。"]),
    ("<p>　　晨港集团今日公告，<a href=/s/1>新码头</a><span id=quote></span>投入运行，首批集装箱已经靠泊。</p>", ["晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊。"]),
    ("<p><strong>一、等了三天的船</strong></p>", ["一、等了三天的船"]),
    ("<p>　　货运公司说，等待泊位的时间已经从三天缩短到了半天，司机们终于不必在堤上过夜。</p>", ["货运公司说，等待泊位的时间已经从三天缩短到了半天，司机们终于不必在堤上过夜。"]),
    ("<h2>二、潮水谣</h2>", ["二、潮水谣"]),
    ("<p>潮来船靠岸<br>潮去货满仓<br>一盏灯还亮着<br>照见堤上霜</p>", ["潮来船靠岸", "潮去货满仓", "一盏灯还亮着", "照见堤上霜"]),
    ("<p>　　诗是码头工人写的，贴在食堂的墙上已经有二十年，没有人知道他后来去了哪里。</p>", ["诗是码头工人写的，贴在食堂的墙上已经有二十年，没有人知道他后来去了哪里。"]),
    ("<p>记者：第二座码头什么时候动工？</p><p>林北湾：明年上半年。</p>", ["记者：第二座码头什么时候动工？", "林北湾：明年上半年。"]),
    ("<ul><li>泊位：三个</li><li>岸线：一千二百米</li></ul>", ["泊位：三个", "岸线：一千二百米"]),
    ("<table><tr><td>季度</td><td>吞吐量</td></tr><tr><td>一季度</td><td>28万箱</td></tr><tr><td>二季度</td><td>31万箱</td></tr></table>", ["季度 | 吞吐量", "一季度 | 28万箱", "二季度 | 31万箱"]),
    ("<blockquote><p>港口不会睡觉，睡觉的是人。</p></blockquote>", ["港口不会睡觉，睡觉的是人。"]),
    ("<p>　　公告最后说，公司将在下月的股东会上讨论第二座码头的资金安排，届时另行公告。（完）</p>", ["公告最后说，公司将在下月的股东会上讨论第二座码头的资金安排，届时另行公告。（完）"]),
]  # fmt: skip


@pytest.mark.parametrize("wrap", ["div class=article", "div id=zoom", "td class=txt", "section class=post-content"])
def test_all_that_a_body_is_made_of_stays(wrap: str):
    body = "".join(markup for markup, _ in RICH)
    tag = wrap.partition(" ")[0]
    inside = f"<{wrap}>{body}</{tag}>"
    inside = f"<table width=760><tr>{inside}</tr></table>" if tag == "td" else inside
    source = (
        f"<div class=nav><ul>{links()}</ul></div><h1>{TITLE}</h1><p class=info>2020-11-20 10:05 来源：某某日报</p>{inside}"
        f"<div class=hot><h3>热门</h3><ul>{links()}</ul></div><div class=footer>版权所有 示例网</div>"
    )
    found = read(source)
    assert found.text.splitlines() == [line for _, lines in RICH for line in lines]
    assert "潮来船靠岸<br>" in found.html
    assert "<td>一季度</td>" in found.html


@pytest.mark.parametrize(
    "body",
    [
        "<div id=ContentBody>　　{0}<br>　　{1}<br>　　{2}<br>　　{3}</div>",
        "<div class=newsText>{0}</div><div class=newsText>{1}</div><div class=newsText>{2}</div><div class=newsText>{3}</div>",
        "<span id=Zoom><p>　　{0}</p><p>　　{1}</p><p>　　{2}</p><p>　　{3}</p></span>",
        "<center><table><tr><td><p>{0}</p><p>{1}</p><p>{2}</p><p>{3}</p></td></tr></table></center>",
        "<dl><dt></dt><dd>{0}</dd><dd>{1}</dd><dd>{2}</dd><dd>{3}</dd></dl>",
        "<pre>　　{0}\n\n　　{1}\n\n　　{2}\n\n　　{3}</pre>",
        "<div><font>{0}</font></div><div><font>{1}</font></div><div><font>{2}</font></div><div><font>{3}</font></div>",
        "<article><section><p>{0}</p></section><div class=ad>广告</div><section><p>{1}</p></section><section><p>{2}</p><p>{3}</p></section></article>",
        "<p>{0}</p><div><p>{1}</p></div><figure><img src=/1.jpg><figcaption>新码头 陈晓舟摄</figcaption></figure><p>{2}</p><p>{3}</p>",
    ],
)
@pytest.mark.parametrize(
    "lines", [LINES, [*FLASH, "公告没有披露投资金额。", "股价午后上涨两成。"]], ids=["article", "flash"]
)
def test_paragraphs_are_found_in_whatever_element_they_stand(body: str, lines: list[str]):
    source = (
        f"<div class=nav><ul>{links()}</ul></div><div class=left><h1>{TITLE}</h1><div class=info>2020-11-20 10:05 来源：某某日报</div>"
        f"{body.format(*lines)}</div><div class=hot><h3>热门</h3><ul>{links()}</ul></div><div class=footer>版权所有 示例网</div>"
    )
    assert read(source).text.splitlines() == lines
