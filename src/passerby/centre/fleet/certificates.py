"""Certificates of units, from an authority of the centre alone. Needs the extra passerby[fleet]."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

from passerby.contracts.errors import UsageError

AUTHORITY_DAYS, UNIT_DAYS = 3650, 730
# A certificate that ends within this time is renewed: a unit may be away for half a year.
RENEWED_DAYS = 180
# Clocks of units may be an hour wrong; a new certificate is valid for them at once.
_CLOCK_SKEW = timedelta(hours=2)


def new_authority(key: Ed25519PrivateKey, now_ms: int) -> x509.Certificate:
    """Return the self-signed certificate of the centre's authority for `key`."""
    name = _name("passerby fleet")
    made = _builder(name, name, key.public_key(), now_ms, AUTHORITY_DAYS)
    return made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, None)


def request_of(key: Ed25519PrivateKey) -> bytes:
    """Return a unit's request for a certificate, PEM; it proves that the unit has the key."""
    return _pem(x509.CertificateSigningRequestBuilder().subject_name(_name("unit")).sign(key, None))


def issued(
    request: bytes, unit: str, key: Ed25519PrivateKey, authority: x509.Certificate, now_ms: int
) -> x509.Certificate:
    """Return a certificate for the key of a request; its name is `unit`, whatever the request says.

    Raises UsageError for a request that is damaged or was signed with another key.
    """
    try:
        asked = x509.load_pem_x509_csr(request)
        public = asked.public_key()
        is_own = asked.is_signature_valid
    except (ValueError, TypeError, InvalidSignature):
        raise UsageError("the request for a certificate is damaged") from None
    if not is_own or not isinstance(public, Ed25519PublicKey):
        raise UsageError("the request for a certificate was not signed with its own Ed25519 key")
    made = _builder(_name(unit), authority.subject, public, now_ms, UNIT_DAYS)
    return made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True).sign(key, None)


def is_ending(certificate: x509.Certificate, now_ms: int) -> bool:
    """Return whether it is time to renew a unit's certificate."""
    return certificate.not_valid_after_utc - _time(now_ms) < timedelta(days=RENEWED_DAYS)


def renewed(
    certificate: x509.Certificate, key: Ed25519PrivateKey, authority: x509.Certificate, now_ms: int
) -> x509.Certificate:
    """Return a unit's certificate with a new end; key and serial number stay, so both are valid until then."""
    public = certificate.public_key()
    assert isinstance(public, Ed25519PublicKey)  # `issued` makes no others
    made = _builder(certificate.subject, authority.subject, public, now_ms, UNIT_DAYS, certificate.serial_number)
    return made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True).sign(key, None)


def checked(data: bytes, authority: x509.Certificate, now_ms: int) -> x509.Certificate:
    """Return a unit's certificate from DER bytes. Raises UsageError if it is of another authority or expired."""
    try:
        found = x509.load_der_x509_certificate(data)
        found.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        raise UsageError("the certificate is not one of this centre: enrol the unit again") from None
    if not found.not_valid_before_utc <= _time(now_ms) < found.not_valid_after_utc:
        raise UsageError("the certificate of the unit has expired: enrol the unit again")
    return found


def unit_of(certificate: x509.Certificate) -> str:
    """Return the identifier of the unit in its certificate."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: Ed25519PublicKey,
    now_ms: int,
    days: int,
    serial: int | None = None,
) -> x509.CertificateBuilder:
    now = _time(now_ms)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _time(now_ms: int) -> datetime:
    return datetime.fromtimestamp(now_ms / 1000, UTC)


def _pem(request: x509.CertificateSigningRequest) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return request.public_bytes(Encoding.PEM)
