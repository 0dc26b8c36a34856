"""Bylines in scripts other than Chinese, as pages show them: a label and the names behind it, elements named for authors.

Text nodes are the unit: pages put label, names, roles and dates into elements of their own, with nothing between them.
"""

# ruff: noqa: E501  # a form is read whole

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from pipelines.credit_words import LABEL
from pipelines.dateline import Named, Piece, pieces_of
from pipelines.people import Kind, is_full_name, is_name, kind_of, letters, split_names

_LABEL_ALONE = re.compile(rf"\W{{0,3}}(?:{LABEL})\s?[:：|/／-]?", re.IGNORECASE)
_LABEL_AND_NAME = re.compile(rf"\W{{0,3}}(?:{LABEL})(?:\s?[:：|/／]\s?|\s)(?=\S)", re.IGNORECASE)
_LABEL_WITHIN = re.compile(
    r"(?:^|[\s|·•,])(?:[Pp]osted|[Pp]ublished|[Ww]ritten|[Uu]pdated|\d{4}|[AaPp][Mm])\b[^|]{0,40}?\sby\s(?=[A-ZÀ-Þ])"
)
_LABEL_BEHIND = re.compile(
    r"([\uac00-\ud7a3]{2,4})\s?(?:선임|인턴|수습)?(?:기자|특파원|논설위원)(?:\s.*)?|[【［\[]?([\u3040-\u30ff\u3400-\u9fff]{2,6})\s?記者[】］\]]?"
)
"""A name whose label stands behind it, in Korean and Japanese."""
_LABEL_AT_END = re.compile(r"[\s|·•](?:by|By|von|por|par)$")
_FIELDS = re.compile(r"\s?[|·•⋅]\s?")
_MOST_FIELDS = 8
_CONNECTOR = re.compile(
    r"\s?(?:,|&|\+|/|;|、|·)?\s?(?:,|&|\+|and|und|et|y|e|en|og|och|i|и|ve|dan|with|avec|con|mit|و)?\s?", re.IGNORECASE
)
_AUTHOR_NAME = re.compile(
    r"author|byline|\bautor|auteur|\bwriter|contributor|journalist|reporter|columnist|/people/|/staff/|creator|signature",
    re.IGNORECASE,
)
_OTHERS_NAME = re.compile(
    r"(?<![a-z])(?:comment|related|reviewer|editor|bio\b|desc|image|photo|avatar|date|title|role|job\b|follow|social|count|modal)",
    re.IGNORECASE,
)
_OTHERS_TEXT = re.compile(
    r"\W{0,3}(?:\w{1,12} )?(?:reviewed|checked|edited|translated|photographs?|photos?|images?|illustrat\w{1,5}) by\b",
    re.IGNORECASE,
)
_SURE_NAME = re.compile(
    r"^(?:author|.*\bauthor[-_]?name|.*/authors?/.*|p-author.*|.*\bfn\b.*|.*\bname\b.*)$", re.IGNORECASE
)
_BESIDE = re.compile(
    r"related|recommend|popular|trending|sidebar|teaser|read-?next|read-?more|more-from|comment|carousel|footer|newsletter|most-|also-like|promo",
    re.IGNORECASE,
)
_MARKS = {"author", "byline"}
_MENU = {"nav"}
_BESIDE_TAGS = {"nav", "aside", "footer"}
_ANCESTORS = 12
_LONGEST_LINE = 120
_LONGEST_WITHIN = 90
_MOST_PIECES = 30
_MOST_ELEMENTS = 20
_MOST_BEFORE = 4
_MOST_TITLED = 8
_LONGEST_ROLE = 60
_BEHIND_NAME = re.compile(r"\s?(?:[,|·•]|\s[–—-]\s)\s?")
_JOB = re.compile(
    r"\b(?:reporter|editor|writer|correspondent|journalist|columnist|contributor|analyst|reporters|redakteur(?:in)?|korrespondent(?:in)?|"
    r"periodista|jornalista|giornalista|journaliste|corresponsal|correspondente|inviato|reportero|repórter|журналист|корреспондент|обозреватель)\b",
    re.IGNORECASE,
)
_HEADINGS = {"h1", "h2", "h3"}
_WRITTEN_BY = etree.XPath(
    "(//body//text()[string-length(.) < 90 and (contains(., 'y ') or contains(., 'y:') or contains(., 'BY') or contains(., 'uthor'))]"
    "[not(ancestor::nav or ancestor::footer or ancestor::script or ancestor::style or ancestor::noscript)])[position() <= 500]"
)
_WRITTEN = re.compile(
    r"\W{0,3}(?:(?:[Ww]ritten|[Ww]ords|[Tt]ext|[Ss]tory|[Aa]rticle|[Pp]osted) by|WRITTEN BY|By|BY|Authors?|About the [Aa]uthors?)\b:?"
)


