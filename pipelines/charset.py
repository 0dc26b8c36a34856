"""Bytes -> text: the charset by evidence, since many pages declare none or a wrong one."""

from __future__ import annotations

import codecs
import re
from functools import cache

from charset_normalizer import from_bytes

_SAMPLE = 20_000
_DECLARED_WITHIN = 4_096
_BEFORE = 200
_WIDE_SAMPLE = 2_000
_UTF8_TO_A_FAULT = 2
"""Han characters and the like for each byte that cannot be, from which text is UTF-8 all the same."""
_FAULTS_IN = 200
"""A charset fits where at most one character in so many bytes cannot be."""
_MOSTLY = 0.7
"""The share of frequent characters from which text is Chinese."""
_CHINESE = ("gb18030", "big5hkscs")
_PUNCTUATION = "，。、；：？！“”‘’（）《》〈〉【】「」『』—…·　％￥０１２３４５６７８９"
_DOUBLE_BYTE = {*_CHINESE, "hz", "cp932", "cp949", "shift_jis", "euc_jp", "euc_kr"}
_KANA, _HANGUL = re.compile("[\u3041-\u30fc]"), re.compile("[\uac00-\ud7a3]")
_LETTERS = {
    "cp932": (_KANA, 0.15), "shift_jis": (_KANA, 0.15), "euc_jp": (_KANA, 0.15),
    "cp949": (_HANGUL, 0.7), "euc_kr": (_HANGUL, 0.7),
}  # fmt: skip
"""What text in a charset is at least made of, beyond ASCII."""

_META = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding=[\"']([\w.-]{2,40})",
    re.IGNORECASE,
)
_HEADER = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs",
    "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "shift_jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "iso-8859-9": "cp1254",
}  # fmt: skip
"""What browsers read for a name: the larger charset. Source: WHATWG Encoding Standard, 4.2."""

