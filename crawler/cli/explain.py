"""How `finews extract --explain` shows one page: tables for people, one JSON object a page for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from crawler.cli.output import print_json, print_table, say, table
from pipelines.explain import Explanation
from pipelines.saved import SavedPage

_LONGEST_VALUE = 200
_SHOWN_CUTS = 30


def print_explanation(page: SavedPage, explained: Explanation | Exception, *, as_json: bool) -> None:
    """Print why a page came out as it did; an error is the page's own."""
    if as_json:
        print_json(_fields(page, explained))
        return
    say(page.id, style="bold")
    if isinstance(explained, Exception):
        say(f"cannot be read: {explained}", style="red")
        return
    say(f"refused: {explained.refused}" if explained.refused else f"an article of {len(explained.text)} characters")
    for part in (_screens, _candidates, _values):
        part(explained)
    _cuts(explained)


def _screens(explained: Explanation) -> None:
    made = table(
        "screen", "score", "what spoke for and against", right=("score",), wide=("what spoke for and against",)
    )
    rows = ((one.what, f"{one.score:.2f}", _signs(one.signs)) for one in explained.findings)
    print_table(made, rows)
    say()


def _signs(signs: tuple[Any, ...]) -> str:
    return ", ".join(f"{sign.seen} {sign.weight:+g}" for sign in signs)


def _candidates(explained: Explanation) -> None:
    if not explained.candidates:
        return
    made = table("candidate for the body", "characters", "agreement", "chosen", right=("characters", "agreement"))
    rows = [(one.name, one.characters, f"{one.agreement:.3f}", "*" * one.chosen) for one in explained.candidates]
    print_table(made, rows)
    say()


def _values(explained: Explanation) -> None:
    if not explained.fields:
        return
    made = table("field", "value", "from", wide=("value",))
    print_table(made, [(one.name, one.value[:_LONGEST_VALUE], one.origin) for one in explained.fields if one.value])
    say()


def _cuts(explained: Explanation) -> None:
    if explained.refused:
        return
    say(f"cut inside of the body: {len(explained.cut)} lines; {explained.outside} lines stand elsewhere on the page")
    for line in explained.cut[:_SHOWN_CUTS]:
        say(f"  - {line}")


def _fields(page: SavedPage, explained: Explanation | Exception) -> dict[str, object]:
    told: dict[str, object] = {"id": page.id, "url": page.url}
    if isinstance(explained, Exception):
        return told | {"error": f"{type(explained).__name__}: {explained}"}
    return told | {
        "refused": explained.refused, "screens": list(_found(explained)),
        "candidates": list(map(asdict, explained.candidates)), "fields": list(map(asdict, explained.fields)),
        "cut": list(explained.cut), "outside": explained.outside, "text": explained.text,
    }  # fmt: skip


def _found(explained: Explanation) -> Iterator[dict[str, object]]:
    for one in explained.findings:
        yield {
            "reason": one.reason.value, "what": one.what, "score": one.score, "sure": one.is_sure,
            "signs": [asdict(sign) for sign in one.signs],
        }  # fmt: skip
