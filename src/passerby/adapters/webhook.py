"""Sends events by HTTP POST, signed."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import time
from collections.abc import Sequence
from http import HTTPStatus

import httpx2 as httpx

from passerby.adapters.envelope import body_of
from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError, Webhook
from passerby.contracts.errors import UsageError
from passerby.contracts.events import Event
from passerby.contracts.time import Clock
from passerby.contracts.urls import mask_url
from passerby.contracts.version import __version__

SIGNATURE = "Passerby-Signature"
# The answers that mean "not this event"; after every other failure it is sent again.
REFUSALS = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
# Of an answer that is not read, bytes: no server may fill the memory.
MOST_ANSWER = 65_536


class WebhookDestination:
    """Posts to the one address of the configuration: redirects and proxies of the environment are not followed.

    Raises UsageError if the file of the authority cannot be read.
    """

    def __init__(self, settings: Webhook, unit: str, clock: Clock) -> None:
        self._settings, self._unit, self._clock = settings, unit, clock
        self._client = httpx.Client(
            verify=_trust(settings.ca_file),
            timeout=settings.timeout_s,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": f"passerby/{__version__}"},
        )

    def send(self, events: Sequence[Event]) -> None:
        """See EventDestination."""
        settings = self._settings
        kind, body = body_of(events, self._unit, settings.format, is_batch=settings.batch > 1)
        headers = {"Content-Type": kind, "Idempotency-Key": f"{events[0].id}-{events[0].seq}-{len(events)}"}
        if settings.secret is not None:
            sent_s = self._clock.utc_ns() // 1_000_000_000
            headers[SIGNATURE] = f"t={sent_s},v1={signature(settings.secret, sent_s, body)}"
        try:
            with self._client.stream("POST", settings.url, content=body, headers=headers) as answer:
                self._skip(answer)
        except httpx.HTTPError as error:
            raise DeliveryError(f"{mask_url(settings.url)} cannot be reached ({error})") from error
        self._check(answer.status_code)

    def close(self) -> None:
        """See EventDestination."""
        self._client.close()

    def _skip(self, answer: httpx.Response) -> None:
        """Read a short answer, so that its connection can be used again; another one is cut off."""
        read, end_s = 0, time.monotonic() + self._settings.timeout_s
        for part in answer.iter_raw():
            read += len(part)
            if read > MOST_ANSWER or time.monotonic() > end_s:
                return

    def _check(self, status: int) -> None:
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        answered = f"{mask_url(self._settings.url)} answered {status}"
        if status in REFUSALS:
            raise DeliveryRefusedError(answered)
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise DeliveryError(f"{answered}, a redirection, which is not followed; give the final address")
        raise DeliveryError(answered)


def signature(secret: str, sent_s: int, body: bytes) -> str:
    """Return the HMAC-SHA256 of time and body in hexadecimal digits: what a receiver compares."""
    return hmac.new(secret.encode(), f"{sent_s}.".encode() + body, hashlib.sha256).hexdigest()


def _trust(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{ca_file}: not a PEM file of certificates ({error})") from error
