"""What was learned of one host's pages, as a value that crosses to the workers and is kept as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

HIT = "hit"
"""What became of a template on a page that it served; any other text says why it did not."""

_MARKS = re.compile(r"[\W_]+")
_LONGEST_RULES = 200_000


@dataclass(frozen=True, slots=True)
class Template:
    """Where things stand on a host's pages, as XPaths of ours; "" where nothing stable was found.

    `is_sure`: the body found by it agreed with the slow path on every page it was learned from, so that it may
    replace it; else it only corrects. `drop` are elements below the body that are never text. `boilerplate` are
    lines (`line_key`) that stand at the top or the end of many pages. `least_share` is how small a part of a page's
    prose the body was, at least.
    """

    host: str
    version: int
    is_sure: bool = False
    body: str = ""
    drop: tuple[str, ...] = ()
    title: str = ""
    time: str = ""
    authors: str = ""
    boilerplate: tuple[str, ...] = ()
    least_share: float = 0.0


def to_json(template: Template) -> str:
    """Give the rules as the archive keeps them; host and version stand beside them."""
    said = {name: value for name, value in asdict(template).items() if name not in {"host", "version"}}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def from_json(text: str, *, host: str, version: int) -> Template:
    """Read rules back that `to_json` wrote.

    Raises:
        ValueError: the text is none of ours.
    """
    if len(text) > _LONGEST_RULES:
        raise ValueError(f"the template of {host} has {len(text)} characters of rules; learn it again")
    said = json.loads(text)
    known = {one.name for one in fields(Template)}
    if not isinstance(said, dict) or not said.keys() <= known:
        raise ValueError(f"the template of {host} has rules of another version; learn it again")
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return Template(host=host, version=version, **values)


def line_key(line: str) -> str:
    """Give a line as it is compared with others: letters and digits alone."""
    return _MARKS.sub("", line)
