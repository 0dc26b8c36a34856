"""The people who wrote an article: from bylines on its page and from its markup; never editors, desks or sites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from pipelines import date_forms
from pipelines.credits import credited, pictured, signed, signed_anywhere, titled
from pipelines.dateline import Named
from pipelines.json_ld import Credit
from pipelines.markup import plain
from pipelines.people import Kind, Person, is_full_name, letters, named, people_in
from pipelines.publisher import printed_authors

MAX_AUTHORS = 20
_LONGEST_HAN_NAME = 4
_LONGEST_NAME = 60
_LONGEST_BYLINE = 120
_MOST_ELEMENTS = 12
_MOST_LINES = 60

_AUTHOR_NAME = re.compile(r"author|byline", re.IGNORECASE)
_SIGNS = str.maketrans("記導報攝編輯綜╱︱丨│／", "记导报摄编辑综/｜｜｜/")
_BRACKETS = "【】（）()〔〕［］[] "
_SPACED_HAN = re.compile(r"(?<![\u3400-\u9fff])([\u3400-\u9fff])\s([\u3400-\u9fff])(?![\u3400-\u9fff])")
_PLACE_BEHIND = re.compile(r"/[^/]{0,8}(?:报导|报道|电|讯)\s?$")
_OUTLET_BEFORE = re.compile(
    r"^[【（(\[]?[^\s/，。]{2,12}(?:报|報|報道|报道|網|网|社|新闻|财经|周刊|在线)[/\s](?=\S{0,4}记者)"
)
_BULLETS = re.compile(r"^[□■◎●◆◇▲△★☆○※▌\s]{1,4}")
_CREDITED = re.compile(
    r"^(?:(?:文\s?[、/&+]?\s?图|图\s?[、/&+]?\s?文|(?:特约)?撰稿人?|采写|采访|执笔|撰写|文字)\s?[：:/｜|\s]|文\s(?=[\u3400-\u9fff]{2,3}$)|"
    r"(?:本报|本刊|特约|本网|\S{2,6}网?){0,2}评论员\s(?=[\u3400-\u9fff]{2,3}(?:\s|$)))\s?(?:\S{0,14}记者\s(?=[\u3400-\u9fff]))?"
)
"""Other words for 作者, before a name."""
_ASIDE = re.compile(r"(?<=[\u3400-\u9fff])\s?[（(][^（()）]{2,30}[)）]?$")
_FIELD_BEFORE = re.compile(r"^.*?[\s|｜:：](?=作者\s?[：:/])")
"""A line of several fields: time, source, author."""
_NAME_WITH_A_VERB = re.compile(
    r"([\u3400-\u9fff]{2,3})/[\u3400-\u9fff]{2,6}(?:报导|报道)|\S{0,10}记者([\u3400-\u9fff]{2,3})(?:[\u3400-\u9fff]{2,3})?(?:摄影|综合|现场)?(?:报道|报导)|([\u3400-\u9fff]{2,3})\s?/\s?文"
)
_GLUED_TO_LABEL = re.compile(
    r"^((?:\S{0,8})记者)(?=[\u3400-\u9fff]{2,3}(?:[、，,/\s]|$)|(?:欧阳|司马|上官|诸葛|司徒|東方|东方|皇甫|尉迟|慕容))"
)
_TIME_BEFORE = re.compile(r"^(?:19|20)\d{2}[-/.年][\d\s年月日:：/.-]{4,20}\s?")
_NAME_AND_OUTLET = re.compile(r"([\u3400-\u9fff]{2,4})\s?/\s?[^\s/]{2,12}(?:报|网|社|周刊|杂志)(?=\s|$)")
_ROLE_BEFORE = re.compile(r"^(文|作者|撰文)\s?[｜|/：:]\s?\S{0,16}(?:评论员|记者|作者|研究员|撰稿人)\s")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,6}·[\u3400-\u9fff]{1,8}")
_SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭葉蘇魏呂盧鐘譚陸賈韋鄒閆龍賀顧龔邵萬錢嚴湯莊聶魯歐關蘭"
)
"""By these begin the names of nine in ten; a word of two to four characters alone may be anything."""
_LABEL = re.compile(r"^(?:作者|记者|記者|文)\s?[:：｜/]?\s?")
_NOT_A_PERSON = re.compile(r"编辑|編輯|官方|记者|\d{3}")
_ORGANISATION = re.compile(
    r"(?:报|報|網|网|社|台|刊|在线|新闻|财经|频道|客户端|公司|编辑部|工作室|中心|局|委|会|组|部)$"
)


_Place = tuple[str, list[Person]]


@dataclass(frozen=True, slots=True)
class Authors:
    """The people who wrote an article, each once, and where they are told."""

    names: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """Where authors are told: `linked` by the JSON-LD's articles, `meta` by meta elements, each in the order of trust.

    `near` are the lines below the headline, `named` the elements named for such things, `sites` the letters of the
    site's own names.
    """

    root: HtmlElement
    headline: HtmlElement | None = None
    near: Sequence[Named] = ()
    named: Sequence[Named] = ()
    linked: Sequence[Sequence[Credit]] = ()
    meta: Sequence[Sequence[str]] = ()
    sites: frozenset[str] = frozenset()


def read_authors(signs: Signs, *, is_chinese: bool) -> Authors:
    """Give the people who wrote the article.

    On Chinese pages only what is printed counts: their markup names editors, desks, numbers. Elsewhere the first place
    that tells people wins: JSON-LD, meta elements, the byline below the headline, elements named for authors, boxes at
    the end; but a byline that names all of the markup's people and more goes before the markup. Where nobody tells
    people, a group that signs by its own name counts, then a login name, then the site's name where it is credited as a
    person.
    """
    if is_chinese:
        return _chinese(signs)
    markup = [("json-ld", _linked_people(told, signs.sites)) for told in signs.linked]
    markup += [("meta", people_in(names, signs.sites)) for names in signs.meta]
    shown = people_in(credited(signs.near), signs.sites)
    strong: list[_Place] = [*markup, ("page", shown)]
    if found := _first_of(strong, (Kind.PERSON, Kind.GROUP)):
        names, origin = found
        more = _only(shown, Kind.PERSON)
        return Authors(more, "page") if {*map(letters, names)} < {*map(letters, more)} else Authors(names, origin)
    weak = list(_on_the_page(signs))
    found = (
        _first_of(weak, (Kind.PERSON, Kind.GROUP))
        or _first_of(markup, (Kind.LOGIN,))
        or _first_of([*strong, *weak], (Kind.SITE,))
    )
    return Authors(*found) if found else Authors()


def _first_of(places: Sequence[_Place], kinds: Iterable[Kind]) -> tuple[tuple[str, ...], str] | None:
    for kind in kinds:
        for origin, people in places:
            if names := _only(people, kind):
                return names, origin
    return None


def _linked_people(told: Sequence[Credit], sites: frozenset[str]) -> list[Person]:
    groups = people_in((credit.name for credit in told if credit.is_organisation), sites, whole=True)
    people = people_in((credit.name for credit in told if not credit.is_organisation), sites)
    return people + [Person(one.name, Kind.GROUP) for one in groups if one.kind is not Kind.SITE]


def _on_the_page(signs: Signs) -> Iterator[_Place]:
    for names in signed(signs.named, signs.headline):
        yield "page", people_in(names, signs.sites)
    yield "page", people_in(titled(signs.near), signs.sites)
    yield "page", people_in(signed_anywhere(signs.root), signs.sites)
    yield "page", people_in(pictured(signs.root, signs.near), signs.sites)


def _only(people: Iterable[Person], kind: Kind) -> tuple[str, ...]:
    names = list(named(people, kind))
    if kind is Kind.PERSON and names and is_full_name(names[0]):
        names = [name for name in names if is_full_name(name)]  # "Jane Doe, Northaven"
    return tuple(names[:MAX_AUTHORS])


def _chinese(signs: Signs) -> Authors:
    authors = [one for one in signs.named if _AUTHOR_NAME.search(one.name) and len(one.text) <= _LONGEST_BYLINE]
    lines = dict.fromkeys(one.text for one in (*signs.near, *signs.named))
    linked = [one.name for told in signs.linked for one in told]
    labelled = [name for name in linked if "记者" in name or "記者" in name]
    if names := tuple(dict.fromkeys([*_han_bylines(islice(lines, _MOST_LINES)), *_han_bylines(labelled)])):
        return Authors(names[:MAX_AUTHORS], "page")
    if names := tuple(_han_elements(authors[:_MOST_ELEMENTS], signs.near)):
        return Authors(names, "page")
    people = [one.name for told in signs.linked for one in told if not one.is_organisation]
    names = tuple(
        name for name in people if _HAN_NAME.fullmatch(name) and name.startswith(_SURNAMES) for name in _person(name)
    )
    return Authors(names[:MAX_AUTHORS], "json-ld" if names else "")


def byline(line: str) -> tuple[str, ...]:
    """Give the people named by a line that is a byline and nothing else; a credit inside a sentence is none.

    >>> byline("【某晚報╱記者王小明╱台北報導】")
    ('王小明',)
    >>> byline("本报记者 李 四")
    ('李四',)
    """
    if len(line) > _LONGEST_BYLINE or "。" in line:
        return ()
    text = plain(line).translate(_SIGNS).strip(_BRACKETS)
    text = _CREDITED.sub("作者：", _SPACED_HAN.sub(r"\1\2", _BULLETS.sub("", text)))
    if match := _NAME_AND_OUTLET.match(text):
        return tuple(_person(match[1]))
    text = _TIME_BEFORE.sub("", _FIELD_BEFORE.sub("", text))
    if match := _NAME_WITH_A_VERB.fullmatch(text):
        return tuple(_person(match[match.lastindex or 0]))
    text = _OUTLET_BEFORE.sub("", _PLACE_BEHIND.sub("", _ASIDE.sub("", text)))
    text = _ROLE_BEFORE.sub(r"\1：", text)
    # "记者王小明" without a sign between: the label needs one to be told from a sentence.
    text = _GLUED_TO_LABEL.sub(r"\1：", text)
    return tuple(name for one in printed_authors(text) for name in _person(one))


def _han_bylines(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from byline(line)


def _han_elements(authors: Sequence[Named], near: Sequence[Named]) -> Iterator[str]:
    """Give the name that an element made for it holds, by its label or the element's own name, or below the headline.

    Boxes beside the page hold names, too.
    """
    around = {one.element for one in near if one.element is not None}
    for one in authors:
        name = _LABEL.sub("", one.text)
        is_labelled = name != one.text or one.name.startswith("author_")
        is_near = one.element is not None and (
            one.element in around or not around.isdisjoint(one.element.iterancestors())
        )
        if (is_labelled or is_near) and _HAN_NAME.fullmatch(name) and name.startswith(_SURNAMES):
            yield from _person(name)
            return


def _person(name: str) -> Iterator[str]:
    if date_forms.HAN.search(name) and len(name.replace("·", "")) > _LONGEST_HAN_NAME + 4 * ("·" in name):
        return
    if 1 < len(name) <= _LONGEST_NAME and not _NOT_A_PERSON.search(name) and not _ORGANISATION.search(name):
        yield name
