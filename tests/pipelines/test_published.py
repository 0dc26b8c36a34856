from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from pipelines import dates
from pipelines.dateline import lines_below, named_elements
from pipelines.json_ld import read_json_ld
from pipelines.meta import read_meta
from pipelines.published import Times, Told, read_modified, read_published

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LEAD = "Copper rose to a record on Friday, the exchange of Northaven said in a statement. Traders were surprised."
URL = "https://ore.example/copper"


def times(head: str = "", body: str = "", url: str = URL) -> Times:
    page = f"<html lang=en-GB><head>{head}</head><body><h1>Copper rises</h1>{body}<p>{LEAD}</p></body></html>"
    root = document_fromstring(page)
    headline = root.find(".//h1")
    assert headline is not None
    near = list(lines_below(headline, patience=1))
    named = named_elements(root)
    return Times(root, url, read_json_ld(root), read_meta(root), near, named, headline, "en-GB", NOW, None)


def shown(told: Told) -> tuple[str, str]:
    return (dates.isoformat(told.time, None) if told.time is not None else "", told.origin)


DAY = '<meta name=pubdate content="2026-11-20">'


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (DAY, "<time itemprop=datePublished datetime='2026-11-19'>x</time>", ("2026-11-20", "meta")),
        ("", "<time itemprop=datePublished datetime='2026-11-19'>x</time>", ("2026-11-19", "microdata")),
        ("", "<span property='schema:datePublished' content='2026-11-19'>x</span>", ("2026-11-19", "microdata")),
        (DAY, "<p>20 November 2026, 10:30</p>", ("2026-11-20T10:30:00", "page")),
        (DAY, "<p>19 November 2026, 10:30</p>", ("2026-11-20", "meta")),
        (DAY, "<p>10 November 2026</p>", ("2026-11-10", "page")),
        (DAY, "<p>Updated 10 November 2026</p>", ("2026-11-20", "meta")),
        (DAY, "<p>Archive picture of 10 November 2026</p>", ("2026-11-20", "meta")),
        ("", "<p>Updated 21 November 2026 | Published 20/11/2026</p>", ("2026-11-20", "page")),
        ("", "<p>Last modified 21 November 2026</p>", ("2026-11-21", "modified")),
        ("", "<p>Trades of 2019 and 12:30</p>", ("", "")),
    ],
)
def test_places_are_asked_by_their_trust(head: str, body: str, expected: tuple[str, str]):
    assert shown(read_published(times(head, body))) == expected


def test_the_day_of_the_address_goes_before_a_change():
    told = times('<meta property="article:modified_time" content="2026-11-22">', url="https://ore.example/2026/11/20/a")
    assert shown(read_published(told)) == ("2026-11-20", "url")


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ('<meta property="article:modified_time" content="2026-11-22">', "", ("2026-11-22", "meta")),
        ('<meta property="article:modified_time" content="2026-11-20">', "", ("", "")),
        ("", "<p>Published 20 November 2026, updated 21 November 2026</p>", ("2026-11-21", "page")),
        ("", "<time class=updated datetime=2026-11-22>x</time>", ("2026-11-22", "page")),
    ],
)
def test_the_last_change_is_later(head: str, body: str, expected: tuple[str, str]):
    told = times(DAY + head, body)
    assert shown(read_modified(told, read_published(told).time)) == expected
