"""Bytes -> text: the charset by evidence, since many pages declare none or a wrong one."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_SAMPLE = 20_000
_DECLARED_WITHIN = 4_096
_BEFORE = 200
_WORDS_A_FAULT = 20
_FAULTS_IN = 200
"""A declared charset fits where at most one character in so many bytes cannot be."""

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
_HIGH = bytes(range(0x80, 0x100))
_HIGH_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_NONCHARACTERS = re.compile("[\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(r"&#(?:0{0,9}(?:[0-8]|11|1[4-9]|2\d|3[01])|x0{0,9}(?:[0-8bBeEfF]|1[\dA-Fa-f]))(?:;|\b)")


def decode(body: bytes, content_type: str = "") -> str:
    r"""Give a page's text: by its byte order mark, else as UTF-8 where it is valid UTF-8, else as declared.

    Valid UTF-8 wins over any declaration: text in another charset is hardly ever valid UTF-8 by chance. Where no
    declared charset fits, GB18030 is tried, then a guess. Never raises; control characters, also those written as
    references (&#8;), and lone surrogates are left out: no database and no tree takes them.

    >>> decode("<p>股价\x08上涨</p>".encode("gbk"), "text/html; charset=ISO-8859-1")
    '<p>股价上涨</p>'
    """
    text = _decode(body, content_type)
    # By bytes: a regular expression over all characters takes 10 times as long.
    text = text.encode("utf-8", "ignore").translate(None, _CONTROLS).decode("utf-8")
    if "\ufffe" in text or "\uffff" in text:
        text = _NONCHARACTERS.sub("", text)
    return _CONTROL_REFERENCE.sub("", text) if "&#" in text else text


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
    if _faults(sample, "utf-8") * _WORDS_A_FAULT <= _high(sample):
        return body.decode("utf-8", "replace")  # a byte lost, or cut inside the last character
    return body.decode(_declared(body, sample, content_type) or _guessed(sample), "replace")


def _utf16_without_mark(body: bytes) -> str | None:
    """Tell UTF-16 by the zero bytes of its markup, which is ASCII."""
    start = body[:40]
    for name, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if len(start) >= 20 and zeros.count(0) * 10 > len(zeros) * 7:  # noqa: PLR2004
            return name
    return None


def _declared(body: bytes, sample: bytes, content_type: str) -> str | None:
    """Give the declared charset whose text has the fewest characters that cannot be; None where none fits.

    Latin-1 takes any bytes, so it counts only where they are not Chinese.
    """
    names = [match[1] for match in [_HEADER.search(content_type[:1_000])] if match]
    names += [(found[0] or found[1]).decode("ascii", "replace") for found in _META.findall(body[:_DECLARED_WITHIN])]
    known = [name for one in names if (name := _known(one)) is not None]
    best = min(known, key=lambda name: _faults(sample, name), default=None)
    if best is None or _faults(sample, best) > max(len(sample) // _FAULTS_IN, 1):
        return None
    return _chinese(sample) or best if best == "cp1252" else best


def _known(name: str) -> str | None:
    """Give Python's name of a charset that pages are in, None for any other codec."""
    try:
        found = codecs.lookup(_SUPERSETS.get(name.lower(), name)).name
    except (LookupError, ValueError):
        return None
    return found if _CHARSETS.fullmatch(found) else None


def _faults(sample: bytes, name: str) -> int:
    return sample.decode(name, "replace").count("\ufffd")


def _high(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _HIGH))


def _is_western(sample: bytes) -> bool:
    """Tell accented letters, which stand alone, from scripts whose bytes stand in runs."""
    return len(_HIGH_ALONE.findall(sample)) * 2 >= _high(sample)


def _guessed(sample: bytes) -> str:
    if _is_western(sample):
        return "cp1252"
    if (chinese := _chinese(sample)) is not None:
        return chinese
    found = from_bytes(sample).best()
    return found.encoding if found is not None and _known(found.encoding) else "gb18030"


def _chinese(sample: bytes) -> str | None:
    """Tell Big5 from GBK, which takes nearly all of its bytes, by the commonest words of Chinese in each."""
    if _is_western(sample) or min(_faults(sample, "gb18030"), _faults(sample, "big5hkscs")) > 1:
        return None
    return "big5hkscs" if _common(sample, "big5hkscs") > _common(sample, "gb18030") else "gb18030"


def _common(sample: bytes, name: str) -> int:
    text = sample.decode(name, "replace")
    return sum(text.count(word) for word in "的一是在有了不和人这這中大为為上个個国國我以要他时時来來们們")
