"""What publishers say against copies is heard, and nothing else is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from pipelines.opt_out import of_fields, of_page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Robots-Tag", "noarchive"),
        ("x-robots-tag", "noindex, NoArchive"),
        ("X-Robots-Tag", "finews: noarchive"),
        ("X-Robots-Tag", "otherbot: nofollow, finews: noindex, noarchive"),
        ("X-Robots-Tag", "unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive"),
        ("X-Robots-Tag", "noai, noimageai"),
        ("X-Robots-Tag", "nocache"),
        ("TDM-Reservation", " 1 "),
    ],
)
def test_a_field_that_forbids_a_copy_is_heard(name: str, value: str) -> None:
    said = of_fields([("Content-Type", "text/html"), (name, value)], "finews")
    assert said is not None
    assert value.strip() in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Robots-Tag", "noindex, nofollow, noimageindex"),
        ("X-Robots-Tag", "otherbot: noarchive"),
        ("X-Robots-Tag", "finews: noindex, otherbot: noarchive"),
        ("X-Robots-Tag", "max-snippet: 20"),
        ("X-Robots-Tag", ""),
        ("TDM-Reservation", "0"),
        ("X-Other", "noarchive"),
    ],
)
def test_a_field_that_says_something_else_is_not(name: str, value: str) -> None:
    assert of_fields([(name, value)], "finews") is None


@pytest.mark.parametrize(
    ("meta", "forbids"),
    [
        ('name="robots" content="index,noarchive"', True),
        ('NAME="ROBOTS" CONTENT="NOARCHIVE"', True),
        ('name="FiNews" content="noarchive"', True),
        ('name="tdm-reservation" content="1"', True),
        ('name="robots" content="noai"', True),
        ('name="googlebot" content="noarchive"', False),
        ('name="robots" content="noindex, max-image-preview:large"', False),
        ('name="tdm-reservation" content="0"', False),
        ('name="description" content="noarchive"', False),
        ('property="robots"', False),
    ],
)
def test_a_meta_element_of_a_page(meta: str, *, forbids: bool) -> None:
    root = document_fromstring(f"<html><head><meta {meta}></head><body><p>Text.</p></body></html>")
    assert (of_page(root, "finews") is not None) is forbids


@given(st.text(max_size=200))
def test_no_field_raises(value: str) -> None:
    of_fields([("X-Robots-Tag", value), ("TDM-Reservation", value)], "finews")
