"""CONNECT_TO: the request keeps its URL and Host field, the connection goes to the replica."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.connect import parse_connect_to
from crawler.errors import SettingInvalid
from tests.journeys.conftest import Crawler
from tests.site.hostile import HostileServer

hosts = st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z][a-z0-9]{0,10}){0,3}", fullmatch=True)
ports = st.integers(1, 65535)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def crawler_to(folder: Path, connect_to: str, networks: str = "127.0.0.1/32") -> Crawler:
    return Crawler(
        folder,
        {
            "ARCHIVE_URL": f"sqlite:///{folder}/archive.db",
            "CAPTURES_DIR": str(folder / "captures"),
            "CONNECT_TO": connect_to,
            "ALLOWED_PRIVATE_NETWORKS": networks,
            "EXTRACT_WORKERS": "1",
        },
    )


def links(folder: Path, *urls: str) -> str:
    (folder / "links.txt").write_text("\n".join(urls), encoding="utf-8")
    return f"file={folder / 'links.txt'}"


@given(host=hosts, port=ports, target=hosts, target_port=ports)
def test_a_pair_means_what_it_says(host: str, port: int, target: str, target_port: int) -> None:
    pairs = parse_connect_to(f" {host.upper()}:{port}={target}:{target_port} ,")
    assert pairs.target(host, port) == f"{target}:{target_port}"
    assert pairs.target(host, port % 65535 + 1) is None
    assert pairs.target(f"www.{host}", port) is None


def test_the_closest_pair_wins_whatever_their_order() -> None:
    pairs = parse_connect_to("*=any:1,a.test=host:2,*:443=port:3,a.test:443=both:4")
    assert pairs.target("a.test", 443) == "both:4"
    assert pairs.target("a.test", 80) == "host:2"
    assert pairs.target("b.test", 443) == "port:3"
    assert pairs.target("b.test", 80) == "any:1"


def test_addresses_of_version_6_stand_in_brackets() -> None:
    pairs = parse_connect_to("[2001:db8::1]:443=[::1]:8000")
    assert pairs.target("2001:db8::1", 443) == "[::1]:8000"


@pytest.mark.parametrize(
    "text",
    ["a.test", "a.test=", "a.test=b.test", "=b.test:80", "a.test=b.test:0", "a.test=b.test:65536", "a.test:0=b.test:1",
     "a.test=b.test:80:80", "a.test=http://b.test:80", "a test=b.test:80", "a.test=*:80", "a.test=::1:80"],
)  # fmt: skip
def test_a_pair_that_means_nothing_is_named(text: str) -> None:
    with pytest.raises(SettingInvalid, match=r"CONNECT_TO.*HOST\[:PORT\]=TARGET:PORT") as raised:
        parse_connect_to(f"ok.test=b.test:80,{text}")
    assert repr(text) in str(raised.value)


def test_no_pairs_lead_nowhere_else() -> None:
    assert parse_connect_to(" , ").target("a.test", 80) is None


def test_https_and_names_that_do_not_exist_are_answered_by_the_replica(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_to(tmp_path, f"*=127.0.0.1:{server.port}")
    urls = {
        "https://no-such-host.invalid/a": "no-such-host.invalid",
        "http://no-such-host.invalid:80/b?c=d&e": "no-such-host.invalid",
        "https://no-such-host.invalid:443/f": "no-such-host.invalid",
        "https://no-such-host.invalid:8443/g": "no-such-host.invalid:8443",
        "http://[2a00:1450::1]/h": "[2a00:1450::1]",
        "http://[2a00:1450::1]:8080/i": "[2a00:1450::1]:8080",
    }
    result = crawler.crawl("page", "-a", links(tmp_path, *urls))
    assert result.returncode == 0, result.stderr
    asked = {seen.path: seen.host for seen in server.requests if seen.path != "/robots.txt"}
    assert asked == {"/" + url.partition("://")[2].partition("/")[2]: host for url, host in urls.items()}
    stored = {row["url"] for row in crawler.rows("SELECT url FROM article_current")}
    assert stored == set(urls)


def test_a_redirect_is_followed_by_its_true_address(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_to(tmp_path, f"*=127.0.0.1:{server.port}")
    end = "https://second.invalid/end"
    result = crawler.crawl("page", "-a", f"url=https://first.invalid/redirect?to={end}")
    assert result.returncode == 0, result.stderr
    assert [(seen.host, seen.path) for seen in server.requests if seen.path == "/end"] == [("second.invalid", "/end")]
    aliases = {row["url"] for row in crawler.rows("SELECT url FROM article_alias")}
    assert end in aliases


def test_robots_txt_is_that_of_the_true_host(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_to(tmp_path, f"*=127.0.0.1:{server.port}")
    crawler.crawl("page", "-a", links(tmp_path, "https://a.invalid/private/1", "https://b.invalid/open"))
    assert {seen.host for seen in server.requests if seen.path == "/robots.txt"} == {"a.invalid", "b.invalid"}
    assert server.paths == ["/open"]
    (refused,) = crawler.rows("SELECT url, state FROM link_status WHERE reason = 'robots'")
    assert refused == {"url": "https://a.invalid/private/1", "state": "rejected"}


def test_a_replica_may_have_an_address_of_version_6(tmp_path: Path) -> None:
    try:
        running = HostileServer("::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with running as server:
        crawler = crawler_to(tmp_path, f"a.invalid=[::1]:{server.port}", networks="::1/128")
        result = crawler.crawl("page", "-a", "url=https://a.invalid/1")
    assert result.returncode == 0, result.stderr
    assert server.paths == ["/1"]


def test_a_replica_at_a_private_address_needs_permission(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_to(tmp_path, f"*=127.0.0.1:{server.port}", networks="")
    crawler.crawl("page", "-a", "url=https://a.invalid/1")
    (link,) = crawler.rows("SELECT reason, reason_text FROM link_status")
    assert link["reason"] == "address-not-allowed"
    assert server.connections == 0


def test_a_proxy_of_the_environment_is_not_asked_for_a_replica(
    server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://somebody:secret@127.0.0.9:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    crawler = crawler_to(tmp_path, f"*=127.0.0.1:{server.port}")
    result = crawler.crawl("page", "-a", links(tmp_path, "https://a.invalid/1", "http://a.invalid/2"))
    assert result.returncode == 0, result.stderr
    assert sorted(server.paths) == ["/1", "/2"]


def test_a_setting_that_means_nothing_ends_before_anything_begins(tmp_path: Path) -> None:
    crawler = crawler_to(tmp_path, "a.test=nowhere", networks="10.0.0.0/8,banana")
    result = crawler.crawl("page", "-a", "url=https://a.invalid/1")
    assert result.returncode == 2
    assert "'a.test=nowhere'" in result.stderr
    assert "'banana'" in result.stderr
    assert "Traceback" not in result.stderr
