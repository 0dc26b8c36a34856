"""When a template has drifted: the host's pages changed, and it serves too few of the last ones."""

from __future__ import annotations

from collections.abc import Sequence

_WINDOW = 20
_MOST_MISSES = 7
_IN_A_ROW = 5


def drift_of(recent: Sequence[bool]) -> str:
    """Give why a template is to be used no more, "" while it is fine; `recent` are hits and misses, the newest last.

    A redesign is seen after five pages; a site that mixes two layouts after eight of the other one among twenty.

    >>> drift_of([True] * 15 + [False] * 5)
    'it missed the last 5 pages'
    >>> drift_of([True, False] * 10)
    'it missed 10 of the last 20 pages'
    >>> drift_of([True] * 16 + [False] * 4)
    ''
    """
    last = recent[-_WINDOW:]
    if len(last) >= _IN_A_ROW and not any(last[-_IN_A_ROW:]):
        return f"it missed the last {_IN_A_ROW} pages"
    misses = len(last) - sum(last)
    return f"it missed {misses} of the last {len(last)} pages" if misses > _MOST_MISSES else ""
