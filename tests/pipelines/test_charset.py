from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.charset import decode, is_binary
from tests.examples import examples

SIMPLIFIED = (
    "<html><head><title>某公司</title></head><body><p>某公司周二宣布，在这一个季度的产量为二十万吨。</p></body></html>"
)
TRADITIONAL = (
    "<html><head><title>某公司</title></head><body><p>某公司週二宣布，在這一個季度的產量為二十萬噸。</p></body></html>"
)
WESTERN = "<html><body><p>Le café a coûté très cher à l’été – déjà vu.</p></body></html>"


@pytest.mark.parametrize(
    ("text", "charset", "declared"),
    [
        (SIMPLIFIED, "utf-8", ""),
        (SIMPLIFIED, "utf-8", "text/html; charset=ISO-8859-1"),
        (SIMPLIFIED, "utf-8", "text/html; charset=gb2312"),
        (SIMPLIFIED, "utf-8-sig", "text/html; charset=gbk"),
        (SIMPLIFIED, "gbk", ""),
        (SIMPLIFIED, "gbk", "text/html; charset=utf-8"),
        (SIMPLIFIED, "gbk", "text/html; charset=gb2312"),
        (SIMPLIFIED, "gbk", "text/html; charset=ISO-8859-1"),
        (SIMPLIFIED, "gb18030", "text/html; charset=x-unknown"),
        (SIMPLIFIED, "utf-16", ""),
        (SIMPLIFIED, "utf-16-le", ""),
        (SIMPLIFIED, "utf-16-be", "text/html; charset=utf-8"),
        (TRADITIONAL, "big5", ""),
        (TRADITIONAL, "big5", "text/html; charset=big5"),
        (TRADITIONAL, "big5", "text/html; charset=utf-8"),
        (WESTERN, "cp1252", "text/html; charset=iso-8859-1"),
        (WESTERN, "cp1252", "text/html; charset=utf-8"),
        (WESTERN, "cp1252", ""),
    ],
)
def test_a_page_is_read_in_its_own_charset_whatever_it_declares(text: str, charset: str, declared: str):
    assert decode(text.encode(charset), declared) == text


def test_a_charset_in_the_page_counts_where_the_header_has_none():
    page = '<html><head><meta charset="windows-1252"></head><body>caf\u00e9 d\u00e9j\u00e0 vu</body></html>'
    assert decode(page.encode("cp1252")) == page


def test_the_charset_that_fits_wins_over_the_one_that_does_not():
    page = f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">{SIMPLIFIED}'
    assert decode(page.encode("gbk"), "text/html; charset=euc-jp") == page


@pytest.mark.parametrize("name", ["unicode_escape", "punycode", "idna", "utf_7", "rot13", "hex", "undefined", "x\x00y"])
def test_python_codecs_that_are_no_charsets_are_not_believed(name: str):
    assert decode(WESTERN.encode("cp1252") + b"\\ud800 +2D0-", f"text/html; charset={name}").endswith("\\ud800 +2D0-")


def test_one_lost_byte_does_not_change_the_charset():
    page = SIMPLIFIED * 3
    assert decode(page.encode().replace("产".encode(), "产".encode()[:2], 1), "text/html; charset=gbk").count("产") == 2


def test_evidence_behind_a_long_head_counts():
    script = f"<script>{'var a = 1; ' * 4_000}</script>"
    assert decode(f"{script}{SIMPLIFIED}".encode("gbk"), "text/html; charset=ISO-8859-1").endswith(SIMPLIFIED)


def test_a_character_cut_at_the_end_does_not_change_the_charset():
    assert decode(SIMPLIFIED.encode()[:-1] + "股".encode()[:2], "text/html; charset=gbk").startswith(SIMPLIFIED[:-1])


def test_control_characters_and_references_to_them_are_left_out():
    assert decode("<p>股\x00价\x08上&#8;涨&#x1F;两&#0;成\ufffe</p>\t\n".encode()) == "<p>股价上涨两成</p>\t\n"


def test_references_to_other_characters_stay():
    assert decode(b"&#10;&#13;&#x9;&#65;&#x4E2D;&#128;") == "&#10;&#13;&#x9;&#65;&#x4E2D;&#128;"


@given(st.binary(max_size=400), st.text(max_size=60))
@example(b"\xff\xfe\x00\xd8", "")
@example(b"\xef\xbb", "text/html; charset=utf-8")
@example(b"\x81" * 40, "charset=gb18030")
def test_any_bytes_give_text_that_can_be_stored(body: bytes, content_type: str):
    text = decode(body, content_type)
    text.encode("utf-8")
    assert "\x00" not in text


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=200))
def test_valid_utf8_is_read_as_utf8(text: str):
    assert decode(text.encode(), "text/html; charset=gb2312") == text


HAN = (
    "央行今日宣布下调存款准备金率市场人士表示符合预期公司股价大涨投资者关注业绩"
    "报告增长同比国内经济形势新的政策出台银证券基"
)
HAN_OLD = (
    "央行今日宣布下調存款準備金率市場人士表示符合預期公司股價大漲投資者關注業績"
    "報告增長同比國內經濟形勢新的政策出台銀證券基"
)
RARE = "\u4dae\u9fa6\u3402\U00020bb7\U0001f600"
NAMES = (
    "",
    "utf-8",
    "gbk",
    "gb2312",
    "big5",
    "iso-8859-1",
    "windows-1252",
    "shift_jis",
    "euc-kr",
    "euc-jp",
    "x-none",
    "utf-16",
)


