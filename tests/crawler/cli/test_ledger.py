from __future__ import annotations

import pytest

from storage.reasons import Reason
from storage.types import LinkState
from tests.crawler.cli.conftest import CommandLine

BAD = "https://a.example.com/bad"
GONE = "https://a.example.com/gone"


@pytest.fixture
def ledger(finews: CommandLine) -> CommandLine:
    finews.link("https://a.example.com/1", "alpha", LinkState.STORED)
    finews.link(BAD, "alpha", LinkState.REJECTED, Reason.NO_ARTICLE, "\x1b[1ma page without text")
    finews.link(GONE, "beta", LinkState.GONE, Reason.GONE)
    return finews


def test_without_filters_links_are_counted(ledger: CommandLine) -> None:
    counts = {(row["source_key"], row["state"], row["reason"]): row["count"] for row in ledger.json("ledger")}
    assert counts == {
        ("alpha", "stored", None): 1, ("alpha", "rejected", "no-article"): 1, ("beta", "gone", "gone"): 1,
    }  # fmt: skip
    assert "no-article" in ledger("ledger").stdout


@pytest.mark.parametrize(
    ("words", "urls"),
    [
        (["--source", "beta"], [GONE]),
        (["--state", "rejected"], [BAD]),
        (["--reason", "gone"], [GONE]),
        (["--source", "alpha", "--limit", "1"], [BAD]),
        (["--state", "failed"], []),
    ],
    ids=str,
)
def test_filters_list_links(ledger: CommandLine, words: list[str], urls: list[str]) -> None:
    assert [link["url"] for link in ledger.json("ledger", *words)] == urls


def test_a_link_is_explained_with_all_its_tries(ledger: CommandLine) -> None:
    (link,) = ledger.json("ledger", "--explain", BAD)
    assert (link["state"], link["reason"], link["attempts"]) == ("rejected", "no-article", 1)
    assert [one["state"] for one in link["tries"]] == ["rejected"]
    text = ledger("ledger", "--explain", BAD).stdout
    assert "seen on alpha" in text
    assert "now: rejected (no-article: \\x1b[1ma page without text)" in text


def test_an_unknown_link_is_one_line(ledger: CommandLine) -> None:
    result = ledger("ledger", "--explain", "https://nowhere.example.com/")
    assert result.exit_code == 2
    assert result.stderr.startswith("finews: the ledger has no link")


def test_retry_makes_what_came_to_nothing_due_again_and_nothing_else(ledger: CommandLine) -> None:
    assert ledger.json("ledger", "--source", "alpha", "--retry") == [{"due_again": 1}]
    states = {link["url"]: link["state"] for link in ledger.json("ledger", "--source", "alpha")}
    assert states == {BAD: "pending", "https://a.example.com/1": "stored"}


def test_retry_of_a_state_means_that_state(ledger: CommandLine) -> None:
    assert ledger("ledger", "--state", "stored", "--retry").stdout == (
        "1 links are due again: the next crawl of their sources tries them\n"
    )


def test_retry_of_everything_is_refused(ledger: CommandLine) -> None:
    result = ledger("ledger", "--retry")
    assert result.exit_code == 2
    assert "--retry needs" in result.stderr


def test_an_empty_ledger_says_so(finews: CommandLine) -> None:
    finews("db", "upgrade")
    assert "the ledger is empty" in finews("ledger").stderr
