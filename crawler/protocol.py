"""HTTP/1.1 as we listen to it: a head that is too large or never comes ends early, a cut body is never whole.

Scrapy 2.19 on Twisted 26.10 reads header fields without end, waits for them as long as for the whole response, takes
a connection that was reset for the end of a body without a length, and drops what is behind a length that is too short
(each tried).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IAddress, ISSLTransport
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, HEADER, STATUS, Request, ResponseFailed
from twisted.web.http import _DataLoss
from twisted.web.iweb import IResponse

from crawler.errors import ResponseRefused
from storage.reasons import Reason


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """What the status line and the header fields of one response may cost."""

    most_bytes: int
    most_fields: int
    timeout_s: float


class _Parser(_LenientHTTPClientParser):
    """Counts the head as it comes, with those of 1xx answers before it."""

    limits: HeadLimits
    head_bytes = 0
    head_lines = 0

    def lineReceived(self, line: bytes) -> None:
        self.head_bytes += len(line) + 1
        self.head_lines += 1
        if self.head_bytes > self.limits.most_bytes:
            raise ResponseRefused(Reason.TOO_LARGE, "its header fields are larger than HEADERS_MAX_BYTES")
        if self.head_lines > self.limits.most_fields + 2:  # the status line and the empty one
            raise ResponseRefused(Reason.TOO_LARGE, "it has more header fields than HEADERS_MAX_COUNT")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        told = line[:40].decode("latin-1")
        if self.state == STATUS and not line.startswith(b"HTTP/"):
            raise ResponseRefused(Reason.UNREACHABLE, f"the answer is no HTTP: {told!r}")
        raise ResponseRefused(Reason.TOO_LARGE, f"a header field is larger than HEADERS_MAX_BYTES: {told!r}...")

    def switchToBodyMode(self, decoder: Any) -> None:
        self._pieces: list[bytes] = []
        decoder.dataCallback = self._pieces.append
        super().switchToBodyMode(decoder)

    def rawDataReceived(self, data: bytes) -> None:
        """Hand on in one piece what one read brought: 10,000 chunks of a byte each would hold up everybody else."""
        super().rawDataReceived(data)
        self._hand_on()

    def _hand_on(self) -> None:
        if pieces := b"".join(self._pieces):
            self._pieces.clear()
            self.response._bodyDataReceived(pieces)

    def _finished(self, rest: bytes) -> None:
        """Take a body for whole where nothing is behind it: we ask one thing at a time, so nothing else may come."""
        has_length = self.connHeaders.hasHeader("Content-Length")
        is_chunked = self.connHeaders.hasHeader("Transfer-Encoding")
        if rest.strip() and has_length and not is_chunked and self.response.code not in self.NO_BODY_CODES:
            raise ResponseRefused(Reason.TRUNCATED, "the body goes on behind its Content-Length")
        if self.state == BODY:
            self._hand_on()
        super()._finished(rest)

    def connectionLost(self, reason: Failure | None = None) -> None:
        # Twisted gives a plain exception, no Failure, for a connection that it keeps.
        if self.bodyDecoder is not None and isinstance(reason, Failure) and self._is_cut(reason):
            reasons = [reason, Failure(_DataLoss())]
            self.response._bodyDataFinished(Failure(ResponseFailed(reasons, self.response)))
        else:
            super().connectionLost(reason)

    def _is_cut(self, reason: Failure) -> bool:
        if reason.check(ResponseRefused):
            return True
        # Servers that speak TLS often close without a word; a plain connection that was reset lost what was on its way.
        is_until_close = getattr(self.bodyDecoder, "contentLength", 0) is None
        return is_until_close and not reason.check(ConnectionDone) and not self.is_encrypted

    is_encrypted = False


class _Protocol(_LenientHTTP11ClientProtocol):
    limits: HeadLimits
    _waiting: Any = None

    def request(self, request: Request) -> Deferred[IResponse]:
        responded: Deferred[IResponse] = super().request(request)
        parser: Any = self._parser
        parser.__class__ = _Parser
        parser.limits = self.limits
        parser.MAX_LENGTH = self.limits.most_bytes
        parser.is_encrypted = ISSLTransport.providedBy(self.transport)
        # A process installs its reactor after this module is imported.
        from twisted.internet import reactor  # noqa: PLC0415

        clock: Any = reactor
        self._waiting = clock.callLater(self.limits.timeout_s, self._head_is_late)
        return responded.addBoth(self._head_ended)

    def _head_ended(self, result: IResponse | Failure) -> IResponse | Failure:
        if self._waiting is not None and self._waiting.active():
            self._waiting.cancel()
        return result

    def _head_is_late(self) -> None:
        if self._parser is None or self._parser.state not in {STATUS, HEADER}:
            return
        # Without it Twisted would ask a kept connection's server a second time at once.
        self._parser._everReceivedData = True
        text = f"no header fields within HEADERS_TIMEOUT_S ({self.limits.timeout_s:g} s)"
        self._giveUp(Failure(ResponseRefused(Reason.UNREACHABLE, text)))


class LimitedFactory(_LenientHTTP11ClientFactory):
    """Makes connections that hold to the limits; a pool's `_factory` once they are bound."""

    def __init__(self, limits: HeadLimits, *args: Any) -> None:
        super().__init__(*args)
        self._limits = limits

    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: ARG002
        protocol = _Protocol(self._quiescentCallback)
        protocol.limits = self._limits
        return protocol


def refusal_within(error: BaseException | None) -> ResponseRefused | None:
    """Give our refusal inside of what Twisted and Scrapy wrapped round it; None where there is none."""
    for failure in getattr(getattr(error, "__cause__", None), "reasons", ()):
        if isinstance(failure, Failure) and isinstance(failure.value, ResponseRefused):
            return failure.value
    return None
