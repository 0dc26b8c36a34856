"""The settings as Scrapy's own object, for the commands that fetch."""

from __future__ import annotations

from scrapy.settings import Settings

from crawler.cli.settings import given, settings_module
from crawler.errors import SettingInvalid


def scrapy_settings(assignments: list[str] | None) -> Settings:
    """Give the settings that `scrapy crawl` would have here, with those of `--set` above them.

    Not by Scrapy's `get_project_settings`: that takes the settings of whatever project stands in the folder.

    Raises:
        SettingInvalid: one is not NAME=VALUE, or SCRAPY_SETTINGS_MODULE names no module.
    """
    module = settings_module()
    settings = Settings()
    try:
        settings.setmodule(module, priority="project")
    except ImportError as error:
        raise SettingInvalid(f"SCRAPY_SETTINGS_MODULE={module!r} cannot be imported: {error}") from error
    settings.setdict(given(assignments), priority="cmdline")
    return settings
