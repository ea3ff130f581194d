"""The folder of a control room with its keys. Needs the extras passerby[fleet] and passerby[centre]."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from passerby.centre.fleet.certificates import new_authority
from passerby.centre.fleet.desk import FleetDesk, FleetKeys
from passerby.centre.fleet.membership import write_private
from passerby.centre.fleet.signing import private_key_bytes, read_private_key
from passerby.centre.fleet.tables import FleetTables
from passerby.contracts.errors import StoreError, UsageError
from passerby.files.private import make_folder
from passerby.files.small import read_small
from passerby.files.whole import write_whole
from passerby.store.utc import now_ms

_SIGNING, _AUTHORITY_KEY, _AUTHORITY, _DATABASE = (
    "signing.pem",
    "authority-key.pem",
    "authority.pem",
    "fleet.sqlite",
)


def make_fleet(folder: Path) -> None:
    """Make the keys of a control room. Raises UsageError if the folder has some, StoreError if it is read-only."""
    if (folder / _SIGNING).exists() or (folder / _AUTHORITY).exists():
        raise UsageError(f"{folder} has keys already: units trust them, so they are not replaced")
    try:
        make_folder(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made ({error.strerror})") from error
    signing, authority = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    write_private(folder / _SIGNING, private_key_bytes(signing))
    write_private(folder / _AUTHORITY_KEY, private_key_bytes(authority))
    write_whole(folder / _AUTHORITY, new_authority(authority, now_ms()).public_bytes(Encoding.PEM))


def open_fleet(folder: Path, database: str | None = None) -> FleetDesk:
    """Return the fleet of a folder. database: URL of SQLAlchemy. Raises UsageError without keys or database."""
    try:
        authority = x509.load_pem_x509_certificate(read_small(folder / _AUTHORITY))
    except (OSError, ValueError):
        raise UsageError(f"{folder} has no keys of a control room: make them with `passerby fleet init`") from None
    keys = FleetKeys(read_private_key(folder / _SIGNING), read_private_key(folder / _AUTHORITY_KEY), authority)
    try:
        engine = sa.create_engine(database or f"sqlite:///{folder / _DATABASE}")
        return FleetDesk(FleetTables(engine), keys, now_ms)
    except sa.exc.SQLAlchemyError as error:
        raise UsageError(f"the database of the fleet cannot be used: {type(error).__name__}") from error
