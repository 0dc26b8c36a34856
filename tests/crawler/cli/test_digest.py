from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest

from storage.archive import open_archive
from tests.crawler.cli.conftest import CommandLine, draft
from tests.crawler.mail_and_hooks import webhook
from tests.storage.drafts import store


@pytest.fixture
def june(finews: CommandLine) -> CommandLine:
    """An archive with one article of 11 June 2025, 17:00 UTC."""
    with closing(open_archive(finews.location)) as archive:
        store(archive, draft(), now=datetime(2025, 6, 11, 17, tzinfo=UTC))
    return finews


def test_a_day_is_told_in_its_zone(june: CommandLine) -> None:
    assert "1 new articles" in june("digest", "--day", "2025-06-11").stdout
    assert "0 new articles" in june("digest", "--day", "2025-06-11", "--zone", "Asia/Shanghai").stdout
    shanghai = june("digest", "--day", "2025-06-12", "--zone", "Asia/Shanghai").stdout
    assert "# finews: 2025-06-12 (Asia/Shanghai)" in shanghai
    assert "- 证券时报 (zhengquanshibao): 1" in shanghai


def test_programs_get_one_object(june: CommandLine) -> None:
    (told,) = june.json("digest", "--day", "2025-06-11")
    assert (told["new"], told["since"]) == ({"example-news": 1}, "2025-06-11T00:00:00Z")


def test_without_a_day_it_is_yesterday(june: CommandLine) -> None:
    assert "0 new articles" in june("digest").stdout


@pytest.mark.parametrize("words", [("--day", "yesterday"), ("--zone", "Mars/Base")])
def test_what_is_no_day_or_zone_is_wrong_usage(june: CommandLine, words: tuple[str, str]) -> None:
    assert june("digest", *words).exit_code == 2


def test_it_is_sent_by_the_channels_and_says_so_where_it_is_not(june: CommandLine) -> None:
    words = ("digest", "--day", "2025-06-11", "--send")
    assert "ALERT_WEBHOOK" in june(*words).stderr
    with webhook() as hook:
        assert june(*words, "-s", f"ALERT_WEBHOOK={hook.url}").exit_code == 0
        hook.answers = [(404, b"")]
        assert june(*words, "-s", f"ALERT_WEBHOOK={hook.url}").exit_code == 2
    assert hook.bodies[0]["title"] == "finews digest of 2025-06-11: 1 new articles"
