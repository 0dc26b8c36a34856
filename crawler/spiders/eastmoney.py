"""Eastmoney: its JSON lists, and articles by infoCode, share link or page address."""

from crawler.spiders.archive import ArchiveSpider


class EastmoneySpider(ArchiveSpider):
    """-a source=KEY, -a infocode=NW..., -a url=..., or -a file=links.txt (one link or infoCode a line)."""

    name = "eastmoney"
    kind = "eastmoney"
