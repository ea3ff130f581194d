"""What a unit does with a desired configuration: verify, check as `passerby check`, apply, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from passerby.centre.fleet.desired import DesiredConfig
from passerby.centre.fleet.overlay import difference, settings_before, with_settings
from passerby.centre.fleet.settable import refused_keys
from passerby.centre.fleet.signing import opened
from passerby.contracts.errors import ConfigError, PasserbyError, UsageError

_LONGEST_REASON, _MOST_NAMED = 500, 10


class UnitText(Protocol):
    """The configuration of a unit as text."""

    def read(self) -> str:
        """Return the text. Raises ConfigError if it cannot be read."""

    def check(self, text: str) -> None:
        """Raise ConfigError with every problem that the unit would have with this text."""

    def save(self, text: str) -> None:
        """Write the text and let the unit reload it. Raises UsageError if it cannot be written."""


@dataclass(frozen=True, slots=True)
class ConfigReport:
    """What became of a desired configuration.

    version: None if it could not be read. detail: the reason for a refusal. before: the former values of the keys
    that were set, which undo it.
    """

    version: int | None
    outcome: Literal["applied", "refused"]
    detail: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as they are sent to the centre."""
        return asdict(self)


@dataclass(slots=True)
class FleetAgent:
    """Takes desired configurations for one unit.

    unit: its identifier. key: of the centre. now_ms: returns milliseconds since 1970 UTC. last_version: highest
    version that was applied or refused; one that is not higher is a replay. keep_version: stores it, before the
    configuration is written, so that a crash cannot make a replay possible.
    """

    unit: str
    key: Ed25519PublicKey
    file: UnitText
    now_ms: Callable[[], int]
    last_version: int
    keep_version: Callable[[int], None]

    def take(self, envelope: str) -> ConfigReport | None:
        """Apply a signed configuration and return the report; None if it was taken before or is not valid yet."""
        version: int | None = None
        try:
            desired = opened(envelope, self.key)
            version = desired.version
            self._examine(desired)
            if version == self.last_version or self.now_ms() < desired.begins_ms:
                return None
            self.last_version = version
            self.keep_version(version)
            text, after = self._texts(desired)
            before = settings_before(text, desired.settings)
            if after != text:
                self.file.save(after)
        except PasserbyError as error:
            return ConfigReport(version, "refused", reason_of(error))
        return ConfigReport(version, "applied", before=before)

    def difference(self, envelope: str) -> str:
        """Return what a signed configuration would change, as a diff. Raises UsageError if it would be refused."""
        desired = opened(envelope, self.key)
        self._examine(desired)
        return difference(*self._texts(desired))

    def _examine(self, desired: DesiredConfig) -> None:
        if desired.unit != self.unit:
            raise UsageError(f"the desired configuration is for unit {desired.unit}, and this is {self.unit}")
        if desired.version < self.last_version:
            raise UsageError(
                f"version {desired.version} of the desired configuration is older than {self.last_version}, "
                "which this unit has had: give it a higher version"
            )

    def _texts(self, desired: DesiredConfig) -> tuple[str, str]:
        """Return the configuration now and with the settings, which is valid."""
        if self.now_ms() >= desired.ends_ms:
            raise UsageError(
                f"version {desired.version} of the desired configuration has expired: sign it again, and compare "
                "the clock of the unit"
            )
        if keys := refused_keys(desired.settings):
            raise UsageError(f"the centre may not set {', '.join(keys[:_MOST_NAMED])}: change it on the unit")
        text = self.file.read()
        after = with_settings(text, desired.settings)
        self.file.check(after)
        return text, after


def reason_of(error: PasserbyError) -> str:
    """Return why a configuration was refused, without paths of the unit, on one line."""
    if isinstance(error, ConfigError):
        text = "; ".join(f"{p.key}: {p.what}" if p.key else p.what for p in error.problems)
    else:
        text = "; ".join(str(error).splitlines())
    return text[:_LONGEST_REASON]
