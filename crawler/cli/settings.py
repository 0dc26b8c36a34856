"""The settings that every command takes, read without Scrapy: most commands only open the archive."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from crawler.errors import SettingInvalid
from storage.config import Location

SettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-s", metavar="NAME=VALUE",
        help="A setting, as `scrapy -s`; may be repeated. FINEWS_NAME in the environment sets it for all commands.",
        show_default=False,
    ),
]  # fmt: skip


def given(assignments: list[str] | None) -> dict[str, str]:
    """Give the settings of `--set`, the last one of a name.

    Raises:
        SettingInvalid: one is not NAME=VALUE.
    """
    values: dict[str, str] = {}
    for assignment in assignments or ():
        name, sign, value = assignment.partition("=")
        if not sign or not name.strip().isidentifier():
            raise SettingInvalid(f"--set {assignment!r} is no setting; write NAME=VALUE, as ARCHIVE_URL=sqlite:///a.db")
        values[name.strip()] = value
    return values


def settings_module() -> str:
    """Name the module of the settings: ours in every folder, unless SCRAPY_SETTINGS_MODULE names another."""
    return os.environ.get("SCRAPY_SETTINGS_MODULE") or "crawler.settings"


def value_of(name: str, assignments: list[str] | None) -> str:
    """Give one setting's value: of `--set`, else of the settings' module, which reads the environment.

    Raises:
        SettingInvalid: there is no such module or setting.
    """
    values = given(assignments)
    if name in values:
        return values[name]
    module = settings_module()
    try:
        return str(getattr(import_module(module), name))
    except (ImportError, AttributeError) as error:
        raise SettingInvalid(f"SCRAPY_SETTINGS_MODULE={module!r} has no setting {name}: {error}") from error


def megabytes(name: str, assignments: list[str] | None) -> int:
    """Give a setting that is a number of megabytes, in bytes.

    Raises:
        SettingInvalid: it is no such number.
    """
    value = value_of(name, assignments)
    try:
        return int(float(value) * 1_000_000)
    except (ValueError, OverflowError) as error:
        raise SettingInvalid(f"setting {name}={value!r} is no number of megabytes") from error


def location(assignments: list[str] | None) -> Location:
    """Give where the archive is."""
    captures = Path(value_of("CAPTURES_DIR", assignments))
    return Location(value_of("ARCHIVE_URL", assignments), captures)


def sources_file(assignments: list[str] | None) -> Path | None:
    """Give the file of sources; None for the catalogue that ships with the program."""
    name = value_of("SOURCES_FILE", assignments)
    return Path(name) if name else None
