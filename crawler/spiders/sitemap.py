"""Sitemaps, their indexes, news sitemaps."""

from crawler.spiders.archive import ArchiveSpider


class SitemapSpider(ArchiveSpider):
    """-a source=KEY: a source of kind "sitemap"."""

    name = "sitemap"
    kind = "sitemap"
