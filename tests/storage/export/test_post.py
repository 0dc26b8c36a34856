from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from storage.errors import ExportError
from storage.export.inert import is_inert
from storage.export.post import Post, SiteOptions, category_file, post_name, post_text, read_post
from storage.lookup import Article
from storage.types import Precision
from tests.storage.export.samples import ARTICLE, INFO_CODE, NAMES, articles

SITE = SiteOptions("//news.example", "http://share.example/s.html?infoCode=")
SEED = Path(__file__).parents[4] / "shared" / "seed"


def name_of(article: Article) -> str:
    return post_name(article, article.published_at, article.timezone)


def as_article(post: Post) -> Article:
    """The article that an import of this post makes, as far as its export needs it."""
    return replace(
        ARTICLE, title=post.title, publisher=post.publisher, category_slug=post.category_slug,
        category_name=post.category_name, source_html=post.body, timezone=post.timezone, url=post.share_url,
        published_at=post.published_at, published_precision=post.published_precision, external_id=post.own_id,
    )  # fmt: skip


def test_a_post_has_the_original_sites_form():
    assert post_text(ARTICLE, SITE) == (
        "---\n"
        "layout: post\n"
        'title: "澄江重工：签下十年订单"\n'
        "date: 2022-03-16 07:30:08 +0800\n"
        "categories: jiangpanwanbao\n"
        "tags: 江畔晚报新闻\n"
        "---\n"
        "<p>澄江重工签下<b>十年</b>订单。</p><p>金额未披露。</p>\n"
        "\n"
        f"<http://share.example/s.html?infoCode={INFO_CODE}>\n"
        "\n"
        "[返回江畔晚报新闻](//news.example/category/jiangpanwanbao.html)｜[返回首页](//news.example/)"
    )
    assert name_of(ARTICLE) == f"2022-03-16-{INFO_CODE}.md"


def test_without_options_links_are_the_articles_own_and_the_sites_root():
    text = post_text(ARTICLE, SiteOptions())
    assert text.endswith(f"\n\n<{ARTICLE.url}>\n\n[返回江畔晚报新闻](/category/jiangpanwanbao.html)｜[返回首页](/)")


@pytest.mark.skipif(not SEED.is_dir(), reason="the original post is not on this machine")
def test_the_original_post_reads_and_is_written_again_byte_for_byte():
    for file in SEED.glob("*.txt"):
        text = file.read_bytes().decode()
        link = text[text.rindex("<http") + 1 : text.rindex(">\n\n[")]
        options = SiteOptions("//finews.withounder.com", link[: link.rindex("NW")])
        for chosen in (options, SiteOptions("//finews.withounder.com")):
            post = read_post(text, f"2022-03-15-{link[link.rindex('NW') :]}.md")
            assert post_text(as_article(post), chosen) == text


@given(articles(), st.sampled_from([SITE, SiteOptions(), SiteOptions("https://a.example/sub/")]))
@example(replace(ARTICLE, publisher="", category_slug="emnews", category_name="东财滚动新闻"), SITE)
@example(replace(ARTICLE, publisher="东财滚动", category_slug="x", category_name="东财滚动新闻"), SITE)
@example(replace(ARTICLE, publisher="甲新闻", category_name="甲"), SITE)
@example(replace(ARTICLE, publisher="", category_name="财经新闻"), SITE)
@example(replace(ARTICLE, title="", published_at=None), SITE)
@example(replace(ARTICLE, source_html="　"), SITE)
def test_a_post_reads_back_to_what_it_shows_and_is_written_again_the_same(article: Article, options: SiteOptions):
    text = post_text(article, options)
    post = read_post(text, name_of(article))
    assert post.title == article.title
    assert (post.publisher, post.category_slug, post.category_name) == (
        article.publisher, article.category_slug, article.category_name,
    )  # fmt: skip
    assert post.published_at == article.published_at
    source = article.source_html if is_inert(article.source_html) else ""
    assert post.body == (source.replace("　", "") or article.html)
    assert post.own_id == INFO_CODE
    if options.share_base is None:
        assert post.share_url == article.url
    if article.timezone != "Pacific/Chatham":  # its offset has no zone that it could mean
        again = replace(as_article(post), url=article.url, html=article.html)
        assert post_text(again, options) == text


