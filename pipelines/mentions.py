"""The securities that an article names: from a publisher's markup and lists, and inferred from the text.

Boards (sectors, "90.BK0493") are mentions with market BOARD, so that no query for stocks meets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml.html import HtmlElement

from pipelines.furniture import without_stock_images
from pipelines.markup import classes_of, parse_fragment, text_of
from storage.types import Mention

PUBLISHER = "publisher"
INFERRED = "inferred"
MAX_MENTIONS = 500
"""More than any article names; a page with more is hostile or a table of the whole market."""
MAX_NAME_CHARS = 20
MAX_INFERRED_CHARS = 1_000_000

MARKETS = {
    # Eastmoney's market numbers. Seen in its lists and markup: 0, 1, 90, 106, 116, 133, 150; the others are in
    # general use for its quote pages.
    "0": "SZ",  # Beijing's codes, too
    "1": "SH",
    "90": "BOARD",
    "100": "INDEX",
    "105": "US",
    "106": "US",
    "107": "US",
    "116": "HK",
    "133": "FX",
    "150": "FUND",
}
EXCHANGES = {
    "AMEX": "US",
    "BJ": "BJ",
    "BSE": "BJ",
    "HK": "HK",
    "HKEX": "HK",
    "NASDAQ": "US",
    "NYSE": "US",
    "NYSE AMERICAN": "US",
    "NYSE ARCA": "US",
    "NYSEAMERICAN": "US",
    "NYSEARCA": "US",
    "SEHK": "HK",
    "SH": "SH",
    "SS": "SH",
    "SSE": "SH",
    "SZ": "SZ",
    "SZSE": "SZ",
    "US": "US",
    "XHKG": "HK",
    "XNAS": "US",
    "XNYS": "US",
    "XSHE": "SZ",
    "XSHG": "SH",
}

_SIX_DIGITS = frozenset({"SH", "SZ", "BJ", "FUND"})
_DATA_CODE = re.compile(r"(?:K\s)?([A-Za-z0-9._-]{1,20})(?:[,|]([A-Za-z0-9._-]{0,20}))?(?:[,|]\w{0,10}){0,3}\|?")
_SPAN_ID = re.compile(r"(?:stock|bk|fund|hk|us|index)_([0-9]{1,3})\.([A-Za-z0-9._]{1,15})")
_SYMBOL = re.compile(r"[A-Z0-9](?:[A-Z0-9._]{0,14}[A-Z0-9])?")
_PREFIXED = re.compile(r"(sh|sz|bj|hk|us|gb_)[._]?([A-Za-z0-9.]{1,12})", re.IGNORECASE)

_MAINLAND = (
    "(?:60[0135][0-9]{3}|68[89][0-9]{3}|900[0-9]{3}"  # Shanghai: main board, STAR, B shares
    "|00[0-3][0-9]{3}|30[0-2][0-9]{3}|20[0-9]{4}"  # Shenzhen: main board, ChiNext, B shares
    "|(?:83|87|88|92|43)[0-9]{4})"  # Beijing
)
_US = r"[A-Z]{1,5}(?:[.\-][A-Z]{1,2})?"
_OPEN, _CLOSE = "[（(]", "[）)]"
_RUN_BEFORE = re.compile(r"([\u3400-\u9fffA-Za-z0-9*＊·\-]+)\s?$")
_MAX_RUN_CHARS = 25
_BRACKETED = re.compile(rf"{_OPEN}(?P<inside>[^（）()\n]{{2,60}}){_CLOSE}")
_STOCK_LABEL = re.compile(r"(?:股票|证券|A股|H股|港股|美股)?代码\s?[：:]\s?")
_INSIDE_SPLIT = re.compile(r"\s?[、，,;；/／|｜]\s?|\s")
_PLAIN_CODE = re.compile(rf"{_MAINLAND}")
_WITH_SUFFIX = re.compile(
    r"(?<![A-Za-z0-9_.])(?:(?P<six>[0-9]{6})\.(?P<cn>SH|SS|SZ|BJ|XSHG|XSHE|sh|ss|sz|bj)|(?P<hk>[0-9]{1,5})\.HK|(?P<us>[A-Z]{1,5}(?:\.[A-Z])?)\.US)"
    r"(?![A-Za-z0-9_]|\.[A-Za-z])"
)
_WITH_PREFIX = re.compile(
    r"(?<![A-Za-z0-9_.])(?:(?P<cn>SH|SZ|BJ|SSE|SZSE|sh|sz|bj)\s?[：:]?\s?(?P<six>[0-9]{6})"
    r"|(?:HKEX|SEHK|HKG|HK)\s?[：:]\s?(?P<hk>[0-9]{1,5})"
    rf"|(?:NASDAQ|Nasdaq|NYSE American|NYSEAMERICAN|NYSE Arca|NYSEARCA|NYSE|AMEX|纳斯达克|纽交所)"
    rf"\s?[：:]\s?(?P<us>{_US}))"
    r"(?![A-Za-z0-9_])"
)
_CASHTAG = re.compile(r"(?<![A-Za-z0-9_$.])\$(?P<us>[A-Z]{1,5}(?:\.[A-Z])?)(?![A-Za-z0-9_$]|\.[A-Za-z0-9])")
_NO_CASHTAG = frozenset({"AUD", "B", "BN", "CAD", "HKD", "K", "M", "MM", "NZD", "SGD", "TWD", "US", "USD"})
"""$B and the like are amounts and currencies in headlines."""
_WALL_STREET = re.compile(r"(?P<us>[A-Z]{1,5})\.(?:OQ|O|N|A)")
_LEAD = re.compile(
    r".*(?:上市公司|子公司|个股|以及|其中|减持|包括|卖出|买入|公告|关注|增持|宣布|截至|持有|推荐|收购|旗下|昨日|显示|消息|看好|股东|"
    r"表示|今日|还有|龙头)|.{2,}(?:及|和|与)(?=.{3,8}$)"
)
"""Words before a name that are none of it."""
_HAN_NAME = re.compile(r"[\u3400-\u9fffA-Za-z0-9*＊·\-]{0,7}[\u3400-\u9fffA-Z]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def markup_mentions(root_or_fragment: HtmlElement | str) -> tuple[Mention, ...]:
    """Give the securities that a publisher marked up in a body: `data-code`, or span#stock_<market>.<code>.

    Read are "1,600160", "106,NIO", "NIO|106|7" and "002353" (its market from the code's own range). Not counted
    are links inside p.em_media, which belong to the publisher's name, and the chart between EM_StockImg
    comments: it is drawn for the list's stock, and the text names that one where the article is about it.
    A given tree is not changed.
    """
    if isinstance(root_or_fragment, str):
        root = parse_fragment(without_stock_images(root_or_fragment))
    else:
        root = root_or_fragment
    found: list[Mention] = []
    for element in root.xpath(".//*[@data-code] | .//span[@id]"):
        mention = _marked(element)
        if mention is not None and not _is_outside_text(element):
            found.append(mention)
    return merge_mentions(found)


def stock_list_mentions(values: Sequence[object]) -> tuple[Mention, ...]:
    """Give the securities of a list's field: "90.BK0428", "106.NIO", or objects with StockID ("sz002594") and name.

    What is none of these is left out.

    >>> stock_list_mentions(["116.00700", {"StockID": "sz002594", "name": "某股"}])[1].symbol
    '002594'
    """
    return merge_mentions(mention for value in values[:MAX_MENTIONS] if (mention := _listed(value)) is not None)


def inferred_mentions(text: str) -> tuple[Mention, ...]:
    """Give the securities whose codes stand in a text, in its order.

    Read are 某股(600519), （600519）, 600519.SH, SH600519, 430047.BJ, 00700.HK, $AAPL, NASDAQ:AAPL, NYSE: BRK.B,
    AAPL.US.
    A bare number is never one. The name is the Han name right before the bracket, where it has at most 8 characters.
    """
    text = text[:MAX_INFERRED_CHARS]
    found: list[tuple[int, str, str, str]] = []
    for match in _BRACKETED.finditer(text):
        name = _name_before(text, match.start())
        found += [(match.start("inside"), *code, name) for code in _codes_inside(match["inside"])]
    for pattern in (_WITH_SUFFIX, _WITH_PREFIX, _CASHTAG):
        found += [(match.start(), *read, "") for match in pattern.finditer(text) if (read := _code(match))]
    found.sort(key=lambda one: one[0])
    return merge_mentions(Mention(symbol, market, name, INFERRED) for _, symbol, market, name in found)


def merge_mentions(*groups: Iterable[Mention]) -> tuple[Mention, ...]:
    """Give each security once, in the order of its first appearance; a publisher's mention wins, a name is kept."""
    kept: dict[tuple[str, str], Mention] = {}
    for mention in (one for group in groups for one in group):
        key = (mention.symbol, mention.market)
        known = kept.get(key)
        if known is None and len(kept) < MAX_MENTIONS:
            kept[key] = mention
        elif known is not None:
            kept[key] = _better(known, mention)
    return tuple(kept.values())


def market_of_code(code: str) -> str:
    """Give the exchange whose range a code of the mainland or of Hong Kong is in, "" where it is in none.

    >>> market_of_code("002353"), market_of_code("430047"), market_of_code("00700"), market_of_code("123456")
    ('SZ', 'BJ', 'HK', '')
    """
    if not code.isascii() or not code.isdecimal():
        return ""
    if len(code) == 5:  # noqa: PLR2004 - Hong Kong's codes have five digits
        return "HK"
    if not _PLAIN_CODE.fullmatch(code):
        return ""
    if code.startswith(("43", "83", "87", "88", "92")):
        return "BJ"
    return "SH" if code[0] in "69" else "SZ"


def _better(known: Mention, other: Mention) -> Mention:
    origin = PUBLISHER if PUBLISHER in {known.origin, other.origin} else known.origin
    first, second = (known, other) if known.origin == origin else (other, known)
    return Mention(known.symbol, known.market, first.name or second.name, origin)


def _marked(element: HtmlElement) -> Mention | None:
    name = text_of(element)
    name = name if len(name) <= MAX_NAME_CHARS else ""
    code = element.get("data-code")
    if code is not None:
        match = _DATA_CODE.fullmatch(code.strip())
        return _eastmoney(match[1], match[2] or "", name) if match else None
    match = _SPAN_ID.fullmatch(element.get("id") or "")
    return _eastmoney(match[2], match[1], name) if match else None


def _is_outside_text(element: HtmlElement) -> bool:
    """Tell whether a marked element is a chart, its link, or stands in the publisher's line."""
    if element.tag == "img" or "EmImageRemark" in classes_of(element) or next(element.iter("img"), None) is not None:
        return True
    return any("em_media" in classes_of(ancestor) for ancestor in element.iterancestors())


def _eastmoney(one: str, other: str, name: str) -> Mention | None:
    """Read a code and a market number in either order; a code alone tells its own market."""
    if other in MARKETS and (one not in MARKETS or not other.isdecimal()):
        code, market = one, other
    elif one in MARKETS and other:
        code, market = other, one
    elif not other:
        code, market = one, ""
    else:
        code, market = (other, one) if one.isdecimal() and len(one) <= 3 else (one, other)  # noqa: PLR2004
    return _mention(code, _market(market, code.upper()), name)


def _market(number: str, code: str) -> str:
    if number == "0" and market_of_code(code) == "BJ":
        return "BJ"
    if number:
        return MARKETS.get(number, "")
    return "BOARD" if re.fullmatch(r"BK[0-9]{4}", code) else market_of_code(code)


def _mention(code: str, market: str, name: str) -> Mention | None:
    symbol = code.upper()
    if market == "US":
        symbol = symbol.replace("_", ".").replace("-", ".")  # Eastmoney writes BRK_B
    if market == "HK" and symbol.isdecimal():
        symbol = symbol.zfill(5)
    if market in _SIX_DIGITS and not re.fullmatch("[0-9]{6}", symbol):
        return None
    return Mention(symbol, market, name, PUBLISHER) if _SYMBOL.fullmatch(symbol) else None


def _listed(value: object) -> Mention | None:
    if isinstance(value, dict):
        code = next((one for key in ("StockID", "stock_code", "code") if isinstance(one := value.get(key), str)), "")
        name = next((one for key in ("name", "short_name") if isinstance(one := value.get(key), str)), "")
        return _listed_code(code, name.strip()[:MAX_NAME_CHARS])
    return _listed_code(value, "") if isinstance(value, str) else None


def _listed_code(code: str, name: str) -> Mention | None:
    code = code.strip()
    number, dot, rest = code.partition(".")
    if dot and number in MARKETS:
        return _mention(rest, _market(number, rest.upper()), name)
    if match := _PREFIXED.fullmatch(code):
        prefix = match[1].upper().replace("GB_", "US")
        return _mention(match[2], EXCHANGES[prefix], name)
    if match := _WITH_SUFFIX.fullmatch(code):
        symbol, market = _code(match) or ("", "")
        return _mention(symbol, market, name)
    market = market_of_code(code)
    return _mention(code, market, name) if market else None


def _codes_inside(inside: str) -> Iterator[tuple[str, str]]:
    """Read what stands in a bracket when all of it is codes: "600519", "600519，SH", "AAPL.O", "股票代码：600519"."""
    inside = _STOCK_LABEL.sub("", inside.strip())
    parts = [part for part in _INSIDE_SPLIT.split(inside) if part]
    for position, part in enumerate(parts):
        exchange = EXCHANGES.get(parts[position + 1].upper(), "") if position + 1 < len(parts) else ""
        if _PLAIN_CODE.fullmatch(part) and (exchange or _stands_alone(part, parts)):
            yield part, exchange or market_of_code(part)
        else:
            forms = (_WITH_SUFFIX, _WITH_PREFIX, _WALL_STREET)
            yield from (code for form in forms if (match := form.fullmatch(part)) and (code := _code(match)))
    whole = _WITH_PREFIX.fullmatch(inside)
    if whole is not None and (code := _code(whole)):
        yield code


def _stands_alone(code: str, parts: list[str]) -> bool:
    """Tell whether a bare code in a bracket is one: no month (200812), no postcode (430000)."""
    if not all(_PLAIN_CODE.fullmatch(part) for part in parts):
        return False
    is_month = code.startswith("20") and "01" <= code[4:] <= "12"
    return not is_month and not code.endswith("0000") and not code.startswith("43") and code != "300000"


def _code(match: re.Match[str]) -> tuple[str, str] | None:
    groups = match.groupdict()
    if six := groups.get("six"):
        return six, EXCHANGES[groups["cn"].upper()]
    if hong_kong := groups.get("hk"):
        return hong_kong.zfill(5), "HK"
    symbol = groups.get("us") or ""
    if match.re is _CASHTAG and symbol in _NO_CASHTAG:
        return None
    return (symbol.replace("-", "."), "US") if symbol else None


def _name_before(text: str, bracket: int) -> str:
    """Give the Han name right before a bracket, "" where it cannot be told from a sentence."""
    match = _RUN_BEFORE.search(text[max(0, bracket - _MAX_RUN_CHARS) : bracket])
    run = _LEAD.sub("", match[1]) if match else ""
    return run if _HAN_NAME.fullmatch(run) and _HAN.search(run) else ""
