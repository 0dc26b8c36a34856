"""Two texts side by side: what both have, what is missing, what was added; for people, in bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|[^\w\s]")
_MOST_LINES = 1_500
_MOST_PAIRS = 400_000
"""Of tokens to compare, about a tenth of a second; larger passages are shown whole."""


class Side(StrEnum):
    """Where a piece of text stands."""

    BOTH = "both"
    MISSING = "missing"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and where it stands."""

    side: Side
    text: str


def diff(wanted: str, text: str) -> list[Piece]:
    r"""Give the pieces of both texts in order; white space at the ends of lines does not count.

    >>> [(piece.side.value, piece.text) for piece in diff("The quay opened.", "The old quay opened.")]
    [('both', 'The '), ('added', 'old '), ('both', 'quay opened.\n')]
    """
    one, two = _lines(wanted), _lines(text)
    if max(len(one), len(two)) > _MOST_LINES:
        return _joined([Piece(Side.MISSING, "".join(one)), Piece(Side.ADDED, "".join(two))])
    return _joined(
        piece
        for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
        for piece in _passage(tag, "".join(one[a:b]), "".join(two[c:d]))
    )


def _lines(text: str) -> list[str]:
    return [f"{line.strip()}\n" for line in text.splitlines() if line.strip()]


def _passage(tag: str, wanted: str, text: str) -> Iterator[Piece]:
    if tag == "equal":
        yield Piece(Side.BOTH, text)
        return
    one, two = _TOKEN.findall(wanted), _TOKEN.findall(text)
    if tag != "replace" or len(one) * len(two) > _MOST_PAIRS:
        yield Piece(Side.MISSING, wanted)
        yield Piece(Side.ADDED, text)
        return
    for inner, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if inner == "equal":
            yield Piece(Side.BOTH, "".join(two[c:d]))
        else:
            yield Piece(Side.MISSING, "".join(one[a:b]))
            yield Piece(Side.ADDED, "".join(two[c:d]))


def _joined(pieces: Iterator[Piece] | list[Piece]) -> list[Piece]:
    """Give the pieces without empty ones, neighbours of one side as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].side is piece.side:
            joined[-1] = Piece(piece.side, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
