"""Who may be connected to: public addresses, and the private networks that the settings allow; nobody else.

The check is on the resolved address, which is the one connected to: no second look-up, so no DNS rebinding.
"""

from __future__ import annotations

import socket
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import DNSLookupError

from crawler.errors import SettingInvalid

_refusals: OrderedDict[str, str] = OrderedDict()
_MOST_REFUSALS = 1000

Network = IPv4Network | IPv6Network

_NOT_FOR_PAGES = frozenset({
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
    540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
    6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})  # fmt: skip
"""Ports of other services (mail, shells, files), which might take a request for a command.

Source: Fetch standard, "bad port": browsers connect to none of them.
"""
_GLOBAL_6 = ip_network("2000::/3")
_NOT_GLOBAL = (
    ip_network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
    ip_network("3fff::/20"),  # documentation, RFC 9637; newer than Python 3.11's own table
)
_NAT64 = ip_network("64:ff9b::/96")


class AddressNotAllowed(Exception):
    """The host's address is not public, and in no network of ALLOWED_PRIVATE_NETWORKS."""


class _Refused(DNSLookupError):
    """What Twisted may see of a refusal: it takes the name for one without addresses, and logs nothing."""


def refusal_of(host: str) -> str | None:
    """Give why a host was refused lately, None where it was not: Twisted passes no reason on."""
    return _refusals.get(host)


def parse_networks(text: str) -> tuple[Network, ...]:
    """Read the setting ALLOWED_PRIVATE_NETWORKS: networks by comma.

    Raises:
        SettingInvalid: one that is none, by name.
    """
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingInvalid(
            f"setting ALLOWED_PRIVATE_NETWORKS: {error}; write networks by comma, as 127.0.0.1/32"
        ) from error


def is_allowed(address: str, networks: Sequence[Network]) -> bool:
    """Tell whether an address may be connected to; an IPv4 address inside an IPv6 one counts as what it is.

    >>> is_allowed("93.184.215.14", ()), is_allowed("::ffff:127.0.0.1", ()), is_allowed("169.254.169.254", ())
    (True, False, False)
    """
    ip = _unwrapped(ip_address(address.partition("%")[0]))
    if any(ip in network for network in networks):
        return True
    if not ip.is_global or ip.is_multicast or ip.is_reserved or any(ip in network for network in _NOT_GLOBAL):
        return False
    return ip.version == 4 or ip in _GLOBAL_6  # noqa: PLR2004  # nothing else is given out to hosts (RFC 4291, 2.4)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        return inner or ip
    return ip


def address_refusal(host: str, port: int, networks: Sequence[Network]) -> str | None:
    """Give why an address is not to be connected to, as far as it tells by itself; None for a name.

    >>> address_refusal("example.org", 25, ()), address_refusal("example.org", 443, ())
    ('port 25 of example.org belongs to a service that has no pages', None)
    """
    if port in _NOT_FOR_PAGES:
        return f"port {port} of {host} belongs to a service that has no pages"
    literal = _literal(host)
    return None if literal is None or is_allowed(literal, networks) else _not_public(host, literal)


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, which is asked for names and literal addresses alike, with the check behind it."""

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, networks: Sequence[Network]) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._networks = tuple(networks)

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        networks = parse_networks(str(settings["ALLOWED_PRIVATE_NETWORKS"] or ""))
        return cls(reactor, cache_size, settings.getfloat("DNS_TIMEOUT"), networks)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802  # Twisted's name
        """Give an address of a host that may be connected to; fail as for an unknown name otherwise."""
        literal = _literal(name)
        if literal is not None:
            return succeed(literal) if is_allowed(literal, self._networks) else fail(self._refuse(name, literal))
        resolved: Deferred[Any] = super().getHostByName(name, timeout)
        return resolved.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if not is_allowed(address, self._networks):
            raise self._refuse(name, address)
        _refusals.pop(name, None)
        return address

    def _refuse(self, name: str, address: str) -> _Refused:
        text = _refusals[name] = _not_public(name, address)
        while len(_refusals) > _MOST_REFUSALS:
            _refusals.popitem(last=False)
        return _Refused(text)


def _not_public(host: str, address: str) -> str:
    shown = host if host == address else f"{host} ({address})"
    return f"{shown} is no public address; ALLOWED_PRIVATE_NETWORKS names the private networks that may be asked"


def _literal(name: str) -> str | None:
    """Give the address that a host stands for by itself; None for a name that has to be looked up.

    That is a literal in any form that some system's resolver takes (2130706433, 0x7f.1, full-width digits, a dot
    behind it), and the name of this machine (RFC 6761, 6.3).
    """
    plain = unicodedata.normalize("NFKC", name).replace("\u3002", ".").lower().removesuffix(".")
    if plain == "localhost" or plain.endswith(".localhost"):
        return "127.0.0.1"
    try:
        return str(ip_address(plain.strip("[]").partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(plain))
    except (OSError, ValueError):
        return None
