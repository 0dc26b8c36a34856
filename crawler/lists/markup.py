"""Texts of XML lists -> trees, however broken they are; what is too heavy is refused before it is parsed."""

from __future__ import annotations

import re
import zlib
from html.entities import html5

from lxml import etree

from crawler.errors import ListRefused
from pipelines.extraction import TooHeavy
from pipelines.tree import refuse_cut
from storage.reasons import Reason

MAX_BYTES = 8 * 1024 * 1024
"""A list after decompression; the same limit as a response's."""

MOST_XML_TAGS = 600_000
"""A sitemap of 8 MiB has at most so many: 50,000 entries by its protocol, of 12 tags."""
MOST_XML_ATTRIBUTES = 300_000

BLOCKED = re.compile(r"验证码|安全验证|captcha|aliyun_waf|/punish|access denied|unusual traffic", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"<\?xml[^>]{0,500}>")
_XML_START = re.compile(
    r"<(?:\?xml\s|!DOCTYPE\s|(?:\w{1,20}:)?(?:rss|feed|rdf|urlset|sitemapindex)[\s>])", re.IGNORECASE
)
_HTML_START = re.compile(r"<(?:!doctype html|html|head|body|script|meta)\b", re.IGNORECASE)
_JUNK = 4_000
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,2000}(?:\[[^\]]*\]?\s*)?>?", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LOOSE = re.compile(r"<(?![A-Za-z_/!?])|&(?:([A-Za-z][A-Za-z0-9]{1,31});|#(?:[0-9]{1,7}|x[0-9A-Fa-f]{1,6});)?")


def gunzipped(body: bytes) -> tuple[bytes, bool]:
    """Give a body without its gzip layer, and whether it was cut; a plain body comes back as it is.

    Raises:
        ListRefused: larger than MAX_BYTES after decompression, or no gzip inside.
    """
    if not body.startswith(b"\x1f\x8b"):
        return body, False
    parts: list[bytes] = []
    size = 0
    while body.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(body, MAX_BYTES + 1 - size))
        except zlib.error as error:
            raise ListRefused(Reason.BAD_LIST, f"a broken gzip body: {error}") from error
        size += len(parts[-1])
        if size > MAX_BYTES:
            raise ListRefused(Reason.TOO_LARGE, f"more than {MAX_BYTES} bytes after decompression")
        if not stream.eof:
            return b"".join(parts), True
        body = stream.unused_data
    return b"".join(parts), False


def parse_xml(text: str, *, url: str) -> tuple[etree._Element, bool]:
    """Give the root of an XML text, mended where it is not well-formed, and whether the parser gave up before its end.

    No entity of its own is expanded, nothing is fetched.

    Raises:
        ListRefused: an HTML page (blocked for a captcha), no XML at all, or more markup than a list has.
        MemoryError: there is too little left for the tree.
    """
    text = _from_its_start(text)
    declaration = _XML_DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    refuse_html(text, wanted="a feed or sitemap")
    _refuse_heavy(text)
    text = _DOCTYPE.sub("", text, count=1)
    text = _with_known_entities(_NOT_XML.sub("", text))
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True, remove_blank_text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8"), parser, base_url=url)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ListRefused(Reason.BAD_LIST, f"no XML: {error}") from error
    if root is None or not isinstance(root.tag, str):
        raise ListRefused(Reason.BAD_LIST, f"no XML: {text[:80].strip()!r}")
    return root, _gave_up(parser)


def _from_its_start(text: str) -> str:
    """Give the text without what a broken server puts before XML: marks, blank lines, PHP's warnings."""
    text = text.lstrip("\ufeff \t\r\n")
    start = _XML_START.search(text, 0, _JUNK)
    return text[start.start() :] if start is not None and not _HTML_START.match(text) else text


def _refuse_heavy(text: str) -> None:
    tags, attributes = text.count("<"), text.count('="') + text.count("='")
    if tags > MOST_XML_TAGS or attributes > MOST_XML_ATTRIBUTES:
        raise ListRefused(
            Reason.TOO_HEAVY,
            f"{tags} tags with {attributes} attributes, more than {MOST_XML_TAGS} and {MOST_XML_ATTRIBUTES}",
        )


def _gave_up(parser: etree.XMLParser) -> bool:
    try:
        refuse_cut(parser)
    except TooHeavy:
        return True
    return False


def refuse_html(text: str, *, wanted: str) -> None:
    """Refuse an HTML page that stands where something else should be.

    Raises:
        ListRefused: it is one.
    """
    head = text[:2_000].lstrip()
    if not head:
        raise ListRefused(Reason.BAD_LIST, f"an empty body where {wanted} should be")
    if _HTML_START.match(head):
        if BLOCKED.search(text[:20_000]):
            raise ListRefused(Reason.BLOCKED, f"a captcha or refusal page where {wanted} should be")
        raise ListRefused(Reason.BAD_LIST, f"an HTML page where {wanted} should be")


def local_name(element: etree._Element) -> str:
    """Give an element's name without namespace or prefix, in lower case; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def text_of(element: etree._Element) -> str:
    """Give all text inside an element, stripped."""
    return "".join(str(part) for part in element.itertext()).strip()


def _with_known_entities(text: str) -> str:
    """The text with HTML's names as characters, and loose signs as what they are; CDATA is left alone.

    libxml2 drops &amp; (not &#38;) once it is recovering from an error (2.14).
    """
    first, *sections = text.split("<![CDATA[")
    parts = [_LOOSE.sub(_as_character, first)]
    for section in sections:
        inside, end, after = section.partition("]]>")
        parts += ["<![CDATA[", inside, end, _LOOSE.sub(_as_character, after)]
    return "".join(parts)


def _as_character(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return {"<": "&#60;", "&": "&#38;"}.get(match[0], match[0])
    character = html5.get(name + ";", match[0])
    return "".join(f"&#{ord(one)};" if one in "&<>" else one for one in character)
