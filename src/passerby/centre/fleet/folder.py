"""The keys of a control room: made once, in the folder of its accounts."""

from __future__ import annotations

import logging
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from passerby.centre.fleet.certificates import new_authority
from passerby.centre.fleet.fleet_desk import FleetKeys
from passerby.centre.fleet.membership import write_private
from passerby.centre.fleet.ports import FleetStore
from passerby.centre.fleet.signing import private_key_bytes, read_private_key
from passerby.contracts.errors import StoreError, UsageError
from passerby.files.private import make_folder
from passerby.files.small import read_small
from passerby.files.whole import write_whole
from passerby.store.utc import now_ms

log = logging.getLogger(__name__)
KEYS = "fleet"
_SIGNING, _AUTHORITY_KEY, _AUTHORITY = "signing.pem", "authority-key.pem", "authority.pem"


def made_keys(folder: Path, store: FleetStore) -> FleetKeys:
    """Return the keys below `folder`, which are made if there are none.

    Raises UsageError if units trust keys that are not there, StoreError if they cannot be written.
    """
    where = folder / KEYS
    if not (where / _AUTHORITY).exists():
        if store.units():
            raise UsageError(f"{where} has no keys, but units have joined and trust them: restore it from a copy")
        _make(where)
        log.info("the keys of the control room are in %s; keep a copy in a safe place", where)
    return keys_of(folder)


def keys_of(folder: Path) -> FleetKeys:
    """Return the keys below `folder`. Raises UsageError if there are none."""
    where = folder / KEYS
    try:
        authority = x509.load_pem_x509_certificate(read_small(where / _AUTHORITY))
    except (OSError, ValueError):
        raise UsageError(
            f"{where} has no keys of a control room: `passerby centre run` makes them when it starts"
        ) from None
    return FleetKeys(read_private_key(where / _SIGNING), read_private_key(where / _AUTHORITY_KEY), authority)


def _make(where: Path) -> None:
    """Write the keys; the certificate is last: without it there are none."""
    try:
        make_folder(where)
    except OSError as error:
        raise StoreError(f"{where} cannot be made ({error.strerror})") from error
    signing, authority = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    write_private(where / _SIGNING, private_key_bytes(signing))
    write_private(where / _AUTHORITY_KEY, private_key_bytes(authority))
    write_whole(where / _AUTHORITY, new_authority(authority, now_ms()).public_bytes(Encoding.PEM))
