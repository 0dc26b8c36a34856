"""Sentences of invented finance news, Chinese and English, drawn from a seeded generator.

Every company, person and number is made up; a code that looks real says nothing of whom it belongs to.
"""

# ruff: noqa: E501 - markup and sentences are read whole

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Security:
    """An invented listed company or a board, with Eastmoney's market number ("1" Shanghai, "90" a board)."""

    name: str
    market: str
    code: str

    @property
    def is_board(self) -> bool:
        return self.market == "90"


Run = str | Security

COMPANIES = (
    Security("澄江重工", "1", "600981"),
    Security("远岚科技", "0", "300917"),
    Security("北岭银行", "1", "601896"),
    Security("海沧电子", "0", "002907"),
    Security("青禾医药", "1", "688297"),
    Security("云港控股", "116", "06998"),
    Security("朔野能源", "0", "000893"),
    Security("锦舟物流", "1", "603897"),
    Security("罗克斯汽车", "106", "LKSP"),
    Security("南屏新材", "0", "301289"),
)
NEW_ENERGY = Security("新能源", "90", "BK0493")
BROKERS = Security("证券", "90", "BK0473")

_CITIES = ("临溪", "望海", "松平", "云州", "石渡", "河曲", "青浦湾", "岚山口", "北川镇", "沙洲坪")
_PRODUCTS = (
    "储能电芯",
    "海上风机叶片",
    "车规级芯片",
    "冷链机组",
    "工业机器人",
    "特种铜箔",
    "光学镜片",
    "原料药",
    "港口吊机",
    "氢气压缩机",
)
_PEOPLE = ("林知远", "周若川", "沈望秋", "顾以安", "程砚北", "陆青岩", "韩述", "叶临", "许闻笙", "方既明")
_ROLES = ("董事会秘书", "首席财务官", "研究所所长", "行业分析师", "采购负责人", "生产总监")
_VERBS = (
    "拟投资建设",
    "完成收购",
    "签下长期供货协议，提供",
    "计划扩产",
    "公布中期业绩，主力产品为",
    "中标项目，供应",
)
_OUTLOOKS = (
    "订单能见度较好",
    "价格已经企稳",
    "库存处于低位",
    "海外需求回升",
    "毛利率有望修复",
    "竞争格局趋于稳定",
    "短期仍有扰动",
)
_CAUSES = ("原料成本回落", "新产线投产", "汇率波动", "下游补库存", "运费下降", "产品结构调整", "检修周期结束")

CHINESE_SENTENCES = (
    "{city}的新厂区占地{a}亩，一期投产后每年可出产{product}{b}万件。",
    "公司{role}{person}表示，{cause}是本季变化的主要原因，预计影响还会持续{c}个月。",
    "公告显示，报告期内实现营业收入{a}.{d}亿元，同比增长{c}.{d}%，其中{product}贡献了近{c}成。",
    "{person}在说明会上称，{outlook}，公司不会为了份额牺牲回款。",
    "多家机构在调研纪要中提到，{city}一带的{product}报价本周上调{c}元，成交量却没有跟上。",
    "按照协议，首批{product}将于第{c}周发运，尾款在验收后{d}0天内付清。",
    "资金方面，截至收盘全天换手率为{d}.{c}%，成交额{b}万元，较前一日放大{c}%。",
    "记者从{city}开发区了解到，配套的变电站与{a}米专用码头已经完工，验收安排在下月。",
    "{role}{person}测算，若{cause}，单件成本可再降{d}.{c}元，对应全年利润约{b}万元。",
    "与去年同期相比，{product}的交货周期缩短了{c}天，退货率降到千分之{d}以下。",
    "业内人士认为，{outlook}，但{cause}的节奏仍需观察，{c}月的数据更能说明问题。",
    "公司同时提示风险：若{cause}不及预期，{city}项目的回收期可能延长至{d}年以上。",
)

