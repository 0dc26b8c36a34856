"""JSON lists, one declaration a source."""

from crawler.spiders.archive import ArchiveSpider


class ApiSpider(ArchiveSpider):
    """-a source=KEY: a source of kind "api"."""

    name = "api"
    kind = "api"
