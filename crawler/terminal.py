"""What people see on a terminal: text from outside made harmless, and the two consoles."""

from __future__ import annotations

import os
import sys
import unicodedata

from rich.console import Console

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # Unicode 17, 4.5: general categories
_JOINERS = frozenset("\u200c\u200d")  # parts of words in Persian and Indic scripts, and of emoji
_PIPE_WIDTH = 500  # cells: a pipe has no width of its own, and a cut URL is of no use to the next program


def visible(text: str, *, lines: bool = False) -> str:
    r"""Give text as it may be printed: what would move, colour or reorder what stands around it is spelt out.

    Control and format characters (ANSI escapes, bidi overrides, zero-width signs) and lone surrogates become
    their escape. White space of any kind becomes one space; with `lines`, line breaks stay.

    >>> visible("a\x1b[31m\u202e b\n\tc")
    'a\\x1b[31m\\u202e b c'
    """
    kept = text.splitlines() if lines else [" ".join(text.split())]
    return "\n".join("".join(_spelt(sign) for sign in line) for line in kept)


def _spelt(sign: str) -> str:
    if sign == "\t":
        return " "
    if unicodedata.category(sign) not in _UNSEEN or sign in _JOINERS:
        return sign
    return sign.encode("unicode_escape").decode("ascii")


def console(*, stderr: bool = False) -> Console:
    """Give a console that prints what it is given: no markup, no emoji names, colours on a terminal only."""
    stream = sys.stderr if stderr else sys.stdout
    is_pipe = not stream.isatty() and "COLUMNS" not in os.environ
    return Console(
        file=stream, width=_PIPE_WIDTH if is_pipe else None, highlight=False, markup=False, emoji=False, soft_wrap=False
    )


def print_error(text: str) -> None:
    """Print an error's message on standard error: one line for each fault, each with our name."""
    where = console(stderr=True)
    for line in visible(text, lines=True).splitlines() or [""]:
        where.print(f"finews: {line}", style="red", soft_wrap=True)
