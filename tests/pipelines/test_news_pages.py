"""Shapes of news pages of the world, each our own fiction: content management systems, languages, layouts."""

# ruff: noqa: E501  # a page is read whole

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from pipelines import dates
from pipelines.metadata import Metadata, read_metadata

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://www.oreweekly.example/2026/quay"
PROSE = (
    "The harbour of Northaven opened a new quay on Friday, the port authority said. Traders were surprised by the pace."
)


def linked(**article: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **article}, ensure_ascii=False)}</script>'


def read(language: str, head: str, body: str) -> Metadata:
    page = f"<html lang={language}><head>{head}</head><body><nav><a href=/>Home</a></nav><main>{body}<p>{PROSE}</p></main></body></html>"
    return read_metadata(document_fromstring(page), url=URL, now=NOW, zone=None)


def told(metadata: Metadata) -> tuple[str, tuple[str, ...], str]:
    published = dates.isoformat(metadata.published, None) if metadata.published is not None else ""
    return metadata.title, metadata.authors, published


PAGES = {
    "graph": (
        "en-US",
        '<title>Northaven opens a new quay - Ore Weekly</title><meta name=author content="Jane Miner">\n<script type="application/ld+json">{"@graph": [{"@type": "Article", "author": {"name": "jminer", "@id": "#1"}, "headline": "Northaven opens a new quay", "datePublished": "2026-11-20T08:30:00+00:00", "publisher": {"@id": "#o"}},\n{"@type": "WebSite", "@id": "#w", "name": "Ore Weekly"}, {"@type": "Organization", "@id": "#o", "name": "Ore Weekly"}]}</script>',
        "<article><h1>Northaven opens a new quay</h1>by <a rel=author>Jane Miner</a>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20T08:30:00+00:00"),
    ),
    "people and the site": (
        "en",
        '<title>Northaven opens a new quay | The Ore Post</title><meta property="og:site_name" content="The Ore Post"><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-20T08:30:00Z","author":[{"@type":"Person","name":"Jane Miner"},{"@type":"Organization","name":"The Ore Post"}]}</script>',
        "<h1>Northaven opens a new quay</h1>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20T08:30:00+00:00"),
    ),
    "role on the next line": (
        "en-GB",
        '<title>Northaven opens a new quay - OBC News</title><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-20T08:30:00Z","author":{"@type":"Organization","name":"OBC News"},"publisher":{"name":"OBC News"}}</script>',
        "<h1>Northaven opens a new quay</h1><div><span>Jane Miner</span></div><div>Ore correspondent</div>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20T08:30:00+00:00"),
    ),
    "three links": (
        "en",
        '<title>Northaven opens a new quay | Wirenews</title><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-20T08:30:00Z","author":[{"@type":"Person","name":"Jane Miner"}]}</script>',
        "<h1>Northaven opens a new quay</h1><div>By <a href=/a>Jane Miner</a>, <a href=/b>Max Poe</a> and <a href=/c>Ann Ore</a></div>",
        ("Northaven opens a new quay", ("Jane Miner", "Max Poe", "Ann Ore"), "2026-11-20T08:30:00+00:00"),
    ),
    "kicker in the headline": (
        "de",
        '<title>Northaven eröffnet neuen Kai | erz.example</title><meta property="og:title" content="Northaven eröffnet neuen Kai"><meta property="article:published_time" content="2026-11-20T10:30:00+01:00">',
        "<h1><span>Hafen:</span> Northaven eröffnet neuen Kai</h1><span>Von</span> <a>Hans-Peter Müller</a>, Northaven",
        ("Northaven eröffnet neuen Kai", ("Hans-Peter Müller",), "2026-11-20T10:30:00+01:00"),
    ),
    "German": (
        "de",
        "<title>Northaven eröffnet neuen Kai</title>",
        "<h1>Northaven eröffnet neuen Kai</h1><div>Stand: 21.11.2026, 09:00 Uhr</div><div>Veröffentlicht am 20.11.2026</div><div>Eine Analyse von <a>Eva von der Au</a></div>",
        ("Northaven eröffnet neuen Kai", ("Eva von der Au",), "2026-11-20"),
    ),
    "Spanish": (
        "es",
        "<title>Northaven inaugura un nuevo muelle | El Diario</title>",
        "<h1>Northaven inaugura un nuevo muelle</h1><h2>El puerto espera duplicar la carga. Los comerciantes están sorprendidos.</h2><div class=firma>Por <strong>María José Ñúñez</strong></div><div>20 de noviembre de 2026 a las 10:30</div>",
        ("Northaven inaugura un nuevo muelle", ("María José Ñúñez",), "2026-11-20T10:30:00"),
    ),
    "Mexican": (
        "es-MX",
        "<title>Northaven inaugura un nuevo muelle</title>",
        "<h1>Northaven inaugura un nuevo muelle</h1><a href=/autor/maria-nunez/>María Núñez</a><span>Northaven</span><time>20/11/2026 - 10:30h</time>",
        ("Northaven inaugura un nuevo muelle", ("María Núñez",), "2026-11-20T10:30:00"),
    ),
    "Portuguese": (
        "pt-BR",
        "<title>Northaven inaugura novo cais - O Minério</title>",
        "<h1>Northaven inaugura novo cais</h1><p>Por João da Silva, OM — Northaven</p><p>20/11/2026 10h30</p>",
        ("Northaven inaugura novo cais", ("João da Silva",), "2026-11-20T10:30:00"),
    ),
    "French": (
        "fr",
        "<title>Northaven inaugure un quai</title>",
        "<h1>Northaven inaugure un quai</h1><p>Par Anne-Lise Dupont et Marc Le Gall</p><p>Publié le 20 novembre 2026 à 10h30, mis à jour le 21 novembre 2026 à 09h00</p>",
        ("Northaven inaugure un quai", ("Anne-Lise Dupont", "Marc Le Gall"), "2026-11-20T10:30:00"),
    ),
    "Italian": (
        "it",
        "<title>Northaven apre una banchina</title>",
        "<h1>Northaven apre una banchina</h1><div>di <a>Luca De Santis</a></div><div>20 novembre 2026 alle 10:30</div>",
        ("Northaven apre una banchina", ("Luca De Santis",), "2026-11-20T10:30:00"),
    ),
    "Russian": (
        "ru",
        "<title>Нортхейвен открыл причал</title>",
        "<h1>Нортхейвен открыл причал</h1><div>10:30 20.11.2026</div><div>Автор: Иван Петров</div>",
        ("Нортхейвен открыл причал", ("Иван Петров",), "2026-11-20T10:30:00"),
    ),
    "Japanese": (
        "ja",
        '<title>ノースヘブン港、新岸壁を開く - 鉱石新聞</title><meta property="og:site_name" content="鉱石新聞">',
        "<h1>ノースヘブン港、新岸壁を開く</h1><time>2026年11月20日 10時30分</time><p>山田太郎 記者</p>",
        ("ノースヘブン港、新岸壁を開く", ("山田太郎",), "2026-11-20T10:30:00"),
    ),
    "Korean": (
        "ko",
        '<title>노스헤이븐, 새 부두 열어 | 광석일보</title><meta property="og:site_name" content="광석일보">',
        "<h1>노스헤이븐, 새 부두 열어</h1><div>홍길동 기자 hong@ore.example</div><div>입력 2026.11.20 10:30 수정 2026.11.21 09:00</div>",
        ("노스헤이븐, 새 부두 열어", ("홍길동",), "2026-11-20T10:30:00"),
    ),
    "Arabic": (
        "ar",
        "<title>ميناء نورثهافن يفتتح رصيفا</title>",
        "<h1>ميناء نورثهافن يفتتح رصيفا</h1><div>بقلم: محمد علي</div><div>20 نوفمبر 2026</div>",
        ("ميناء نورثهافن يفتتح رصيفا", ("محمد علي",), "2026-11-20"),
    ),
    "Hindi": (
        "hi",
        '<title>नॉर्थहेवन ने घाट खोला</title><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-20T10:30:00+05:30","author":{"@type":"Person","name":"राम कुमार"}}</script>',
        "<h1>नॉर्थहेवन ने घाट खोला</h1>",
        ("नॉर्थहेवन ने घाट खोला", ("राम कुमार",), "2026-11-20T10:30:00+05:30"),
    ),
    "Dutch": (
        "nl",
        "<title>Northaven opent kade</title>",
        "<h1>Northaven opent kade</h1><div>Door <a>Jan de Vries</a></div><div>20 november 2026 om 10:30</div>",
        ("Northaven opent kade", ("Jan de Vries",), "2026-11-20T10:30:00"),
    ),
    "Swedish": (
        "sv",
        "<title>Northaven öppnar kaj</title>",
        "<h1>Northaven öppnar kaj</h1><div>Av <a>Eva Åström</a></div><div>Publicerad 20 nov 2026 kl 10.30</div>",
        ("Northaven öppnar kaj", ("Eva Åström",), "2026-11-20T10:30:00"),
    ),
    "Polish": (
        "pl",
        "<title>Northaven otwiera nabrzeże</title>",
        "<h1>Northaven otwiera nabrzeże</h1><div>Autor: Jan Kowalski</div><div>20 listopada 2026, 10:30</div>",
        ("Northaven otwiera nabrzeże", ("Jan Kowalski",), "2026-11-20T10:30:00"),
    ),
    "Turkish": (
        "tr",
        "<title>Northaven yeni rıhtım açtı</title>",
        "<h1>Northaven yeni rıhtım açtı</h1><div>Yazar: Ahmet Yılmaz</div><div>20 Kasım 2026 10:30</div>",
        ("Northaven yeni rıhtım açtı", ("Ahmet Yılmaz",), "2026-11-20T10:30:00"),
    ),
    "Indonesian": (
        "id",
        "<title>Northaven buka dermaga</title>",
        "<h1>Northaven buka dermaga</h1><div>Penulis: Budi Santoso | Editor: Siti Aminah</div><div>Jumat, 20 Nov 2026 10:30 WIB</div>",
        ("Northaven buka dermaga", ("Budi Santoso",), "2026-11-20T10:30:00"),
    ),
    "Vietnamese": (
        "vi",
        "<title>Northaven mở cầu cảng</title>",
        "<h1>Northaven mở cầu cảng</h1><div>Thứ sáu, 20/11/2026, 10:30 (GMT+7)</div><p>Tác giả: Nguyễn Văn An</p>",
        ("Northaven mở cầu cảng", ("Nguyễn Văn An",), "2026-11-20T10:30:00+07:00"),
    ),
    "edited by another": (
        "en-IN",
        "<title>Northaven opens a new quay - The Ore Times</title>",
        "<h1>Northaven opens a new quay</h1><div class=byline>Written By <a>Priya Sharma</a> | Edited By <a>Ravi Rao</a></div><div>Updated: November 21, 2026 9:00 am IST</div><div>Published: Nov 20, 2026 08:30 IST</div>",
        ("Northaven opens a new quay", ("Priya Sharma",), "2026-11-20T08:30:00+05:30"),
    ),
    "microdata": (
        "en",
        "<title>Northaven opens a new quay</title>",
        "<article itemscope><h1>Northaven opens a new quay</h1><span itemprop=author itemscope><span itemprop=name>Jane Miner</span></span><span itemprop=datePublished content='2026-11-20T08:30:00Z'>Friday</span>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20T08:30:00+00:00"),
    ),
    "a blog of its writer": (
        "en-US",
        '<title>Northaven opens a new quay — Jane Miner</title><meta property="og:site_name" content="Jane Miner"><script type="application/ld+json">{"@type":"Article","headline":"Northaven opens a new quay — Jane Miner","datePublished":"2026-11-20T08:30:00-0500","author":"Jane Miner"}</script>',
        "<h1>Northaven opens a new quay</h1>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20T08:30:00-05:00"),
    ),
    "the writer in the title": (
        "en",
        '<title>Northaven opens a new quay | by Jane Miner | Ore Stories</title><meta property="og:title" content="Northaven opens a new quay"><meta name=author content="Jane Miner"><meta property="article:published_time" content="2026-11-20T08:30:00.000Z">',
        "<h1>Northaven opens a new quay</h1><span>5 min read</span>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20T08:30:00+00:00"),
    ),
    "moved and stamped anew": (
        "en",
        '<title>Northaven opens a new quay</title><meta property="article:published_time" content="2026-11-23T08:30:00Z">',
        "<h1>Northaven opens a new quay</h1><p>Nov 20, 2026</p>",
        ("Northaven opens a new quay", (), "2026-11-20"),
    ),
    "a login": (
        "en",
        '<title>Northaven opens a new quay</title><meta name="dcterms.creator" content="jminer"><meta name="dcterms.date" content="2026-11-20">',
        "<h1>Northaven opens a new quay</h1><span class=author>Submitted by <span>Jane Miner</span></span>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20"),
    ),
    "an agency alone": (
        "en-IN",
        '<title>Northaven opens a new quay</title><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-20T08:30:00+05:30","author":{"@type":"Person","name":"Reuters"}}</script>',
        "<h1>Northaven opens a new quay</h1>",
        ("Northaven opens a new quay", ("Reuters",), "2026-11-20T08:30:00+05:30"),
    ),
    "person and agency": (
        "en",
        '<title>Northaven opens a new quay</title><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-20T08:30:00Z","author":{"@type":"Person","name":"Jane Miner, Reuters"}}</script>',
        "<h1>Northaven opens a new quay</h1>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20T08:30:00+00:00"),
    ),
    "only a day in figures": (
        "en-US",
        "<title>Northaven opens a new quay</title>",
        "<h1>Northaven opens a new quay</h1><p>By Jane Miner | 11/20/2026 10:30 AM</p>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20T10:30:00"),
    ),
    "the address of a profile": (
        "en",
        '<title>Northaven opens a new quay</title><meta property="article:author" content="https://www.oreweekly.example/profile/jane">',
        "<h1>Northaven opens a new quay</h1><aside><address><a rel=author href=/profile/jane>Jane Miner</a></address></aside><p>Fri 20 Nov 2026</p>",
        ("Northaven opens a new quay", ("Jane Miner",), "2026-11-20"),
    ),
}


