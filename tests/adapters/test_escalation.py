from __future__ import annotations

import email
import json
from email import policy

import pytest

from passerby.adapters.escalation import HookChannel, MailChannel
from passerby.adapters.signed_post import SIGNATURE, signature
from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError
from passerby.contracts.escalation import HookRecipient, MailRecipient, MailServer
from passerby.evals.ports import free_port
from support.clock import FakeClock
from support.escalated import a_message
from support.mail_server import MailSink
from support.receiver import Receiver
from support.waiting import PATIENCE_S

SECRET = "0123456789abcdef"


def mail(port: int, *to: str) -> MailChannel:
    recipient = MailRecipient(kind="email", name="duty", to=to or ("duty@metro.example",))
    server = MailServer(
        host="127.0.0.1", port=port, security="none", sender="unit@metro.example", timeout_s=PATIENCE_S
    )
    return MailChannel(recipient, server, FakeClock(utc_s=1_800_000_000.0))


def test_an_e_mail_says_where_and_why() -> None:
    with MailSink() as sink:
        mail(sink.port, "duty@metro.example", "chief@metro.example").send(a_message())
    assert sink.addressed == ["duty@metro.example", "chief@metro.example"]
    letter = email.message_from_string(sink.got[0], policy=policy.default)
    assert letter["Subject"] == "Riverside: Intrusion, track 1"
    assert letter["Message-ID"] == "<a1-7@passerby.invalid>"
    text = letter.get_content()
    for words in (
        "1 person inside for 3.2 s",
        "camera: platform-1",
        "escalated by: anna",
        "look at gate 3",
        "alarms/a1",
    ):
        assert words in text


def test_no_text_of_a_person_becomes_a_header() -> None:
    with MailSink() as sink:
        mail(sink.port).send(a_message(place="x\nBcc: thief@evil.example", note="y\r\n.\r\nMAIL FROM:<z>"))
    assert sink.addressed == ["duty@metro.example"]
    assert email.message_from_string(sink.got[0])["Bcc"] is None
    assert len(sink.got) == 1


@pytest.mark.parametrize(("answer", "error"), [("550 no", DeliveryRefusedError), ("450 later", DeliveryError)])
def test_an_address_that_is_refused_for_now_is_tried_again(answer: str, error: type[Exception]) -> None:
    with MailSink(refuses=answer) as sink, pytest.raises(error, match="refused every address"):
        mail(sink.port).send(a_message())


def test_a_server_that_is_down_is_tried_again() -> None:
    with pytest.raises(DeliveryError, match="cannot be reached"):
        mail(free_port()).send(a_message())


def test_a_program_gets_a_signed_object() -> None:
    with Receiver() as receiver:
        settings = HookRecipient(
            kind="webhook", name="centre", url=f"http://127.0.0.1:{receiver.port}/in", secret=SECRET
        )
        HookChannel(settings, FakeClock(utc_s=1_800_000_000.0)).send(a_message())
    ((headers, body),) = receiver.got
    assert headers[SIGNATURE] == f"t=1800000000,v1={signature(SECRET, 1_800_000_000, body)}"
    assert headers["Idempotency-Key"] == "a1-7"
    said = json.loads(body)
    assert (said["type"], said["alarm"], said["by"], said["note"]) == (
        "escalation",
        "a1",
        "anna",
        "look at gate 3",
    )
