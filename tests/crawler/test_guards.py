"""Nobody connects to a private address, in whatever spelling it comes, unless the settings allow it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import SettingInvalid
from crawler.guards import is_allowed, parse_networks
from tests.journeys.conftest import Crawler
from tests.site.hostile import HostileServer

PRIVATE = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::1/128", "::/128", "fc00::/7", "fe80::/10", "ff00::/8",
    "2001:db8::/32", "fec0::/10",
)  # fmt: skip
private = st.sampled_from(PRIVATE).flatmap(lambda text: st.ip_addresses(network=text))
private_4 = st.sampled_from([text for text in PRIVATE if "." in text]).flatmap(lambda t: st.ip_addresses(network=t))
public_4 = st.sampled_from(("1.0.0.0/16", "8.8.0.0/16", "93.184.0.0/16", "116.62.0.0/16", "203.107.0.0/17")).flatmap(
    lambda text: st.ip_addresses(network=text)
)


@given(private)
def test_no_private_address_is_allowed_by_itself(address: IPv4Address | IPv6Address) -> None:
    assert not is_allowed(str(address), ())


@given(public_4)
def test_public_addresses_are_allowed(address: IPv4Address) -> None:
    assert is_allowed(str(address), ())


@given(private_4)
def test_a_private_address_inside_one_of_version_6_is_seen(address: IPv4Address) -> None:
    number = int(address)
    mapped, nat64 = IPv6Address(0xFFFF << 32 | number), IPv6Address(int(IPv6Address("64:ff9b::")) | number)
    compatible, six_to_four = IPv6Address(number), IPv6Address(0x2002 << 112 | number << 80)
    assert not any(is_allowed(str(one), ()) for one in (mapped, nat64, compatible, six_to_four))


@given(private, st.integers(0, 32))
def test_an_address_is_allowed_by_a_network_that_holds_it(address: IPv4Address | IPv6Address, fewer: int) -> None:
    longest = 32 if address.version == 4 else 128
    network = ip_network((int(address), longest - fewer), strict=False)
    assert is_allowed(str(address), [network])
    assert is_allowed(str(address), parse_networks(f"192.0.2.0/24, {network}"))


@given(private, private)
def test_a_network_of_one_address_allows_no_other(first: IPv4Address, second: IPv4Address) -> None:
    if first != second:
        assert not is_allowed(str(first), [ip_network(str(second))])


def test_a_zone_behind_an_address_does_not_hide_it() -> None:
    assert not is_allowed("fe80::1%eth0", ())


@pytest.mark.parametrize("text", ["banana", "127.0.0.1/33", "10.0.0.1/8", "127.0.0.1;10.0.0.1"])
def test_a_network_that_is_none_is_named(text: str) -> None:
    with pytest.raises(SettingInvalid, match="ALLOWED_PRIVATE_NETWORKS") as raised:
        parse_networks(f"127.0.0.1/32,{text}")
    assert text.partition("/")[0].partition(";")[0] in str(raised.value)


# Real crawls


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """A server that must not see one connection."""
    with HostileServer("0.0.0.0") as running:
        yield running


def crawler_with(folder: Path, networks: str = "", connect_to: str = "") -> Crawler:
    return Crawler(
        folder,
        {
            "ARCHIVE_URL": f"sqlite:///{folder}/archive.db",
            "CAPTURES_DIR": str(folder / "captures"),
            "ALLOWED_PRIVATE_NETWORKS": networks,
            "CONNECT_TO": connect_to,
            "EXTRACT_WORKERS": "1",
            "DOWNLOAD_DELAY": "0",
        },
    )


def links(folder: Path, *urls: str) -> str:
    (folder / "links.txt").write_text("\n".join(urls), encoding="utf-8")
    return f"file={folder / 'links.txt'}"


SPELLINGS = (
    "127.0.0.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "localhost", "LOCALHOST", "10.1.2.3",
    "169.254.169.254", "100.64.1.1", "0.0.0.0", "0", "192.168.1.1", "[fe80::1]", "１２７.0.0.1",
)  # fmt: skip


def test_private_addresses_are_refused_in_every_spelling(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_with(tmp_path)
    urls = [f"http://{host}:{server.port}/{number}" for number, host in enumerate(SPELLINGS)]
    result = crawler.crawl("page", "-a", links(tmp_path, *urls))
    assert server.connections == 0
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    rows = crawler.rows("SELECT url, state, reason, reason_text FROM link_status")
    assert {row["url"]: row["reason"] for row in rows} == dict.fromkeys(urls, "address-not-allowed")
    assert {row["state"] for row in rows} == {"rejected"}
    assert all("ALLOWED_PRIVATE_NETWORKS" in row["reason_text"] for row in rows)


def test_a_dot_behind_a_private_address_opens_no_door(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_with(tmp_path)
    crawler.crawl("page", "-a", links(tmp_path, *(f"http://{h}.:{server.port}/" for h in ("localhost", "127.0.0.1"))))
    assert server.connections == 0
    assert {row["article_id"] for row in crawler.rows("SELECT article_id FROM link_status")} == {None}


def test_private_addresses_are_refused_over_https_too(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_with(tmp_path)
    urls = [f"https://{host}:{server.port}/{number}" for number, host in enumerate(SPELLINGS[:11])]
    crawler.crawl("page", "-a", links(tmp_path, *urls))
    assert server.connections == 0
    reasons = {row["url"]: row["reason"] for row in crawler.rows("SELECT url, reason FROM link_status")}
    assert reasons == dict.fromkeys(urls, "address-not-allowed")


def test_a_redirect_leads_nobody_to_a_private_address_or_a_file(server: HostileServer, tmp_path: Path) -> None:
    with HostileServer() as replica:
        crawler = crawler_with(tmp_path, "127.0.0.1/32", f"public.invalid=127.0.0.1:{replica.port}")
        secret = tmp_path / "secret.html"
        secret.write_text("<html><body><article><p>secret</p></article></body></html>", encoding="utf-8")
        targets = {
            f"http://127.0.0.2:{server.port}/1": "address-not-allowed",
            f"http://[::ffff:127.0.0.3]:{server.port}/2": "address-not-allowed",
            "http://169.254.169.254/latest/meta-data": "address-not-allowed",
            f"file://{secret}": "bad-address",
            "ftp://10.0.0.1/x": "bad-address",
            "data:text/html,<p>x</p>": "bad-address",
            "javascript:alert(1)": "bad-address",
        }
        urls = {f"http://public.invalid/redirect?to={target}": reason for target, reason in targets.items()}
        result = crawler.crawl("page", "-a", links(tmp_path, *urls))
    assert server.connections == 0
    assert "Traceback" not in result.stderr
    assert {row["url"]: row["reason"] for row in crawler.rows("SELECT url, reason FROM link_status")} == urls
    assert crawler.rows("SELECT * FROM article_current") == []


def test_an_allowed_network_is_connected_to(server: HostileServer, tmp_path: Path) -> None:
    crawler = crawler_with(tmp_path, "127.0.0.1/32")
    urls = [f"http://{host}:{server.port}/{number}" for number, host in enumerate(("127.0.0.1", "2130706433"))]
    result = crawler.crawl("page", "-a", links(tmp_path, *urls, f"http://127.0.0.2:{server.port}/3"))
    assert sorted(server.paths) == ["/0", "/1"], result.stderr
    reasons = {row["url"][-1]: row["reason"] for row in crawler.rows("SELECT url, reason FROM link_status")}
    assert reasons == {"0": None, "1": None, "3": "address-not-allowed"}
