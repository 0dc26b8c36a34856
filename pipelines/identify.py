"""What a draft is to the archive: new, copy, revision or same; decided from facts, without a database."""

from __future__ import annotations

from urllib.parse import urlsplit

from storage.articles import Archived, Known, Verdict, VerdictKind
from storage.drafts import Draft
from storage.types import Kind

_LONG_ENOUGH = 200
"""Characters from which two equal texts are no coincidence; short flashes repeat ("沪指涨1%")."""


def decide(draft: Draft, known: Known) -> Verdict:
    """Decide by identity first, then by the very text.

    The same article with other words is a revision, unless the archive has the whole text and the draft only a
    part of it. The same text on the same host without two numbers of its own is the same article under another
    address; elsewhere it is a copy: an article of its own in the same story.
    """
    article = known.same_article
    if article is not None:
        return Verdict(_against(draft, article), article=article)
    if len(draft.text) < _LONG_ENOUGH:
        return Verdict(VerdictKind.NEW)
    for other in known.same_text:
        if _is_same_page(draft, other):
            return Verdict(VerdictKind.SAME, article=other)
    if known.same_text:
        return Verdict(VerdictKind.COPY, story_id=known.same_text[0].story_id)
    return Verdict(VerdictKind.NEW)


def _against(draft: Draft, article: Archived) -> VerdictKind:
    if draft.content_hash == article.content_hash:
        return VerdictKind.SAME
    less = draft.partial and not article.partial
    only_flash = draft.kind is Kind.FLASH and article.kind is Kind.ARTICLE
    return VerdictKind.SAME if less or only_flash else VerdictKind.REVISION


def _is_same_page(draft: Draft, other: Archived) -> bool:
    two_numbers = None not in {draft.external_id, other.external_id} and draft.external_id != other.external_id
    same_day = (
        draft.published_at is None
        or other.published_at is None
        or draft.published_at.date() == other.published_at.date()
    )
    return not two_numbers and same_day and urlsplit(draft.url).hostname == urlsplit(other.url).hostname
