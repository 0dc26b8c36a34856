"""Whether a credit names people: names without labels, roles, addresses and dates, in scripts other than Chinese.

A credit is a person, a group that signs by a name of its own (the Ore Weekly Team, Reuters), a login name, or nobody:
"Staff", "Admin", "Editor", a role, a site's own name, a date, an e-mail address, a URL.
"""

# ruff: noqa: E501  # a form is read whole

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pipelines.credit_words import AGENCIES, CREDENTIAL, GENERIC, GROUP, LABEL, NOBODY, ORGANISATION, PARTICLES, ROLE
from pipelines.markup import plain

_LONGEST_NAME = 60
_MOST_WORDS, _FEWEST_WORDS = 6, 2
_LONGEST_CREDIT = 1_000
_LONGEST_INITIALS = 3

_LABELLED = re.compile(rf"\W{{0,3}}(?:{LABEL})(?:\s?[:：|/／-]\s?|\s|$)", re.IGNORECASE)
_PARTICLE = re.compile(r"(?:Di|Von|Par|Por|Door|Av|Af|Da)\s")
_GLUED = re.compile(r"(?:By|BY)(?=[A-ZÀ-Þ][a-zß-ÿ])")
_TITLE = re.compile(
    r"(?:(?:dr|prof|mr|ms|mrs|sir|dame|rev|hon|lic|ing|dipl\.-ing|sra?|mme|mlle)\.|dr|prof|mr|ms|mrs)\s(?=\w)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s(?:기자|특파원|선임기자|논설위원|인턴기자|記者|さん|氏)$|(?<=[\uac00-\ud7a3])(?:기자|특파원)$|\s?[\[(（【<].{0,80}$|\s?(?:https?:|www\.).*$|\s(?:(?i:published|updated|posted|last updated|on behalf of)\b|(?:in|aus|from|for|at)\s[A-Z]).*$|\s?\S{1,64}@\S{1,100}.*$"
)
_BETWEEN = re.compile(
    r"\s?(?:[;、|•·⋅\n]|\s/\s|\s[–—-]\s)\s?|\s?,?\s(?:&|\+|and|und|et|y|e|en|og|och|och|i|и|та|ve|dan|y|with|avec|con|mit|com|و|और)\s(?=\w)"
)
_DATE_BEHIND = re.compile(
    r"[\s,|·•–—-]*(?:\b(?:on\s)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d{1,2}\b|"
    r"\b\d{1,2}(?:st|nd|rd|th)?\.?\s(?:de\s)?[^\W\d]{3,10}\.?,?\s(?:de\s)?\d{4}|\b\d{1,4}[/.-]\d{1,2}[/.-]\d|\b\d{1,2}:\d\d|\b(?:19|20)\d\d\b).*$",
    re.DOTALL,
)  # fmt: skip


class Kind(IntEnum):
    """What a credit names, the best first."""

    PERSON = 0
    GROUP = 1
    LOGIN = 2
    SITE = 3
    """The site's own name: of a blog under its writer's, mostly."""


@dataclass(frozen=True, slots=True)
class Person:
    """One name of a credit and what it is."""

    name: str
    kind: Kind


def people_in(credits_: Iterable[str], sites: Collection[str] = (), *, whole: bool = False) -> list[Person]:
    """Give whom credits name, each once; `sites` are the letters of the site's own names.

    `whole` takes each credit as one name: an organisation's, which may hold an "and".

    >>> [person.name for person in people_in(["By Jane Doe, Ph.D., John Roe and Max Poe, Senior Reporter"])]
    ['Jane Doe, Ph.D.', 'John Roe', 'Max Poe']
    >>> people_in(["Admin", "News Desk", "jane@example.com"])
    []
    """
    found: dict[str, Person] = {}
    for credit in credits_:
        for name in [plain(credit)] if whole or _is_one_group(credit) else split_names(credit):
            kind = kind_of(name, sites)
            if kind is not None:
                found.setdefault(letters(name), Person(name, kind))
    return list(found.values())


def _is_one_group(credit: str) -> bool:
    """Tell whether an "and" belongs to a group's name: Center for Ore and Metals."""
    names = split_names(credit) if len(credit) <= _LONGEST_NAME and "," not in credit and GROUP.search(credit) else []
    return len(names) > 1 and not any(map(is_full_name, names[:1]))


