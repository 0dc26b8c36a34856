"""A mail server and a webhook of our own, real ones, in threads."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Hook:
    """What a webhook got; `answers` are the statuses and bodies of the next answers, then 200."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    redirects_to: str | None = None


@contextmanager
def webhook(path: str = "/hook/secret") -> Iterator[Hook]:
    """Run a webhook on a free port."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            hook.headers.append(dict(self.headers))
            status, body = hook.answers.pop(0) if hook.answers else (200, b"ok")
            self.send_response(status)
            if hook.redirects_to:
                self.send_header("Location", hook.redirects_to)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_port}{path}"
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Mailbox:
    """What a mail server took."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    users: list[tuple[str, str]] = field(default_factory=list)
    accepts_users: bool = True

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients.append(envelope.rcpt_tos)
        return "250 taken"


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate of our own for `localhost`: a server's context, and the file that makes clients trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    chain = folder / "localhost.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(made.public_bytes(pem) + secret)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain)
    return context, chain


@contextmanager
def mail_server(
    host: str = "127.0.0.1", *, smtps: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
) -> Iterator[Mailbox]:
    """Run a mail server on a free port; it wants no TLS, speaks it from the start, or offers it."""
    box = Mailbox()

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        box.users.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=box.accepts_users, handled=False)

    controller = _OnFreePort(
        box, hostname=host, port=0, authenticator=authenticate, auth_require_tls=starttls is not None,
        ssl_context=smtps, tls_context=starttls,
    )  # fmt: skip
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
