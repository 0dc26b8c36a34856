"""Walls: pages that ask for something (a proof to be human, consent, a login) where an article should be.

An article about walls is an article: what counts is the site's own voice ("we use cookies", 请完成验证), not the subject.
"""

# ruff: noqa: E501 - rules and pages are read whole

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipelines.screens.findings import Finding, Sign, said, seen, weigh
from pipelines.screens.signs import Signs
from storage.reasons import Reason

_SHORT = 400
_MIDDLE = 1_200

_CAPTCHA_NAME = re.compile(
    r"^(?:Just a moment\.*|Attention Required!.{0,40}|(?:访问|安全|人机|滑动|身份|智能)验证(?:码|中心|页面?)?|验证码|"
    r"访问过于频繁.{0,20}|Access to this page has been denied.{0,10}|Pardon Our Interruption\W*|Robot or human\W*|"
    r"Are you (?:a )?(?:robot|human)\W*|(?:Security|Human|Bot|Browser) (?:check|verification)\W*|"
    r"Verif(?:y|ying) (?:that )?you are (?:a )?human.{0,20}|Please verify.{0,30}|DDoS[- ]Guard|Checking your browser.{0,30}|"
    r"Unusual traffic(?: detected)?|Captcha)$",
    re.IGNORECASE,
)
_CAPTCHA_ASKED = (
    re.compile(r"(?:请|需要?)(?:您|你)?(?:先|在下方|在下面)?(?:完成|进行|通过|输入|点击)[^。！？]{0,12}(?:验证码|验证|滑块)|请输入(?:图中|右侧|下图)?[^。]{0,6}验证码"),
    re.compile(r"(?:按住|拖动|向右滑动|拖拽)[^。]{0,8}滑块|拖动[^。]{0,10}(?:到最右|完成拼图)|向右滑动[^。]{0,6}验证"),
    re.compile(r"(?:您|你)(?:的)?(?:访问|操作|请求)(?:过于|太)频繁|检测到[^。]{0,12}(?:异常流量|异常访问|访问异常|网络环境存在异常)|(?:您|你)的[^。]{0,8}(?:环境|网络|访问)(?:存在)?异常"),
    re.compile(r"unusual (?:traffic|activity) from your|(?:your|this) (?:network|computer|ip)[^.]{0,40}(?:unusual|automated) (?:traffic|queries|requests)", re.IGNORECASE),
    re.compile(r"(?:verify|confirm|prove|show) (?:that |us )?you(?: are|['’]re) (?:not a (?:ro)?bot|(?:a )?human)", re.IGNORECASE),
    re.compile(r"(?:complete|solve) the (?:captcha|security check|challenge|puzzle)|press (?:and|&) hold|are you a robot\?", re.IGNORECASE),
    re.compile(r"checking (?:if the site connection is secure|your browser before)|needs to review the security of your connection|enable javascript and cookies to continue", re.IGNORECASE),
)  # fmt: skip
_CAPTCHA_MARKS = re.compile(
    r"captcha-delivery|px-captcha|cf-challenge|cf-chl|cf_chl|challenge-platform/h/|challenges\.cloudflare\.com|"
    r"aliyun_?(?:waf|captcha)|x5secdata|/punish\?|_Incapsula_Resource|sec-cpt|bm-verify|akam/\d+/pixel|geetest|"
    r"nc_\d_wrapper|g-recaptcha|h-captcha|hcaptcha\.com|TencentCaptcha|tcaptcha|ddos-guard",
    re.IGNORECASE,
)

