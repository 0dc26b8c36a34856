"""Which page gets which template in a crawl, when one is given up, and which hosts are worth learning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.learning import _worth_learning
from crawler.templates import Templates
from pipelines.page import Fetched, Page, SourceFacts
from pipelines.templates.template import HIT, Template, to_json
from storage.drafts import Rejected
from storage.reasons import Reason
from storage.templates import StoredTemplate, TemplateState
from storage.types import Kind
from tests.storage.drafts import draft

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOST = "news.example.com"


def stored(host: str = HOST, *, is_sure: bool = True, recent: tuple[bool, ...] = (), rules: str = "") -> StoredTemplate:
    rules = rules or to_json(Template(host=host, version=1, is_sure=is_sure, body="//article"))
    return StoredTemplate(host, 1, TemplateState.ACTIVE, NOW, 12, rules, recent, "")


def page(number: int = 1, host: str = HOST) -> Page:
    url = f"https://{host}/{number}.html"
    return Page(
        number, url, Kind.ARTICLE, SourceFacts("s"), NOW, fetched=(Fetched(url, url, 200, (), b"<p>x</p>", NOW),)
    )


def hear(templates: Templates, *outcomes: str, host: str = HOST) -> None:
    for number, outcome in enumerate(outcomes):
        given = templates.given(page(number, host))
        templates.heard(given, replace(draft(given.url), template=outcome))


def test_a_page_gets_its_own_hosts_template() -> None:
    templates = Templates.of([stored(), stored("other.example.com")])
    given = templates.given(page())
    assert given.template is not None
    assert (given.template.host, given.template.version) == (HOST, 1)
    assert templates.given(page(host="third.example.com")).template is None


def test_rules_that_cannot_be_read_are_left_out() -> None:
    assert Templates.of([stored(rules="[1"), stored("other.example.com")]).used.keys() == {"other.example.com"}


def test_a_template_that_misses_is_given_up_at_once_and_written_down() -> None:
    templates = Templates.of([stored(recent=(True,) * 20)])
    hear(templates, *["0 elements at the place of the body"] * 4)
    assert templates.given(page()).template is not None
    hear(templates, "0 elements at the place of the body")
    assert templates.given(page()).template is None
    (served,) = templates.served()
    assert served.recent == (*[True] * 15, *[False] * 5)
    assert served.drifted == "it missed the last 5 pages; the last time: 0 elements at the place of the body"
    assert not templates.has_sure(HOST)


def test_hits_are_remembered_and_refusals_count_for_nothing() -> None:
    templates = Templates.of([stored()])
    hear(templates, HIT, HIT)
    templates.heard(templates.given(page()), Rejected(1, page().url, Reason.CAPTCHA, "x"))
    assert [(one.recent, one.drifted) for one in templates.served()] == [((True, True), None)]
    assert not templates.fresh


@pytest.mark.parametrize("host", ["finance.sina.com.cn", "www.stcn.com"])
def test_a_host_with_rules_is_not_worth_learning(host: str) -> None:
    templates = Templates()
    hear(templates, *[""] * 9, host=host)
    assert not templates.fresh


@pytest.mark.parametrize(
    ("total", "fresh", "is_worth"), [(7, 7, False), (8, 1, True), (15, 5, False), (16, 1, True), (30, 9, True)]
)
def test_a_host_is_learned_each_time_that_eight_pages_came(total: int, fresh: int, *, is_worth: bool) -> None:
    templates = Templates()
    hear(templates, *[""] * fresh)
    assert _worth_learning(templates, {HOST: total} if total >= 8 else {}) == ([HOST] if is_worth else [])


def test_a_host_with_a_sure_template_is_not_learned_again() -> None:
    sure, unsure = Templates.of([stored()]), Templates.of([stored(is_sure=False)])
    for templates in (sure, unsure):
        hear(templates, *[""] * 8)
    assert (_worth_learning(sure, {HOST: 8}), _worth_learning(unsure, {HOST: 8})) == ([], [HOST])
