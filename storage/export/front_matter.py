"""YAML front matter as Jekyll has it: lines of `key: value` between two lines of `---`. Pure.

Values are strings or lists of strings on both sides: what a date or a name means is `post`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

MAX_FRONT_MATTER_CHARS = 256 * 1024
"""A title, a day and a few names; more is no front matter."""
_MAX_DEPTH = 8

# Without types: a publisher called "360" or "on" stays text, and no tag can make an object.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_NOT_PRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# Letters and digits of any script, and signs between them that YAML gives no meaning to.
_PLAIN = re.compile(r"\w(?:[\w·（）.-]*[\w）])?")
_NUMBER_OR_DATE = re.compile(r"[0-9][0-9a-fxoA-FXO_.-]*|0[bB][01_]+")
_WORDS_WITH_A_MEANING = frozenset(["true", "false", "yes", "no", "on", "off", "y", "n", "null"])
_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]{0,60})[ \t]*:(?:[ \t]+(.*))?")


class FrontMatterError(ValueError):
    """A post's front matter that cannot be read; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Split:
    """A post cut in two: its fields, and all that follows the line after them, unchanged."""

    fields: dict[str, tuple[str, ...]]
    rest: str


def quoted(text: str) -> str:
    r"""Give text as a YAML double-quoted scalar on one line; only what YAML cannot show is escaped.

    >>> print(quoted('他说："涨"' + chr(10) + chr(0x85)))
    "他说：\"涨\"\n\x85"
    """
    escaped = re.sub(r'["\\\n\t\r]', lambda match: _SHORT_ESCAPES[match[0]], text)
    return f'"{_NOT_PRINTABLE.sub(lambda match: _escape(match[0]), escaped)}"'


def _escape(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if ord(sign) < 0x100 else f"\\u{ord(sign):04x}"  # noqa: PLR2004 - two digits or four


def scalar(text: str) -> str:
    """Give text as YAML that reads back as this very string: plain where that is safe, else quoted.

    >>> scalar("澎湃新闻新闻"), scalar("a: b"), scalar("2022-05-26"), scalar("No")
    ('澎湃新闻新闻', '"a: b"', '"2022-05-26"', '"No"')
    """
    plain = _PLAIN.fullmatch(text) and not _NUMBER_OR_DATE.fullmatch(text)
    return text if plain and text.lower() not in _WORDS_WITH_A_MEANING else quoted(text)


def name(text: str) -> str:
    """Give one name for a field that Jekyll splits at white space: as a list of one where the name has any.

    >>> name("emnews"), name("Federal Reserve新闻")
    ('emnews', '["Federal Reserve新闻"]')
    """
    return f"[{quoted(text)}]" if any(sign.isspace() for sign in text) else scalar(text)


def front_matter(lines: Iterable[tuple[str, str]]) -> str:
    """Give the block with both its `---` lines; the values are YAML already (`quoted`, `scalar`, `name`)."""
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in lines) + "---\n"


def split(text: str) -> Split:
    """Cut a post in two; a single value is a tuple of one, an absent or empty value of a key an empty tuple.

    Line ends are those of the file. A block that is no YAML, like a title with bare quotes inside quotes, is read
    line by line.

    Raises:
        FrontMatterError: there is no block, it is too long, or it has anchors, nesting or lines without a key.
    """
    begin = re.match(r"---[ \t]*\r?\n", text)
    if begin is None:
        raise FrontMatterError("no front matter: the file does not begin with a line of ---")
    end = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.MULTILINE).search(
        text, begin.end(), begin.end() + MAX_FRONT_MATTER_CHARS
    )
    if end is None:
        raise FrontMatterError("the front matter has no end: no second line of ---")
    return Split(_fields(text[begin.end() : end.start()]), text[end.end() :])


def _fields(block: str) -> dict[str, tuple[str, ...]]:
    try:
        _refuse_traps(block)
        read = yaml.load(block, Loader=_LOADER)  # noqa: S506 - a loader of strings alone
    except yaml.YAMLError:
        return _line_by_line(block)
    if not block.strip():
        return {}
    if not isinstance(read, dict):
        raise FrontMatterError("the front matter is no list of keys and values")
    return {str(key): _strings(value) for key, value in read.items()}


def _refuse_traps(block: str) -> None:
    depth = 0
    for event in yaml.parse(block, Loader=_LOADER):
        # An alias without its anchor is an error of YAML, and then just text: names like *ST begin so.
        if isinstance(event, yaml.NodeEvent) and event.anchor and not isinstance(event, yaml.AliasEvent):
            raise FrontMatterError("the front matter has a YAML anchor; write the values out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise FrontMatterError("the front matter is nested too deeply")


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list):
        return tuple(one for one in value if isinstance(one, str) and one)
    return ()


def _line_by_line(block: str) -> dict[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {}
    for line in block.split("\n"):
        match = _LINE.fullmatch(line.rstrip())
        if match is not None:
            fields[match[1]] = _value((match[2] or "").strip())
        elif line.strip() and not line.lstrip().startswith("#"):
            raise FrontMatterError(f"the front matter is no YAML, and this line has no key: {line.strip()[:60]!r}")
    return fields


def _value(text: str) -> tuple[str, ...]:
    try:
        _refuse_traps(text)
        read = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a loader of strings alone
    except yaml.YAMLError:
        is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
        return _strings(text[1:-1] if is_quoted else text)
    return _strings(read) if isinstance(read, str) or text.startswith("[") else (text,)
