"""Articles and drafts of our own invention, and strategies for arbitrary ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from storage.drafts import Draft
from storage.lookup import Article
from storage.types import Kind, Precision

DIGITS = "209903150000000001"
INFO_CODE = f"NW{DIGITS}"
BODY = "<p>　　澄江重工签下<b>十年</b>订单。</p><p>　　金额未披露。</p>"

ARTICLE = Article(
    id=7, identity=f"eastmoney:{DIGITS}", url=f"http://finance.eastmoney.com/a/{DIGITS}.html",
    canonical_url=f"https://finance.eastmoney.com/a/{DIGITS}.html", external_id=INFO_CODE, kind=Kind.ARTICLE,
    title="澄江重工：签下十年订单", title_from="list", text="澄江重工签下十年订单。\n金额未披露。",
    html="<p>澄江重工签下<b>十年</b>订单。</p><p>金额未披露。</p>", source_html=BODY, authors=(), publisher="江畔晚报",
    publisher_as_printed="江畔晚报", publisher_from="list", category_slug="jiangpanwanbao", category_name="江畔晚报",
    source_key="k", language="zh", timezone="Asia/Shanghai", published_at=datetime(2022, 3, 15, 23, 30, 8, tzinfo=UTC),
    published_precision=Precision.SECOND, published_from="list", published_as_printed="2022-03-16 07:30:08",
    first_seen_at=datetime(2022, 3, 16, 1, 0, 0, tzinfo=UTC), updated_at=datetime(2022, 3, 16, 1, 0, 0, tzinfo=UTC),
    revision=1, revision_id=9, story_id=7, word_count=17, partial=False, capture_id=None,
)  # fmt: skip

DRAFT = Draft(
    link_id=None, url=ARTICLE.url, canonical_url=ARTICLE.canonical_url, identity=ARTICLE.identity,
    external_id=INFO_CODE, aliases=(), kind=Kind.ARTICLE, source_key="k", title=ARTICLE.title, title_from="list",
    text=ARTICLE.text, html=ARTICLE.html, source_html=BODY, authors=(), publisher="江畔晚报",
    publisher_as_printed="江畔晚报", publisher_from="list", category_slug="jiangpanwanbao", category_name="江畔晚报",
    language="zh", timezone="Asia/Shanghai", published_at=ARTICLE.published_at, published_precision=Precision.SECOND,
    published_from="list", published_as_printed="2022-03-16 07:30:08", partial=False, media=(), mentions=(),
    content_hash="h", word_count=17,
)  # fmt: skip


def numbered(number: int) -> Draft:
    """An article of its own for each number."""
    digits = f"2099031511{number:08d}"
    url = f"https://finance.eastmoney.com/a/{digits}.html"
    return replace(
        DRAFT, url=url, canonical_url=url, identity=f"eastmoney:{digits}", external_id=f"NW{digits}",
        title=f"第{number}条", content_hash=str(number),
    )  # fmt: skip


# All that a database takes: everything but NUL and halves of surrogate pairs.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
_HARD = [
    '"', "\\", "\n", "---", "\n---\n", "../", ": ", " #", "[", "]", "(", ")", "新闻", "\u202e", "\u200f", "\u0085",
    "\u2028", "\ufeff", "｜", "<", ">", "'", "- ", "*", "&", "!", "%", "{{", "{%", "\r\n", "\x07", "a", "国", "7", "😀",
    "\u3000", " ", "返回首页",
]  # fmt: skip
HARD_TEXT = st.lists(st.sampled_from(_HARD), max_size=12).map("".join)
NAMES = st.one_of(
    TEXT, HARD_TEXT, st.sampled_from(["no", "y", "1e5", "0x1f", "2022-05-26", "1_000", "null", "~", "12"])
)
BODIES = st.one_of(
    HARD_TEXT,
    st.lists(
        st.sampled_from(["<p>文字</p>", "\n\n<http://example.com/a>", "\n\n<>", "\n---\n", "\r\n", "\n", " ",
                         "\n\n[返回某报新闻](/category/mou.html)｜[返回首页](/)"]),
        max_size=6,
    ).map("".join),
)  # fmt: skip
ZONES = st.sampled_from(
    ["", "UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Mars/Base"]
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    publisher = draw(NAMES)
    category = draw(st.one_of(st.just(publisher), NAMES).filter(bool))
    moment = st.datetimes(datetime(1950, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))
    return replace(
        ARTICLE,
        title=draw(st.one_of(TEXT, HARD_TEXT, st.just("长" * 300))),
        publisher=publisher,
        category_name=category,
        category_slug=draw(st.one_of(st.just("emnews"), NAMES.filter(bool))),
        source_html=draw(BODIES),
        timezone=draw(ZONES),
        published_at=draw(st.none() | moment.map(lambda one: one.replace(microsecond=0))),
        url=draw(st.sampled_from([ARTICLE.url, "https://example.com/a(1)?b=[2]&c=%20#d", "http://例子.测试/路"])),
    )
