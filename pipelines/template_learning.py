"""Kept pages of one host -> the template that they have in common, proved on each of them before it is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from lxml import etree

from pipelines.agreement import agreement, recall
from pipelines.extract import extract_html, text_by_template
from pipelines.extraction import Extraction, Refused
from pipelines.layouts import layout_of
from pipelines.page import Fetched
from pipelines.templates.learn import LEAST_RECALL, Lesson, derive
from pipelines.templates.learned import LEAST_PAGES, MOST_PAGES, Learned
from pipelines.templates.lines import without_repeated
from pipelines.templates.template import Template, line_key
from pipelines.tree import parse_html

_FEWER = (12, 8)
_HELD_BACK = 4
"""One page in so many is not learned from, only proved on."""
_MEAN_AGREEMENT = 0.95
_LEAST_AGREEMENT = 0.85
_LONGEST = 50_000
"""Characters of text beyond which a page is no news and would take minutes to learn from."""
_SILENT = ("script", "style", "noscript", "template", "svg")


def learn(host: str, responses: Sequence[Fetched]) -> Learned:
    """Learn a host's template from kept responses, the newest first; pages that are no articles teach nothing."""
    if layout_of(host) is not None:
        return Learned(host, 0, None, "its publisher has rules")
    lessons = _lessons(responses)
    if len(lessons) < LEAST_PAGES:
        return Learned(host, len(lessons), None, f"{len(lessons)} different articles, {LEAST_PAGES} are needed")
    # After a redesign only the newest pages have anything in common.
    sizes = [size for size in _FEWER if size < len(lessons)]
    tries = (_learn(host, lessons[:size]) for size in [len(lessons), *sizes])
    first = next(tries)
    if first.template is not None and first.template.is_sure:
        return first
    return next((one for one in tries if one.template is not None and one.template.is_sure), first)


def _learn(host: str, lessons: Sequence[Lesson]) -> Learned:
    template = derive(host, [one for number, one in enumerate(lessons) if number % _HELD_BACK != _HELD_BACK - 1])
    doubt = _doubt(template, lessons)
    template = replace(template, is_sure=not doubt)
    if not (template.is_sure or template.boilerplate or template.time or template.authors):
        return Learned(host, len(lessons), None, f"nothing to learn: {doubt}")
    return Learned(host, len(lessons), template, f"it only corrects: {doubt}" if doubt else "")


def _lessons(responses: Sequence[Fetched]) -> list[Lesson]:
    """Give up to MOST_PAGES pages with different articles."""
    lessons: dict[str, Lesson] = {}
    for response in responses:
        lesson = _lesson(response)
        if lesson is not None:
            lessons.setdefault(line_key(lesson.text), lesson)
        if len(lessons) == MOST_PAGES:
            break
    return list(lessons.values())


def _lesson(response: Fetched) -> Lesson | None:
    content_type = next((value for name, value in response.headers if name.lower() == "content-type"), "")
    read = extract_html(
        response.body, url=response.final_url, content_type=content_type, now=response.fetched_at, zone=None,
        asked_url=response.url,
    )  # fmt: skip
    root = parse_html(response)
    if (
        isinstance(root, Refused)
        or not isinstance(read, Extraction)
        or read.partial
        or not 0 < len(read.text) <= _LONGEST
    ):
        return None
    etree.strip_tags(root, etree.Comment)
    etree.strip_elements(root, *_SILENT, with_tail=False)
    return Lesson(
        url=response.final_url, root=root, text=read.text, title=read.title, published=read.published,
        authors=read.authors, now=response.fetched_at,
    )  # fmt: skip


def _doubt(template: Template, lessons: Sequence[Lesson]) -> str:
    """Give why a template may not replace the slow path, "" where it lost nothing on any page and added nothing."""
    if not template.body:
        return "the text stands in no one place"
    agreed = []
    for lesson in lessons:
        fast = text_by_template(template, lesson.root, url=lesson.url, title=lesson.title)
        slow = "\n".join(without_repeated(lesson.text.splitlines(), template.boilerplate))
        if (kept := recall(fast, slow)) < LEAST_RECALL:
            return f"it loses {1 - kept:.1%} of the words of {lesson.url}"
        agreed.append(agreement(fast, slow))
    if min(agreed) < _LEAST_AGREEMENT or fmean(agreed) < _MEAN_AGREEMENT:
        return f"it adds words (F1 {fmean(agreed):.3f} on the mean, {min(agreed):.3f} at least)"
    return ""
