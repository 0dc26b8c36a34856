"""Scrapy's settings, each with its reason, and ours; `-s NAME=VALUE` or FINEWS_NAME in the environment override.

`crawler.options` reads ours into one checked object. docs/operate.md lists them for people.
"""

from __future__ import annotations

import os

from storage.config import DEFAULT_ARCHIVE_URL, DEFAULT_CAPTURES_DIR

# --- Ours ---
ARCHIVE_URL = DEFAULT_ARCHIVE_URL
CAPTURES_DIR = DEFAULT_CAPTURES_DIR
SOURCES_FILE = ""  # empty: the catalogue that ships with the program
ALLOWED_PRIVATE_NETWORKS = ""  # networks by comma, as 127.0.0.1/32; empty: public addresses only
CONNECT_TO = ""  # HOST[:PORT]=TARGET:PORT by comma, `*` for any host: local replicas
EXTRACT_WORKERS = 0  # processes that extract; 0: one a core
EXTRACT_TIMEOUT_S = 20  # one page
EXTRACT_MEMORY_MB = 1024  # one page, above what a worker needs anyhow
LEASE_SECONDS = 900  # after this a link that a hanging process holds is due again
OBEY_OPT_OUTS = True  # no copy of what its publisher wants archived (noarchive) or mined (TDM reservation) by nobody
VISIT_MAX_LINKS = 100_000  # links of one visit: an endless list ends here, and says so

# --- Ours: where alerts and digests go (secrets belong into the environment: a command line is seen by all) ---
ALERT_WEBHOOK = ""  # https://...; takes JSON
ALERT_EMAIL_TO = ""  # addresses by comma
ALERT_EMAIL_FROM = ""
ALERT_SMTP_URL = ""  # smtp://host:25 or smtps://user:password@host:465

# --- Scrapy: who we are ---
BOT_NAME = "finews"
USER_AGENT = "finews/0.1 (finance-news archive; contact: set USER_AGENT to name yours)"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"  # `scrapy crawl` with our exit codes

# --- Scrapy: the way of the data; the order is written here and nowhere else ---
ITEM_PIPELINES = {
    "pipelines.item_pipelines.ProcessPipeline": 300,  # Page -> Draft | Rejected, in a worker process
    "pipelines.item_pipelines.StorePipeline": 600,  # captures and rows, in batches
}
EXTENSIONS = {
    "crawler.run.RunExtension": 0,  # opens the run, counts, decides how it ended
    "scrapy.extensions.telnet.TelnetConsole": None,  # a door that nobody needs
    "scrapy.extensions.memusage.MemoryUsage": None,  # watches the parent only; each page has its own limits
}
REMOTE_CONTROL_ENABLED = False  # it executes Python for anyone on this machine who has its token
TELNETCONSOLE_ENABLED = False

# --- Scrapy: connections ---
DOWNLOAD_HANDLERS = {
    "http": "crawler.connect.ConnectToHandler",
    "https": "crawler.connect.ConnectToHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "crawler.guards.PublicResolver"
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # lets first requests pass without a look
    "crawler.robots.RobotsGuard": 100,
    "crawler.politeness.PolitenessMiddleware": 560,  # behind Scrapy's retries: who says "later" is not asked at once
}
HTTPPROXY_ENABLED = False  # behind a proxy nobody could check which address is connected to; True trusts yours
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # before and after decompression; the largest real list seen has 2 MB
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_FAIL_ON_DATALOSS = True  # a cut body is never stored as whole
REDIRECT_MAX_TIMES = 8
RETRY_TIMES = 1  # at once; all later tries are the ledger's, minutes and hours later
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the run's table and the ledger say it, once
COOKIES_ENABLED = False  # no session is needed anywhere, and none can leak
REFERRER_POLICY = "same-origin"  # the Referer field tells no other site what we read

# --- Scrapy: politeness (each host; off for replicas, see ArchiveSpider) ---
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "finews"  # our name in robots.txt, and in what pages say to crawlers
CONCURRENT_REQUESTS = 192  # those that wait for their turn at a slow host count, too: as many as a spider holds links
CONCURRENT_REQUESTS_PER_DOMAIN = 4
DOWNLOAD_DELAY = 0.25
DOWNLOAD_DELAY_JITTER = 0.5
AUTOTHROTTLE_ENABLED = True  # a server that answers slowly is asked less often
AUTOTHROTTLE_START_DELAY = 0  # from DOWNLOAD_DELAY on
AUTOTHROTTLE_MAX_DELAY = 10
AUTOTHROTTLE_TARGET_CONCURRENCY = 4.0

# --- Scrapy: speed and memory ---
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 16 * 1024 * 1024  # pages between the network and the store; two cores stay busy
CONCURRENT_ITEMS = 2  # tasks that Scrapy makes for every response: ours yield one item (100 cost 3 ms CPU a page)
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # oldest link first, as leased

# --- Scrapy: the log says what matters ---
LOG_LEVEL = "WARNING"
LOG_FORMATTER = "crawler.run.QuietLogFormatter"

_PREFIX = "FINEWS_"
globals().update({name[len(_PREFIX) :]: value for name, value in os.environ.items() if name.startswith(_PREFIX)})
