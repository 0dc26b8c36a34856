from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.clean import clean_fragment, content_hash, head_title, page_title, word_count
from storage.types import Media

BASE = "http://finance.eastmoney.com/a/202209010000000001.html"
SHARED = Path(__file__).parents[3] / "shared"
SEED = next(iter(sorted((SHARED / "seed").glob("*.txt"))), None) if (SHARED / "seed").is_dir() else None

# Our own story in Eastmoney's markup: chart, spacer, empty spans behind keywords, board link in the publisher's line.
STORY = (
    '<p style="display:none;height:1px;overflow:hidden;"><br /></p>'
    '<!-- EM_StockImg_Start --><p><a href="http://quote.eastmoney.com/unify/r/106.LKSP" data-code="LKSP|106|7">'
    '<img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=106.LKSP&token=1" alt="K图" '
    'width="578" height="276"/>'
    "</a></p><!-- EM_StockImg_End -->"
    '<p>　　临溪港的吊机为<span id="stock_106.LKSP"><a data-code="106,LKSP" '
    'href="http://quote.eastmoney.com/unify/r/106.LKSP">罗克斯</a></span><span id="quote_106.LKSP"></span>旗下R7<span '
    'class="em_stock_key_common" data-code="90,BK0493">新能源</span>卡车装船。<br /></p>'
    '<center><img src="//np-newspic.dfcfw.com/download/D1_w800h555.jpg" alt="港口" width="552" style="x"/>'
    "</center>"
    '<p>其中，<span id="stock_1.600981"><a class="keytip" data-code="1,600981">澄江重工</a></span>'
    '<span id="quote_1.600981"></span>、<span id="stock_0.300917"><a class="keytip" '
    'data-code="0,300917">远岚科技</a></span>'
    '<span id="quote_0.300917"></span>已有 样机。</p>'
    '<p><a href="https://acttg.eastmoney.com/pub/x">'
    "在东方财富看资讯行情，选东方财富证券一站式开户交易&gt;&gt;</a></p>"
    '<p class="em_media">（文章来源：望海<span id="bk_90.BK0473"><a data-code="90,BK0473">证券</a></span>'
    '<span id="bkquote_90.BK0473"></span>报）</p>'
)


def text(source: str) -> str:
    return clean_fragment(source, base_url=BASE).text


def test_a_whole_story_keeps_every_word_and_nothing_else():
    body = clean_fragment(STORY, base_url=BASE)
    assert body.text == "临溪港的吊机为罗克斯旗下R7新能源卡车装船。\n其中，澄江重工、远岚科技已有 样机。"
    assert body.media == (Media("http://np-newspic.dfcfw.com/download/D1_w800h555.jpg", "港口", 800, 555),)
    assert body.html == (
        "<p>　　临溪港的吊机为罗克斯旗下R7新能源卡车装船。<br></p>"
        '<p><img src="http://np-newspic.dfcfw.com/download/D1_w800h555.jpg" alt="港口" width="552"></p>'
        "<p>其中，澄江重工、远岚科技已有 样机。</p>"
    )


def test_a_chart_drawn_anew_makes_no_new_content():
    assert clean_fragment(STORY.replace("token=1", "token=2"), base_url=BASE) == clean_fragment(STORY, base_url=BASE)


@pytest.mark.skipif(SEED is None, reason="the seed article is not beside this checkout")
def test_the_seed_is_read_whole():
    assert SEED is not None
    source = SEED.read_text("utf-8").split("---\n", 2)[2]
    body = clean_fragment(source[: source.index("\n\n<http")], base_url=BASE)
    assert body.text.startswith("3月15日")
    assert body.text.endswith("可推广的经验做法。")
    assert [Path(image.url).name[:4] for image in body.media] == (
        ["D248", "D246", "D247", "D248", "D250", "D253", "D252", "D254", "D256", "D254", "D250", "D250"]
    )
    assert body.media[0] == Media(
        "https://dfscdn.dfcfw.com/download/D24878991422499625732_w1319h1131.jpg", "图", 1319, 1131
    )
    assert body.html.count("<img ") == 12


