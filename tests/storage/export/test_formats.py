"""Every export takes any title and any text, harms no reader, and gives them back as they were."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import fields, replace
from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from storage.export.atom import as_atom
from storage.export.csv import COLUMNS, MARK, as_csv, neutral, plain
from storage.export.jsonl import as_jsonl
from storage.export.post import SiteOptions, post_text, read_post
from storage.lookup import Article
from storage.types import Mention
from tests.examples import examples
from tests.storage.export.samples import ARTICLE, HARD_TEXT, TEXT

ATOM = "{http://www.w3.org/2005/Atom}"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1", "''", '=HYPERLINK("http://x.test";"y")']
SCRIPTS = [
    "<script>alert(1)</script>",
    "]]>",
    "&lt;b&gt;",
    "&#0;",
    "{{ site.title }}",
    "{% raw %}",
    "\x1b[31m",
    "%}{{",
    "<!--",
]
TITLES = st.one_of(
    TEXT, HARD_TEXT, st.sampled_from(FORMULAS + SCRIPTS), st.builds(str.__add__, st.sampled_from(FORMULAS), TEXT)
)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def titled(title: str, text: str = "") -> Article:
    return replace(ARTICLE, title=title, text=text or ARTICLE.text, authors=(title,) if title else ())


def rows(articles: list[Article]) -> list[dict[str, str]]:
    read = csv.reader(io.StringIO("".join(as_csv(articles)).removeprefix(MARK), newline=""))
    names = next(read)
    return [dict(zip(names, map(plain, row), strict=True)) for row in read]


@settings(max_examples=examples(100), deadline=None)
@given(TITLES, TITLES)
def test_a_title_comes_back_from_csv_and_is_no_formula(title: str, text: str) -> None:
    written = "".join(as_csv([titled(title, text)]))
    (row,) = rows([titled(title, text)])
    assert (row["title"], row["text"]) == (title, text or ARTICLE.text)
    cells = next(csv.reader(io.StringIO(written.partition("\r\n")[2], newline="")))
    assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in cells)
    assert plain(neutral(title)) == title


@settings(max_examples=examples(100), deadline=None)
@given(TITLES)
@example("\u2028\x85\u202e")
def test_a_title_comes_back_from_json_lines_one_line_each(title: str) -> None:
    (line,) = as_jsonl([titled(title)])
    assert len(line.splitlines()) == 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", line)
    assert json.loads(line)["title"] == title


@settings(max_examples=examples(100), deadline=None)
@given(TITLES)
@example("a\r\nb\rc")
def test_a_title_comes_back_from_atom_as_text(title: str) -> None:
    feed = "".join(as_atom([titled(title)], title=title, updated=NOW, address="https://e.test/?a=1&b='2'"))
    root = etree.fromstring(feed.encode(), etree.XMLParser(resolve_entities=False))
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    for element in (root.find(f"{ATOM}title"), entry.find(f"{ATOM}title")):
        assert element is not None
        assert len(element) == 0
        assert (element.text or "") == _NOT_XML.sub("\ufffd", title)


@settings(max_examples=examples(100), deadline=None)
@given(TITLES, TITLES)
def test_a_title_comes_back_from_a_post(title: str, text: str) -> None:
    article = replace(titled(title, text), source_html="", html="")
    post = read_post(post_text(article, SiteOptions()), "2022-03-16-x.md")
    assert post.title == title
    assert ("render_with_liquid: false" in post_text(article, SiteOptions())) is any(
        sign in f"{title}{article.text}" for sign in ("{{", "{%")
    )


def test_a_row_tells_what_a_reader_of_spreadsheets_asks() -> None:
    article = replace(ARTICLE, authors=("张三", "李四"), mentions=(Mention("600519", "SH", "贵州茅台", "publisher"),))
    (row,) = rows([article])
    assert tuple(row) == COLUMNS
    assert (row["authors"], row["symbols"], row["published_at"]) == ("张三; 李四", "600519.SH", "2022-03-15T23:30:08Z")


def test_a_line_has_every_field_of_an_article() -> None:
    (line,) = as_jsonl([ARTICLE])
    assert list(json.loads(line)) == [field.name for field in fields(Article)]


def test_an_entry_has_what_atom_asks_for() -> None:
    feed = "".join(as_atom([ARTICLE, replace(ARTICLE, html="", text="a < b\nc")], title="t", updated=NOW))
    root = etree.fromstring(feed.encode())
    assert [child.tag.removeprefix(ATOM) for child in root][:4] == ["id", "title", "updated", "author"]
    first, second = root.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == f"urn:finews:{ARTICLE.identity}"
    assert first.findtext(f"{ATOM}published") == "2022-03-15T23:30:08Z"
    assert second.findtext(f"{ATOM}content") == "<p>a &lt; b</p><p>c</p>"
