"""Who may be connected to: public addresses, and the private networks that the settings allow; nobody else.

The check is on the resolved address, which is the one connected to: no second look-up, so no DNS rebinding.
"""

from __future__ import annotations

import socket
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
    if any(ip.version == network.version and ip in network for network in networks):
        return True
    is_site_local = isinstance(ip, IPv6Address) and ip.is_site_local  # fec0::/10, which counts as global in Python
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or is_site_local)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ip_network("64:ff9b::/96"):
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        return inner or ip
    return ip


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
        if literal is not None and not is_allowed(literal, self._networks):
            return fail(self._refuse(name, literal))
        if literal is not None and ":" in literal:
            return succeed(literal)  # the system's look-up behind `super` knows names and IPv4 only
        resolved: Deferred[Any] = super().getHostByName(name, timeout)
        return resolved.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if not is_allowed(address, self._networks):
            raise self._refuse(name, address)
        _refusals.pop(name, None)
        return address

    def _refuse(self, name: str, address: str) -> _Refused:
        shown = name if name == address else f"{name} ({address})"
        text = f"{shown} is no public address; ALLOWED_PRIVATE_NETWORKS names the private networks that may be asked"
        _refusals[name] = text
        while len(_refusals) > _MOST_REFUSALS:
            _refusals.popitem(last=False)
        return _Refused(text)


def _literal(name: str) -> str | None:
    """Give the address that a literal stands for, in any form that the system's resolver takes: 2130706433, 0x7f.1."""
    try:
        return str(ip_address(name.strip("[]").partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except (OSError, ValueError):
        return None
