from __future__ import annotations

import json

import pytest
from lxml.html import document_fromstring

from pipelines.filing import read_canonical, read_is_free, read_language, read_section, read_tags
from pipelines.json_ld import Linked, read_json_ld
from pipelines.meta import Meta, read_meta


def told(head: str = "", **article: object) -> tuple[Linked, Meta]:
    script = json.dumps({"@type": "NewsArticle", **article})
    root = document_fromstring(f'<head><script type="application/ld+json">{script}</script>{head}</head>')
    return read_json_ld(root), read_meta(root)


def test_sections_and_tags_come_from_json_ld_before_meta_elements():
    head = "<meta property=article:section content=Ore><meta property=article:tag content=tin>"
    assert read_section(*told(head)) == ("Ore", "meta")
    assert read_tags(*told(head)) == (("tin",), "meta")
    assert read_section(*told(head, articleSection=["Markets", "Ore"])) == ("Markets", "json-ld")
    assert read_tags(*told(head, keywords="copper; ore, copper")) == (("copper", "ore"), "json-ld")
    assert read_tags(*told(head, keywords=[{"@type": "DefinedTerm", "name": "lead"}])) == (("lead",), "json-ld")


def test_an_address_is_no_section():
    assert read_section(*told(articleSection="https://ore.example/markets")) == ("", "")


@pytest.mark.parametrize(
    ("head", "article", "expected"),
    [
        ("", {}, (True, "")),
        ("", {"isAccessibleForFree": False}, (False, "json-ld")),
        ("", {"isAccessibleForFree": "False"}, (False, "json-ld")),
        ("", {"isAccessibleForFree": True}, (True, "json-ld")),
        ("<meta property=article:content_tier content=locked>", {}, (False, "meta")),
        ("<meta property=article:content_tier content=metered>", {}, (True, "meta")),
    ],
)
def test_what_must_be_paid_for_is_not_free(head: str, article: dict[str, object], expected: tuple[bool, str]):
    assert read_is_free(*told(head, **article)) == expected


def test_the_language_is_the_declared_one():
    root = document_fromstring("<html lang=en-GB><head><meta property=og:locale content=de_DE></head></html>")
    assert read_language(root, *told("<meta property=og:locale content=de_DE>")) == ("en-GB", "html")
    root = document_fromstring("<html lang='{{ lang }}'></html>")
    assert read_language(root, *told("<meta property=og:locale content=de_DE>")) == ("de_DE", "meta")


def test_the_canonical_address_is_absolute():
    root = document_fromstring("<html><head><link rel=canonical href=/a/1.html></head></html>")
    assert read_canonical(root, *told(), "https://ore.example/x") == ("https://ore.example/a/1.html", "link")
    root = document_fromstring("<html></html>")
    assert read_canonical(root, *told(url="/b"), "https://ore.example/x") == ("https://ore.example/b", "json-ld")
    assert read_canonical(root, *told(), "https://ore.example/x") == (None, "")
