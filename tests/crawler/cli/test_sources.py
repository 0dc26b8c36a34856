"""`finews sources`: lists and files here; what is fetched comes from the local news site, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli.sources_file import add_entry, writable_file
from crawler.errors import SettingInvalid, SourcesInvalid
from crawler.lists.discover import toml_entry
from crawler.sources import CATALOGUE, load_sources
from tests.crawler.cli.conftest import CommandLine
from tests.site.server import NewsSite

ROOT = Path(__file__).parents[3]
SITE_SOURCES = ROOT / "tests" / "site" / "sources.toml"


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as running:
        yield running


def run(
    site: NewsSite, folder: Path, *words: str, sources: Path | None = SITE_SOURCES
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "FINEWS_CONNECT_TO": site.connect_to, "FINEWS_ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32",
        "FINEWS_SOURCES_FILE": str(sources or ""), "FINEWS_DOWNLOAD_DELAY": "0", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "crawler", "sources", *words], cwd=folder, env=environment, text=True,
        capture_output=True, timeout=100, check=False,
    )  # fmt: skip


def test_the_shipped_catalogue_is_listed(finews: CommandLine) -> None:
    listed = finews.json("sources", "list", "-s", "SOURCES_FILE=")
    assert [one["key"] for one in listed] == [source.key for source in load_sources()]
    text = finews("sources", "list", "-s", "SOURCES_FILE=").stdout
    assert "eastmoney-rolling" in text


def test_a_broken_file_names_all_its_faults_one_a_line(finews: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nkey = "a"\nkind = "fed"\nurl = "x"\n[[source]]\nkey = "b"\nkind = "feed"\n')
    result = finews("sources", "list", "-s", f"SOURCES_FILE={file}")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"finews: {file}: source ") for line in lines)


def test_check_shows_what_would_be_stored_and_stores_nothing(site: NewsSite, tmp_path: Path) -> None:
    result = run(site, tmp_path, "check", "example-markets", "--json")
    assert result.returncode == 0, result.stderr
    (shown,) = map(json.loads, result.stdout.splitlines())
    assert len(shown["links"]) > 2
    assert all(link["title"] for link in shown["links"])
    assert len(shown["articles"]) == 2
    assert all(article["publisher"] == "Example Markets" and article["text"] for article in shown["articles"])
    assert list(tmp_path.iterdir()) == []


def test_check_of_a_list_that_cannot_be_read_fails_with_the_reason(site: NewsSite, tmp_path: Path) -> None:
    site.fail("www.example-markets.test", "/rss.xml", "html", times=9)
    result = run(site, tmp_path, "check", "example-markets")
    assert result.returncode == 2
    assert "bad-list" in result.stdout
    assert "Traceback" not in result.stderr


def test_check_of_an_unknown_source_names_near_ones(finews: CommandLine) -> None:
    result = finews("sources", "check", "example-market", "-s", f"SOURCES_FILE={SITE_SOURCES}")
    assert result.exit_code == 2
    assert "did you mean example-markets" in result.stderr


def test_add_finds_a_feed_and_writes_an_entry_that_can_be_checked(site: NewsSite, tmp_path: Path) -> None:
    site.add(
        "www.example-markets.test", "/start", 200, {"Content-Type": "text/html"},
        '<html><head><link rel="alternate" type="application/rss+xml" title="Markets" href="/rss.xml"></head></html>',
    )  # fmt: skip
    file = tmp_path / "mine.toml"
    words = ("https://www.example-markets.test/start", "--to", str(file), "--publisher", "Example Markets", "--json")
    result = run(site, tmp_path, "add", *words, sources=None)
    assert result.returncode == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert found[0]["url"] == "https://www.example-markets.test/rss.xml"
    assert found[0]["links"] > 0
    (source,) = load_sources(file)
    assert (source.key, source.kind, source.publisher) == (found[0]["added_as"], "feed", "Example Markets")
    assert run(site, tmp_path, "check", source.key, sources=file).returncode == 0
    again = run(site, tmp_path, "add", *words, sources=None)
    assert again.returncode == 2
    assert "a key names one source" in again.stderr


def test_add_of_a_page_that_is_not_there_writes_nothing(site: NewsSite, tmp_path: Path) -> None:
    result = run(site, tmp_path, "add", "https://www.example-markets.test/none", "--to", str(tmp_path / "mine.toml"))
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_catalogue_is_never_written_to(finews: CommandLine) -> None:
    before = CATALOGUE.read_bytes()
    result = finews("sources", "add", "https://example.com/", "--to", str(CATALOGUE))
    assert result.exit_code == 2
    assert CATALOGUE.read_bytes() == before
    with pytest.raises(SettingInvalid):
        writable_file(None)


def test_an_entry_is_appended_and_what_was_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "sources.toml"
    add_entry(file, toml_entry("feed", "https://a.example.com/rss"))
    file.write_text("# mine\n" + file.read_text(), encoding="utf-8")
    add_entry(file, toml_entry("sitemap", "https://b.example.com/sitemap.xml"))
    assert file.read_text(encoding="utf-8").startswith("# mine\n[[source]]")
    assert [source.kind for source in load_sources(file)] == ["feed", "sitemap"]
    with pytest.raises(SourcesInvalid, match="a key names one source"):
        add_entry(file, toml_entry("feed", "https://a.example.com/rss"))
    assert len(load_sources(file)) == 2
    assert [one.name for one in file.parent.iterdir()] == ["sources.toml"]


@given(st.text(max_size=30))
def test_no_entry_makes_a_file_invalid(publisher: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sources.toml"
        add_entry(file, toml_entry("feed", "https://a.example.com/rss", publisher=publisher))
        (source,) = load_sources(file)
        assert source.publisher == publisher


def test_check_proves_the_rules_of_the_site(site: NewsSite, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(
        '[[source]]\nkey = "markets"\nkind = "feed"\nurl = "https://www.example-markets.test/rss.xml"\n',
        encoding="utf-8",
    )
    (tmp_path / "layouts").mkdir()
    rules = tmp_path / "layouts" / "markets.toml"
    text = "A sentence of our own in the markup of the site, long enough to be read."
    rules.write_text(
        'hosts = ["example-markets.test"]\nbody = [".story-body"]\n[[sample]]\nurl = "https://www.example-markets.test/a"\n'
        f"page = '<h1>A quay opens</h1><div class=story-body><p>{text}</p></div><p>More.</p>'\n"
        f"expected = {{ title = 'A quay opens', text = '{text}' }}\n",
        encoding="utf-8",
    )
    right = run(site, tmp_path, "check", "markets", "--articles", "1", sources=file)
    assert right.returncode == 0, right.stderr
    assert "rules for example-markets.test: 1 sample pages, as expected" in right.stdout
    rules.write_text(rules.read_text(encoding="utf-8").replace("title = 'A", "title = 'Another"), encoding="utf-8")
    wrong = run(site, tmp_path, "check", "markets", "--articles", "1", "--json", sources=file)
    assert wrong.returncode == 1
    (proved,) = json.loads(wrong.stdout)["rules"]
    assert "title is 'A quay opens', expected 'Another quay opens'" in proved["faults"][0]
