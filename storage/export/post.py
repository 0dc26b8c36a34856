"""One post of the Jekyll site: an article as a post's text, and a post's text as a `Post`. Pure.

Writing and reading are inverse on all that a post shows. What the original site's form cannot say (a name that
breaks a link, a day in another zone) stands in further fields of the front matter, `publisher`, `category_name`
and `timezone`, which other posts do not have.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from storage.errors import ExportError
from storage.export.front_matter import front_matter, name, quoted, split
from storage.export.inert import is_inert
from storage.export.post_date import DEFAULT_ZONE, date_text, in_zone, read_date
from storage.lookup import Article
from storage.types import Precision

IDEOGRAPHIC_SPACE = "\u3000"
TAG_SUFFIX = "新闻"
SECTION_NAMES = {"emnews": "东财滚动新闻"}
"""Sections of the original site whose own name ends as a publisher's tag does."""

_INFO_CODE = re.compile(r"NW[0-9]{15,24}")
_NUMBER = re.compile(r"[A-Z]{2,3}[0-9]{10,24}")
_DIGITS = re.compile(r"[0-9]{15,24}")
_OWN_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_NO_NAME = re.compile(r"[^a-z0-9]+")
_MAX_HOST_CHARS = 40
_HASH_CHARS = 16
_SAFE_SLUG = re.compile(r"[a-z0-9_-]{1,100}")
_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""Names that Windows gives to no file, whatever follows the dot."""
_MAX_SLUG_BYTES = 60

_WAY_BACK = re.compile(r"\[返回((?:[^\[\]\\\n]|\\.)*)\]\(([^\n]*)\)｜\[返回首页\]\([^\n]*\)")
_CATEGORY_PAGE = re.compile(r"/category/([^/?#]+)\.html\Z")
_LINK = re.compile(r"<([^<>\s]*)>")
_MAX_TAIL_CHARS = 8 * 1024
_NAME_DAY = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?-?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How links are written.

    `site_url` is put before every link into the site ("": links from the site's root). `share_base` is put before
    the infoCode of an article that has one; None: every article links to the address it was found under.

    Raises:
        ExportError: one of them cannot stand in a link.
    """

    site_url: str = ""
    share_base: str | None = None

    def __post_init__(self) -> None:
        for option, value in (("site-url", self.site_url), ("share-base", self.share_base or "")):
            if re.search(r"[\s<>()\[\]]", value):
                raise ExportError(f"--{option} {value!r} has white space or brackets, which end a link; encode them")


@dataclass(frozen=True, slots=True)
class Post:
    """What a post shows. "" and None: the post does not say it.

    `name` is the file's name without folder and ending. `body` is the article's HTML, unchanged; `published_at` is
    UTC; `published_as_printed` is the front matter's `date`, also where it is none. `own_id` is the article's id in
    the file's name: an infoCode, or the id that its source gave it.
    """

    name: str
    title: str
    published_at: datetime | None
    published_precision: Precision | None
    published_as_printed: str
    timezone: str
    category_slug: str
    category_name: str
    publisher: str
    share_url: str
    own_id: str
    body: str


def post_text(article: Article, options: SiteOptions) -> str:
    """Give the text of an article's post: front matter, body, share link, way back; no newline at the end."""
    label = _label(article)
    lines = [("layout", "post"), ("title", quoted(article.title))]
    if article.published_at is not None:
        date = date_text(article.published_at, article.timezone, article.published_precision)
        lines.append(("date", date))
    tag = _tag(article)
    lines += [("categories", name(article.category_slug)), ("tags", name(tag))]
    lines += _further_lines(article, tag, label)
    body = _body(article)
    if any(sign in f"{article.title}{body}{label}" for sign in ("{{", "{%")):
        lines.append(("render_with_liquid", "false"))  # the site's own configuration may not say so
    home = options.site_url.rstrip("/")
    way_back = f"[返回{label}]({home}{category_path(article.category_slug)})｜[返回首页]({home}/)"
    return f"{front_matter(lines)}{body}\n\n<{share_url(article, options)}>\n\n{way_back}"


def read_post(text: str, file_name: str) -> Post:
    """Read a post; `text` is the whole file, decoded.

    The share link and the way back are looked for at the end, so a body may hold anything. Line ends of a file
    that has Windows' in its first line become Unix'; otherwise the body is unchanged.

    Raises:
        FrontMatterError: the file has no front matter that can be read.
    """
    text = text.removeprefix("\ufeff")
    if re.match(r"---[ \t]*\r\n", text):
        text = text.replace("\r\n", "\n")
    cut = split(text)
    body, link, label, page = _tail(cut.rest)
    fields = {key: values[0] if values else "" for key, values in cut.fields.items()}
    slug = fields.get("categories") or fields.get("category") or page
    tag = fields.get("tags") or fields.get("tag") or ""
    publisher, category = _names(tag, label, slug)
    date = read_date(fields.get("date", ""), zone=fields.get("timezone", ""))
    stem = re.sub(r"\.(?:md|markdown)\Z", "", file_name)
    return Post(
        name=stem,
        title=fields.get("title", ""),
        published_at=date.moment if date else None,
        published_precision=date.precision if date else None,
        published_as_printed=fields.get("date", ""),
        timezone=date.zone if date else fields.get("timezone", ""),
        category_slug=slug,
        category_name=fields.get("category_name", category),
        publisher=fields.get("publisher", publisher),
        share_url=link,
        own_id=_own_id(stem, link),
        body=body,
    )


def post_name(article: Article, published_at: datetime | None, zone: str) -> str:
    """Give the file name of an article's post as published then: distinct for each article, at most 120 bytes.

    The day is that of the article's own zone; for an unknown time the day on which we saw it first.
    """
    day = in_zone(published_at or article.first_seen_at, zone).date().isoformat()
    return f"{day}-{_id_in_name(article)}.md"


