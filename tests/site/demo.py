"""`make demo`: serve the local news site, crawl it into demo/archive.db, and say what to try next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from crawler.sources import CATALOGUE
from storage.archive import open_archive
from storage.config import Location
from tests.site.server import NewsSite

FOLDER = Path("demo")
INVENTED = Path(__file__).with_name("sources.toml")
KEYS = (
    "eastmoney-rolling", "eastmoney-media", "eastmoney-column-345", "cls-telegraph", "wallstreetcn-articles",
    "sina-roll", "10jqka-news", "example-markets", "example-ledger",
)  # fmt: skip


def main() -> int:
    """Crawl the site and give the crawl's exit code."""
    FOLDER.mkdir(exist_ok=True)
    sources = FOLDER / "sources.toml"
    sources.write_text(
        CATALOGUE.read_text(encoding="utf-8") + "\n" + INVENTED.read_text(encoding="utf-8"), encoding="utf-8"
    )
    with NewsSite() as site:
        print(
            f"the local news site plays {len(KEYS)} sources on 127.0.0.1:{site.port}; crawling it into {FOLDER}/",
            flush=True,
        )
        before = _articles()
        code = _crawl(sources, site.connect_to)
    if code < 2:
        total = _articles()
        print(
            f"\n{total - before} articles are new; the archive holds {total}, each once"
            "\nnext, with the same archive:\n"
            f"  {_PREFIX} list --limit 5\n"
            f"  {_PREFIX} show 1\n"
            f"  {_PREFIX} export jekyll demo/blog\n"
            "run `make demo` again: nothing is stored twice"
        )
        return 0
    return code


_PREFIX = "FINEWS_ARCHIVE_URL=sqlite:///demo/archive.db .venv/bin/finews"


def _articles() -> int:
    archive = open_archive(Location(f"sqlite:///{FOLDER}/archive.db", FOLDER / "captures"))
    with archive.reading() as connection:
        count = int(connection.exec_driver_sql("SELECT count(DISTINCT identity) FROM article_current").scalar_one())
    archive.close()
    return count


def _crawl(sources: Path, connect_to: str) -> int:
    settings = {
        "ARCHIVE_URL": f"sqlite:///{FOLDER}/archive.db",
        "CAPTURES_DIR": str(FOLDER / "captures"),
        "SOURCES_FILE": str(sources),
        "CONNECT_TO": connect_to,
        "ALLOWED_PRIVATE_NETWORKS": "127.0.0.1/32",
    }
    environment = {**os.environ, **{f"FINEWS_{name}": value for name, value in settings.items()}}
    return subprocess.call([sys.executable, "-m", "crawler", "crawl", *KEYS], env=environment)


if __name__ == "__main__":
    sys.exit(main())
