"""Pages of our own that are no articles, in the shapes that real ones have; and articles that look like them."""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from storage.reasons import Reason

ZH = "港口公司今日公布季度数据，各项指标平稳，董事会预计全年不会有大的变化。"
EN = "Dawnport Group said on Friday that its quarter was steady and that it expects no change for the year. "
NAV = "<nav><a href=/>首页</a><a href=/markets/>市场</a><a href=/about/>About</a></nav>"
HOT = "<div class=hot><h3>热门</h3>{}</div>".format(
    "".join(f"<li><a href='/a/{n}.html'>别的新闻标题第{n}条在这里等待读者</a></li>" for n in range(30))
)
FOOTER = "<footer><p>© 2026 示例网 版权所有</p></footer>"
BANNER = (
    "<div id=onetrust-banner-sdk><h2>We value your privacy</h2><p>We and our 312 partners store and/or access information "
    "on a device, such as cookies. By clicking accept you agree. You can withdraw your consent at any time.</p>"
    "<button>Accept all</button><button>Reject all</button></div>"
)
ARTICLE_HEAD = '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-20T10:05:00+08:00">'


def page(title: str, body: str, head: str = "", *, dressed: bool = False) -> str:
    """Give a page; `dressed` in navigation, a list of other headlines and a footer."""
    inside = f"{NAV}{body}{HOT}{FOOTER}" if dressed else body
    return f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{inside}</body></html>"


