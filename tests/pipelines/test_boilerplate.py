from __future__ import annotations

import pytest

from pipelines.boilerplate import is_boilerplate, is_last

LINES = [
    "Click here to subscribe to the Dawnport newsletter",
    "Like this story? Share it with a friend!",
    "Sign up for our daily newsletter and alerts",
    "GET THE DAWNPORT APP",
    "Follow Dawnport News on Facebook, Twitter and Instagram.",
    "ADVERTISEMENT",
    "Story continues below advertisement",
    "Related stories",
    "4 min read",
    "Tempo de leitura: 2 minutos",
    "Filed under: Ports",
    "Photo credit: Dawnport Group",
    "© 2026 Dawnport News. All rights reserved.",
    "扫描二维码下载示例财经客户端",
    "关注“北湾观察”微信公众号",
    "加入某某新聞LINE好友，掌握最新消息",
    "延伸閱讀",
    "广告",
    "上一篇：远山物流前三季度净利润同比增长两成",
    "浏览次数: 36",
    "▲新碼頭今日啟用。（圖／晨港集團提供）",
    "图片来源：晨港集团",
    "新码头启用 记者陈晓舟摄",
    "风险提示：市场有风险，投资需谨慎。",
    "以上内容仅供参考，不构成投资建议。",
    "※本網站之文字、圖片，非經授權，不得轉載。",
    "저작권자 ⓒ 새벽항신문, 무단전재 및 재배포금지",
]
SENTENCES = [
    "He told readers to click here to get the app, and then the line went dead for two days.",
    "Related stories were told by the captain, who had seen the quay built.",
    "The group said it would follow its rivals on Monday and close two quays.",
    "晨港集团上线小程序，船东扫描二维码即可下载电子提单，全程不超过一分钟。",
    "公司提醒说，图片来源不明的提单将不予受理。",
    "未经股东会授权，管理层不得出售码头，公告说。",
    "记者从海关获悉，今年拍摄的航道图已经更新。",
    "下一条航线将在明年春天开通。",
    "报告认为市场有风险，但公司现金充裕，足以建成第二座码头。",
]


@pytest.mark.parametrize("line", LINES)
def test_what_pages_put_round_an_article_is_none_of_it(line: str):
    assert is_boilerplate(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_mentions_such_words_is_the_articles(line: str):
    assert not is_boilerplate(line)
    assert not is_last(line)


@pytest.mark.parametrize(
    "line",
    [
        "ann.lee@dawnport.example",
        "@annlee",
        "Bo Chen contributed reporting from North Bay.",
        "(Reporting by Ann Lee; editing by Bo Chen)",
        "（羅森）",
        "声明：本文为作者个人观点，如有侵权请联系删除。",
    ],
)
def test_who_else_wrote_is_none_of_it_at_the_end_alone(line: str):
    assert is_last(line)
    assert not is_boilerplate(line)


@pytest.mark.parametrize("part", ["图片扫描", "follow on ", "版权未经授权", "▲图（", "a@"])
def test_lines_that_nearly_match_take_no_time(part: str):
    line = (part * 420)[:419] + "x"
    assert not any(is_boilerplate(line) or is_last(line) for _ in range(200))
