"""Bodies that are hostile by what they hold: bombs of markup, lies about media types and charsets, broken JSON.

`CONTENT_CASES` declares them as data; the site serves each at http://HOST/NAME, with its media type. Bodies are made
when they are asked for: some have 50 MB.
"""

# ruff: noqa: E501  # a case is read whole

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from storage.reasons import Reason
from tests.site.answers import Answer, Request, Route, not_found, route
from tests.site.state import SiteState

HOST = "hostile-pages.test"
MADE_AT = "2025-06-11T08:30:00+08:00"
SENTENCE = "The harbour company reported steady figures for the quarter, and its board expects no change."
HAN_SENTENCE = "晨港集团今日公告，新码头投入运行，首批集装箱已经靠泊，全年吞吐量将因此增加三成。"


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile body. `reason` is why it is refused, None where it is right to store it, or to read its items.

    `text` has to stand in what is stored ("" for a case that is refused). `kind` is what it stands for: an article's
    "page", or the list of a source of that kind.
    """

    name: str
    media_type: str
    body: Callable[[], bytes]
    reason: Reason | None
    text: str = ""
    kind: str = "page"
    heavy: bool = False
    """Takes seconds to make or to read."""


def article(body: str = "", *, head: str = "", title: str = "Steady figures at the harbour", end: str = "") -> str:
    """Give a good article's page with something hostile in its head, in front of its body, or behind it."""
    stamp = f'<meta property="article:published_time" content="{MADE_AT}">'
    prose = "".join(f"<p>{number}. {SENTENCE}</p>" for number in range(1, 9))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{stamp}{head}</head><body>'
        f"{body}<article><h1>{title}</h1>{prose}</article>{end}</body></html>"
    )


def han_article(*, head: str = "", inside: str = "", title: str = "晨港集团新码头投入运行") -> str:
    prose = "".join(f"<p>{number}、{HAN_SENTENCE}</p>" for number in range(1, 9))
    return (
        f'<html lang="zh"><head><title>{title}</title>{head}</head><body><div class="article"><h1>{title}</h1>'
        f'<div class="info">2025-06-11 08:30 来源：某某日报</div>{inside}{prose}</div></body></html>'
    )


def _page(name: str, body: Callable[[], str | bytes], reason: Reason | None, *, heavy: bool = False) -> Case:
    def made() -> bytes:
        value = body()
        return value.encode() if isinstance(value, str) else value

    text = "" if reason is not None else SENTENCE
    return Case(name, "text/html; charset=utf-8", made, reason, text, heavy=heavy)


def _noise(size: int) -> bytes:
    return random.Random(11).randbytes(size)


def _json_ld(text: str) -> str:
    return article(head=f'<script type="application/ld+json">{text}</script>')


def _news_json_ld(**values: object) -> str:
    return json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **values})


HEAVY, LARGE, NOT_TEXT = Reason.TOO_HEAVY, Reason.TOO_LARGE, Reason.NOT_TEXT
NO_ARTICLE, BAD_LIST = Reason.NO_ARTICLE, Reason.BAD_LIST

