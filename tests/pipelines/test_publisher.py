from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.markup import parse_fragment
from pipelines.publisher import canonical_publisher, printed_authors, printed_publisher, printed_publisher_in

SEED = next(iter(sorted((Path(__file__).parents[3] / "shared" / "seed").glob("*.txt"))), None)


SPLIT = (
    '<p class="em_media">（文章来源：上海<span id="bk_90.BK0473"><a data-code="90,BK0473">证券</a></span>'
    '<span id="bkquote_90.BK0473"></span>报）</p>'
)


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        (
            SPLIT,
            "上海证券报",
        ),
        ('<p class="em_media">（文章来源：临溪日报）</p>', "临溪日报"),
        ("<p>正文。</p><p>（文章来源：临溪日报）</p>", "临溪日报"),
        ("<p>正文。</p><p>来源：<b>临溪</b>日报</p>", "临溪日报"),
        ("<div><span>来源：临溪日报</span> <span>作者：林知远</span> 2022-03-15 11:38</div><p>正文。</p>", "临溪日报"),
        ("<p>来源：临溪日报2024-05-13 08:00</p><p>正文。</p>", "临溪日报"),
        ("<p>Body.</p><p>Source: Harbour Gazette</p>", "Harbour Gazette"),
        ("<p>来源：甲报</p><p>正文。</p><p>（文章来源：乙报）</p>", "乙报"),
        ("<p>图片来源：临溪港务局</p><p>资金来源：自筹</p>", None),
        ('<p class="em_media">（文章来源：）</p>', None),
        (f'<p class="em_media">（文章来源：{"长" * 41}）</p>', None),
        ("<p>正文。</p>", None),
    ],
)
def test_a_publisher_is_read_by_text_content(fragment: str, expected: str | None):
    assert printed_publisher(parse_fragment(fragment)) == expected


@pytest.mark.skipif(SEED is None, reason="the seed article is not beside this checkout")
def test_the_seeds_publisher_is_read():
    assert SEED is not None
    assert printed_publisher(parse_fragment(SEED.read_text("utf-8"))) == "澎湃新闻"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("【开港】临溪港今日开港。（中国证券报）", "中国证券报"),
        ("正文。\n（文章来源：临溪日报）", "临溪日报"),
        ("正文（单位：亿元）", None),
        ("正文。（完）", None),
        ("", None),
    ],
)
def test_a_publisher_in_plain_text_is_read(text: str, expected: str | None):
    assert printed_publisher_in(text) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("证券时报网", "证券时报"),
        ("上海证券报·中国证券网", "上海证券报"),
        (" 上海证券报•中国证券网 ", "上海证券报"),
        ("上海证券报", "上海证券报"),
        ("reuters", "Reuters"),
        ("临溪网", "临溪网"),
        ("临溪 日报", "临溪 日报"),
        ("", ""),
    ],
)
def test_aliases_are_one_publisher_and_nothing_is_guessed(printed: str, expected: str):
    assert canonical_publisher(printed) == expected


@given(st.text(max_size=60))
def test_a_canonical_name_stays_canonical(printed: str):
    once = canonical_publisher(printed)
    assert canonical_publisher(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("作者：林知远 周若川", ("林知远", "周若川")),
        ("证券时报记者 林知远", ("林知远",)),
        ("文/林知远", ("林知远",)),
        ("正文（记者 林知远、周若川）", ("林知远", "周若川")),
        ("每经记者：林知远 每经编辑：周若川", ("林知远",)),
        ("作者：林知远 编辑：周若川", ("林知远",)),
        ("责任编辑：周若川", ()),
        ("Sponsored by Some Company", ()),
        ("By Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("记者 了解到，港口已经开工", ()),
        ("记者从临溪港获悉，港口开工。", ()),
        ("作者：临溪证券研究所", ()),
        ("作者：阿依·古丽", ("阿依·古丽",)),
        ("", ()),
    ],
)
def test_bylines_name_people_and_no_editors(text: str, expected: tuple[str, ...]):
    assert printed_authors(text) == expected


@given(st.text(max_size=300))
def test_no_text_is_too_broken(text: str):
    assert printed_authors(text) is not None
    printed_publisher_in(text)
