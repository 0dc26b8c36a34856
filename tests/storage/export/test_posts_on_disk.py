from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from storage.errors import ExportError
from storage.export.post import Post, SiteOptions, post_text
from storage.export.posts_on_disk import MAX_POST_BYTES, BadPost, read_posts
from tests.storage.export.samples import ARTICLE

TEXT = post_text(ARTICLE, SiteOptions())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "_posts").mkdir()
    return tmp_path


def test_a_sites_posts_are_read_in_order_of_their_names(site: Path):
    for name in ("2022-03-02-b.md", "2022-03-01-a.markdown", ".2022-hidden.md", "picture.png"):
        (site / "_posts" / name).write_text(TEXT)
    (site / "README.md").write_text("no post")
    names = [post.name for post in read_posts(site) if isinstance(post, Post)]
    assert names == ["2022-03-01-a", "2022-03-02-b"]
    assert [post.name for post in read_posts(site / "_posts") if isinstance(post, Post)] == names


def test_one_file_is_read(site: Path):
    file = site / "2022-03-02-b.md"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    (post,) = read_posts(file)
    assert isinstance(post, Post)
    assert post.title == ARTICLE.title


def test_a_bad_post_costs_itself_alone_and_says_why(site: Path):
    posts = site / "_posts"
    (posts / "1.md").write_bytes(b"---\ntitle: \xff\n---\n")
    (posts / "2.md").write_text("no front matter")
    (posts / "3.md").write_bytes(b"---\n---\n" + b"x" * MAX_POST_BYTES)
    (posts / "4.md").mkdir()
    (posts / "5.md").write_text("---\na: &a [1]\n---\n")
    (posts / "6.md").write_text(TEXT)
    read = list(read_posts(site))
    bad = [one for one in read if isinstance(one, BadPost)]
    assert [Path(one.file).name for one in bad] == ["1.md", "2.md", "3.md", "4.md", "5.md"]
    for one, word in zip(bad, ["UTF-8", "front matter", "8 MiB", "regular", "anchor"], strict=True):
        assert word in one.reason
        assert "\n" not in one.reason
    assert isinstance(read[-1], Post)


def test_many_posts_are_read_in_bounded_memory(site: Path):
    for number in range(300):
        (site / "_posts" / f"{number:04d}.md").write_text(f"---\ntitle: a\n---\n{'字' * 40_000}")
    tracemalloc.start()
    assert sum(isinstance(post, Post) for post in read_posts(site)) == 300
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000  # the posts have 36 MB


@pytest.mark.parametrize("place", ["missing", "_posts"])
def test_a_place_without_posts_is_an_error(site: Path, place: str):
    with pytest.raises(ExportError, match=place):
        list(read_posts(site / place))
