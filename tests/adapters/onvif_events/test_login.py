"""WS-UsernameToken: what is accepted once, and what never."""

from __future__ import annotations

import time
from typing import Any

import pytest

from passerby.adapters.onvif_events import login as module
from passerby.adapters.onvif_events.credential import OnvifCredential
from passerby.adapters.onvif_events.login import OnvifLogins
from passerby.adapters.onvif_events.soap import Element, SoapError, read_request
from support.onvif_client import LOGIN, envelope, pull, token


def check(logins: OnvifLogins, *headers: Element) -> None:
    logins.check(read_request(envelope(pull(), *headers)), LOGIN, time.time())


@pytest.mark.parametrize("late_s", [0.0, -250.0, 250.0])
def test_the_right_login(late_s: float) -> None:
    check(OnvifLogins(), token(late_s=late_s))


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({"login": OnvifCredential("vms", "another")}, "user or password is wrong"),
        ({"login": OnvifCredential("admin", LOGIN.password)}, "user or password is wrong"),
        ({"kind": "Text"}, "never the password"),
        ({"late_s": -400.0}, "clock of the client"),
        ({"late_s": 400.0}, "clock of the client"),
    ],
)
def test_another_login(made: dict[str, Any], why: str) -> None:
    with pytest.raises(SoapError, match=why):
        check(OnvifLogins(), token(**made))


def test_no_login() -> None:
    with pytest.raises(SoapError, match="log in"):
        check(OnvifLogins())


def test_a_copied_request_is_refused() -> None:
    logins, same = OnvifLogins(), token()
    check(logins, same)
    with pytest.raises(SoapError, match="used before"):
        check(logins, same)


def test_the_memory_for_logins_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_NONCES", 3)
    logins = OnvifLogins()
    for _ in range(10):
        check(logins, token())
    assert len(logins._nonces) == 3


def test_a_wrong_login_takes_no_memory() -> None:
    logins = OnvifLogins()
    with pytest.raises(SoapError):
        check(logins, token(OnvifCredential("vms", "another")))
    assert not logins._nonces
