"""Addresses: one normal form, and the identity of an article behind its many addresses."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

MAX_URL_CHARS = 4096

_TRACKING = re.compile(
    r"(?:utm_\w+|spm|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|yclid|_hsenc|_hsmi)(?:=.*)?"
    # What WeChat adds to a page that was shared; any other "from" may choose the page.
    r"|from=(?:timeline|singlemessage|groupmessage)|isappinstalled=[01]",
    re.IGNORECASE,
)
"""Parameters that only say where a reader came from; the names are those of the analytics' own documentation."""

_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\x9f\s\ud800-\udfff]")
_HOST = re.compile(r"(?!.{254})[\w-]{1,63}(?:\.[\w-]{1,63})*|(?=.*:)[0-9a-f:.]+", re.ASCII)
_ROUTE = ("!", "/")
"""A fragment that begins so chooses the page in a script: without it two articles would be one."""
_DIGITS = r"(?P<digits>(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{7,12})"
_NEWS_CODE = re.compile(rf"(?:NW)?{_DIGITS}", re.IGNORECASE | re.ASCII)
_OTHER_CODE = re.compile(r"(?P<prefix>AN|AP|CFH)(?P<number>\d{10,24})", re.IGNORECASE | re.ASCII)
_NEWS_PATH = re.compile(
    rf"(?:/a|/news|/info/detail|/kuaixun/v2/api/article)?/(?:\d{{1,6}},)?{_DIGITS}(?:\.html)?", re.IGNORECASE
)
_PLAIN_NEWS = re.compile(
    rf"https?://(?!caifuhao)(?:[a-z]+\.)?eastmoney\.com/(?:a/|news/\d{{1,6}},)?{_DIGITS}\.html", re.ASCII
)
"""The spelling of nearly all links in Eastmoney's lists: read at a tenth of the time that taking it apart needs."""
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_OTHER_PATH = re.compile(r"/(?:[^/]+/)*(?P<code>A[NP]\d{10,24})(?:\.html)?", re.IGNORECASE)
_SHARED_PATHS = ("/newsshare.html", "/getnewstext.do")
"""Eastmoney's pages that stand on other hosts, too; elsewhere a number without its letters is the site's own."""
_CFH_PATH = re.compile(r"/news/(?P<number>\d{15,24})(?:\.html)?")
_CLS_SHARE = re.compile(r"/(?:share/article|detail)/(?P<id>\d+)")


class BadUrl(ValueError):  # ValueError is what callers of URL functions expect
    """An address that is no http(s) URL, or a code that is no infoCode; the text names it."""


def canonical_url(url: str) -> str:
    """Give the normal form of an http(s) URL: the same page, the same text, idempotent.

    Host in lower case and Punycode, default port, fragment and tracking parameters off, percent-encoding in one
    form, parameters in order. A fragment that chooses the page ("#!...", "#/...") stays. All addresses of one
    Eastmoney article become that of its page.

    Raises:
        BadUrl: no http(s) URL with a host, one with a user name, with white space or control characters in it,
            or longer than MAX_URL_CHARS.

    >>> canonical_url("http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode=NW202203152309565655")
    'https://finance.eastmoney.com/a/202203152309565655.html'
    >>> canonical_url("HTTPS://Example.org:443/a/../b?utm_source=x&id=7#top")
    'https://example.org/b?id=7'
    """
    parts = _split(url)
    return _page_of(parts) or parts.geturl()


def external_id(url_or_code: str) -> str | None:
    """Give the infoCode of an Eastmoney address or code: NW..., AN..., AP... or CFH...; None for anything else.

    NW and the digits are news in any of its addresses, AN announcements, AP reports, CFH posts of caifuhao users:
    the same digits under another prefix are another article.

    >>> external_id("http://finance.eastmoney.com/news/1345,202205302396671645.html")
    'NW202205302396671645'
    >>> external_id("https://caifuhao.eastmoney.com/news/20260702101113747001360")
    'CFH20260702101113747001360'
    """
    text = url_or_code.strip()
    if news := _PLAIN_NEWS.fullmatch(text):
        return f"NW{news['digits']}"
    if "://" not in text:
        return _code(text)
    try:
        return _external_id_of(_split(text))
    except BadUrl:
        return None


def infocode(text: str) -> str:
    """Give the infoCode that a person typed, in its normal form.

    Raises:
        BadUrl: it is none.
    """
    found = _code(text.strip())
    if found is None:
        raise BadUrl(f"{text.strip()[:100]!r} is no infoCode (NW and 15 to 20 digits that begin with a day)")
    return found


