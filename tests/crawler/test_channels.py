"""Messages at a real webhook and a real mail server."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.alerts import Message, News
from crawler.channels import ChannelFailed, Email, Webhook, mail_of, read_channels, webhook_body
from crawler.errors import SettingInvalid
from storage.alerts import Alert
from tests.crawler.mail_and_hooks import certificate, mail_server, webhook

NOW = datetime(2025, 6, 11, 9, 0, tzinfo=UTC)
ALERT = Alert("sina-roll", "silent", NOW, None, "没有新文章 since yesterday")
MESSAGE = Message("finews alerts: 1 begun", "BEGUN sina-roll: silent: 没有新文章", ((News.BEGUN, ALERT),))
QUICK = (0.0, 0.0)


def test_a_webhook_gets_the_text_and_all_facts_as_json() -> None:
    with webhook() as hook:
        Webhook(hook.url).send(MESSAGE)
    (body,) = hook.bodies
    assert body["text"] == "finews alerts: 1 begun\nBEGUN sina-roll: silent: 没有新文章"
    assert body["alerts"] == [
        {
            "news": "begun", "source_key": "sina-roll", "monitor": "silent", "since": "2025-06-11T09:00:00Z",
            "text": "没有新文章 since yesterday",
        }
    ]  # fmt: skip
    assert hook.headers[0]["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    ("host", "where"),
    [
        ("open.feishu.cn", ("content", "text")),
        ("oapi.dingtalk.com", ("text", "content")),
        ("qyapi.weixin.qq.com", ("text", "content")),
    ],
)
def test_chats_get_their_own_form(host: str, where: tuple[str, str]) -> None:
    body = webhook_body(host, Message("t", "x" * 100_000))
    outer, inner = where
    told = body[outer]
    assert isinstance(told, dict)
    assert told[inner].startswith("t\nxxx")
    assert len(json.dumps(body)) < 20_000


def test_a_webhook_that_fails_for_a_moment_is_tried_again_and_no_more_than_three_times() -> None:
    with webhook() as hook:
        hook.answers = [(503, b""), (429, b"")]
        Webhook(hook.url, pauses_s=QUICK).send(MESSAGE)
        assert len(hook.bodies) == 3
        hook.answers = [(500, b"")] * 9
        with pytest.raises(ChannelFailed, match="status 500"):
            Webhook(hook.url, pauses_s=QUICK).send(MESSAGE)
        assert len(hook.bodies) == 6


def test_a_webhook_that_refuses_is_not_asked_again() -> None:
    with webhook() as hook:
        hook.answers = [(404, b""), (200, json.dumps({"code": 19021, "msg": "sign"}).encode())]
        for told in ("status 404", "code '19021'"):
            with pytest.raises(ChannelFailed, match=told):
                Webhook(hook.url, pauses_s=QUICK).send(MESSAGE)
    assert len(hook.bodies) == 2


def test_a_message_is_not_led_elsewhere() -> None:
    with webhook() as elsewhere, webhook() as hook:
        hook.redirects_to, hook.answers = elsewhere.url, [(307, b"")]
        with pytest.raises(ChannelFailed, match="status 307"):
            Webhook(hook.url, pauses_s=QUICK).send(MESSAGE)
    assert elsewhere.bodies == []


def test_a_server_that_never_answers_costs_a_time_out_and_its_secret_is_not_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/hook/secret?token=hidden"
        with pytest.raises(ChannelFailed) as told:
            Webhook(url, timeout_s=0.2, pauses_s=QUICK).send(MESSAGE)
    assert "127.0.0.1" in str(told.value)
    assert not {"secret", "hidden"} & set(str(told.value).replace("/", " ").replace("=", " ").split())


def test_mail_goes_to_all_recipients_in_utf_8() -> None:
    with mail_server() as box:
        Email(f"smtp://127.0.0.1:{box.port}", "finews@example.org", ("a@example.org", "b@example.org")).send(MESSAGE)
    (mail,) = box.mails
    assert mail["Subject"] == "finews alerts: 1 begun"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "BEGUN sina-roll: silent: 没有新文章"
    assert box.recipients == [["a@example.org", "b@example.org"]]


def test_user_and_password_are_given_to_the_server_and_never_told() -> None:
    with mail_server() as box:
        channel = Email(f"smtp://me%40work:pass%2Fword@localhost:{box.port}", "f@example.org", ("a@example.org",))
        channel.send(MESSAGE)
        assert box.users == [("me@work", "pass/word")]
        box.accepts_users = False
        with pytest.raises(ChannelFailed, match=r"does not accept user and password \(535\)") as told:
            channel.send(MESSAGE)
    assert "pass" not in str(told.value).replace("password (535)", "")
    assert "pass" not in channel.name


def test_a_mail_server_that_is_away_fails_with_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ChannelFailed, match=r"e-mail by 127\.0\.0\.1: ConnectionRefusedError"):
        Email(f"smtp://127.0.0.1:{port}", "f@example.org", ("a@example.org",)).send(MESSAGE)


@pytest.mark.parametrize(("scheme", "option"), [("smtps", "smtps"), ("smtp", "starttls")])
def test_mail_and_password_go_over_tls_to_a_server_whose_certificate_is_trusted(
    scheme: str, option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    with mail_server("localhost", **{option: context}) as box:
        channel = Email(f"{scheme}://me:secret@localhost:{box.port}", "f@example.org", ("a@example.org",))
        with pytest.raises(ChannelFailed, match="certificate verify failed"):
            channel.send(MESSAGE)
        assert box.users == []
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        channel.send(MESSAGE)
    assert (box.users, len(box.mails)) == ([("me", "secret")], 1)


def test_no_password_is_sent_to_another_machine_without_tls() -> None:
    with mail_server("127.0.0.2") as box:
        with pytest.raises(ChannelFailed, match="offers no TLS"):
            Email(f"smtp://me:secret@127.0.0.2:{box.port}", "f@example.org", ("a@example.org",)).send(MESSAGE)
        assert (box.users, box.mails) == ([], [])


def test_no_title_can_add_a_header_field() -> None:
    mail = mail_of(Message("x\r\nBcc: evil@example.org", "y\r\n.\r\nQUIT"), "f@example.org", ("a@example.org",))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "x Bcc: evil@example.org"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_makes_a_mail_with_the_same_fields_and_a_json_body(title: str, text: str) -> None:
    mail = mail_of(Message(title, text), "f@example.org", ("a@example.org",))
    assert sorted(mail.keys()) == sorted(mail_of(Message("", ""), "f@example.org", ("a@example.org",)).keys())
    assert b"\r\nBcc:" not in mail.as_bytes()
    assert json.dumps(webhook_body("example.org", Message(title, text))).isascii()


def read(**values: str) -> tuple[object, ...]:
    return read_channels(lambda name: values.get(name, ""))


def test_channels_come_from_the_settings() -> None:
    assert read() == ()
    url, smtp = "https://hooks.example.org/x", "smtps://me:secret@mail.example.org"
    channels = read(
        ALERT_WEBHOOK=url, ALERT_EMAIL_TO="a@example.org, b@example.org", ALERT_EMAIL_FROM="f@example.org",
        ALERT_SMTP_URL=smtp,
    )  # fmt: skip
    assert channels == (Webhook(url), Email(smtp, "f@example.org", ("a@example.org", "b@example.org")))


def test_all_settings_that_mean_nothing_are_told_at_once_without_secrets() -> None:
    with pytest.raises(SettingInvalid) as told:
        read(
            ALERT_WEBHOOK="file:///etc/passwd", ALERT_EMAIL_TO="a@example.org\r\nBcc: x@y.z", ALERT_EMAIL_FROM="me",
            ALERT_SMTP_URL="http://me:secret@mail.example.org",
        )  # fmt: skip
    lines = str(told.value).splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == [
        "ALERT_WEBHOOK", "ALERT_EMAIL_TO", "ALERT_EMAIL_FROM", "ALERT_SMTP_URL",
    ]  # fmt: skip
    assert "secret" not in str(told.value)
