"""A layout's sample pages through the very steps of the crawl: does each come out as its author says?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipelines.layouts import Layout, Sample
from pipelines.process import process
from pipelines.saved import page_of, row_of
from storage.drafts import Rejected

_LONGEST = 120


def faults_of(layout: Layout) -> list[str]:
    """Give a line for each value of a layout's samples that comes out otherwise; none: all is as expected."""
    return [fault for sample in layout.sample for fault in _faults(layout, sample)]


def _faults(layout: Layout, sample: Sample) -> list[str]:
    now = datetime.now(UTC)
    page = replace(page_of(sample.page.encode(), url=sample.url, now=now), layout=layout)
    result = process(page)
    if isinstance(result, Rejected):
        return [f"{sample.url}: is refused: {result.reason.value}: {result.text}"]
    found = row_of(result, id="", url=sample.url, now=now)
    wanted = sample.expected.model_dump(exclude_none=True)
    return [
        f"{sample.url}: {name} is {_shown(found[name])}, expected {_shown(value)}"
        for name, value in wanted.items()
        if _plain(found[name]) != _plain(value)
    ]


def _plain(value: Any) -> Any:
    """Give a value as it is compared: times with their offset as instants, lists as lists."""
    if isinstance(value, tuple):
        return list(value)
    if not isinstance(value, str):
        return value
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return value.strip()
    return time.astimezone(UTC) if time.tzinfo else value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
