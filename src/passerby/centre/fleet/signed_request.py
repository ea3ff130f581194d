"""Requests of a unit, signed with the key of its certificate."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from passerby.centre.fleet.certificates import checked, unit_of
from passerby.contracts.errors import UsageError

CERTIFICATE, TIME, SIGNATURE = "passerby-certificate", "passerby-time", "passerby-signature"
# The clock of a unit may be an hour wrong. A repeated request changes nothing: reports are stored once.
LONGEST_SKEW_MS = 2 * 3_600_000
_LONGEST_HEADER = 8192


def signed_headers(
    path: str, body: bytes, key: Ed25519PrivateKey, certificate: x509.Certificate, now_ms: int
) -> dict[str, str]:
    """Return the headers of a POST request."""
    signature = key.sign(_signed_part(path, body, str(now_ms)))
    return {
        CERTIFICATE: _text(certificate.public_bytes(Encoding.DER)),
        TIME: str(now_ms),
        SIGNATURE: _text(signature),
    }


def sender_of(
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    authority: x509.Certificate,
    serial_of: Callable[[str], str | None],
    now_ms: int,
) -> x509.Certificate:
    """Return the certificate of the unit that signed a request.

    serial_of: returns the serial number of a unit's one valid certificate, None if it was revoked. Raises
    UsageError if the request is not that of an enrolled unit.
    """
    try:
        given = [headers[name] for name in (CERTIFICATE, SIGNATURE)]
        if max(map(len, given)) > _LONGEST_HEADER:
            raise ValueError
        data, signature = (base64.b64decode(one, validate=True) for one in given)
        sent_ms = int(headers[TIME])
    except (KeyError, ValueError, binascii.Error):
        raise UsageError(
            "the request is not signed by a unit: enrol the unit with `passerby fleet join`"
        ) from None
    certificate = checked(data, authority, now_ms)
    public, unit = certificate.public_key(), unit_of(certificate)
    assert isinstance(public, Ed25519PublicKey)  # `issued` makes no others
    try:
        public.verify(signature, _signed_part(path, body, headers[TIME]))
    except InvalidSignature:
        raise UsageError("the signature of the request is invalid") from None
    if abs(now_ms - sent_ms) > LONGEST_SKEW_MS:
        raise UsageError("the clock of the unit is more than two hours wrong: set it")
    if serial_of(unit) != str(certificate.serial_number):
        raise UsageError(f"the certificate of unit {unit} was revoked or replaced: enrol the unit again")
    return certificate


def _signed_part(path: str, body: bytes, time: str) -> bytes:
    return f"passerby unit request 1\nPOST {path}\n{time}\n{hashlib.sha256(body).hexdigest()}\n".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