_MARKUP_BOMBS = (
    _page("nested-divs-200000", lambda: "<div>" * 200_000 + SENTENCE + "</div>" * 200_000, HEAVY, heavy=True),
    _page("nested-bold-200000", lambda: article("<b>" * 200_000), HEAVY, heavy=True),
    _page("nested-divs-20000", lambda: article("<div>" * 20_000), HEAVY),
    _page("nested-divs-1000", lambda: article("<div>" * 1_000), None),
    _page("nested-fonts-300", lambda: article("<font>" * 300), None),
    _page("nested-tables-5000", lambda: article("<table><tr><td>" * 5_000), HEAVY),
    _page("nested-lists-20000", lambda: article("<ul><li>" * 20_000), HEAVY),
    _page("nested-svg-50000", lambda: article("<svg><g>" * 25_000), HEAVY),
    _page("nested-mathml-50000", lambda: article("<math><mrow>" * 25_000), HEAVY),
    _page("nested-quotes-200", lambda: article(end="<blockquote>" * 200 + SENTENCE), None),
    _page("links-1000000", lambda: article("".join(f"<a href=/{n}>{n}</a>" for n in range(1_000_000))), LARGE, heavy=True),
    _page("links-300000", lambda: article("".join(f"<a href=/{n}>{n}</a>" for n in range(300_000))), HEAVY, heavy=True),
    _page("links-20000", lambda: article(end="".join(f"<a href=/{n}>{n}</a> " for n in range(20_000))), None, heavy=True),
    _page("links-8-mib", lambda: "<a>" * (8 * 1024 * 1024 // 3 - 1), HEAVY, heavy=True),
    _page("attributes-1000000", lambda: article("<div " + " ".join(f"a{n}" for n in range(1_000_000)) + ">"), HEAVY, heavy=True),
    _page("attributes-100000", lambda: article("<div " + " ".join(f"a{n}=1" for n in range(100_000)) + "></div>"), HEAVY),
    _page("attributes-1000000-spread", lambda: article("".join(f"<i {' '.join(f'a{n}' for n in range(100))}></i>" for _ in range(10_000))), HEAVY, heavy=True),
    _page("attribute-of-5-mb", lambda: article(end=f'<img alt="x" src="data:image/png;base64,{"A" * 5_000_000}">'), None),
    _page("class-of-3-mb", lambda: article(end=f'<div class="{"a b " * 750_000}">x</div>'), None, heavy=True),
    _page("paragraphs-300000", lambda: "<p>words</p>" * 300_000, HEAVY, heavy=True),
    _page("paragraphs-150000-long", lambda: "<p>one line of text, and more words of it</p>" * 150_000, HEAVY, heavy=True),
    _page("paragraphs-8000", lambda: article(end="<p>one more line of the list, which nobody reads</p>" * 8_000), None, heavy=True),
    _page("cells-100000", lambda: article(end="<table>" + "<tr><td>1<td>2<td>3<td>4" * 25_000 + "</table>"), HEAVY, heavy=True),
    _page("cells-10000", lambda: article(end="<table>" + "<tr><td>1<td>2<td>3<td>4" * 2_500 + "</table>"), None),
    _page("table-row-of-30000", lambda: article(end="<table><tr>" + "<td>1" * 30_000 + "</table>"), None),
    _page("iframes-10000", lambda: article("<iframe src=/a></iframe>" * 10_000), None),
    _page("breaks-300000", lambda: article("<br>" * 300_000), HEAVY),
    _page("options-30000", lambda: article("<select>" + "<option>one" * 30_000 + "</select>"), None),
    _page("headings-20000", lambda: article(end="".join(f"<h2>Heading {n}</h2>" for n in range(20_000))), None, heavy=True),
    _page("spans-alternating-40000", lambda: article("<b><i></b></i>" * 10_000), None),
    _page("bare-angles-1000000", lambda: article("< " * 1_000_000), HEAVY),
    _page("bare-ampersands-1000000", lambda: article(end="<p>" + "& " * 1_000_000), HEAVY),
    _page("entities-1000000", lambda: article(end="<p>" + "&amp;" * 1_000_000), HEAVY),
    _page("cdata-100000", lambda: article("<![CDATA[" * 20_000), None),
    _page("comment-of-7-mb", lambda: article("<!--" + "x " * 3_500_000 + "-->"), None),
    _page("comments-30000", lambda: article("<!--x-->" * 30_000), None),
    _page("comment-unclosed", lambda: article() + "<!-- " + "x" * 1_000_000, None),
    _page("comment-unclosed-in-front", lambda: article("<!-- "), NO_ARTICLE),
    _page("script-unclosed", lambda: article(end="<script>" + "var a = '<p>no text</p>';" * 10_000), None),
    _page("script-unclosed-in-front", lambda: article("<script>var a = 1;"), NO_ARTICLE),
    _page("script-of-7-mb", lambda: article("<script>" + "var a=1;" * 900_000 + "</script>"), None),
    _page("styles-30000", lambda: article("<style>a{}</style>" * 15_000), None),
    _page("text-node-of-7-mb", lambda: article(end="<p>" + "words and " * 700_000), HEAVY, heavy=True),
    _page("line-of-50-mb", lambda: b"<html><body><p>" + b"word " * 10_000_000, LARGE, heavy=True),
    _page("letters-of-3-mb", lambda: article(end="<p>" + "a" * 3_000_000), None, heavy=True),
    _page("title-of-1-mb", lambda: article(title="A harbour " * 100_000), None),
    _page("title-of-1-mb-without-spaces", lambda: article(title="港" * 350_000), None),
    _page("title-unclosed", lambda: "<html><head><title>" + article(), None),
    _page("frameset", lambda: "<html><frameset cols=50%,50%>" + "<frame src=a>" * 10_000, NO_ARTICLE),
)  # fmt: skip

_TRAPS_FOR_EXPRESSIONS = (
    _page("half-dates-2-mb", lambda: article(end="<p>" + "2025-06-1 " * 200_000), None),
    _page("half-dates-in-front", lambda: article("<p>" + "2025年6月" * 150_000), None),
    _page("half-clocks-2-mb", lambda: article(end="<p>" + "10:30:3 a.m. " * 150_000), None, heavy=True),
    _page("digits-2-mb", lambda: article(end="<p>" + "1" * 2_000_000), None),
    _page("spaces-2-mb", lambda: article("<p>" + " " * 2_000_000 + "x"), None),
    _page("hard-spaces-2-mb", lambda: article(end="<p>x" + "\xa0" * 1_000_000 + "x"), None),
    _page("line-breaks-2-mb", lambda: article(end="<p>" + "\n" * 2_000_000 + "x"), None),
    _page("line-breaks-in-pre", lambda: article(end="<pre>" + "x\n" * 100_000), None, heavy=True),
    _page("tabs-in-a-title", lambda: article(title="Steady" + "\t " * 500_000 + "figures"), None),
    _page("sources-50000", lambda: article(end="<p>" + "来源：" * 300_000), None),
    _page("bylines-200000", lambda: article("<p>By " + "By " * 200_000), None, heavy=True),
    _page("brackets-1-mb", lambda: article("<p>" + "【" * 350_000), None),
    _page("parentheses-1-mb", lambda: article(end="<p>" + "(" * 1_000_000), None),
    _page("codes-100000", lambda: article(end="<p>" + "贵州茅台(600519) " * 60_000), None, heavy=True),
    _page("at-signs-1-mb", lambda: article(end="<p>" + "a@b." * 250_000), None),
    _page("meta-of-2-mb", lambda: article(head='<meta name="author" content="' + "Ann Lee, " * 220_000 + '">'), None),
    _page("metas-30000", lambda: article(head='<meta property="og:title" content="x">' * 30_000), None),
    _page("meta-date-of-2-mb", lambda: article(head='<meta name="date" content="' + "2025-6-" * 290_000 + '">'), None),
    _page("quotes-in-a-tag", lambda: article("<a " + "'\"" * 500_000 + ">x</a>"), None),
    _page("doctype-of-3-mb", lambda: "<!DOCTYPE html [" + "<!ENTITY a 'b'>" * 60_000 + "]>" + article(), None),
)  # fmt: skip

_LINKED_DATA = (
    _page("json-ld-broken-5-mb", lambda: _json_ld('{"@type":"NewsArticle","headline":"' + "a\\" * 2_500_000), None),
    _page("json-ld-broken-keys", lambda: _json_ld('{"@type":"NewsArticle",' + '"headline": ' * 400_000), None),
    _page("json-ld-broken-authors", lambda: _json_ld('{"@type":"NewsArticle","author":[{' + '"author":{' * 10_000), None),
    _page("json-ld-deep", lambda: _json_ld("[" * 900_000), None),
    _page("json-ld-deep-graph", lambda: _json_ld('{"@graph":[' * 100_000 + "]}" * 100_000), None),
    _page("json-ld-wide-graph", lambda: _json_ld('{"@graph":[' + '{"@type":"Thing"},' * 100_000 + "{}]}"), None),
    _page("json-ld-scripts-10000", lambda: article(head=f'<script type="application/ld+json">{_news_json_ld()}</script>' * 10_000), None),
    _page("json-ld-wrong-types", lambda: _json_ld(_news_json_ld(headline=[{"a": 1}], author=7, datePublished=[None], publisher=[[]])), None),
    _page("json-ld-number-of-10000-digits", lambda: _json_ld('{"@type":"NewsArticle","wordCount":' + "9" * 10_000 + "}"), None),
    _page("json-ld-surrogates", lambda: _json_ld('{"@type":"NewsArticle","headline":"Steady \\ud800\\u0000 figures"}'), None),
)  # fmt: skip

_APP_SHELL = (
    "<html><head><title>Harbour News</title>" + '<script src="/app.js"></script>' * 20
    + '</head><body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>'
    '<script>window.__STATE__={"a":' + "1" * 100_000 + "}</script></body></html>"
)  # fmt: skip

_NO_PAGES = tuple(
    Case(name, media_type, body, reason)
    for name, media_type, body, reason in (
        ("pdf", "application/pdf", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + _noise(200_000), NOT_TEXT),
        ("pdf-as-html", "text/html", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + _noise(200_000), NOT_TEXT),
        ("pdf-behind-blanks", "text/html", lambda: b"\r\n\r\n %PDF-1.4\n" + _noise(200_000), NOT_TEXT),
        ("png-as-html", "text/html", lambda: b"\x89PNG\r\n\x1a\n" + _noise(200_000), NOT_TEXT),
        ("jpeg-as-html", "text/html", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + _noise(200_000), NOT_TEXT),
        ("webp-as-html", "text/html", lambda: b"RIFF\x00\x10\x00\x00WEBPVP8 " + _noise(200_000), NOT_TEXT),
        ("zip-as-html", "text/html", lambda: b"PK\x03\x04\x14\x00" + _noise(200_000), NOT_TEXT),
        ("mp4-as-html", "text/html", lambda: b"\x00\x00\x00\x20ftypisom" + _noise(200_000), NOT_TEXT),
        ("program-as-html", "text/html", lambda: b"\x7fELF\x02\x01\x01\x00" + _noise(200_000), NOT_TEXT),
        ("noise", "text/html", lambda: _noise(500_000), NOT_TEXT),
        ("noise-of-7-mb", "text/html", lambda: _noise(7_000_000), NOT_TEXT),
        ("zeros", "text/html", lambda: bytes(3_000_000), NOT_TEXT),
        ("empty", "text/html", lambda: b"", NOT_TEXT),
        ("blanks", "text/html", lambda: b" \r\n" * 10_000, NOT_TEXT),
        ("gzip-in-gzip", "text/html", lambda: gzip.compress(gzip.compress(article().encode())), NOT_TEXT),
        ("deflated-noise", "text/html", lambda: zlib.compress(_noise(100_000)), NOT_TEXT),
        ("json-as-html", "text/html", lambda: json.dumps({"data": [1, 2, 3] * 50_000}).encode(), NO_ARTICLE),
        ("script-as-html", "text/html", lambda: b"var a = function () { return 1; };\n" * 20, NO_ARTICLE),
        ("app-shell", "text/html", _APP_SHELL.encode, NO_ARTICLE),
        ("app-shell-empty", "text/html", lambda: b"<html><body><div id=app></div><script src=/a.js></script>", NO_ARTICLE),
    )
)  # fmt: skip


def _text(name: str, body: bytes, text: str, media_type: str = "text/html") -> Case:
    return Case(name, media_type, lambda: body, None, text)


_WIDE = han_article(title="港口公告：𠮷野家与㐂寿司进驻", inside="<p>龘䶮堃镕，𡈽地转让完成，合同金额四亿元。</p>")
_TEXTS = (
    _text("nul-raw", article().replace("steady", "ste\x00ady").encode(), SENTENCE),
    _text("nul-reference", article().replace("steady", "ste&#0;ady").encode(), SENTENCE),
    _text("controls", article().replace("steady", "st\x08ea\x1b[2J&#27;dy&#x85;").encode(), "harbour company reported"),
    _text("surrogate-references", article().replace("steady", "steady&#xD800;&#55357;").encode(), "harbour company reported"),
    _text("surrogates-as-bytes", article().encode().replace(b"steady", b"ste\xed\xa0\x80ady"), "harbour company reported"),
    _text("noncharacters", article().replace("steady", "ste\ufffeady\uffff").encode(), SENTENCE),
    _text("bidi", article().replace("steady", "\u202esteady\u202c").encode(), "harbour company reported"),
    _text("utf-7", article().replace("steady", "+AGE-steady").encode(), "+AGE-steady figures", "text/html; charset=utf-7"),
    _text("gbk-undeclared", han_article().encode("gbk"), HAN_SENTENCE),
    _text("gbk-as-utf-8", han_article().encode("gbk"), HAN_SENTENCE, "text/html; charset=utf-8"),
    _text("gb18030-four-bytes", _WIDE.encode("gb18030"), "龘䶮堃镕，𡈽地转让完成", "text/html; charset=gb2312"),
    _text("big5-undeclared", han_article().replace("晨港集团", "晨港集團").replace("码头", "碼頭").replace("运行", "運行")
          .replace("个", "個").encode("big5", "xmlcharrefreplace"), "晨港集團今日公告"),
    _text("utf-16-le-without-mark", han_article().encode("utf-16-le"), HAN_SENTENCE),
    _text("utf-16-be-without-mark", han_article().encode("utf-16-be"), HAN_SENTENCE, "text/html; charset=utf-8"),
    _text("utf-16-with-mark", han_article().encode("utf-16"), HAN_SENTENCE, "text/html; charset=gbk"),
    _text("utf-8-as-latin-1", han_article().encode(), HAN_SENTENCE, "text/html; charset=iso-8859-1"),
    _text("utf-8-as-gbk", han_article(head='<meta charset="gbk">').encode(), HAN_SENTENCE, "text/html; charset=gbk"),
    _text("mixed-encodings", han_article().encode() + "<p>广告</p>".encode("gbk") * 3, HAN_SENTENCE),
)  # fmt: skip


def _list(
    kind: str, name: str, body: Callable[[], str | bytes], reason: Reason | None, text: str = "", *, heavy: bool = False
) -> Case:
    def made() -> bytes:
        value = body()
        return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value

    media_type = {"api": "application/json", "listing": "text/html"}.get(kind, "application/xml")
    return Case(f"{kind}-{name}", media_type, made, reason, text, kind, heavy)


def rss(items: str, *, before: str = '<?xml version="1.0"?>', end: str = "</channel></rss>") -> str:
    return f"{before}<rss version='2.0'><channel><title>Harbour</title>{items}{end}"


GOOD_ITEM = f"<item><title>Good</title><link>https://{HOST}/good.html</link></item>"
GOOD = f"https://{HOST}/good.html"
_LAUGHS = '<!DOCTYPE lolz [<!ENTITY a0 "lol">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
) + "]>"  # fmt: skip
_EXTERNAL = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p; <!ENTITY x SYSTEM "file:///etc/passwd">]>'


