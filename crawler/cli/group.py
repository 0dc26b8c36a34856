"""A group of commands, each in a module of its own that is imported when it is asked for.

`finews --help` then needs none of Scrapy, SQLAlchemy and trafilatura.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from crawler.errors import CrawlError
from crawler.terminal import print_error
from storage.errors import ArchiveError

FAILED = 2
"""The exit code of wrong usage and of commands that could not do their work; 1 is a degraded end."""


class CommandGroup(TyperGroup):
    """Commands by name, and how all of them end: an error of ours is one line and exit code 2."""

    modules: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Name -> module that has `app`, and the command's line in the group's help."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Name the commands in the order of their use."""
        return list(self.modules)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import a command; None where there is none of that name."""
        if cmd_name not in self.modules:
            return None
        module, _ = self.modules[cmd_name]
        command = get_command(import_module(module).app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the commands' lines without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.modules.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of the first word; unknown words name the nearest command."""
        self.commands = cast("Any", dict.fromkeys(self.modules))  # near names are looked for here
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an error ends as one line, with its traceback only where `--debug` asks for it."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            is_closed_pipe = isinstance(error, BrokenPipeError)  # `finews list | head`: Typer ends quietly
            if is_closed_pipe or ctx.params.get("debug"):
                raise
            print_error(_said(error))
            raise typer.Exit(FAILED) from error


def _said(error: Exception) -> str:
    if isinstance(error, CrawlError | ArchiveError):
        return str(error)
    first = (str(error).splitlines() or [""])[0]
    return f"unexpected {type(error).__name__}: {first}; `finews --debug ...` shows where"


def command_app(**options: Any) -> typer.Typer:
    """Give an empty app for one command's module, plain in its help and its errors."""
    return typer.Typer(
        rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, no_args_is_help=False, **options
    )


def examples(*lines: str) -> str:
    """Give the end of a command's help: examples that can be copied."""
    return "\b\n" + "\n".join(["Examples:" if len(lines) > 1 else "Example:", *(f"  {line}" for line in lines)])
