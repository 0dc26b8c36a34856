"""Templates in the archive: one active version a host, none overwritten, and the pages they are learned from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipelines.identify import decide
from storage import templates
from storage.archive import Archive, Finished, Visit
from storage.captures import Exchange
from storage.ledger import SeenLink
from storage.templates import StoredTemplate, TemplateState
from storage.types import Kind
from tests.storage.drafts import draft

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOST = "news.example.com"


def add(archive: Archive, host: str = HOST, rules: str = "{}") -> int:
    with archive.writing() as connection:
        return templates.add(connection, host, rules=rules, pages=12, note="", now=NOW)


def load(archive: Archive, host: str | None = None, *, only_active: bool = False) -> list[StoredTemplate]:
    with archive.reading() as connection:
        return templates.load(connection, host, only_active=only_active)


def test_a_new_version_supersedes_the_one_before_and_keeps_it(archive: Archive) -> None:
    assert [add(archive, rules=rules) for rules in ("one", "two")] == [1, 2]
    add(archive, "other.example.com")
    assert [(one.version, one.state.value, one.rules) for one in load(archive, HOST)] == [
        (2, "active", "two"), (1, "superseded", "one"),
    ]  # fmt: skip
    assert [(one.host, one.version) for one in load(archive, only_active=True)] == [(HOST, 2), ("other.example.com", 1)]
    assert load(archive, HOST)[0].learned_at == NOW


def test_only_the_last_pages_are_remembered_and_a_drifted_one_stays_so(archive: Archive) -> None:
    add(archive)
    with archive.writing() as connection:
        templates.remember(connection, HOST, 1, [True] * 30 + [False])
        templates.remember(connection, HOST, 1, [False] * 5, drifted="it missed the last 5 pages")
        templates.remember(connection, HOST, 1, [True])
    (one,) = load(archive)
    assert (one.state, one.recent, one.note) == (
        TemplateState.DRIFTED, (False,) * 5, "it missed the last 5 pages",
    )  # fmt: skip
    assert load(archive, only_active=True) == []
    assert add(archive) == 2


def test_the_pages_of_stored_articles_are_found_by_host_newest_first(archive: Archive) -> None:
    run = archive.start_run("s", "feed")
    urls = [f"https://{host}/{n}.html" for n in range(3) for host in (HOST, "other.example.com")]
    seen = tuple(SeenLink(url, f"url:{url}", Kind.ARTICLE, "{}", "a") for url in urls)
    archive.record_visit(Visit("s", seen, ()), run_id=run)
    leased = archive.lease("s", run_id=run, limit=10, lease_for=timedelta(minutes=1))[0]
    finished = [
        Finished(link.id, link.url, draft(link.url, text=f"{link.url} " * 60), exchanges=(exchange(link.url),))
        for link in leased
    ]
    archive.store(finished, run_id=run, decide=decide)
    with archive.reading() as connection:
        pages = templates.kept_pages(connection, HOST, limit=2)
        assert [page.url for page in pages] == [f"https://{HOST}/2.html", f"https://{HOST}/1.html"]
        assert templates.kept_pages(connection, HOST, limit=2, source_key="other") == []
        assert templates.count_pages(connection, least=3) == {HOST: 3, "other.example.com": 3}
        assert templates.count_pages(connection, source_key="s", least=4) == {}


def exchange(url: str) -> Exchange:
    return Exchange(
        url=url, status=200, headers=(("Content-Type", "text/html"),), body=f"<p>{url}".encode(), fetched_at=NOW
    )
