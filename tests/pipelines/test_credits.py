from __future__ import annotations

import pytest
from lxml.html import HtmlElement, document_fromstring

from pipelines.credits import credited, pictured, signed, signed_anywhere, titled
from pipelines.dateline import lines_below, named_elements

LEAD = "Copper rose to a record on Friday, the exchange of Northaven said in a statement. Traders were surprised."


def page(body: str) -> tuple[HtmlElement, HtmlElement]:
    root = document_fromstring(f"<html><body><main><h1>Copper rises</h1>{body}<p>{LEAD}</p></main></body></html>")
    headline = root.find(".//h1")
    assert headline is not None
    return root, headline


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("<div>By <a>Jane Doe</a>, <a>Max Poe</a> and <a>Ann Ore</a></div>", ["Jane Doe", "Max Poe", "Ann Ore"]),
        ("<div>By</div><div>Jane Doe</div><div>3 May 2026</div>", ["Jane Doe"]),
        ("<p>Posted on 3 May 2026 by Jane Doe</p>", ["Jane Doe"]),
        ("<p>3 May 2026 | By Jane Doe | 5 min read</p>", ["Jane Doe"]),
        ("<p>By Jane Doe, Ore correspondent</p>", ["Jane Doe"]),
        ("<p>By <b>Jane Doe</b> <i>Senior Reporter</i></p>", ["Jane Doe"]),
        ("<p>Reviewed by Jane Doe</p>", []),
        ("<p>Photographs by Jane Doe</p>", []),
        ("<p>By the way, ore is dear</p>", []),
        ("<p>Di questo passo si arriva tardi</p>", []),
    ],
)
def test_names_stand_behind_a_label(body: str, names: list[str]):
    _, headline = page(body)
    assert credited(list(lines_below(headline, patience=1))) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("<i class=author-name>Jane Doe</i>", ["Jane Doe"]),
        ("<a href=/author/jd>Jane Doe</a><a href=/author/mp>Max Poe</a>", ["Jane Doe", "Max Poe"]),
        ("<aside><a rel=author href=/jd>Jane Doe</a></aside>", ["Jane Doe"]),
        ("<div class=author><p>5 min</p><p>Jane Doe</p></div>", ["Jane Doe"]),
        ("<div class=related><i class=author-name>Jane Doe</i></div>", []),
        ("<div class=comment-author>Jane Doe</div>", []),
        ("<div class=author>Reviewed by Jane Doe</div>", []),
    ],
)
def test_elements_are_named_for_authors(body: str, names: list[str]):
    root, headline = page(f"<section>{body}</section>")
    assert next(signed(named_elements(root), headline), []) == names


def test_a_box_at_the_end_tells_who_wrote():
    root, _ = page(f"<p>{LEAD}</p><h3>Written by Jane Doe</h3><p>Jane writes about ore.</p>")
    assert signed_anywhere(root) == ["Jane Doe"]


def test_a_label_may_be_a_heading():
    root, _ = page(f"<p>{LEAD}</p><aside><h3>Author</h3><p>Jane Doe</p></aside>")
    assert signed_anywhere(root) == ["Jane Doe"]


def test_a_role_behind_a_name_tells_an_author():
    for body in ("<p>Jane Doe, Ore correspondent</p>", "<p>Jane Doe</p><p>Ore correspondent</p>"):
        _, headline = page(body)
        assert titled(list(lines_below(headline))) == ["Jane Doe"]


def test_a_picture_of_a_name_tells_an_author():
    root, headline = page("<img alt='Picture of Jane Doe'><span>Jane Doe</span><span>World News</span>")
    assert pictured(root, list(lines_below(headline))) == ["Jane Doe"]