def _sitemap(entries: str, *, before: str = "") -> str:
    return f"{before}<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"


_GOOD_ENTRY = f"<url><loc>{GOOD}</loc></url>"

_XML_LISTS = (
    _list("feed", "billion-laughs", lambda: rss(f"<item><title>&a11;</title><link>{GOOD}</link></item>", before=_LAUGHS), None, GOOD),
    _list("feed", "quadratic-entity", lambda: rss(f"<item><title>{'&a;' * 50_000}</title><link>{GOOD}</link></item>", before=f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'), None, GOOD),
    _list("feed", "external-entity", lambda: rss(f"<item><title>&x;</title><link>{GOOD}</link></item>", before=_EXTERNAL), None, GOOD),
    _list("feed", "include", lambda: rss(f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>{GOOD_ITEM}"), None, GOOD),
    _list("feed", "nested-200000", lambda: rss(GOOD_ITEM + "<a>" * 200_000), None, GOOD, heavy=True),
    _list("feed", "elements-2000000", lambda: rss("<a/>" * 2_000_000), HEAVY, heavy=True),
    _list("feed", "items-empty-500000", lambda: rss("<item/>" * 500_000 + GOOD_ITEM), None, heavy=True),
    _list("feed", "items-20000", lambda: rss("".join(f"<item><title>{SENTENCE}</title><link>https://{HOST}/{n}.html</link><guid>{n}</guid><pubDate>Wed, 11 Jun 2025 08:30:00 GMT</pubDate><description>{SENTENCE}</description></item>" for n in range(20_000))), None, f"https://{HOST}/19999.html", heavy=True),
    _list("feed", "attributes-1000000", lambda: rss("<item " + " ".join(f"a{n}='1'" for n in range(600_000)) + f"/>{GOOD_ITEM}"), HEAVY, heavy=True),
    _list("feed", "namespaces-100000", lambda: rss("<item " + " ".join(f"xmlns:a{n}='u:{n}'" for n in range(100_000)) + f"/>{GOOD_ITEM}"), None, GOOD),
    _list("feed", "title-of-5-mb", lambda: rss(f"<item><title>{'harbour ' * 600_000}</title><link>{GOOD}</link></item>"), None, GOOD),
    _list("feed", "cdata-unclosed", lambda: rss(f"{GOOD_ITEM}<item><title><![CDATA[" + "x" * 2_000_000), None, GOOD),
    _list("feed", "ampersands-1000000", lambda: rss(f"<item><title>{'& ' * 1_000_000}</title><link>{GOOD}</link></item>"), None, GOOD),
    _list("feed", "angles-1000000", lambda: rss(f"<item><title>{'< ' * 1_000_000}</title><link>{GOOD}</link></item>"), HEAVY),
    _list("feed", "nul-and-surrogates", lambda: rss(f"<item><title>a\x00b&#0;c&#xD800;d\ud800</title><link>{GOOD}</link></item>"), None, GOOD),
    _list("feed", "pdf", lambda: b"%PDF-1.7\n" + _noise(200_000), BAD_LIST),
    _list("feed", "zeros", lambda: bytes(1_000_000), BAD_LIST),
    _list("feed", "comment-unclosed", lambda: rss(GOOD_ITEM + "<!--" + "x" * 1_000_000, end=""), None, GOOD),
    _list("sitemap", "billion-laughs", lambda: _sitemap(f"<url><loc>&a11;</loc></url>{_GOOD_ENTRY}", before=_LAUGHS), None, GOOD),
    _list("sitemap", "external-entity", lambda: _sitemap(f"<url><loc>&x;</loc></url>{_GOOD_ENTRY}", before=_EXTERNAL), None, GOOD),
    _list("sitemap", "entries-100000", lambda: _sitemap("".join(f"<url><loc>https://{HOST}/{n}</loc></url>" for n in range(100_000))), None, f"https://{HOST}/49999", heavy=True),
    _list("sitemap", "entries-empty-700000", lambda: _sitemap("<url/>" * 700_000), HEAVY, heavy=True),
    _list("sitemap", "lines-500000", lambda: "".join(f"https://{HOST}/{n}\n" for n in range(200_000)), None, f"https://{HOST}/49999", heavy=True),
    _list("sitemap", "gzip-bomb", lambda: gzip.compress(_sitemap("").encode() + b" " * 100_000_000, 1), LARGE, heavy=True),
    _list("listing", "links-1000000", lambda: "<html><body>" + "<a href=a>" * 800_000, HEAVY, heavy=True),
    _list("listing", "links-8-mib", lambda: "<a>" * (8 * 1024 * 1024 // 3 - 1), HEAVY, heavy=True),
    _list("listing", "links-30000", lambda: "<html><body>" + "".join(f'<a href="/2025/0611/{n}.html">{SENTENCE}</a>\n' for n in range(30_000)), None, f"https://{HOST}/2025/0611/1.html", heavy=True),
    _list("listing", "nested-200000", lambda: "<div>" * 200_000 + "<a href='/2025/0611/1.html'>one headline of many</a>", HEAVY, heavy=True),
    _list("listing", "attributes-1000000", lambda: "<a " + " ".join(f"a{n}" for n in range(1_000_000)) + ">", HEAVY, heavy=True),
    _list("listing", "spaces-2-mb", lambda: f"<a href='/{' ' * 2_000_000}/2025/0611/1.html'>one headline of many</a>", BAD_LIST),
)  # fmt: skip


def _api(items: str) -> str:
    return f'{{"items": [{items}]}}'


_GOOD_JSON = f'{{"url": "{GOOD}", "title": "Good"}}'

_JSON_LISTS = (
    _list("api", "nan", lambda: _api(f'{{"url": NaN}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "infinity", lambda: _api(f'{{"url": "/a", "published": -Infinity}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "digits-10000", lambda: _api(f'{{"url": "/a", "published": {"9" * 10_000}}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "digits-5000000", lambda: _api(f'{{"url": "/a", "published": {"9" * 5_000_000}}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "exponent", lambda: _api(f'{{"url": "/a", "published": 1e999999}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "wrong-types", lambda: _api(f'null, true, 7, "x", [], {{}}, {{"url": {{}}}}, {{"url": [1]}}, {{"url": "/a", "title": [1]}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "surrogates", lambda: _api(f'{{"url": "/\\ud800", "title": "\\udfff\\u0000"}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "nul", lambda: _api(f'{{"url": "/a\\u0000b", "title": "a\\u0000b"}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "deep", lambda: "[" * 1_000_000, HEAVY),
    _list("api", "deep-300000", lambda: "[" * 300_000, BAD_LIST),
    _list("api", "deep-item", lambda: _api(_GOOD_JSON + ', {"url": ' + "[" * 100_000 + "]" * 100_000 + "}"), BAD_LIST),
    _list("api", "endless", lambda: _api(",".join(f'{{"url":"https://{HOST}/{n}"}}' for n in range(150_000))), None, f"https://{HOST}/49999", heavy=True),
    _list("api", "empty-objects-2000000", lambda: _api("{}," * 2_000_000 + _GOOD_JSON), HEAVY, heavy=True),
    _list("api", "zeros-4000000", lambda: _api("0," * 4_000_000 + _GOOD_JSON), HEAVY, heavy=True),
    _list("api", "text-of-5-mb", lambda: _api(f'{{"url": "/a", "title": "{"x" * 5_000_000}"}}, {_GOOD_JSON}'), None, GOOD),
    _list("api", "cut", lambda: _api(_GOOD_JSON)[:-4], BAD_LIST),
    _list("api", "html", article, BAD_LIST),
    _list("api", "backslashes", lambda: '{"items": ["' + "\\" * 2_000_000, BAD_LIST),
    _list("api", "gbk", lambda: _api(f'{{"url": "{GOOD}", "title": "{HAN_SENTENCE}"}}').encode("gbk"), None, HAN_SENTENCE),
    _list("api", "utf-16", lambda: _api(f'{{"url": "{GOOD}", "title": "{HAN_SENTENCE}"}}').encode("utf-16-le"), None, HAN_SENTENCE),
)  # fmt: skip

CONTENT_CASES: tuple[Case, ...] = (
    *_MARKUP_BOMBS, *_TRAPS_FOR_EXPRESSIONS, *_LINKED_DATA, *_NO_PAGES, *_TEXTS, *_XML_LISTS, *_JSON_LISTS,
)  # fmt: skip

_BY_NAME = {case.name: case for case in CONTENT_CASES}


def _answer(request: Request, _state: SiteState) -> Answer:
    case = _BY_NAME.get(request.path.strip("/"))
    if case is None:
        return not_found()
    return Answer(200, (("Content-Type", case.media_type),), case.body())


def routes() -> list[Route]:
    return [route(HOST, r"/[a-z0-9-]+", _answer)]
