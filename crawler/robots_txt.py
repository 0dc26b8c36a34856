"""robots.txt by RFC 9309: bytes -> the rules for one crawler. Pure.

Not protego, which Scrapy brings: it takes a group for "fine" as one for "finews", does not know "finews/2.0" again,
compares ":" and "%3A" as unequal (the RFC's own example), and needs 7 s for 500 KiB of group names.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 500 * 1024
"""What is read of a robots.txt. Source: RFC 9309, 2.5."""

_LONGEST_RULE = 4096
"""Bytes; no address is longer."""

_GROUP = {"user-agent", "useragent", "user agent"}
_DISALLOW = {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"}
_DELAY = {"crawl-delay", "crawldelay"}
_TOKEN = re.compile(r"\*|[a-z_-]+")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OCTET = re.compile(rb"%([0-9A-Fa-f]{2})|(.)", re.DOTALL)
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Rule:
    """One allow or disallow line: the parts of its path between its `*`, percent-encoded in one form."""

    allows: bool
    parts: tuple[str, ...]
    is_anchored: bool
    """It ended in `$`: the address ends there, too."""

    @property
    def length(self) -> int:
        """How exact it is: the longest rule that matches decides."""
        return sum(map(len, self.parts)) + len(self.parts) - 1 + self.is_anchored

    def matches(self, path: str) -> bool:
        """Tell whether a path, in the same form, begins as this rule says."""
        first, *further = self.parts
        if not path.startswith(first):
            return False
        if not further:
            return not self.is_anchored or len(path) == len(first)
        position = len(first)
        for part in further[:-1]:
            found = path.find(part, position)
            if found < 0:
                return False
            position = found + len(part)
        last = further[-1]
        if self.is_anchored:
            return path.endswith(last) and len(path) - len(last) >= position
        return path.find(last, position) >= 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site lets one crawler do: the rules, the longest first, the kinder of two equal ones first.

    `crawl_delay` is in seconds, None where the site names none.
    """

    rules: tuple[Rule, ...] = ()
    crawl_delay: float | None = None

    def allows(self, url: str) -> bool:
        """Tell whether an http(s) address may be asked: the longest rule that matches decides."""
        path = _path_of(url)
        return path == "/robots.txt" or next((rule.allows for rule in self.rules if rule.matches(path)), True)


ALLOW_ALL = Rules()


def read_robots(body: bytes, token: str) -> Rules:
    r"""Read the rules for a crawler, by its product token: its own groups together, else those for all ("*").

    What is no rule is passed over, and so is everything behind the first MOST_BYTES.
    Source: RFC 9309; Crawl-delay is no part of it.

    >>> body = b"User-agent: *\nDisallow: /\n\nUser-agent: finews/1\nDisallow: /private*.pdf$"
    >>> rules = read_robots(body, "finews")
    >>> rules.allows("https://example.org/a"), rules.allows("https://example.org/private/a.pdf")
    (True, False)
    """
    groups: dict[str, list[tuple[str, bytes]]] = {}
    agents: set[str] = set()
    is_open = False  # agents may still be added to the group
    for name, value in _lines(body):
        if name in _GROUP:
            agents = {*(agents if is_open else ()), *_agents(value, {token.lower(), "*"})}
            is_open = True
            for agent in agents:
                groups.setdefault(agent, [])
        elif name == "allow" or name in _DISALLOW | _DELAY:
            is_open = False
            for agent in agents:
                groups[agent].append((name, value))
    return _rules(groups.get(token.lower(), groups.get("*", [])))


def _agents(value: bytes, wanted: set[str]) -> set[str]:
    """Give the crawler that a group's line names, where it is one of those wanted; "finews/2.0 (...)" is finews."""
    named = _TOKEN.match(value.decode("ascii", "replace").lower())
    return wanted & {named[0]} if named else set()


def _lines(body: bytes) -> Iterator[tuple[str, bytes]]:
    if body.startswith(_UTF_16):
        body = body[: 2 * MOST_BYTES].decode("utf-16", "replace").encode()
    for line in body[:MOST_BYTES].removeprefix(codecs.BOM_UTF8).splitlines():
        name, _, value = line.partition(b"#")[0].partition(b":")
        yield name.strip().lower().decode("ascii", "replace"), value.strip()


def _rules(lines: list[tuple[str, bytes]]) -> Rules:
    rules: list[Rule] = []
    delays: list[float] = []
    for name, value in lines:
        if name in _DELAY:
            delays += _seconds(value)
        elif 0 < len(value) <= _LONGEST_RULE:
            rules.append(_rule(value, allows=name == "allow"))
    rules.sort(key=lambda rule: (rule.length, rule.allows), reverse=True)
    return Rules(tuple(rules), max(delays, default=None))


def _seconds(value: bytes) -> list[float]:
    try:
        seconds = float(value)
    except ValueError:
        return []
    return [seconds] if math.isfinite(seconds) and seconds >= 0 else []


def _rule(value: bytes, *, allows: bool) -> Rule:
    is_anchored = value.endswith(b"$")
    pattern = value.removesuffix(b"$")
    parts = [_one_form(part) for part in re.split(rb"\*+", pattern)]
    # A path begins with a slash, also where its author forgot it.
    if parts[0] and not parts[0].startswith("/"):
        parts[0] = "/" + parts[0]
    return Rule(allows, tuple(parts), is_anchored)


def _path_of(url: str) -> str:
    """Give path and query of an address in the form that rules are in."""
    behind_scheme = url.partition("#")[0].partition("://")[2]
    start = min((at for sign in "/?" if (at := behind_scheme.find(sign)) >= 0), default=len(behind_scheme))
    path = _one_form(behind_scheme[start:].encode("utf-8", "surrogatepass"))
    return path if path.startswith("/") else "/" + path


def _one_form(path: bytes) -> str:
    """Give a path with its percent-encoding in one form: what is reserved or not ASCII encoded, letters as letters.

    Source: RFC 9309, 2.2.2. A slash of the path and the question mark stay: they are what they stand for.
    """
    before, mark, query = path.partition(b"?")
    return _encoded(before, keep=b"/") + mark.decode() + _encoded(query, keep=b"")


def _encoded(octets: bytes, *, keep: bytes) -> str:
    def one(match: re.Match[bytes]) -> bytes:
        escaped, sign = match.groups()
        octet = int(escaped, 16) if escaped else sign[0]
        is_plain = octet in _UNRESERVED or (sign is not None and sign in keep)
        return bytes([octet]) if is_plain else b"%%%02X" % octet

    return _OCTET.sub(one, octets).decode("ascii")
