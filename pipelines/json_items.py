"""JSON of other people's APIs, read by declaration: which path holds the title, the time, the text.

Used by the list readers for the items of a list and by the steps for the answer of a detail API.
What a site's API is called and how it pages does not live here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import fields as fields_of
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator

from pipelines.charset import decode
from pipelines.mentions import stock_list_mentions
from pipelines.page import Hints
from storage.reasons import Reason
from storage.types import Media, Mention

MAX_TEXT_CHARS = 2_000_000
"""Longer values than any article's: a list with one is hostile, the item is refused."""
MAX_CONTAINERS = 400_000
MAX_VALUES_IN_ALL = 2_000_000
"""An answer of 8 MiB with 50,000 items has fewer; each costs memory many times its length."""
MAX_DIGITS = 400
MAX_VALUES = 500
"""Pictures, authors, stocks: what one item may list of each."""

MAX_TAIL_CHARS = 1_000
MAX_SAID_CHARS = 120

_HEAD = re.compile(r"\s*(?:/\*[^*]{0,200}\*/\s*)?(?:try\s*\{\s*)?(?:(?:var|let|const)\s+)?[\w$.]{1,200}\s*[=(]\s*")
_TAIL = re.compile(
    r"[\s;)}\]]{0,20}(?:catch\s*\(\s*\w{0,40}\s*\)\s*\{\s*\}\s*;?)?\s*(?:(?:var\s+)?[\w$.]{1,200}\s*=\s*;?)?\s*"
)
_BLOCKED = re.compile(r"验证|captcha|aliyun_waf|punish|access denied|unusual traffic", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{([^{}?]{1,100})(\??)\}")
_TITLE_MARKUP = re.compile(r"</?(?:em|b|strong|span|font|i)(?:\s[^<>]{0,200})?>", re.IGNORECASE)


class JsonRefused(ValueError):
    """A body that is not the JSON it should be; `reason` is blocked, gone or bad-list."""

    def __init__(self, reason: Reason, text: str) -> None:
        self.reason = reason
        super().__init__(text)


class WrongType(ValueError):
    """A value of one item that is not of the type its field needs; the text names the key and both types."""


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Paths = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
"""Where a value stands, alternatives in order, the first that is not empty counts. Each is a dotted path
("data.title", "tags[].name"), a template ("https://www.cls.cn/detail/{id}"; "{more?}" may be empty),
or a constant ("=财联社")."""

Scalar = str | int | bool


class Frozen(BaseModel):
    """A declaration: read once, never changed, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Condition(Frozen):
    """A value that an answer or an item must, or must not, have."""

    path: str
    equals: tuple[Scalar, ...]

    @field_validator("equals", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return value if isinstance(value, list | tuple) else (value,)

    def holds(self, obj: object) -> bool:
        """Tell whether the value at `path` is one of `equals`; "1" and 1 are equal, so are "" and null."""
        value = at(obj, self.path)
        return _plain("" if value is None else value) in {_plain(one) for one in self.equals}


class Envelope(Frozen):
    """How an API says that all is well, and where in its answer the content stands ("" for the whole)."""

    root: str = ""
    ok: Condition | None = None
    gone: Condition | None = None
    blocked: Condition | None = None
    message: Paths = ("message", "msg", "me", "error")


class ItemFields(Frozen):
    """Where the values of `Hints`, the address and its aliases stand in one JSON object."""

    url: Paths = ()
    aliases: Paths = ()
    external_id: Paths = ()
    title: Paths = ()
    summary: Paths = ()
    html: Paths = ()
    text: Paths = ()
    publisher: Paths = ()
    authors: Paths = ()
    published: Paths = ()
    modified: Paths = ()
    images: Paths = ()
    mentions: Paths = ()
    """Codes of securities: "1.600519", "sz002594", or objects with the code and the name."""
    partial: Paths = ()
    """The item is partial where one of these is true, 1 or "1"."""


class DetailFields(Frozen):
    """How the answer of a detail API is read."""

    answer: Envelope = Envelope()
    item: ItemFields = ItemFields()


@dataclass(frozen=True, slots=True)
class Item:
    """One JSON object, read: `url` as it stands there, perhaps relative, None where there is none."""

    url: str | None
    aliases: tuple[str, ...]
    hints: Hints


def load_json(body: bytes) -> object:
    """Give the value of a JSON body, whatever a site wraps it in.

    Understood are the charsets of pages (`pipelines.charset`); JSONP (`cb({...})`),
    `try{cb(...)}catch(e){};`, `var ajaxResult={...};` before or after the value. Nothing is
    repaired: a value that is cut is refused.

    Raises:
        JsonRefused: no JSON (blocked for a captcha page, else bad-list), cut, too deep, or too heavy.

    >>> load_json(b'var ajaxResult={"rc":1};')
    {'rc': 1}
    """
    text = decode(body).strip()
    if not text:
        raise JsonRefused(Reason.BAD_LIST, "an empty body where JSON should be")
    if text.startswith("<"):
        raise _html_refused(text)
    if (containers := text.count("{") + text.count("[")) > MAX_CONTAINERS or text.count(",") > MAX_VALUES_IN_ALL:
        raise JsonRefused(Reason.TOO_HEAVY, f"JSON of {containers} objects and lists, more than any list has")
    head = None if text[0] in '{["' else _HEAD.match(text)
    start = head.end() if head else 0
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise JsonRefused(Reason.BAD_LIST, "JSON nested too deeply to read") from error
    except ValueError as error:
        if _BLOCKED.search(text[:20_000]) and "{" not in text[:1]:
            raise JsonRefused(Reason.CAPTCHA, "a captcha or a refusal where JSON should be") from error
        raise JsonRefused(
            Reason.BAD_LIST, f"no whole JSON: {_short(str(error))} (of {len(text)} characters)"
        ) from error
    rest = text[end:]
    if len(rest) > MAX_TAIL_CHARS or not _TAIL.fullmatch(rest):
        raise JsonRefused(Reason.BAD_LIST, f"something else follows the JSON: {_short(rest)!r}")
    result: object = value
    return result


def open_envelope(answer: object, envelope: Envelope) -> object:
    """Give the content of an API's answer, or say why there is none.

    Raises:
        JsonRefused: gone, blocked, or (bad-list) an answer that says it failed or lacks its content.
    """
    for condition, reason in ((envelope.gone, Reason.GONE), (envelope.blocked, Reason.BLOCKED)):
        if condition is not None and condition.holds(answer):
            raise JsonRefused(reason, _said(answer, envelope, condition))
    if envelope.ok is not None and not envelope.ok.holds(answer):
        raise JsonRefused(Reason.BAD_LIST, _said(answer, envelope, envelope.ok))
    content = at(answer, envelope.root)
    if content is None:
        raise JsonRefused(Reason.BAD_LIST, f"the answer has no {envelope.root or 'content'!r}")
    return content


def read_item(obj: object, fields: ItemFields) -> Item:
    """Read one object by the declaration; empty and missing values are None, as in `Hints`.

    Raises:
        WrongType: the object is none, or a declared value has a type that cannot be what it should be.
    """
    if not isinstance(obj, dict):
        raise WrongType(f"an item is {_kind(obj)}, not an object")
    return Item(
        url=_address(obj, fields.url, "url"),
        aliases=tuple(_many(obj, fields.aliases, "aliases")),
        hints=Hints(
            external_id=_text(obj, fields.external_id, "external_id", numbers=True),
            title=_title(obj, fields.title),
            summary=_text(obj, fields.summary, "summary"),
            html=_text(obj, fields.html, "html"),
            text=_text(obj, fields.text, "text"),
            publisher=_text(obj, fields.publisher, "publisher"),
            authors=tuple(_many(obj, fields.authors, "authors")),
            published=_text(obj, fields.published, "published", numbers=True),
            modified=_text(obj, fields.modified, "modified", numbers=True),
            images=tuple(_images(obj, fields.images)),
            mentions=_mentions(obj, fields.mentions),
            partial=any(_plain(at(obj, path)) in {"true", "1"} for path in fields.partial),
        ),
    )


def read_detail(body: bytes, declared: DetailFields) -> Hints:
    """Give what a detail API's answer says of an article.

    Raises:
        JsonRefused: no JSON, gone, blocked, an answer that failed.
        WrongType: a declared value has a type that cannot be what it should be.
    """
    return read_item(open_envelope(load_json(body), declared.answer), declared.item).hints


def merged(detail: Hints, listed: Hints) -> Hints:
    """Give what the detail says, completed with what the list said; partial where either says so."""
    values = {field.name: getattr(detail, field.name) or getattr(listed, field.name) for field in fields_of(Hints)}
    return Hints(**values)


def at(obj: object, path: str) -> object:
    """Give the value at a dotted path, None where a step is missing; "[]" goes through a list's items.

    >>> at({"tags": [{"name": "a"}, {"name": "b"}]}, "tags[].name")
    ['a', 'b']
    """
    if not path:
        return obj
    step, _, rest = path.partition(".")
    through_list = step.endswith("[]")
    name = step.removesuffix("[]")
    if name:
        obj = obj.get(name) if isinstance(obj, dict) else None
    if not through_list:
        return at(obj, rest)
    return [at(one, rest) for one in obj[:MAX_VALUES]] if isinstance(obj, list) else obj


def clean_text(value: str) -> str:
    """Give the text without what no database and no XML takes: NUL and halves of surrogate pairs."""
    if not value.isascii():
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\x00", "").strip()


def _integer(digits: str) -> int | float:
    """Give a number as it is, or as infinite where it has more digits than any that means something."""
    return int(digits) if len(digits) <= MAX_DIGITS else math.inf


# NaN and endless numbers cost the value that they are, and not the list they stand in.
_DECODER = json.JSONDecoder(parse_int=_integer)


def _html_refused(text: str) -> JsonRefused:
    if _BLOCKED.search(text[:20_000]):
        return JsonRefused(Reason.CAPTCHA, "a captcha or verification page where JSON should be")
    return JsonRefused(Reason.BAD_LIST, f"an HTML page where JSON should be: {_short(text)!r}")


def _said(answer: object, envelope: Envelope, condition: Condition) -> str:
    said = next((str(value) for path in envelope.message if (value := at(answer, path))), "")
    value = at(answer, condition.path)
    return f"the API answered {condition.path} = {_short(repr(value))}" + (f": {_short(said)}" if said else "")


def _values(obj: dict[str, object], paths: Paths) -> Iterator[tuple[str, object]]:
    for path in paths:
        if path.startswith("="):
            yield path, path[1:]
        elif "{" in path:
            yield path, _filled(obj, path)
        else:
            yield path, at(obj, path)


def _filled(obj: dict[str, object], template: str) -> str | None:
    parts: list[str] = []
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        value = at(obj, match[1])
        text = _one_text(value, match[1], numbers=True)
        if text is None and not match[2]:
            return None
        parts += [template[end : match.start()], text or ""]
        end = match.end()
    return "".join([*parts, template[end:]]) or None


def _one_text(value: object, key: str, *, numbers: bool = False) -> str | None:
    if value is None or value is False:
        return None
    if isinstance(value, str):
        if len(value) > MAX_TEXT_CHARS:
            raise WrongType(f"{key} is {len(value)} characters long, more than {MAX_TEXT_CHARS}")
        return clean_text(value) or None
    if numbers and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value) or abs(value) >= 10**24:
            raise WrongType(f"{key} is {_short(str(value))}, not a number that means something")
        return str(int(value)) if value == int(value) else str(value)
    raise WrongType(f"{key} is {_kind(value)}, not {'a text or a number' if numbers else 'a text'}")


def _text(obj: dict[str, object], paths: Paths, field: str, *, numbers: bool = False) -> str | None:
    for path, value in _values(obj, paths):
        text = _one_text(value, path if "{" not in path else field, numbers=numbers)
        if text is not None:
            return text
    return None


def _address(obj: dict[str, object], paths: Paths, field: str) -> str | None:
    return _text(obj, paths, field)


def _title(obj: dict[str, object], paths: Paths) -> str | None:
    title = _text(obj, paths, "title")
    return _TITLE_MARKUP.sub("", title).strip() or None if title else None


def _many(obj: dict[str, object], paths: Paths, field: str) -> Iterator[str]:
    seen: set[str] = set()
    for path, value in _values(obj, paths):
        for one in value[:MAX_VALUES] if isinstance(value, list) else (value,):
            text = _one_text(one, path if "{" not in path else field)
            if text is not None and text not in seen:
                seen.add(text)
                yield text


def _images(obj: dict[str, object], paths: Paths) -> Iterator[Media]:
    for path, value in _values(obj, paths):
        for one in value[:MAX_VALUES] if isinstance(value, list) else (value,):
            url, width, height, alt = one, None, None, None
            if isinstance(one, dict):
                url = next((one[key] for key in ("url", "uri", "src") if one.get(key)), None)
                width, height, alt = one.get("width"), one.get("height"), one.get("alt")
            text = _one_text(url, path)
            if text is not None:
                yield Media(text, alt if isinstance(alt, str) else "", _pixels(width), _pixels(height))


def _pixels(value: object) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) and int(text) > 0 else None


def _mentions(obj: dict[str, object], paths: Paths) -> tuple[Mention, ...]:
    found: list[object] = []
    for path, value in _values(obj, paths):
        if value is None or value == "":
            continue
        values = value.split(",") if isinstance(value, str) else value
        if not isinstance(values, list):
            raise WrongType(f"{path} is {_kind(value)}, not a list")
        found += values[:MAX_VALUES]
    return tuple(stock_list_mentions(found)) if found else ()


def _plain(value: object) -> str:
    return str(value).strip().lower()


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "true or false", str: "a text", int: "a number", float: "a number"}
    return names.get(type(value), "a list" if isinstance(value, list) else "an object")


def _short(text: str) -> str:
    text = " ".join(clean_text(text[:400]).split())
    return text if len(text) <= MAX_SAID_CHARS else text[: MAX_SAID_CHARS - 1] + "…"