_CONSENT_NAME = re.compile(
    r"^(?:Before you (?:continue|proceed|go).{0,40}|We (?:value|care about|respect) your privacy.{0,10}|"
    r"Your privacy(?: choices| matters(?: to us)?| is important.{0,10})?|(?:Manage |Your )?(?:cookie|privacy) (?:consent|settings|"
    r"preferences|gate|wall)|Cookie ?wall|Consent|Your data\W{0,3}your choice.{0,20}|Welcome[^.]{0,40}(?:cookies|your consent)|"
    r"(?:您|你)的隐私(?:选择|偏好|对我们很重要)?|隐私(?:设置|偏好|选择|提示)|Cookie\s?(?:设置|政策|同意|偏好|提示))$",
    re.IGNORECASE,
)
_CONSENT_VOICE = (
    re.compile(r"\bwe(?:,| and| use| store)[^.]{0,80}(?:partners|vendors|cookies|tracking)", re.IGNORECASE),
    re.compile(r"(?:store and/or access|access and/or store) information on (?:a|your) device", re.IGNORECASE),
    re.compile(r"(?:by )?(?:clicking|selecting|tapping|click|choose)[^.]{0,6}[\"'“‘]?(?:accept|agree|i agree|ok|reject)", re.IGNORECASE),
    re.compile(r"(?:withdraw|change) your (?:consent|choices|preferences|settings)[^.]{0,20}(?:at )?any ?time", re.IGNORECASE),
    re.compile(r"we need your (?:consent|permission|agreement)|to (?:continue|read on|visit)[^.]{0,40}(?:accept|consent to)[^.]{0,20}cookies", re.IGNORECASE),
    re.compile(r"(?:我们|本网站|本站)[^。]{0,20}(?:使用|采用)\s?cookies?|点击[^。]{0,4}(?:同意|接受)[^。]{0,20}(?:cookies?|隐私|继续)", re.IGNORECASE),
    re.compile(r"(?:继续(?:访问|浏览|阅读)|进入本站)[^。]{0,16}(?:同意|接受)[^。]{0,16}(?:cookies?|隐私|条款)|(?:同意|接受)[^。]{0,16}(?:cookies?|隐私政策)[^。]{0,8}(?:后|才能)", re.IGNORECASE),
)  # fmt: skip
_CONSENT_BUTTON = re.compile(
    r"\b(?:accept|agree|allow|reject|refuse|manage (?:options|settings|choices|preferences)|i accept|consent)\b|"
    r"同意|全部接受|接受全部|拒绝|管理(?:选项|设置)",
    re.IGNORECASE,
)
_CONSENT_URL = re.compile(
    r"^https?://(?:consent|guce|cmp|privacy)[\w-]*\.|/(?:consent|privacy-?gate|cookie-?wall|collectConsent)\b",
    re.IGNORECASE,
)
_ABOUT_CONSENT = re.compile(r"cookie|consent|privacy|partners|personal data|隐私|个人信息|同意", re.IGNORECASE)
_SENTENCES = re.compile(r"[^。！？.!?]+[。！？.!?]?")

