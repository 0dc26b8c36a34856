"""Where the lines of a text stand on its page, and so how much of the text each element holds."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from lxml import etree
from lxml.html import HtmlElement

from pipelines.templates.template import line_key


class Spans:
    """A page's words as one string of keys, each element's part of it, and where a text's lines were found in it."""

    def __init__(self, root: HtmlElement, text: str) -> None:
        self.body = next(root.iter("body"), root)
        self._spans: dict[HtmlElement, tuple[int, int]] = {}
        words = self._read()
        lines = [key for line in text.splitlines() if (key := line_key(line))]
        self._total = sum(map(len, lines))
        found = sorted((start, len(key)) for key, start in zip(lines, _places(words, lines), strict=True) if start >= 0)
        self._starts = [start for start, _ in found]
        self._sums = [0, *accumulate(size for _, size in found)]

    def _read(self) -> str:
        pieces: list[str] = []
        starts: dict[HtmlElement, int] = {}
        size = 0
        for event, element in etree.iterwalk(self.body, events=("start", "end")):
            if event == "start":
                starts[element] = size
                piece = element.text if isinstance(element.tag, str) else None
            else:
                self._spans[element] = (starts[element], size)
                piece = element.tail
            if piece and (key := line_key(piece)):
                pieces.append(key)
                size += len(key)
        return "".join(pieces)

    def share(self, element: HtmlElement) -> float:
        """Give how much of the text stands in an element, from 0 to 1."""
        start, end = self._spans.get(element, (0, 0))
        within = self._sums[bisect_left(self._starts, end)] - self._sums[bisect_left(self._starts, start)]
        return within / self._total if self._total else 0.0

    def size(self, element: HtmlElement) -> int:
        start, end = self._spans.get(element, (0, 0))
        return end - start

    def smallest(self, least: float) -> HtmlElement:
        """Give the smallest element that holds at least so much of the text."""
        element = self.body
        while (child := next((one for one in element if self.share(one) >= least), None)) is not None:
            element = child
        return element


def _places(words: str, lines: list[str]) -> list[int]:
    """Give where each line stands, -1 for nowhere: round the longest one, since a lead may stand in a summary, too."""
    if not lines:
        return []
    anchor = max(range(len(lines)), key=lambda number: len(lines[number]))
    places = [-1] * len(lines)
    places[anchor] = words.find(lines[anchor])
    before = places[anchor] if places[anchor] >= 0 else len(words)
    for number in range(anchor - 1, -1, -1):
        place = words.rfind(lines[number], 0, before)
        places[number] = place if place >= 0 else words.find(lines[number])
        before = place if place >= 0 else before
    after = max(places[anchor], 0) + len(lines[anchor])
    for number in range(anchor + 1, len(lines)):
        place = words.find(lines[number], after)
        places[number] = place if place >= 0 else words.find(lines[number])
        after = place + len(lines[number]) if place >= 0 else after
    return places
