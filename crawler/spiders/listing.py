"""Category pages with article links and next links."""

from crawler.spiders.archive import ArchiveSpider


class ListingSpider(ArchiveSpider):
    """-a source=KEY: a source of kind "listing"."""

    name = "listing"
    kind = "listing"
