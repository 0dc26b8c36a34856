"""Whole lines that news pages put round and between an article's words, in the languages we meet.

Prompts to subscribe, follow, share, install or scan; labels of lists and buttons; disclaimers and copyright; credits
of pictures; who else reported. Never a part of a line: a sentence that mentions such words is the article's.
"""

# ruff: noqa: E501  # a rule is read whole

from __future__ import annotations

import re

LONGEST = 420
"""Characters; no line that is longer is looked at."""

_ANYWHERE = (
    # Prompts
    r"(?:please )?(?:click|tap) (?:here|below|on the link)(?: now)? (?:to|for)\b[^.]{0,160}\W{0,3}",
    r".{0,80}\bby clicking here\W{0,5}",
    r"(?:sign up|subscribe|register|join)\b.{0,80}\b(?:newsletters?|inbox|alerts|channel|mailing list)\b.{0,100}",
    r"(?:get|download)\b.{0,50}\bapp\b.{0,40}",
    r"(?:if you )?(?:like|love|enjoy)(?:ed|ing)? (?:this|our) (?:story|article|post|content|piece|report)\b.{0,160}",
    r"(?:tell us|let us know) what you think.{0,60}",
    r"follow\b.{1,100}\b(?:on|at|via)\b.{0,40}(?:facebook|twitter|instagram|linkedin|youtube|telegram|whatsapp|tiktok).{0,100}",
    r"(?:点击|點擊|戳)(?:这里|這裡|此处|此處|进入|下方|右上角|链接|上方|蓝字)[^。，]{0,40}",
    r"[^。]{0,40}(?:扫码|扫一扫|扫描|掃描|掃碼|长按|長按|识别)[^。]{0,30}(?:二维码|二維碼|QR ?Code|关注|關注|下载|下載)[^。]{0,40}",
    r"[^。，]{0,20}(?:关注|關注|搜索|搜尋)[^。]{0,20}(?:公众号|公眾號|微信号|官方微博|官微|视频号)[^。]{0,30}",
    r"[^。]{0,24}(?:下载|下載|打开|打開|安装|立即体验|更多[^。]{0,12}尽在)[^。，]{0,20}(?:APP|App|app|客户端|客戶端)[^。]{0,30}",
    r"[^。，]{0,12}(?:加入|追蹤|訂閱|按讚|下載)[^。]{0,30}(?:LINE|Line|粉絲團|粉絲專頁|Facebook|臉書|FB|IG|YouTube|Telegram|電子報|好友|頻道)[^。]{0,40}",
    # Labels and buttons
    (
        r"(?:don.t miss(?: out)?|must[- ]read|most read|trending(?: now)?|advertisement|advertising|(?:story|article) continues below.{0,40}|"
        r"(?:advertisement\W{1,3})?scroll to continue.{0,20}|explore further|something to consider|"
        r"(?:recommended|suggested) (?:stories|reading|articles|videos?|for you|by our editors)|"
        r"(?:related|popular|latest|more|recent|top) (?:stories|articles|contents?|posts|topics|news|coverage|videos?|reading|links)|"
        r"read (?:next|more)|more on this|up next|(?:leave a |post a |add a |view |show )?comments?|"
        r"share(?: this)?(?: article| story| post| page)?(?: on| with)?|print|e-?mail|image source|skip to content|back to top|"
        r"[【\[]?(?:延伸|相关|相關|推荐|推薦|热门|熱門|更多|精彩|关联|關聯)(?:阅读|閱讀|新闻|新聞|文章|報導|报道|推荐|推薦|内容|內容|资讯)[】\]]?|"
        r"广告|廣告|推广|推廣|赞助|贊助|"
        r"(?:在看|点赞|点个赞|赞|分享|收藏|转发|评论|留言|按讚|讚)\s?[\d.]{0,9}[万萬]?|"
        r"関連記事|関連ニュース|あわせて読みたい|続きを読む|この記事をシェア|관련\s?기사|[▶►]?\s?기사제보.{0,40}|"
        r"mehr zum thema|lesen sie auch|auch interessant|anzeige|à lire aussi|sur le même sujet|publicité|lire plus|"
        r"te puede interesar|publicidad|noticias relacionadas|leia também|veja também|leggi anche|potrebbe interessarti|baca juga)\W{0,3}"
    ),
    r"(?:estimated )?(?:tempo de leitura|reading time|read time|temps de lecture|lesezeit|tiempo de lectura|leestijd|预计阅读|阅读时间)\b.{0,30}",
    r"\d{1,3}[ -]min(?:ute)?s?(?: read)?",
    r"(?:filed under|posted in|filed in|tags?|topics?|keywords?|标签|標籤|关键词|關鍵字|關鍵詞|关键字)\s?[:：].{0,200}",
    r"[【\[(（]?(?:打印(?:本页|本文)?|关闭(?:窗口)?|關閉(?:視窗)?|收藏(?:本文)?|复制链接|我要评论|我要留言|发表评论|我有话说|查看评论|返回(?:首页|顶部|列表)|回首頁|纠错|举报|放大|缩小|字[号體体級级][：:]?.{0,20})[】\])）]?",
    r"(?:上|下)一(?:篇|页|頁|则|則|条)(?:\s?[：:].{0,60})?",
    r"(?:阅读|浏览|瀏覽|點閱|人氣|点击|閱讀)(?:量|数|次数|數|率)?\s?[：:]?\s?[\d,.]{1,12}\s?[万萬次]?",
    r"(?:first |last |originally )?(?:updated|published|posted|modified)\b[^,]{0,30}\d.{0,40}",
    r"[-—=_]{4,}\w{1,6}[-—=_]{4,}",
    r"(?:请|請)?(?:自觉|自覺|文明)?(?:遵守|上网|发言|發言|评论|理性)[^。]{0,10}(?:互联网|互聯網|网络|法律|法规|法規|发言|评论|登录|登录)[^。]{0,80}。?",
    r"[^。，]{0,8}(?:网友|網友|用户|本站|以上)(?:评论|評論|留言|发言|發言|跟帖)[^。]{0,80}(?:立场|立場|观点|觀點|看法|负责|負責)[^。]{0,40}。?",
    # Pictures
    r"(?:photo|image|picture|foto|photograph)s?\s?(?:credits?|by|courtesy(?: of)?)\s?[:/©].{0,150}",
    r"(?:photo|image|picture|foto|photograph)s?\s?[:/]\s?(?:©|getty|reuters|ap\b|afp|shutterstock|istock).{0,100}",
    r"[^。]{0,50}[（(]?(?:图片|圖片|照片|配图|资料图|資料圖|示意图|示意圖|视频截图|網路截圖|图源|图|圖)(?:片?来源|片?來源)?\s?[：:／/|︱][^。]{1,40}[）)]?",
    r"[▲▼△▽◎↑↓◤][^。]{0,120}[圖图攝摄供照][^。]{0,40}",
    r"[▲▼△▽◎↑↓◤].{0,160}[（(／/][^（(]{0,12}[圖图攝摄供照翻][^（(]{0,40}",
    r"[^。，]{0,60}(?:記者|记者|新华社|中新社|中央社|本报|本報|通讯员)[^。，]{1,20}(?:摄|攝)(?:影)?[。）)]?",
    # Disclaimers
    r"(?:风险提示|風險提示|免责声明|免責聲明|版权声明|版權聲明|特别声明|特別聲明|重要声明|温馨提示|投资风险提示|风险提醒)\s?[：:].{0,400}",
    r"[^。]{0,20}(?:市场|投资|投資|股市|入市)(?:有风险|有風險|需谨慎)[，,]?[^。]{0,60}(?:谨慎|自担|慎重|謹慎|小心)[^。]{0,30}。?",
    r"(?:以上|本文|本资讯|文中)(?:内容|信息|观点|资料)?[^。]{0,30}(?:仅供参考|不构成(?:任何)?投资建议|不代表[^。]{0,20}(?:立场|观点))[^。]{0,80}。?",
    r"[※*]?[^。]{0,40}(?:未经|未經|非經)[^。]{0,24}(?:授权|授權|许可|許可|允许|同意)[^。]{0,20}(?:不得|禁止|请勿|請勿|嚴禁)[^。]{0,12}(?:转载|轉載|复制|複製|使用|摘编|摘編|刊登|刊載|引用|镜像|商用)[^。]{0,50}。?",
    r"[^。]{0,30}(?:版权|版權|著作權)(?:归|歸|所有|為)[^。]{0,60}",
    r"(?:©|ⓒ|copyright\b.{0,10}(?:\d{4}|©|ⓒ|\(c\))|\(c\) ?\d{4}).{0,300}",
    r"[^.]{0,100}\ball rights reserved\b.{0,200}",
    r".{0,80}(?:無断転載|무단\s?전재|저작권자).{0,100}",
)

