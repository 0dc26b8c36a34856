"""What the site shows at this moment, and the levers by which a test moves it on. Thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.site.answers import Answer, Request
from tests.site.stories import DESKS, Story, story

ADDITION = "（更新）公司补充称，上述事项尚需股东大会审议。"

Behaviour = int | str | Answer | Callable[[Request], Answer]
"""How a request goes wrong: a status, an answer, a function of the request, or a name in server.MISHAPS."""


@dataclass(slots=True)
class _Failure:
    host: str
    path: str
    behaviour: Behaviour
    left: int


@dataclass(slots=True)
class SiteState:
    """The stories of every desk, and what the next requests will meet."""

    _stories: dict[str, list[Story]] = field(default_factory=dict)
    _removed: set[tuple[str, str]] = field(default_factory=set)
    _failures: list[_Failure] = field(default_factory=list)
    _fetches: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._stories = {desk.name: [story(desk.name, n) for n in range(desk.opening)] for desk in DESKS.values()}

    def stories(self, desk: str) -> tuple[Story, ...]:
        """Give what a desk shows now, newest first."""
        with self._lock:
            return tuple(reversed([s for s in self._stories[desk] if (desk, s.key) not in self._removed]))

    def find(self, desk: str, key: str) -> Story | None:
        """Give a story that is published and not removed, by its publisher's id."""
        return next((found for found in self.stories(desk) if found.key == key), None)

    def publish(self, count: int = 1, desk: str | None = None) -> tuple[Story, ...]:
        """Add `count` newer stories to a desk, or to every desk; give those added, oldest first."""
        with self._lock:
            return tuple(added for name in self._named(desk) for added in self._add(name, count))

    def edit(self, key: str, text: str = ADDITION, desk: str | None = None) -> Story:
        """Add a sentence to a published story, as its publisher does hours later; give it as it is now.

        Raises:
            KeyError: no desk shows a story of this id.
        """
        with self._lock:
            for name in self._named(desk):
                for position, found in enumerate(self._stories[name]):
                    if found.key == key:
                        self._stories[name][position] = changed = found.edited(text)
                        return changed
        raise KeyError(f"no desk has a story {key!r}: take a key from SiteState.stories")

    def remove(self, key: str, desk: str | None = None) -> None:
        """Take a story off every list; its own address then answers as its publisher does for gone ones."""
        with self._lock:
            self._removed.update((name, key) for name in self._named(desk))

    def fail(self, host: str, path: str, behaviour: Behaviour, times: int = 1) -> None:
        """Let the next `times` requests to `host` whose path and query contain `path` meet `behaviour`."""
        with self._lock:
            self._failures.append(_Failure(host.lower(), path, behaviour, times))

    def failure_for(self, request: Request) -> Behaviour | None:
        """Give what this request must meet, and count it; None where all is well."""
        with self._lock:
            for failure in self._failures:
                if failure.left > 0 and failure.host in (request.host, "*") and failure.path in request.target:
                    failure.left -= 1
                    return failure.behaviour
        return None

    def next_fetch(self) -> int:
        """Count the pages given out: what changes at every fetch is made of this."""
        with self._lock:
            self._fetches += 1
            return self._fetches

    def _named(self, desk: str | None) -> tuple[str, ...]:
        return tuple(DESKS) if desk is None else (desk,)

    def _add(self, desk: str, count: int) -> list[Story]:
        start = len(self._stories[desk])
        added = [story(desk, number) for number in range(start, start + count)]
        self._stories[desk].extend(added)
        return added
