"""How right an extraction is: of the text 4-shingles or bags of words, of the other fields equality.

Source: the public article extraction benchmark (shingles of four words, as multisets; F1 of mean precision and mean
recall); WCXB (mean F1 of word multisets). Of Han text each character, letter or digit is a token, after NFKC.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.extractors import Read
from benchmarks.gold import GoldPage

_SHINGLE = 4
_WORD = re.compile(r"\w+")
_CHARACTER = re.compile(r"[^\W_]")
_SIGNS = re.compile(r"[\W_]+")

FIELDS = ("title", "day", "time", "publisher", "authors", "invented")


@dataclass(frozen=True, slots=True)
class PageScore:
    """One page's: `fields` says for each field that the gold tells whether it is right (invented: whether it is so)."""

    precision: float
    recall: float
    exact: bool
    has_text: bool
    fields: dict[str, bool] = field(default_factory=dict)

    @property
    def f1(self) -> float:
        return _f1(self.precision, self.recall)


@dataclass(frozen=True, slots=True)
class SetScore:
    """The means over a set; `fields` are (right, scored)."""

    pages: int
    f1: float
    precision: float
    recall: float
    exact: float
    without_text: int
    fields: dict[str, tuple[int, int]]


def score_page(page: GoldPage, read: Read) -> PageScore:
    told, shown = _tokens(page.gold.get("text") or "", page.metric), _tokens(read.text, page.metric)
    size = 1 if page.metric == "bag" else _SHINGLE
    precision, recall, exact = _overlap(_shingles(told, size), _shingles(shown, size))
    return PageScore(precision, recall, exact, bool(read.text.strip()), dict(_fields(page.gold, read)))


def score_set(scores: Sequence[PageScore], *, by_page: bool) -> SetScore:
    """Give the means; the F1 is that of the means, or, `by_page`, the mean of the pages' F1 (WCXB)."""
    count = max(1, len(scores))
    precision, recall = (sum(getattr(one, name) for one in scores) / count for name in ("precision", "recall"))
    fields = {
        name: (sum(one.fields.get(name, False) for one in scores), sum(name in one.fields for one in scores))
        for name in FIELDS
    }
    return SetScore(
        pages=len(scores), f1=sum(one.f1 for one in scores) / count if by_page else _f1(precision, recall),
        precision=precision, recall=recall, exact=sum(one.exact for one in scores) / count,
        without_text=sum(not one.has_text for one in scores), fields=fields,
    )  # fmt: skip


def _tokens(text: str, metric: str) -> list[str]:
    if metric == "characters":
        return _CHARACTER.findall(unicodedata.normalize("NFKC", text))
    return _WORD.findall(text.lower() if metric == "bag" else text)


def _shingles(tokens: list[str], size: int) -> Counter[tuple[str, ...]]:
    count = max(1, len(tokens) - size + 1) if tokens else 0
    return Counter(tuple(tokens[start : start + size]) for start in range(count))


def _overlap(told: Counter[tuple[str, ...]], shown: Counter[tuple[str, ...]]) -> tuple[float, float, bool]:
    if told == shown:
        return 1.0, 1.0, True
    both = (told & shown).total()
    return both / max(1, shown.total()), both / max(1, told.total()), False


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _fields(gold: Any, read: Read) -> Iterable[tuple[str, bool]]:
    if gold.get("title"):
        yield "title", _key(read.title) == _key(gold["title"])
    if gold.get("date"):
        yield "day", read.published[:10] == gold["date"][:10]
    if gold.get("time"):
        yield "time", read.published[11:16] == gold["time"]
    if gold.get("publisher"):
        names = {_key(name) for name in (gold["publisher"], *(gold.get("publisher_alt") or ()))}
        yield "publisher", not names.isdisjoint(map(_key, read.publishers))
    authors = {_key(name) for name in gold.get("authors") or ()}
    if gold.get("byline", bool(authors)):
        yield "authors", {_key(name) for name in read.authors} == authors
    elif gold.get("authors") is not None:
        yield "invented", bool(read.authors)


def _key(text: str | None) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text or "").casefold())
