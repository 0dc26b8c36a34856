"""Bad input costs itself alone: one line that says what, where and what to do, and the right exit code."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, Crawler
from tests.site.answers import Answer, Request, json_answer
from tests.site.hosts.english import MARKETS as OUTLET
from tests.site.server import NewsSite

ENGLISH = str(ROOT / "tests" / "site" / "sources.toml")
TELEGRAPH = ("api", "-a", "source=cls-telegraph")
MARKETS = ("feed", "-a", "source=example-markets")


def refused_at_once(result: subprocess.CompletedProcess[str], *words: str) -> None:
    """The command did nothing, and said why in one line."""
    assert result.returncode == 2, result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def link(crawler: Crawler, url_part: str) -> dict[str, object]:
    (row,) = crawler.rows(f"SELECT * FROM link_status WHERE url LIKE '%{url_part}%'")
    return row


@pytest.mark.parametrize(
    "command", [("scrapy", "crawl", "api", "-a", "source=cls-telegraph"), ("finews", "crawl", "cls-telegraph")],
    ids=["scrapy", "finews"],
)  # fmt: skip
def test_a_missing_sources_toml_is_named(command: tuple[str, ...], crawler: Crawler) -> None:
    refused_at_once(
        crawler.run(*command, SOURCES_FILE="/nowhere/sources.toml"), "/nowhere/sources.toml", "SOURCES_FILE"
    )


def test_every_fault_of_a_broken_sources_toml_is_one_line(crawler: Crawler, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nkey = "a"\nkind = "feed"\nurl = "nowhere"\nschedule = "often"\n', encoding="utf-8")
    result = crawler.crawl("feed", "-a", "source=a", SOURCES_FILE=str(file))
    assert result.returncode == 2
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 2
    assert all(str(file) in line and "'a'" in line for line in lines)
    file.write_text("[[source]\n", encoding="utf-8")
    refused_at_once(crawler.crawl("feed", "-a", "source=a", SOURCES_FILE=str(file)), str(file), "no TOML")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("api", "-a", "source=cls-telegraf"), "cls-telegraph"),
        (("feed", "-a", "source=cls-telegraph"), "scrapy crawl api"),
        (("feed",), "-a source=KEY"),
        (("eastmoney", "-a", "infocode=NW2022"), "NW2022"),
        (("page", "-a", "url=ftp://example.org/a"), "ftp://example.org/a"),
        (("page", "-a", "file=/nowhere/links.txt"), "/nowhere/links.txt"),
        (("page", "-a", "adress=https://example.org/"), "adress"),
    ],
    ids=["key", "kind", "nothing", "infocode", "url", "file", "argument"],
)
def test_an_argument_that_means_nothing_is_one_line(words: tuple[str, ...], said: str, crawler: Crawler) -> None:
    refused_at_once(crawler.crawl(*words), said)


def test_the_spiders_are_those_documented(crawler: Crawler) -> None:
    result = crawler.run("scrapy", "list")
    assert sorted(result.stdout.split()) == ["api", "eastmoney", "feed", "listing", "page", "sitemap"]


def test_an_unreachable_host_is_the_reason_in_the_ledger(crawler: Crawler, site: NewsSite) -> None:
    site.remove_host("www.cls.cn")
    result = crawler.crawl(*TELEGRAPH)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "unreachable" in result.stderr
    assert link(crawler, "get_roll_list")["reason"] == "unreachable"


def test_a_name_that_does_not_exist_is_the_reason_in_the_ledger(crawler: Crawler) -> None:
    result = crawler.crawl("page", "-a", "url=https://no-such-host.invalid/a.html", CONNECT_TO="")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    row = link(crawler, "no-such-host.invalid")
    assert (row["state"], row["reason"]) == ("pending", "unreachable")
    assert row["next_try_at"] is not None


def test_a_feed_that_is_html_fails_the_run_and_loses_nothing(crawler: Crawler, site: NewsSite) -> None:
    assert crawler.crawl(*MARKETS, SOURCES_FILE=ENGLISH).returncode == 0
    site.fail("www.example-markets.test", "/rss.xml", "html")
    result = crawler.crawl(*MARKETS, SOURCES_FILE=ENGLISH)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert (link(crawler, "rss.xml")["state"], link(crawler, "rss.xml")["reason"]) == ("failed", "bad-list")
    assert len(crawler.rows("SELECT * FROM article_current")) == 8


def test_json_cut_in_the_middle_fails_the_run(crawler: Crawler, site: NewsSite) -> None:
    cut = json.dumps({"errno": 0, "data": {"roll_data": [{"id": 1, "content": "【题】文"}]}}, ensure_ascii=False)[:-20]
    site.add("www.cls.cn", "/v1/roll/get_roll_list*", 200, {"Content-Type": "application/json"}, cut)
    result = crawler.crawl(*TELEGRAPH)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert link(crawler, "get_roll_list")["reason"] == "bad-list"
    assert json.loads(crawler.rows("SELECT problems FROM run_status")[0]["problems"])


def test_four_bad_items_of_six_cost_four_items(crawler: Crawler, site: NewsSite) -> None:
    def item(number: int, **changes: object) -> dict[str, object]:
        text = f"【标题{number}】财联社电，第{number}家公司公告。"
        return {
            "id": number, "ctime": 1_750_000_000 + number, "title": "", "content": text, "brief": text, "is_ad": 0,
            "shareurl": f"https://api3.cls.cn/share/article/{number}", "stock_list": [],
        } | changes  # fmt: skip

    items = [
        item(1), item(2, content=["list"]), item(3, title={"an": "object"}), "a text", item(5, id={}), item(6),
    ]  # fmt: skip

    def roll(request: Request) -> Answer:
        newest = int(request.query["last_time"]) > 1_760_000_000
        return json_answer({"errno": 0, "data": {"roll_data": items if newest else []}})

    site.add("www.cls.cn", "/v1/roll/get_roll_list*", 200, (), roll)
    result = crawler.crawl(*TELEGRAPH)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert len(crawler.rows("SELECT * FROM article_current")) == 2
    refused = crawler.rows("SELECT * FROM link_status WHERE state = 'rejected'")
    assert [row["reason"] for row in refused] == ["bad-item"] * 4
    assert all(row["reason_text"] for row in refused)


def test_a_page_without_an_article_is_rejected_and_the_others_are_stored(
    crawler: Crawler, site: NewsSite, tmp_path: Path
) -> None:
    host = "www.example-markets.test"
    site.add(host, "/empty.html", 200, {"Content-Type": "text/html"}, "<html><body><nav>Home</nav></body></html>")
    site.add(host, "/file.pdf", 200, {"Content-Type": "application/pdf"}, b"%PDF-1.7\n\x00\x01")
    good = OUTLET.url(site.state.stories("markets")[0])
    file = tmp_path / "links.txt"
    # A captcha puts its host off: it stands on one of its own.
    site.fail("www.example-wall.test", "/captcha.html", "captcha")
    lines = [f"https://{host}/{name}" for name in ("empty.html", "file.pdf", "gone.html")]
    lines.append("https://www.example-wall.test/captcha.html")
    file.write_text("\n".join([*lines, "", "# a remark", "no link", "NW12", good]), encoding="utf-8")
    result = crawler.crawl("page", "-a", f"file={file}")
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    reasons = {row["url"].rpartition("/")[2]: row["reason"] for row in crawler.rows("SELECT * FROM link_status")}
    assert reasons["empty.html"] == "no-article"
    assert reasons["captcha.html"] == "captcha"
    assert reasons["file.pdf"] == "not-text"
    assert reasons["gone.html"] == "gone"
    assert link(crawler, "gone.html")["state"] == "gone"
    bad_lines = crawler.rows("SELECT * FROM link_status WHERE reason = 'bad-item'")
    assert len(bad_lines) == 2
    assert {text for row in bad_lines for text in ("no link", "NW12") if text in row["reason_text"]} == {
        "no link",
        "NW12",
    }
    (article,) = crawler.rows("SELECT * FROM article_current")
    assert article["url"] == good


def test_a_share_link_given_by_its_address_is_archived(crawler: Crawler, site: NewsSite) -> None:
    digits = site.state.stories("eastmoney")[0].key
    url = f"https://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW{digits}"
    result = crawler.crawl("eastmoney", "-a", f"url={url}")
    assert result.returncode == 0, result.stderr
    (article,) = crawler.rows("SELECT * FROM article_current")
    assert (article["external_id"], article["url"]) == (f"NW{digits}", url)


@pytest.mark.parametrize(("version", "said"), [("9999_from_tomorrow", "upgrade finews"), ("0000_old", "upgrade")])
def test_a_database_of_another_version_is_left_alone(version: str, said: str, crawler: Crawler) -> None:
    crawler.crawl("page", "-a", "url=https://www.example-markets.test/none.html")
    with sqlite3.connect(crawler.folder / "archive.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()
    refused_at_once(crawler.crawl(*TELEGRAPH), "archive.db", version, said)


def test_a_file_that_is_no_database_is_left_alone(crawler: Crawler) -> None:
    (crawler.folder / "archive.db").write_bytes(b"precious words" * 1000)
    refused_at_once(crawler.crawl(*TELEGRAPH), "archive.db")
    assert (crawler.folder / "archive.db").read_bytes() == b"precious words" * 1000


def test_an_unwritable_captures_folder_is_one_line(crawler: Crawler, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    result = crawler.crawl(*TELEGRAPH, CAPTURES_DIR=str(tmp_path / "file" / "captures"))
    refused_at_once(result, str(tmp_path / "file" / "captures"), "CAPTURES_DIR")


def limited(crawler: Crawler, largest_file: int, *words: str) -> subprocess.Popen[str]:
    """Start a crawl that cannot write a file beyond this size, as on a full disk."""
    environment = {f"FINEWS_{name}": value for name, value in crawler.settings.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", *words], cwd=ROOT, env={**os.environ, **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)),  # noqa: PLW1509  # it calls nothing but the kernel
    )  # fmt: skip


@pytest.mark.parametrize(
    ("largest_file", "said"), [(20_000, ("archive.db", "disk")), (50_000, ("captures", "CAPTURES_DIR"))],
    ids=["database", "captures"],
)  # fmt: skip
def test_a_disk_that_is_full_from_the_start_is_one_line(
    largest_file: int, said: tuple[str, ...], crawler: Crawler
) -> None:
    if "captures" in said:
        crawler.run("finews", "db", "upgrade")
    with limited(crawler, largest_file, *TELEGRAPH) as process:
        out, err = process.communicate(timeout=60)
    refused_at_once(subprocess.CompletedProcess((), process.returncode, out, err), *said)


def test_a_disk_that_fills_up_during_a_crawl_is_waited_for_and_costs_nothing(crawler: Crawler, site: NewsSite) -> None:
    crawler.run("finews", "db", "upgrade")
    with limited(crawler, 100_000, *TELEGRAPH) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert all(word in line for word in ("archive.db", "disk has room", "the crawl waits")), line
        process.kill()
    links = crawler.rows("SELECT state FROM link_status")
    assert [row["state"] for row in links] == ["leased"] * 8 + ["rejected"]
    assert crawler.crawl(*TELEGRAPH).returncode == 0
    assert len(crawler.rows("SELECT * FROM article_current")) == len(site.state.stories("cls"))
