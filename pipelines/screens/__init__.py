"""Is it an article? Each screen weighs what a page shows: a score from 0 to 1, one reason, and what spoke for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from pipelines.extraction import Refused
from pipelines.screens.findings import Finding, worst
from pipelines.screens.kinds import index_page, live_blog, media_page, stub
from pipelines.screens.missing import app_shell, error_page, soft_404
from pipelines.screens.signs import ENOUGH, Signs
from pipelines.screens.walls import captcha, consent_wall, login_wall
from storage.reasons import Reason

_TOO_SHORT = 40
"""Characters below which a text without a time is no article but what is left of a page: "Home"."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from a page, as far as the screens weigh it.

    `body` is where the text stands. `is_dated`: something tells when it appeared; `has_time`: to the time of day.
    `is_told`: the list that led to the page told the article's title or time.
    """

    text: str
    body: HtmlElement | None
    is_dated: bool
    has_time: bool
    is_told: bool


def of_page(signs: Signs, asked_url: str = "") -> list[Finding]:
    """Give what the screens find before an article is looked for; `asked_url` is what was asked, before redirects."""
    return [
        captcha(signs), consent_wall(signs), login_wall(signs, asked_url), soft_404(signs, asked_url),
        error_page(signs), app_shell(signs),
    ]  # fmt: skip


def of_text(signs: Signs, read: Read, *, now: datetime) -> list[Finding]:
    """Give what the screens find in what was read; `now` is when the page was fetched."""
    index = index_page(signs, read.text, read.body, is_told=read.is_told, has_time=read.has_time)
    return [index, live_blog(signs, read.text, now=now), media_page(signs, read.text)]


def refusal_of(signs: Signs, asked_url: str = "") -> Refused | None:
    """Give why a page is no article, None where nothing speaks against it."""
    if len(signs.prose) >= ENOUGH:
        return worst([soft_404(signs, asked_url)]) if asked_url not in {"", signs.url} else None
    return worst(of_page(signs, asked_url))


def refusal_of_text(signs: Signs, read: Read, *, now: datetime) -> Refused | None:
    """Give why what was read from a page is no article: home pages and videos have texts, too."""
    if len(read.text) < _TOO_SHORT and not read.is_dated:
        media = media_page(signs, read.text)
        said = f"a page with {len(read.text)} characters of text and no time of publication"
        return media.refused() if media.is_sure else Refused(Reason.NO_ARTICLE, said)
    return worst(of_text(signs, read, now=now))


def without_text(signs: Signs) -> Refused:
    """Give why a page that has no text has none."""
    media = media_page(signs, "")
    return media.refused() if media.is_sure else Refused(Reason.NO_ARTICLE, "the page has no article text")


def is_stub(signs: Signs, text: str) -> bool:
    """Tell whether a text is only the beginning of its article: it is stored, and flagged as partial."""
    return stub(signs, text).is_sure
