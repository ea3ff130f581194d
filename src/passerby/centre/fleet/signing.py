"""Ed25519 signatures of desired configurations. Needs the extra passerby[fleet]."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from passerby.centre.fleet.desired import MOST_BYTES, DesiredConfig, desired_from
from passerby.contracts.errors import UsageError
from passerby.files.small import read_small

# A signature for one purpose is of no use for another.
_PURPOSE = b"passerby desired configuration 1\n"


def sealed(desired: DesiredConfig, key: Ed25519PrivateKey) -> str:
    """Return the configuration with its signature, as JSON text. Raises UsageError if it is too large."""
    data = desired.to_bytes()
    parts = {"config": data, "signature": key.sign(_PURPOSE + data)}
    return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()})


def opened(text: str, key: Ed25519PublicKey) -> DesiredConfig:
    """Return the configuration in `sealed` text; nothing is parsed before the signature is valid.

    Raises UsageError if it was not signed with the private part of `key`, or was changed.
    """
    if len(text) > 2 * MOST_BYTES:
        raise UsageError("the desired configuration is larger than 1 MB")
    try:
        parts = json.loads(text)
        data, signature = (base64.b64decode(parts[name], validate=True) for name in ("config", "signature"))
        key.verify(signature, _PURPOSE + data)
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        raise UsageError("the answer of the centre is no signed configuration") from None
    except InvalidSignature:
        raise UsageError(
            "the signature of the desired configuration is invalid: it was changed, or the centre has another "
            "key; enrol the unit again if the key was replaced"
        ) from None
    return desired_from(data)


def private_key_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return a private key as unencrypted PEM, for a file that only its owner may read."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_key_bytes(key: Ed25519PublicKey) -> bytes:
    """Return a public key as PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def fingerprint(pem: bytes) -> str:
    """Return the SHA-256 of a public key in PEM form, hexadecimal."""
    return hashlib.sha256(pem).hexdigest()


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Return the private key in a PEM file. Raises UsageError if the file has none."""
    key = _read(path, lambda data: serialization.load_pem_private_key(data, None))
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} has no Ed25519 private key")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Return the public key in a PEM file. Raises UsageError if the file has none."""
    key = _read(path, serialization.load_pem_public_key)
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path} has no Ed25519 public key")
    return key


def _read(path: Path, load: Callable[[bytes], object]) -> object:
    try:
        return load(read_small(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UsageError(f"{path} is no key in PEM form, or it has a password") from None
