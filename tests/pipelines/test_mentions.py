import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.markup import parse_fragment
from pipelines.mentions import inferred_mentions, market_of_code, markup_mentions, merge_mentions, stock_list_mentions
from storage.types import Mention
from tests.pipelines.test_clean import STORY


def found(mentions: tuple[Mention, ...]) -> list[tuple[str, str, str]]:
    return [(one.symbol, one.market, one.name) for one in mentions]


def test_the_markup_of_a_story_names_its_securities():
    """Neither the chart's stock counts nor the board inside the publisher's name."""
    expected = [
        ("LKSP", "US", "罗克斯"),
        ("BK0493", "BOARD", "新能源"),
        ("600981", "SH", "澄江重工"),
        ("300917", "SZ", "远岚科技"),
    ]
    assert found(markup_mentions(STORY)) == expected
    tree = parse_fragment(STORY)
    assert found(markup_mentions(tree)) == expected
    assert {one.origin for one in markup_mentions(tree)} == {"publisher"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1,600160", [("600160", "SH", "某")]),
        ("002353", [("002353", "SZ", "某")]),
        ("NIO|106|7", [("NIO", "US", "某")]),
        ("106,NIO", [("NIO", "US", "某")]),
        ("NIO|106|3|", [("NIO", "US", "某")]),
        ("0,430047", [("430047", "BJ", "某")]),
        ("116,00700", [("00700", "HK", "某")]),
        ("90,BK0493", [("BK0493", "BOARD", "某")]),
        ("BK0493", [("BK0493", "BOARD", "某")]),
        ("106,BRK_B", [("BRK.B", "US", "某")]),
        ("1,1", []),
        ("", []),
        ("<b>", []),
        ("x" * 5_000, []),
    ],
)
def test_a_data_code_is_read_in_every_spelling(code: str, expected: list[tuple[str, str, str]]):
    assert found(markup_mentions(f"<p><a data-code='{code}'>某</a></p>")) == expected


def test_a_span_alone_is_read():
    assert found(markup_mentions('<span id="stock_0.300343">某</span><span id="quote_0.300343"></span>')) == [
        ("300343", "SZ", "某")
    ]


def test_lists_name_securities_and_what_is_none_is_left_out():
    values = ["90.BK0428", "150.014238", "116.00700", "106.NIO", "133.USDCNH", {"StockID": "sz002594", "name": "某"}]
    values += [7, None, [], "cls80", {"StockID": 5}, {"name": "x"}, {"stock_code": "600981", "short_name": "澄江"}]
    assert found(stock_list_mentions(values)) == [
        ("BK0428", "BOARD", ""),
        ("014238", "FUND", ""),
        ("00700", "HK", ""),
        ("NIO", "US", ""),
        ("USDCNH", "FX", ""),
        ("002594", "SZ", "某"),
        ("600981", "SH", "澄江"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("贵州茅台(600519)上涨", [("600519", "SH", "贵州茅台")]),
        ("其中贵州茅台（600519）、五粮液(000858)", [("600519", "SH", "贵州茅台"), ("000858", "SZ", "五粮液")]),
        ("（600519）", [("600519", "SH", "")]),
        ("看600519.SH和600519.SS", [("600519", "SH", "")]),
        ("00700.HK", [("00700", "HK", "")]),
        ("700.HK", [("00700", "HK", "")]),
        ("腾讯控股(00700.HK)", [("00700", "HK", "腾讯控股")]),
        ("万科A（000002.SZ/02202.HK）", [("000002", "SZ", "万科A"), ("02202", "HK", "万科A")]),
        ("买入$AAPL。", [("AAPL", "US", "")]),
        ("NASDAQ:AAPL", [("AAPL", "US", "")]),
        ("Berkshire (NYSE: BRK.B) fell", [("BRK.B", "US", "")]),
        ("430047.BJ", [("430047", "BJ", "")]),
        ("苹果（AAPL.O）", [("AAPL", "US", "苹果")]),
        ("（股票代码：600519）", [("600519", "SH", "")]),
        ("$贵州茅台(SH600519)$", [("600519", "SH", "贵州茅台")]),
        ("*ST步森(002569)", [("002569", "SZ", "*ST步森")]),
        ("昨日收盘后这家公司在公告里说它的全资子品牌叫远岚科技集团有限(300917)", [("300917", "SZ", "")]),
    ],
)
def test_codes_in_a_text_are_inferred(text: str, expected: list[tuple[str, str, str]]):
    mentions = inferred_mentions(text)
    assert found(mentions) == expected
    assert {one.origin for one in mentions} == {"inferred"}


@pytest.mark.parametrize(
    "text",
    [
        "$100", "100.00", "2022年", "（2022）", "（202203）", "（200812）", "13800138000", "(13800138000)", "US$5B",
        "$B", "$USD", "HK$100", "武汉（430000）", "天津（300000）", "营收600519元", "600519.shop", "a.600519.sh.com",
        "600519.25", "（600519元）", "T$AAPL", "$AAPLXYZ",
    ],
)  # fmt: skip
def test_a_number_is_no_security(text: str):
    assert inferred_mentions(text) == ()


def test_a_publishers_mention_wins_and_the_order_is_the_first_seen():
    inferred = (Mention("600981", "SH", "澄江重工", "inferred"), Mention("300917", "SZ", "", "inferred"))
    printed = (Mention("000893", "SZ", "朔野能源", "publisher"), Mention("600981", "SH", "", "publisher"))
    assert merge_mentions(inferred, printed) == (
        Mention("600981", "SH", "澄江重工", "publisher"),
        Mention("300917", "SZ", "", "inferred"),
        Mention("000893", "SZ", "朔野能源", "publisher"),
    )
    assert merge_mentions() == ()


def test_a_board_and_a_stock_stay_apart():
    both = merge_mentions([Mention("BK0473", "BOARD", "证券", "publisher"), Mention("BK0473", "US", "", "inferred")])
    assert len(both) == 2


@given(st.text(alphabet="$（）().0123456789ABHKSZNYE:：, 贵州茅台", max_size=200))
def test_no_text_is_too_broken(text: str):
    for mention in inferred_mentions(text):
        assert mention.market in {"SH", "SZ", "BJ", "HK", "US"}
    markup_mentions(text)


@given(st.text(max_size=10))
def test_a_market_is_told_for_any_text(code: str):
    assert market_of_code(code) in {"SH", "SZ", "BJ", "HK", ""}
