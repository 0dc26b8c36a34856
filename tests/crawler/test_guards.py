"""Nobody connects to a private address, in whatever spelling it comes, unless the settings allow it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.errors import SettingInvalid
from crawler.guards import is_allowed, parse_networks
from tests.journeys.conftest import ROOT, Crawler
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


# Requests of a real client, counted at real servers

EXAMPLES = int(os.environ.get("GUARD_EXAMPLES", "250"))
"""Attempts to get in that are generated; `make faults` asks for 10,000."""

VISIBLE = "127.0.0.77"
"""The one address that may be asked here; all others of this machine are somebody's secret."""


class Probe:
    """Our client in a process of its own, between a server that it may ask and one that must not hear of it."""

    def __init__(self, public: HostileServer, secret: HostileServer) -> None:
        self.public = public
        self.secret = secret
        environment = {"FINEWS_ALLOWED_PRIVATE_NETWORKS": f"{VISIBLE}/32", "FINEWS_DOWNLOAD_TIMEOUT": "5"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crawler.probe"], cwd=ROOT, env={**os.environ, **environment}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def outcome(self, url: str, names: dict[str, list[str]]) -> str:
        """Let it ask for an address; give the status or the reason."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"url": url, "names": names}) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    with HostileServer(VISIBLE) as public, HostileServer("0.0.0.0") as secret:
        running = Probe(public, secret)
        yield running
        running.close()


def _parts(address: IPv4Address) -> tuple[int, int, int, int]:
    first, second, third, fourth = address.packed
    return first, second, third, fourth


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


SPELL: dict[str, Callable[[IPv4Address], str]] = {
    "dotted": str,
    "number": lambda a: str(int(a)),
    "hexadecimal number": lambda a: f"0X{int(a):X}",
    "octal number": lambda a: f"0{int(a):o}",
    "hexadecimal parts": lambda a: ".".join(f"0x{part:x}" for part in _parts(a)),
    "octal parts": lambda a: ".".join(f"0{part:o}" for part in _parts(a)),
    "two parts": lambda a: f"{int(a) >> 24}.{int(a) & 0xFFFFFF}",
    "three parts": lambda a: f"{int(a) >> 24}.0x{int(a) >> 16 & 0xFF:x}.{int(a) & 0xFFFF}",
    "dot behind": lambda a: f"{a}.",
    "number with a dot behind": lambda a: f"{int(a)}.",
    "full-width digits": lambda a: ".".join(_wide(str(part)) for part in _parts(a)),
    "ideographic full stops": lambda a: "。".join(str(part) for part in _parts(a)),
    "percent-encoded": lambda a: "".join(f"%{ord(sign):02X}" for sign in str(a)),
    "mapped": lambda a: f"[::ffff:{a}]",
    "mapped in hexadecimal": lambda a: f"[0:0:0:0:0:FFFF:{int(a) >> 16:x}:{int(a) & 0xFFFF:x}]",
    "compatible": lambda a: f"[::{a}]",
    "translated": lambda a: f"[64:ff9b::{a}]",
    "6to4": lambda a: f"[2002:{int(a) >> 16:x}:{int(a) & 0xFFFF:x}::1]",
    "behind a user's name": lambda a: f"public.test@{a}",
    "behind a name and a password": lambda a: f"public.test:80@{a}",
}
BEHIND_NAMES = {"behind a user's name", "behind a name and a password"}
LOCAL_NAMES = ("localhost", "LOCALHOST.", "a.localhost", "[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[fec0::1]")

local_4 = st.integers(int(IPv4Address("127.0.0.1")), int(IPv4Address("127.255.255.254"))).map(IPv4Address)
hidden_4 = (local_4 | private_4).filter(lambda address: str(address) != VISIBLE)
spelled = st.builds(lambda form, address: SPELL[form](address), st.sampled_from(sorted(SPELL)), hidden_4)


class Attempt(NamedTuple):
    """A way to an address that is not to be connected to; `{public}` and `{secret}` are the servers' ports."""

    url: str
    names: dict[str, list[str]]
    is_no_web_address: bool = False
    """It ends at what is neither http nor https: a page whose meta element leads there leads nowhere."""


def _led(target: str, hops: list[str]) -> str:
    for hop in hops:
        target = hop + quote(target, safe="{}")
    return target


def _to_host(host: str, hops: list[str], scheme: str) -> Attempt:
    return Attempt(_led(f"{scheme}://{host}:{{secret}}/secret", hops), {"public.test": [VISIBLE]})


def _rebound(addresses: list[IPv4Address], hops: list[str]) -> Attempt:
    """A name that is this machine's public address as often as it leads on, and then another one."""
    before = [VISIBLE] * len(hops)
    hops = [hop.replace("public.test", "rebinding.test").replace(f"//{VISIBLE}", "//rebinding.test") for hop in hops]
    answers = [*before, *map(str, addresses)]
    return Attempt(_led("http://rebinding.test:{secret}/secret", hops), {"rebinding.test": answers})


hops = st.lists(
    st.sampled_from([
        f"http://{host}:{{public}}/{way}?to=" for host in (VISIBLE, "public.test", "0x7f.77", "[::ffff:127.0.0.77]")
        for way in ("redirect", "refresh")
    ]),
    max_size=4,
)  # fmt: skip
attempts = st.one_of(
    st.builds(_to_host, spelled | st.sampled_from(LOCAL_NAMES), hops, st.sampled_from(("http", "https"))),
    st.builds(_rebound, st.lists(hidden_4, min_size=1, max_size=1), hops),
    st.builds(
        lambda target, hops: Attempt(_led(target, hops), {"public.test": [VISIBLE]}, is_no_web_address=True),
        st.sampled_from(("file:///etc/passwd", "ftp://127.0.0.2:{secret}/", "gopher://127.0.0.2:{secret}/", "data:,x")),
        hops.filter(bool),
    ),
    st.builds(
        lambda target, hops: Attempt(_led(target, hops), {"public.test": [VISIBLE]}),
        st.sampled_from(("http://127.0.0.1:22/", "http://public.test:25/", "//127.0.0.2:{secret}/secret")),
        hops.filter(bool),
    ),
)  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts)
def test_no_way_leads_to_an_address_that_is_not_public(probe: Probe, attempt: Attempt) -> None:
    url = attempt.url.replace("{public}", str(probe.public.port)).replace("{secret}", str(probe.secret.port))
    outcome = probe.outcome(url, attempt.names)
    is_left = outcome.startswith("200 ") and "/refresh?to=" in outcome and attempt.is_no_web_address
    assert outcome in {"address-not-allowed", "bad-address"} or is_left
    assert probe.secret.connections == 0


@pytest.mark.parametrize(
    "form", sorted(set(SPELL) - {"compatible", "percent-encoded", "translated", "6to4", *BEHIND_NAMES})
)
def test_an_address_that_is_allowed_is_so_in_every_spelling(probe: Probe, form: str) -> None:
    url = f"http://{SPELL[form](IPv4Address(VISIBLE))}:{probe.public.port}/open"
    assert probe.outcome(url, {}).startswith("200 http://")


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
