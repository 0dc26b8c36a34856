"""What must be right before a crawl starts, so that a fault is one line and no half-begun run."""

from __future__ import annotations

from collections.abc import Mapping

from scrapy import Spider
from scrapy.settings import BaseSettings

from crawler.errors import BadArgument
from crawler.options import read_options
from crawler.sources import load_sources
from crawler.spiders.archive import ArchiveSpider
from storage.archive import open_archive
from storage.captures import check_folder


def preflight(settings: BaseSettings, spider_class: type[Spider], arguments: Mapping[str, str]) -> None:
    """Check settings, source, links given by hand, database and captures folder; nothing is fetched.

    Raises:
        CrawlError, ArchiveError: what is wrong, where, and what to do.
    """
    options = read_options(settings)
    if issubclass(spider_class, ArchiveSpider):
        _check_arguments(spider_class, arguments)
        if "source" in arguments:
            spider_class.find_source(load_sources(options.sources_file), arguments["source"])
    open_archive(options.location).close()
    check_folder(options.location.captures_dir)


def _check_arguments(spider_class: type[ArchiveSpider], arguments: Mapping[str, str]) -> None:
    known = {"source", "url", "infocode", "file", "scheduled"}
    unknown = sorted(set(arguments) - known)
    if unknown:
        raise BadArgument(
            f"spider {spider_class.name!r} knows no argument {unknown[0]!r}; it takes {', '.join(sorted(known))}"
        )
    spider_class(**arguments)
    if not {"source", "url", "infocode", "file"} & set(arguments):
        raise BadArgument(f"spider {spider_class.name!r} has nothing to do: {spider_class.usage()}")