ENGLISH_COMPANIES = (
    ("Larkspur Motors", "LKSP"),
    ("Harrowgate Copper", "HGCU"),
    ("Pennfield Bancorp", "PFBC"),
    ("Tidewater Grid", "TWGD"),
    ("Osprey Foods", "OSPF"),
    ("Marlow Semiconductor", "MRLW"),
    ("Quillon Freight", "QLLF"),
    ("Northaven Insurance", "NHVN"),
)
_TOWNS = (
    "Ashby Falls",
    "Port Merrin",
    "Calder Bay",
    "Wexley",
    "Stonebridge Junction",
    "Lower Tarn",
    "Eastmoor",
)
_NAMES = (
    "Imogen Vale",
    "Tobias Renner",
    "Priya Halloran",
    "Marcus Odell",
    "Lena Whitcombe",
    "Stefan Aldous",
    "Ruth Kessing",
)
_GOODS = (
    "copper cathode",
    "battery packs",
    "regional loans",
    "transformers",
    "frozen produce",
    "power chips",
    "rail containers",
)
_REASONS = (
    "lower input costs",
    "a milder winter",
    "the new plant's ramp-up",
    "firmer freight rates",
    "a weaker currency",
    "restocking by wholesalers",
)
_ENGLISH_VERBS = (
    "raises its outlook for",
    "opens a plant for",
    "pauses orders of",
    "books record sales of",
    "settles a dispute over",
    "cuts the price of",
)

ENGLISH_SENTENCES = (
    "The company shipped {b} units of {goods} in the quarter, {c} percent more than a year earlier.",
    "Finance chief {person} told analysts that {reason} had done most of the work, and that the effect would fade within {d} months.",
    "Managers in {town} have hired {a} people since the spring and expect to add a second shift before the year is out.",
    "Revenue came to ${a}.{d} million, against the ${b} thousand a week that the plan had assumed.",
    "{person}, who has followed the industry for {c} years, called the figures encouraging but warned against reading too much into one quarter.",
    "Under the contract, the first {goods} leave {town} in week {c}, and the balance is due {d}0 days after inspection.",
    "Shares changed hands at {a}.{d} dollars by the close, with volume about {c} percent above its monthly average.",
    "Two suppliers said separately that {reason} was already visible in their own order books, though neither would give a number.",
    "The board left the dividend at {d}.{c} cents a share and said that it would look again once the {town} project is finished.",
    "Rivals have been slower to respond, partly because {goods} need a different line and partly because credit costs {d}.{c} percent.",
    "If {reason} does not last, the payback of the {town} works would stretch to {c} years, {person} wrote in a note.",
)


def chinese_sentence(draw: Random, template: str) -> str:
    return template.format(
        city=draw.choice(_CITIES),
        product=draw.choice(_PRODUCTS),
        person=draw.choice(_PEOPLE),
        role=draw.choice(_ROLES),
        outlook=draw.choice(_OUTLOOKS),
        cause=draw.choice(_CAUSES),
        **_numbers(draw),
    )


def english_sentence(draw: Random, template: str) -> str:
    return template.format(
        town=draw.choice(_TOWNS),
        person=draw.choice(_NAMES),
        goods=draw.choice(_GOODS),
        reason=draw.choice(_REASONS),
        **_numbers(draw),
    )


def _numbers(draw: Random) -> dict[str, int]:
    return {
        "a": draw.randint(101, 989),
        "b": draw.randint(1021, 9871),
        "c": draw.randint(11, 49),
        "d": draw.randint(2, 9),
    }


def chinese_title(draw: Random, company: Security) -> str:
    return f"{company.name}{draw.choice(_VERBS)}{draw.choice(_PRODUCTS)} 涉及金额{draw.randint(2, 98)}.{draw.randint(1, 9)}亿元"


def english_title(draw: Random, company: str) -> str:
    return (
        f"{company} {draw.choice(_ENGLISH_VERBS)} {draw.choice(_GOODS)} after ${draw.randint(12, 980)} million review"
    )


def chinese_paragraph(draw: Random, sentences: int) -> str:
    return "".join(chinese_sentence(draw, template) for template in draw.sample(CHINESE_SENTENCES, sentences))


def english_paragraph(draw: Random, sentences: int) -> str:
    return " ".join(english_sentence(draw, template) for template in draw.sample(ENGLISH_SENTENCES, sentences))


def chinese_author(draw: Random) -> str:
    return draw.choice(_PEOPLE)


def english_author(draw: Random) -> str:
    return draw.choice(_NAMES)
