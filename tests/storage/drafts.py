"""Drafts of our own, ready to store, and the storing of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pipelines.identify import decide
from storage import articles
from storage.archive import Archive
from storage.articles import Stored
from storage.drafts import Draft
from storage.types import Kind, Media, Mention, Precision
from storage.urls import identity

LONG = "晨港集团今日公告，新码头投入运行。" * 20
AT = datetime(2022, 3, 15, 3, 38, 8, tzinfo=UTC)


def draft(url: str = "https://news.example.com/1.html", text: str = LONG, **changes: Any) -> Draft:
    title = str(changes.get("title", "晨港集团新码头投入运行"))
    one = Draft(
        link_id=None, url=url, canonical_url=url, identity=identity(url, changes.get("external_id")), external_id=None,
        aliases=(), kind=Kind.ARTICLE, source_key="example", title=title, title_from="page", text=text,
        html=f"<p>{text}</p>", source_html=f"<p>　　{text}</p>", authors=("沈若", "许一"), publisher="临溪日报",
        publisher_as_printed="临溪日报网", publisher_from="page", category_slug="linxiribao", category_name="临溪日报",
        language="zh", timezone="Asia/Shanghai", published_at=AT, published_precision=Precision.SECOND,
        published_from="page", published_as_printed="2022-03-15 11:38:08", partial=False,
        media=(Media("https://img.example.com/1.png", "图一", 640, 480), Media("https://img.example.com/2.png")),
        mentions=(Mention("600000", "SH", "晨港集团", "publisher"), Mention("00700", "HK", "", "inferred")),
        content_hash=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(), word_count=len(text),
    )  # fmt: skip
    return replace(one, **changes)


def store(archive: Archive, one: Draft, *, now: datetime = AT) -> Stored:
    with archive.writing() as connection:
        return articles.write(connection, one, decide(one, articles.known(connection, one)), now=now)


def rows(archive: Archive, query: str) -> list[dict[str, Any]]:
    with archive.reading() as connection:
        return [dict(row) for row in connection.exec_driver_sql(query).mappings()]
