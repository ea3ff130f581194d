"""What a unit keeps after it joined a fleet: its key and certificate, the centre's key, and the last version."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from passerby.centre.fleet.certificates import unit_of
from passerby.centre.fleet.signing import private_key_bytes, read_private_key, read_public_key
from passerby.contracts.errors import InputError, StoreError, UsageError
from passerby.files.private import private
from passerby.files.small import read_small
from passerby.files.whole import write_whole

FOLDER = "fleet"
_KEY, _CERTIFICATE, _CENTRE, _STATE = "key.pem", "certificate.pem", "centre.pem", "state.json"


@dataclass(frozen=True, slots=True)
class FleetState:
    """unit: its identifier. last_version: highest that was taken. report: not yet received by the centre."""

    unit: str
    last_version: int = 0
    report: dict[str, Any] | None = None


class Membership:
    """The files of a unit in `folder`, for their owner alone. Raises UsageError if the unit has not joined."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if not (folder / _STATE).exists():
            raise UsageError("the unit has not joined the fleet: run `passerby fleet join UNIT.YAML`")
        self.key: Ed25519PrivateKey = read_private_key(folder / _KEY)
        self.centre_key: Ed25519PublicKey = read_public_key(folder / _CENTRE)
        self.certificate = _certificate(folder / _CERTIFICATE)
        self.state = _state(folder / _STATE)

    def renew(self, text: str) -> None:
        """Take a certificate (PEM) for the same key. Raises InputError for another one, StoreError if it fails."""
        try:
            found = x509.load_pem_x509_certificate(text.encode())
            is_mine = found.public_key() == self.key.public_key() and unit_of(found) == self.state.unit
        except (ValueError, IndexError):
            is_mine = False
        if not is_mine:
            raise InputError("the centre sent a certificate that is not for this unit; the present one is kept")
        write_whole(self._folder / _CERTIFICATE, text.encode())
        self.certificate = found

    def keep(self, **changes: Any) -> None:
        """Store a part of the state. Raises StoreError if it cannot be written."""
        self.state = replace(self.state, **changes)
        _write_state(self._folder, self.state)


def make_membership(
    folder: Path, key: Ed25519PrivateKey, unit: str, certificate: str, centre_key: str
) -> Membership:
    """Write the files of a unit that was enrolled. The state is last: without it the unit has not joined.

    Raises StoreError if they cannot be written.
    """
    earlier = _state(folder / _STATE) if (folder / _STATE).exists() else None
    last = earlier.last_version if earlier and earlier.unit == unit else 0
    write_whole(folder / _CERTIFICATE, certificate.encode(), make_folder=True)
    write_whole(folder / _CENTRE, centre_key.encode())
    write_private(folder / _KEY, private_key_bytes(key))
    _write_state(folder, FleetState(unit, last))
    return Membership(folder)


def write_private(path: Path, data: bytes) -> None:
    """Write a file for its owner alone. Raises StoreError if it cannot be written."""
    try:
        with open(path, "wb", opener=private) as file:
            file.write(data)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror})") from error


def _write_state(folder: Path, state: FleetState) -> None:
    fields = {"unit": state.unit, "last_version": state.last_version, "report": state.report}
    write_whole(folder / _STATE, json.dumps(fields).encode())


def _state(path: Path) -> FleetState:
    try:
        fields = json.loads(read_small(path, 4_000_000))
        return FleetState(str(fields["unit"]), int(fields["last_version"]), cast("Any", fields["report"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"{path} is damaged: join the fleet again with `passerby fleet join`") from None


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(read_small(path))
    except (OSError, ValueError):
        raise UsageError(f"{path} is damaged: join the fleet again with `passerby fleet join`") from None
