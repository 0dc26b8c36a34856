from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.charset import decode

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