def sentences(signs: str) -> st.SearchStrategy[str]:
    """Half of the signs at least, in any order."""
    return st.permutations(signs).flatmap(
        lambda mixed: st.integers(len(mixed) // 2, len(mixed)).map(lambda end: f"{''.join(mixed[:end])}，。")
    )


def as_page(text: str, meta: str) -> str:
    said = f'<meta charset="{meta}">' if meta else ""
    head = f"<!DOCTYPE html><html><head>{said}<title>{text[:9]}</title></head>"
    return f"{head}<body><p>AT&T rose 3.5%: {text}</p></body></html>"


WORDS = ["café", "déjà", "naïve", "über", "façade", "señor", "straße", "the", "market", "rose", "again"]


@settings(max_examples=examples(60), deadline=None)
@given(sentences(HAN), st.sampled_from(["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
       st.sampled_from(NAMES), st.sampled_from(NAMES))  # fmt: skip
def test_simplified_chinese_comes_out_right_whatever_is_declared(text: str, charset: str, field: str, meta: str):
    page = as_page(text, meta)
    assert decode(page.encode(charset), f"text/html; charset={field}" if field else "") == page


@settings(max_examples=examples(60), deadline=None)
@given(
    sentences(HAN_OLD), st.sampled_from(["big5", "utf-8", "utf-16-le"]), st.sampled_from(NAMES), st.sampled_from(NAMES)
)
def test_traditional_chinese_comes_out_right_whatever_is_declared(text: str, charset: str, field: str, meta: str):
    page = as_page(text, meta)
    assert decode(page.encode(charset), f"text/html; charset={field}" if field else "") == page


@settings(max_examples=examples(60), deadline=None)
@given(sentences(HAN), st.text(st.sampled_from(RARE), min_size=1, max_size=5), st.sampled_from(NAMES))
def test_four_byte_characters_of_gb18030_come_out_right(text: str, rare: str, meta: str):
    page = as_page(text + rare + text, meta)
    assert decode(page.encode("gb18030"), "text/html; charset=gb2312") == page


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=6),
    st.sampled_from(["", "utf-8", "gbk", "iso-8859-1", "windows-1252", "euc-kr"]),
    st.sampled_from(["", "utf-8", "gb2312"]),
)
def test_western_text_comes_out_right_whatever_is_declared(words: list[str], field: str, meta: str):
    page = as_page(" ".join(words), meta)
    for charset in ("cp1252", "utf-8"):
        assert decode(page.encode(charset), f"text/html; charset={field}" if field else "") == page


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("日経平均株価は三日続伸し、終値は前日比で百二十円高となりました。市場では買いが広がった。", "shift_jis"),
        ("日経平均株価は三日続伸し、終値は前日比で百二十円高となりました。市場では買いが広がった。", "euc-jp"),
        ("코스피 지수는 사흘째 상승하며 거래를 마쳤다. 외국인 투자자의 순매수가 이어졌다.", "euc-kr"),
        ("Рынок акций вырос третий день подряд, инвесторы ждут решения центрального банка.", "windows-1251"),
    ],
)
def test_another_script_that_says_so_is_believed(text: str, charset: str):
    assert decode(as_page(text * 3, charset).encode(charset)) == as_page(text * 3, charset)


@pytest.mark.parametrize("charset", ["gbk", "big5", "utf-8"])
@pytest.mark.parametrize("cut", [1, 2])
def test_a_body_cut_inside_its_last_character_is_read_up_to_it(charset: str, cut: int):
    text = "中文公司公告的內容在此一次說明" * 4
    assert decode(text.encode(charset)[:-cut]).startswith(text[:-2])
    assert "\ufffd" not in decode(text.encode(charset)[:-1])


def test_a_meta_element_beyond_the_first_kilobyte_counts():
    text = "Рынок акций вырос третий день подряд, инвесторы ждут решения центрального банка."
    page = f"<html><head><!--{'x' * 2_000}--><meta charset=koi8-r></head><body>{text}</body></html>"
    assert decode(page.encode("koi8-r")) == page


def test_a_mark_wins_over_header_and_meta():
    page = as_page(SIMPLIFIED, "big5")
    assert decode(b"\xef\xbb\xbf" + page.encode(), "text/html; charset=gbk") == page


def test_what_a_page_itself_garbled_is_left_as_it_is():
    garbled = SIMPLIFIED.encode().decode("cp1252", "replace")
    assert decode(garbled.encode()) == garbled


def test_a_block_in_another_charset_costs_itself_alone():
    page = as_page(SIMPLIFIED, "utf-8").encode()
    assert SIMPLIFIED in decode(page + "<p>广告位招租</p>".encode("gbk"))


def test_references_to_halves_of_a_pair_are_the_character():
    assert decode(b"a&#xD83D;&#xDE00;b&#55357;&#56832;c&#xD800;d&#57343;") == "a\U0001f600b\U0001f600cd"


@pytest.mark.parametrize(
    "body",
    [b"%PDF-1.7", b"\r\n\r\n%PDF-1.4", b"\x89PNG\r\n", b"PK\x03\x04", b"\x7fELF", bytes(3_000), bytes(range(256)) * 40],
)
def test_bytes_of_no_text_are_told(body: bytes):
    assert is_binary(body)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_text_is_never_taken_for_binary(text: str, charset: str):
    plain = "".join(sign for sign in text if sign.isprintable())
    assert not is_binary(f"<html>{plain}".encode(charset, "ignore"))
