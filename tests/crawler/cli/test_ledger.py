from __future__ import annotations

import pytest

from storage.reasons import Reason
from storage.types import LinkState
from tests.crawler.cli.conftest import CommandLine, draft

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
    (link,) = ledger.json("ledger", "explain", BAD)
    assert (link["state"], link["reason"], link["attempts"]) == ("rejected", "no-article", 1)
    assert [one["state"] for one in link["tries"]] == ["rejected"]
    text = ledger("ledger", "explain", BAD).stdout
    assert "seen on alpha" in text
    assert "now: rejected (no-article: \\x1b[1ma page without text)" in text


def test_an_unknown_link_is_one_line(ledger: CommandLine) -> None:
    result = ledger("ledger", "explain", "https://nowhere.example.com/")
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


def test_retry_takes_what_waits_in_back_off_and_says_which_hosts_stay_put_off(ledger: CommandLine) -> None:
    ledger.link("https://b.example.com/wait", "beta", LinkState.REJECTED, Reason.UNREACHABLE, "no answer", retry=True)
    ledger.put_off("b.example.com", Reason.BLOCKED, "the server says 429")
    result = ledger("ledger", "--reason", "unreachable", "--retry")
    assert result.stdout.startswith("1 links are due again")
    assert "b.example.com is put off until" in result.stderr
    assert ledger.json("ledger", "--reason", "unreachable", "--retry") == [{"due_again": 0}], "it is due already"


def test_hosts_put_off_are_shown_with_their_time_and_what_waits(ledger: CommandLine) -> None:
    ledger.link("https://b.example.com/wait", "beta", LinkState.REJECTED, Reason.UNREACHABLE, "no answer", retry=True)
    ledger.put_off("b.example.com", Reason.BLOCKED, "the server says \x1b[1m429")
    (shown,) = [row for row in ledger.json("ledger") if "host" in row]
    assert (shown["host"], shown["reason"], shown["links"]) == ("b.example.com", "blocked", 1)
    text = ledger("ledger").stdout
    assert "the server says \\x1b[1m429" in text
    assert shown["put_off_until"] in text
    assert [link["url"] for link in ledger.json("ledger", "--host", "B.example.com")] == ["https://b.example.com/wait"]


def test_a_story_tells_tries_put_offs_and_the_article(ledger: CommandLine) -> None:
    ledger.store(draft("https://b.example.com/wait"))
    ledger.link("https://b.example.com/wait", "beta", LinkState.REJECTED, Reason.UNREACHABLE, "no answer", retry=True)
    ledger.put_off("b.example.com", Reason.BLOCKED, "the server says 429")
    (story,) = ledger.json("ledger", "explain", "https://b.example.com/wait")
    assert story["tries"][0]["reason_text"] == "no answer"
    assert story["put_off"]["reason_text"] == "the server says 429"
    assert (story["lease"], story["article"], story["shown_by"]) == (None, None, None)
    lines = ledger("ledger", "explain", "https://b.example.com/wait").stdout.splitlines()
    assert lines[0] == "https://b.example.com/wait"
    assert "seen on beta in run" in lines[1]
    assert "pending (unreachable: no answer) in run" in lines[2]
    assert "its host b.example.com is put off until" in lines[3]
    assert lines[4].endswith(f"next try {story['put_off']['until']}"), "no earlier than its host"


def test_an_empty_ledger_says_so(finews: CommandLine) -> None:
    finews("db", "upgrade")
    assert "the ledger is empty" in finews("ledger").stderr
