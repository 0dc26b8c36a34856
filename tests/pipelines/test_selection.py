from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from pipelines.container import is_talk, open_forms
from pipelines.markup import lines_of, parse_fragment
from pipelines.selection import Told, choose, is_better, is_whole, lead_of, prose

FIRST = "Dawnport Group said on Friday that its new quay in North Bay had begun work."
SECOND = "The quay is built for a million containers a year, and will lift the volume of the port by a third."
THIRD = "A second one will be built next year, the chairman told guests, paid from the group's own cash."
OTHERS = "".join(f"<p><a href=/{number}>Another article of the day, number {number}</a></p>" for number in range(2))


def chosen(source: str, told: list[str] | None, title: str = "New quay") -> list[str]:
    lines = lines_of(parse_fragment(source))
    numbers = choose(lines, None if told is None else Told.of(told), title)
    return [lines[number].text for number in numbers]


def test_headings_items_and_sentences_between_what_was_told_stay():
    source = f"<p>{FIRST}</p><h2>What comes next</h2><p>{SECOND}</p><ul><li>berths: 3</li></ul><p>{THIRD}</p>"
    assert chosen(source, [FIRST, SECOND, THIRD]) == [FIRST, "What comes next", SECOND, "berths: 3", THIRD]


@pytest.mark.parametrize(
    "between",
    [
        OTHERS,
        "<h4>DON'T MISS</h4>" + OTHERS,
        "<p>Read more: <a href=/9>The night the old quay closed its gates</a></p>",
        "<div class=related-articles><p>Ships wait in the bay. So do their crews.</p></div>",
        "<figure><img src=a.jpg><figcaption>The new quay on Friday.</figcaption></figure>",
        "<p>The new quay at dawn. Photo: Dawnport Group</p>" * 0 + "<p>Getty Images</p>",
    ],
)
def test_what_points_elsewhere_between_them_goes(between: str):
    every = [line.text for line in lines_of(parse_fragment(between)) if "class" not in between]
    source = f"<p>{FIRST}</p>{between}<p>{SECOND}</p><p>{THIRD}</p>"
    told = [FIRST, *(line for line in every if "Getty" not in line), SECOND, THIRD]
    assert chosen(source, told) == [FIRST, SECOND, THIRD]


def test_a_long_list_of_links_and_addresses_in_full_stay():
    names = [f"Quay number {number}" for number in range(6)]
    listed = "".join(f"<p><a href=/quay>{name}</a></p>" for name in names)
    address = "http://a.test/quays.pdf"
    source = f"<p>{FIRST}</p>{listed}<p><a href={address}>{address}</a></p><p>{SECOND}</p>"
    told = [FIRST, *names, address, SECOND]
    assert chosen(source, told) == told


def test_links_below_the_last_sentence_are_no_body():
    assert chosen(f"<p>{FIRST}</p><p>{SECOND}</p><ul>{OTHERS}</ul>", None) == [FIRST, SECOND]


def test_a_text_that_stands_twice_is_told_once_and_a_cut_summary_not_at_all():
    twice = f"<div><p>{FIRST}</p><p>{SECOND}</p></div><div><p>{FIRST}</p><p>{SECOND}</p></div>"
    assert chosen(twice, None) == [FIRST, SECOND]
    assert chosen(f"<p>{FIRST[:40]}...</p><p>{FIRST}</p><p>{SECOND}</p>", None) == [FIRST, SECOND]


@given(st.lists(st.text(max_size=50), max_size=12), st.lists(st.text(max_size=50), max_size=12))
def test_no_line_is_made_up_or_moved(texts: list[str], told: list[str]):
    root = parse_fragment("<p></p>")
    for text in texts:
        lines_of(root)
        paragraph = root.makeelement("p")
        paragraph.text = "".join(sign for sign in text if sign.isprintable())
        root.append(paragraph)
    lines = lines_of(root)
    numbers = choose(lines, Told.of(told), "")
    assert numbers == sorted(set(numbers))
    assert all(0 <= number < len(lines) for number in numbers)


def test_an_element_without_the_lead_or_with_half_the_prose_is_not_whole():
    assert is_whole([FIRST, SECOND], [FIRST, SECOND], ["Home", FIRST, SECOND, "Another headline"], "")
    assert not is_whole([SECOND], [SECOND], [FIRST, SECOND, THIRD], "")
    assert not is_whole([SECOND, THIRD] * 9, [SECOND, THIRD] * 9, [FIRST, SECOND, THIRD], "dawnportgroupsai")


def test_an_element_is_better_with_the_lead_or_much_more_prose_but_not_as_talk():
    teasers = ["Ships wait in the bay for days and nobody knows...", "Why the old quay closed its gates..."]
    assert prose(teasers) == 0
    assert is_better([FIRST, SECOND], teasers, "", is_talk=True)
    assert is_better([FIRST, SECOND, THIRD], [THIRD], "", is_talk=False)
    assert not is_better([FIRST, SECOND, THIRD], [THIRD], "", is_talk=True)
    assert is_better([FIRST, SECOND], [THIRD], "dawnportgroupsai", is_talk=True)
    assert not is_better([SECOND, THIRD], [FIRST], "dawnportgroupsai", is_talk=False)


def test_the_lead_is_the_start_of_the_longest_description():
    told = f'<meta name=description content="Ports"><meta property="og:description" content="{FIRST}">'
    page = document_fromstring(f"<html><head>{told}</head></html>")
    assert lead_of(page) == "dawnportgroupsai"
    assert lead_of(document_fromstring("<html><body><p>text</p></body></html>")) == ""


def test_a_form_round_the_page_is_opened_and_a_login_is_not():
    page = document_fromstring(
        f"<body><form id=page><p>{FIRST}</p></form><form id=login><p>Your name</p></form></body>"
    )
    open_forms(page)
    assert [form.get("id") for form in page.iter("form")] == ["login"]
    assert FIRST in page.text_content()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<div id=comments><div class=x><p>a</p></div></div>", True),
        ("<div class=x><div class=comment-body>a</div></div>", True),
        ("<div class=x><p>a</p></div>", False),
    ],
)
def test_comments_are_known_by_their_names(source: str, expected: bool):  # noqa: FBT001
    root = document_fromstring(f"<html><body>{source}</body></html>")
    assert is_talk(next(one for one in root.iter("div") if "x" in (one.get("class") or ""))) is expected
