"""The decision about a draft, from facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.identify import decide
from storage.articles import Archived, Known, VerdictKind
from storage.types import Kind
from tests.storage.drafts import AT, LONG, draft


def archived(url: str = "https://news.example.com/1.html", **changes: Any) -> Archived:
    one = Archived(
        article_id=7, story_id=3, url=url, external_id=None, kind=Kind.ARTICLE, revision=1,
        content_hash=draft().content_hash, partial=False, published_at=AT,
    )  # fmt: skip
    return replace(one, **changes)


def test_what_is_unknown_is_new() -> None:
    assert decide(draft(), Known(None, ())).kind is VerdictKind.NEW


@pytest.mark.parametrize(
    ("changes", "known", "expected"),
    [
        ({}, {}, VerdictKind.SAME),
        ({}, {"content_hash": "other"}, VerdictKind.REVISION),
        ({"partial": True}, {"content_hash": "other"}, VerdictKind.SAME),
        ({"partial": True}, {"content_hash": "other", "partial": True}, VerdictKind.REVISION),
        ({}, {"content_hash": "other", "partial": True}, VerdictKind.REVISION),
        ({"kind": Kind.FLASH}, {"content_hash": "other"}, VerdictKind.SAME),
        ({"kind": Kind.FLASH}, {"content_hash": "other", "kind": Kind.FLASH}, VerdictKind.REVISION),
    ],
    ids=["same", "edited", "part-of-whole", "part-of-part", "whole-of-part", "flash-of-article", "edited-flash"],
)
def test_the_same_article(changes: dict[str, Any], known: dict[str, Any], expected: VerdictKind) -> None:
    verdict = decide(draft(**changes), Known(archived(**known), ()))
    assert verdict.kind is expected
    assert verdict.article is not None
    assert verdict.article.article_id == 7


@pytest.mark.parametrize(
    ("changes", "known", "expected"),
    [
        ({}, {"url": "https://news.example.com/amp/1"}, VerdictKind.SAME),
        ({}, {"url": "https://other.example.org/1"}, VerdictKind.COPY),
        ({"external_id": "NW202203150000000001"}, {"external_id": "NW202203150000000002"}, VerdictKind.COPY),
        ({}, {"published_at": datetime(2022, 3, 17, tzinfo=UTC)}, VerdictKind.COPY),
        ({"published_at": None}, {}, VerdictKind.SAME),
        ({"text": "沪指涨1%。"}, {}, VerdictKind.NEW),
    ],
    ids=["same-host", "other-host", "two-numbers", "another-day", "unknown-day", "short-text"],
)
def test_the_same_text(changes: dict[str, Any], known: dict[str, Any], expected: VerdictKind) -> None:
    verdict = decide(draft("https://news.example.com/2.html", **changes), Known(None, (archived(**known),)))
    assert verdict.kind is expected
    assert verdict.story_id == (3 if expected is VerdictKind.COPY else None)
    assert len(LONG) > 200
