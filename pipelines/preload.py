"""What the fork server loads, once: every worker starts with it, warm and shared. Importing it has effects.

For `pipelines.workers` alone, which names it to the fork server.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime

from pipelines.page import Fetched, Page, SourceFacts
from pipelines.process import process
from pipelines.workers import end_with_parent
from storage.types import Kind

_PARAGRAPH = "<p>2025年6月11日，贵州茅台(600519)发布公告。The company reported steady figures for the quarter.</p>"
_PAGE = f"<html><head><title>公告</title></head><body><article><h1>公告</h1>{_PARAGRAPH * 8}</article></body></html>"


def _warm_up() -> None:
    """Process one page: what is compiled and loaded at first use is then shared by all workers."""
    now = datetime.now(UTC)
    url = "https://www.example.com/a.html"
    response = Fetched(url, url, 200, (), _PAGE.encode(), now)
    process(Page(None, url, Kind.ARTICLE, SourceFacts("preload"), now, fetched=(response,)))


end_with_parent()
_warm_up()
gc.collect()
gc.freeze()  # no collection in a worker touches, and so copies, what it shares
