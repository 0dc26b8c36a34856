"""The command line over a real archive in SQLite."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crawler.cli import app
from pipelines.identify import decide
from storage import articles, ledger
from storage.archive import open_archive
from storage.config import Location
from storage.drafts import Draft
from storage.ledger import Ending, SeenLink
from storage.reasons import Reason
from storage.types import Kind, LinkState, Media, Mention, Precision
from storage.urls import identity

PAGE = "https://news.example.com/2022/03/15/rates.html"


def draft(url: str = PAGE, **changes: Any) -> Draft:
    """One article of our own, ready to store."""
    text = "央行今日开展逆回购操作。\n市场利率小幅回落。"
    one = Draft(
        link_id=None, url=url, canonical_url=url, identity=identity(url), external_id=None, aliases=(url,),
        kind=Kind.ARTICLE, source_key="example-news", title="央行开展逆回购操作", title_from="page", text=text,
        html=f"<p>{text}</p>", source_html=f"<p>{text}</p>", authors=("张三",), publisher="证券时报",
        publisher_as_printed="证券时报网", publisher_from="page", category_slug="zhengquanshibao",
        category_name="证券时报", language="zh", timezone="Asia/Shanghai",
        published_at=datetime(2022, 3, 15, 3, 38, 8, tzinfo=UTC), published_precision=Precision.SECOND,
        published_from="page", published_as_printed="2022-03-15 11:38:08", partial=False,
        media=(Media("https://img.example.com/1.png", "图", 640, 480),),
        mentions=(Mention("600519", "SH", "贵州茅台", "publisher"),), content_hash=f"hash of {url}",
        word_count=20,
    )  # fmt: skip
    return replace(one, **changes)


@dataclass(frozen=True)
class CommandLine:
    """Runs commands in this process over an archive of the test's own."""

    location: Location

    def __call__(self, *words: str) -> Result:
        settings = (
            "-s",
            f"ARCHIVE_URL={self.location.archive_url}",
            "-s",
            f"CAPTURES_DIR={self.location.captures_dir}",
        )
        return CliRunner().invoke(app, [*words, *settings])

    def json(self, *words: str) -> list[Any]:
        """Give what a command printed as JSON lines; it must have ended well."""
        result = self(*words, "--json")
        assert result.exit_code == 0, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    def store(self, *drafts: Draft) -> None:
        """Put articles into the archive."""
        with closing(open_archive(self.location)) as archive, archive.writing() as connection:
            for one in drafts:
                now = datetime.now(UTC)
                articles.write(connection, one, decide(one, articles.known(connection, one)), now=now)

    def put_off(self, host: str, reason: Reason, text: str) -> None:
        """Put a host off for a day."""
        with closing(open_archive(self.location)) as archive:
            archive.put_off(host, reason=reason, text=text, wait=timedelta(days=1))

    def link(
        self,
        url: str,
        source: str,
        state: LinkState,
        reason: Reason | None = None,
        text: str = "",
        *,
        retry: bool = False,
    ) -> None:
        """Put a link into the ledger that was worked on once and ended in this state, or is to be tried again."""
        now = datetime.now(UTC)
        with closing(open_archive(self.location)) as archive:
            run = archive.start_run(source, "feed")
            with archive.writing() as connection:
                seen = SeenLink(url, identity(url), Kind.ARTICLE, "{}", "")
                ledger.record(connection, source, [seen], now=now, run_id=run, capture_id=None)
                for leased in ledger.lease(
                    connection, source, run_id=run, limit=9, now=now, lease_for=timedelta(hours=1)
                ):
                    ending = Ending(leased.id, state, reason, text, retry=retry)
                    ledger.settle(connection, ending, run_id=run, now=now)


@pytest.fixture
def finews(tmp_path: Path) -> CommandLine:
    """The command line; its archive does not exist yet."""
    return CommandLine(Location(f"sqlite:///{tmp_path}/archive.db", tmp_path / "captures"))


@pytest.fixture
def stored(finews: CommandLine) -> Callable[..., Draft]:
    """Stores an article of our own with some values changed."""

    def store(url: str = PAGE, **changes: Any) -> Draft:
        one = draft(url, **changes)
        finews.store(one)
        return one

    return store
