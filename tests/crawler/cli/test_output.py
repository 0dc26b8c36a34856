"""What is printed: widths of Han signs, nothing that a terminal obeys, JSON that reads back."""

from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from crawler.cli.output import json_line, print_table, table
from crawler.terminal import visible

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m[bold]标题[/bold]\u202etxt.exe\u2066\r\n\x00 :warning:"


def printed(rows: list[tuple[object, ...]]) -> str:
    out = io.StringIO()
    where = Console(file=out, width=80, force_terminal=True, color_system=None)
    print_table(table("title", "source", wide=("title",)), rows, where=where)
    return out.getvalue()


def test_columns_stand_in_line_beside_han_signs() -> None:
    lines = printed([("沪指跌3.66%报1845.09点", "甲"), ("Fed holds", "乙"), ("ＡＢＣ，全角", "丙")]).splitlines()
    columns = {cell_len(line[: line.index(sign)]) for line, sign in zip(lines[2:], "甲乙丙", strict=True)}
    assert len(columns) == 1


def test_a_hostile_title_moves_and_colours_nothing() -> None:
    text = printed([(HOSTILE, "x")])
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert "\\x1b]0;owned" in text
    assert "[bold]标题[/bold]" in text
    assert "\\u202etxt.exe" in text
    assert ":warning:" in text


@given(st.text())
def test_visible_text_is_one_printable_line(text: str) -> None:
    shown = visible(text)
    assert "\n" not in shown
    assert not any(ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 for sign in shown)
    shown.encode("utf-8")


def test_line_breaks_stay_where_they_are_wanted() -> None:
    assert visible("一\n二\r\n\x1b[1m三", lines=True) == "一\n二\n\\x1b[1m三"


@given(st.dictionaries(st.text(), st.text() | st.none() | st.integers()))
def test_a_json_line_is_one_line_and_reads_back(value: dict[str, object]) -> None:
    line = json_line(value)
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode("utf-8", "backslashreplace")) == value


def test_json_keeps_han_signs_readable() -> None:
    assert json_line({"title": "澎湃新闻"}) == '{"title": "澎湃新闻"}'
