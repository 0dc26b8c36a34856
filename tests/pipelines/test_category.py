import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.category import category_of, slug
from pipelines.page import SourceFacts


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("澎湃新闻", "pengpaixinwen"),
        ("21世纪经济报道", "21shijijingjibaodao"),
        ("东财滚动新闻", "dongcaigundongxinwen"),
        ("Federal Reserve", "federal-reserve"),
        ("Barron’s", "barrons"),
        ("Les Échos", "les-echos"),
        ("上海证券报·中国证券网", "shanghaizhengquanbao-zhongguozhengquanwang"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_a_name_becomes_a_slug(name: str, expected: str):
    assert slug(name) == expected


def test_long_names_stay_apart():
    assert slug("很长" * 60 + "甲") != slug("很长" * 60 + "乙")


@given(st.text(max_size=200))
def test_every_name_has_a_slug(name: str):
    assert re.fullmatch(r"[a-z0-9-]{1,80}", slug(name))
    assert slug(name) == slug(name)


@pytest.mark.parametrize(
    ("source", "publisher", "expected"),
    [
        (SourceFacts("k", "甲报", "emnews", "东财滚动新闻"), "澎湃新闻", ("emnews", "东财滚动新闻")),
        (SourceFacts("k", "甲报"), "澎湃新闻", ("pengpaixinwen", "澎湃新闻")),
        (SourceFacts("k", "甲报"), " ", ("jiabao", "甲报")),
        (SourceFacts("k", category_name="要闻"), "", ("yaowen", "要闻")),
        (SourceFacts("k"), "", ("uncategorised", "未分类")),
    ],
)
def test_a_category_is_the_sources_then_the_publishers(source: SourceFacts, publisher: str, expected: tuple[str, str]):
    assert category_of(source, publisher) == expected
