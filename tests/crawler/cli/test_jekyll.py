"""The archive as a Jekyll site and back, by the commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.config import Location
from tests.crawler.cli.conftest import CommandLine

CODE = "NW202203152309565655"


@pytest.fixture
def site(finews: CommandLine, stored: Callable[..., object], tmp_path: Path) -> Path:
    """An exported site of two articles."""
    stored(f"http://e.example.org/NewsShare.html?infoCode={CODE}", external_id=CODE)
    stored()
    folder = tmp_path / "site"
    assert finews("export", "jekyll", str(folder)).exit_code == 0
    return folder


def other(tmp_path: Path) -> CommandLine:
    return CommandLine(Location(f"sqlite:///{tmp_path}/other.db", tmp_path / "other"))


def test_an_export_says_what_it_wrote(finews: CommandLine, site: Path) -> None:
    assert len(list((site / "_posts").iterdir())) == 2
    assert finews.json("export", "jekyll", str(site)) == [{"written": 0, "unchanged": 0, "removed": 0}]


def test_the_options_stand_in_the_posts(finews: CommandLine, site: Path) -> None:
    options = ("--site-url", "//news.example.net", "--share-base", "http://share.example.net/?infoCode=")
    assert finews("export", "jekyll", str(site), *options).exit_code == 0
    text = (site / "_posts" / f"2022-03-15-{CODE}.md").read_text(encoding="utf-8")
    assert f"<http://share.example.net/?infoCode={CODE}>" in text
    assert "(//news.example.net/category/zhengquanshibao.html)" in text


def test_posts_imported_twice_are_stored_once(site: Path, tmp_path: Path) -> None:
    archive = other(tmp_path)
    assert archive.json("import", "jekyll", str(site)) == [{"stored": 2, "revised": 0, "duplicate": 0, "bad": 0}]
    assert archive.json("import", "jekyll", str(site)) == [{"stored": 0, "revised": 0, "duplicate": 2, "bad": 0}]
    titles = {article["title"] for article in archive.json("list")}
    assert titles == {"央行开展逆回购操作"}


def test_one_post_is_imported_alone(site: Path, tmp_path: Path) -> None:
    archive = other(tmp_path)
    assert archive("import", "jekyll", str(site / "_posts" / f"2022-03-15-{CODE}.md")).exit_code == 0
    (article,) = archive.json("show", CODE)
    assert article["published_at"] == "2022-03-15T03:38:08Z"


def test_a_bad_post_is_named_and_the_others_are_stored(site: Path, tmp_path: Path) -> None:
    (site / "_posts" / "2022-01-01-bad.md").write_bytes(b"---\ntitle: \xff\n---\n")
    (site / "_posts" / "2022-01-02-none.md").write_text("no front matter\n")
    result = other(tmp_path)("import", "jekyll", str(site))
    assert result.exit_code == 1
    assert result.stdout == "2 stored, 0 revised, 0 duplicate, 2 bad\n"
    assert len(result.stderr.splitlines()) == 2
    assert all(line.startswith("finews: ") and "/_posts/2022-01-0" in line for line in result.stderr.splitlines())


def test_a_folder_that_is_not_there_is_one_line_and_makes_no_archive(tmp_path: Path) -> None:
    result = other(tmp_path)("import", "jekyll", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "other.db").exists()


def test_more_posts_than_one_batch_are_all_stored(tmp_path: Path) -> None:
    posts = tmp_path / "many" / "_posts"
    posts.mkdir(parents=True)
    for number in range(450):
        code = f"NW2022031500000{number:05}"
        (posts / f"2022-03-15-{code}.md").write_text(
            f'---\nlayout: post\ntitle: "第{number}条"\ndate: 2022-03-15 11:38:08 +0800\ncategories: demo\n'
            f"tags: 示例新闻\n---\n<p>正文{number}。</p>\n\n<http://e.example.org/NewsShare.html?infoCode={code}>\n\n"
            "[返回示例新闻](/category/demo.html)｜[返回首页](/)",
            encoding="utf-8",
        )
    archive = other(tmp_path)
    assert archive.json("import", "jekyll", str(tmp_path / "many")) == [
        {"stored": 450, "revised": 0, "duplicate": 0, "bad": 0}
    ]
    assert len(archive.json("list", "--limit", "1000")) == 450
