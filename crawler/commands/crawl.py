"""`scrapy crawl NAME`: Scrapy's own command with our checks before it and our exit codes after it."""

from __future__ import annotations

import argparse

from rich.console import Console
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from crawler.errors import CrawlError
from crawler.preflight import preflight
from crawler.report import print_end
from crawler.run import EXIT_CODES, run_end
from storage.errors import ArchiveError
from storage.runs import RunState


class Command(ScrapyCrawl):
    """Exit codes: 0 ok, 1 degraded, 2 failed."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider; `scrapy list` shows them")
        assert self.crawler_process is not None
        crawler = self._create_crawler(args[0])
        console = Console(stderr=True, highlight=False)
        try:
            preflight(crawler.settings, crawler.spidercls, opts.spargs)
        except (CrawlError, ArchiveError) as error:
            console.print(f"finews: {error}", style="red", markup=False, soft_wrap=True)
            self.exitcode = EXIT_CODES[RunState.FAILED]
            return
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        end = run_end(crawler)
        if end is None:
            self.exitcode = EXIT_CODES[RunState.FAILED]
            return
        print_end(console, [end])
        self.exitcode = EXIT_CODES[end.state]
