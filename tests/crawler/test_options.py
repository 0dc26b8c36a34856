"""Our settings are checked once, all faults together."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.errors import SettingInvalid
from crawler.options import read_options
from crawler.sources import CATALOGUE


def settings(**values: object) -> Settings:
    made = Settings()
    made.setmodule("crawler.settings")
    for name, value in values.items():
        made.set(name, value)
    return made


def test_the_shipped_settings_are_good() -> None:
    options = read_options(settings())
    assert options.sources_file == CATALOGUE
    assert options.extract_workers == len(os.sched_getaffinity(0))
    assert not options.is_replica


def test_settings_from_a_command_line_are_text() -> None:
    options = read_options(
        settings(
            ARCHIVE_URL="sqlite:////srv/a.db", CAPTURES_DIR="/srv/captures", SOURCES_FILE="my.toml",
            EXTRACT_WORKERS="3",
            EXTRACT_TIMEOUT_S="1.5", EXTRACT_MEMORY_MB="256", LEASE_SECONDS="60", VISIT_MAX_LINKS="10",
            CONNECT_TO="*=127.0.0.1:80", ALLOWED_PRIVATE_NETWORKS="127.0.0.1/32, ::1/128",
        )
    )  # fmt: skip
    assert options.location.archive_url == "sqlite:////srv/a.db"
    assert options.location.captures_dir == Path("/srv/captures")
    assert options.sources_file == Path("my.toml")
    assert options.extract_workers == 3
    assert options.extract_timeout_s == 1.5
    assert options.extract_memory_bytes == 256 * 1024 * 1024
    assert options.lease_for == timedelta(minutes=1)
    assert options.visit_max_links == 10
    assert options.is_replica


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EXTRACT_TIMEOUT_S", "0"), ("EXTRACT_TIMEOUT_S", "soon"), ("EXTRACT_TIMEOUT_S", "nan"),
        ("EXTRACT_MEMORY_MB", "-1"), ("EXTRACT_MEMORY_MB", "inf"), ("LEASE_SECONDS", ""), ("LEASE_SECONDS", None),
        ("VISIT_MAX_LINKS", "many"), ("VISIT_MAX_LINKS", "0"), ("VISIT_MAX_LINKS", "0.5"),
        ("EXTRACT_TIMEOUT_S", "1e-9"), ("EXTRACT_WORKERS", "-1"),
        ("EXTRACT_WORKERS", "two"), ("EXTRACT_WORKERS", None), ("LEASE_SECONDS", "1e300"),
        ("CONNECT_TO", "localhost"), ("ALLOWED_PRIVATE_NETWORKS", "10.0.0.1/8"),
    ],
)  # fmt: skip
def test_a_value_that_means_nothing_is_named_with_its_setting(name: str, value: object) -> None:
    with pytest.raises(SettingInvalid, match=name):
        read_options(settings(**{name: value}))


def test_all_faults_come_at_once() -> None:
    broken = settings(EXTRACT_WORKERS="x", LEASE_SECONDS="x", CONNECT_TO="x", ALLOWED_PRIVATE_NETWORKS="x,10.0.0.0/8,y")
    with pytest.raises(SettingInvalid) as raised:
        read_options(broken)
    lines = str(raised.value).splitlines()
    assert [line.split()[1].partition("=")[0].rstrip(":") for line in lines] == [
        "LEASE_SECONDS", "EXTRACT_WORKERS", "CONNECT_TO", "ALLOWED_PRIVATE_NETWORKS", "ALLOWED_PRIVATE_NETWORKS",
    ]  # fmt: skip
