"""JSON-LD of a page: its articles and the people they point to, out of graphs, lists and broken JSON.

Broken JSON is repaired only where no other reading is possible: wrappers of comments and CDATA, raw line breaks in
strings, trailing commas, JavaScript's comments, quotes written as entities. Of what stays broken, single values are
searched for.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.markup import plain

_ARTICLE_TYPES = re.compile(r"(?:Article|(?<!Job)Posting|Report)$")
_PAGE_TYPES = re.compile(r"Page|Resource|CreativeWork|Guide|HowTo|Recipe|Course|VideoObject|PodcastEpisode")
_ORGANISATION_TYPES = re.compile(r"Organi[sz]ation$|Corporation$|NewsMedia|WebSite$")
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
_ADDRESSES = ("url", "@id", "mainEntityOfPage")
_NAMES_DEPTH = 3
_MOST_NAMES = 100
_MOST_JSON = 2_000_000
_MOST_SCRIPTS = 30
_MOST_NODES = 2_000
_MOST_DOCUMENTS = 20
_SALVAGED_WITHIN = 100_000
_REPAIRED_WITHIN = 300_000

_BEFORE = re.compile(r"(?:\s|<!--|//|/\*|\*/|<!\[CDATA\[){1,200}")
_BEHIND = re.compile(r"(?:\s|-->|//|/\*|\*/|\]\]>|;)*$")
_LONGEST_END = 60
_NOT_JSON = re.compile(
    r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|(?P<out>(?<![:\w])//[^\n]{0,500}|/\*(?:[^*]|\*(?!/)){0,300}\*/|,(?=\s{0,200}[}\]]))',
    re.DOTALL,
)
_TEXT = r'"((?:[^"\\\n]|\\.){1,1000})"'
_BROKEN = {
    key: re.compile(rf'"{key}"\s{{0,9}}:\s{{0,9}}{_TEXT}')
    for key in ("headline", "datePublished", "dateModified", "dateCreated", "pubDate", "articleSection")
}
_HOLDING = r'"{}"\s{{0,9}}:\s{{0,9}}\[?\s{{0,20}}\{{[^{{}}]{{0,300}}?"name"\s{{0,9}}:\s{{0,9}}'
_BROKEN_NAMES = {key: re.compile(_HOLDING.format(key) + _TEXT) for key in ("author", "publisher")}
_BROKEN_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}"(\w{3,40})"')


@dataclass(frozen=True, slots=True)
class Credit:
    """A name under `author` or `publisher`, and whether it is marked as an organisation's."""

    name: str
    is_organisation: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """What a page's JSON-LD says: its articles, those about this very address first, and all nodes by their @id.

    `page` is the page's own node, a page or a video rather than an article; empty where there is none.
    """

    articles: tuple[Mapping[str, Any], ...]
    nodes: Mapping[str, Mapping[str, Any]]
    page: Mapping[str, Any]

    def first(self, key: str) -> Any:
        """Give the first value of a key that is not empty, None where no article has it."""
        return next((node[key] for node in self.articles if node.get(key) not in (None, "", [])), None)

    def texts(self, key: str) -> list[str]:
        """Give a key's values as text, of the first article that has any: lists opened, names of nodes."""
        return [plain(credit.name) for credit in self.credits(key)]

    def names_of(self, key: str) -> list[str]:
        """Give the names of the people or organisations under a key, those elsewhere in the graph, too."""
        return [credit.name for credit in self.credits(key)]

    def credits(self, key: str) -> list[Credit]:
        """Give the credits under a key of the first article that has any."""
        return next(self.credits_of_each(key), [])

    def credits_of_each(self, key: str) -> Iterator[list[Credit]]:
        """Give the credits under a key article by article, of those that have any."""
        for node in (*self.articles, self.page):
            if found := list(self._credits(node.get(key), _NAMES_DEPTH))[:_MOST_NAMES]:
                yield found

    def _credits(self, value: object, depth: int) -> Iterator[Credit]:
        if depth and isinstance(value, list):
            for one in value[:_MOST_NAMES]:
                yield from self._credits(one, depth - 1)
        elif depth and isinstance(value, dict):
            told = value if "name" in value else self.nodes.get(str(value.get("@id")), value)
            is_organisation = any(map(_ORGANISATION_TYPES.search, _types(told)))
            for credit in self._credits(told.get("name") or told.get("@value") or _full_name(told), depth - 1):
                yield Credit(credit.name, is_organisation)
        elif isinstance(value, str) and (name := plain(value[:1_000])):
            yield Credit(name)


