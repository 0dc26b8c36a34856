"""Where messages go to: a webhook, e-mail. Each takes a message or fails with one line; no secret is ever printed."""

from __future__ import annotations

import json
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException, HTTPMessage
from typing import IO, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from crawler.alerts import Message
from crawler.errors import SettingInvalid
from crawler.terminal import visible
from storage.types import iso_utc

TIMEOUT_S = 10.0
PAUSES_S = (1.0, 3.0)
"""Waits between the tries of one message at a webhook: three tries, and then again in the next round."""

_MOST_READ = 16 * 1024
_LONGEST_TEXT = 15_000  # chats refuse messages of more than about 20 kB
_TRY_AGAIN = (408, 425, 429)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*", re.ASCII)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ChannelFailed(Exception):
    """A channel did not take a message; one line that says which and why."""


class Channel(Protocol):
    """Somewhere a message can be sent to."""

    @property
    def name(self) -> str:
        """Name it in the log: what it is and its host, without secrets."""

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            ChannelFailed: it was not taken.
        """


def read_channels(setting: Callable[[str], str]) -> tuple[Channel, ...]:
    """Give the channels of the settings ALERT_WEBHOOK, ALERT_EMAIL_TO, ALERT_EMAIL_FROM and ALERT_SMTP_URL.

    Raises:
        SettingInvalid: one line for each setting that means nothing.
    """
    faults: list[str] = []
    channels: list[Channel] = []
    if webhook := setting("ALERT_WEBHOOK").strip():
        channels += _webhook(webhook, faults)
    if to := setting("ALERT_EMAIL_TO").strip():
        channels += _email(to, setting("ALERT_EMAIL_FROM").strip(), setting("ALERT_SMTP_URL").strip(), faults)
    if faults:
        raise SettingInvalid("\n".join(faults))
    return tuple(channels)


def _webhook(url: str, faults: list[str]) -> list[Channel]:
    parts = _parts(url)
    if parts is None or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        faults.append("setting ALERT_WEBHOOK is no address of a webhook: write https://host/path, without user@")
        return []
    return [Webhook(url)]


def _email(to: str, sender: str, smtp: str, faults: list[str]) -> list[Channel]:
    recipients = tuple(address.strip() for address in to.split(","))
    for name, address in [*(("ALERT_EMAIL_TO", one) for one in recipients), ("ALERT_EMAIL_FROM", sender)]:
        if not _ADDRESS.fullmatch(address):
            faults.append(f"setting {name}: {address!r} is no e-mail address, as me@example.org")
    parts = _parts(smtp)
    if parts is None or parts.scheme not in {"smtp", "smtps"}:
        faults.append("setting ALERT_SMTP_URL is no address of a mail server: write smtps://user:password@host:465")
    return [Email(smtp, sender, recipients)] if not faults else []


def _parts(url: str) -> SplitResult | None:
    """Give the parts of a URL with a host; None for what is none."""
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 and not re.search(r"[\s\x00-\x1f\x7f]", url) else None
    except ValueError:
        return None


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(  # noqa: PLR0917  # urllib's form
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """A message goes where it was meant to go, or nowhere."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts JSON: in the form that Slack, Feishu, DingTalk and WeCom take at their hosts, with all facts elsewhere."""

    url: str
    timeout_s: float = TIMEOUT_S
    pauses_s: Sequence[float] = PAUSES_S

    @property
    def name(self) -> str:
        return f"webhook at {urlsplit(self.url).hostname}"

    def send(self, message: Message) -> None:
        """Send a message, trying again where that may help.

        Raises:
            ChannelFailed: it was not taken.
        """
        body = json.dumps(webhook_body(urlsplit(self.url).hostname or "", message)).encode()
        for pause in (*self.pauses_s, None):
            failure, may_pass = self._post(body)
            if failure is None:
                return
            if pause is None or not may_pass:
                raise ChannelFailed(f"{self.name}: {failure}")
            time.sleep(pause)

    def _post(self, body: bytes) -> tuple[str | None, bool]:
        """Give what went wrong, if anything, and whether another try may help."""
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "finews"}
        request = Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310  # checked: http or https
        try:
            with build_opener(_NoRedirects).open(request, timeout=self.timeout_s) as response:
                return _refusal(response.read(_MOST_READ)), False
        except HTTPError as error:
            error.close()
            return f"it answers with status {error.code}", error.code >= 500 or error.code in _TRY_AGAIN  # noqa: PLR2004
        except URLError as error:
            return _one_line(error.reason), True
        except (OSError, HTTPException, ValueError) as error:
            return _one_line(error), True