@pytest.mark.skipif(not (SHARED / "formats").is_dir(), reason="the sample is not beside this checkout")
def test_the_sample_of_the_detail_api_loses_no_name():
    body = clean_fragment((SHARED / "formats/samples/getnewstext_content.html").read_text("utf-8"), base_url=BASE)
    assert "巨化股份、联创股份已有HFO-1234yf产品。" in body.text
    assert "旗下ET7新能源汽车提供" in body.text
    assert len(body.media) == 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("甲<b></b>乙<script>x()</script>丙<style>p{}</style>丁", "甲乙丙丁"),
        ("<div>甲</div><div>乙</div>", "甲\n乙"),
        ("甲<br>乙<br/><br>丙", "甲\n乙\n丙"),
        ("　　第一行\n　　第二行\r\n\r\n第三行", "第一行\n第二行\n第三行"),
        ("<p>甲\n乙</p><p>one\n two</p>", "甲乙\none two"),
        ("<ul><li>一</li><li>二</li></ul><h2>三</h2><blockquote>四</blockquote>", "一\n二\n三\n四"),
        ("<table><tr><th>项</th><th>值</th></tr><tr><td><p>甲</p></td><td>1</td></tr></table>", "项 | 值\n甲 | 1"),
        ("<table><tr><td><p>只有</p><p>排版</p></td></tr></table>", "只有\n排版"),
        ("<pre>甲\n乙<b>丙</b>丁</pre>", "甲\n乙丙丁"),
        ("价格<100元且>50元，R&D 占比 &lt;3%", "价格<100元且>50元，R&D 占比 <3%"),
        ("甲</div></body></html><p>乙</p>", "甲\n乙"),
        ("甲\x00乙\ud800丙&#1;丁<script></script>&#2;戊\u200b己", "甲乙�丙丁戊己"),
        ("", ""),
        ("   \n ", ""),
    ],
    ids=[
        "tails", "blocks", "br", "plain", "wrapped", "structure", "table", "layout-table", "pre", "signs",
        "closed-early", "unseen", "empty", "blank",
    ],
)  # fmt: skip
def test_text_keeps_words_and_lines(source: str, expected: str):
    assert text(source) == expected


FURNITURE = [
    '<p class="em_media">（文章来源：某报）</p>',
    '<p class="res-edit">（责任编辑：林知远）</p>',
    "<p>（责任编辑：林知远）</p>",
    "<p>郑重声明：东方财富发布此内容旨在传播更多信息，与本站立场无关，不构成投资建议。据此操作，风险自担。</p>",
    '<p><a class="toplink" href="/x">全新妙想投研助理，立即体验</a></p>',
    "<p>全新妙想投研助理，立即体验</p>",
    "<p>主力资金加仓名单实时更新，APP内免费看&gt;&gt;</p>",
    "<p>在东方财富看资讯行情，选东方财富证券一站式开户交易&gt;&gt;</p>",
    '<p><a href="https://acttg.eastmoney.com/x">立刻参加新客活动</a></p>',
    '<p><a href="https://acttg.eastmoney.com/x"><img src="http://h/ad.jpg" width="600" height="90"></a></p>',
    "<p>打开微信，</p><p>点击底部的“发现”，使用“扫一扫”即可分享。</p>",
    "<p>海量资讯、精准解读，尽在新浪财经APP</p>",
    '<div class="appendQr_wrap">扫码<img src="http://h/qr.png"></div>',
    "<p>原标题：港口又添一台吊机</p>",
    "<p>（文章来源：临溪日报）</p>",
    "<p>来源：临溪日报</p>",
    '<img class="em_handle_adv_close" src="http://h/close.png">',
    '<form><input value="x">提交</form>',
]


@pytest.mark.parametrize("furniture", FURNITURE)
def test_furniture_is_no_content(furniture: str):
    body = clean_fragment(f"<p>正文在前。</p>{furniture}", base_url=BASE)
    assert body == clean_fragment("<p>正文在前。</p>", base_url=BASE)


