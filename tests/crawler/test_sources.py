"""A sources.toml is right as a whole, or every fault of it is named at once."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import SourcesInvalid, UnknownSource
from crawler.sources import Source, detail_url, facts, find_source, load_sources, parse_sources
from pipelines.page import SourceFacts
from storage.types import Kind
from tests.crawler.lists.given import NOW

GOOD = """
[[source]]
key = "demo"
kind = "feed"
url = "https://example.com/feed.xml"
publisher = "示例报"
category = { slug = "shili", name = "示例" }
language = "zh-CN"
timezone = "Asia/Shanghai"
schedule = "*/15 8-18 * * mon-fri"
headers = { "x-app" = "1" }
"""


def faults(text: str) -> list[str]:
    with pytest.raises(SourcesInvalid) as caught:
        parse_sources(text, path="my.toml")
    return caught.value.faults


def fault(**changed: str) -> str:
    """The one fault of a good source with these fields changed; values are TOML."""
    fields = {"key": '"demo"', "kind": '"feed"', "url": '"https://example.com/"', **changed}
    found = faults("[[source]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items()))
    assert len(found) == 1, found
    return found[0]


def test_a_source_is_read_with_its_defaults():
    (source,) = parse_sources(GOOD, path="my.toml")
    assert (source.enabled, source.verified, source.item_kind, source.paging.style) == (
        True,
        False,
        Kind.ARTICLE,
        "none",
    )
    assert source.headers == (("x-app", "1"),)
    assert facts(source) == SourceFacts("demo", "示例报", "shili", "示例", "zh-CN", "Asia/Shanghai")


def test_a_category_may_be_its_slug_alone():
    (source,) = parse_sources('[[source]]\nkey="a"\nkind="feed"\nurl="https://e.com/"\ncategory="fed"', path="x")
    assert source.category is not None
    assert (source.category.slug, source.category.name) == ("fed", "fed")


def test_all_faults_are_named_at_once_with_source_and_field():
    found = faults(
        'extra = 1\n[[source]]\nkey = "one"\nkind = "feed"\nurl = "ftp://example.com"\ntimezone = "Mars/Base"\n'
        "colour = 1\n"
        '[[source]]\nkey = "two"\nkind = "sitemap"\nurl = "https://example.com/"\n[source.sitemap]\nmatch = "("\n'
        '[[source]]\nkey = "two"\nkind = "feed"\nurl = "https://example.com/"\n[[source]]\nkind = "feed"\n'
    )
    text = "\n".join(found)
    for expected in (
        "unknown key 'extra'",
        "source 'one': field 'url': 'ftp://example.com' is no web address",
        "source 'one': field 'timezone': 'Mars/Base' is no IANA time zone",
        "source 'one': field 'colour': is unknown",
        "source 'two': field 'sitemap.match': '(' is no regular expression",
        "source 'two': field 'key': is given 2 times",
        "source 'number 4': field 'key': is missing",
        "source 'number 4': field 'url': is missing",
    ):
        assert expected in text
    assert len(found) == 8


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"key": '"Not A Key"'}, "key"),
        ({"kind": '"rss"'}, "'eastmoney', 'api', 'feed', 'sitemap', 'listing' or 'page'"),
        ({"url": '"https:///x"'}, "no web address"),
        ({"url": '"https://example.com/a b"'}, "%20"),
        ({"url": '"https://[::1/"'}, "is no URL"),
        ({"url": '"https://example.com/{pag}"'}, "unknown placeholder {pag}"),
        ({"url": '"https://example.com/?p={page}"'}, "paging.style 'none' does not fill"),
        ({"url": '"https://example.com/?n={page_size}"'}, "paging.page_size is missing"),
        ({"paging": '{ style = "page" }'}, "needs {page} in url"),
        ({"paging": '{ style = "cursor" }'}, "needs cursor"),
        ({"paging": '{ style = "time", field = "t" }'}, "bound"),
        ({"paging": '{ style = "magic" }'}, "'none', 'page', 'cursor' or 'time'"),
        ({"paging": "{ page_size = 80, max_page_size = 50 }"}, "80 is over max_page_size 50"),
        ({"schedule": '"every day"'}, "minute hour day month weekday"),
        ({"schedule": '"61 * * * *"'}, "no cron line"),
        ({"schedule": '"0 2 * * 0"'}, "mon, tue"),
        ({"schedule": '"0 2 * * 1-5"'}, "mon, tue"),
        ({"headers": '{ "a b" = "x" }'}, "no HTTP header field"),
        ({"headers": '{ "x" = "a\\nb" }'}, "no HTTP header field"),
        ({"language": '"Chinese!"'}, "language"),
        ({"enabled": '"perhaps"'}, "enabled"),
        ({"item_kind": '"video"'}, "article"),
        ({"kind": '"api"'}, "needs the table api"),
        ({"listing": '{ link = "a" }'}, "belongs to kind 'listing'"),
        ({"kind": '"listing"', "listing": '{ link = "//a[" }'}, "no XPath"),
        ({"kind": '"listing"', "listing": '{ link = "a[" }'}, "no CSS selector"),
        ({"kind": '"api"', "api": '{ item = { title = "t" } }'}, "item.url is missing"),
        ({"kind": '"api"', "api": '{ item = { url = "u" }, detail = { url = "https://e.com/{id}" } }'}, "external_id"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_fault_says_what_is_wrong_and_what_is_allowed(changed, expected):
    assert expected in fault(**changed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[source]\nkey=1", "line 1"),
        ("[source]\nkey='a'", "[[source]] with two brackets"),
        ("source = [1]", "number 1"),
    ],
)
def test_what_is_no_sources_file_is_said_in_one_line(text, expected):
    assert expected in faults(text)[0]


def test_a_missing_file_and_a_file_of_noise_are_errors(tmp_path):
    with pytest.raises(SourcesInvalid, match=r"nowhere\.toml: no such file"):
        load_sources(tmp_path / "nowhere.toml")
    noise = tmp_path / "noise.toml"
    noise.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourcesInvalid, match="cannot be read"):
        load_sources(noise)
    with pytest.raises(SourcesInvalid, match="cannot be read"):
        load_sources(tmp_path)


def test_an_empty_file_has_no_sources():
    assert parse_sources("", path="x") == ()


def test_an_unknown_key_names_its_neighbours():
    sources = parse_sources(GOOD, path="x")
    assert find_source(sources, "demo") is sources[0]
    with pytest.raises(UnknownSource, match="did you mean demo"):
        find_source(sources, "demoo")
    with pytest.raises(UnknownSource, match="finews sources list"):
        find_source(sources, "zzz")


def test_the_detail_address_is_made_from_the_id():
    api = {"item": {"url": "u"}, "detail": {"url": "https://e.com/d/{external_id}?t={now_ms}"}}
    source = Source.model_validate({"key": "a", "kind": "api", "url": "https://e.com/", "api": api})
    assert detail_url(source, "a/b", now=NOW) == f"https://e.com/d/a%2Fb?t={int(NOW.timestamp()) * 1000}"
    assert detail_url(source, None, now=NOW) is None


@given(st.text(max_size=60))
def test_no_text_crashes_the_loader(text):
    for document in (text, f"[[source]]\nkey = '''{text}'''\nkind = 'feed'\nurl = '''{text}'''"):
        with suppress(SourcesInvalid):
            assert parse_sources(document, path="x") is not None
