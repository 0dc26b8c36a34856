from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from sqlalchemy import Engine

from pipelines.identify import decide
from pipelines.import_post import draft_of_post
from storage import articles, changes
from storage.database import open_engine, reading, transaction
from storage.drafts import Draft, Rejected
from storage.export.jekyll import write_site
from storage.export.post import Post, SiteOptions, post_name, post_text, read_post
from storage.export.posts_on_disk import read_posts
from storage.lookup import Article, find
from storage.reasons import Reason
from storage.schema import ensure_schema
from storage.types import Precision
from tests.storage.export.samples import ARTICLE, DIGITS, INFO_CODE
from tests.storage.export.samples import articles as any_articles

SHARE = "http://share.example/html_News/NewsShare.html?infoCode="
SITE = SiteOptions("//news.example", SHARE)
SEED = Path(__file__).parents[3] / "shared" / "seed"
BODY = (
    '<p>　　<span id="stock_1.600981"><a href="http://quote.example/1.600981" class="keytip" data-code="1,600981">'
    '澄江重工</a></span>签下订单。</p><center><img src="/a_w800h555.jpg" /></center>'
    '<p class="em_media">（文章来源：江畔<span><a href="x" data-code="90,BK0473">晚</a></span>报）</p>'
)


def read(article: Article, options: SiteOptions = SITE) -> Post:
    name = post_name(article, article.published_at, article.timezone)
    return read_post(post_text(article, options), name)


def draft_of(post: Post) -> Draft:
    draft = draft_of_post(post)
    assert isinstance(draft, Draft)
    return draft


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path}/imported.db")
    ensure_schema(opened)
    yield opened
    opened.dispose()


def store(engine: Engine, draft: Draft) -> articles.Stored:
    with transaction(engine) as connection:
        changes.lock_writers(connection)
        verdict = decide(draft, articles.known(connection, draft))
        return articles.write(connection, draft, verdict, now=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_post_becomes_a_draft_with_all_that_it_shows():
    draft = draft_of(read(replace(ARTICLE, source_html=BODY)))
    assert (draft.url, draft.identity, draft.external_id) == (f"{SHARE}{INFO_CODE}", f"eastmoney:{DIGITS}", INFO_CODE)
    assert draft.canonical_url == f"https://finance.eastmoney.com/a/{DIGITS}.html"
    assert (draft.title, draft.text) == (ARTICLE.title, "澄江重工签下订单。")
    assert (draft.publisher, draft.publisher_as_printed) == ("江畔晚报", "江畔晚报")
    assert (draft.category_slug, draft.category_name) == ("jiangpanwanbao", "江畔晚报")
    assert (draft.published_at, draft.published_precision) == (ARTICLE.published_at, Precision.SECOND)
    assert (draft.timezone, draft.source_key) == ("Asia/Shanghai", "import")
    assert draft.source_html == BODY.replace("　", "")
    assert [(one.symbol, one.origin) for one in draft.mentions] == [("600981", "publisher")]
    assert [one.url for one in draft.media] == ["https://finance.eastmoney.com/a_w800h555.jpg"]


def test_an_empty_title_stays_empty():
    draft = draft_of(read(replace(ARTICLE, title="")))
    assert (draft.title, draft.title_from) == ("", "")


def test_without_a_link_the_infocode_of_the_file_name_tells_address_and_day():
    post = replace(read(replace(ARTICLE, published_at=None)), share_url="")
    draft = draft_of(post)
    assert (draft.identity, draft.url) == (f"eastmoney:{DIGITS}", f"https://finance.eastmoney.com/a/{DIGITS}.html")
    assert draft.published_at == datetime(2099, 3, 14, 16, tzinfo=UTC)
    assert (draft.published_precision, draft.published_from) == (Precision.DAY, "external-id")


def test_the_digest_that_the_original_site_put_before_a_body_is_a_quotation():
    post = replace(read(ARTICLE), body="> 江畔引语。\n\n<p>正文。</p>")
    draft = draft_of(post)
    assert draft.text == "江畔引语。\n正文。"
    assert draft.html == "<blockquote><p>江畔引语。</p></blockquote><p>正文。</p>"
    assert draft.source_html == post.body


def test_other_sources_articles_keep_link_and_number():
    url = "https://www.cls.cn/detail/2485865"
    article = replace(ARTICLE, url=url, external_id="2485865", identity="url:cls.cn/detail/2485865")
    draft = draft_of(read(article))
    assert (draft.url, draft.identity, draft.external_id) == (url, article.identity, "2485865")


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "ftp://a.example/x", "http://"])
def test_a_post_that_nothing_identifies_is_refused(link: str):
    post = replace(read(ARTICLE), share_url=link, own_id="")
    refused = draft_of_post(post)
    assert isinstance(refused, Rejected)
    assert refused.reason is Reason.BAD_ADDRESS


