"""The contract with downstream programs: these views, these columns, these forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect

from storage.archive import Archive, Visit
from storage.captures import Exchange, read_capture
from storage.ledger import RefusedLink, SeenLink
from storage.reasons import Reason
from storage.types import Kind
from storage.views import VIEWS
from tests.storage.drafts import draft, rows, store

PROMISED = {
    "article_current": (
        "id url canonical_url external_id kind title text html source_html authors publisher publisher_as_printed "
        "category_slug category_name source_key language published_at published_precision published_from "
        "first_seen_at updated_at revision story_id word_count partial"
    ),
    "article_revision": "article_id revision seen_at title text",
    "article_alias": "article_id url",
    "article_mention": "article_id symbol market name origin",
    "article_media": "article_id position url alt width height",
    "link_status": "url source_key state reason attempts discovered_at next_try_at article_id",
    "run_status": "id source_key spider state started_at ended_at counts problems",
    "capture_record": (
        "capture_id url fetched_at status media_type digest file file_offset file_length body_file body_offset"
    ),
    "change_feed": "seq article_id revision_id kind at",
}
NOW = datetime(2025, 6, 11, 12, tzinfo=UTC)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.mark.parametrize("view", PROMISED)
def test_a_view_begins_with_the_columns_promised(view: str, archive: Archive) -> None:
    with archive.reading() as connection:
        found = [column["name"] for column in inspect(connection).get_columns(view)]
    promised = PROMISED[view].split()
    assert found[: len(promised)] == promised


def test_every_view_is_promised() -> None:
    assert set(VIEWS) == set(PROMISED)


def test_times_are_utc_in_iso_8601(archive: Archive) -> None:
    store(archive, draft())
    run = archive.start_run("example", "feed")
    link = SeenLink("https://news.example.com/2", "url:news.example.com/2", Kind.ARTICLE, "{}", "")
    archive.record_visit(Visit("example", (link,), ()), run_id=run)
    (article,) = rows(archive, "SELECT * FROM article_current")
    assert article["published_at"] == "2022-03-15T03:38:08Z"
    told = [
        article["first_seen_at"], article["updated_at"],
        *rows(archive, "SELECT seen_at FROM article_revision")[0].values(),
        *rows(archive, "SELECT discovered_at, next_try_at FROM link_status")[0].values(),
        *rows(archive, "SELECT started_at FROM run_status")[0].values(),
        *rows(archive, "SELECT at FROM change_feed")[0].values(),
    ]  # fmt: skip
    assert all(TIME.fullmatch(one) for one in told), told


def test_a_refused_link_tells_its_reason(archive: Archive) -> None:
    refused = RefusedLink("https://e.com/#item=1", "item:1", Reason.BAD_ITEM, "title is a list")
    archive.record_visit(Visit("example", (), (refused,)), run_id=None)
    (row,) = rows(archive, "SELECT * FROM link_status")
    assert (row["state"], row["reason"], row["reason_text"]) == ("rejected", "bad-item", "title is a list")


def test_partial_reads_as_a_truth_value(archive: Archive) -> None:
    store(archive, draft(partial=True))
    assert [row["partial"] for row in rows(archive, "SELECT partial FROM article_current WHERE partial")] == [True]


def test_every_capture_tells_the_file_and_the_place_of_its_bytes(archive: Archive) -> None:
    for number in (1, 2):  # the same bytes twice: the second record has no body
        exchange = Exchange(f"https://e.com/{number}", 200, (("Content-Type", "text/html"),), "港湾".encode(), NOW)
        archive.record_visit(Visit("example", (), (), exchange), run_id=None)
    first, second = rows(archive, "SELECT * FROM capture_record ORDER BY capture_id")
    assert (second["body_file"], second["body_offset"]) == (first["file"], first["file_offset"])
    assert second["file_offset"] == first["file_offset"] + first["file_length"]
    archive.close()
    captured = read_capture(archive.location.captures_dir, second["body_file"], second["body_offset"])
    assert captured.body.decode() == "港湾"
