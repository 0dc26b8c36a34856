"""Why a request came to nothing: Scrapy's and Twisted's errors as reasons of the ledger."""

from __future__ import annotations

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectionClosed
from twisted.python.failure import Failure

from crawler.errors import BudgetSpent, ResponseRefused
from crawler.guards import AddressNotAllowed
from crawler.politeness import HostPutOff
from storage.reasons import Reason
from storage.types import iso_utc

_GONE = {404, 410, 451}
_ELSEWHERE = {301, 302, 303, 307, 308}
_BLOCKED = {401, 403, 429}
_LATER = {408, 425, 429}
_REASONS: tuple[tuple[type[BaseException], Reason, str], ...] = (
    (AddressNotAllowed, Reason.ADDRESS_NOT_ALLOWED, "{error}"),
    (BudgetSpent, Reason.BUDGET, "{error}"),
    (DownloadTimeoutError, Reason.UNREACHABLE, "no answer in time"),
    (DownloadConnectionRefusedError, Reason.UNREACHABLE, "the connection was refused"),
    (CannotResolveHostError, Reason.UNREACHABLE, "the host's name has no address"),
    (ResponseDataLossError, Reason.TRUNCATED, "the body was cut"),
    (DownloadCancelledError, Reason.TOO_LARGE, "the body is larger than DOWNLOAD_MAXSIZE"),
    (UnsupportedURLSchemeError, Reason.BAD_ADDRESS, "neither http nor https"),
    (NotSupported, Reason.BAD_ADDRESS, "neither http nor https"),
    (DownloadFailedError, Reason.UNREACHABLE, "{error}"),
    (ValueError, Reason.BAD_ADDRESS, "it leads to what is no address: {error}"),
)


def failure_reason(failure: Failure, request: Request) -> tuple[Reason, str]:
    """Give the reason for a request that failed, and one line that names the address and what happened."""
    reason, text = reason_of(failure.value)
    return reason, f"{request.url}: {text}"


def is_transient(reason: Reason, failure: Failure) -> bool:
    """Tell whether another try later may end better."""
    if isinstance(failure.value, HttpError):
        status = failure.value.response.status
        return status >= 500 or status in _LATER  # noqa: PLR2004
    waits = {Reason.UNREACHABLE, Reason.TRUNCATED, Reason.BUDGET}
    return isinstance(failure.value, HostPutOff) or reason in waits


def uses_a_try(failure: Failure) -> bool:
    """Tell whether a link was tried with this: a budget, and a host that is put off or asks for time, are no try."""
    error = failure.value
    if isinstance(error, HostPutOff):
        return error.was_asked and error.put_off.reason is Reason.UNREACHABLE
    return not isinstance(error, BudgetSpent)


def reason_of(error: BaseException | None) -> tuple[Reason, str]:
    """Give the reason for an error that a download ended with, and what happened in a few words."""
    if isinstance(error, HttpError):
        return _of_redirect(error.response) or _of_status(error.response.status)
    if isinstance(error, HostPutOff):
        return error.put_off.reason, _of_put_off(error)
    if isinstance(error, IgnoreRequest):
        return _of_ignored(str(error))
    if isinstance(error, ResponseRefused):
        return error.reason, str(error)
    for kind, reason, text in _REASONS:
        if isinstance(error, kind):
            return reason, text.format(error=_one_line(error))
    return Reason.UNREACHABLE, f"{type(error).__name__}: {_one_line(error)}"


def _of_redirect(response: Response) -> tuple[Reason, str] | None:
    """Scrapy follows redirects to http and https; any other one comes to us as an answer."""
    to = response.headers.get("Location")
    if response.status not in _ELSEWHERE or to is None:
        return None
    shown = " ".join(to.decode("latin-1").split())[:200]
    return Reason.BAD_ADDRESS, f"it redirects to {shown!r}, which is neither http nor https"


def _of_status(status: int) -> tuple[Reason, str]:
    if status in _GONE:
        return Reason.GONE, f"the server says {status}: it is not there (any more)"
    if status in _BLOCKED:
        return Reason.BLOCKED, f"the server says {status}: it does not let us in"
    return Reason.HTTP_ERROR, f"the server answers with status {status}"


def _of_put_off(error: HostPutOff) -> str:
    put_off = error.put_off
    if error.was_asked:
        return f"{put_off.text}; {put_off.host} is put off until {iso_utc(put_off.until)}"
    return f"not asked: {put_off.host} is put off until {iso_utc(put_off.until)} ({put_off.text})"


def _of_ignored(text: str) -> tuple[Reason, str]:
    if "robots.txt" in text:
        return Reason.ROBOTS, "robots.txt does not allow it for our user agent"
    return Reason.HTTP_ERROR, "too many redirects" if "redirections" in text else text


def _one_line(error: BaseException | None) -> str:
    told = ""
    if isinstance(error, DownloadFailedError):
        inner = getattr(error.__cause__, "reasons", None)
        if inner and isinstance(inner[0], Failure):  # Twisted wraps what broke a connection in a list of failures
            error = inner[0].value
        is_broken = isinstance(error, (ConnectionClosed, DownloadFailedError))
        told = "the connection broke: " if is_broken else f"the answer is no HTTP: {type(error).__name__}: "
    return told + " ".join(str(error).split())[:200]
