"""Articles and links of the archive as what people and programs are shown; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.hosts import PutOff
from storage.link_history import History, LinkStatus, Try
from storage.lookup import Article
from storage.runs import Run
from storage.types import Precision, iso_utc

_FORMATS = {
    Precision.SECOND: "%Y-%m-%d %H:%M:%S %z",
    Precision.MINUTE: "%Y-%m-%d %H:%M %z",
    Precision.HOUR: "%Y-%m-%d %H:00 %z",
    Precision.DAY: "%Y-%m-%d",
}


def article_fields(article: Article) -> dict[str, object]:
    """Give an article as a JSON object: the columns of `article_current`, then addresses, mentions and media.

    Times are UTC, ISO 8601; None where nothing tells.
    """
    fields: dict[str, object] = {}
    for name, value in asdict(article).items():
        fields[name] = iso_utc(value) if isinstance(value, datetime) else value
    return fields


def link_fields(link: LinkStatus) -> dict[str, object]:
    """Give a link as a JSON object: the columns of `link_status`."""
    return {
        "link_id": link.id,
        "url": link.url,
        "source_key": link.source_key,
        "kind": link.kind,
        "identity": link.identity,
        "state": link.state,
        "reason": link.reason,
        "reason_text": link.reason_text,
        "attempts": link.attempts,
        "discovered_at": _utc(link.discovered_at),
        "next_try_at": _utc(link.next_try_at),
        "article_id": link.article_id,
    }


def try_fields(one: Try) -> dict[str, object]:
    """Give one try at a link as a JSON object."""
    return {
        "at": iso_utc(one.at),
        "run_id": one.run_id,
        "state": one.state,
        "reason": one.reason,
        "reason_text": one.reason_text,
    }


def run_fields(run: Run) -> dict[str, object]:
    """Give a run as a JSON object: the columns of `run_status`, then what it took."""
    return {
        "id": run.id,
        "source_key": run.source_key,
        "spider": run.spider,
        "state": run_state(run),
        "started_at": iso_utc(run.started_at),
        "ended_at": _utc(run.ended_at),
        "counts": run.counts,
        "problems": list(run.problems),
        "measures": run.measures,
    }


def run_state(run: Run) -> str:
    """Give how a run stands or ended; "killed" for one whose process is gone without a word."""
    return "killed" if run.was_killed else run.state.value


def days(by_hour: Mapping[datetime, int], now: datetime, number: int) -> list[int]:
    """Give sums by UTC day for the last days, today's last.

    >>> days({datetime(2025, 6, 10, 23, tzinfo=UTC): 2}, datetime(2025, 6, 11, 9, tzinfo=UTC), 3)
    [0, 2, 0]
    """
    today = now.astimezone(UTC).date()
    sums = [0] * number
    for hour, count in by_hour.items():
        back = (today - hour.astimezone(UTC).date()).days
        if 0 <= back < number:
            sums[number - 1 - back] += count
    return sums


def sparkline(values: Sequence[int], *, plain: bool = False) -> str:
    """Draw numbers as small bars, the highest as the full one; a nought has none. `plain`: in ASCII.

    >>> sparkline([0, 1, 4, 8]), sparkline([0, 1, 4, 8], plain=True), sparkline([0, 0])
    ('·▁▄█', '.147', '··')
    """
    nothing, bars = (".", "12345678") if plain else ("·", "▁▂▃▄▅▆▇█")
    highest = max(values, default=0)
    return "".join(bars[(value * len(bars) - 1) // highest] if value > 0 else nothing for value in values)


def age(span: timedelta) -> str:
    """Give how long ago something was, shortly; a clock that was set back makes no negative age.

    >>> age(timedelta(minutes=3)), age(timedelta(hours=30)), age(timedelta(days=9, hours=20)), age(timedelta(hours=-1))
    ('3 min', '30 h', '9 d', '0 min')
    """
    minutes = max(span, timedelta()) // timedelta(minutes=1)
    if minutes < 120:  # noqa: PLR2004
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def size(value: object) -> str:
    """Give a number of bytes as people read it; "" for what is none.

    >>> size(2_000), size(350 * 1024 * 1024), size(None)
    ('2.0 kB', '367 MB', '')
    """
    if not isinstance(value, int):
        return ""
    shown = float(value)
    for unit in ("B", "kB", "MB"):
        if shown < 1000:  # noqa: PLR2004
            return f"{shown:.1f} {unit}" if 1 < shown < 10 and unit != "B" else f"{shown:.0f} {unit}"  # noqa: PLR2004
        shown /= 1000
    return f"{shown:.1f} GB"


def published(article: Article) -> str:
    """Give an article's publication time in its source's zone, as exactly as it is known, and where it is from.

    "unknown" where nothing told it, with what was printed.
    """
    if article.published_at is None:
        printed = article.published_as_printed
        return f"unknown (printed: {printed})" if printed else "unknown"
    precision = article.published_precision or Precision.SECOND
    said = f", {precision}" if precision is not Precision.SECOND else ""
    origin = f" (from {article.published_from}{said})" if article.published_from else ""
    return local_time(article.published_at, article.timezone, precision) + origin


def local_time(moment: datetime, zone: str, precision: Precision = Precision.SECOND) -> str:
    """Give a time in an IANA zone ("": UTC), no finer than its precision.

    >>> local_time(datetime(2022, 3, 15, 3, 38, 8, tzinfo=UTC), "Asia/Shanghai")
    '2022-03-15 11:38:08 +0800'
    """
    local = moment.astimezone(ZoneInfo(zone) if zone else UTC)
    # strftime writes years before 1000 with fewer than four digits on glibc.
    return local.strftime(_FORMATS[precision].replace("%Y", f"{local.year:04d}"))


def printed_publisher(article: Article) -> str:
    """Give the publisher, and what the page printed where that is another name."""
    as_printed = article.publisher_as_printed
    if as_printed and as_printed != article.publisher:
        return f"{article.publisher} (printed: {as_printed})"
    return article.publisher


def put_off_fields(put_off: PutOff, *, links: int) -> dict[str, object]:
    """Give a host that is put off as a JSON object; `links` wait for it."""
    return {
        "host": put_off.host, "put_off_until": iso_utc(put_off.until), "reason": put_off.reason,
        "reason_text": put_off.text, "times": put_off.times, "links": links,
    }  # fmt: skip


def history_fields(history: History) -> dict[str, object]:
    """Give a link's whole history as a JSON object."""
    shown, lease, put_off, article = history.shown_by, history.lease, history.put_off, history.article
    return {
        **link_fields(history.link),
        "host": history.link.host,
        "found_by_run": history.link.run_id,
        "shown_by": shown and {"url": shown.url, "fetched_at": iso_utc(shown.fetched_at), "capture_file": shown.file},
        "tries": [try_fields(one) for one in history.tries],
        "lease": lease and {"run_id": lease.run_id, "until": iso_utc(lease.until)},
        "put_off": put_off
        and {"until": iso_utc(put_off.until), "reason": put_off.reason, "reason_text": put_off.text},
        "article": article
        and {
            "id": article.id, "title": article.title, "revision": article.revision,
            "updated_at": iso_utc(article.updated_at),
        },
    }  # fmt: skip


