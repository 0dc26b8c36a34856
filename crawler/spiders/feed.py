"""RSS, Atom and JSON feeds."""

from crawler.spiders.archive import ArchiveSpider


class FeedSpider(ArchiveSpider):
    """-a source=KEY: a source of kind "feed"."""

    name = "feed"
    kind = "feed"