def read_json_ld(root: HtmlElement, url: str = "") -> Linked:
    """Read the JSON-LD of the page at `url`. Nothing ever raises: what cannot be read says nothing."""
    articles: list[Mapping[str, Any]] = []
    nodes: dict[str, Mapping[str, Any]] = {}
    page: Mapping[str, Any] = {}
    scripts = [script for script in root.iter("script") if "ld+json" in (script.get("type") or "").lower()]
    for script in scripts[:_MOST_SCRIPTS]:
        for node in _read(script.text or ""):
            if _is_article(node):
                articles.append(node)
            elif not page and "datePublished" in node and any(map(_PAGE_TYPES.search, _types(node))):
                page = node
            if isinstance(node.get("@id"), str) and "name" in node:
                nodes[node["@id"]] = node
    own = _path(url)
    articles.sort(key=lambda node: not (own and own in map(_path, _addresses(node, url))))
    return Linked(tuple(articles), nodes, page)


def _addresses(node: Mapping[str, Any], url: str) -> Iterator[str]:
    for value in map(node.get, _ADDRESSES):
        address = value.get("@id") if isinstance(value, dict) else value
        if isinstance(address, str) and address.strip():
            try:
                yield urljoin(url, address.strip())
            except ValueError:
                continue


def _path(url: str) -> str:
    """Give what of an address tells one page of a site from another; "" for its home page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return f"{path}?{parts.query}" if path else ""


def _read(text: str) -> Iterator[Mapping[str, Any]]:
    values = _documents(text)
    yield from _salvaged(text) if not values else _nodes(values)


def _documents(text: str) -> list[object]:
    """Give the JSON values of a script, mostly one; none where it is no JSON."""
    before = _BEFORE.match(text)
    text = text[before.end() if before is not None else 0 :].rstrip()
    text = text[:-_LONGEST_END] + _BEHIND.sub("", text[-_LONGEST_END:])
    if not text or len(text) > _MOST_JSON:
        return []
    values = _decoded(text)
    if not values and len(text) <= _REPAIRED_WITHIN:
        if '"' not in text and "&quot;" in text:
            text = html.unescape(text)
        values = _decoded(_NOT_JSON.sub(lambda match: "" if match["out"] else match[0], text))
    return values


def _decoded(text: str) -> list[object]:
    decoder = json.JSONDecoder(strict=False)
    values: list[object] = []
    try:
        at = 0
        while at < len(text) and len(values) < _MOST_DOCUMENTS:
            value, at = decoder.raw_decode(text, at)
            values.append(value)
            at = len(text) - len(text[at:].lstrip(" \t\r\n;,"))
    except (ValueError, RecursionError):
        return []
    return values


def _nodes(values: Sequence[object]) -> Iterator[Mapping[str, Any]]:
    """Give all objects of JSON-LD documents, graphs and lists opened, without recursion."""
    waiting, seen = list(values), 0
    while seen < len(waiting) and seen < _MOST_NODES:
        one = waiting[seen]
        seen += 1
        if isinstance(one, list):
            waiting += one[:_MOST_NODES]
        elif isinstance(one, dict):
            yield one
            waiting += [one[key] for key in _INNER if key in one]


def _types(node: Mapping[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _is_article(node: Mapping[str, Any]) -> bool:
    # Baidu's form for Chinese publishers has no type.
    return any(map(_ARTICLE_TYPES.search, _types(node))) if "@type" in node else "pubDate" in node


def _full_name(node: Mapping[str, Any]) -> str:
    parts = (node.get(key) for key in ("givenName", "additionalName", "familyName"))
    return " ".join(part for part in parts if isinstance(part, str))


def _salvaged(text: str) -> Iterator[Mapping[str, Any]]:
    """Give what can be read of JSON with missing commas or raw quotes, as one article."""
    text = text[:_SALVAGED_WITHIN]
    kinds = _BROKEN_TYPE.findall(text)
    if kinds and not any(_ARTICLE_TYPES.search(kind) for kind in kinds):
        return
    found: dict[str, Any] = {key: _unescaped(match[1]) for key, form in _BROKEN.items() if (match := form.search(text))}
    for key, form in _BROKEN_NAMES.items():
        if match := form.search(text):
            found[key] = {"name": _unescaped(match[1])}
    if found:
        yield {"@type": "Article", **found}


def _unescaped(text: str) -> str:
    try:
        value = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