def split_names(credit: str) -> list[str]:
    """Give the names of a credit without label, date, roles and addresses; degrees stay with their holder.

    >>> split_names("Dr. Jane Doe, MD | Posted 3 May 2026")
    ['Dr. Jane Doe, MD']
    >>> split_names("Doe, Jane")
    ['Doe', 'Jane']
    """
    text = unlabelled(plain(html.unescape(credit[:_LONGEST_CREDIT])))
    found: list[str] = []
    is_role = False
    for part in _BETWEEN.split(_DATE_BEHIND.sub("", text)):
        for number, one in enumerate((part or "").split(",")):
            was_role, is_role = is_role and not number, False
            name = _BEHIND.sub("", _BEHIND.sub("", one.strip(' \t.:,;|-–—*•·"“”'))).strip()
            if number and found and CREDENTIAL.fullmatch(name) and name.lower() not in AGENCIES:
                found[-1] += f", {_dotted(one, name)}"
            elif found and ROLE.search(name):
                is_role = True
            elif name and not was_role:  # "Head of Ore and Metals": no new name behind the "and" of a role
                found.append(unlabelled(name))
    return [name for name in found if name]


def _dotted(one: str, name: str) -> str:
    return f"{name}." if one.strip().startswith(f"{name}.") else name


def unlabelled(text: str) -> str:
    """Give a credit without the label before it (By, Por, Von, Author:)."""
    while (match := _LABELLED.match(text)) or (match := _GLUED.match(text)):
        rest = text[match.end() :]
        if (
            _PARTICLE.match(text) and len(rest.split()) < _FEWEST_WORDS
        ):  # "Di Bella" is a name, "Di Luca Bella" a credit
            return text
        text = rest
    return text


def kind_of(name: str, sites: Collection[str] = ()) -> Kind | None:
    """Give what a name is, None where it names nobody.

    >>> kind_of("Jane van der Ore"), kind_of("Ore Weekly Team"), kind_of("Editorial Team"), kind_of("jane.ore")
    (<Kind.PERSON: 0>, <Kind.GROUP: 1>, None, <Kind.LOGIN: 2>)
    """
    key = letters(name)
    words = [word for word in re.split(r"[\s/]+", name) if letters(word)]
    if not 1 < len(name) <= _LONGEST_NAME or not key or len(words) > _MOST_WORDS + 2:
        return None
    if {letters(word) for word in words} <= GENERIC or "@" in name or "://" in name:
        return None
    if key in sites:
        return Kind.SITE
    return None if NOBODY.search(name) else _kind_of(name, words)


def _kind_of(name: str, words: Sequence[str]) -> Kind | None:
    if letters(name) in AGENCIES or GROUP.search(name):
        return Kind.GROUP
    if ORGANISATION.search(name) or ROLE.search(name) or len(words) > _MOST_WORDS:
        return None
    is_person = is_name(name) and not (len(words) == 1 and name.isupper() and len(name) > _LONGEST_INITIALS)
    return Kind.PERSON if is_person else Kind.LOGIN


def is_name(name: str) -> bool:
    """Tell whether a text is written as people's names are: words with capitals, particles between them.

    Scripts without capitals have names of any word.
    """
    text = _TITLE.sub("", name.split(",", maxsplit=1)[0])
    words = text.split()
    if not words or len(words) > _MOST_WORDS or re.search(r"[\d_@#<>\[\]{}=?!:;/\\…]", text):
        return False
    if len(words) == 1 and re.search(r"[a-z][A-Z]$|[a-z]\.[a-z]", text):
        return False
    return (
        _is_capital(words[0])
        and _is_capital(words[-1])
        and all(_is_capital(word) or word.lower().strip("'’") in PARTICLES for word in words)
    ) or (len(words) > 1 and words[0].lower() in PARTICLES and _is_capital(words[-1]))


def is_full_name(name: str) -> bool:
    """Tell whether a name has first and last name, or is written without white space between them."""
    text = name.split(",", maxsplit=1)[0]
    return is_name(name) and (
        len(text.split()) >= _FEWEST_WORDS
        or re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2}", text) is not None
    )


def _is_capital(word: str) -> bool:
    first = word.lstrip("'’\"“(ʻ")[:1]
    if re.match(r"(?:d|l|O|al|el|Mc|de|van)['’-]?[A-ZÀ-Þ]", word):
        return True
    return (first.isalpha() and first.lower() != first) or (first.isalpha() and first.upper() == first.lower())


def letters(text: str) -> str:
    """Give a name's letters, by which names are compared."""
    return re.sub(r"[\W_]+", "", text).casefold()


def named(people: Iterable[Person], kind: Kind) -> Iterator[str]:
    """Give the names of a kind."""
    return (person.name for person in people if person.kind is kind)
