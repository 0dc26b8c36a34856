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
EXTRACT_TIMEOUT_S = 15  # one page; with its start and its end a hostile one takes under 20
EXTRACT_MEMORY_MB = 200  # one page, above the 130 MB of a worker: no page of 1,000 real ones took 70
LEARN_TEMPLATES = True  # at the end of a crawl, from hosts with enough new pages
LEASE_SECONDS = 900  # after this a link that a hanging process holds is due again
OBEY_OPT_OUTS = True  # no copy of what its publisher wants archived (noarchive) or mined (TDM reservation) by nobody
STORE_PATIENCE_S = 600  # how long a locked or absent archive, or a full disk, is waited out
DISK_WARN_MB = 1000  # a run says so where a disk of the archive has less left
DISK_FLOOR_MB = 100  # nothing is stored while a disk of the archive has less left; 0: no floor
VISIT_MAX_LINKS = 100_000  # links of one visit: an endless list ends here, and says so
HEADERS_MAX_BYTES = 262_144  # status line and header fields of one response; browsers stop there, too
HEADERS_MAX_COUNT = 500  # header fields of one response
HEADERS_TIMEOUT_S = 10  # from the request to the end of the header fields
RUN_MAX_PAGES = 100_000  # requests of one run; this and the next five: 0 for any number
RUN_MAX_BYTES = 20_000_000_000  # bytes of bodies, as they come over the wire
RUN_MAX_SECONDS = 21_600  # of the clock
HOST_MAX_PAGES = 50_000  # requests to one host in one run
HOST_MAX_BYTES = 10_000_000_000
HOST_MAX_SECONDS = 43_200  # that its requests took, together: some are on their way at once

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
DOWNLOADER = "crawler.stopping.StoppableDownloader"  # Scrapy's waits for every slow server before it stops
TWISTED_DNS_RESOLVER = "crawler.guards.PublicResolver"
DOWNLOADER_MIDDLEWARES = {
    "crawler.connect.AddressGuard": 40,  # first: nothing is asked for an address that may not be
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # lets first requests pass without a look
    "crawler.robots.RobotsGuard": 100,
    "crawler.politeness.PolitenessMiddleware": 560,  # behind Scrapy's retries: who says "later" is not asked at once
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # takes half a stream for a whole
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # keeps each page a second time
    "crawler.bodies.HeadMetaRefresh": 580,
    "crawler.bodies.WholeBodies": 590,
    "crawler.origins.OriginGuard": 740,  # behind all that add header fields
    "crawler.budgets.BudgetGuard": 950,  # next to the network: what comes here is sent
}
HTTPPROXY_ENABLED = False  # behind a proxy nobody could check which address is connected to; True trusts yours
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # before and after decompression; the largest real list seen has 2 MB
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 15  # the whole response; 8 MiB at 4.5 MBit/s, an ordinary page at a tenth of that
DNS_TIMEOUT = 10
DOWNLOAD_FAIL_ON_DATALOSS = True  # a cut body is never stored as whole
REDIRECT_MAX_TIMES = 8
METAREFRESH_MAXDELAY = 5  # what waits longer is a page that loads itself anew
RETRY_TIMES = 1  # at once; all later tries are the ledger's, minutes and hours later
RETRY_EXCEPTIONS = [  # not those that took their time: a host that hangs is left alone for minutes
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # not 429: who says "too many" is not asked again at once
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
