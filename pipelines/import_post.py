"""A Jekyll post made ready to store: the body cleaned as a crawled one is, the names as the post has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipelines.category import category_of
from pipelines.clean import Body, clean_fragment, content_hash, word_count
from pipelines.markup import parse_fragment
from pipelines.mentions import inferred_mentions, markup_mentions, merge_mentions
from pipelines.page import SourceFacts
from pipelines.publisher import canonical_publisher, printed_publisher
from storage.drafts import Draft, Rejected
from storage.export.post import Post
from storage.reasons import Reason
from storage.types import Kind, Precision
from storage.urls import BadUrl, canonical_url, digits_day, external_id, identity

SOURCE_KEY = "import"
FROM_POST = "post"
"""Where the values of an imported draft come from."""

_EASTMONEY_ZONE = "Asia/Shanghai"
_DIGEST = re.compile(r"\s{0,9}> ([^\n]*)(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class _Address:
    url: str
    canonical_url: str
    identity: str
    external_id: str | None


def draft_of_post(post: Post) -> Draft | Rejected:
    """Give the draft of a post, or the reason why it is none: no address to know it by, or nothing in it.

    Publisher, category and title are the post's, so that it can be exported again as it was; `publisher_as_printed`
    is what the body prints. A title that is empty stays so. An unknown time comes from an infoCode's day.
    """
    address = _address(post)
    if address is None:
        what = f"the share link {post.share_url!r} is no address" if post.share_url else "the post has no share link"
        return Rejected(None, post.name, Reason.BAD_ADDRESS, f"{what}, and its file name has no infoCode")
    body = clean_fragment(_as_html(post.body), base_url=address.canonical_url)
    if not (post.title or body.text or body.media):
        return Rejected(None, address.url, Reason.NO_ARTICLE, "the post has neither title nor text")
    return _draft(post, address, body)


def _draft(post: Post, address: _Address, body: Body) -> Draft:
    title, source_html = _storable(post.title), _storable(post.body)
    printed = printed_publisher(parse_fragment(source_html)) or ""
    publisher = _storable(post.publisher) or canonical_publisher(printed)
    slug, name = category_of(
        SourceFacts(
            SOURCE_KEY, category_slug=_storable(post.category_slug), category_name=_storable(post.category_name)
        ),
        publisher,
    )
    published_at, precision, published_from, zone = _published(post, address)
    return Draft(
        link_id=None, url=address.url, canonical_url=address.canonical_url, identity=address.identity,
        external_id=address.external_id, aliases=(), kind=Kind.ARTICLE, source_key=SOURCE_KEY,
        title=title, title_from=FROM_POST if title else "", text=body.text, html=body.html, source_html=source_html,
        authors=(), publisher=publisher, publisher_as_printed=printed or publisher,
        publisher_from=FROM_POST if publisher else "", category_slug=slug, category_name=name, language="",
        timezone=zone, published_at=published_at, published_precision=precision, published_from=published_from,
        published_as_printed=_storable(post.published_as_printed), partial=False, media=body.media,
        mentions=merge_mentions(markup_mentions(source_html), inferred_mentions(f"{title}\n{body.text}")),
        content_hash=content_hash(title, body.text), word_count=word_count(body.text),
    )  # fmt: skip


def _address(post: Post) -> _Address | None:
    """Give what identifies a post: its link, and the infoCode in the link or in the file's name."""
    link = post.share_url if _is_address(post.share_url) else ""
    # Digits alone may be any source's number.
    named = external_id(post.own_id) if post.own_id[:1].isalpha() else None
    code = external_id(link) or named
    page = f"https://finance.eastmoney.com/a/{code[2:]}.html" if code and code.startswith("NW") else link
    if not page:
        return None
    return _Address(link or page, canonical_url(page), identity(page, code), code or post.own_id or None)


def _is_address(url: str) -> bool:
    try:
        canonical_url(url)
    except BadUrl:
        return False
    return True


def _published(post: Post, address: _Address) -> tuple[datetime | None, Precision | None, str, str]:
    if post.published_at is not None:
        return post.published_at, post.published_precision, FROM_POST, post.timezone
    day = digits_day(address.external_id or "") if address.identity.startswith("eastmoney:") else None
    if day is None:
        return None, None, "", post.timezone
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(_EASTMONEY_ZONE))
    return midnight.astimezone(UTC), Precision.DAY, "external-id", _EASTMONEY_ZONE


def _as_html(body: str) -> str:
    """Give the original site's `> digest` before a body as HTML; all else is HTML or text already."""
    match = _DIGEST.match(body)
    return f"<blockquote><p>{match[1]}</p></blockquote>{body[match.end() :]}" if match else body


def _storable(text: str) -> str:
    # PostgreSQL takes no NUL in a text.
    return text.replace("\x00", "")
