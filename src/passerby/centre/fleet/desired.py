"""The desired configuration of one unit, as signed bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from passerby.contracts.errors import UsageError

MOST_BYTES = 1_000_000
_FIELDS = {"unit": str, "version": int, "begins_ms": int, "ends_ms": int, "settings": dict}


@dataclass(frozen=True, slots=True)
class DesiredConfig:
    """What the centre wants one unit to use.

    unit: its identifier at the centre. version: only rises for a unit. begins_ms, ends_ms: when it may be applied
    first and last, milliseconds since 1970 UTC. settings: a part of unit.yaml in which `cameras` maps the name of
    a camera to its keys; each given key replaces the unit's, and null removes it.
    """

    unit: str
    version: int
    begins_ms: int
    ends_ms: int
    settings: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """Return the canonical text: sorted keys, no spaces, UTF-8. Raises UsageError if it is too large."""
        try:
            text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), allow_nan=False)
        except (ValueError, TypeError) as error:
            raise UsageError(f"the settings of {self.unit} cannot be written as JSON: {error}") from None
        if len(text) > MOST_BYTES:
            raise UsageError(f"the settings of {self.unit} are larger than 1 MB: set fewer keys")
        return text.encode()


def desired_from(data: bytes) -> DesiredConfig:
    """Return the configuration in canonical bytes. Raises UsageError for any other bytes."""
    if len(data) > MOST_BYTES:
        raise UsageError("the desired configuration is larger than 1 MB")
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        raise UsageError("the desired configuration is not JSON") from None
    if not isinstance(fields, dict) or {*fields} != {*_FIELDS}:
        raise UsageError(f"the desired configuration must have the fields {', '.join(_FIELDS)}, and no others")
    for name, kind in _FIELDS.items():
        if type(fields[name]) is not kind:
            raise UsageError(f"{name} of the desired configuration has a wrong type")
    desired = DesiredConfig(**fields)
    if desired.to_bytes() != data:
        raise UsageError("the desired configuration is not in its canonical form")
    return desired