@pytest.mark.parametrize("shape", PAGES)
def test_title_authors_and_time_are_read_from_every_shape_of_page(shape: str):
    language, head, body, expected = PAGES[shape]
    assert told(read(language, head, body)) == expected


def test_every_field_says_where_it_comes_from():
    head = linked(
        headline="Northaven opens a new quay", datePublished="2026-11-20T08:30:00Z", dateModified="2026-11-21T08:30:00Z",
        author="Jane Miner", articleSection=["Markets", "Ports"], keywords="quays, ports", isAccessibleForFree="False",
    )  # fmt: skip
    metadata = read(
        "en-GB", f'{head}<meta property="og:site_name" content="Ore Weekly">', "<h1>Northaven opens a new quay</h1>"
    )
    assert metadata.provenance == {
        "title": "h1", "published_at": "json-ld", "modified_at": "json-ld", "authors": "json-ld", "publisher": "og",
        "section": "json-ld", "tags": "json-ld", "language": "html", "partial": "json-ld",
    }  # fmt: skip
    assert (metadata.section, metadata.tags, metadata.is_free) == ("Markets", ("quays", "ports"), False)
    assert metadata.modified is not None
    assert metadata.modified.local == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "modified",
    ["2026-11-20T08:30:00Z", "2026-11-19T08:30:00Z", "yesterday's", ""],
    ids=["same", "before", "no time", "none"],
)
def test_a_change_lies_behind_the_publication(modified: str):
    metadata = read(
        "en", linked(datePublished="2026-11-20T08:30:00Z", dateModified=modified), "<h1>Northaven opens</h1>"
    )
    assert metadata.modified is None
    assert "modified_at" not in metadata.provenance


HOSTILE = {
    "nested": "<div class=author>" * 100_000,
    "links": "<a href=/author/x>Jane Doe</a> " * 50_000,
    "bylines": "<span class=byline>By Jane</span>" * 50_000,
    "times": "<time datetime=2026>x</time>" * 50_000,
    "one line": f"<div>By {'Jane Doe, ' * 200_000}</div>",
    "figures": f"<p class=date>{'12.12.' * 30}</p>" * 2_000,
    "white space": f"<p>By{' ' * 500_000}Jane</p>",
    "pictures": "<p>Jane Doe</p>" * 25 + "<img alt='x y'>" * 50_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_end(body: str):
    title = "a b - " * 100_000
    assert len(read("en", f"<title>{title}</title>", f"<h1>Northaven opens a quay</h1>{body}").title) < 2_000
