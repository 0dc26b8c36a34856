"""Lines that stand on many pages of a host, and now and then come into a text: what an article is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.templates.template import line_key

TOP_LINES = 3
END_LINES = 8
_LEAST_PAGES = 4
_SHARE = 0.6
_LEAST_TEXTS = 2
_LONGEST_KEY = 400
_MOST = 100


def repeated_lines(texts: Sequence[str], pages: Sequence[set[str]]) -> tuple[str, ...]:
    r"""Give the lines, as `line_key`, that came into the edges of several texts and stand on most of the pages.

    `pages` are the keys of all lines of each text's page.

    >>> repeated_lines([f"Story {n}\nSubscribe" for n in range(5)], [{"Subscribe", "Home"}] * 5)
    ('Subscribe',)
    """
    in_texts: Counter[str] = Counter()
    on_pages: Counter[str] = Counter()
    for text, page in zip(texts, pages, strict=True):
        in_texts.update(
            {key for line in at_the_edges(text.splitlines()) if 1 < len(key := line_key(line)) <= _LONGEST_KEY}
        )
        on_pages.update(page)
    least = max(_LEAST_PAGES, _SHARE * len(texts))
    often = (key for key, count in in_texts.most_common() if count >= _LEAST_TEXTS and on_pages[key] >= least)
    return tuple(key for key, _ in zip(often, range(_MOST), strict=False))


def at_the_edges(lines: Sequence[str]) -> list[str]:
    return [*lines[:TOP_LINES], *lines[max(TOP_LINES, len(lines) - END_LINES) :]]


def without_repeated(lines: Sequence[str], boilerplate: Sequence[str]) -> list[str]:
    """Give the lines without those known to repeat, where they stand at the top or the end; never none at all."""
    return [lines[number] for number in not_repeated(lines, boilerplate)]


def not_repeated(lines: Sequence[str], boilerplate: Sequence[str]) -> list[int]:
    """Give which lines `without_repeated` keeps."""
    known = set(boilerplate)
    last = len(lines) - END_LINES
    kept = [
        number
        for number, line in enumerate(lines)
        if not ((number < TOP_LINES or number >= last) and line_key(line) in known)
    ]
    return kept or list(range(len(lines)))
