"""HTML fragments as trees, and trees as lines: what the other content steps stand on.

A line is what a reader sees between two breaks. Rules about furniture, publishers and authors are rules
about lines, so they live elsewhere and see the same lines as the text that is archived.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
"""Elements that begin and end a line; td and th do too, outside rows that are lines themselves."""
CELLS = frozenset({"td", "th"})

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b\u2060\ufeff\u00ad]")
"""Control characters, halves of surrogate pairs, zero-width spaces, byte order marks, soft hyphens."""
_DOCUMENT_TAGS = re.compile(
    r"</?(?:html|body|head|frameset|plaintext)\b[^<>]{0,2000}>|<!doctype[^<>]{0,500}>", re.IGNORECASE
)
_BREAKING_TAG = re.compile(
    r"<(?:p|div|br|table|tr|li|ul|ol|dl|h[1-6]|center|section|article|blockquote|pre)\b", re.IGNORECASE
)
_HAN_OR_WIDE = "\u2e80-\u303f\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60"
_WRAPPED_HAN = re.compile(rf"(?<=[{_HAN_OR_WIDE}])[ \t\r\f]*\n\s*(?=[{_HAN_OR_WIDE}])")
_TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9:]{0,30})(?:\s[^<>]{0,5000})?/?>")
_RAW_ELEMENTS = ("script", "style")


@dataclass(slots=True)
class Line:
    """What stands between two breaks: its pieces of text, where each stands in the tree, its images and links."""

    pieces: list[tuple[HtmlElement | None, bool, str]] = field(default_factory=list)
    """(element, whether the text is its tail, the text); no element for a separator of ours."""
    images: list[HtmlElement] = field(default_factory=list)
    verbatim: bool = False
    """From a pre element: its text node holds other lines, too."""

    _text: str | None = None

    @property
    def text(self) -> str:
        """The line's text: white space (ideographic too) collapsed and trimmed, nothing else changed.

        Read once, when all pieces are there.
        """
        if self._text is None:
            self._text = plain("".join([text for _, _, text in self.pieces]))
        return self._text


def plain(text: str) -> str:
    r"""Give text as one line: unseen characters out, white space collapsed and trimmed.

    A line break between two Han characters is a wrapped line of source code, not a space.

    >>> plain("　　股价 \u200b 上涨\n两成 ")
    '股价 上涨两成'
    """
    if not text.isprintable():  # line breaks and all that is unseen are no printable signs
        text = _WRAPPED_HAN.sub("", visible(text)) if "\n" in text else visible(text)
    return " ".join(text.split())


def visible(text: str) -> str:
    """Give the text without control characters, halves of surrogate pairs and zero-width spaces."""
    return _UNSEEN.sub("", text)


def storable(text: str) -> str:
    """Give the text without NUL and halves of surrogate pairs, which no database takes; nothing else changes."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def parse_fragment(source: str) -> HtmlElement:
    """Give the tree of an HTML fragment (or of plain text), below one element of ours; never raises.

    Where the source has no element that breaks lines, its line breaks do. A fragment nested deeper than libxml2's
    256 levels, which cuts everything behind that depth, is read flat: its words, lines and images, no more.
    """
    source = _DOCUMENT_TAGS.sub("", visible(storable(source)))
    if "\n" in source and not _BREAKING_TAG.search(source):
        source = "<br>".join(line for line in source.splitlines() if not line.isspace() and line)
    parser = HTMLParser(encoding="utf-8", huge_tree=False, remove_pis=True)
    try:
        root = document_fromstring(f"<html><body>{source}</body></html>".encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return _flat(source)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return _flat(source)
    if "&#" in source:
        _scrub(root)
    body = root.find("body")
    return root if body is None else cast("HtmlElement", body)


def drop_element(element: HtmlElement) -> None:
    """Take an element out of its tree; the text behind it stays. Nothing happens to a root."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    element.tail = None
    parent.remove(element)


def classes_of(element: HtmlElement) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


def inner_html(element: HtmlElement) -> str:
    """Give what stands inside an element, as HTML, comments included."""
    parts = [html.escape(element.text or "", quote=False)]
    parts += [tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts)


def text_of(element: HtmlElement) -> str:
    """Give the text content of an element as one line: all its text nodes, whatever elements split them."""
    return plain(str(element.text_content()))


def lines_of(root: HtmlElement) -> list[Line]:
    """Give the lines of a tree in the order of the text; a row of a table with two or more cells is one line.

    Lines without text and image are not given. Scripts and styles have no lines.
    """
    return [line for line in _Lines().read(root) if line.images or line.text]


class _Lines:
    """Walks a tree once and cuts it into lines."""

    def __init__(self) -> None:
        self._lines = [Line()]
        self._row: HtmlElement | None = None
        self._cells = 0
        self._verbatim = 0

    def read(self, root: HtmlElement) -> list[Line]:
        hidden: HtmlElement | None = None
        for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
            if hidden is not None:
                if event == "end" and element is hidden:
                    hidden = None
                    self._add(element, tail=True)
            elif event == "start" and element.tag in _RAW_ELEMENTS:
                hidden = element
            elif event == "start":
                self._start(element)
            elif element is not root:
                self._end(element) if event == "end" else self._add(element, tail=True)
        return self._lines

    def _start(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "img":
            self._lines[-1].images.append(element)
        elif tag in CELLS and self._row is not None:
            self._cells += 1
            if self._cells > 1:
                self._lines[-1].pieces.append((None, False, " | "))
        elif tag in BLOCKS or tag in CELLS or tag == "br":
            self._break()
            if tag == "tr" and self._row is None and _is_one_line(element):
                self._row, self._cells = element, 0
        if tag == "pre":
            self._verbatim += 1
        self._add(element, tail=False)

    def _end(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "pre":
            self._verbatim -= 1
        if element is self._row:
            self._row = None
        if (tag in BLOCKS or tag in CELLS) and not (tag in CELLS and self._row is not None):
            self._break()
        self._add(element, tail=True)

    def _break(self) -> None:
        if self._row is not None:
            self._lines[-1].pieces.append((None, False, " "))
        elif self._lines[-1].pieces or self._lines[-1].images:
            self._lines.append(Line())

    def _add(self, element: HtmlElement, *, tail: bool) -> None:
        text = element.tail if tail else element.text
        if not text or (not tail and not isinstance(element.tag, str)):
            return
        if self._verbatim and self._row is None and "\n" in text:
            for position, piece in enumerate(text.split("\n")):
                if position:
                    self._lines.append(Line())
                self._lines[-1].verbatim = True
                self._lines[-1].pieces.append((element, tail, piece))
            return
        self._lines[-1].pieces.append((element, tail, text))


def _scrub(root: HtmlElement) -> None:
    """Take out what character references (&#1;) brought in: lxml refuses to write it back into the tree."""
    for element in root.iter():
        if element.tail:
            element.tail = visible(element.tail)
        if isinstance(element.tag, str):
            element.text = visible(element.text) if element.text else None
            for name, value in element.attrib.items():
                if visible(value) != value:
                    element.set(name, visible(value))


def _is_one_line(row: HtmlElement) -> bool:
    cells = [cell for cell in row if cell.tag in CELLS]
    return len(cells) > 1 and next(row.iter("table"), None) is None


def _flat(source: str) -> HtmlElement:
    root = cast("HtmlElement", HTMLParser().makeelement("body"))
    current = _paragraph(root)
    for text, tag, name in _flat_pieces(source):
        if text:
            last = current[-1] if len(current) else None
            if last is None:
                current.text = (current.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        if name == "img":
            image = parse_fragment(tag).find(".//img")
            if image is not None:
                image.tail = None
                current.append(image)
        elif name in BLOCKS or name in CELLS or name == "br":
            current = _paragraph(root)
    return root


def _paragraph(root: HtmlElement) -> HtmlElement:
    paragraph = cast("HtmlElement", root.makeelement("p"))
    root.append(paragraph)
    return paragraph


def _flat_pieces(source: str) -> Iterator[tuple[str, str, str]]:
    """Give (text before a tag, the tag, its name in lower case without a slash), without scripts' and styles' text."""
    end, raw = 0, ""
    source = _without_comments(source)
    for match in _TAG.finditer(source):
        name = (match[1] or "").lower()
        text = "" if raw else visible(html.unescape(source[end : match.start()]))
        if raw:
            raw = "" if name == f"/{raw}" else raw
        elif name in _RAW_ELEMENTS:
            raw = name
        yield text, match[0], name.lstrip("/")
        end = match.end()
    if not raw:
        yield visible(html.unescape(source[end:])), "", ""


def _without_comments(source: str) -> str:
    first, *others = source.split("<!--")
    return first + "".join(other.partition("-->")[2] for other in others)
