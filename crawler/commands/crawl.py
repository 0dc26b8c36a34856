"""`scrapy crawl NAME`: Scrapy's own command with our checks before it and our exit codes after it."""

from __future__ import annotations

import argparse

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.crawling import Crawl, ends_of, exit_code, run_spiders
from crawler.errors import CrawlError
from crawler.preflight import preflight
from crawler.report import print_end
from crawler.run import EXIT_CODES
from crawler.terminal import console, print_error
from storage.errors import ArchiveError
from storage.runs import RunState


class Command(ScrapyCrawl):
    """Exit codes: 0 ok, 1 degraded, 2 failed."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider; `scrapy list` shows them")
        assert self.settings is not None
        crawls = [Crawl(args[0], opts.spargs)]
        try:
            crawlers = run_spiders(self.settings, crawls, check=_check)
        except (CrawlError, ArchiveError) as error:
            print_error(str(error))
            self.exitcode = EXIT_CODES[RunState.FAILED]
            return
        ends = ends_of(crawlers, crawls)
        print_end(console(stderr=True), ends)
        self.exitcode = exit_code(ends)


def _check(crawler: Crawler, crawl: Crawl) -> None:
    preflight(crawler.settings, crawler.spidercls, crawl.arguments)
