"""Pages that say with status 200 that there is no page, that it is gone, or that the server has trouble."""

# ruff: noqa: E501 - rules and pages are read whole

from __future__ import annotations

import re

from pipelines.screens.findings import Finding, Sign, said, seen, weigh
from pipelines.screens.signs import Signs
from pipelines.screens.walls import has_own_headline, path_of
from storage.reasons import Reason

_SHORT = 300
_LONG = 700
_MIDDLE = 1_200

_THING = r"(?:网?页面?|页|文章|内容|新闻|信息|资讯|稿件|链接|地址|資料|網頁|頁面|文件)"
_LOST = r"(?:不存在|找不到|未找到|没有找到|沒有找到|无法找到|不见了|走丢了|丢失|已失效|已过期|已下线|已下架|已?被?删除|已?被?移除|已?被刪除|無法顯示)"
_GONE_NAME = re.compile(
    rf"^\W*(?:(?:HTTP |Error |错误\s?)?404(?:\W.{{0,40}})?|.{{0,8}}{_THING}.{{0,6}}{_LOST}.{{0,8}}|(?:抱歉|对不起|很遗憾|哎呀|Sorry|Oops)?[^\w]{{0,3}}.{{0,12}}{_LOST}.{{0,8}}|"
    r"(?:\w{1,10} )?(?:page|article|story|content|file|post) (?:not found|(?:does not|doesn['’]t) exist|(?:is )?(?:no longer|not) available|unavailable|missing|removed|deleted)|"
    r"not found|(?:nothing|no page) (?:was )?found(?: here)?)\W*$",
    re.IGNORECASE,
)
_GONE_SAID = re.compile(
    rf"(?:您|你)(?:要|所|正在|想要?)?(?:访问|浏览|查找|请求|查看|寻找|瀏覽|訪問)的[^。]{{0,12}}{_LOST}|(?:该|此|本|這篇|这篇){_THING}[^。]{{0,8}}{_LOST}|{_THING}(?:可能)?{_LOST}[^。]{{0,4}}(?:或|，|,|。)|"
    r"(?:page|article|story|content)[^.]{0,20} you(?:['’]re| are|['’]ve| have)? ?(?:were )?(?:looking for|requested|trying to (?:reach|access|view)|tried to (?:reach|access|open))[^.]{0,40}(?:not|n['’]t|no longer|moved|removed|deleted|expired)|"
    r"(?:we|could|can)(?:['’]re sorry,)?[^.]{0,30}(?:could not|couldn['’]t|cannot|can['’]t|unable to) find (?:the|that|this|what)[^.]{0,20}|"
    r"(?:this|the) (?:page|article|story|content)[^.]{0,20}(?:does not|doesn['’]t|no longer) exists?|"
    r"(?:this|the) (?:article|story|content|page) (?:has been|was) (?:removed|deleted|taken down)|requested (?:url|page) was not found",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"返回(?:网站)?首页|回到首页|秒(?:钟)?后[^。]{0,8}(?:跳转|返回|自动)|(?:go|back|return) (?:back )?to (?:the |our )?home ?page|try (?:a )?search",
    re.IGNORECASE,
)
_LOST_URL = re.compile(r"/(?:404|error|notfound|not-found|page-not-found)(?:[/._?-]|$)", re.IGNORECASE)

_BLOCKED_NAME = re.compile(r"^\W*(?:403\b.{0,40}|access (?:to this \w+ (?:has been|is) )?denied.{0,20}|forbidden|禁止访问|拒绝访问|访问被拒绝?|访问被阻断)\W*$", re.IGNORECASE)  # fmt: skip
_ERROR_NAME = re.compile(
    r"^\W*(?:(?:HTTP |Error )?(?:500|502|503|504)\b.{0,40}|(?:internal )?server error|service (?:temporarily )?unavailable|bad gateway|gateway time-?out|"
    r"(?:系统|服务器?)(?:繁忙|错误|维护(?:中)?|异常|开小差了?)|出错了|网站维护中?|(?:we['’]ll be|be) right back|(?:site|scheduled|under) maintenance|something went wrong|database error|error)\W*$",
    re.IGNORECASE,
)
_ERROR_SAID = re.compile(
    r"(?:系统|服务器?|网络)(?:繁忙|错误|异常|开小差)[^。]{0,12}(?:稍后|重试|再试)|(?:try again|come back) (?:later|soon|in a (?:few )?(?:minute|moment)s?)|permission to access|temporarily unable to service|请稍后(?:再试|重试)",
    re.IGNORECASE,
)
_NEEDS_SCRIPTS = re.compile(
    r"(?:enable|turn on|requires?|without) javascript|javascript (?:is |must be )?(?:required|disabled|enabled)|(?:启用|开启|打开|支持|禁用了?)\s?(?:您的)?\s?javascript",
    re.IGNORECASE,
)
_MOST_HOME_SEGMENTS = 1
_HOME_NAMES = re.compile(r"/(?:index|default|home)(?:\.\w{2,5})?/?|/")


