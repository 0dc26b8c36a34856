"""CONNECT_TO: requests keep their URL and Host field, connections go to a replica, as with curl's --connect-to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit, urlunsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, ResponseDataLossError
from scrapy.http import Response

from crawler.errors import SettingInvalid
from crawler.guards import AddressNotAllowed, address_refusal, parse_networks, refusal_of
from crawler.protocol import HeadLimits, LimitedFactory, refusal_within

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PAIR = re.compile(
    r"(?P<host>\*|\[[0-9a-fA-F:.]+\]|[^\s:=*\[\]]+)(?::(?P<port>\d{1,5}))?="
    r"(?P<target>\[[0-9a-fA-F:.]+\]|[^\s:=*\[\]]+):(?P<target_port>\d{1,5})"
)


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """Where connections go instead: (host or "*", port or None) -> "target:port"."""

    targets: dict[tuple[str, int | None], str]

    @property
    def is_everywhere(self) -> bool:
        """Every host is led to a replica: no real one is asked."""
        return ("*", None) in self.targets

    def names(self, host: str, port: int) -> bool:
        """Tell whether a host is named itself, not by "*": then its address is wanted, whatever it looks like."""
        return (host, port) in self.targets or (host, None) in self.targets

    def target(self, host: str, port: int) -> str | None:
        """Give "target:port" for a host, None where it is not named: host with port first, then host, then "*"."""
        keys = ((host, port), (host, None), ("*", port), ("*", None))
        return next((self.targets[key] for key in keys if key in self.targets), None)


def parse_connect_to(text: str) -> ConnectTo:
    """Read the setting: `HOST[:PORT]=TARGET:PORT` pairs by comma, "*" for any host; "" for none.

    Raises:
        SettingInvalid: a pair that means nothing, by name.

    >>> parse_connect_to("*=127.0.0.1:8000").target("example.org", 443)
    '127.0.0.1:8000'
    """
    targets: dict[tuple[str, int | None], str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        match = _PAIR.fullmatch(pair)
        ports = [int(port) for port in (match["port"], match["target_port"]) if port] if match else []
        if match is None or not all(0 < port < 65536 for port in ports):  # noqa: PLR2004
            raise SettingInvalid(f"setting CONNECT_TO: {pair!r} is no HOST[:PORT]=TARGET:PORT, as *=127.0.0.1:8000")
        key = (match["host"].strip("[]").lower(), int(match["port"]) if match["port"] else None)
        targets.setdefault(key, f"{match['target']}:{match['target_port']}")
    return ConnectTo(targets)


class ConnectToHandler(HTTP11DownloadHandler):
    """Downloads http and https; in plain HTTP from the replica, for both, where CONNECT_TO names the host.

    The request's URL is what slots, robots.txt, redirects and the archive see. No name of the true host is looked up.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._connect_to = parse_connect_to(str(settings["CONNECT_TO"] or ""))
        limits = HeadLimits(
            settings.getint("HEADERS_MAX_BYTES"), settings.getint("HEADERS_MAX_COUNT"),
            settings.getfloat("HEADERS_TIMEOUT_S"),
        )  # fmt: skip
        pool: Any = self._pool
        pool._factory = partial(LimitedFactory, limits)  # noqa: SLF001  # there is no other way to our own protocol

    async def download_request(self, request: Request) -> Response:
        """Download one request.

        Raises:
            AddressNotAllowed: the host has no public address and is in no network that the settings allow.
            ResponseRefused: its head passes a limit, or its body is not what its length promises.
        """
        parts = urlsplit(request.url)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
        target = self._connect_to.target(host, port)
        try:
            if target is None:
                return await super().download_request(request)
            return await self._from_replica(request, target)
        except CannotResolveHostError as error:
            if (refused := refusal_of(_asked(request, host, target))) is not None:
                raise AddressNotAllowed(refused) from error
            raise
        except (DownloadFailedError, ResponseDataLossError) as error:
            if (broken := refusal_within(error)) is not None:
                raise broken from error
            raise

    async def _from_replica(self, request: Request, target: str) -> Response:
        parts = urlsplit(request.url)
        # A proxy that the environment names (http_proxy) is none for connections to a replica, nor are its credentials.
        meta = {name: value for name, value in request.meta.items() if name != "proxy"}
        replica = request.replace(url=urlunsplit(("http", target, parts.path or "/", parts.query, "")), meta=meta)
        replica.headers.pop("Proxy-Authorization", None)
        replica.headers["Host"] = _host_field(parts)
        response = await super().download_request(replica)
        request.meta["download_latency"] = replica.meta.get("download_latency")
        return response.replace(url=request.url)


def _asked(request: Request, host: str, target: str | None) -> str:
    """Give the host that was connected to in a request's stead: its replica, or the proxy."""
    if target is not None:
        return target.rpartition(":")[0].strip("[]")
    proxy = request.meta.get("proxy")
    return urlsplit(str(proxy)).hostname or host if proxy else host


def _host_field(parts: SplitResult) -> str:
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return shown if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f"{shown}:{parts.port}"


class AddressGuard:
    """Refuses a request by its address alone, before robots.txt is asked: a private address, a port of other services.

    A replica changes nothing: what an address says is what the archive would keep. A host that CONNECT_TO names
    itself is wanted. Names are the resolver's to check.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._connect_to = parse_connect_to(str(crawler.settings["CONNECT_TO"] or ""))
        self._networks = parse_networks(str(crawler.settings["ALLOWED_PRIVATE_NETWORKS"] or ""))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let a request pass.

        Raises:
            AddressNotAllowed: it may not.
        """
        parts = urlsplit(request.url)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
        refused = None if self._connect_to.names(host, port) else address_refusal(host, port, self._networks)
        if refused is not None:
            raise AddressNotAllowed(refused)