def webhook_body(host: str, message: Message) -> dict[str, object]:
    r"""Give the JSON object that the webhook of a host takes.

    >>> webhook_body("hooks.slack.com", Message("one begun", "BEGUN fed: silent"))
    {'text': 'one begun\\nBEGUN fed: silent'}
    """
    text = visible(f"{message.title}\n{message.text}", lines=True)[:_LONGEST_TEXT]
    match host:
        case "hooks.slack.com":
            return {"text": text}
        case "open.feishu.cn" | "open.larksuite.com":
            return {"msg_type": "text", "content": {"text": text}}
        case "oapi.dingtalk.com" | "qyapi.weixin.qq.com":
            return {"msgtype": "text", "text": {"content": text}}
    alerts = [
        {
            "news": news, "source_key": alert.source_key, "monitor": alert.monitor, "since": iso_utc(alert.since),
            "text": visible(alert.text),
        }
        for news, alert in message.alerts
    ]  # fmt: skip
    return {"title": visible(message.title), "text": text, "alerts": alerts}


def _refusal(answer: bytes) -> str | None:
    """Chats refuse with status 200 and a number in the answer (Feishu: code, DingTalk and WeCom: errcode)."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    code = (told.get("code") or told.get("errcode")) if isinstance(told, dict) else None
    return f"it refuses the message with code {str(code)[:40]!r}" if code else None


@dataclass(frozen=True, slots=True)
class Email:
    """Sends mail by SMTP: over TLS for smtps://, else with STARTTLS where the server offers it."""

    smtp_url: str
    sender: str
    recipients: tuple[str, ...]
    timeout_s: float = TIMEOUT_S

    @property
    def name(self) -> str:
        return f"e-mail by {urlsplit(self.smtp_url).hostname}"

    def send(self, message: Message) -> None:
        """Send a message to all recipients.

        Raises:
            ChannelFailed: it was not taken.
        """
        mail = mail_of(message, self.sender, self.recipients)
        try:
            with self._connect() as server:
                self._log_in(server)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise ChannelFailed(f"{self.name}: {self._said(error)}") from error

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.smtp_url)
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, parts.port or 465, timeout=self.timeout_s, context=context)
        return smtplib.SMTP(host, parts.port or 25, timeout=self.timeout_s)

    def _log_in(self, server: smtplib.SMTP) -> None:
        parts = urlsplit(self.smtp_url)
        server.ehlo()
        is_safe = parts.scheme == "smtps" or parts.hostname in _LOOPBACK
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif parts.password and not is_safe:
            raise ChannelFailed(f"{self.name}: it offers no TLS, and no password is sent without")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))

    def _said(self, error: Exception) -> str:
        """Say what went wrong; a server's answer to a login is not repeated: it may hold what was sent."""
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"the server does not accept user and password ({error.smtp_code})"
        return _one_line(error)


def mail_of(message: Message, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """Give a message as mail; nothing in it can become a header field."""
    mail = EmailMessage()
    mail["Subject"] = visible(message.title)[:200]
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answer is wanted
    mail.set_content(visible(message.text, lines=True))
    return mail


def _one_line(error: object) -> str:
    return visible(f"{type(error).__name__}: {error}" if isinstance(error, Exception) else str(error))[:200]
