"""What a verdict writes, in one transaction, and that nothing is ever overwritten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import articles
from storage.archive import Archive
from storage.articles import Verdict, VerdictKind
from storage.types import Kind
from tests.storage.drafts import AT, LONG, draft, rows, store

LATER = AT + timedelta(hours=5)
ELSEWHERE = "https://other.example.org/a/9.html"


def test_a_new_article_is_written_whole(archive: Archive) -> None:
    assert store(archive, draft()).verdict is VerdictKind.NEW
    (article,) = rows(archive, "SELECT * FROM article_current")
    assert (article["revision"], article["story_id"]) == (1, article["id"])
    assert article["authors"] == '["沈若", "许一"]'
    assert article["source_html"] == f"<p>　　{LONG}</p>"
    media = rows(archive, "SELECT * FROM article_media ORDER BY position")
    assert [(row["position"], row["url"], row["width"]) for row in media] == [
        (1, "https://img.example.com/1.png", 640), (2, "https://img.example.com/2.png", None),
    ]  # fmt: skip
    mentions = rows(archive, "SELECT * FROM article_mention ORDER BY position")
    assert [(row["symbol"], row["market"], row["origin"]) for row in mentions] == [
        ("600000", "SH", "publisher"), ("00700", "HK", "inferred"),
    ]  # fmt: skip


def test_the_same_article_again_writes_nothing(archive: Archive) -> None:
    store(archive, draft())
    assert store(archive, draft(), now=LATER).verdict is VerdictKind.SAME
    assert len(rows(archive, "SELECT * FROM article_revision")) == 1
    assert len(rows(archive, "SELECT * FROM change_feed")) == 1


def test_other_words_become_a_revision_and_the_first_ones_stay(archive: Archive) -> None:
    store(archive, draft())
    edited = draft(text=LONG + "（更新）", media=(), mentions=())
    assert store(archive, edited, now=LATER).verdict is VerdictKind.REVISION
    (current,) = rows(archive, "SELECT * FROM article_current")
    assert (current["revision"], current["text"]) == (2, LONG + "（更新）")
    assert (current["first_seen_at"], current["updated_at"]) == ("2022-03-15T03:38:08Z", "2022-03-15T08:38:08Z")
    texts = rows(archive, "SELECT text FROM article_revision ORDER BY revision")
    assert [row["text"] for row in texts] == [LONG, LONG + "（更新）"]
    assert rows(archive, "SELECT * FROM article_media") == [], "pictures are those of the current revision"
    kinds = rows(archive, "SELECT kind FROM change_feed ORDER BY seq")
    assert [row["kind"] for row in kinds] == ["new", "revision"]


def test_an_edit_taken_back_is_a_revision_too(archive: Archive) -> None:
    for text in (LONG, LONG + "二", LONG):
        store(archive, draft(text=text))
    assert [row["revision"] for row in rows(archive, "SELECT revision FROM article_current")] == [3]


def test_a_copy_elsewhere_is_an_article_of_the_same_story(archive: Archive) -> None:
    first = store(archive, draft())
    copy = store(archive, draft(ELSEWHERE))
    assert copy.verdict is VerdictKind.COPY
    assert {row["story_id"] for row in rows(archive, "SELECT story_id FROM article_current")} == {first.article_id}
    assert len(rows(archive, "SELECT * FROM article_current")) == 2


def test_another_address_of_the_same_page_is_an_alias(archive: Archive) -> None:
    first = store(archive, draft())
    again = store(archive, draft("https://news.example.com/amp/1.html"))
    assert (again.verdict, again.article_id) == (VerdictKind.SAME, first.article_id)
    aliases = {row["url"] for row in rows(archive, "SELECT url FROM article_alias")}
    assert aliases == {"https://news.example.com/1.html", "https://news.example.com/amp/1.html"}


def test_an_article_is_known_by_its_aliases(archive: Archive) -> None:
    first = store(archive, draft(aliases=("https://m.example.com/1",)))
    found = store(archive, draft("https://m.example.com/1", text="短。"))
    assert (found.verdict, found.article_id) == (VerdictKind.REVISION, first.article_id)


def test_an_address_that_another_article_has_stays_with_it(archive: Archive) -> None:
    first = store(archive, draft())
    store(archive, draft(ELSEWHERE, text="另一篇。" * 80, aliases=("https://news.example.com/1.html",),
                         identity="eastmoney:202203150000000001"))  # fmt: skip
    (alias,) = rows(archive, "SELECT article_id FROM article_alias WHERE url = 'https://news.example.com/1.html'")
    assert alias["article_id"] == first.article_id


def test_a_flash_whose_article_comes_later_becomes_the_article(archive: Archive) -> None:
    store(archive, draft(kind=Kind.FLASH, text="晨港集团公告。"))
    assert store(archive, draft()).verdict is VerdictKind.REVISION
    assert [row["kind"] for row in rows(archive, "SELECT kind FROM article_current")] == ["article"]


def test_a_partial_text_never_replaces_the_whole_one(archive: Archive) -> None:
    store(archive, draft())
    assert store(archive, draft(text=LONG[:50], partial=True)).verdict is VerdictKind.SAME
    assert store(archive, draft(text=LONG + "增", partial=False)).verdict is VerdictKind.REVISION


def test_two_names_with_one_slug_are_two_categories(archive: Archive) -> None:
    for number, name in enumerate(("临溪日报", "林西日报", "临汐日报")):
        store(archive, draft(f"https://news.example.com/{number}", text=f"第{number}篇。" * 90, category_name=name))
    store(archive, draft("https://news.example.com/9", text="末篇。" * 90, category_name="林西日报"))
    named = rows(archive, "SELECT category_slug, category_name FROM article_current ORDER BY id")
    assert [tuple(row.values()) for row in named] == [
        ("linxiribao", "临溪日报"), ("linxiribao-2", "林西日报"), ("linxiribao-3", "临汐日报"),
        ("linxiribao-2", "林西日报"),
    ]  # fmt: skip


def test_a_verdict_without_its_article_is_refused_and_leaves_nothing(archive: Archive) -> None:
    with pytest.raises(ValueError, match="names no article"), archive.writing() as connection:
        articles.write(connection, draft(), Verdict(VerdictKind.REVISION), now=AT)
    assert rows(archive, "SELECT * FROM article_alias") == []
