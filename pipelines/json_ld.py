"""JSON-LD of a page: its articles and the people they point to, out of graphs, lists and broken JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from pipelines.markup import plain

_ARTICLE_TYPES = re.compile(
    r"(?:News|Blog|Report|Scholarly|Tech|Liveblog|LiveBlog|Analysis|Opinion|Review)?(?:Article|Posting)$|Report$"
)
_PAGE_TYPES = re.compile(r"Page|Resource|CreativeWork|Guide|HowTo|Recipe|Course")
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
_MOST_JSON = 2_000_000
_MOST_SCRIPTS = 30
_MOST_NODES = 2_000
_SALVAGED_WITHIN = 100_000

_TEXT = r'"((?:[^"\\\n]|\\.){1,1000})"'
_BROKEN = {
    key: re.compile(rf'"{key}"\s{{0,9}}:\s{{0,9}}{_TEXT}')
    for key in ("headline", "datePublished", "dateModified", "dateCreated", "pubDate")
}
_HOLDING = r'"{}"\s{{0,9}}:\s{{0,9}}\[?\s{{0,20}}\{{[^{{}}]{{0,300}}?"name"\s{{0,9}}:\s{{0,9}}'
_BROKEN_NAMES = {key: re.compile(_HOLDING.format(key) + _TEXT) for key in ("author", "publisher")}
_BROKEN_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}"(\w{3,40})"')


@dataclass(frozen=True, slots=True)
class Linked:
    """What a page's JSON-LD says: its articles in order, and the names of people and organisations by their @id.

    `page_published` is the time of publication of the page itself, "" where only articles have one, or none has.
    """

    articles: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]
    page_published: str = ""

    def first(self, key: str) -> Any:
        """Give the first value of a key that is not empty, None where no article has it."""
        return next((node[key] for node in self.articles if node.get(key) not in (None, "", [])), None)

    def names_of(self, key: str) -> list[str]:
        """Give the names of the people or organisations under a key, those elsewhere in the graph, too."""
        value = self.first(key)
        values = value if isinstance(value, list) else [value]
        return [name for one in values[:100] if (name := self._name(one))]

    def _name(self, value: object) -> str:
        if isinstance(value, dict):
            name = value.get("name") or self.names.get(str(value.get("@id")), "")
            value = name[0] if isinstance(name, list) and name else name
        return plain(value[:1_000]) if isinstance(value, str) else ""


def read_json_ld(root: HtmlElement) -> Linked:
    """Read a page's JSON-LD. What is no JSON is searched for the few values that matter; nothing ever raises."""
    articles: list[Mapping[str, Any]] = []
    names: dict[str, str] = {}
    page_published = ""
    scripts = [script for script in root.iter("script") if "ld+json" in (script.get("type") or "").lower()]
    for script in scripts[:_MOST_SCRIPTS]:
        text = script.text or ""
        value = _json(text)
        for node in _salvaged(text) if value is None else _nodes(value):
            if _is_article(node):
                articles.append(node)
            elif isinstance(node.get("datePublished"), str) and _PAGE_TYPES.search(str(node.get("@type"))):
                page_published = page_published or node["datePublished"][:100]
            elif isinstance(node.get("@id"), str) and isinstance(node.get("name"), str):
                names[node["@id"]] = node["name"]
    return Linked(tuple(articles), names, page_published)


def _json(text: str) -> object:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    if len(text) > _MOST_JSON:
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """Give all objects of a JSON-LD document, graphs and lists opened, without recursion."""
    waiting, seen = [value], 0
    while waiting and seen < _MOST_NODES:
        one = waiting.pop(0)
        seen += 1
        if isinstance(one, list):
            waiting += one[:_MOST_NODES]
        elif isinstance(one, dict):
            yield one
            waiting += [one[key] for key in _INNER if key in one]


def _is_article(node: Mapping[str, Any]) -> bool:
    kinds = node.get("@type")
    if kinds is None:
        # Baidu's form for Chinese publishers has no type.
        return "pubDate" in node
    return any(
        isinstance(kind, str) and _ARTICLE_TYPES.search(kind)
        for kind in (kinds if isinstance(kinds, Sequence) and not isinstance(kinds, str) else [kinds])
    )


def _salvaged(text: str) -> Iterator[Mapping[str, Any]]:
    """Give what can be read of JSON with comments, missing commas or raw line breaks, as one article."""
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