@pytest.mark.parametrize(
    "sentence",
    [
        "记者打开微信，点击底部的“发现”，看到一则公告。",
        "郑重声明：本公司从未授权任何机构代销。",
        "据悉，原标题：被改动过。",
        "来源：自有资金。来源：银行贷款。合计五亿元。",
        "图片来源：临溪港务局",
        "数据来源：公司公告",
        "他说，在东方财富看资讯行情的人多了。",
        '读者可<a href="https://acttg.eastmoney.com/x">点此</a>查看完整的开标结果与中标名单。',
        "编辑部的灯亮到天明",
    ],
)
def test_a_sentence_that_mentions_furniture_is_the_articles(sentence: str):
    expected = sentence.replace('<a href="https://acttg.eastmoney.com/x">点此</a>', "点此")
    assert text(f"<p>{sentence}</p><p>后文。</p>") == f"{expected}\n后文。"
    assert expected in clean_fragment(f"<p>{sentence}</p>", base_url=BASE).html


def test_a_source_line_above_the_end_is_the_articles():
    assert text("<p>来源：银行贷款</p><p>后文。</p>") == "来源：银行贷款\n后文。"


def test_a_chart_without_an_end_takes_nothing_away():
    assert text("甲<!-- EM_StockImg_Start -->乙<p>丙</p>") == "甲乙\n丙"
    assert text("甲<!-- EM_StockImg_Start -->乙<!-- EM_StockImg_Start -->x<!-- EM_StockImg_End -->丙") == "甲乙丙"


def test_what_a_layout_drops_is_dropped_and_its_tail_stays():
    source = '<p>甲<span class="ad">x</span>乙</p><div id="more">y</div>'
    assert clean_fragment(source, base_url=BASE, drop=[".ad", '//div[@id="more"]']).text == "甲乙"


def test_a_layouts_broken_selector_is_named():
    with pytest.raises(ValueError, match="cannot be read"):
        clean_fragment("<p>甲</p>", base_url=BASE, drop=["p["])


def test_html_is_only_allowed_markup_with_absolute_addresses():
    source = (
        '<div class="x" onclick="evil()">甲<div><p style="x">乙<a href="/n/1" rel="x">丙</a></p></div>丁</div>'
        '<a href="javascript:evil()">戊</a><iframe src="//e"></iframe><img src="/a.png" onerror="evil()"><h2>己</h2>'
    )
    assert clean_fragment(source, base_url=BASE).html == (
        '<p>甲</p><p>乙<a href="http://finance.eastmoney.com/n/1">丙</a></p><p>丁</p>'
        '<p>戊<img src="http://finance.eastmoney.com/a.png"></p><h2>己</h2>'
    )


def test_media_are_the_articles_pictures_once_with_the_sizes_told():
    source = (
        '<img src="data:image/gif;base64,AA" data-src="//cdn.example/1.jpg" alt=" 图 1 " width="600px" height="400">'
        '<img src="https://cdn.example/1.jpg"><img src="https://t.example/p.gif" width="1" height="1">'
        '<img data-original="/2.png"><img><img src="http://[bad"><img src="https://webquoteklinepic.eastmoney.com/G?nid=1">'
        '<noscript><img src="/3.png"></noscript><noscript>请启用脚本</noscript>'
        '<img src="https://dfscdn.dfcfw.com/download/D2_w640h480.jpg">'
    )
    assert clean_fragment(source, base_url="https://news.example/x/").media == (
        Media("https://cdn.example/1.jpg", "图 1", 600, 400),
        Media("https://news.example/2.png"),
        Media("https://news.example/3.png"),
        Media("https://dfscdn.dfcfw.com/download/D2_w640h480.jpg", "", 640, 480),
    )


@pytest.mark.parametrize("depth", [200, 300, 20_000])
def test_depth_costs_no_word(depth: int):
    body = clean_fragment(
        "<b>甲" * depth + '<p>末<img src="/i.png">尾</p><script>x</script>', base_url="https://news.example/"
    )
    assert body.text == "甲" * depth + "\n末尾"
    assert [image.url for image in body.media] == ["https://news.example/i.png"]


