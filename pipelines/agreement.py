"""How far two texts say the same: shares of words, each Han character a word, in any order, as often as they stand."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+")


def words_of(text: str) -> Counter[str]:
    """Give the words of a text in Unicode's NFKC, case folded, and how often each stands."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def recall(text: str, wanted: str) -> float:
    """Give the share of the wanted words that a text has; 1 where nothing is wanted.

    >>> recall("the quay opened", "the old quay")
    0.6666666666666666
    """
    has, wants = words_of(text), words_of(wanted)
    return (has & wants).total() / wants.total() if wants else 1.0


def agreement(text: str, other: str) -> float:
    """Give the F1 of two texts' words, 1 where both have none.

    >>> agreement("新码头 投入运行", "新码头投入运行。")
    1.0
    """
    one, two = words_of(text), words_of(other)
    return 2 * (one & two).total() / (one.total() + two.total()) if one or two else 1.0