def credited(lines: Iterable[Named]) -> list[str]:
    """Give the names behind the first label of a byline in lines that belong together, as printed; none for none.

    >>> credited([Named("", "By"), Named("", "Jane Doe"), Named("", "3 May 2026")])
    ['Jane Doe']
    >>> credited([Named("", "Di questo passo si arriva tardi")])
    []
    """
    pieces = list(pieces_of(lines))
    for number, piece in enumerate(pieces):
        if names := _behind_label(piece.text, pieces[number + 1 : number + _MOST_PIECES]):
            return names
    return []


def _behind_label(text: str, following: Sequence[Piece]) -> list[str]:
    if _LABEL_ALONE.fullmatch(text):
        return _taken(following)
    if behind := _LABEL_BEHIND.fullmatch(text):
        return [behind[1] or behind[2]]
    for part in _FIELDS.split(text, maxsplit=_MOST_FIELDS):
        label = _LABEL_AND_NAME.match(part) or (_LABEL_WITHIN.search(part) if len(part) <= _LONGEST_WITHIN else None)
        if label is not None and (names := _taken([Piece(part[label.end() :]), *following])):
            return names
    is_open = len(text) <= _LONGEST_WITHIN and _LABEL_AT_END.search(text) is not None
    return _taken(following) if is_open else []


def _taken(pieces: Sequence[Piece]) -> list[str]:
    """Give the names that pieces begin with: as many as commas and conjunctions join."""
    names: list[str] = []
    is_open = True
    for piece in pieces:
        text = piece.text
        joined = _CONNECTOR.match(text)
        rest = text[joined.end() :] if joined is not None and (names or text[:1] in ",&") else text
        if names and rest != text and not rest:
            is_open = True
            continue
        if names and not (is_open or (rest != text and rest[:1].isupper())):
            break
        found = _leading(rest, is_first=not names)
        if not found:
            break
        names += found
        is_open = re.search(r"(?:,|&|\+|\s(?:and|und|et|y|e|en|og|och|i|и))\s?$", text) is not None
    return names


def _leading(text: str, *, is_first: bool) -> list[str]:
    """Give the names that a text begins with, none where it begins with something else."""
    if len(text) > _LONGEST_LINE:
        return []
    names: list[str] = []
    for name in split_names(re.split(r"\s[|·•⋅–—]\s?|\s-\s", text, maxsplit=1)[0]):
        if kind_of(name) is None or not (is_full_name(name) or (is_name(name) and not names and is_first)):
            break
        names.append(name)
    return names


def signed(named: Iterable[Named], headline: HtmlElement | None) -> Iterator[list[str]]:
    """Give the names in elements that are named for authors, element by element, those beside the article left out."""
    around = set(headline.iterancestors()) if headline is not None else set()
    authors = (one for one in named if one.element is not None and _is_authors(one) and len(one.text) <= _LONGEST_LINE)
    inside = [one for one in islice(authors, _MOST_ELEMENTS) if _is_its_own(one, around)]
    for number, one in enumerate(inside):
        if names := _signed(one):
            together = [other for other in inside[number + 1 :] if _are_together(one.element, other.element)]
            yield list(dict.fromkeys([*names, *(name for other in together for name in _signed(other))]))


def _signed(one: Named) -> list[str]:
    if names := credited([one]):
        return names
    pieces = list(pieces_of([one]))
    for number in range(min(_MOST_BEFORE, len(pieces))):
        if names := [name for name in _taken(pieces[number:]) if is_full_name(name) or _is_sure(one)]:
            return names
    return []


