"""Articles are found by whatever a person has of them, and read whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import lookup
from storage.archive import Archive
from storage.lookup import ArticleFilter
from storage.types import Kind, Media, Mention
from tests.storage.drafts import AT, LONG, draft, store

CODE = "NW202203150000000001"
DIGITS = CODE.removeprefix("NW")
SHARE = f"http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode={CODE}"


@pytest.fixture
def eastmoney(archive: Archive) -> Archive:
    store(archive, draft(SHARE, external_id=CODE, aliases=("https://wap.example.com/x",)))
    return archive


@pytest.mark.parametrize(
    "reference",
    ["1", CODE, f" {CODE}\n", DIGITS, SHARE, "https://wap.example.com/x",
     f"https://finance.eastmoney.com/a/{DIGITS}.html", f"http://wap.eastmoney.com/a/{DIGITS}.html"],
)  # fmt: skip
def test_an_article_is_found_by_any_of_its_names(reference: str, eastmoney: Archive) -> None:
    with eastmoney.reading() as connection:
        found = lookup.find(connection, reference)
    assert found is not None
    assert found.external_id == CODE


@pytest.mark.parametrize("reference", ["2", "", "NW209901010000000001", "https://e.com/", "no reference", "９", "-1"])
def test_what_names_no_article_finds_none(reference: str, eastmoney: Archive) -> None:
    with eastmoney.reading() as connection:
        assert lookup.find(connection, reference) is None


def test_an_article_is_read_as_it_was_stored(archive: Archive) -> None:
    one = draft(aliases=("https://m.example.com/1",))
    store(archive, one)
    with archive.reading() as connection:
        (found,) = lookup.stream(connection)
    for name in ("title", "text", "html", "source_html", "authors", "publisher", "timezone", "published_at",
                 "published_precision", "media", "mentions", "word_count", "partial", "kind"):  # fmt: skip
        assert getattr(found, name) == getattr(one, name), name
    assert found.aliases == ("https://m.example.com/1", one.url)
    assert isinstance(found.media[0], Media)
    assert isinstance(found.mentions[0], Mention)


def test_lists_show_the_newest_first_page_by_page(archive: Archive) -> None:
    for number in range(5):
        one = draft(f"https://news.example.com/{number}", text=f"第{number}篇。" * 60)
        store(archive, one, now=AT + timedelta(minutes=number // 2))
    with archive.reading() as connection:
        first = lookup.newest(connection, ArticleFilter(), limit=3)
        before = ("2022-03-15T03:39:08Z", first[-1].id)
        rest = lookup.newest(connection, ArticleFilter(), limit=3, before=before)
    assert [one.id for one in (*first, *rest)] == [5, 4, 3, 2, 1]


def test_lists_are_narrowed_by_every_field(archive: Archive) -> None:
    store(archive, draft())
    store(archive, draft("https://b.example.com/2", text="短讯。", kind=Kind.FLASH, source_key="b", publisher="乙报",
                         category_slug="yibao", category_name="乙报", published_at=AT + timedelta(days=1)))  # fmt: skip
    filters = [
        ArticleFilter(source_key="b"), ArticleFilter(category_slug="yibao"), ArticleFilter(publisher="乙报"),
        ArticleFilter(kind=Kind.FLASH), ArticleFilter(since=AT + timedelta(hours=1)),
    ]  # fmt: skip
    with archive.reading() as connection:
        for wanted in filters:
            assert [one.id for one in lookup.newest(connection, wanted, limit=9)] == [2], wanted
        assert [one.id for one in lookup.newest(connection, ArticleFilter(until=AT + timedelta(hours=1)), limit=9)] == [
            1
        ]


def test_a_stream_gives_every_article_once_in_order(archive: Archive) -> None:
    with archive.writing() as connection:
        from pipelines.identify import decide
        from storage import articles

        for number in range(430):
            one = draft(f"https://news.example.com/{number}", text=f"第{number}篇。{LONG[:9]}")
            articles.write(connection, one, decide(one, articles.known(connection, one)), now=AT)
    with archive.reading() as connection:
        assert [one.id for one in lookup.stream(connection)] == list(range(1, 431))
        assert [one.id for one in lookup.stream(connection, after_id=428)] == [429, 430]
        assert [one.id for one in lookup.stream(connection, ids=[7, 300, 7, 999])] == [7, 300]
        assert list(lookup.stream(connection, ids=[])) == []