def story_of_link(history: History) -> list[str]:
    """Give a link's whole history as lines for people, oldest first."""
    link = history.link
    lines = [f"{iso_utc(link.discovered_at)}  seen on {link.source_key}{_in_run(link.run_id)}"]
    if (shown := history.shown_by) is not None:
        lines.append(f"{iso_utc(shown.fetched_at)}  shown by {shown.url}, kept in {shown.file}")
    if link.seen_at > link.discovered_at:
        lines.append(f"{iso_utc(link.seen_at)}  edited by {link.source_key}")
    lines += [
        f"{iso_utc(one.at)}  {_result(one.state, one.reason, one.reason_text)}{_in_run(one.run_id)}"
        for one in history.tries
    ]
    return [*sorted(lines, key=lambda line: line[:20]), *_standing(history), f"now: {_now(history)}"]


def _standing(history: History) -> list[str]:
    lines = []
    if (lease := history.lease) is not None:
        lines.append(f"leased{_in_run(lease.run_id)}, until {iso_utc(lease.until)} at the latest")
    if (put_off := history.put_off) is not None:
        why = _result(put_off.reason, None, put_off.text)
        lines.append(f"its host {put_off.host} is put off until {iso_utc(put_off.until)}: {why}")
    if (article := history.article) is not None:
        lines.append(
            f"article {article.id}, revision {article.revision} of {iso_utc(article.updated_at)}: {article.title}"
        )
    return lines


def _now(history: History) -> str:
    link = history.link
    now = _result(link.state, link.reason, link.reason_text)
    if link.article_id is not None:
        now += f", article {link.article_id}"
    if link.next_try_at is not None:
        # A host that is put off is asked no earlier, whatever the link says.
        due = max(link.next_try_at, history.put_off.until) if history.put_off is not None else link.next_try_at
        now += f", next try {iso_utc(due)}"
    return now


def _in_run(run_id: int | None) -> str:
    return f" in run {run_id}" if run_id is not None else ""


def _result(state: str, reason: str | None, text: str | None) -> str:
    said = ": ".join(part for part in (reason, text) if part)
    return f"{state} ({said})" if said else str(state)


def _utc(moment: datetime | None) -> str | None:
    return iso_utc(moment) if moment is not None else None
