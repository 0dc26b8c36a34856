"""A program that reads hostile bodies in a worker process, under the limits that the settings have.

It takes names of cases on standard input, a line each, and answers each with a JSON line: the reason, what was read,
the seconds until the answer was there, and the peak of the reading process's memory in MB.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from crawler.errors import ListRefused
from crawler.lists import read_list
from crawler.settings import EXTRACT_MEMORY_MB, EXTRACT_TIMEOUT_S
from crawler.sources import Source
from pipelines.saved import SavedPage, extract_file
from pipelines.workers import Workers
from storage.reasons import Reason
from tests.site.hostile_pages import CONTENT_CASES, HOST

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
API = {"items": "items", "item": {"url": "url", "title": "title", "published": "published"}}


class Outcome(NamedTuple):
    """`reason` is "" where the body was read; no `peak` is known of a process that was ended."""

    reason: str
    text: str = ""
    peak: int = 0


def read(path: str, kind: str, media_type: str) -> Outcome:
    """Read one body, in the worker."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    try:
        reason, text = _page(path) if kind == "page" else _list(path, kind, media_type)
    except MemoryError:
        reason, text = Reason.TOO_HEAVY, ""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return Outcome(reason, text, int(status.partition("VmHWM:")[2].split()[0]) // 1024)


def _page(path: str) -> tuple[str, str]:
    row = extract_file(SavedPage("a", Path(path), f"https://{HOST}/a.html"), now=NOW)
    return row.get("error", "").partition(":")[0], row.get("text", "")


def _list(path: str, kind: str, media_type: str) -> tuple[str, str]:
    api = {"api": API} if kind == "api" else {}
    source = Source.model_validate({"key": "a", "kind": kind, "url": f"https://{HOST}/", **api})
    body = Path(path).read_bytes()
    try:
        listing = read_list(source, url=source.url, body=body, content_type=media_type, now=NOW)
    except ListRefused as error:
        return error.reason, ""
    return "", " ".join(f"{found.url} {found.hints.title}" for found in listing.found)


def main() -> None:
    workers = Workers(processes=1, timeout_s=EXTRACT_TIMEOUT_S, memory_bytes=EXTRACT_MEMORY_MB * 1024 * 1024)
    list(workers.map(len, [("",)]))  # their start is not measured
    cases = {case.name: case for case in CONTENT_CASES}
    with tempfile.NamedTemporaryFile() as file:
        for line in sys.stdin:
            case = cases[line.strip()]
            Path(file.name).write_bytes(case.body())
            began = time.monotonic()
            (result,) = workers.map(read, [(file.name, case.kind, case.media_type)])
            took = time.monotonic() - began
            if isinstance(result, TimeoutError):
                result = Outcome(Reason.TOO_HEAVY)
            elif isinstance(result, Exception):
                result = Outcome(repr(result))
            answer = {"reason": result.reason, "is_right": case.text in result.text, "peak": result.peak, "took": took}
            print(json.dumps(answer), flush=True)
    workers.close()


if __name__ == "__main__":
    main()
