"""Is it an article? Pages that stand where one should be: captchas, error pages with status 200, app shells."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extraction import Refused
from pipelines.markup import text_of
from storage.reasons import Reason

_CAPTCHA = re.compile(
    r"验证码|访问验证|安全验证|人机验证|滑动验证|按住滑块|访问过于频繁|aliyun_?(?:waf|captcha)|captcha-delivery|px-captcha|"
    r"cf-challenge|challenge-platform|Just a moment\.\.\.|Attention Required! \| Cloudflare|unusual traffic|"
    r"verify (?:that )?you are (?:a )?human|Are you a robot",
    re.IGNORECASE,
)
_ERROR_TITLE = re.compile(
    r"^\s*(?:404|403|500|502|503)\b|not found|page (?:does not|doesn.t) exist|页面不存在|找不到|页面没有找到|出错了|"
    r"系统繁忙|服务器错误|内容不存在|已被删除|access denied|forbidden|service unavailable",
    re.IGNORECASE,
)
_GONE = re.compile(r"404|not found|不存在|找不到|没有找到|已被?删除", re.IGNORECASE)
_SHORT = 400
"""Characters below which a page is looked at for being a wall: an article about captchas is longer."""


_TOO_SHORT = 40
"""Characters below which a text without a time is no article but what is left of a page: "Home"."""
_HEADLINE = 12
"""Characters from which a link is a headline rather than a name in a sentence."""
_MOST_HEADLINES = 3
_MOST_LINKED = 0.35
"""Of the text, what headlines that lead elsewhere may be: more is a list of articles."""

_SILENT = {"script", "style", "noscript", "template"}


def refusal_of(root: HtmlElement) -> Refused | None:
    """Give why a page is no article, None where nothing speaks against it."""
    title = next((text_of(one) for one in root.iter("title")), "")
    text = _first_words(root)
    if len(text) < _SHORT and (wall := _CAPTCHA.search(f"{title} {text} {_markers(root)}")):
        return Refused(Reason.CAPTCHA, f"the site asks for a verification ({wall[0]!r}) instead of showing the page")
    if len(text) < _SHORT and _ERROR_TITLE.search(title):
        reason = Reason.GONE if _GONE.search(title) else Reason.NO_ARTICLE
        return Refused(reason, f"an error page with status 200: {title[:80]!r}")
    if not text and _is_app_shell(root):
        return Refused(Reason.NO_ARTICLE, "an app shell: scripts, and no text without them")
    return None


def _is_app_shell(root: HtmlElement) -> bool:
    scripts = list(root.iter("script"))
    return bool(scripts) and not any("articleBody" in (script.text or "") for script in scripts)


def refusal_of_text(text: str, body: HtmlElement | None, *, is_dated: bool) -> Refused | None:
    """Give why what was read from a page is no article: home pages and lists of articles have texts, too.

    `is_dated`: something tells when it appeared. `body` is where the text stands, None where the page's metadata,
    or the list that led to it, tell its time: then it is an article, whatever it links to.
    """
    if len(text) < _TOO_SHORT and not is_dated:
        return Refused(Reason.NO_ARTICLE, f"a page with {len(text)} characters of text and no time of publication")
    if body is None:
        return None
    lines = set(text.splitlines())
    headlines = {words for link in body.iter("a") if len(words := text_of(link)) >= _HEADLINE and words in lines}
    if len(headlines) > _MOST_HEADLINES and sum(map(len, headlines)) > _MOST_LINKED * len(text):
        return Refused(Reason.NO_ARTICLE, f"a list of {len(headlines)} linked headlines, no article")
    return None


def _markers(root: HtmlElement) -> str:
    """Give ids, classes and script sources of a small page: walls draw themselves by scripts."""
    found = root.xpath("//@id | //@class | //script/@src | //script/text()")
    return " ".join(str(value)[:500] for value in found[:200])


def _first_words(root: HtmlElement) -> str:
    """Give the page's visible text, as far as it takes to see that it is no short one."""
    pieces: list[str] = []
    size = 0
    for element in next(root.iter("body"), root).iter(etree.Element):
        for piece in ((element.text if element.tag not in _SILENT else None), element.tail):
            if piece and not piece.isspace():
                pieces.append(piece.strip())
                size += len(pieces[-1])
        if size > _SHORT:
            break
    return " ".join(pieces)