def test_a_post_with_nothing_in_it_is_refused():
    refused = draft_of_post(replace(read(ARTICLE), title="", body="<p></p>"))
    assert isinstance(refused, Rejected)
    assert refused.reason is Reason.NO_ARTICLE


def test_a_post_without_names_takes_the_publisher_that_its_body_prints():
    post = read_post(f"---\n---\n{BODY}\n\n<{SHARE}{INFO_CODE}>\n", "x.md")
    draft = draft_of(post)
    assert (draft.publisher, draft.category_slug, draft.category_name) == ("江畔晚报", "jiangpanwanbao", "江畔晚报")


@given(any_articles())
def test_any_post_becomes_a_draft_that_writes_the_same_post_again(article: Article):
    post = read(article)
    draft = draft_of_post(post)
    if isinstance(draft, Rejected):
        assert draft.reason is Reason.NO_ARTICLE
        return
    assert (draft.title, draft.source_html) == (article.title, post.body)
    assert draft.category_name == article.category_name
    if article.published_at is not None:
        assert draft.published_at == article.published_at


def test_imported_posts_are_exported_byte_for_byte(engine: Engine, tmp_path: Path):
    originals = [
        replace(ARTICLE, source_html=BODY),
        replace(ARTICLE, title='他说："涨"\\d\n---\n../\u202e', external_id=None, identity="url:a.example/1",
                url="https://a.example/1", timezone="America/New_York", publisher="Jiang: Post",
                category_slug="jiang-post", category_name="Jiang: Post"),
        replace(ARTICLE, title="", external_id="2485865", identity="url:cls.cn/detail/2485865", publisher="",
                url="https://www.cls.cn/detail/2485865", category_slug="emnews", category_name="东财滚动新闻",
                published_precision=Precision.DAY),
    ]  # fmt: skip
    first = tmp_path / "first" / "_posts"
    first.mkdir(parents=True)
    for article in originals:
        name = post_name(article, article.published_at, article.timezone)
        (first / name).write_bytes(post_text(article, SITE).encode())
    for post in read_posts(first.parent):
        assert isinstance(post, Post)
        assert store(engine, draft_of(post)).verdict is articles.VerdictKind.NEW
    with reading(engine) as connection:
        write_site(connection, tmp_path / "second", SITE)
    second = tmp_path / "second" / "_posts"
    assert {file.name: file.read_bytes() for file in second.iterdir()} == {
        file.name: file.read_bytes() for file in first.iterdir()
    }


def test_an_import_of_what_the_archive_has_changes_nothing(engine: Engine):
    draft = draft_of(read(replace(ARTICLE, source_html=BODY)))
    store(engine, draft)
    assert store(engine, draft).verdict is articles.VerdictKind.SAME


@pytest.mark.skipif(not SEED.is_dir(), reason="the original post is not on this machine")
def test_the_original_post_is_imported_and_exported_byte_for_byte(engine: Engine, tmp_path: Path):
    (original,) = SEED.glob("*.txt")
    (post,) = read_posts(original)
    assert isinstance(post, Post)
    store(engine, draft_of(post))
    share_base, number = post.share_url[: post.share_url.rindex("NW")], post.share_url[post.share_url.rindex("NW") :]
    with reading(engine) as connection:
        article = find(connection, number)
        write_site(connection, tmp_path / "site", SiteOptions("//finews.withounder.com", share_base))
    (written,) = (tmp_path / "site" / "_posts").iterdir()
    assert written.name == f"2022-03-15-{number}.md"
    assert written.read_bytes() == original.read_bytes()
    assert article is not None
    assert (article.publisher, article.category_slug) == ("澎湃新闻", "pengpaixinwen")
    assert article.published_at == datetime(2022, 3, 15, 3, 38, 8, tzinfo=UTC)
    assert article.text.endswith("可推广的经验做法。")