def _are_together(one: HtmlElement | None, other: HtmlElement | None) -> bool:
    """Tell whether two links stand side by side, each maybe in an element of its own."""
    if one is None or other is None or one.tag != "a" or other.tag != "a":
        return False
    (holder, above), (other_holder, other_above) = (_holders(element) for element in (one, other))
    return holder is other_holder or (
        holder is not None and len(holder) == 1 and above is not None and above is other_above
    )


def _holders(element: HtmlElement) -> tuple[HtmlElement | None, HtmlElement | None]:
    parent = element.getparent()
    return parent, parent.getparent() if parent is not None else None


def _is_its_own(one: Named, around: Collection[HtmlElement]) -> bool:
    """Tell whether it is the article's; themes put the very mark of an author into asides and footers, too."""
    beside = _MENU if one.name in _MARKS else _BESIDE_TAGS
    return one.element is not None and _is_inside(one.element, around, beside=beside)


def _is_authors(one: Named) -> bool:
    is_named = _AUTHOR_NAME.search(one.name) is not None and not _OTHERS_NAME.search(one.name)
    return is_named and not _OTHERS_TEXT.match(one.text)


def _is_sure(one: Named) -> bool:
    return _SURE_NAME.match(one.name) is not None


def _is_inside(
    element: HtmlElement, around: Collection[HtmlElement], *, beside: Collection[str] = _BESIDE_TAGS
) -> bool:
    """Tell whether an element stands in the article rather than in a list of others, a comment or the footer.

    `around` are the elements that hold the headline: what they are does not tell.
    """
    for number, ancestor in enumerate(element.iterancestors()):
        if ancestor in around or number > _ANCESTORS:
            return True
        if ancestor.tag == "article" and any(one.tag == "article" for one in around):
            return False
        if ancestor.tag in beside or _BESIDE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return False
    return True


def signed_anywhere(root: HtmlElement) -> list[str]:
    """Give the names behind "Written by" and the like wherever they stand, a box at the end mostly."""
    texts: list[etree._ElementUnicodeResult] = _WRITTEN_BY(root)  # type: ignore[assignment]  # a list of text
    for text in texts:
        line = " ".join(text.split())
        label = _WRITTEN.match(line)
        if label is None:
            continue
        holder = text.getparent()
        if holder is None or not _is_inside(holder, (), beside=()):
            continue
        rest = line[label.end() :].strip()
        names = _taken([Piece(rest)] if rest else list(_behind(holder, is_tail=text.is_tail)))
        if names := [name for name in names if is_full_name(name)]:
            return names
    return []


def _behind(holder: HtmlElement, *, is_tail: bool) -> Iterator[Piece]:
    """Give the pieces behind a text node: in its element's children, then in what follows the element."""
    inside = [] if is_tail else [Named("", one.text_content(), one) for one in holder if isinstance(one.tag, str)]
    sibling = next((one for one in holder.itersiblings() if isinstance(one.tag, str)), None)
    if sibling is None and (parent := holder.getparent()) is not None:
        sibling = next((one for one in parent.itersiblings() if isinstance(one.tag, str)), None)
    behind = [Named("", "", sibling)] if sibling is not None and not inside else []
    yield from pieces_of([*inside[:5], *behind])


def titled(lines: Sequence[Named]) -> list[str]:
    """Give the name below the headline that a role follows, on its line or on the next: Jane Doe, Ore correspondent."""
    for number, line in enumerate(lines[:_MOST_TITLED]):
        name, *roles = _BEHIND_NAME.split(line.text, maxsplit=1)
        behind = roles[0] if roles else lines[number + 1].text if number + 1 < len(lines) else ""
        if len(behind) <= _LONGEST_ROLE and _JOB.search(behind) and is_full_name(name) and kind_of(name) is Kind.PERSON:
            return [name]
    return []


def pictured(root: HtmlElement, lines: Iterable[Named]) -> list[str]:
    """Give the name that stands alone in a line, no heading, and is the name of a picture, too."""
    alone = [
        one for one in lines if one.element is not None and one.element.tag not in _HEADINGS and is_full_name(one.text)
    ]
    told = {letters(image.get("alt") or "") for image in root.iter("img")} - {""} if alone else set()
    for one in alone:
        if kind_of(one.text) is not None and any(
            letters(one.text) in alt and len(alt) < 2 * len(one.text) + 10 for alt in told
        ):
            return [one.text]
    return []
