"""The user's own rules stand beside sources.toml, and their faults are said before anything is crawled."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import SourcesInvalid
from crawler.site_rules import load_site_rules
from pipelines.page import Page, SourceFacts
from storage.types import Kind

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
RULES = """
hosts = ["example.com"]
body = [".story"]

[[sample]]
url = "https://www.example.com/1"
page = "<p>x</p>"
expected = { title = "x" }
"""


def page(url: str) -> Page:
    return Page(1, url, Kind.ARTICLE, SourceFacts("s"), NOW)


def test_a_page_of_the_site_gets_the_rules_without_their_samples(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "example.toml").write_text(RULES, encoding="utf-8")
    rules = load_site_rules(tmp_path / "sources.toml")
    given = rules.given(page("https://news.example.com/1.html")).layout
    assert given is not None
    assert (given.body, given.sample) == ((".story",), ())
    assert rules.given(page("https://other.example.org/")).layout is None
    own, shipped = rules.layout_for("www.example.com"), rules.layout_for("www.stcn.com")
    assert own is not None
    assert len(own.sample) == 1
    assert shipped is not None


def test_no_folder_means_no_rules(tmp_path: Path) -> None:
    assert load_site_rules(tmp_path / "sources.toml").own == {}


def test_faults_name_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "example.toml").write_text('hosts = ["a"]\ncolour = 1', encoding="utf-8")
    with pytest.raises(SourcesInvalid, match=r"layouts: example.toml: colour: "):
        load_site_rules(tmp_path / "sources.toml")
