"""Our own settings, read once from Scrapy's into one frozen object; all faults in one error."""

from __future__ import annotations

import ipaddress
import math
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.connect import parse_connect_to
from crawler.errors import SettingInvalid
from crawler.sources import CATALOGUE
from storage.config import Location

_LARGEST = 1_000_000_000
_MOST_BYTES = 1_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """What a crawl needs to know besides Scrapy's own settings."""

    location: Location
    sources_file: Path
    extract_workers: int
    extract_timeout_s: float
    extract_memory_bytes: int
    lease_for: timedelta
    patience_s: float
    disk_warn_bytes: int
    disk_floor_bytes: int
    visit_max_links: int
    obey_opt_outs: bool
    learn_templates: bool
    is_replica: bool
    """Connections go to a replica (CONNECT_TO): no real host is asked, politeness would only cost time."""


def read_options(settings: BaseSettings) -> Options:
    """Read and check our settings.

    Raises:
        SettingInvalid: one line for each setting that means nothing.
    """
    faults: list[str] = []
    numbers = {
        name: _number(settings, name, least, faults)
        for name, least in (
            ("EXTRACT_TIMEOUT_S", 0.1),
            ("EXTRACT_MEMORY_MB", 1),
            ("LEASE_SECONDS", 1),
            ("STORE_PATIENCE_S", 0),
            ("DISK_WARN_MB", 0),
            ("DISK_FLOOR_MB", 0),
            ("VISIT_MAX_LINKS", 1),
            ("HEADERS_MAX_BYTES", 1_000),
            ("HEADERS_MAX_COUNT", 1),
            ("HEADERS_TIMEOUT_S", 0.1),
            *((f"{whose}_MAX_{what}", 0) for whose in ("RUN", "HOST") for what in ("PAGES", "BYTES", "SECONDS")),
        )
    }
    workers = _workers(settings, faults)
    obey_opt_outs = _flag(settings, "OBEY_OPT_OUTS", faults)
    _check_connections(settings, faults)
    if faults:
        raise SettingInvalid("\n".join(faults))
    return Options(
        location=Location(str(settings["ARCHIVE_URL"]), Path(str(settings["CAPTURES_DIR"]))),
        sources_file=Path(str(settings["SOURCES_FILE"])) if settings["SOURCES_FILE"] else CATALOGUE,
        extract_workers=workers,
        extract_timeout_s=numbers["EXTRACT_TIMEOUT_S"],
        extract_memory_bytes=int(numbers["EXTRACT_MEMORY_MB"] * 1024 * 1024),
        lease_for=timedelta(seconds=numbers["LEASE_SECONDS"]),
        patience_s=numbers["STORE_PATIENCE_S"],
        disk_warn_bytes=int(numbers["DISK_WARN_MB"] * 1_000_000),
        disk_floor_bytes=int(numbers["DISK_FLOOR_MB"] * 1_000_000),
        visit_max_links=int(numbers["VISIT_MAX_LINKS"]),
        obey_opt_outs=obey_opt_outs,
        learn_templates=settings.getbool("LEARN_TEMPLATES"),
        is_replica=bool(settings["CONNECT_TO"]),
    )


def _number(settings: BaseSettings, name: str, least: float, faults: list[str]) -> float:
    try:
        value = float(settings[name])
    except (TypeError, ValueError):
        value = math.nan
    most = _MOST_BYTES if name.endswith("_BYTES") else _LARGEST
    if not least <= value <= most:
        faults.append(f"setting {name}={settings[name]!r} is no number from {least:g} to {most:,}")
    return value


def _flag(settings: BaseSettings, name: str, faults: list[str]) -> bool:
    try:
        return settings.getbool(name)
    except ValueError:
        faults.append(f"setting {name}={settings[name]!r} is neither True nor False")
        return False


def _workers(settings: BaseSettings, faults: list[str]) -> int:
    try:
        workers = int(settings["EXTRACT_WORKERS"])
    except (TypeError, ValueError):
        workers = -1
    if workers < 0:
        faults.append(
            f"setting EXTRACT_WORKERS={settings['EXTRACT_WORKERS']!r} is no number of processes (0: one a core)"
        )
    return workers or len(os.sched_getaffinity(0))


def _check_connections(settings: BaseSettings, faults: list[str]) -> None:
    try:
        parse_connect_to(str(settings["CONNECT_TO"] or ""))
    except SettingInvalid as error:
        faults.append(str(error))
    for network in filter(None, (part.strip() for part in str(settings["ALLOWED_PRIVATE_NETWORKS"] or "").split(","))):
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            faults.append(f"setting ALLOWED_PRIVATE_NETWORKS: {error}; write networks by comma, as 127.0.0.1/32")
