"""Why a saved page came out as it did: the screens' scores, the candidates for its body, each field's origin, the cuts.

For people who look at one page (`finews extract --explain`): it runs the steps a second time, so it costs twice.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipelines import screens
from pipelines.agreement import agreement
from pipelines.extract import candidate_texts
from pipelines.extraction import Extraction, Refused
from pipelines.markup import lines_of, parse_fragment
from pipelines.page import Fetched, Page
from pipelines.process import extraction_of, process, read_for_screens
from pipelines.saved import SavedPage, page_of, read_bytes
from pipelines.screens.findings import Finding
from pipelines.screens.kinds import stub
from pipelines.screens.signs import read_signs
from pipelines.tree import parse_html
from storage.drafts import Draft, Rejected

_MOST_CUT = 200
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that was considered: its size, and how far its words agree with those that were chosen (F1, 0 to 1)."""

    name: str
    characters: int
    agreement: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the article and the place that told it, "" where that is not kept."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of a page and why; `refused` is the reason and its text, None for an article.

    `cut` are the lines that stand between the article's own and are none of its text, `outside` how many lines of the
    page stand elsewhere.
    """

    refused: str | None
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    fields: tuple[Field, ...]
    cut: tuple[str, ...]
    outside: int
    text: str


def explain_file(page: SavedPage, *, now: datetime) -> Explanation:
    """Explain one saved page; `now` is what relative times count from.

    Raises:
        ValueError: its file cannot be read.
    """
    return explain(page_of(read_bytes(page), url=page.url, now=now))


def explain(page: Page) -> Explanation:
    """Explain what the steps make of a page with one response."""
    response = page.fetched[-1]
    result = process(page)
    if isinstance(result, Rejected):
        return Explanation(f"{result.reason.value}: {result.text}", _findings(page, response), (), (), (), 0, "")
    cut = _lines_without(result.source_html, result)
    return Explanation(
        refused=None, findings=_findings(page, response), candidates=_candidates(response, result),
        fields=_fields(result), cut=tuple(line[:_LONGEST] for line in cut[:_MOST_CUT]),
        outside=max(0, _lines_of_page(response, result) - len(cut)), text=result.text,
    )  # fmt: skip


def _tree(response: Fetched) -> HtmlElement | None:
    root = parse_html(response)
    if isinstance(root, Refused):
        return None
    etree.strip_tags(root, etree.Comment)
    return root


def _findings(page: Page, response: Fetched) -> tuple[Finding, ...]:
    root = _tree(response)
    if root is None:
        return ()
    signs = read_signs(root, response.final_url)
    before = screens.of_page(signs, response.url)
    extraction = extraction_of(page, response)
    if not isinstance(extraction, Extraction):
        return tuple(before)
    read = read_for_screens(page, response, extraction)
    return (*before, *screens.of_text(signs, read, now=response.fetched_at), stub(signs, extraction.text))


def _candidates(response: Fetched, draft: Draft) -> tuple[Candidate, ...]:
    root = _tree(response)
    if root is None:
        return ()
    found = {name: text for name, text in candidate_texts(root, response.final_url).items() if text}
    agreed = {name: agreement(text, draft.text) for name, text in found.items()}
    best = max(agreed, key=lambda name: agreed[name], default="")
    return tuple(Candidate(name, len(text), round(agreed[name], 3), name == best) for name, text in found.items())


_ORIGINS = {"published_at": "published_from", "publisher": "publisher_from", "title": "title_from"}
_TOLD = (
    "title", "published_at", "published_precision", "published_as_printed", "modified_at", "authors", "publisher",
    "publisher_as_printed", "section", "tags", "language", "timezone", "category_slug", "canonical_url", "external_id",
    "partial", "word_count", "media", "mentions",
)  # fmt: skip


def _fields(draft: Draft) -> tuple[Field, ...]:
    known = {one.name for one in fields(draft)}
    provenance: dict[str, Any] = getattr(draft, "provenance", {}) or {}
    return tuple(
        Field(
            name, _said(getattr(draft, name)), str(provenance.get(name) or getattr(draft, _ORIGINS.get(name, ""), ""))
        )
        for name in _TOLD
        if name in known
    )


def _said(value: object) -> str:
    match value:
        case None:
            return ""
        case tuple() | list():
            return "; ".join(_one(one) for one in value)
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _one(value: object) -> str:
    return str(getattr(value, "url", None) or getattr(value, "symbol", None) or value)


def _lines_without(source_html: str, draft: Draft) -> list[str]:
    """Give the lines of some HTML that are none of the article's."""
    kept = {_key(line) for line in draft.text.splitlines()}
    whole = _key(draft.text)
    lines = [line.text for line in lines_of(parse_fragment(source_html))]
    return [line for line in lines if line and (key := _key(line)) and key not in kept and key not in whole]


def _key(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _lines_of_page(response: Fetched, draft: Draft) -> int:
    root = _tree(response)
    if root is None:
        return 0
    etree.strip_elements(root, "script", "style", "noscript", "head", with_tail=False)
    return len(_lines_without(etree.tostring(root, encoding="unicode", method="html"), draft))