def soft_404(signs: Signs, asked_url: str = "") -> Finding:
    """Weigh whether a page says that there is none; `asked_url` is what was asked, before redirects."""
    return weigh(Reason.SOFT_404, "a page that says with status 200 that there is none", [
        _called(signs, _GONE_NAME), said(0.4, "says", _GONE_SAID, _shown(signs)),
        said(0.1, "leads away", _BACK, f"{signs.prose[:_MIDDLE]} {signs.refresh}"),
        seen(0.1, "sends its reader elsewhere", when=bool(signs.refresh)),
        said(0.4, "address", _LOST_URL, path_of(signs.url)),
        seen(0.8, f"a redirect to {path_of(signs.url)}", when=_is_sent_home(signs.url, asked_url)),
        *_against(signs, is_sent_home=_is_sent_home(signs.url, asked_url)),
    ])  # fmt: skip


def error_page(signs: Signs) -> Finding:
    """Weigh whether a page tells of the server's trouble, or that it does not let us in."""
    blocked = _called(signs, _BLOCKED_NAME)
    reason = Reason.BLOCKED if blocked else Reason.NO_ARTICLE
    return weigh(reason, "an error page with status 200", [
        blocked or _called(signs, _ERROR_NAME), said(0.4, "says", _ERROR_SAID, signs.prose[:_MIDDLE]),
        *_against(signs),
    ])  # fmt: skip


def app_shell(signs: Signs) -> Finding:
    """Weigh whether a page is empty until its scripts have run."""
    return weigh(Reason.NO_ARTICLE, "an app shell, empty until its scripts have run", [
        seen(0.4, "no prose", when=not signs.prose), said(0.3, "says", _NEEDS_SCRIPTS, signs.markers),
        seen(-0.4, "linked data", when=bool(signs.types)),
    ])  # fmt: skip


def _called(signs: Signs, rule: re.Pattern[str]) -> Sign | None:
    return next((sign for name in signs.names if (sign := said(0.6, "called", rule, name))), None)


def _shown(signs: Signs) -> str:
    return " ".join((*signs.names, signs.prose[:_MIDDLE]))


def _against(signs: Signs, *, is_sent_home: bool = False) -> list[Sign | None]:
    size = len(signs.prose)
    if is_sent_home:
        return []
    is_own = has_own_headline(signs) and not _is_any_name(signs.headings[0])
    return [
        seen(0.1, f"{size} characters of prose", when=size < _SHORT),
        seen(-0.3, f"{size} characters of prose", when=_LONG < size <= _MIDDLE),
        seen(-0.9, f"{size} characters of prose", when=size > _MIDDLE),
        seen(-0.4, "marked up as an article", when=signs.is_marked_article),
        seen(-0.2, "dated", when=signs.is_dated),
        seen(-0.2, "a headline of its own", when=is_own),
    ]


def _is_any_name(heading: str) -> bool:
    return any(rule.search(heading) for rule in (_GONE_NAME, _BLOCKED_NAME, _ERROR_NAME))


def _is_sent_home(url: str, asked_url: str) -> bool:
    """Tell whether a deep address was answered by the site's home page."""
    if not asked_url or asked_url == url:
        return False
    asked = [part for part in path_of(asked_url).split("/") if part]
    return _HOME_NAMES.fullmatch(path_of(url)) is not None and (
        len(asked) > _MOST_HOME_SEGMENTS or any(map(str.isdigit, "".join(asked)))
    )