_LOGIN_NAME = re.compile(
    r"^(?:(?:用户|会员|帐号|账号|统一|欢迎|请先|手机|扫码|密码)?(?:登录|登入|登錄|登陆)(?:页面?|中心|/注册|\s?[/|]\s?注册|注册)?|"
    r"(?:please )?(?:log|sign)[ -]?in(?: to .{1,40}| or (?:register|sign up|create an account))?|"
    r"(?:login|member login|subscriber login|account login)|登录.{0,3}注册)$",
    re.IGNORECASE,
)
_LOGIN_ASKED = re.compile(
    r"请(?:您)?(?:先)?(?:登录|登入|登錄)(?:后|之后|后再|再|以|账号|帐号|会员)?|(?:登录|登入|登錄)(?:后|之后)(?:即可|可|才能|方可|才可)?(?:查看|阅读|继续|浏览|閱讀|觀看)|您(?:还|尚)(?:没有|未)登录|"
    r"(?:log|sign) in (?:to|or (?:register|subscribe) to) (?:continue|read|view|access)|you (?:must|need to) (?:be logged in|log in|sign in)|"
    r"please (?:log|sign) in",
    re.IGNORECASE,
)
_LOGIN_URL = re.compile(
    r"^https?://(?:passport|sso|login|signin|auth|account|accounts|id)\.|/(?:login|log-in|signin|sign-in|sso|passport|denglu)(?:[/.?]|$)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"password|密码|密碼|verification code|短信验证码|扫码", re.IGNORECASE)


def captcha(signs: Signs) -> Finding:
    """Weigh whether a page is a check for robots."""
    asked = [sign for rule in _CAPTCHA_ASKED if (sign := said(0.5, "asks", rule, _shown(signs)))]
    return weigh(Reason.CAPTCHA, "a check for robots where an article should be", [
        _named(signs, _CAPTCHA_NAME, 0.6),
        *asked[:1], seen(0.2, "asks in several ways", when=len(asked) > 1),
        said(0.5, "markup", _CAPTCHA_MARKS, signs.markers),
        *_length(signs), *_article(signs),
    ])  # fmt: skip


def consent_wall(signs: Signs) -> Finding:
    """Weigh whether a page only asks for consent to cookies."""
    voice = [sign for rule in _CONSENT_VOICE if (sign := said(0.2, "says", rule, signs.prose))]
    own = _prose_not_of(_ABOUT_CONSENT, signs.prose)
    return weigh(Reason.CONSENT_WALL, "a page that asks for consent where an article should be", [
        _named(signs, _CONSENT_NAME, 0.4), said(0.3, "address", _CONSENT_URL, signs.url),
        said(0.3, "button", _CONSENT_BUTTON, signs.buttons), *voice[:2],
        seen(-0.6, f"{own} characters on other matters", when=own > _SHORT),
        *_article(signs, headline=-0.4),
    ])  # fmt: skip


def login_wall(signs: Signs, asked_url: str = "") -> Finding:
    """Weigh whether a page only asks to log in; `asked_url` is what was asked, before redirects."""
    is_login = _LOGIN_URL.search(signs.url) is not None
    return weigh(Reason.LOGIN_WALL, "a page that asks to log in where an article should be", [
        _named(signs, _LOGIN_NAME, 0.5), said(0.3, "address", _LOGIN_URL, signs.url),
        seen(0.3, "a redirect to it", when=is_login and bool(asked_url) and not _LOGIN_URL.search(asked_url)),
        said(0.4, "asks", _LOGIN_ASKED, _shown(signs)),
        seen(0.3, "a field for a password", when=signs.has_password),
        said(0.1, "says", _PASSWORD, signs.prose[:_SHORT]),
        *_length(signs), *_article(signs),
    ])  # fmt: skip


def _named(signs: Signs, rule: re.Pattern[str], weight: float) -> Sign | None:
    return next((sign for name in signs.names if (sign := said(weight, "called", rule, name))), None)


def _shown(signs: Signs) -> str:
    """Give title, headings, prose and buttons: where a wall asks."""
    return " ".join((*signs.names, signs.prose[:_MIDDLE], signs.buttons))


def _length(signs: Signs) -> list[Sign | None]:
    size = len(signs.prose)
    return [
        seen(0.2, f"{size} characters of prose", when=size < _SHORT),
        seen(-0.9, f"{size} characters of prose", when=size > _MIDDLE),
    ]


def _article(signs: Signs, headline: float = -0.2) -> list[Sign | None]:
    """Give the signs of an article that all walls lack."""
    return [
        seen(-0.5, "marked up as an article", when=signs.is_marked_article),
        seen(-0.2, "dated", when=signs.is_dated),
        seen(headline, "a headline of its own", when=has_own_headline(signs)),
    ]


_OWN_HEADLINE = 8


def has_own_headline(signs: Signs) -> bool:
    """Tell whether the page's first heading is no wall's and stands in its title, too."""
    heading = signs.headings[0] if signs.headings else ""
    rules = (_CAPTCHA_NAME, _CONSENT_NAME, _LOGIN_NAME)
    is_wall = any(rule.search(heading) for rule in rules) or any(rule.search(heading) for rule in _CAPTCHA_ASKED)
    return len(heading) >= _OWN_HEADLINE and heading in signs.title and not is_wall and len(signs.prose) > _OWN_HEADLINE


def _prose_not_of(rule: re.Pattern[str], prose: str) -> int:
    return sum(len(one) for one in _SENTENCES.findall(prose) if len(one) > _OWN_HEADLINE and not rule.search(one))


def path_of(url: str) -> str:
    """Give the path of an address, "/" for one that has none or cannot be read."""
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"
