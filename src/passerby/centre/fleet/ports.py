"""What the fleet keeps, as values, and the port of its store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from passerby.centre.fleet.agent import ConfigReport
from passerby.centre.fleet.rollout import Stages

Outcome = Literal["applied", "refused"]
RolloutState = Literal["running", "halted", "finished"]


@dataclass(frozen=True, slots=True)
class FleetUnit:
    """A unit that has joined.

    serial: of its one valid certificate, None if revoked. seen_ms: when it last asked, milliseconds since 1970
    UTC; None before the first time. failing: cameras without a usable picture. version: the highest that was
    signed for it, None before the first one; outcome: what it reported about that version.
    """

    unit: str
    station: str
    serial: str | None
    seen_ms: int | None = None
    failing: int = 0
    version: int | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class SentConfig:
    """A version that was signed for a unit, and what the unit reported about it."""

    unit: str
    version: int
    rollout: int
    envelope: str
    failing_before: int
    outcome: Outcome | None = None
    detail: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    reported_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Rollout:
    """A change of settings that goes from station to station.

    settings: by unit. stage: index into stages. state: what it does; reason: why it halted.
    """

    id: int
    settings: Mapping[str, Mapping[str, Any]]
    stages: Stages
    stage: int
    began_ms: int
    state: RolloutState = "running"
    reason: str = ""


class FleetStore(Protocol):
    """The state of the fleet. Each method is one transaction."""

    def invite(self, token: bytes, unit: str, ends_ms: int) -> None:
        """Keep the digest of a token that enrols a unit once. Raises UsageError for an unknown unit."""

    def enrol(self, token: bytes, serial: str, now_ms: int) -> None:
        """Use up a token: its unit has this certificate now. Raises UsageError if it is used or expired."""

    def invited(self, token: bytes, now_ms: int) -> str:
        """Return the unit of a token. Raises UsageError if it is unknown, used or expired."""

    def revoke(self, unit: str) -> None:
        """Take the token, the certificate and the invitations of a unit. Raises UsageError for an unknown unit."""

    def units(self) -> Sequence[FleetUnit]:
        """Return the units that have joined, by name."""

    def seen(self, unit: str, failing: int, now_ms: int) -> None:
        """Keep that a unit asked, and its health."""

    def send(self, sent: Sequence[SentConfig]) -> None:
        """Keep signed versions."""

    def newest(self, unit: str) -> SentConfig | None:
        """Return the highest version of a unit."""

    def sent(self, rollout: int) -> Sequence[SentConfig]:
        """Return the newest version of each unit of a rollout."""

    def report(self, unit: str, report: ConfigReport, now_ms: int) -> bool:
        """Keep the first report of a unit about a version; others change nothing. Return if it was the first."""

    def begin_rollout(self, rollout: Rollout, sent: Sequence[SentConfig]) -> None:
        """Keep a new rollout and the versions of its first stage."""

    def move_rollout(self, before: Rollout, after: Rollout, sent: Sequence[SentConfig] = ()) -> bool:
        """Keep another state of a rollout and the versions that belong to it.

        Return False, and keep nothing, if its state is not `before` any more: another person or program moved it.
        """

    def rollouts(self) -> Sequence[Rollout]:
        """Return all rollouts, the newest first."""