def test_millions_of_characters_are_read():
    assert len(text("<p>" + "甲" * 4_000_000 + "</p>")) == 4_000_000


@given(st.text(max_size=400))
@example("<!-- EM_StockImg_End --><!-- EM_StockImg_Start -->")
@example("<p &#0; a='\x01'>&#xd800;<a href='http://&#1;'>")
@example("<table><td><table><tr><td>x<td>")
@example("<a data-code><svg><math><textarea></b>")
def test_no_text_is_too_broken(source: str):
    body = clean_fragment(source, base_url=BASE)
    assert "<script" not in body.html


TAGS = ["p", "div", "span", "b", "a", "strong", "section", "li", "blockquote", "font", "center", "h3"]
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)
NODES = st.recursive(
    HAN,
    lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=4)).map(
        lambda node: f"<{node[0]}>{''.join(node[1])}</{node[0]}>"
    ),
    max_leaves=12,
)


def han(of: str) -> str:
    return "".join(sign for sign in of if "\u4e00" <= sign <= "\u9fff")


@given(st.lists(NODES, min_size=1, max_size=6).map("".join))
def test_no_han_character_is_lost_in_text_or_html(source: str):
    body = clean_fragment(source, base_url=BASE)
    assert han(body.text) == han(source)
    assert han(body.html) == han(source)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("澄江重工：回购67.3万股_东方财富网", "澄江重工：回购67.3万股"),
        ("澄江重工：回购_公司新闻_东方财富网", "澄江重工：回购"),
        ("港口涨价 - 新浪财经", "港口涨价"),
        ("港口涨价-财经频道-新华网", "港口涨价"),
        ("港口涨价|界面新闻", "港口涨价"),
        ("港口涨价-证券时报网", "港口涨价"),
        ("港口涨价--时政--人民网", "港口涨价"),
        ("港口涨价_10%公司_澎湃新闻-The Paper", "港口涨价"),
        ("港口涨价\n_光明网", "港口涨价"),
        ("Cranes sell well | Reuters", "Cranes sell well"),
        ("Cranes - what now? - MarketWatch", "Cranes - what now?"),
        ("A-share | B-share", "A-share | B-share"),
        ("R&amp;D  up\n &#12298;x&#12299;", "R&D up 《x》"),
        ("东方财富网", "东方财富网"),
        ("甲\x00乙\x01", "甲乙"),
        ("", ""),
    ],
)
def test_a_sites_name_is_taken_off_a_title(printed: str, expected: str):
    assert page_title(printed) == expected


def test_a_given_sites_name_is_taken_off_a_title():
    assert page_title("甲 - 乙报", site_names=["乙报"]) == "甲"
    assert page_title("甲 - 乙报") == "甲 - 乙报"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("【澄江重工：中标】澄江重工公告，中标。", ("澄江重工：中标", "head")),
        ("临溪港今日开港。吊机两台。", ("临溪港今日开港", "first-sentence")),
        ("\n真的吗？是。", ("真的吗？", "first-sentence")),
        ("甲\n乙", ("甲", "first-sentence")),
        ("长" * 200, ("长" * 79 + "…", "first-sentence")),
        ("【】正文。", ("【】正文", "first-sentence")),
        ("  ", ("", "")),
        ("", ("", "")),
    ],
)
def test_an_item_without_a_title_gets_its_head_or_first_sentence(source: str, expected: tuple[str, str]):
    assert head_title(source) == expected


def test_words_are_han_characters_and_runs_of_letters():
    assert word_count("R7 卡车，售价12万 dollars") == 8


def test_the_hash_is_of_the_words_alone():
    assert content_hash("标题１", "甲 乙\n丙") == content_hash("标题1", "甲乙丙")
    assert content_hash("ab", "c") != content_hash("a", "bc")
    assert len(content_hash("", "\ud800")) == 64
