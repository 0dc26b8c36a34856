"""Bytes of a page -> its tree, or why there is none: no text, no markup, or more than an article can be.

What a hostile page costs is bounded here, by cheap counts before the parse and by the parser's own word after it; the
limits of time and memory in `pipelines.workers` catch the rest.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, document_fromstring

from pipelines.charset import decode, is_binary
from pipelines.extraction import Refused, TooHeavy
from pipelines.page import Fetched
from storage.reasons import Reason

MOST_TAGS = 100_000
"""Of 1,000 real pages the one with the most has a tenth."""
MOST_REFERENCES = 200_000
"""Signs that begin a character reference (&): what cleans HTML takes quadratic time over them."""
MOST_ATTRIBUTES = 5_000
"""Of one tag: libxml2 compares each with all others."""
DEEPEST = 2_000
"""Elements in one another; libxml2 itself cuts the tree below 2,048."""
_LOOKED_THROUGH = 300_000
"""Characters below which no tag can have so many attributes that it matters."""
_TAG = re.compile(
    r"""<[a-zA-Z][^\s/>]*+((?:[\s/]++[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+)*+)"""
)
"""A tag with its attributes, as HTML 13.2.5 reads them; in linear time."""
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+)""")


def parse_html(response: Fetched) -> HtmlElement | Refused:
    """Give the tree of a fetched page, or why its bytes are none."""
    content_type = next((value for name, value in response.headers if name.lower() == "content-type"), "")
    return read_tree(response.body, content_type)


def read_tree(body: bytes, content_type: str = "") -> HtmlElement | Refused:
    """Give the tree of a page, whole: what a parser would cut is refused.

    Raises:
        MemoryError: the tree is larger than what is left of the process's memory.
    """
    if not body.strip() or is_binary(body):
        return Refused(Reason.NOT_TEXT, f"{len(body)} bytes that are no HTML page ({content_type or 'no media type'})")
    text = decode(body, content_type)
    if not text.strip():
        return Refused(Reason.NOT_TEXT, f"{len(body)} bytes without any text")
    if "<" not in text and "text/plain" not in content_type:
        return Refused(Reason.NO_ARTICLE, f"{len(body)} bytes without any markup: {text[:80].strip()!r}")
    try:
        return parsed(text, most_tags=MOST_TAGS)
    except TooHeavy as error:
        return Refused(Reason.TOO_HEAVY, str(error))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        return Refused(Reason.NOT_TEXT, f"{len(body)} bytes that are no HTML page ({error})")


def parsed(text: str, *, most_tags: int) -> HtmlElement:
    """Give the tree of an HTML text.

    Raises:
        TooHeavy: too many tags or references, or nested too deeply.
        MemoryError: there is too little left for the tree.
        etree.ParserError, etree.XMLSyntaxError: it has no element.
    """
    refuse_heavy(text, most_tags=most_tags)
    parser = _parser()
    try:
        root: HtmlElement = document_fromstring(text.encode("utf-8"), parser=parser)
    except etree.XMLSyntaxError:
        refuse_cut(parser)
        raise
    refuse_cut(parser)
    return root


def refuse_heavy(text: str, *, most_tags: int) -> None:
    """Refuse a text by a cheap count of its markup, before it is parsed.

    Raises:
        TooHeavy: it has more.
    """
    if (tags := text.count("<")) > most_tags:
        raise TooHeavy(f"{tags} tags, more than {most_tags}: no article and no list has so many")
    if (references := text.count("&")) > MOST_REFERENCES:
        raise TooHeavy(f"{references} character references, more than {MOST_REFERENCES}: no article has so many")
    if len(text) > _LOOKED_THROUGH and _has_endless_tag(text):
        raise TooHeavy(f"a tag with more than {MOST_ATTRIBUTES} attributes")


def _has_endless_tag(text: str) -> bool:
    long = (match for match in _TAG.finditer(text) if match.end() - match.start() > 2 * MOST_ATTRIBUTES)
    return any(len(_VALUE.sub("", match[1]).split()) > MOST_ATTRIBUTES for match in long)


def refuse_cut(parser: etree.HTMLParser | etree.XMLParser) -> None:
    """Refuse what a parser has read in part only: it says so in its log, and gives the tree all the same.

    Raises:
        TooHeavy: a limit of libxml2 was reached.
        MemoryError: it had too little memory.
    """
    for entry in parser.error_log:
        if entry.type_name == "ERR_NO_MEMORY":
            raise MemoryError("libxml2 had too little memory for the tree")
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            raise TooHeavy(f"a limit of the parser was reached ({entry.message}): nested deeper than {DEEPEST} levels?")


def _parser() -> etree.HTMLParser:
    """Give a parser whose elements are all lxml.html's, as trafilatura wants them.

    lxml.html's own parser asks a Python function for the class of every element: 3 ms a page. `huge_tree` raises the
    depth at which libxml2 cuts the tree from 256, which unclosed font elements reach, to 2,048.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment))
    return parser
