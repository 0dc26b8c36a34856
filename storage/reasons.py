"""The closed list of reasons for which a link is not, or not yet, an archived article.

It lives in storage because the ledger keeps it; the steps and the spiders choose from it.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a link was refused, failed, or is gone; the value is what the ledger and the exit table show."""

    BAD_ITEM = "bad-item"
    """An item of a list has wrong types or lacks an address; the item alone is refused."""
    NOT_WANTED = "not-wanted"
    """An item that is no article by the source's own mark: an advertisement, a theme. Nothing is missing for it."""
    BAD_ADDRESS = "bad-address"
    """The address is no http(s) URL, or the infoCode is none."""
    ADDRESS_NOT_ALLOWED = "address-not-allowed"
    """The host resolves to an address that is not public and not in ALLOWED_PRIVATE_NETWORKS."""
    ROBOTS = "robots"
    """robots.txt does not allow the address for our user agent."""
    TOO_LARGE = "too-large"
    """The response is larger than DOWNLOAD_MAXSIZE, before or after decompression."""
    TRUNCATED = "truncated"
    """The response ended before its announced end: never stored as whole."""
    UNREACHABLE = "unreachable"
    """No connection, no name, or no answer in time."""
    HTTP_ERROR = "http-error"
    """The server answered with an error status."""
    GONE = "gone"
    """The server or the API says that the article does not exist (any more)."""
    BLOCKED = "blocked"
    """A captcha, a login or an API's refusal where an article should be."""
    NOT_TEXT = "not-text"
    """A media type or bytes that are no page: a PDF, a picture, noise."""
    NO_ARTICLE = "no-article"
    """A page without an article's text."""
    TOO_HEAVY = "too-heavy"
    """Extraction passed its time or memory limit, or killed its worker."""
    EXTRACTION_FAILED = "extraction-failed"
    """Extraction raised an error; the text names it."""
    STORE_FAILED = "store-failed"
    """The archive refused this one item; the text names the database's error."""
    BAD_LIST = "bad-list"
    """A source's list is not what its kind promises: HTML for a feed, JSON cut in the middle, an API's error."""
