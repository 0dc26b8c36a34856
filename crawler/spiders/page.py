"""Any article addresses given by hand."""

from crawler.spiders.archive import ArchiveSpider


class PageSpider(ArchiveSpider):
    """-a url=https://... or -a file=links.txt (one address a line)."""

    name = "page"
    kind = "page"
