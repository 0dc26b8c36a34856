"""The people who wrote an article: from bylines on its page and from its markup; never editors, desks or sites."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from pipelines import date_forms
from pipelines.dateline import Named
from pipelines.markup import plain
from pipelines.publisher import printed_authors

MAX_AUTHORS = 20
_LONGEST_HAN_NAME = 4
_LONGEST_NAME = 60
_LONGEST_BYLINE = 120
_MOST_ELEMENTS = 12

_AUTHOR_NAME = re.compile(r"author|byline", re.IGNORECASE)
_SIGNS = str.maketrans({"記": "记", "導": "导", "報": "报", "╱": "/", "︱": "｜", "丨": "｜", "│": "｜", "／": "/"})
_SPACED_HAN = re.compile(r"(?<![\u3400-\u9fff])([\u3400-\u9fff])\s([\u3400-\u9fff])(?![\u3400-\u9fff])")
_PLACE_BEHIND = re.compile(r"/[^/]{0,8}(?:报导|报道|电|讯)\s?$")
_OUTLET_BEFORE = re.compile(r"^[【（(\[]?[^\s/]{2,8}(?:报|網|网|社)[/\s](?=记者)")
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
_LABEL = re.compile(
    r"^(?:(?:written|posted|reviewed|story)\s)?by:?\s|^(?:author|作者|记者|文)\s?[:：｜/]?\s?", re.IGNORECASE
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE_BEHIND = re.compile(rf"[\s,|·•-]*\b(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\s{_MONTH}|\d{{1,2}}[/.-]\d).*$")
_CREDENTIAL = re.compile(r"(?:[A-Z][A-Za-z]?\.?){1,4}(?:-[A-Z]{1,4})?|Ph\.?D\.?|Jr\.?|Sr\.?|[A-Z]{2,6}[®©]?")
_LATIN_NAME = re.compile(
    r"(?:(?:Dr|Prof|Mr|Ms|Mrs|Sir)\.?\s)?[A-ZÀ-Þ][\w'’.-]{0,20}(?:\s(?:[A-ZÀ-Þ][\w'’.-]{0,20}|de|van|von|der|la|del|da|bin|al)){1,4}"
)
_NOT_A_PERSON = re.compile(
    r"https?:|www\.|@|\b(?:staff|admin|editors?|editorial|newsroom|desk|team|press release|guest|contributors?|"
    r"read|more|share|follow|about|posts?|view|all|comments?)\b|编辑|官方|记者|\d{3}|^by$",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"(?:报|網|网|社|台|刊|在线|新闻|财经|频道|客户端|公司|编辑部|工作室|中心|局|委|会|组|部)$|"
    r"\b(?:Inc|LLC|Ltd|Magazine|News|Media|Times|Post|Group|University|Association)\b\.?$"
)
_BETWEEN = re.compile(r"\s?[;、|]\s?|\s&\s|\s(?:and|with)\s")


def read_authors(
    named: list[Named], lines: Iterable[str], *, linked: list[str], meta: list[str], is_chinese: bool
) -> tuple[str, ...]:
    """Give the people who wrote the article, each once.

    `named` and `lines` are where the page prints such things, `linked` the authors of its JSON-LD, `meta` those of
    its meta elements. On Chinese pages only what is printed counts: their markup names editors, desks, numbers.
    """
    authors = [one for one in named if _AUTHOR_NAME.search(one.name) and len(one.text) <= _LONGEST_BYLINE]
    authors = authors[:_MOST_ELEMENTS]
    if is_chinese:
        labelled = [name for name in linked if "记者" in name or "記者" in name]
        names = [*_han_bylines(lines), *_han_bylines(labelled)] or [*_han_elements(authors)]
        return tuple(dict.fromkeys(names))[:MAX_AUTHORS]
    for found in (
        _people(linked),
        _people(meta),
        _latin_elements(authors),
        (n for line in lines for n in byline(line)),
    ):
        if people := tuple(dict.fromkeys(found))[:MAX_AUTHORS]:
            return people
    return ()


def byline(line: str) -> tuple[str, ...]:
    """Give the people named by a line that is a byline and nothing else; a credit inside a sentence is none.

    >>> byline("【某晚報╱記者王小明╱台北報導】")
    ('王小明',)
    >>> byline("本报记者 李 四")
    ('李四',)
    """
    if len(line) > _LONGEST_BYLINE or "。" in line:
        return ()
    text = plain(line).translate(_SIGNS).strip("【】（）() ")
    text = _SPACED_HAN.sub(r"\1\2", text)
    if match := _NAME_AND_OUTLET.match(text):
        return tuple(_person(match[1]))
    text = _TIME_BEFORE.sub("", text)
    text = _OUTLET_BEFORE.sub("", _PLACE_BEHIND.sub("", text))
    text = _ROLE_BEFORE.sub(r"\1：", text)
    # "记者王小明" without a sign between: the label needs one to be told from a sentence.
    text = re.sub(r"^((?:\S{0,8})记者)(?=[\u3400-\u9fff]{2,4}(?:[、，,/\s]|$))", r"\1：", text)
    return tuple(name for one in printed_authors(text) for name in _person(one))


def _han_bylines(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from byline(line)


def _han_elements(authors: list[Named]) -> Iterator[str]:
    """Give the name that an element made for it holds, by its label or the element's own name.

    Boxes beside the page hold names, too.
    """
    for one in authors:
        name = _LABEL.sub("", one.text)
        is_labelled = name != one.text or one.name.startswith("author_")
        if is_labelled and _HAN_NAME.fullmatch(name) and name.startswith(_SURNAMES):
            yield from _person(name)
            return


def _latin_elements(authors: list[Named]) -> list[str]:
    """Give the people of the first element that is named for an author: later ones are other articles'."""
    for one in authors:
        names = _split(_DATE_BEHIND.sub("", _LABEL.sub("", one.text)))
        if names and all(_LATIN_NAME.fullmatch(name.split(",")[0]) and [*_person(name)] for name in names):
            return names
    return []


def _people(told: list[str]) -> Iterator[str]:
    for names in told:
        for name in _split(_DATE_BEHIND.sub("", _LABEL.sub("", html.unescape(names[:1_000])))):
            yield from _person(name)


def _split(names: str) -> list[str]:
    """Give the names of a list; degrees stay with their holder.

    >>> _split("Jane Doe, Ph.D., John Roe and Max Poe")
    ['Jane Doe, Ph.D.', 'John Roe', 'Max Poe']
    """
    found: list[str] = []
    for part in _BETWEEN.split(names):
        for number, name in enumerate(one.strip() for one in part.split(",")):
            if number and found and _CREDENTIAL.fullmatch(name):
                found[-1] += f", {name}"
            elif name:
                found.append(plain(name))
    return found


def _person(name: str) -> Iterator[str]:
    if date_forms.HAN.search(name) and len(name.replace("·", "")) > _LONGEST_HAN_NAME + 4 * ("·" in name):
        return
    if 1 < len(name) <= _LONGEST_NAME and not _NOT_A_PERSON.search(name) and not _ORGANISATION.search(name):
        yield name