def host_of(url: str) -> str:
    """Give an address's host in lower case, "" where it has none that can be read.

    >>> host_of("https://Finance.Example.com:8080/a"), host_of("https://[broken/")
    ('finance.example.com', '')
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def identity(url: str, number: str | None = None) -> str:
    """Give what makes two links the same article: Eastmoney's number, else the address without its scheme.

    `number` is the source's own id; it counts only where it is an infoCode with its letters.

    Raises:
        BadUrl: no number, and the address is no http(s) URL.

    >>> identity("https://wap.eastmoney.com/a/202205302396671645.html")
    'eastmoney:202205302396671645'
    >>> identity("http://www.example.org/a?b=1"), identity("https://example.org/a?b=1#c")
    ('url:example.org/a?b=1', 'url:example.org/a?b=1')
    """
    code = _code(number) if number is not None and number[:1].isalpha() else None
    if code is None and (news := _PLAIN_NEWS.fullmatch(url)):
        return f"eastmoney:{news['digits']}"
    if code is None and "://" not in url:
        code = _code(url.strip())
    if code is None:
        parts = _split(url)
        code = _external_id_of(parts)
    if code is not None:
        return f"eastmoney:{code.removeprefix('NW')}"
    address = (_page_of(parts) or parts.geturl()).split("://", 1)[1]
    bare = address.removeprefix("www.")
    # "www.com" is a site, not the "www." of "com".
    return "url:" + (bare if "." in bare.partition("/")[0] else address)


def digits_day(number: str) -> date | None:
    """Give the day that an Eastmoney number begins with; None where it begins with none.

    >>> digits_day("NW202205262391921712")
    datetime.date(2022, 5, 26)
    """
    match = _NEWS_CODE.fullmatch(number)
    if match is None:
        return None
    digits = match["digits"]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _page_of(parts: SplitResult) -> str | None:
    number = _external_id_of(parts)
    if number is not None and number.startswith("NW"):
        return f"https://finance.eastmoney.com/a/{number.removeprefix('NW')}.html"
    if number is not None and number.startswith("CFH"):
        return f"https://caifuhao.eastmoney.com/news/{number.removeprefix('CFH')}"
    if _is_under(parts.hostname or "", "cls.cn") and (share := _CLS_SHARE.fullmatch(parts.path)):
        return f"https://www.cls.cn/detail/{share['id']}"
    return None


def _split(url: str) -> SplitResult:
    """Take a URL apart once it has its normal form, so that no spelling of it hides a number."""
    normal = _normal(_web_address(url.strip()))
    if len(normal) > MAX_URL_CHARS:  # percent-encoding made it longer
        raise BadUrl(f"an address of {len(normal)} characters is refused: {normal[:100]!r}...")
    return urlsplit(normal)


def _web_address(url: str) -> SplitResult:
    if len(url) > MAX_URL_CHARS:
        raise BadUrl(f"an address of {len(url)} characters is refused: {url[:100]!r}...")
    if _NOT_IN_A_URL.search(url):
        raise BadUrl(f"{url!r:.200} has white space or control characters in it")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise BadUrl(f"{url!r:.200} is no URL: {error}") from error
    if not usable:
        raise BadUrl(f"{url!r:.200} is no http(s) address")
    if parts.username is not None or parts.password is not None:
        # A name and a password would be sent to the host, and stored in the archive.
        raise BadUrl(f"an address with a user name in it is refused: {parts.hostname}")
    return parts


def _external_id_of(parts: SplitResult) -> str | None:
    host, path = parts.hostname or "", parts.path.lower()
    is_eastmoney = _is_under(host, "eastmoney.com")
    is_theirs = is_eastmoney or path.endswith(_SHARED_PATHS)
    names = {"infocode"} | ({"id"} if path.endswith("/getnewstext.do") else set())
    if is_eastmoney:
        names |= {"art_code"} | ({"newsid"} if path.endswith("/getnews") else set())
    for name, value in parse_qsl(parts.query, max_num_fields=100) if parts.query.count("&") < 100 else ():  # noqa: PLR2004
        told = name.lower() in names and (is_theirs or value[:1].isalpha())
        if told and (code := _code(value.strip())) is not None:
            return code
    if not is_eastmoney:
        return None
    if host == "caifuhao.eastmoney.com":
        post = _CFH_PATH.fullmatch(parts.path)
        return f"CFH{post['number']}" if post else None
    if news := _NEWS_PATH.fullmatch(parts.path):
        return f"NW{news['digits']}"
    other = _OTHER_PATH.fullmatch(parts.path)
    return _code(other["code"]) if other else None


def _is_under(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")


def _code(text: str) -> str | None:
    if news := _NEWS_CODE.fullmatch(text):
        return f"NW{news['digits']}"
    other = _OTHER_CODE.fullmatch(text)
    return f"{other['prefix'].upper()}{other['number']}" if other else None


def _normal(parts: SplitResult) -> str:
    host = _host(parts.hostname or "")
    port = parts.port if parts.port not in {None, {"http": 80, "https": 443}[parts.scheme]} else None
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    fragment = parts.fragment if parts.fragment.startswith(_ROUTE) else ""
    address = urlunsplit((parts.scheme, netloc, parts.path, parts.query, fragment))
    # w3lib leaves a "%" that encodes nothing, and would join it with what it decodes behind it: "%%32f".
    address = _STRAY_PERCENT.sub("%25", address)
    plain = urlsplit(canonicalize_url(address, keep_fragments=bool(fragment)))
    # Only now, in their decoded forms: "%2e%2e" is "..", "utm%5Fsource" is "utm_source".
    query = "&".join(pair for pair in plain.query.split("&") if not _TRACKING.fullmatch(pair))
    return urlunsplit((plain.scheme, plain.netloc, _without_dots(plain.path) or "/", query, plain.fragment))


def _host(name: str) -> str:
    try:
        host = (name if name.isascii() else name.encode("idna").decode("ascii")).lower().removesuffix(".")
    except UnicodeError as error:
        raise BadUrl(f"{name!r:.100} is no host name: {error}") from error
    if not _HOST.fullmatch(host):
        # A backslash, a percent sign and the like: what is before them is not the host that is connected to.
        raise BadUrl(f"{name!r:.100} is no host name")
    return host


def _without_dots(path: str) -> str:
    """Resolve "." and ".." segments (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return "/".join(kept)