@given(articles())
def test_front_matter_is_yaml_for_jekyll(article: Article):
    block = post_text(article, SITE).removeprefix("---\n").split("\n---\n")[0]
    fields = yaml.safe_load(block)
    assert fields["title"] == article.title
    assert list(fields)[:2] == ["layout", "title"]


@given(st.datetimes(datetime(1950, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)))
def test_a_day_stays_a_day(moment: datetime):
    for zone in ("Asia/Shanghai", "America/New_York", ""):
        article = replace(ARTICLE, published_at=moment, published_precision=Precision.DAY, timezone=zone)
        text = post_text(article, SITE)
        post = read_post(text, name_of(article))
        assert post.published_precision is Precision.DAY
        assert name_of(as_article(post)) == name_of(article)
        assert post_text(replace(as_article(post), url=article.url), SITE) == text


@pytest.mark.parametrize(
    ("publisher", "slug", "category", "tag", "label"),
    [
        ("江畔晚报", "jiangpanwanbao", "江畔晚报", "江畔晚报新闻", "江畔晚报新闻"),
        ("江畔晚报", "emnews", "东财滚动新闻", "江畔晚报新闻", "东财滚动新闻"),
        ("", "emnews", "东财滚动新闻", "东财滚动新闻", "东财滚动新闻"),
        ("", "weifenlei", "未分类", "未分类", "未分类"),
    ],
)
def test_tag_and_way_back_name_publisher_and_category(publisher: str, slug: str, category: str, tag: str, label: str):
    text = post_text(replace(ARTICLE, publisher=publisher, category_slug=slug, category_name=category), SITE)
    assert f"tags: {tag}\n---\n" in text
    assert f"[返回{label}](//news.example/category/{slug}.html)" in text


def test_an_unknown_time_has_no_date_and_the_day_of_first_sight_in_the_name():
    article = replace(ARTICLE, published_at=None, first_seen_at=datetime(2022, 3, 15, 20, tzinfo=UTC))
    assert "\ndate:" not in post_text(article, SITE)
    assert name_of(article) == f"2022-03-16-{INFO_CODE}.md"


def test_an_article_with_text_alone_gets_paragraphs():
    text = post_text(replace(ARTICLE, source_html="", html="", text="　　a < b & c\n\n第二段"), SITE)
    assert "---\n<p>a &lt; b &amp; c</p><p>第二段</p>\n\n<" in text


def test_other_sources_articles_keep_their_own_link_and_id():
    article = replace(ARTICLE, external_id="2485865", identity="url:www.cls.cn/detail/2485865",
                      url="https://www.cls.cn/detail/2485865")  # fmt: skip
    text = post_text(article, SITE)
    assert "\n\n<https://www.cls.cn/detail/2485865>\n\n" in text
    name = name_of(article)
    assert name.startswith("2022-03-16-cls-cn-2485865-")
    assert read_post(text, name).own_id == "2485865"


@given(
    st.lists(
        st.tuples(NAMES | st.just(INFO_CODE) | st.none(), st.sampled_from(["NW", "nw", "x:", "eastmoney:"]), NAMES),
        min_size=2, max_size=6, unique_by=lambda one: one[1:],
    )
)  # fmt: skip
def test_names_are_safe_short_and_distinct_where_case_does_not_count(identities: list[tuple[str | None, str, str]]):
    names = [
        name_of(replace(ARTICLE, external_id=number, identity=f"{kind}{key}", url=f"https://{'a' * 200}.example/{key}"))
        for number, kind, key in identities
    ]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert len(name.encode()) <= 120
        assert set(name.removesuffix(".md")) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@given(st.lists(NAMES | st.sampled_from(["TechWeb", "Techweb", "techweb", "../../x", "a b"]), unique=True, max_size=8))
