"""A webhook against a real HTTP server: signature, refusals, TLS with an own authority, hostile answers."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from passerby.adapters import signed_post
from passerby.adapters.signed_post import SIGNATURE, signature
from passerby.adapters.webhook import WebhookDestination
from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError, Webhook
from passerby.contracts.errors import UsageError
from passerby.evals.ports import free_port
from support.certificates import make_authority, needs_openssl, sign
from support.clock import FakeClock
from support.receiver import Receiver
from support.stored import an_event
from support.waiting import PATIENCE_S, until

SECRET = "0123456789abcdef"


def hook(port: int, **changes: Any) -> WebhookDestination:
    settings = Webhook(kind="webhook", name="vms", **{"url": f"http://127.0.0.1:{port}/in", **changes})
    return WebhookDestination(settings, "Riverside", FakeClock(utc_s=1_800_000_000.0))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


def test_a_receiver_can_check_who_sent_the_event(receiver: Receiver) -> None:
    hook(receiver.port, secret=SECRET).send([an_event("e1", 2)])
    ((headers, body),) = receiver.got
    assert headers[SIGNATURE] == f"t=1800000000,v1={signature(SECRET, 1_800_000_000, body)}"
    assert headers["Idempotency-Key"] == "e1-2-1"
    assert json.loads(body)["id"] == "e1"


def test_the_log_has_no_address(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    hook(receiver.port, url=f"http://127.0.0.1:{receiver.port}/services/T0SECRET").send([an_event()])
    assert len(receiver.got) == 1
    assert "T0SECRET" not in caplog.text


def test_without_a_secret_nothing_is_signed(receiver: Receiver) -> None:
    hook(receiver.port).send([an_event()])
    assert SIGNATURE not in receiver.got[0][0]


@pytest.mark.parametrize(
    ("status", "error", "why"),
    [
        (400, DeliveryRefusedError, "the receiver does not understand this event"),
        (422, DeliveryRefusedError, "the same"),
        (401, DeliveryError, "a wrong secret is corrected on one of the sides"),
        (404, DeliveryError, "the receiver is being installed"),
        (429, DeliveryError, "too fast"),
        (503, DeliveryError, "down"),
        (302, DeliveryError, "redirections are not followed: they could lead into the station's network"),
    ],
)
def test_answers(status: int, error: type[Exception], why: str) -> None:
    with Receiver(lambda _: status) as receiver, pytest.raises(error, match=str(status)):
        hook(receiver.port).send([an_event()])
    assert len(receiver.got) == 1, why


def test_an_endless_answer_is_not_read(receiver: Receiver) -> None:
    with Receiver(body=b"x" * 5_000_000) as talkative:
        hook(talkative.port).send([an_event()])
    assert len(talkative.got) == 1


def test_an_answer_that_comes_in_drops_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    passing_s = count(step=PATIENCE_S / 3)  # at each look at the clock
    monkeypatch.setattr(signed_post, "time", SimpleNamespace(monotonic=lambda: next(passing_s)))
    with Receiver(is_dripping=True) as slow:
        hook(slow.port, timeout_s=PATIENCE_S).send([an_event()])
        until(lambda: slow.was_cut_off)


def test_nobody_listens() -> None:
    with pytest.raises(DeliveryError, match="cannot be reached"):
        hook(free_port()).send([an_event()])


def test_a_proxy_of_the_environment_is_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    hook(receiver.port).send([an_event()])
    assert len(receiver.got) == 1


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, and a certificate of it for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    make_authority(folder)
    sign(folder, "receiver")
    return folder


def encrypted(authority: Path) -> Receiver:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "receiver.pem", authority / "receiver.key")
    receiver = Receiver()
    receiver.encrypt(context)
    return receiver


@needs_openssl
def test_https_with_an_own_authority(authority: Path) -> None:
    with encrypted(authority) as receiver:
        url = f"https://127.0.0.1:{receiver.port}/"
        hook(receiver.port, url=url, ca_file=str(authority / "ca.pem")).send([an_event()])
    assert len(receiver.got) == 1


@needs_openssl
def test_an_unknown_certificate_is_refused(authority: Path) -> None:
    with encrypted(authority) as receiver, pytest.raises(DeliveryError, match="certificate"):
        hook(receiver.port, url=f"https://127.0.0.1:{receiver.port}/").send([an_event()])
    assert receiver.got == []


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(UsageError, match=r"ca\.pem: not a PEM file"):
        hook(1, ca_file=str(tmp_path / "ca.pem"))