def share_url(article: Article, options: SiteOptions) -> str:
    """Give the article's link as its post shows it; signs that would end the link are percent-encoded."""
    number = article.external_id or ""
    if options.share_base is not None and _INFO_CODE.fullmatch(number):
        return options.share_base + number
    return re.sub(r"[\s<>]", lambda match: quote(match[0]), article.url)


def category_path(slug: str) -> str:
    """Give the address of a category's page from the site's root.

    >>> category_path("pengpaixinwen"), category_path("../a b")
    ('/category/pengpaixinwen.html', '/category/..%2Fa%20b.html')
    """
    return f"/category/{quote(slug, safe='')}.html"


def category_file(slug: str) -> str:
    """Give the file name of a category's page: the slug, made safe and distinct also where case does not count."""
    if _SAFE_SLUG.fullmatch(slug) and not _DEVICE.fullmatch(slug):
        return f"{slug}.html"
    return f"{_ascii_name(slug)[:_MAX_SLUG_BYTES]}-{_digest(slug)}.html"


def _tag(article: Article) -> str:
    return article.publisher + TAG_SUFFIX if article.publisher else article.category_name


def _label(article: Article) -> str:
    is_own = article.publisher and article.category_name == article.publisher
    text = article.publisher + TAG_SUFFIX if is_own else article.category_name
    one_line = "".join(" " if sign.isspace() or not sign.isprintable() else sign for sign in text)
    return re.sub(r"[\[\]\\]", lambda match: f"\\{match[0]}", one_line)


def _further_lines(article: Article, tag: str, label: str) -> list[tuple[str, str]]:
    """Give the fields without which the post would be read as something else."""
    publisher, category = _names(tag, _unescaped(label), article.category_slug)
    lines = []
    if publisher != article.publisher:
        lines.append(("publisher", quoted(article.publisher)))
    if category != article.category_name:
        lines.append(("category_name", quoted(article.category_name)))
    is_day = article.published_at is not None and article.published_precision is Precision.DAY
    if is_day and article.timezone != DEFAULT_ZONE:
        lines.append(("timezone", quoted(article.timezone or "UTC")))
    return lines


def _names(tag: str, label: str, slug: str) -> tuple[str, str]:
    """Give publisher and category name by a post's tag and way back: equal ones name a publisher's own category."""
    if tag and label and tag != label:
        return tag.removesuffix(TAG_SUFFIX), label
    shown = label or tag
    own = shown.removesuffix(TAG_SUFFIX)
    is_section = SECTION_NAMES.get(slug) == shown or own in {"", shown}
    return ("", shown) if is_section else (own, own)


def _body(article: Article) -> str:
    source = article.source_html if is_inert(article.source_html) else ""
    body = _without_ideographic_spaces(source) or _without_ideographic_spaces(article.html)
    if body:
        return body
    lines = (_without_ideographic_spaces(line).strip() for line in article.text.split("\n"))
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)


def _without_ideographic_spaces(text: str) -> str:
    return text.replace(IDEOGRAPHIC_SPACE, "")


def _tail(rest: str) -> tuple[str, str, str, str]:
    """Cut what follows the front matter into body, share link, label of the way back, and its category's slug."""
    kept = rest.rstrip()
    before, last = _last_line(kept)
    way_back = _WAY_BACK.fullmatch(last)
    if way_back is None:
        link = _LINK.fullmatch(last)
        is_link = link is not None and re.match(r"https?://", link[1]) is not None and before.endswith("\n\n")
        return (before.removesuffix("\n\n"), link[1], "", "") if link and is_link else (rest, "", "", "")
    label, page = _unescaped(way_back[1]), _CATEGORY_PAGE.search(way_back[2])
    slug = page[1] if page else ""
    above, last = _last_line(before.rstrip("\n"))
    link = _LINK.fullmatch(last)
    if link is None:
        return _without_gap(before), "", label, slug
    return _without_gap(above), link[1], label, slug


def _last_line(text: str) -> tuple[str, str]:
    begin = text.rfind("\n", -_MAX_TAIL_CHARS) + 1
    return text[:begin], text[begin:] if len(text) - begin < _MAX_TAIL_CHARS else ""


def _without_gap(text: str) -> str:
    return text[:-2] if text.endswith("\n\n") else text.removesuffix("\n")


def _unescaped(label: str) -> str:
    return re.sub(r"\\(.)", r"\1", label)


def _id_in_name(article: Article) -> str:
    number = article.external_id or ""
    if _NUMBER.fullmatch(number) and article.identity in {f"eastmoney:{number}", f"eastmoney:{number[2:]}"}:
        return number
    own = number if _OWN_ID.fullmatch(number) else ""
    return "-".join(part for part in (_host(article.url), own, _digest(article.identity)) if part)


def _own_id(stem: str, link: str) -> str:
    """Read the id back that `_id_in_name` wrote; the original site wrote an infoCode's digits alone, too."""
    match = _NAME_DAY.fullmatch(stem)
    written = match[1] if match else stem
    if _NUMBER.fullmatch(written):
        return written
    if _DIGITS.fullmatch(written):
        return f"NW{written}"
    own = written.removeprefix(f"{_host(link)}-") if link else ""
    digest = re.search(rf"-[0-9a-f]{{{_HASH_CHARS}}}\Z", own)
    return own[: digest.start()] if digest and own != written else ""


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return _ascii_name(host.removeprefix("www."))[:_MAX_HOST_CHARS].strip("-") or "article"


def _ascii_name(text: str) -> str:
    return _NO_NAME.sub("-", text.casefold()).strip("-")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_CHARS]
