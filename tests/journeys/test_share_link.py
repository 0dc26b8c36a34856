"""The main job: an infoCode's share link becomes an archived article, and the site's post again, byte for byte."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, Crawler
from tests.site.server import NewsSite

INFOCODE = "NW202203152309565655"
DIGITS = INFOCODE.removeprefix("NW")
SEEDS = sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))
needs_seed = pytest.mark.skipif(not SEEDS, reason="the original site's post is not beside this checkout")


@pytest.fixture
def seed(site: NewsSite) -> str:
    """The original site's post: its body is served by the detail API, its title and time by the article API."""
    post = SEEDS[0].read_text(encoding="utf-8")
    match = re.fullmatch(r'---\n.*?title: "(.*?)"\ndate: (.*?) \+0800\n.*?---\n(.*?)\n\n<http.*', post, re.DOTALL)
    assert match is not None
    title, date, body = match.groups()
    text = json.dumps({"content": body.replace("<p>", "<p>　　"), "text": ""})
    site.add("choicewzp1.eastmoney.com", f"/NewsData/GetNewsText.do?id={INFOCODE}", 200, {}, text)
    article = {"data": {"Art_Title": title, "Art_ShowTime": date.replace("-", "/"), "Art_Content": body}}
    site.add("newsinfo.eastmoney.com", f"/kuaixun/v2/api/article/{DIGITS}*", 200, {}, json.dumps(article))
    return post


@needs_seed
def test_the_share_link_is_archived_whole(seed: str, crawler: Crawler) -> None:
    result = crawler.crawl("eastmoney", "-a", f"infocode={INFOCODE}")
    assert result.returncode == 0, result.stderr
    (article,) = crawler.rows("SELECT * FROM article_current")
    assert article["publisher"] == "澎湃新闻"
    assert article["category_slug"] == "pengpaixinwen"
    assert article["published_at"] == "2022-03-15T03:38:08Z"
    assert article["published_precision"] == "second"
    assert article["external_id"] == INFOCODE
    assert article["text"].startswith("3月15日")
    assert article["text"].endswith("可推广的经验做法。")
    images = crawler.rows("SELECT url FROM article_media ORDER BY position")
    assert [row["url"] for row in images] == re.findall(r'<img src="([^"]+)"', seed)
    assert len(images) == 12


@needs_seed
@pytest.mark.usefixtures("seed")
def test_the_export_is_the_original_post_byte_for_byte(crawler: Crawler, tmp_path: Path) -> None:
    crawler.crawl("eastmoney", "-a", f"infocode={INFOCODE}")
    options = (
        "--site-url", "//finews.withounder.com",
        "--share-base", "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=",
    )  # fmt: skip
    result = crawler.run("finews", "export", "jekyll", str(tmp_path / "site"), *options)
    assert result.returncode == 0, result.stderr
    (post,) = (tmp_path / "site" / "_posts").iterdir()
    assert post.name == f"2022-03-15-{INFOCODE}.md"
    assert post.read_bytes() == SEEDS[0].read_bytes()


@needs_seed
def test_an_imported_post_is_exported_byte_for_byte(crawler: Crawler, tmp_path: Path) -> None:
    result = crawler.run("finews", "import", "jekyll", str(SEEDS[0]))
    assert result.returncode == 0, result.stderr
    crawler.run("finews", "export", "jekyll", str(tmp_path / "site"), "--site-url", "//finews.withounder.com")
    (post,) = (tmp_path / "site" / "_posts").iterdir()
    assert post.read_bytes() == SEEDS[0].read_bytes()


@needs_seed
@pytest.mark.usefixtures("seed")
def test_all_addresses_of_one_number_are_one_article(crawler: Crawler, tmp_path: Path) -> None:
    links = tmp_path / "links.txt"
    addresses = [
        INFOCODE,
        f"http://finance.eastmoney.com/a/{DIGITS}.html",
        f"https://finance.eastmoney.com/news/1345,{DIGITS}.html",
        f"https://wap.eastmoney.com/a/{DIGITS}.html",
        f"https://emwap.eastmoney.com/info/detail/{DIGITS}",
        f"https://kuaixun.eastmoney.com/{DIGITS}.html",
        f"https://choicew2z.eastmoney.com/info/information/detail.html?infocode={INFOCODE}",
        f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={INFOCODE}",
    ]
    links.write_text("\n".join(addresses), encoding="utf-8")
    result = crawler.crawl("eastmoney", "-a", f"file={links}")
    assert result.returncode == 0, result.stderr
    (article,) = crawler.rows("SELECT id FROM article_current")
    aliases = {row["url"] for row in crawler.rows(f"SELECT url FROM article_alias WHERE article_id = {article['id']}")}
    assert aliases >= set(addresses[1:])
    states = [row["state"] for row in crawler.rows("SELECT state FROM link_status")]
    assert sorted(states) == ["duplicate"] * 7 + ["stored"]


def test_a_number_that_is_none_is_one_line_and_exit_2(crawler: Crawler) -> None:
    result = crawler.crawl("eastmoney", "-a", "infocode=NW12")
    assert result.returncode == 2
    assert "NW12" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
