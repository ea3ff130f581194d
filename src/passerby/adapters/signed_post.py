"""Signed HTTP POST to one address: redirects and proxies of the environment are not followed."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import time
from collections.abc import Mapping
from http import HTTPStatus

import httpx2 as httpx

from passerby.adapters.http_client import http_client
from passerby.contracts.destinations import DeliveryError, DeliveryRefusedError
from passerby.contracts.errors import UsageError
from passerby.contracts.time import Clock
from passerby.contracts.urls import mask_url

SIGNATURE = "Passerby-Signature"
# The answers that mean "not this message"; after every other failure it is sent again.
REFUSALS = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
# Of an answer, bytes: no server may fill the memory.
MOST_ANSWER = 262_144


class SignedPost:
    """Posts to `url`. secret: key of the signature, None for none. ca_file: PEM file of the server's authority.

    headers: of every message.

    Raises UsageError if the file of the authority cannot be read.
    """

    def __init__(
        self,
        url: str,
        secret: str | None,
        ca_file: str | None,
        timeout_s: float,
        clock: Clock,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._url, self._secret, self._timeout_s, self._clock = url, secret, timeout_s, clock
        self._client = http_client(timeout_s, verify=trust(ca_file), headers=headers)

    def send(self, kind: str, body: bytes, key: str) -> bytes:
        """Post a body and return the answer. key: equal for a repetition.

        Raises DeliveryError and DeliveryRefusedError.
        """
        headers = {"Content-Type": kind, "Idempotency-Key": key}
        if self._secret is not None:
            sent_s = self._clock.utc_ns() // 1_000_000_000
            headers[SIGNATURE] = f"t={sent_s},v1={signature(self._secret, sent_s, body)}"
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                read = self._read(answer)
        except httpx.HTTPError as error:
            raise DeliveryError(f"{mask_url(self._url)} cannot be reached ({error})") from error
        self._check(answer.status_code)
        return read

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def _read(self, answer: httpx.Response) -> bytes:
        """Read a short answer, so that its connection can be used again; another one is cut off."""
        read, end_s = b"", time.monotonic() + self._timeout_s
        for part in answer.iter_bytes():
            read += part
            if len(read) > MOST_ANSWER or time.monotonic() > end_s:
                break
        return read

    def _check(self, status: int) -> None:
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        answered = f"{mask_url(self._url)} answered {status}"
        if status in REFUSALS:
            raise DeliveryRefusedError(answered)
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise DeliveryError(f"{answered}, a redirection, which is not followed; give the final address")
        raise DeliveryError(answered)


def signature(secret: str, sent_s: int, body: bytes) -> str:
    """Return the HMAC-SHA256 of time and body in hexadecimal digits: what a receiver compares."""
    return hmac.new(secret.encode(), f"{sent_s}.".encode() + body, hashlib.sha256).hexdigest()


def trust(ca_file: str | None) -> ssl.SSLContext:
    """Return the checks of a server's certificate. Raises UsageError if the file is not one of certificates."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{ca_file}: not a PEM file of certificates ({error})") from error