def test_category_files_are_safe_and_distinct_where_case_does_not_count(slugs: list[str]):
    files = [category_file(slug) for slug in slugs]
    assert len({file.casefold() for file in files}) == len(files)
    assert all("/" not in file and file.endswith(".html") and len(file.encode()) <= 120 for file in files)


ORIGINAL = '---\nlayout: post\ntitle: "某事"\ndate: 2021-12-08 10:46:18\ncategories: emnews\ntags: 东财滚动新闻\n---\n'


def test_the_original_sites_older_posts_are_read():
    """Without a zone, without a way back, with a blank line before the body, and the digits alone in the name."""
    text = f"{ORIGINAL}\n某事发生。\n\n<http://finance.eastmoney.com/news/11060,209912082206672930.html>\n"
    post = read_post(text, "2021-12-08-209912082206672930.md")
    assert post.published_at == datetime(2021, 12, 8, 2, 46, 18, tzinfo=UTC)
    assert (post.publisher, post.category_slug, post.category_name) == ("", "emnews", "东财滚动新闻")
    assert post.share_url == "http://finance.eastmoney.com/news/11060,209912082206672930.html"
    assert post.own_id == "NW209912082206672930"
    assert post.body == "\n某事发生。"


def test_a_post_without_title_time_and_link_is_read():
    text = (
        '---\nlayout: post\ntitle: ""\ndate:  +0800\ncategories: emnews\ntags: 东财滚动新闻\n---\n'
        "> 引语\n\n<p>正文</p>\n\n<>\n\n[返回东财滚动新闻](//s.example/emnews/)｜[返回首页](//s.example/)"
    )
    post = read_post(text, "-209905262391921712.md")
    assert (post.title, post.published_at, post.published_as_printed) == ("", None, "+0800")
    assert (post.share_url, post.own_id, post.category_name) == ("", "NW209905262391921712", "东财滚动新闻")
    assert post.body == "> 引语\n\n<p>正文</p>"


def test_windows_line_ends_a_byte_order_mark_and_lists_are_read():
    text = "\ufeff" + post_text(replace(ARTICLE, source_html="<p>一</p>\n<p>二</p>"), SITE).replace("\n", "\r\n")
    text = text.replace("tags: 江畔晚报新闻", "tags: [江畔晚报新闻, 其他]").replace(
        "categories: jiangpanwanbao", "categories:\r\n  - jiangpanwanbao\r\n  - b"
    )
    post = read_post(text + "\r\n", "x.md")
    assert (post.publisher, post.category_slug, post.category_name) == ("江畔晚报", "jiangpanwanbao", "江畔晚报")
    assert post.body == "<p>一</p>\n<p>二</p>"


def test_a_post_with_hardly_anything_is_read():
    post = read_post("---\n---\n正文\n", "note.md")
    assert post == Post("note", "", None, None, "", "", "", "", "", "", "", "正文\n")


def test_the_slug_is_read_from_the_way_back_where_the_front_matter_has_none():
    text = post_text(ARTICLE, SITE).replace("categories: jiangpanwanbao\n", "").replace("tags: 江畔晚报新闻\n", "")
    post = read_post(text, "x.md")
    assert (post.publisher, post.category_slug, post.category_name) == ("江畔晚报", "jiangpanwanbao", "江畔晚报")


def test_an_address_cannot_end_its_link():
    text = post_text(replace(ARTICLE, url="https://a.example/x> <script>"), SiteOptions())
    assert "\n\n<https://a.example/x%3E%20%3Cscript%3E>\n\n" in text


@pytest.mark.parametrize("options", [{"site_url": "https://a b"}, {"share_base": "x)("}])
def test_an_option_that_breaks_links_is_refused(options: dict[str, str]):
    with pytest.raises(ExportError, match="encode them"):
        SiteOptions(**options)


def test_a_hostile_tail_costs_no_time():
    tail = "[返回" + ")｜[返回首页](" * 600 + "x"
    assert read_post(f"---\n---\n{tail}", "x.md").body == tail
    assert read_post(f"---\n---\n{'[返回' * 2_000_000}", "x.md").share_url == ""