_LAST = (
    r"\S{1,40}@\S{1,60}\.\w{2,12}",
    r"(?:https?://)?(?:www\.)?(?:twitter|x|facebook|instagram|linkedin)\.com/\S{1,60}",
    r"@\w{2,30}",
    r"[^.]{1,250}(?:\.[^.]{1,60}){0,3}\bcontributed (?:to this|reporting|to the report).{0,80}",
    r"[(\[—-]?\s?(?:reporting|writing|editing|additional reporting|compiled|with reporting) by\b.{0,300}",
    r"home|top|next|previous",
    r"(?:声明|聲明|郑重声明|鄭重聲明)\s?[：:].{0,400}",
    r"[（(][\u4e00-\u9fff]{2,4}[）)]",
    r"[（(\[【〔]?(?:記者|记者|編譯|编译|特派員|通訊員|通讯员|整理|责编|審核)[^，。]{1,30}[）)\]】〕]?",
)  # fmt: skip
"""Only where nothing but furniture follows."""


def _rule(forms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE)


_ANYWHERE_RULE, _LAST_RULE = _rule(_ANYWHERE), _rule(_LAST)


def is_boilerplate(line: str) -> bool:
    """Tell whether a whole line is none of an article's, wherever it stands.

    >>> is_boilerplate("Click here to get the app"), is_boilerplate("He said: click here to get the app, and left.")
    (True, False)
    """
    return len(line) <= LONGEST and _ANYWHERE_RULE.fullmatch(line) is not None


def is_last(line: str) -> bool:
    """Tell whether a whole line is none of an article's where nothing follows it."""
    return len(line) <= LONGEST and _LAST_RULE.fullmatch(line) is not None