def article(title: str, paragraphs: list[str], head: str = "", above: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return page(
        f"{title}_示例网", f"{above}<h1>{title}</h1><div>2026-11-20 10:05 来源：晨港日报</div><div>{body}</div>", head,
        dressed=True,
    )  # fmt: skip


URL = "https://news.example.com/2026/11/20/quay-1234.html"

CAPTCHAS = [
    page("访问验证", "<p>请按住滑块，拖动到最右边</p>"),
    page("安全验证", "<div class=nc_1_wrapper></div><p>为保障您的访问安全，请完成下方验证后继续。</p>"),
    page("示例财经", "<p>您的访问过于频繁，请输入验证码后继续访问</p><input name=code><button>提交</button>"),
    page("示例财经", "<h2>检测到您的网络环境存在异常流量</h2><p>请完成拼图验证，拖动滑块到指定位置。</p>", dressed=True),
    page("验证码", "<img src=/code.png><input><p>请输入图中验证码</p>"),
    page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={cType:'managed'}</script>"),
    page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><p>Please complete the security check to access news.example.com</p><div class=cf-challenge></div>"),
    page("", "<script src='https://geo.captcha-delivery.com/c.js'></script><p>Please enable JS and disable any ad blocker</p>"),
    page("Access to this page has been denied", "<div id=px-captcha></div><p>Press & Hold to confirm you are a human (and not a bot).</p>"),
    page("Dawnport Times", "<p>Our systems have detected unusual traffic from your computer network. This page checks to see if it's really you sending the requests, and not a robot. Why did this happen?</p><div class=g-recaptcha></div><p>IP address: 192.0.2.7<br>Time: 2026-11-24T09:00:00Z<br>URL: https://news.example.com/a</p>"),
    page("Robot or human?", "<p>Activate and hold the button to confirm that you're human. Thank you!</p>"),
    page("Pardon Our Interruption", "<p>As you were browsing something about your browser made us think you were a bot. To regain access, please solve the captcha below.</p><script src='/_Incapsula_Resource?SWJIYLWA=1'></script>"),
]  # fmt: skip

CONSENT_WALLS = [
    page("Before you continue to Dawnport Times", "<h1>Before you continue</h1><p>We use cookies and data to deliver and maintain our services. If you choose to accept all, we and our partners will also use cookies to show personalised ads.</p><form action=/consent/save><button>Reject all</button><button>Accept all</button></form>"),
    page("Dawnport Media", "<h1>We value your privacy</h1><p>We and our 812 partners store and/or access information on a device, such as cookies. You can change your choices at any time in our privacy policy.</p><p>By clicking accept all you consent to the use of cookies by our partners.</p><button>Manage options</button><button>Accept all</button>"),
    page("Your privacy", "<p>Before you visit our site we need your consent to the use of cookies by us and our partners.</p><p>We, and 132 partners, use cookies to measure and to personalise.</p><button>I accept</button>"),
    page("隐私设置", "<p>我们使用 Cookies 改善您的浏览体验并分析流量。点击同意即表示您接受我们的隐私政策，之后才能继续浏览本站。</p><button>全部接受</button><button>拒绝</button>"),
    page("示例财经", "<h1>您的隐私对我们很重要</h1><p>本网站使用cookie及类似技术，与合作伙伴共享个人信息。继续访问即表示您同意我们使用cookie。</p><button>同意并继续</button>"),
]  # fmt: skip

LOGIN_WALLS = [
    page("用户登录", "<h1>用户登录</h1><form><input name=user><input type=password name=pass><button>登录</button></form>"),
    page("示例财经 - 登录", "<p>请先登录后查看全文</p><form><input type=password></form><a href=/reg>注册</a>", dressed=True),
    page("登录/注册", "<p>您还没有登录，登录后可继续阅读。扫码登录或使用密码登录。</p><input type=password>"),
    page("Sign in to Dawnport Times", "<h1>Sign in</h1><p>Please sign in to continue.</p><form><input type=email><input type=password><button>Sign in</button></form>"),
    page("Log in | Dawnport Ledger", "<form><input type=email><input type=password><button>Log in</button></form><p>Forgot your password?</p>"),
]  # fmt: skip

SOFT_404S = [
    page("页面不存在", "<h1>页面不存在</h1><p>您访问的页面不存在或已删除，5秒后自动跳转到首页。</p>"),
    page("404_示例财经", "<h1>404</h1><p>抱歉，您要查看的文章已被删除。</p><a href=/>返回首页</a>", dressed=True),
    page("示例财经", "<div class=msg><h2>很抱歉，您访问的内容不存在</h2><p>返回首页 看看别的</p></div>", dressed=True),
    page("出错啦_示例网", "<h1>该文章已下线</h1><p>您所访问的文章已被移除。</p>", dressed=True),
    page("示例财经", "<p>对不起，没有找到您要访问的页面</p><h1>找不到页面</h1>", '<meta http-equiv=refresh content="3;url=/">'),
    page("您访问的内容已被删除", "<h1>您访问的内容已被删除</h1>"),
    page("404 Not Found", "<center><h1>404 Not Found</h1></center><hr><center>nginx</center>"),
    page("Page not found - Dawnport Times", "<h1>Page not found</h1><p>The page you are looking for could not be found. It may have been moved.</p>", dressed=True),
    page("Dawnport Times", "<h1>Oops! This article is no longer available</h1><p>The article you requested has been removed. Go back to the home page or try a search.</p>", dressed=True),
    page("Nothing found here", "<h1>Nothing found</h1><p>Sorry, we can't find the page you were looking for.</p>", dressed=True),
]  # fmt: skip

ERROR_PAGES = [
    (page("系统繁忙", "<h1>系统繁忙</h1><p>系统繁忙，请稍后再试。</p>"), Reason.NO_ARTICLE),
    (page("示例财经", "<h1>服务器开小差了</h1><p>请稍后重试</p>"), Reason.NO_ARTICLE),
    (page("503 Service Unavailable", "<h1>Service Unavailable</h1><p>The server is temporarily unable to service your request.</p>"), Reason.NO_ARTICLE),
    (page("Something went wrong", "<h1>Something went wrong</h1><p>Please try again later.</p>", dressed=True), Reason.NO_ARTICLE),
    (page("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access \"/a\" on this server. Reference #18.7</p>"), Reason.BLOCKED),
    (page("403 Forbidden", "<h1>403 Forbidden</h1>"), Reason.BLOCKED),
]  # fmt: skip

ARTICLES = [
    article("央行今日开展逆回购操作", ["央行今日开展七天期逆回购操作，利率不变。"]),
    article("短信验证码骗局调查", [ZH, "骗子说：请输入验证码。受害人照做了，账户里的钱就没了。", ZH]),
    article("滑块验证为什么越来越难", ["你是不是也遇到过：拖动滑块完成拼图，然后又来一次。"]),
    article("404页面里的商机", ["您访问的页面不存在，这句话如今也能卖广告。", ZH * 8]),
    article("监管部门要求网站公开隐私设置", ["新规要求网站说明怎样使用 cookie，读者可以拒绝。", ZH, ZH]),
    article("多家媒体开始收费", ["订阅后继续阅读，正在成为报纸网站上最常见的一句话。", ZH * 10]),
    article("登录后才能查看：论坛的围墙", ["登录后才能查看，是论坛留住用户的老办法。", ZH * 4]),
    article("系统繁忙背后：票务网站的一天", ["系统繁忙，请稍后再试。开票那天，许多人只看到这一行字。", ZH * 3]),
    article("The captcha turns twenty", ["Prove that you are human: the puzzle that asks it is twenty years old.", EN * 3], ARTICLE_HEAD),
    article("404 not found: the story of an error", ["The page you are looking for could not be found. " + EN * 5], ARTICLE_HEAD),
    article("Cookie walls are banned in three countries", ["Regulators say that sites may not make readers accept cookies. " + EN * 2], ARTICLE_HEAD),
    article("Papers ask readers to subscribe to continue", ["Subscribe to continue reading: the line is on most sites now. " + EN * 30], ARTICLE_HEAD),
    article("Dawnport shares rise", [EN, EN], ARTICLE_HEAD, above=BANNER),
    article("晨港集团新码头投入运行", [ZH, ZH], above=BANNER),
    article("Unusual traffic on the harbour road", ["Police have seen unusual traffic on the road to the harbour. " + EN * 2]),
    article("Sign in to the future: banks drop passwords", [EN * 2], ARTICLE_HEAD, above="<form><input type=email><input type=password><button>Sign in</button></form>"),
    page("Short news", f"<h1>Short news</h1><p>{EN}</p><div class=g-recaptcha></div><script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>"),
    page("快讯", "<p>央行今日开展逆回购操作。</p>"),
]  # fmt: skip
