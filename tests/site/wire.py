"""What a hostile server sends, byte by byte: whole answers, heads alone, and a good article."""

from __future__ import annotations

import socket
from collections.abc import Callable
from html import escape
from typing import NamedTuple


class Asked(NamedTuple):
    """One request as it came; `path` has the query."""

    host: str
    path: str
    user_agent: str
    fields: tuple[tuple[str, str], ...] = ()


Misdeed = Callable[[socket.socket, Asked], None]

HTML = "Content-Type: text/html; charset=utf-8"


def head(status: str, *fields: str, version: str = "1.1") -> bytes:
    """Give a status line and header fields, with the empty line behind them."""
    lines = [f"HTTP/{version} {status}", "Connection: close", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def answer(peer: socket.socket, body: bytes, *fields: str, status: str = "200 OK") -> None:
    """Send a whole, well-formed answer."""
    peer.sendall(head(status, f"Content-Length: {len(body)}", HTML, *fields))
    peer.sendall(body)


def good_page(asked: Asked, extra_head: str = "") -> bytes:
    """Give a good article, which says how it was asked for."""
    said = f"This page was asked for as {escape(asked.path)} of the host {escape(asked.host)}, which is all it knows."
    filler = "<p>The harbour company reported steady figures for the quarter, and its board expects no change.</p>" * 4
    title = "Steady figures at the harbour"
    body = f"<article><h1>{title}</h1><p>{said}</p>{filler}</article>"
    return f"<html><head><title>{title}</title>{extra_head}</head><body>{body}</body></html>".encode()


def half_page(asked: Asked) -> bytes:
    """Give the first part of a good article, which is long enough to be taken for one."""
    return good_page(asked).partition(b"</article>")[0]


def article(peer: socket.socket, asked: Asked) -> None:
    """Send a good article."""
    answer(peer, good_page(asked))
