"""Links that a person gives: addresses, infoCodes, files of them."""

from __future__ import annotations

from pathlib import Path

from crawler.errors import BadArgument
from crawler.listing import BadItem, Found, Listing
from storage.urls import BadUrl, canonical_url, infocode

_SHARE_LINK = "http://choicewzp1.eastmoney.com/html_News/NewsShare.html?infoCode={code}"


def links_by_hand(*, url: str | None = None, code: str | None = None, file: str | None = None) -> Listing:
    """Give the links of -a url=, -a infocode= and -a file=; a bad line of the file costs that line alone.

    Raises:
        BadArgument: an infocode or address that is none, a file that cannot be read.
    """
    try:
        given = [*([_by_address(url)] if url is not None else []), *([_by_code(code)] if code is not None else [])]
    except BadUrl as error:
        raise BadArgument(f"{error}; give -a infocode=NW202203152309565655 or -a url=https://...") from error
    lines = [_line(file, number, text) for number, text in _lines(file)] if file is not None else []
    return Listing(
        found=(*given, *(line for line in lines if isinstance(line, Found))),
        bad=tuple(line for line in lines if isinstance(line, BadItem)),
    )


def _by_address(text: str) -> Found:
    canonical_url(text)
    return Found(url=text.strip())


def _by_code(text: str) -> Found:
    return Found(url=_SHARE_LINK.format(code=infocode(text)))


def _lines(file: str) -> list[tuple[int, str]]:
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadArgument(f"file={file} cannot be read ({error}); give a text file with one link a line") from error
    numbered = enumerate((line.strip() for line in text.splitlines()), start=1)
    return [(number, line) for number, line in numbered if line and not line.startswith("#")]


def _line(file: str, number: int, text: str) -> Found | BadItem:
    try:
        return _by_address(text) if "://" in text else _by_code(text)
    except BadUrl as error:
        return BadItem(f"{file}, line {number}: {error}")
