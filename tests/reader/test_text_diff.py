"""A diff holds both texts whole, says where they part, and ends soon on any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.text_diff import Piece, Side, diff

LINES = st.lists(st.text("ab 新码头。\t", max_size=12), max_size=8).map("\n".join)


def side(pieces: list[Piece], *sides: Side) -> str:
    return "".join(piece.text for piece in pieces if piece.side in sides)


def words(text: str) -> str:
    return "".join(text.split())


@given(LINES, LINES)
def test_both_texts_can_be_read_off_it(wanted: str, text: str) -> None:
    pieces = diff(wanted, text)
    assert words(side(pieces, Side.BOTH, Side.MISSING)) == words(wanted)
    assert words(side(pieces, Side.BOTH, Side.ADDED)) == words(text)
    assert all(piece.text for piece in pieces)


def test_equal_texts_have_one_piece() -> None:
    assert [piece.side for piece in diff("新码头\n投入运行", "新码头 \n\n投入运行")] == [Side.BOTH]


def test_a_changed_word_of_a_line_is_all_that_differs() -> None:
    assert [(one.side.value, one.text) for one in diff("晨港集团公告", "晨港公司公告")] == [
        ("both", "晨港"), ("missing", "集团"), ("added", "公司"), ("both", "公告\n"),
    ]  # fmt: skip


def test_a_hostile_pair_ends() -> None:
    one, two = "a b " * 40_000, "b a " * 40_000
    assert diff(one, two)
    assert diff("x\n" * 20_000, "y\n" * 20_000)
