# nothing here is imported by a bare name
"""The archive as CSV for spreadsheets (RFC 4180, in UTF-8 with a mark, which Excel wants): one article a row. Pure.

Every cell is quoted. A cell that a spreadsheet would run as a formula, or that begins with an apostrophe itself, has
one apostrophe before it (`neutral`); `plain` takes it off again, so nothing is lost.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from storage.lookup import Article
from storage.types import iso_utc

MARK = "\ufeff"
COLUMNS = (
    "id", "published_at", "published_precision", "title", "publisher", "authors", "category", "source", "kind",
    "language", "url", "external_id", "symbols", "partial", "first_seen_at", "updated_at", "revision", "word_count",
    "text",
)  # fmt: skip
BETWEEN = "; "
"""What stands between the authors, and between the securities (`600519.SH`), in one cell."""

_DANGEROUS = tuple("=+-@\t\r\n＝＋－＠'")


def as_csv(articles: Iterable[Article]) -> Iterator[str]:
    """Give the file, row by row; the first has the names of the columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    yield MARK + _taken(out)
    for article in articles:
        writer.writerow(map(neutral, _cells(article)))
        yield _taken(out)


def neutral(cell: str) -> str:
    """Give a cell's text as no spreadsheet runs it.

    >>> neutral("=1+1"), neutral("'tis"), neutral("沪指")
    ("'=1+1", "''tis", '沪指')
    """
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def plain(cell: str) -> str:
    """Give back what `neutral` was given: one apostrophe at the beginning is ours.

    >>> plain("'=1+1"), plain("''tis"), plain("沪指")
    ('=1+1', "'tis", '沪指')
    """
    return cell.removeprefix("'")


def _cells(article: Article) -> tuple[str, ...]:
    symbols = (f"{one.symbol}.{one.market}" if one.market else one.symbol for one in article.mentions)
    published = iso_utc(article.published_at) if article.published_at else ""
    return (
        str(article.id), published, article.published_precision or "", article.title, article.publisher,
        BETWEEN.join(article.authors), article.category_name, article.source_key, article.kind, article.language,
        article.url, article.external_id or "", BETWEEN.join(symbols), str(int(article.partial)),
        iso_utc(article.first_seen_at), iso_utc(article.updated_at), str(article.revision), str(article.word_count),
        article.text,
    )  # fmt: skip


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