_CHARSETS = re.compile(
    r"utf-?(?:8|16)(?:-?[lb]e)?|gb18030|big5hkscs|hz|cp125\d|cp932|cp949|cp866|cp874|euc[-_](?:jp|kr)|koi8[-_][ru]|"
    r"shift_jis|iso2022_jp|iso8859-\d{1,2}|mac-(?:roman|cyrillic)|tis-620"
)
"""What a page may be declared in. Python knows codecs that are no charsets, and some take quadratic time."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROLS = bytes(sign for sign in [*range(32), 127] if sign not in b"\t\n\r\f")
_ASCII = dict.fromkeys(range(0x80))
_ASCII_AND_LATIN = dict.fromkeys(range(0x800))
_HIGH = bytes(range(0x80, 0x100))
_HIGH_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_BINARY_STARTS = (
    b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"OggS",
    b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"wOFF", b"wOF2", b"SQLite format 3", b"\xfd7zXZ",
)  # fmt: skip
_MOST_CONTROLS = 0.01
"""Of a text's bytes; of 1,000 real pages the one with the most has 0.0002, noise 0.1."""
_FEW_CONTROLS = 40
_NONCHARACTERS = re.compile("[\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(r"&#(?:0{0,9}(?:[0-8]|11|1[4-9]|2\d|3[01])|x0{0,9}(?:[0-8bBeEfF]|1[\dA-Fa-f]))(?:;|\b)")
_SURROGATE = (
    r"&#(?:[xX]0{0,4}([dD][89a-fA-F][0-9a-fA-F]{2})|"
    r"0{0,4}(5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]));"
)
_SURROGATE_REFERENCE = re.compile(_SURROGATE)
_SURROGATE_REFERENCES = re.compile(f"{_SURROGATE}(?:{_SURROGATE})*")


def decode(body: bytes, content_type: str = "") -> str:
    r"""Give a page's text: by its byte order mark, else as UTF-8 where it is valid UTF-8, else as declared.

    Valid UTF-8 wins over any declaration: text in another charset is hardly ever valid UTF-8 by chance. Where no
    declared charset fits, Chinese is looked for, then a guess. What a page itself garbles is not mended. Never
    raises; control characters, also those written as references (&#8;), and lone surrogates are left out: no database
    and no tree takes them.

    >>> decode("<p>股价\x08上涨</p>".encode("gbk"), "text/html; charset=ISO-8859-1")
    '<p>股价上涨</p>'
    """
    text = _decode(body, content_type)
    # By bytes: a regular expression over all characters takes 10 times as long.
    text = text.encode("utf-8", "ignore").translate(None, _CONTROLS).decode("utf-8")
    if "\ufffe" in text or "\uffff" in text:
        text = _NONCHARACTERS.sub("", text)
    if "&#" in text:
        text = _SURROGATE_REFERENCES.sub(_paired, _CONTROL_REFERENCE.sub("", text))
    return text


def _paired(match: re.Match[str]) -> str:
    """Give the characters of references to halves of surrogate pairs: scripts write emoji so; lone halves are none."""
    units = b"".join(
        int(found[1], 16).to_bytes(2, "big") if found[1] else int(found[2]).to_bytes(2, "big")
        for found in _SURROGATE_REFERENCE.finditer(match[0])
    )
    return units.decode("utf-16-be", "ignore")


def is_binary(body: bytes) -> bool:
    r"""Tell bytes that are no text in any charset: by how such files begin, else by their control characters.

    >>> is_binary(b"\r\n %PDF-1.7"), is_binary("股价".encode("utf-16-le") * 10)
    (True, False)
    """
    start = body[:1_000].lstrip(b"\x00\t\n\r\f ")
    if start.startswith(_BINARY_STARTS):
        return True
    if body.startswith(tuple(mark for mark, _ in _MARKS)) or _utf16_without_mark(body) is not None:
        return False
    sample = body[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(_MOST_CONTROLS * len(sample), _FEW_CONTROLS)


def _decode(body: bytes, content_type: str) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    if (wide := _utf16_without_mark(body)) is not None:
        return body.decode(wide, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # From there on: the first 20 kB of a page are often scripts alone.
        sample = body[max(0, error.start - _BEFORE) : error.start + _SAMPLE]
    read = body.decode("utf-8", "replace")
    if not _is_mostly_utf8(read):
        read = body.decode(_by_evidence(body, sample, content_type), "replace")
    return read.removesuffix("\ufffd")  # a character that was cut at the end


def _utf16_without_mark(body: bytes) -> str | None:
    """Tell UTF-16 by the zero bytes of its markup, which is ASCII."""
    start = body[:_WIDE_SAMPLE]
    for name, high, low in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
        if len(start) >= 20 and high.count(0) * 4 > len(high) and low.count(0) * 50 < len(low):  # noqa: PLR2004
            return name
    return None


def _is_mostly_utf8(read: str) -> bool:
    """Tell whether a byte was lost, or a block of another charset pasted in: Han text in GBK has hardly any UTF-8."""
    plain = read.translate(_ASCII_AND_LATIN)
    faults = plain.count("\ufffd")
    return len(plain) - faults >= _UTF8_TO_A_FAULT * faults


def _by_evidence(body: bytes, sample: bytes, content_type: str) -> str:
    """Give the charset of bytes that are neither UTF-8 nor UTF-16: a declared one where it fits, and nothing better.

    GB18030 takes nearly any bytes and Latin-1 all, so declaring them says little: Chinese is told by its frequent
    characters, Big5 from GB18030 likewise. Japanese and Korean are believed where their own letters come out.
    """
    fitting = [name for name in _declared(body, content_type) if not name.startswith("utf") and _fits(sample, name)]
    if _is_western(sample):
        return next((name for name in fitting if name not in _DOUBLE_BYTE), "cp1252")
    declared = min(fitting, key=lambda name: _faults(sample, name), default=None)
    chinese = _chinese(sample)
    if declared is None:
        return chinese or _guessed(sample)
    is_weak = declared in _CHINESE or declared == "cp1252" or not _has_its_letters(sample, declared)
    return chinese if chinese is not None and is_weak else declared


def _has_its_letters(sample: bytes, name: str) -> bool:
    """Tell whether text in a Japanese or Korean charset has kana or Hangul; any other charset has what it has."""
    letters = _LETTERS.get(name)
    if letters is None:
        return True
    text = sample.decode(name, "replace").translate(_ASCII)
    return len(letters[0].findall(text)) >= letters[1] * len(text)


def _declared(body: bytes, content_type: str) -> list[str]:
    names = [match[1] for match in [_HEADER.search(content_type[:1_000])] if match]
    names += [(found[0] or found[1]).decode("ascii", "replace") for found in _META.findall(body[:_DECLARED_WITHIN])]
    return [name for one in names if (name := _known(one)) is not None]


def _known(name: str) -> str | None:
    """Give Python's name of a charset that pages are in, None for any other codec."""
    try:
        found = codecs.lookup(_SUPERSETS.get(name.lower(), name)).name
    except (LookupError, ValueError):
        return None
    return found if _CHARSETS.fullmatch(found) else None


def _fits(sample: bytes, name: str) -> bool:
    return _faults(sample, name) <= max(len(sample) // _FAULTS_IN, 1)


def _faults(sample: bytes, name: str) -> int:
    return sample.decode(name, "replace").count("\ufffd")


def _is_western(sample: bytes) -> bool:
    """Tell accented letters, which stand alone, from scripts whose bytes stand in runs."""
    high = len(sample) - len(sample.translate(None, _HIGH))
    return len(_HIGH_ALONE.findall(sample)) * 2 >= high


def _guessed(sample: bytes) -> str:
    found = from_bytes(sample).best()
    return found.encoding if found is not None and _known(found.encoding) else "gb18030"


def _chinese(sample: bytes) -> str | None:
    """Give the Chinese charset in which most characters are common ones, None where there is none."""
    shares = {name: _share(sample, name) for name in _CHINESE if _fits(sample, name)}
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= _MOSTLY else None


def _share(sample: bytes, name: str) -> float:
    """Give how many of the characters beyond ASCII are frequent ones of a Chinese charset."""
    text, frequent = sample.decode(name, "replace").translate(_ASCII), _frequent(name)
    return sum(1 for character in text if character in frequent) / max(len(text), 1)


@cache
def _frequent(name: str) -> frozenset[str]:
    """Give the frequent half of a Chinese charset, which both keep apart, with its punctuation.

    Source: GB/T 2312 level 1 (rows 16 to 55), Big5 level 1 (A440 to C67E).
    """
    first, last = {"gb18030": (0xB0A1, 0xD7F9), "big5hkscs": (0xA440, 0xC67E)}[name]
    pairs = (code.to_bytes(2, "big") for code in range(first, last + 1))
    trails = range(0xA1, 0xFF) if name == "gb18030" else (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    text = b"".join(pair for pair in pairs if pair[1] in trails).decode(name, "ignore")
    return frozenset(text + _PUNCTUATION)
