"""Every list of the shipped catalogue has its answer here, in a shape that our readers read to the last item."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.listing import Found
from crawler.lists import read_list
from crawler.lists.paging import first_url
from crawler.sources import Source, load_sources
from tests.site import expected
from tests.site.hosts import cls, eastmoney_desk
from tests.site.server import NewsSite

NOW = datetime(2025, 6, 20, 12, 0, tzinfo=UTC)
SOURCES = {source.key: source for source in (*load_sources(), *load_sources(Path(__file__).with_name("sources.toml")))}
EASTMONEY = [key for key, source in SOURCES.items() if source.kind == "eastmoney"]
OTHERS = [key for key in SOURCES if key not in EASTMONEY]


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite() as running:
        yield running


def found_on(site: NewsSite, source: Source) -> list[Found]:
    """Read a source's list from its first page to its last."""
    waiting, found, page = [first_url(source, now=NOW)], {}, 0
    while waiting:
        url = waiting.pop(0)
        page += 1
        host, _, path = url.partition("://")[2].partition("/")
        headers = {"Host": host, **dict(source.headers)}
        request = urllib.request.Request(f"http://127.0.0.1:{site.port}/{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as response:
            body, content_type = response.read(), response.headers["Content-Type"]
        listing = read_list(source, url=url, body=body, content_type=content_type, now=NOW, page=page)
        assert all("an advertisement" in bad.text for bad in listing.bad)
        found.update({one.url: one for one in listing.found if one.url not in found})
        waiting += [*listing.more_lists, *([listing.next_url] if listing.next_url and listing.found else [])]
    return list(found.values())


def test_everything_in_the_catalogue_is_played_here() -> None:
    assert set(SOURCES) == set(expected.LISTS)


@pytest.mark.parametrize("key", OTHERS)
def test_a_list_shows_just_what_is_expected_of_it(site: NewsSite, key: str) -> None:
    found = found_on(site, SOURCES[key])
    gone = expected.refused(key, site.state)
    shown = {one.url.partition("?utm")[0]: one for one in found if one.hints.external_id not in gone}
    # What robots.txt forbids is shown, too.
    assert {url for url in shown if "/private/" not in url} == {one.url for one in expected.of(key, site.state)}


@pytest.mark.parametrize("key", EASTMONEY)
def test_an_eastmoney_list_shows_just_the_digits_expected_of_it(site: NewsSite, key: str) -> None:
    shown = {one.hints.external_id for one in found_on(site, SOURCES[key])}
    wanted = {one.external_id for one in expected.of(key, site.state)}
    assert shown == wanted | set(expected.refused(key, site.state))


@pytest.mark.parametrize("key", [key for key in SOURCES if SOURCES[key].carries_full_text])
def test_a_flash_carries_the_text_expected_of_it(site: NewsSite, key: str) -> None:
    texts = {one.hints.external_id or one.url: one.hints.text or one.hints.html for one in found_on(site, SOURCES[key])}
    for one in expected.of(key, site.state):
        text = texts[one.external_id or one.url]
        assert one.text in (text or "")


def test_an_advertisement_among_the_telegrams_is_none_of_them(site: NewsSite) -> None:
    ids = {one.hints.external_id for one in found_on(site, SOURCES["cls-telegraph"])}
    assert str(cls.ADVERT_ID) not in ids
    assert len(ids) == len(site.state.stories("cls"))


def test_the_gone_article_is_shown_by_every_list_that_would_have_it(site: NewsSite) -> None:
    gone = next(story for story in site.state.stories("eastmoney") if story.number == eastmoney_desk.GONE)
    assert f"NW{gone.key}" in expected.refused("eastmoney-rolling", site.state)
