"""The `date` of a post: written in the article's zone, read back with the precision that it shows. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from storage.types import Precision

DEFAULT_ZONE = "Asia/Shanghai"
"""Of a post's date that names no offset, as on the original site (+0800)."""
_EARLIEST_YEAR = 1900

_DATE = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(?:(?:[Tt]|[ \t]{1,9})(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{0,9})?)?)?"
    r"(?:[ \t]{0,9}(?P<offset>[Zz]|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
)
# Zones whose offsets have no nameless zone of their own; of the others only Shanghai's is known to be meant.
_ZONES_TO_TRY = (
    DEFAULT_ZONE, "UTC", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Yangon", "Asia/Kabul", "Asia/Tehran",
    "Australia/Darwin", "Australia/Adelaide", "America/St_Johns",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostDate:
    """A publication time read from a post: `moment` is UTC, None for unknown; `zone` an IANA name."""

    moment: datetime | None
    precision: Precision | None
    zone: str


def zone_of(name: str) -> tzinfo | None:
    """Give the zone of an IANA name, None where there is none of that name."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder of zones, like "America"
        return None


def in_zone(moment: datetime, zone: str) -> datetime:
    """Give an instant on its zone's clock; on UTC's where the zone is unknown or its offset has no whole minutes."""
    known = zone_of(zone)
    try:
        local = moment.astimezone(known or UTC)
    except OverflowError:  # within a day of year 1 or 9999
        return moment.astimezone(UTC)
    offset = local.utcoffset() or timedelta()
    return moment.astimezone(UTC) if offset.seconds % 60 else local


def date_text(moment: datetime, zone: str, precision: Precision | None) -> str:
    """Give the value of `date`: the time with its offset, or the day alone where no more is known.

    >>> date_text(datetime(2022, 3, 15, 3, 38, 8, tzinfo=UTC), "Asia/Shanghai", Precision.SECOND)
    '2022-03-15 11:38:08 +0800'
    """
    local = in_zone(moment, zone)
    day = local.date().isoformat()
    return day if precision is Precision.DAY else f"{day} {local:%H:%M:%S %z}"


def read_date(text: str, *, zone: str = "") -> PostDate | None:
    """Read a `date`: with seconds, minutes, or the day alone; without an offset it is in `zone`, else +0800.

    Returns None for what is no date, an impossible one, or one before 1900: nothing is invented.

    >>> read_date("2022-05-26").precision, read_date("2022-05-26").moment.isoformat()
    (<Precision.DAY: 'day'>, '2022-05-25T16:00:00+00:00')
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    try:
        where = _offset(match["offset"]) if match["offset"] else zone_of(zone or DEFAULT_ZONE)
        year, month, day = (int(part) for part in match["day"].split("-"))
        moment = datetime(year, month, day, hour, minute, second, tzinfo=where or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if moment.year < _EARLIEST_YEAR:
        return None
    return PostDate(moment, _precision(match), _zone_at(moment, match["offset"], zone))


def _precision(match: re.Match[str]) -> Precision:
    if match["hour"] is None:
        return Precision.DAY
    return Precision.MINUTE if match["second"] is None else Precision.SECOND


def _offset(text: str) -> tzinfo:
    if not text.startswith(("+", "-")):
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def _zone_at(moment: datetime, offset: str | None, zone: str) -> str:
    """Give a zone whose clock showed this offset at this instant, so that the post can be written again as it was."""
    if not offset:
        return zone or DEFAULT_ZONE
    shown = _offset(offset).utcoffset(None) or timedelta()
    hours = shown // timedelta(hours=1)
    # The names of Etc have the sign of POSIX: Etc/GMT-8 is eight hours ahead.
    for name in (zone, *_ZONES_TO_TRY, f"Etc/GMT{-hours:+d}"):
        known = zone_of(name)
        if known is not None and moment.astimezone(known).utcoffset() == shown:
            return name
    return "UTC"
